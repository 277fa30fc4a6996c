"""The rows of a file taken in as one act: each by the operation a person would ask for, all or none of them.

Rows that say what already stands change nothing, so the same file given twice is taken in once. Where one of the
operations needs a second person, the whole file waits for one: its rows are tried at once as if a colleague had
confirmed them, so that whatever stands in the way is said before anybody is asked, and again when they confirm.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from cycle import queries
from cycle.db import Session, Statement
from cycle.operations import pending_act
from cycle.operations.advance import Unconfirmed, require_role
from cycle.operations.import_kinds import KINDS, Group, Kind, Row
from cycle.operations.perform import Answer, Arguments, Transaction
from cycle.permissions import Act
from workflows.errors import Refused, Unmet

_BEGIN = Statement("SAVEPOINT import_file")
_UNDO = Statement("ROLLBACK TO SAVEPOINT import_file")
_END = Statement("RELEASE SAVEPOINT import_file")
_BEGIN_GROUP = Statement("SAVEPOINT import_group")
_UNDO_GROUP = Statement("ROLLBACK TO SAVEPOINT import_group")
_END_GROUP = Statement("RELEASE SAVEPOINT import_group")


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """What a rule has against one row of a file; `column` is empty where it is against the row as a whole."""

    row: int
    column: str
    unmet: Unmet


class RowsRefused(Refused):
    """Nothing of a file was taken in; `rows` says where and why."""

    def __init__(self, rows: Sequence[RefusedRow]) -> None:
        super().__init__(*(one.unmet for one in rows))
        self.rows = tuple(rows)


@dataclass(slots=True)
class Tally:
    """What became of the rows. `waits` is the first subject a second person has to confirm something about.

    `left` are the numbers of the rows left out; one of `refused` may stand for several of them.
    """

    subject: str = ""
    taken: int = 0
    same: int = 0
    refused: list[RefusedRow] = field(default_factory=list)
    left: set[int] = field(default_factory=set)
    waits: str = ""

    def counts(self) -> dict[str, Any]:
        """The tally as plain values."""
        return {
            "taken": self.taken,
            "same": self.same,
            "refused": [
                {"row": one.row, "column": one.column, "code": one.unmet.code, "data": dict(one.unmet.data)}
                for one in self.refused
            ],
        }


def import_rows(work: Transaction, arguments: Arguments) -> Answer:
    """Take in rows: `kind` (a key of KINDS), `file`, `rows`, `year`, `on` (a day, empty for today), `accept_good`.

    A row is a mapping with `row`, its number in the file, and the fields its kind asks for. Without `accept_good`
    it is all rows or none, with it all that can be taken; where that is none, it is refused like the others.
    Raises RowsRefused, Unconfirmed.
    """
    return settled(work, arguments, tried(work, arguments))


def require_asker(session: Session, kind: str, act: Act) -> None:
    """Raises Refused, once, for somebody who may have no row of such a file taken in."""
    require_role(session, act, *KINDS[kind].asks)


def tried(work: Transaction, arguments: Arguments) -> Tally:
    """What becomes of the rows; what they changed is undone by whoever asked, or by `settled`."""
    _BEGIN.run(work.session)
    try:
        return take(work, arguments)
    except (Unconfirmed, Refused):
        _UNDO.run(work.session)
        raise


def settled(work: Transaction, arguments: Arguments, tally: Tally) -> Answer:
    """Keep what was taken. Raises RowsRefused, Unconfirmed."""
    none_good = not tally.taken and not tally.same
    if tally.refused and (none_good or not arguments.get("accept_good")):
        raise RowsRefused(tally.refused)
    if tally.waits:
        _UNDO.run(work.session)
        raise Unconfirmed(tally.waits)
    _END.run(work.session)
    return {"subject": tally.subject, "kind": arguments["kind"], "file": arguments["file"], **tally.counts()}


def take(work: Transaction, arguments: Arguments) -> Tally:
    """Take every row that can be taken, whatever needs a second person as if one had confirmed.

    Raises Refused for who may ask for no such row.
    """
    require_asker(work.session, arguments["kind"], work.act)
    kind = KINDS[arguments["kind"]]
    tally = Tally()
    grouped = kind.grouped(work, arguments)
    tally.refused += [RefusedRow(row["row"], column, unmet) for row, column, unmet in grouped.unplaced]
    tally.left |= {row["row"] for row, _, _ in grouped.unplaced}
    for group in grouped.groups:
        tally.subject = tally.subject or group.subject
        work = _take_group(work, arguments, kind, group, tally)
    tally.refused.sort(key=lambda one: one.row)
    return tally


def _take_group(
    work: Transaction, arguments: Arguments, kind: Kind, group: Group, tally: Tally
) -> Transaction:
    """Take one group, leaving out the rows it is refused for. Returns the transaction for the groups to come."""
    rows = list(group.rows)
    while rows:
        try:
            with _undone_on_refusal(work):
                changed = kind.take(work, arguments, replace(group, rows=tuple(rows)))
        except Unconfirmed as unconfirmed:
            tally.waits = tally.waits or unconfirmed.subject
            work = _as_if_confirmed(work, arguments)
        except Refused as refused:
            if work.act.confirmed_by and not tally.waits and _about_second(refused, work.act.confirmed_by):
                raise
            if tally.waits and _named(refused, work.act.confirmed_by):
                tally.taken += len(rows)  # it was only a stand-in; whoever confirms is judged by themselves
                break
            rows = _without_blamed(kind, rows, refused, tally)
        else:
            tally.taken += changed
            tally.same += len(rows) - changed
            break
    return work


def _about_second(refused: Refused, second: str) -> bool:
    """Whether it is the second person who may not: no row of the file can mend that."""
    return _named(refused, second) or any(unmet.code == "role_missing" for unmet in refused.unmet)


def _named(refused: Refused, second: str) -> bool:
    same = {"second_person_same", "second_person_same_home"}
    return any(unmet.code in same or unmet.data.get("person") == second for unmet in refused.unmet)


@contextmanager
def _undone_on_refusal(work: Transaction) -> Iterator[None]:
    _BEGIN_GROUP.run(work.session)
    try:
        yield
    except (Refused, Unconfirmed):
        _UNDO_GROUP.run(work.session)
        _END_GROUP.run(work.session)
        raise
    _END_GROUP.run(work.session)


def _without_blamed(kind: Kind, rows: list[Row], refused: Refused, tally: Tally) -> list[Row]:
    """The rows a refusal is not about, none where it is about all of them: then the first one stands for them."""
    out: set[int] = set()
    for unmet in refused.unmet:
        items = _items(unmet)
        about = [row for row in rows if _names(row, unmet, items)]
        if kind.twice(unmet) and len(about) > 1:
            about = about[1:]
        out |= {row["row"] for row in about or rows}
        tally.refused += [
            RefusedRow(row["row"], _column(kind, row, unmet), _narrowed(unmet, row, items))
            for row in about or rows[:1]
        ]
    tally.left |= out
    return [row for row in rows if row["row"] not in out]


def _items(unmet: Unmet) -> set[str]:
    return {str(unmet.data.get("item", "")), *str(unmet.data.get("items", "")).split(",")} - {""}


def _names(row: Row, unmet: Unmet, items: set[str]) -> bool:
    """Whether a refusal names what a row names."""
    return row.get("item") in items or row.get("department") == unmet.data.get("department", "")


def _narrowed(unmet: Unmet, row: Row, items: set[str]) -> Unmet:
    """A refusal about several items, as far as it is about this row's."""
    several = "items" in unmet.data and row.get("item") in items
    return replace(unmet, data={**unmet.data, "items": row["item"]}) if several else unmet


