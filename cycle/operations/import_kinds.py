"""What the rows of each kind of file ask for: which rows belong together, and the operation that takes them in."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final

from cycle import queries
from cycle.db import Session
from cycle.operations import appraisals, import_roster, results
from cycle.operations.advance import Desk, require_permitted, unborn
from cycle.operations.perform import Arguments, Transaction
from cycle.queries import SubjectRow
from workflows import marking
from workflows.errors import Unmet
from workflows.scoring import folded

Row = Mapping[str, Any]
Unplaced = tuple[Row, str, Unmet]


@dataclass(frozen=True, slots=True)
class Group:
    """Rows that are asked for together. `department` and `member` are ids, empty where the kind has none."""

    rows: tuple[Row, ...]
    subject: str
    department: str = ""
    member: str = ""


@dataclass(frozen=True, slots=True)
class Grouped:
    """The groups in the order in which they are taken, and the rows that name somebody nobody knows."""

    groups: Sequence[Group]
    unplaced: Sequence[Unplaced] = ()


@dataclass(frozen=True, slots=True)
class Kind:
    """`take` returns how many rows of a group changed something; `columns` says what a refusal's code is about."""

    grouped: Callable[[Transaction, Arguments], Grouped]
    take: Callable[[Transaction, Arguments, Group], int]
    columns: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    doubled: tuple[str, ...] = ()

    def twice(self, unmet: Unmet) -> bool:
        """Whether a refusal says that a row is there twice: then the first of them is not to blame."""
        return unmet.code in self.doubled


def _roster_groups(_work: Transaction, arguments: Arguments) -> Grouped:
    """People before departments: posts are held by those who are there."""
    rows = sorted(arguments["rows"], key=lambda row: (row["kind"] != "person", row["row"]))
    return Grouped([Group((row,), f"{row['kind']}:{row['id']}") for row in rows])


def _take_roster(work: Transaction, arguments: Arguments, group: Group) -> int:
    (row,) = group.rows
    return int(import_roster.take(work, row, arguments.get("on", "")))


def _of_departments(work: Transaction, arguments: Arguments) -> Grouped:
    """A group a department and member, in the order of their keys, so that two files never wait for each other."""
    names, people = departments_called(work.session), _people(work)
    found: dict[tuple[str, str], list[Row]] = {}
    unplaced: list[Unplaced] = []
    for row in arguments["rows"]:
        department = names.get(folded(row["department"]).casefold())
        member, unmet = _member(work, people, row.get("member", ""))
        if department is None:
            told = Unmet("department_unknown", {"department": row["department"]})
            unplaced.append((row, "department", told))
        if unmet is not None:
            unplaced.append((row, "member", unmet))
        if department is not None and unmet is None:
            found.setdefault((department, member), []).append(row)
    year = arguments["year"]
    groups = [
        Group(tuple(rows), f"appraisal:{year:04d}:{department}", department, member)
        for (department, member), rows in sorted(found.items())
    ]
    return Grouped(groups, unplaced)


def _survey_groups(work: Transaction, arguments: Arguments) -> Grouped:
    """Each question by itself."""
    grouped = _of_departments(work, arguments)
    groups = [
        Group((row,), group.subject, group.department) for group in grouped.groups for row in group.rows
    ]
    return Grouped(groups, grouped.unplaced)


def departments_called(session: Session) -> dict[str, str]:
    """Ids, names and aliases, folded and in lower case, to the id."""
    known = {folded(name).casefold(): to for name, to in results.department_names(session).items()}
    ids = (row.department for row in queries.of_kind(session, "department"))
    return known | {one: one for one in ids}


def _people(work: Transaction) -> dict[str, list[str]]:
    """Who is there by folded name; two of one name have to be told apart by their ids."""
    found: dict[str, list[str]] = {}
    for row in queries.of_kind(work.session, "person"):
        if row.state == "active":
            found.setdefault(folded(row.record["name"]), []).append(row.key.partition(":")[2])
    return found


def _member(work: Transaction, people: Mapping[str, Sequence[str]], text: str) -> tuple[str, Unmet | None]:
    """Whose sheet a row is of: as named, else whoever hands it in."""
    wanted = folded(text)
    ids = {one for several in people.values() for one in several}
    if not wanted or wanted in ids:
        return wanted or work.act.actor, None
    found = people.get(wanted, ())
    if len(found) > 1:
        return "", Unmet("person_several", {"person": text, "members": ",".join(found)})
    return (found[0], None) if found else ("", Unmet("person_unknown", {"person": text}))


