"""The fields of an act as controls of its form: what kind of control, what may be chosen, what is needed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from cycle import facts as gathering
from cycle import queries
from cycle.acts.fields import COMMON, body
from cycle.acts.table import Row
from cycle.board.names import coded
from cycle.board.values import line_values
from cycle.queries import SubjectRow
from cycle.queries_board import every_line
from cycle.web.entry import Visit
from workflows import words
from workflows.engine import NONE, Move
from workflows.finding_guards import COMPLAINT_SOURCES, SEVERITIES, SOURCES
from workflows.machines import MACHINES
from workflows.objection_guards import ABOUT
from workflows.registry_guards import POSTS

BODIES: Final = ("leader", "group", "committee")
"""Who may be acted for."""

_LONG: Final = frozenset({"text", "reason", "note"})


@dataclass(frozen=True, slots=True)
class Control:
    """One control. `kind`: text, long, day, number, tick, choice, choices; `choices` are values and their words."""

    name: str
    kind: str
    label: str
    needed: bool = False
    choices: Sequence[tuple[str, str]] = ()
    value: str = ""
    fault: str = ""


def moves(row: Row, state: str) -> tuple[Move, ...]:
    """The moves an act may be in a state; of a new thing, those that make it."""
    return MACHINES[row.place.kind].at(state, row.action)


def controls(
    visit: Visit, row: Row, subject: SubjectRow | None, given: Mapping[str, str], faults: Mapping[str, str]
) -> list[Control]:
    """The controls of an act's form: its own fields, then what every act may come with, as far as it fits here."""
    here = moves(row, subject.state if subject else NONE)
    schema = body(row.name, row.fields).model_json_schema()
    required = set(schema.get("required", ()))
    found = []
    for name, shape in schema["properties"].items():
        if name in COMMON and not _fits(name, here):
            continue
        needed = name in required or (name == "reason" and any(move.reason for move in here))
        needed = needed or (name == "document" and any(move.document for move in here))
        choices = _choices(visit, row, name, subject)
        found.append(
            Control(
                name,
                _kind(name, shape, chosen=bool(choices)),
                words.word("field.label", name, visit.lang),
                needed,
                choices,
                given.get(name, ""),
                faults.get(name, ""),
            )
        )
    return found


def _fits(name: str, here: Sequence[Move]) -> bool:
    if name == "on_behalf_of":
        return any(set(move.who) & set(BODIES) for move in here)
    return True


def _kind(name: str, shape: Mapping[str, Any], *, chosen: bool) -> str:
    inner = next((one for one in shape.get("anyOf", ()) if one.get("type") != "null"), shape)
    if chosen:
        return "choices" if inner.get("type") == "array" else "choice"
    if inner.get("format") == "date":
        return "day"
    by_type = {"boolean": "tick", "integer": "number"}
    return by_type.get(inner.get("type", ""), "long" if name in _LONG else "text")


Chosen = Sequence[tuple[str, str]]
Chooser = Callable[[Visit, SubjectRow | None], Chosen]


def _choices(visit: Visit, row: Row, name: str, subject: SubjectRow | None) -> Chosen:
    chooser = _BY_ACT.get((row.name, name)) or _BY_FIELD.get(name)
    return chooser(visit, subject) if chooser else ()


def _people(role: str = "") -> Chooser:
    def choose(visit: Visit, _subject: SubjectRow | None) -> Chosen:
        rows = [row for row in queries.of_kind(visit.session, "person") if row.state == "active"]
        of_role = [row for row in rows if not role or role in row.record["roles"]]
        named = [(row.key.partition(":")[2], row.record) for row in of_role]
        home = visit.look.voice.name
        return [(code, f"{record['name']}（{home(record['home'])}）") for code, record in named]

    return choose


def _team(visit: Visit, subject: SubjectRow | None) -> Chosen:
    team = subject.record.get("team", ()) if subject else ()
    return [(one, visit.look.voice.name(one)) for one in team]


def _lines(visit: Visit, subject: SubjectRow | None) -> Chosen:
    if subject is None:
        return ()
    lines = [line_values(visit.look.voice, one) for one in every_line(visit.session, subject.key)]
    standing = [one for one in lines if not one["reversed_by"] and not one["reverses"]]
    return [(one["id"], f"{one['name']} {one['points']}") for one in standing]


def _bodies(visit: Visit, _subject: SubjectRow | None) -> Chosen:
    return [(one, words.word("role", one, visit.lang)) for one in BODIES]


def _of_section(section: str, codes: Sequence[str]) -> Chooser:
    def choose(visit: Visit, _subject: SubjectRow | None) -> Chosen:
        return [(code, words.word(section, code, visit.lang)) for code in codes]

    return choose


def _items(part: str) -> Chooser:
    """The rulebook's grounds of deductions or bonuses, by the book the visited year holds."""

    def choose(visit: Visit, _subject: SubjectRow | None) -> Chosen:
        year = visit.request.query_params.get("year", "")
        cycle = queries.subject(visit.session, f"cycle:{year}") if year else None
        book = gathering.rulebook_of(visit.session, cycle)
        entries = book.deductions if part == "deduction" else book.bonuses
        return [(one.id, one.zh if visit.lang == "zh" else one.en) for one in entries]

    return choose


def _about(visit: Visit, _subject: SubjectRow | None) -> Chosen:
    """What an objection may be about: the grade, the points, or one line of the department's ledger."""
    asked = visit.request.query_params
    key = f"appraisal:{asked.get('year', '')}:{asked.get('department', '')}"
    whole = [(one, words.word("web.matters", f"about_{one}", visit.lang)) for one in ABOUT]
    return [*whole, *_lines(visit, queries.subject(visit.session, key))]


def _departments(visit: Visit, _subject: SubjectRow | None) -> Chosen:
    rows = [row for row in queries.of_kind(visit.session, "department") if row.state == "active"]
    return [(row.department, visit.look.voice.name(row.department)) for row in rows]


def _categories(visit: Visit, _subject: SubjectRow | None) -> Chosen:
    return list(coded(visit.session, visit.lang)["category"].items())


_BY_FIELD: Final[Mapping[str, Chooser]] = {
    "line": _lines,
    "member": _people("reviewer"),
    "on_behalf_of": _bodies,
    "owner": _people(),
    "person": _people(),
    "post": _of_section("post", POSTS),
}
_BY_ACT: Final[Mapping[tuple[str, str], Chooser]] = {
    ("bonus_apply", "item"): _items("bonus"),
    ("complaint_receive", "source"): _of_section("complaint.source", COMPLAINT_SOURCES),
    ("department_absorb", "predecessors"): _departments,
    ("department_recategorise", "category"): _categories,
    ("finding_record", "item"): _items("deduction"),
    ("finding_record", "severity"): _of_section("finding.severity", SEVERITIES),
    ("finding_record", "source"): _of_section("finding.source", SOURCES),
    ("objection_file", "about"): _about,
    ("appraisal_release", "member"): _team,
    ("appraisal_confirm_marks", "member"): _team,
}
