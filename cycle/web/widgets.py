"""The fields of an act as controls of its form: what kind of control, what may be chosen, what is needed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from cycle import facts as gathering
from cycle import queries
from cycle.acts.fields import body
from cycle.acts.table import Row
from cycle.board import department
from cycle.board.names import coded
from cycle.documents.papers import PAPERS
from cycle.people import holder
from cycle.permissions import BODIES
from cycle.queries import SubjectRow
from cycle.web.entry import Visit
from cycle.web.forms import resolved
from cycle.web.searched import by_sound
from workflows import words
from workflows.engine import NONE, Move
from workflows.errors import NotFound
from workflows.finding_guards import AWARD_POSTS, COMPLAINT_SOURCES, SEVERITIES, SOURCES
from workflows.machines import MACHINES
from workflows.objection_guards import ABOUT
from workflows.registry_guards import POSTS
from workflows.rulebook import Rulebook
from workflows.rulebook_build import Bonus, Deduction, keyed
from workflows.scoring import show

_LONG: Final = frozenset({"text", "reason", "note"})
_ENTRY: Final = re.compile(r"[a-z_]+\[([0-9]{1,3})\]")
_MOST_ENTRIES: Final = 50


@dataclass(frozen=True, slots=True)
class Control:
    """One control. `kind`: text, long, day, number, points, tick, choice, choices, rows.

    `hint` says what is meant where the label alone does not. `choices` are values and their
    words. `chosen` is all that was filled in under its name, `value` the last of it.
    `rows` are the controls of a list, those of one entry together; entries left blank are not sent.
    """

    name: str
    kind: str
    label: str
    needed: bool = False
    choices: Sequence[tuple[str, str]] = ()
    chosen: Sequence[str] = ()
    fault: str = ""
    hint: str = ""
    rows: Sequence[Sequence[Control]] = ()

    @property
    def value(self) -> str:
        """What stands in the control; empty where nothing does."""
        return self.chosen[-1] if self.chosen else ""


@dataclass(frozen=True, slots=True)
class Asked:
    """What an act is asked of: the parts of its path, and the subject where there is one."""

    where: Mapping[str, Any]
    subject: SubjectRow | None = None

    @property
    def state(self) -> str:
        """Where the subject stands."""
        return self.subject.state if self.subject else NONE


def moves(row: Row, state: str) -> tuple[Move, ...]:
    """The moves an act may be in a state; of a new thing, those that make it."""
    return MACHINES[row.place.kind].at(state, row.action)


def controls(
    visit: Visit, row: Row, asked: Asked, given: Iterable[tuple[str, str]], faults: Mapping[str, str]
) -> list[Control]:
    """The controls of an act's form: its own fields, then what every act may come with, as far as it fits here."""
    here = moves(row, asked.state)
    typed: dict[str, list[str]] = {}
    for name, value in given:
        typed.setdefault(name, []).append(value)
    schema = body(row.name, row.fields).model_json_schema()
    required = set(schema.get("required", ()))
    within = _Within(visit, row, asked, schema, typed, faults)
    found = []
    for name, shape in schema["properties"].items():
        choices = _choices(visit, row, name, asked)
        fits = _FITTING.get((row.name, name), _always)(typed)
        if fits is False or (name == "on_behalf_of" and not choices):
            continue
        needed = name in required or fits is True or (name == "reason" and any(move.reason for move in here))
        needed = needed or (name == "document" and any(move.document for move in here))
        needed = needed or (name == "on_behalf_of" and not _in_own_name(visit, here))
        found.append(within.control(name, name, shape, needed=needed))
    return found