def _column(kind: Kind, row: Row, unmet: Unmet) -> str:
    """The column a refusal is about: as the kind knows, else the one that holds a value the refusal repeats."""
    if unmet.code in kind.columns:
        return kind.columns[unmet.code]
    repeated = {str(value) for value in unmet.data.values()}
    return next(
        (name for name, value in row.items() if isinstance(value, str) and value and value in repeated), ""
    )


def _as_if_confirmed(work: Transaction, arguments: Arguments) -> Transaction:
    """The transaction with some colleague as the second person, one whom nothing in the file concerns if there is.

    Raises Unconfirmed where there is nobody to try it with.
    """
    concerned = {
        str(row.get(name, "")) for row in arguments["rows"] for name in ("id", "member", "department")
    }
    actor = queries.subject(work.session, f"person:{work.act.actor}")
    home = actor.record["home"] if actor else ""
    found: list[tuple[bool, str]] = []
    for row in queries.people_saying(work.session, "office"):
        who = row.key.partition(":")[2]
        fits = row.state == "active" and "office" in row.record["roles"] and row.record["home"] != home
        if fits and who != work.act.actor:
            found.append((bool({who, row.record["home"]} & concerned), who))
    if not found:
        raise Unconfirmed(f"person:{work.act.actor}")
    return replace(work, act=replace(work.act, confirmed_by=min(found)[1]))


def waiting_already(work: Transaction, arguments: Mapping[str, Any]) -> str:
    """The id of the same file entered by the same person that still waits; empty where there is none."""
    for one in pending_act.waiting(work.session):
        if (one["operation"], one["actor"]) == ("import_rows", work.act.actor):
            asked = pending_act.find(work.session, one["id"]).asked
            same = asked["arguments"] == arguments and asked["act"]["on_behalf_of"] == work.act.on_behalf_of
            if same and asked["act"]["document"] == work.act.document:
                return str(one["id"])
    return ""