def _take_marks(work: Transaction, _arguments: Arguments, group: Group) -> int:
    """The marks that differ from those there; all of them where the member has to confirm theirs again."""
    row = _permitted(work, group, "mark")
    record = row.record
    theirs = bool(work.act.on_behalf_of) or group.member == work.act.actor
    again = group.member in record.get("marks_unconfirmed", ()) or not theirs
    before = marking.sheet(record, group.member)
    marks = [
        {"item": one["item"], "points": one["points"], "reason": one["reason"]}
        for one in group.rows
        if again or not _stands(before.get(one["item"]), one)
    ]
    if marks:
        asked = {"subject": group.subject, "action": "mark", "member": group.member, "marks": marks}
        appraisals.move(work, asked)
    return len(marks)


def _permitted(work: Transaction, group: Group, action: str) -> SubjectRow:
    """The subject, locked. Raises Refused: whoever may not write a row is not told whether it says what stands."""
    row = queries.lock(work.session, group.subject) or unborn(group.subject)
    require_permitted(Desk(work.session, work.clock.now(), work.zone, work.act), row, action)
    return row


def _stands(mark: Mapping[str, Any] | None, row: Row) -> bool:
    return mark is not None and (mark["points"], mark.get("reason") or "") == (row["points"], row["reason"])


def _take_survey(work: Transaction, _arguments: Arguments, group: Group) -> int:
    (row,) = group.rows
    subject = _permitted(work, group, "record_survey")
    kept = subject.record.get("survey", {}).get(row["item"], {})
    if kept.get("counts") == row["counts"] and _has_line(work, group.subject, row["item"]):
        return 0
    asked = {"subject": group.subject, "item": row["item"], "counts": row["counts"]}
    appraisals.move(work, {**asked, "action": "record_survey"})
    return 1


def _has_line(work: Transaction, subject: str, item: str) -> bool:
    return any((one.part, one.item) == ("public", item) for one in queries.lines(work.session, subject))


def _whole_year(_work: Transaction, arguments: Arguments) -> Grouped:
    return Grouped([Group(tuple(arguments["rows"]), f"cycle:{arguments['year']:04d}")])


_RESULT = ("rank", "grade", "category_rank", "consecutive_failures")


def _take_results(work: Transaction, arguments: Arguments, group: Group) -> int:
    names, year = results.department_names(work.session), arguments["year"]
    standing = {row["department"]: row for row in queries.latest_results(work.session, year)}
    given = {names.get(folded(row["department"]), ""): row for row in group.rows}
    if standing and len(given) == len(group.rows) and _all_stand(standing, given):
        return 0
    rows = [{name: row[name] for name in ("department", *_RESULT)} for row in group.rows]
    results.import_results(work, {"year": year, "rows": rows, "source": arguments["file"]})
    return len(rows)


def _all_stand(standing: Mapping[str, Row], given: Mapping[str, Row]) -> bool:
    """Whether a year's results say all that a file says of them; what a file leaves open cannot differ."""
    return given.keys() == standing.keys() and all(
        row[name] in (None, standing[department][name])
        for department, row in given.items()
        for name in _RESULT
    )


KINDS: Final[Mapping[str, Kind]] = {
    "roster": Kind(
        _roster_groups,
        _take_roster,
        {
            "aliases_fixed": "aliases",
            "category_unknown": "category",
            "role_unknown": "roles",
            "roles_not_apart": "roles",
            "id_reserved": "id",
            "own_record": "id",
            "name_taken": "name",
            "name_missing": "name",
        },
    ),
    "marks": Kind(
        _of_departments,
        _take_marks,
        {
            "points_out_of_range": "points",
            "mark_without_reason": "reason",
            "mark_twice": "item",
            "item_unknown": "item",
            "member_absent": "member",
            "mark_of_another": "member",
            "department_unknown": "department",
            "recused": "department",
            "wrong_state": "department",
            "relation_missing": "department",
        },
        ("mark_twice",),
    ),
    "survey": Kind(
        _survey_groups,
        _take_survey,
        {
            "item_unknown": "item",
            "line_already": "item",
            "wrong_state": "department",
            "recused": "department",
        },
    ),
    "results": Kind(
        _whole_year,
        _take_results,
        {"department_unknown": "department", "department_twice": "department"},
        ("department_twice",),
    ),
}