@dataclass(frozen=True, slots=True)
class _Within:
    """What the controls of one form are made with: `typed` is what was filled in, by name."""

    visit: Visit
    row: Row
    asked: Asked
    schema: Mapping[str, Any]
    typed: Mapping[str, Sequence[str]]
    faults: Mapping[str, str]

    def control(self, name: str, path: str, shape: Mapping[str, Any], *, needed: bool = False) -> Control:
        """The control of a field; `path` is its place in the act, the entries of a list left out of it."""
        choices = _choices(self.visit, self.row, path, self.asked)
        label = words.word("field.label", path.rpartition(".")[2], self.visit.lang)
        rows = self._rows(name, path, resolved(shape, self.schema))
        kind = "rows" if rows else _kind(path, shape, chosen=bool(choices))
        chosen = self.typed.get(name, ())
        hint = _hint(self.visit, self.row, path)
        return Control(name, kind, label, needed, choices, chosen, self.faults.get(name, ""), hint, rows)

    def _rows(self, name: str, path: str, shape: Mapping[str, Any]) -> list[list[Control]]:
        entry = resolved(shape.get("items", {}), self.schema)
        keys = _KEYS.get((self.row.name, path))
        if keys is not None:
            return [
                [
                    Control(f"{name}[{key}]", "number", word, chosen=self.typed.get(f"{name}[{key}]", ()))
                    for key, word in keys(self.visit, self.asked)
                ]
            ]
        if entry.get("type") != "object" or (self.row.name, path) in _BY_FILE:
            return []
        least = _ENTRIES.get((self.row.name, path), 3)
        filled = [
            int(found[1]) for each in self.typed if (found := _ENTRY.match(each)) and each.startswith(name)
        ]
        return [
            [
                self.control(f"{name}[{place}][{field}]", f"{path}.{field}", inner)
                for field, inner in entry["properties"].items()
                if inner.get("type") != "array" and resolved(inner, self.schema).get("type") != "array"
            ]
            for place in range(min(max([least, *(last + 1 for last in filled)]), _MOST_ENTRIES))
        ]


def _always(_typed: Mapping[str, Sequence[str]]) -> bool | None:
    return None


def _about_one(typed: Mapping[str, Sequence[str]]) -> bool | None:
    """Whether the paper that was chosen is about one department; None where none was chosen yet."""
    paper = PAPERS.get((typed.get("paper") or [""])[-1])
    return paper.of_department if paper else None


def _hint(visit: Visit, row: Row, path: str) -> str:
    """What is meant by a field of an act; empty where its label says it all."""
    code = _HINTS.get((row.name, path)) or _HINTS.get(("", path))
    return words.word("web.hint", code, visit.lang) if code else ""


def weighs(visit: Visit, row: Row, asked: Asked) -> str:
    """What the rulebook gives for the ground of a matter that is decided by this act; empty for other acts."""
    if row.name not in _WEIGHED or asked.subject is None:
        return ""
    book, item = _book(visit, asked), asked.subject.record["item"]
    grounds: list[Deduction | Bonus] = [*book.deductions, *book.bonuses]
    ground = next((one for one in grounds if one.id == item), None)
    if ground is None:
        return ""
    said = {"ground": ground.zh if visit.lang == "zh" else ground.en, "points": show(ground.points)}
    return words.phrase("web.hint", row.name, visit.lang, most=show(book.bonus_cap), **said)


def _in_own_name(visit: Visit, here: Sequence[Move]) -> bool:
    """Whether one of the visitor's own roles may ask for it."""
    return any(role in visit.look.reader.roles for move in here for role in move.who)


def _kind(path: str, shape: Mapping[str, Any], *, chosen: bool) -> str:
    inner = next((one for one in shape.get("anyOf", ()) if one.get("type") != "null"), shape)
    if chosen:
        return "choices" if inner.get("type") == "array" else "choice"
    if inner.get("format") == "date":
        return "day"
    by_type = {"boolean": "tick", "integer": "points" if path.endswith("points") else "number"}
    return by_type.get(inner.get("type", ""), "long" if path in _LONG else "text")


Chosen = Sequence[tuple[str, str]]
Chooser = Callable[[Visit, Asked], Chosen]


def _choices(visit: Visit, row: Row, name: str, asked: Asked) -> Chosen:
    if name == "on_behalf_of":
        return _principals(visit, row, asked)
    chooser = _BY_ACT.get((row.name, name)) or _BY_FIELD.get(name)
    return chooser(visit, asked) if chooser else ()


