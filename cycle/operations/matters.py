"""What every matter of a department's year has in common: its number, and the ledger line its decision writes.

The department's appraisal is locked first, then the matter: nobody else numbers or settles meanwhile.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from cycle import queries
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
from workflows.errors import NotFound
from workflows.facts import Asked, Line

PERMITTED = Given(permitted=True)
"""For what follows from an act that was permitted itself."""


def new_key(work: Transaction, kind: str, year: int, department: str) -> str:
    """The key the next matter of a kind gets in a department's year, which is held. Raises NotFound without one."""
    if queries.lock(work.session, f"appraisal:{year}:{department}") is None:
        raise NotFound(f"appraisal:{year}:{department}")
    count = queries.count_matters(work.session, kind, year, department)
    return f"{kind}:{year}:{department}:{count + 1}"


def hold(work: Transaction, key: str, kind: str) -> tuple[SubjectRow, SubjectRow]:
    """A matter and the appraisal it counts in, both held. Raises NotFound where there is no such matter."""
    found = queries.subject(work.session, key)
    if found is None or found.kind != kind:
        raise NotFound(key)
    year = queries.counting_year(found)
    appraisal = queries.lock(work.session, f"appraisal:{year}:{found.department}")
    matter = queries.lock(work.session, key)
    if appraisal is None or matter is None:
        raise NotFound(f"appraisal:{year}:{found.department}")
    return matter, appraisal


def move(
    work: Transaction,
    row: SubjectRow,
    action: str,
    asked: Asked,
    *,
    appraisal: SubjectRow | None = None,
    lines: Sequence[Line] = (),
    reverse: str = "",
) -> Outcome:
    """Move a matter that is held, and write or reverse its ledger lines in the same act.

    `appraisal` (held) takes the lines; `reverse` is the id of a standing line. Raises Refused with what is in the
    way of the matter first, then with what is in the way of its line; Unconfirmed where a second person is needed.
    """
    desk = open_desk(work.session, work.clock, work.zone, work.act)
    wish = replace(asked, reason=work.act.reason, document=work.act.document)
    moved = consider(desk, row, action, wish, around=look_around(desk, row))
    require_confirmation(work.act, moved.step.move, row.key)
    changes = [moved]
    if appraisal is not None and lines:
        gone = {"reversals": [reverse]} if reverse else {}
        changes.append(_beside(desk, appraisal, "record_line", Asked(lines=tuple(lines), extra=gone)))
    elif appraisal is not None and reverse:
        changes.append(_beside(desk, appraisal, "reverse_line", Asked(line=reverse)))
    write_all(desk, changes)
    return outcome(moved)


def line_of(appraisal: SubjectRow) -> str:
    """The id that the one line written beside a matter will have."""
    return f"{appraisal.key}#{appraisal.number + 1}/1"


def create(work: Transaction, key: str, action: str, asked: Asked) -> Outcome:
    """Move a matter out of nothing; `key` from `new_key`."""
    return move(work, unborn(key), action, asked)


def _beside(desk: Desk, row: SubjectRow, action: str, asked: Asked) -> Change:
    asked = replace(asked, reason=desk.act.reason, document=desk.act.document)
    return consider(desk, row, action, asked, around=look_around(desk, row), given=PERMITTED)
