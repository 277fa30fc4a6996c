"""Every route that acts, as it is asked in a test: on which subject, in which state it starts from, with what body.

A row of the table of permission is asked for once in each state that differs in who knows of the subject, and once
in another year. A body has what has to be there, and no more.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from cycle.acts.table import APPRAISAL, EVIDENCE, ROWS, Place, Row, opened
from tests.cast import DISCIPLINE, PERSONNEL, book
from tests.operations.permission_table import COLUMNS
from tests.operations.test_permissions import ELSEWHERE, MOVES, OF_A_DEPARTMENT, OWN
from workflows.engine import NONE

Key = tuple[str, str, str]
"""Machine, action and roles: a row of the table of permission."""

HERE: Final = {OWN: PERSONNEL, ELSEWHERE: DISCIPLINE}
"""The departments of the table in the city of the cast."""

MINE: Final = HERE[OWN]
ASKING: Final = tuple(column for column in COLUMNS if column not in ("scheduler", "import"))
"""The columns of the table of permission of somebody who signs in."""

YEAR, OTHER_YEAR, YEAR_WITHOUT, YEAR_UNKNOWN = 2025, 2026, 2027, 2030
"""The year asked about; one with another team; one that runs without their appraisal; one there is nothing of."""

NUMBER: Final = 77
NEW_DEPARTMENT: Final = "xinju"
SERIES: Final = "绩效办整"
"""A series of papers; the first of it that was issued in OTHER_YEAR is about MINE."""
TOKEN: Final = "0" * 16
UNTOLD: Final = {"finding": ("recorded",), "complaint": ("received",)}
"""Kind to the states of a matter its department has not been told of."""

OF_A_PERSON: Final = ("person", "token", "account")
"""Kinds that are somebody's own: here that of one who asks for nothing."""

TOKENS: Final = Place("token", "/tokens", "")
TOKEN_THERE: Final = Place("token", "/tokens/{token}", "token:{token}")
REPLACING: Final = Row(Place("cycle", "/cycles/{year}", "cycle:{year}"), "prepare", "replace")
LOOKED_AHEAD: Final = ("cycle_move_dates", "cycle_correct_rulebook", "cycle_amend")
"""Acts of which is told, to whoever may do them, what they would change."""

DRAFT: Final = Row(APPRAISAL, "draft")

FIELDS: Final[Mapping[str, Any]] = {
    "about": "grade",
    "against": "x",
    "award": "先进集体",
    "category": "government",
    "changes": [{"department": MINE, "reverse": ["x"]}],
    "counts": {"satisfied": 1},
    "days": 10,
    "digest": "x",
    "due": "2026-03-02",
    "email": "x@example.com",
    "figure": book().to_confirm()[0].path,
    "holidays": ["2027-01-01"],
    "home": "newcomer-home",
    "id": "xinren",
    "item": "score.bonus.national",
    "items": ["x"],
    "line": "x",
    "lines": [{"part": "public", "item": "x", "points": 1}],
    "makeup": [],
    "marks": [{"item": "x", "points": 0}],
    "matter": f"finding:{YEAR}:{MINE}:{NUMBER}",
    "member": "newcomer",
    "name": "新名",
    "new_year": 2026,
    "number": 1,
    "of_year": YEAR,
    "on": "2026-01-19",
    "owner": "newcomer",
    "paper": "rectification",
    "person": "newcomer",
    "persons": [{"name": "某人", "post": "person"}],
    "post": "liaison",
    "predecessors": [HERE[ELSEWHERE]],
    "progress": {"1": {"percent": 5}},
    "purpose": "试用",
    "ratings": [{"item": "x", "points": 0}],
    "receipts": [5],
    "replace": True,
    "roles": ["reviewer"],
    "rows": [{"department": "x", "rank": 1, "grade": "good"}],
    "rulebook": book().content(),
    "ruling": {MINE: "good"},
    "scope": "read",
    "series": SERIES,
    "severity": "ordinary",
    "source": "open_visit",
    "stage": "midyear",
    "step": "1",
    "text": "正文",
    "tie": "1",
}
"""What is sent in each field that has to be there."""


