"""What the rows of each kind of file ask for: which rows belong together, and the operation that takes them in."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, Final

from cycle import queries
from cycle.operations import appraisals, import_roster, results
from cycle.operations.advance import Desk, require_permitted, unborn
from cycle.operations.perform import Arguments, Transaction
from cycle.operations.row_names import department_names, placed
from cycle.queries import SubjectRow
from workflows import marking
from workflows.errors import Unmet
from workflows.scoring import folded

Row = Mapping[str, Any]
Unplaced = tuple[Row, str, Unmet]


@dataclass(frozen=True, slots=True)
class Group:
    """Rows that are asked for together. `department` and `member` are ids, empty where the kind has none.

    `stands`: they say what stands already, as far as was seen before any row was taken.
    """

    rows: tuple[Row, ...]
    subject: str
    department: str = ""
    member: str = ""
    stands: bool = False


@dataclass(frozen=True, slots=True)
class Grouped:
    """The groups in the order in which they are taken, and the rows that name somebody nobody knows."""

    groups: Sequence[Group]
    unplaced: Sequence[Unplaced] = ()


@dataclass(frozen=True, slots=True)
class Kind:
    """`asks` is the kind of subject and the action its rows ask for; `take` returns how many rows of a group changed
    something; `columns` says what a refusal's code is about.
    """

    asks: tuple[str, str]
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
    found: dict[tuple[str, str], list[Row]] = {}
    unplaced: list[Unplaced] = []
    for one in placed(work.session, arguments["rows"], work.act.actor):
        unplaced += [(one.row, column, unmet) for column, unmet in one.unmet]
        if not one.unmet:
            found.setdefault((one.department, one.member), []).append(one.row)
    year = arguments["year"]
    groups = [
        Group(tuple(rows), f"appraisal:{year:04d}:{department}", department, member)
        for (department, member), rows in sorted(found.items())
    ]
    return Grouped(groups, unplaced)


def _survey_groups(work: Transaction, arguments: Arguments) -> Grouped:
    """Each question by itself, but a department's that say what stands together: they ask for nothing."""
    grouped, year = _of_departments(work, arguments), arguments["year"]
    records = {row.key: row.record for row in queries.of_year(work.session, "appraisal", year)}
    lines = queries.lines_of_year(work.session, year)
    groups = []
    for group in grouped.groups:
        counted = records.get(group.subject, {}).get("survey", {})
        items = {one.item for one in lines.get(group.subject, ()) if one.part == "public"}
        stand = [
            row
            for row in group.rows
            if row["item"] in items and counted.get(row["item"], {}).get("counts") == row["counts"]
        ]
        if stand:
            groups.append(replace(group, rows=tuple(stand), stands=True))
        groups += [replace(group, rows=(row,)) for row in group.rows if row not in stand]
    return Grouped(groups, grouped.unplaced)


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
    if group.stands:
        _permitted(work, group, "record_survey")
        return 0
    (row,) = group.rows
    asked = {"subject": group.subject, "item": row["item"], "counts": row["counts"]}
    appraisals.move(work, {**asked, "action": "record_survey"})
    return 1


def _whole_year(_work: Transaction, arguments: Arguments) -> Grouped:
    return Grouped([Group(tuple(arguments["rows"]), f"cycle:{arguments['year']:04d}")])


_RESULT = ("rank", "grade", "category_rank", "consecutive_failures")


def _take_results(work: Transaction, arguments: Arguments, group: Group) -> int:
    names, year = department_names(work.session), arguments["year"]
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
        ("person", "register"),
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
        ("appraisal", "mark"),
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
        ("appraisal", "record_survey"),
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
        ("cycle", "import_results"),
        _whole_year,
        _take_results,
        {"department_unknown": "department", "department_twice": "department"},
        ("department_twice",),
    ),
}
