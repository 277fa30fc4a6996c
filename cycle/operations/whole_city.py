"""Acts on a running year: its frozen rulebook corrected, a window's due date moved for all (统一延期).

Both write a new text of the rulebook into the cycle, by value and digest; the old one stays in the history.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

from cycle import queries
from cycle.operations.advance import (
    Given,
    answer,
    consider,
    outcome,
    require_confirmation,
    require_role,
    write_all,
)
from cycle.operations.appraisals import day_of, typed
from cycle.operations.change import Change
from cycle.operations.cycles import Whole
from cycle.operations.perform import Answer, Arguments, Transaction
from cycle.operations.readiness import figures_unconfirmed
from cycle.operations.registry import reset_alarms
from cycle.queries import SubjectRow
from workflows import corrections, marking, rulebook
from workflows.errors import Refused, Unmet
from workflows.facts import Asked
from workflows.rulebook import Rulebook, RulebookInvalid
from workflows.wake import appraisal_wake


def correct_rulebook(work: Transaction, arguments: Arguments) -> Answer:
    """The group corrects the frozen rulebook of a running year: `year`, `rulebook` (its whole content), `against`.

    `against` is the digest of the rulebook the correction was written from; another one in between is refused.
    Windows that have not opened follow; clocks that run stay (see `move_dates`), and so do the points of lines
    that stand: `touched` names those whose item is worth something else now. Whoever marked such an item in a
    review that runs has to confirm their marks: `marks` names them, and the items they gave too much for.
    """
    whole, book, changes, told = _corrected(work, arguments)
    require_confirmation(whole.desk.act, changes[0].step.move, whole.cycle.key)
    before = whole.book
    write_all(whole.desk, changes)
    if before.rungs != book.rungs:
        reset_alarms(whole.desk)
    return {**answer(outcome(changes[0])), **told}


def preview_correction(work: Transaction, arguments: Arguments) -> Answer:
    """What `correct_rulebook` would change; nothing is written. Raises as the act itself, a second person apart."""
    return _corrected(work, arguments)[3]


def _corrected(work: Transaction, arguments: Arguments) -> tuple[Whole, Rulebook, list[Change], Answer]:
    require_role(work.session, work.act, "cycle", "correct_rulebook")
    whole = Whole(work, typed(arguments["year"], int, "year"))
    book = _thawed(arguments["rulebook"])
    found = [asdict(each) for each in corrections.differences(whole.book, book)]
    lines = {key: corrections.touched(whole.book, book, stand) for key, stand in whole.lines.items()}
    marks = {row.key: _disturbed(whole, row, book) for row in whole.graded_rows}
    blocking = _in_the_way(work, whole, book, str(arguments["against"]))
    moved = {each["path"].split(".")[1]: None for each in found if _is_due(each["path"])}
    extra = {"differences": found, "moved": moved}
    of_cycle = _of_cycle(whole, book, "correct_rulebook", extra, blocking)
    changes = [of_cycle]
    for row in _following(whole, book):
        changes.append(_of(whole, row, book, "correct_rulebook", {"members": sorted(marks[row.key])}))
    told = {
        "digest": book.digest,
        "differences": found,
        "touched": [{"subject": key, **asdict(line)} for key in sorted(lines) for line in lines[key]],
        "marks": [
            {
                "subject": row.key,
                "member": member,
                "items": items,
                "above": marking.above(row.record, book, member),
            }
            for row in whole.graded_rows
            for member, items in marks[row.key].items()
        ],
        "rescheduled": len(changes) - 1,
    }
    return whole, book, changes, told


def _thawed(content: Any) -> Rulebook:
    try:
        return rulebook.thaw(typed_mapping(content))
    except RulebookInvalid as invalid:
        raise Refused(_invalid(invalid)) from invalid


def typed_mapping(content: Any) -> Mapping[str, Any]:
    """`content` if it is an object. Raises Refused."""
    if not isinstance(content, Mapping):
        raise Refused(Unmet("value_unusable", {"field": "rulebook"}))
    return content


def _invalid(invalid: RulebookInvalid) -> Unmet:
    return Unmet("rulebook_invalid", {"figures": ",".join(fault.path for fault in invalid.faults)})


def _is_due(path: str) -> bool:
    return path.startswith("windows.") and path.endswith(".due.value")


def _in_the_way(work: Transaction, whole: Whole, book: Rulebook, against: str) -> list[Unmet]:
    """Everything that keeps the corrected rulebook from taking the place of the one that stands."""
    found = []
    if against != whole.book.digest:
        found.append(Unmet("rulebook_moved_on", {"digest": whole.book.digest[:12]}))
    if book.digest == whole.book.digest:
        found.append(Unmet("rulebook_same"))
    if book.name != whole.book.name:
        found.append(Unmet("rulebook_of_other_name", {"name": whole.book.name}))
    gone = corrections.in_use(whole.book, book, _used(work, whole))
    if gone:
        found.append(Unmet("items_in_use", {"items": ",".join(gone)}))
    used = {row.record["category"] for row in _departments(work, whole)}
    lost = sorted(used & whole.book.categories.keys() - book.categories.keys())
    if lost:
        found.append(Unmet("categories_in_use", {"categories": " ".join(lost)}))
    return [*found, *figures_unconfirmed(work.session, book)]


def _used(work: Transaction, whole: Whole) -> Iterator[tuple[str, str]]:
    """Every (part, item) that lines stand for, marks were given of, or a matter is or may yet be decided by."""
    for standing in whole.lines.values():
        yield from ((line.part, line.item) for line in standing)
    for row in whole.appraisals:
        for member in marking.team(row.record):
            yield from (("central", item) for item in marking.sheet(row.record, member))
    undecided = queries.undecided_counting(work.session, whole.year)
    approved = [row for row in queries.of_kind(work.session, "bonus") if row.state == "approved"]
    counting = [row for row in approved if queries.counting_year(row) == whole.year]
    yield from (corrections.item_of(row.kind, row.record) for row in (*undecided, *counting))


def _departments(work: Transaction, whole: Whole) -> list[SubjectRow]:
    here = {row.department for row in whole.appraisals}
    return [row for row in queries.of_kind(work.session, "department") if row.department in here]


REVIEWED = ("inspection", "grading")
"""Stages in which the marks have become lines, which stay as they are."""


def _disturbed(whole: Whole, row: SubjectRow, book: Rulebook) -> dict[str, list[str]]:
    """Who of the team marked what is worth something else by `book`, while the marks are no lines yet."""
    over = row.state.partition(".")[0] in REVIEWED
    return {} if over else marking.disturbed(row.record, whole.book, book)


def _following(whole: Whole, book: Rulebook) -> list[SubjectRow]:
    """The appraisals of which something changes: when the clock looks at them again, or who still has to mark."""
    return [
        row for row in whole.graded_rows if _wakes_otherwise(whole, row, book) or _marks_on(whole, row, book)
    ]


def _wakes_otherwise(whole: Whole, row: SubjectRow, book: Rulebook) -> bool:
    at = appraisal_wake(row.state, row.record, whole.year, book, whole.desk.zone)
    return bool(at != row.record.get("wake"))


def _marks_on(whole: Whole, row: SubjectRow, book: Rulebook) -> bool:
    """Whether the members of a review that runs have other marks to give or to confirm than before."""
    if row.state != "central_review.marking":
        return False
    return bool(marking.disturbed(row.record, whole.book, book)) or any(
        marking.is_done(row.record, whole.book, member) != marking.is_done(row.record, book, member)
        for member in marking.team(row.record)
    )


def move_dates(work: Transaction, arguments: Arguments) -> Answer:
    """The office moves a window's due date for all: `year`, `stage`, `due` (an ISO date).

    The rulebook of the year says the new date from now on; who stands in that stage with an earlier date gets
    it in the same act. A later one of their own stays; who has lapsed is readmitted by an act of its own.
    """
    whole, changes, told = _moved(work, arguments)
    require_confirmation(whole.desk.act, changes[0].step.move, whole.cycle.key)
    write_all(whole.desk, changes)
    return {**answer(outcome(changes[0])), **told}


def preview_dates(work: Transaction, arguments: Arguments) -> Answer:
    """What `move_dates` would change; nothing is written. Raises as the act itself, a second person apart."""
    return _moved(work, arguments)[2]


def _moved(work: Transaction, arguments: Arguments) -> tuple[Whole, list[Change], Answer]:
    require_role(work.session, work.act, "cycle", "move_dates")
    whole = Whole(work, typed(arguments["year"], int, "year"))
    stage, due = typed(arguments["stage"], str, "stage"), day_of(arguments.get("due"))
    blocking = list(corrections.due_obstacles(whole.book, whole.year, stage, due, whole.day))
    book = whole.book
    if due is not None and not blocking:
        try:
            book = corrections.with_due(whole.book, stage, due)
        except RulebookInvalid as invalid:
            blocking.append(_invalid(invalid))
    extra = _dates(whole, stage, due)
    of_cycle = _of_cycle(whole, book, "move_dates", extra, blocking)
    moving, staying = _clocks(whole, stage, due, book) if due is not None else ([], [])
    changes = [of_cycle, *(_of(whole, row, book, "move_dates", wish) for row, wish in moving)]
    told = {
        "stage": stage,
        "before": extra["before"],
        "due": extra["due"],
        "moved": [row.department for row, _ in moving],
        "later_already": staying,
        "lapsed": [row.department for row in whole.graded_rows if row.state == f"{stage}.lapsed"],
    }
    return whole, changes, told


def _dates(whole: Whole, stage: str, due: date | None) -> dict[str, Any]:
    """The date before and after; the first one of the year is kept, for the next year begins with it again."""
    known = stage in corrections.MOVABLE
    before = whole.book.due(stage, whole.year) if known else None
    first = whole.cycle.record.get("moved", {}).get(stage) or (f"{before:%m-%d}" if before else "")
    return {
        "stage": stage,
        "before": before.isoformat() if before else "",
        "due": due.isoformat() if due else "",
        "moved": {stage: first} if known else {},
    }


def _clocks(
    whole: Whole, stage: str, due: date, book: Rulebook
) -> tuple[list[tuple[SubjectRow, dict[str, Any]]], list[str]]:
    """The appraisals whose open clocks move, each with what its move is asked with; and who is later already."""
    moving, staying = [], []
    calendar = whole.around.calendar
    for row in whole.graded_rows:
        wish, stays = corrections.moved_clocks(
            row.state, row.record, stage, due, book=book, calendar=calendar
        )
        if wish:
            moving.append((row, wish))
        elif stays:
            staying.append(row.department)
    return moving, staying


def _of_cycle(
    whole: Whole, book: Rulebook, action: str, extra: Mapping[str, Any], blocking: Sequence[Unmet]
) -> Change:
    asked = Asked(reason=whole.wish.reason, document=whole.wish.document, extra=extra)
    given = Given(blocking=blocking, rulebook=book)
    return consider(whole.desk, whole.cycle, action, asked, around=whole.around, given=given)


def _of(whole: Whole, row: SubjectRow, book: Rulebook, action: str, wish: Mapping[str, Any]) -> Change:
    asked = Asked(reason=whole.wish.reason, document=whole.wish.document, extra=wish)
    given = Given(permitted=True, rulebook=book)
    return consider(whole.desk, row, action, asked, around=whole.around, given=given)