def _principals(visit: Visit, row: Row, asked: Asked) -> Chosen:
    """The bodies whose act it is, and the leader in charge, as far as the visitor may enter it for them."""
    if "office" not in visit.look.reader.roles:
        return ()
    who = {role for move in moves(row, asked.state) for role in move.who}
    found = [(body, words.word("role", body, visit.lang)) for body in BODIES if body in who]
    name = asked.where.get("department", "")
    posts = queries.subject(visit.session, f"department:{name}") if name and "leader" in who else None
    leader = holder(posts.record, "leader", visit.look.today) if posts else ""
    return [*found, (leader, visit.look.voice.name(leader))] if leader else found


def _people(role: str = "") -> Chooser:
    def choose(visit: Visit, _asked: Asked) -> Chosen:
        rows = [row for row in queries.of_kind(visit.session, "person") if row.state == "active"]
        of_role = [row for row in rows if not role or role in row.record["roles"]]
        named = [(row.key.partition(":")[2], row.record) for row in of_role]
        home, lang = visit.look.voice.name, visit.lang
        found = [
            (code, words.phrase("web", "beside", lang, name=record["name"], more=home(record["home"])))
            for code, record in named
        ]
        return sorted(found, key=by_sound)

    return choose


def _team(visit: Visit, asked: Asked) -> Chosen:
    """Who reviews the department, as far as the visitor is told."""
    try:
        found = department.team(visit.look, asked.where["year"], asked.where["department"])
    except NotFound:
        return ()
    return [(one["person"], one["name"]) for one in found]


def _lines(visit: Visit, asked: Asked) -> Chosen:
    """The lines of the department's ledger that stand and that the visitor sees."""
    try:
        found = department.lines(visit.look, asked.where["year"], asked.where["department"])
    except NotFound:
        return ()
    standing = [one for one in found if not one["reversed_by"] and not one["reverses"]]
    return [(one["id"], f"{one['name']} {one['points']}") for one in standing]


def _receipts(visit: Visit, asked: Asked) -> Chosen:
    """What of the subject nobody has acknowledged yet."""
    if asked.subject is None:
        return ()
    kept: Mapping[str, Mapping[str, Any]] = asked.subject.record.get("receipts", {})
    return [
        (number, f"{one['on']}　{words.action(one['what'], visit.lang, asked.subject.kind)}")
        for number, one in sorted(kept.items(), key=lambda each: int(each[0]))
        if not one.get("seen")
    ]


def _of_section(section: str, codes: Sequence[str]) -> Chooser:
    def choose(visit: Visit, _asked: Asked) -> Chosen:
        return [(code, words.word(section, code, visit.lang)) for code in codes]

    return choose


def _book(visit: Visit, asked: Asked) -> Rulebook:
    cycle = queries.subject(visit.session, f"cycle:{asked.where['year']}")
    return gathering.rulebook_of(visit.session, cycle)


def _items(part: str) -> Chooser:
    """The rulebook's grounds of deductions or bonuses, by the book the year holds."""

    def choose(visit: Visit, asked: Asked) -> Chosen:
        book = _book(visit, asked)
        entries = book.deductions if part == "deduction" else book.bonuses
        return [(one.id, one.zh if visit.lang == "zh" else one.en) for one in entries]

    return choose


def _respects(*parts: str) -> Chooser:
    """The items of parts that are rated, by the book the year holds."""

    def choose(visit: Visit, asked: Asked) -> Chosen:
        book = _book(visit, asked)
        return [(item, visit.look.voice.name(item)) for part in parts for item in book.parts[part]]

    return choose


def _levels(part: str) -> Chooser:
    """The levels of a rating or of an answer, the best first."""

    def choose(visit: Visit, asked: Asked) -> Chosen:
        book = _book(visit, asked)
        content: Any = keyed(book.content())
        return [(code, content["levels"][part][code][visit.lang]) for code in book.levels[part]]

    return choose


