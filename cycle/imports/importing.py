"""A file taken in, or tried: the same code either way, its transaction undone where it is only a trial."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final, NoReturn

from cycle import facts as gathering
from cycle import queries
from cycle.grading_files.faults import Fault, FileRefused
from cycle.imports.columns import columns
from cycle.imports.reading import content_of, read_sheet
from cycle.imports.values import Values
from cycle.operations import import_rows
from cycle.operations.advance import Unconfirmed
from cycle.operations.import_changes import Changes, changes
from cycle.operations.import_rows import RefusedRow, RowsRefused, Tally
from cycle.operations.perform import Answer, Arguments, Transaction, perform
from cycle.permissions import Act
from cycle.service import Service
from workflows.rulebook import Rulebook
from workflows.workdays import local_day

KINDS: Final = ("roster", "marks", "survey", "results")
OF_A_YEAR: Final = ("marks", "survey", "results")
"""Kinds that need a year."""

WHOLE: Final = ("results",)
"""Kinds that are taken in whole or not at all: a year's results are one thing."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of a file of `rows` rows: each is taken, the same as what stands, blank, faulty or refused.

    `faults` are cells, or the file itself; `refused` what the rules say. `written` is whether anything was changed
    or, with `pending`, waits for a second person; `again` that the same waits already, or was done under the same
    key. `others` sheets of the file were not looked at. `changes` names what a trial would write, or what waits.
    """

    kind: str
    file: str
    rows: int = 0
    taken: int = 0
    same: int = 0
    blank: int = 0
    faults: tuple[Fault, ...] = ()
    refused: tuple[RefusedRow, ...] = ()
    pending: str = ""
    dry_run: bool = False
    written: bool = False
    again: bool = False
    others: int = 0
    changes: Changes = field(default_factory=Changes)
    headings: Mapping[str, str] = field(default_factory=dict)
    """The Chinese headings of the columns by name."""

    @property
    def left_out(self) -> int:
        """How many rows something is wrong with."""
        return self.rows - self.taken - self.same - self.blank

    @property
    def sound(self) -> bool:
        """Whether nothing is wrong with any row."""
        return not self.faults and not self.refused


class _Tried(Exception):
    """Undoes the transaction of a trial."""

    def __init__(self, tally: Tally) -> None:
        super().__init__()
        self.tally = tally


def import_file(
    service: Service,
    kind: str,
    file: str,
    act: Act,
    *,
    dry_run: bool = False,
    accept_good: bool = False,
    year: int | None = None,
    on: str = "",
    content: bytes | None = None,
) -> Imported:
    """Take in a file: by its path, or by its `content` under the name `file`.

    `kind` is one of KINDS, those of OF_A_YEAR need `year`; `on` is the ISO day from which a roster's new names and
    posts hold, empty for today. Nothing is written where `dry_run`, nor where any row cannot be taken unless
    `accept_good`. What differs in no way from what stands changes nothing, however often the file is given.
    Raises Refused before anything is read for who may ask for no row of it; Refused and Conflict as `perform` does,
    for what concerns no row.
    """
    with service.database.read() as session:
        import_rows.require_asker(session, kind, act)
    found = Imported(kind, file, dry_run=dry_run)
    if accept_good and kind in WHOLE:
        return replace(found, faults=(Fault(file, "whole_only"),))
    try:
        found, rows = _read(service, found, kind, year, content)
    except FileRefused as refused:
        return replace(found, faults=(refused.fault,))
    broken = any(fault.row in (None, 1) for fault in found.faults)
    if not rows or broken or (found.faults and not accept_good and not dry_run):
        return found
    arguments: dict[str, Any] = {
        "kind": kind,
        "file": Path(file).name,
        "rows": rows,
        "year": year or 0,
        "on": on,
        "accept_good": accept_good,
    }
    return _carried_out(service, found, act, arguments)


def _read(
    service: Service, found: Imported, kind: str, year: int | None, content: bytes | None
) -> tuple[Imported, list[dict[str, Any]]]:
    if kind not in KINDS or (kind in OF_A_YEAR and year is None):
        raise ValueError(f"{kind} of {year}")
    book = rulebook(service, year)
    given = content_of(found.file) if content is None else content
    known = columns(kind, book)
    sheet = read_sheet(found.file, given, known)
    values = Values(found.file, book, year or 0)
    rows, faults = values.read(kind, sheet.rows)
    every = tuple(_once([*sheet.faults, *faults]))
    headings = {column.name: column.zh for column in known}
    counted = replace(found, rows=len(sheet.rows), blank=values.blank, others=sheet.others)
    return replace(counted, faults=every, headings=headings), rows


def _once(faults: Sequence[Fault]) -> list[Fault]:
    """A heading that is missing or doubled is told once, whether all rows need it or some."""
    seen: dict[tuple[int | None, str | None, str], Fault] = {}
    for fault in faults:
        seen.setdefault((fault.row, fault.column, "" if fault.row == 1 else fault.code), fault)
    return list(seen.values())


def rulebook(service: Service, year: int | None) -> Rulebook:
    """The rulebook of a year, the shipped one where there is none of it."""
    with service.database.read() as session:
        cycle = queries.subject(session, f"cycle:{year:04d}") if year else None
        return gathering.rulebook_of(session, cycle)


def _carried_out(service: Service, found: Imported, act: Act, arguments: Arguments) -> Imported:
    kept: list[Tally] = []
    already: list[str] = []

    def operation(work: Transaction, asked: Arguments) -> Answer:
        tally = import_rows.tried(work, asked)
        kept.append(tally)
        if found.dry_run:
            _undo(tally)
        try:
            return import_rows.settled(work, asked, tally)
        except Unconfirmed:
            already.append(import_rows.waiting_already(work, asked))
            if already[0]:
                return {"pending": already[0], "subject": tally.waits}
            raise

    asked_by = replace(act, key="") if found.dry_run else act  # a trial uses no key up
    try:
        answer = perform(service, operation, "import_rows", asked_by, arguments)
    except _Tried as tried:
        return replace(_tallied(found, tried.tally), changes=_changes(service, act, arguments, tried.tally))
    except RowsRefused:
        return _tallied(found, kept[-1])
    if not kept:
        counts = {name: answer.get(name, 0) for name in ("taken", "same")}
        return replace(found, **counts, pending=answer.get("pending", ""), again=True)
    again = bool(already and already[0])
    done = _tallied(found, kept[-1])
    pending = str(answer.get("pending", ""))
    if pending:
        done = replace(done, changes=_changes(service, act, arguments, kept[-1]))
    return replace(done, pending=pending, again=again, written=bool(pending) or done.taken > 0)


def _changes(service: Service, act: Act, arguments: Arguments, tally: Tally) -> Changes:
    """What the rows that can be taken would write."""
    rows = [row for row in arguments["rows"] if row["row"] not in tally.left]
    day = local_day(service.clock.now(), service.zone)
    with service.database.read() as session:
        return changes(session, {**arguments, "rows": rows}, act.actor, day)


def _undo(tally: Tally) -> NoReturn:
    raise _Tried(tally)


def _tallied(found: Imported, tally: Tally) -> Imported:
    return replace(found, taken=tally.taken, same=tally.same, refused=tuple(tally.refused))
