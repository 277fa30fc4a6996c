"""What every matter of a department's year has in common: its number, and the ledger line its decision writes.

The department's appraisal is locked first, then the matter: nobody else numbers or settles meanwhile.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from cycle import facts as gathering
from cycle import queries, queries_board
from cycle.keys import split_key
from cycle.operations.advance import (
    Desk,
    Given,
    Outcome,
    consider,
    look_around,
    open_desk,
    outcome,
    require_confirmation,
    unborn,
    write_all,
)
from cycle.operations.change import Change
from cycle.operations.perform import Transaction
from cycle.queries import SubjectRow
from workflows.corrections import item_of, points_of
from workflows.engine import NONE
from workflows.errors import Conflict, NotFound
from workflows.facts import Asked, Line

PERMITTED = Given(permitted=True)
"""For what follows from an act that was permitted itself."""


def new_key(work: Transaction, kind: str, year: int, department: str) -> str:
    """The key the next matter of a kind gets in a department's year, which is held. Raises NotFound without one."""
    if queries.lock(work.session, f"appraisal:{year}:{department}") is None:
        raise NotFound(f"appraisal:{year}:{department}")
    count = queries_board.count_matters(work.session, kind, year, department)
    return f"{kind}:{year}:{department}:{count + 1}"


def standing(work: Transaction, year: int, department: str) -> str:
    """The state of a department's appraisal; `none` where there is none."""
    row = queries.subject(work.session, f"appraisal:{year}:{department}")
    return row.state if row is not None else NONE


def counted_in(work: Transaction, appraisal: SubjectRow) -> str:
    """The state of the appraisal a matter counts in; `none` where it is to come, `dissolved` where it never will."""
    if appraisal.state != NONE:
        return appraisal.state
    department = queries.subject(work.session, f"department:{appraisal.department}")
    return "dissolved" if department is not None and department.state != "active" else NONE


def without_points(standing: str) -> dict[str, Any]:
    """What the record of a matter says that is decided where nothing counts any more."""
    return {"line": None, "counted": False, "outside": standing}


def hold(
    work: Transaction, key: str, kind: str, *, whole_year: bool = False
) -> tuple[SubjectRow, SubjectRow]:
    """A matter and the appraisal it counts in, both held. Raises NotFound where there is no such matter.

    What was carried over may count in a year not opened yet: its appraisal is then one that does not exist.
    `whole_year` holds the cycle before them, so that it is not archived meanwhile.
    Raises Conflict where it is being carried over.
    """
    found = queries.subject(work.session, key)
    if found is None or found.kind != kind:
        raise NotFound(key)
    year = queries.counting_year(found)
    ledger = f"appraisal:{year}:{found.department}"
    if whole_year:
        queries.lock(work.session, f"cycle:{year}")
    appraisal = queries.lock(work.session, ledger) or unborn(ledger)
    matter = queries.lock(work.session, key) or found
    if queries.counting_year(matter) != year:
        raise Conflict(key)  # carried over while this act waited
    return matter, appraisal


def move(
    work: Transaction,
    row: SubjectRow,
    action: str,
    asked: Asked,
    *,
    appraisal: SubjectRow | None = None,
    lines: Sequence[Line] = (),
    reverse: str | Mapping[str, str] = "",
    others: Sequence[tuple[SubjectRow, str, Asked]] = (),
) -> Outcome:
    """Move a matter that is held, and write or reverse its ledger lines in the same act.

    `appraisal` (held) takes the lines; `reverse` is the id of this matter's standing line, or several ids with the
    matter that each came from. `others` are matters, held likewise,
    that follow: each with its action and what it is asked. Raises Refused with what is in the
    way of the matter first, then with what is in the way of its line; Unconfirmed where a second person is needed.
    """
    desk = open_desk(work.session, work.clock, work.zone, work.act)
    wish = replace(asked, reason=work.act.reason, document=work.act.document)
    moved = consider(desk, row, action, wish, around=look_around(desk, row))
    require_confirmation(work.act, moved.step.move, row.key)
    changes = [moved]
    if isinstance(reverse, str):
        reverse = {reverse: row.key} if reverse else {}
    gone = {"reversals": list(reverse), "matters": list(reverse.values())} if reverse else {}
    if appraisal is not None and lines:
        changes.append(_beside(desk, appraisal, "record_line", Asked(lines=tuple(lines), extra=gone)))
    elif appraisal is not None and reverse:
        changes.append(_beside(desk, appraisal, "reverse_line", Asked(extra=gone)))
    changes += [_beside(desk, *other) for other in others]
    write_all(desk, changes)
    return outcome(moved)


def line_of(appraisal: SubjectRow) -> str:
    """The id that the one line written beside a matter will have."""
    return f"{appraisal.key}#{appraisal.number + 1}/1"


def carry_over(work: Transaction, key: str, asked: Asked) -> Outcome:
    """Carry a matter of an appraisal over into the next year: one row on either, in one act.

    `asked.matter` and `asked.new_year` say which and into which. Both years are held, so that the next is not
    proposed meanwhile. Raises Refused as the appraisal's own move.
    """
    _, year, department = split_key(key)
    queries.lock(work.session, f"cycle:{year}")
    following = queries.lock(work.session, f"cycle:{year + 1}")
    row = queries.lock(work.session, key) or unborn(key)
    desk = open_desk(work.session, work.clock, work.zone, work.act)
    around = look_around(desk, row)
    there = {
        "cycle": following.state if following is not None else NONE,
        "standing": standing(work, year + 1, department),
        "active": around.department is not None and around.department.state == "active",
        "lacks": _lacking(work, following, asked.matter),
    }
    wish = replace(asked, reason=work.act.reason, document=work.act.document, extra={"next": there})
    moved = consider(desk, row, "carry_over", wish, around=around)
    require_confirmation(work.act, moved.step.move, key)
    matter = queries.lock(work.session, asked.matter) or unborn(asked.matter)
    counted = Asked(extra={"record": {"counts_in": asked.new_year}})
    write_all(desk, [moved, _beside(desk, matter, "carry", counted)])
    return outcome(moved)


def _lacking(work: Transaction, following: SubjectRow | None, key: str) -> str:
    """The item a matter is decided by where the following year's rulebook lacks it; empty where it has it."""
    matter = queries.subject(work.session, key)
    if following is None or "rulebook" not in following.record or matter is None:
        return ""
    part, item = item_of(matter.kind, matter.record)
    known = (part, item) in points_of(gathering.rulebook_of(work.session, following))
    return "" if known else item


def create(work: Transaction, key: str, action: str, asked: Asked) -> Outcome:
    """Move a matter out of nothing; `key` from `new_key`."""
    return move(work, unborn(key), action, asked)


def _beside(desk: Desk, row: SubjectRow, action: str, asked: Asked) -> Change:
    asked = replace(asked, reason=desk.act.reason, document=desk.act.document)
    return consider(desk, row, action, asked, around=look_around(desk, row), given=PERMITTED)