def _about(visit: Visit, asked: Asked) -> Chosen:
    """What an objection may be about: the grade, the points, or one line of the department's ledger."""
    whole = [(one, words.word("web.matters", f"about_{one}", visit.lang)) for one in ABOUT]
    return [*whole, *_lines(visit, asked)]


def _departments(visit: Visit, _asked: Asked) -> Chosen:
    rows = [row for row in queries.of_kind(visit.session, "department") if row.state == "active"]
    return sorted(((row.department, visit.look.voice.name(row.department)) for row in rows), key=by_sound)


def _categories(visit: Visit, _asked: Asked) -> Chosen:
    return list(coded(visit.session, visit.lang)["category"].items())


def _papers(_visit: Visit, _asked: Asked) -> Chosen:
    return [(kind, paper.title) for kind, paper in PAPERS.items()]


def _series(_visit: Visit, _asked: Asked) -> Chosen:
    return [(one, one) for one in dict.fromkeys(paper.series for paper in PAPERS.values())]


_BY_FIELD: Final[Mapping[str, Chooser]] = {
    "line": _lines,
    "member": _people("reviewer"),
    "owner": _people(),
    "person": _people(),
    "post": _of_section("post", POSTS),
    "receipts": _receipts,
}
_BY_ACT: Final[Mapping[tuple[str, str], Chooser]] = {
    ("bonus_apply", "item"): _items("bonus"),
    ("complaint_receive", "source"): _of_section("complaint.source", COMPLAINT_SOURCES),
    ("department_absorb", "predecessors"): _departments,
    ("department_recategorise", "category"): _categories,
    ("dispatch_issue_paper", "department"): _departments,
    ("dispatch_issue_paper", "paper"): _papers,
    ("dispatch_void_paper", "series"): _series,
    ("finding_record", "item"): _items("deduction"),
    ("finding_record", "severity"): _of_section("finding.severity", SEVERITIES),
    ("finding_record", "source"): _of_section("finding.source", SOURCES),
    ("objection_file", "about"): _about,
    ("appraisal_rate", "ratings.item"): _respects("leader"),
    ("appraisal_rate", "ratings.level"): _levels("leader"),
    ("appraisal_record_survey", "item"): _respects("public"),
    ("appraisal_release", "member"): _team,
    ("appraisal_rule_missing", "lines.item"): _respects("public", "leader"),
    ("appraisal_rule_missing", "lines.part"): _of_section("part", ("public", "leader")),
    ("finding_veto", "persons.post"): _of_section("finding.post", AWARD_POSTS),
    ("appraisal_confirm_marks", "member"): _team,
}
_ENTRIES: Final[Mapping[tuple[str, str], int]] = {
    ("appraisal_rate", "ratings"): 5,
    ("appraisal_rule_missing", "lines"): 7,
}
"""For how many entries of a list there is room from the start."""
_BY_FILE: Final = frozenset({("cycle_import_results", "rows")})
"""Lists that are handed in as a file, on a page of their own: here they have no controls for each entry."""
_FITTING: Final[Mapping[tuple[str, str], Callable[[Mapping[str, Sequence[str]]], bool | None]]] = {
    ("dispatch_issue_paper", "department"): _about_one,
}
"""Fields that belong to an act only as it is filled in: needed (True), not asked for (False), or open yet (None)."""
_HINTS: Final[Mapping[tuple[str, str], str]] = {
    ("", "occurred_on"): "occurred_on",
    ("bonus_approve", "text"): "opinion",
    ("finding_record", "document"): "document_of_finding",
    ("finding_record", "on"): "found_on",
}
"""Fields that are explained, with the word in `web.hint`; without an act those of all acts."""
_WEIGHED: Final = frozenset({"bonus_approve", "finding_confirm"})
"""Acts that write the points of a ground into the ledger."""
_KEYS: Final[Mapping[tuple[str, str], Chooser]] = {
    ("appraisal_record_survey", "counts"): _levels("public"),
}
"""Fields that hold a number for each of several things."""
