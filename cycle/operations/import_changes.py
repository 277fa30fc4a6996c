"""What the rows of a file would write, told against what stands now: for whoever tries it and whoever confirms it.

Nothing is written here and no rule is asked: what the rules refuse of a file, taking it in says.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from cycle import queries
from cycle.db import Session
from cycle.operations import import_roster
from cycle.operations.row_names import departments_called, placed
from cycle.queries import SubjectRow
from workflows import marking
from workflows.registry_guards import POSTS
from workflows.scoring import folded

Row = Mapping[str, Any]

WHAT: Final = (
    *("new_person", "changed_person", "new_department", "changed_department"),
    *(
        "new_mark",
        "changed_mark",
        "mark_again",
        "new_counts",
        "changed_counts",
        "new_result",
        "changed_result",
    ),
)
"""What a row may come to, in the order in which it is told; `mark_again` confirms a mark as it stands."""


@dataclass(frozen=True, slots=True)
class Written:
    """One column a row would write: what stands, None where nothing does, and what the row says."""

    column: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class RowChange:
    """What one row would come to (one of WHAT), what it is about by ids, and what it would write.

    `name` is what the row calls somebody new. `alike` are the people who have the same name or e-mail address as
    somebody new: perhaps one and the same under another id.
    """

    row: int
    what: str
    about: tuple[str, ...]
    written: tuple[Written, ...]
    name: str = ""
    alike: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Changes:
    """The rows that would write something, in the order of the file, and how many say what stands."""

    rows: Sequence[RowChange] = ()
    same: int = 0


def changes(session: Session, asked: Mapping[str, Any], actor: str, day: date) -> Changes:
    """What the arguments of `import_rows` would write if `actor` asked on `day`.

    Rows that name a department or a person nobody knows are left out.
    """
    found: list[RowChange] = []
    same = 0
    for change in _KINDS[asked["kind"]](session, asked, actor, day):
        if change is None:
            same += 1
        else:
            found.append(change)
    return Changes(found, same)


Found = Iterator[RowChange | None]


def _roster(session: Session, asked: Mapping[str, Any], _actor: str, day: date) -> Found:
    people, departments = (
        {row.key.partition(":")[2]: row for row in queries.of_kind(session, kind)}
        for kind in ("person", "department")
    )
    on = date.fromisoformat(asked["on"]) if asked["on"] else day
    known = _Alike(people)
    for row in asked["rows"]:
        person = row["kind"] == "person"
        there = (people if person else departments).get(row["id"])
        about = (row["id"],)
        if there is None:
            columns = import_roster.ENTRY if person else ("category", "aliases", *POSTS)
            said = tuple(Written(name, None, row[name]) for name in columns if row[name] and name != "name")
            alike = known.to(row) if person else ()
            yield RowChange(row["row"], f"new_{row['kind']}", about, said, row["name"], alike)
            continue
        differing = (
            import_roster.of_person(there, row) if person else import_roster.of_department(there, row, on)
        )
        yield _changed(row, f"changed_{row['kind']}", about, differing)


class _Alike:
    """Who has which name and which e-mail address, those new in the file among them."""

    def __init__(self, people: Mapping[str, SubjectRow]) -> None:
        self._ids: dict[str, list[str]] = {}
        for one, row in people.items():
            self._note(one, row.record)

    def _note(self, one: str, said: Mapping[str, Any]) -> tuple[str, ...]:
        found: dict[str, None] = {}
        for key in (folded(said["name"]), said["email"].casefold()):
            found |= dict.fromkeys(self._ids.setdefault(key, []))
            self._ids[key].append(one)
        return tuple(found)

    def to(self, row: Row) -> tuple[str, ...]:
        """Whom somebody new is like, and note them."""
        return self._note(row["id"], row)


def _changed(
    row: Row, what: str, about: tuple[str, ...], differing: Mapping[str, tuple[Any, Any]]
) -> RowChange | None:
    written = tuple(Written(name, before, after) for name, (before, after) in differing.items())
    return RowChange(row["row"], what, about, written) if written else None


def _marks(session: Session, asked: Mapping[str, Any], actor: str, _day: date) -> Found:
    records = _records(session, asked["year"])
    for one in placed(session, asked["rows"], actor):
        if one.unmet:
            continue
        record, row = records.get(one.department, {}), one.row
        stands = marking.sheet(record, one.member).get(row["item"])
        said = {"points": row["points"], "reason": row["reason"]}
        about = (one.department, one.member, row["item"])
        if stands is None:
            yield RowChange(row["row"], "new_mark", about, _new(said))
            continue
        kept = {"points": stands["points"], "reason": stands.get("reason") or ""}
        differing = _differing(kept, said)
        if not differing and one.member in record.get("marks_unconfirmed", ()):
            yield RowChange(row["row"], "mark_again", about, _new(said))
        else:
            yield _changed(row, "changed_mark", about, differing)


def _survey(session: Session, asked: Mapping[str, Any], actor: str, _day: date) -> Found:
    records = _records(session, asked["year"])
    for one in placed(session, asked["rows"], actor):
        if one.unmet:
            continue
        row = one.row
        kept = records.get(one.department, {}).get("survey", {}).get(row["item"], {}).get("counts")
        said = {"counts": row["counts"]}
        about = (one.department, row["item"])
        if kept is None:
            yield RowChange(row["row"], "new_counts", about, _new(said))
        else:
            yield _changed(row, "changed_counts", about, _differing({"counts": kept}, said))


def _results(session: Session, asked: Mapping[str, Any], _actor: str, _day: date) -> Found:
    called = departments_called(session)
    standing = {row["department"]: row for row in queries.latest_results(session, asked["year"])}
    columns = ("rank", "grade", "category_rank", "consecutive_failures")
    for row in asked["rows"]:
        department = called.get(folded(row["department"]).casefold())
        if department is None:
            continue
        said = {name: row[name] for name in columns if row[name] is not None}
        kept = standing.get(department)
        if kept is None:
            yield RowChange(row["row"], "new_result", (department,), _new(said))
        else:
            yield _changed(row, "changed_result", (department,), _differing(kept, said))


def _records(session: Session, year: int) -> dict[str, Mapping[str, Any]]:
    return {row.department: row.record for row in queries.of_year(session, "appraisal", year)}


def _new(said: Mapping[str, Any]) -> tuple[Written, ...]:
    return tuple(Written(name, None, value) for name, value in said.items() if value not in ("", None))


def _differing(kept: Mapping[str, Any], said: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    return {name: (kept[name], value) for name, value in said.items() if kept[name] != value}


_KINDS: Final = {"roster": _roster, "marks": _marks, "survey": _survey, "results": _results}
