"""Bonus applications: the department applies, group or chief leader decide, the ledger line follows.

Of the same honour only the best counts (`bonus_guards.counting`): a decision may take another application's line
back or bring it about again, and that application's record says so (`counted`, `line`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cycle import facts as gathering
from cycle import queries
from cycle.db import Session
from cycle.operations import matters
from cycle.operations.advance import Outcome, answer
from cycle.operations.appraisals import day_of, typed
from cycle.operations.findings import shortened
from cycle.operations.perform import Answer, Arguments, Transaction
from cycle.queries import SubjectRow
from workflows import ledger
from workflows.bonus_guards import Honour, counting, sameness
from workflows.errors import NotFound, Refused, Unmet
from workflows.facts import Asked, Line
from workflows.matters import OUTSIDE
from workflows.one_line import one_line
from workflows.rulebook import Rulebook

WORKED = ("withdraw", "examine", "approve", "refuse", "overturn")
"""What is asked for by name; the rest follows from other acts."""


def apply(work: Transaction, arguments: Arguments) -> Answer:
    """A department applies for a bonus: `department`, `year`, `item`, `on` (ISO day); the act's document.

    For an honour `award`, `granted_by` and `collective` (true); for an article its title and journal in the same
    fields; for an outstanding achievement `text`.
    """
    year, department = (
        typed(arguments["year"], int, "year"),
        typed(arguments["department"], str, "department"),
    )
    key = matters.new_key(work, "bonus", year, department)
    text = typed(arguments.get("text", ""), str, "text")
    on = day_of(arguments.get("on"))
    record: dict[str, Any] = {
        "item": typed(arguments["item"], str, "item"),
        "award": one_line(typed(arguments.get("award", ""), str, "award"), "award"),
        "granted_by": one_line(typed(arguments.get("granted_by", ""), str, "granted_by"), "granted_by"),
        "on": on.isoformat() if on else None,
        "document": work.act.document or None,
        "collective": arguments.get("collective") is True,
    }
    extra: dict[str, Any] = {"standing": _standing(work, year, department), "record": record}
    if text:
        extra |= {"record": {**record, "text": ledger.digest(text)}, "texts": [text]}
    return answer(matters.create(work, key, "apply", Asked(text=text, on=on, extra=extra)))


def move(work: Transaction, arguments: Arguments) -> Answer:
    """Move an application: `subject`, `action` (one of `WORKED`); `text` the opinion of who examines."""
    key, action = arguments["subject"], arguments["action"]
    if action not in WORKED:
        raise Refused(Unmet("action_unknown", {"action": action}))
    row, appraisal = matters.hold(work, key, "bonus")
    text = typed(arguments.get("text", ""), str, "text")
    standing = matters.counted_in(work, appraisal)
    extra: dict[str, Any] = {"standing": standing}
    if action == "approve" and standing in OUTSIDE:
        extra["record"] = matters.without_points(standing)
    if text:
        extra |= {"record": {**extra.get("record", {}), "opinion": ledger.digest(text)}, "texts": [text]}
    asked = Asked(text=text, extra=extra)
    if standing in OUTSIDE or row.record.get("outside"):
        return answer(matters.move(work, row, action, asked))
    if action == "approve":
        return answer(_recount(work, row, action, asked, appraisal, joining=True))
    if action == "overturn":
        return answer(_recount(work, row, action, asked, appraisal, joining=False))
    return answer(matters.move(work, row, action, asked))


def _standing(work: Transaction, year: int, department: str) -> str:
    row = queries.subject(work.session, f"appraisal:{year}:{department}")
    if row is None:
        raise NotFound(f"appraisal:{year}:{department}")
    return row.state


@dataclass(frozen=True, slots=True)
class _Counted:
    """What a decision does to the ledger: the applications whose lines are new, those whose lines go.

    Usually one of either; more where the rulebook was corrected since, for a correction moves no line itself.
    """

    fresh: Sequence[SubjectRow]
    gone: Sequence[SubjectRow]


def _recount(
    work: Transaction,
    row: SubjectRow,
    action: str,
    asked: Asked,
    appraisal: SubjectRow,
    *,
    joining: bool,
) -> Outcome:
    """Approve or overturn: the lines of the year as they follow from what is approved after it."""
    year = queries.counting_year(row)
    beside = [other for other in _approved(work.session, year, row.department) if other.key != row.key]
    counted = _weighed(work, row, beside, year, joining=joining)
    changes: dict[str, Mapping[str, Any]] = {
        each.key: {"counted": False, "line": None} for each in counted.gone
    }
    for place, each in enumerate(counted.fresh, start=len(counted.gone) + 1):
        changes[each.key] = {"counted": True, "line": f"{appraisal.key}#{appraisal.number + 1}/{place}"}
    own = changes.pop(row.key, {"counted": False, "line": None})
    others = {other.key: other for other in beside}
    asked = Asked(text=asked.text, extra={**asked.extra, "record": {**asked.extra.get("record", {}), **own}})
    return matters.move(
        work,
        row,
        action,
        asked,
        appraisal=appraisal,
        lines=[line_of(each) for each in counted.fresh],
        reverse={str(each.record["line"]): each.key for each in counted.gone},
        others=[(others[key], "recount", Asked(extra={"record": change})) for key, change in changes.items()],
    )


def _approved(session: Session, year: int, department: str) -> list[SubjectRow]:
    """Every application that stands approved and counts in the year with points, held: the appraisal is."""
    found = queries.matters(session, "bonus", year, department)
    return [row for row in found if row.state == "approved" and not row.record.get("outside")]


def _weighed(
    work: Transaction, row: SubjectRow, beside: Sequence[SubjectRow], year: int, *, joining: bool
) -> _Counted:
    book = gathering.rulebook_of(work.session, queries.subject(work.session, f"cycle:{year}"))
    standing = [*beside, row] if joining else beside
    chosen = counting(book, [_honour(each) for each in standing])
    rows = [*beside, row]
    fresh = [each for each in rows if each.key in chosen and not each.record.get("line")]
    gone = [each for each in rows if each.key not in chosen and each.record.get("line")]
    return _Counted(fresh, gone)


def stepping_in(
    session: Session, book: Rulebook, year: int, department: str, gone: Sequence[SubjectRow]
) -> list[SubjectRow]:
    """The other approved applications that count in a department's year once those `gone` do not, held.

    Only for the honours that those were for. The appraisal is held; their lines are still to be written.
    """
    away = {row.key for row in gone}
    honours = {sameness(book, row.record["item"], row.record["award"]) for row in gone} - {""}
    left = [row for row in _approved(session, year, department) if row.key not in away]
    chosen = counting(book, [_honour(row) for row in left])
    found = [
        queries.lock(session, row.key)
        for row in left
        if row.key in chosen
        and not row.record.get("line")
        and sameness(book, row.record["item"], row.record["award"]) in honours
    ]
    return [row for row in found if row is not None]


def _honour(row: SubjectRow) -> Honour:
    return Honour(row.key, row.record["item"], row.record["award"], row.record.get("line") or "")


def line_of(row: SubjectRow) -> Line:
    """The ledger line of an approved application."""
    return Line("bonus", row.record["item"], note=shortened(row.record["award"]), source=row.key)
