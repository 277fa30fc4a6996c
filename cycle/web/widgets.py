"""The fields of an act as controls of its form: what kind of control, what may be chosen, what is needed."""

from __future__ import annotations

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
from cycle.web.searched import by_sound
from workflows import words
from workflows.engine import NONE, Move
from workflows.errors import NotFound
from workflows.finding_guards import COMPLAINT_SOURCES, SEVERITIES, SOURCES
from workflows.machines import MACHINES
from workflows.objection_guards import ABOUT
from workflows.registry_guards import POSTS

_LONG: Final = frozenset({"text", "reason", "note"})


@dataclass(frozen=True, slots=True)
class Control:
    """One control. `kind`: text, long, day, number, tick, choice, choices; `choices` are values and their words.

    `chosen` is all that was filled in under its name, `value` the last of it.
    """

    name: str
    kind: str
    label: str
    needed: bool = False
    choices: Sequence[tuple[str, str]] = ()
    chosen: Sequence[str] = ()
    fault: str = ""

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
    found = []
    for name, shape in schema["properties"].items():
        choices = _choices(visit, row, name, asked)
        if name == "on_behalf_of" and not choices:
            continue
        needed = name in required or (name == "reason" and any(move.reason for move in here))
        needed = needed or (name == "document" and any(move.document for move in here))
        needed = needed or (name == "on_behalf_of" and not _in_own_name(visit, here))
        found.append(
            Control(
                name,
                _kind(name, shape, chosen=bool(choices)),
                words.word("field.label", name, visit.lang),
                needed,
                choices,
                typed.get(name, ()),
                faults.get(name, ""),
            )
        )
    return found


def _in_own_name(visit: Visit, here: Sequence[Move]) -> bool:
    """Whether one of the visitor's own roles may ask for it."""
    return any(role in visit.look.reader.roles for move in here for role in move.who)


def _kind(name: str, shape: Mapping[str, Any], *, chosen: bool) -> str:
    inner = next((one for one in shape.get("anyOf", ()) if one.get("type") != "null"), shape)
    if chosen:
        return "choices" if inner.get("type") == "array" else "choice"
    if inner.get("format") == "date":
        return "day"
    by_type = {"boolean": "tick", "integer": "number"}
    return by_type.get(inner.get("type", ""), "long" if name in _LONG else "text")


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


def _of_section(section: str, codes: Sequence[str]) -> Chooser:
    def choose(visit: Visit, _asked: Asked) -> Chosen:
        return [(code, words.word(section, code, visit.lang)) for code in codes]

    return choose


def _items(part: str) -> Chooser:
    """The rulebook's grounds of deductions or bonuses, by the book the year holds."""

    def choose(visit: Visit, asked: Asked) -> Chosen:
        cycle = queries.subject(visit.session, f"cycle:{asked.where['year']}")
        book = gathering.rulebook_of(visit.session, cycle)
        entries = book.deductions if part == "deduction" else book.bonuses
        return [(one.id, one.zh if visit.lang == "zh" else one.en) for one in entries]

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
    ("appraisal_release", "member"): _team,
    ("appraisal_confirm_marks", "member"): _team,
}