@dataclass(frozen=True)
class Route:
    """One way to ask for an action. `state` is where its subject stands, NONE where there is none.

    `resource` is what the table of sight calls the subject, empty where everybody knows of it.
    """

    key: Key
    method: str
    template: str
    where: Mapping[str, Any]
    subject: str
    state: str
    relation: str
    body: Mapping[str, Any]
    file: bool = False

    @property
    def path(self) -> str:
        return self.template.format_map(self.where)

    @property
    def bodied(self) -> bool:
        """Whether it is asked with what every act may come with."""
        return "draft" not in self.template

    @property
    def resource(self) -> str:
        kind = self.key[0]
        if kind in OF_A_PERSON:
            return kind if self.template.count("{") else ""
        named = "year_of_department" if kind == "appraisal" else kind
        return named if kind in OF_A_DEPARTMENT else ""

    def __str__(self) -> str:
        return " ".join([self.method, self.path, *self.key, self.state, self.relation])


def routes(machine: str) -> Iterator[Route]:
    """Every route by which people ask for an action of a machine."""
    for row in ROWS:
        if row.place.kind == machine:
            made = list(_of_row(row, row.action))
            yield from made
            if row.name in LOOKED_AHEAD:
                yield from (replace(route, template=f"{route.template}/preview") for route in made)
    if machine == "cycle":
        yield from _of_row(REPLACING, "replace_rulebook")
    if machine == "appraisal":
        yield from _of_row(DRAFT, "save_form", method="PUT", body={"content": {}})
        yield from _of_row(DRAFT, "save_form", method="DELETE", body={})
    if machine == "evidence":
        yield from _of_row(Row(opened(EVIDENCE), "offer", "about"), "offer", file=True)
        yield from _of_row(Row(EVIDENCE, "replace"), "replace", file=True)
    if machine == "token":
        yield from _of_row(Row(TOKENS, "issue", "person scope purpose days", bare=True), "issue")
        yield from _of_row(Row(TOKEN_THERE, "revoke"), "revoke")


def _of_row(row: Row, action: str, method: str = "POST", **more: Any) -> Iterator[Route]:
    body: dict[str, Any] = {
        name: FIELDS[name]
        for name in (field.partition(":")[0] for field in row.fields.split() if not field.endswith("?"))
    }
    if row.place.kind == "department":
        body = {**body, **({"id": NEW_DEPARTMENT} if action == "register" else {})}
    if action == "issue_paper":
        body["department"] = MINE
    for key, move in MOVES.items():
        if key[:2] == (row.place.kind, action):
            for state, year, relation in _variants(row, move.sources):
                where = {"year": year, "department": MINE, "number": NUMBER, "person": "newcomer"}
                where["token"] = TOKEN
                asked = {"body": body, **more}
                yield Route(
                    key, method, row.path, where, _subject(row, where, body), state, relation, **asked
                )


def _subject(row: Row, where: Mapping[str, Any], body: Mapping[str, Any]) -> str:
    if row.place.about:
        return row.place.about.format_map({**where, "number": 1})
    return row.subject(where) or f"{row.place.kind}:{body.get('id', TOKEN)}"


def _variants(row: Row, sources: tuple[str, ...]) -> Iterator[tuple[str, int, str]]:
    """State, year and relation: once where its department was told, once where not, once in another year."""
    kind, untold = row.place.kind, UNTOLD.get(row.place.kind, ())
    if kind == "dispatch":
        yield "kept", OTHER_YEAR, "own"
        return
    if NONE in sources:
        without = {"appraisal": YEAR_WITHOUT, "cycle": YEAR_UNKNOWN, "calendar": YEAR_WITHOUT}
        yield NONE, without.get(kind, YEAR), "other year" if kind == "appraisal" else "own"
        return
    for states, relation in ((set(sources) - set(untold), "own"), (set(sources) & set(untold), "untold")):
        if states:
            state = next(source for source in sources if source in states)
            yield state, YEAR, relation
            if kind in OF_A_DEPARTMENT and relation == "own":
                yield state, OTHER_YEAR, "other year"
