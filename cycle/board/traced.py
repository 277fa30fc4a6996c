"""The history as an auditor goes through it: rows of a kind of act picked out, one entry before and after."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

from cycle import facts as gathering
from cycle.board import history
from cycle.board.history import Wanted
from cycle.board.look import Look
from cycle.db import Statement
from cycle.history_stream import rows_of
from cycle.keys import split_key
from workflows.errors import NotFound
from workflows.ledger import digest, merge, parsed
from workflows.workdays import Calendar, local_day

Values = dict[str, Any]

OPENS: Final = 8
ENDS: Final = 18
"""The hours of the office: whatever is done before, or from the end on, or on no working day, is outside of them."""

_BATCH: Final = 500
_MOST_READ: Final = 20_000
"""Rows read at most to fill one page; then the page says where to go on."""

_BODY: Final = Statement("SELECT body, hash FROM history WHERE subject = :subject AND number = :number")
_SEQ: Final = Statement("SELECT seq FROM history WHERE subject = :subject AND number = :number")


def found(
    look: Look,
    wanted: Wanted,
    *,
    department: str = "",
    only: str = "",
    actor_kind: str = "",
    before: int,
    limit: int,
) -> tuple[list[Values], int | None]:
    """Rows of the history, the newest first, of one department and one sort of act where these are given.

    `only` is one of ONLY. With them the place to go on from; None where these were the last.
    """
    calendar = gathering.standing_calendar(look.session)
    chosen: list[Values] = []
    read, at = 0, before
    while True:
        batch = _BATCH if department or only or actor_kind else limit
        rows, following = history.found(look, wanted, before=at, limit=batch)
        for row in rows:
            if _fits(look, row, calendar, (department, only, actor_kind)):
                chosen.append(row)
                if len(chosen) == limit:
                    return chosen, int(row["seq"]) if following or row is not rows[-1] else None
        read += len(rows)
        if following is None or read >= _MOST_READ:
            return chosen, following
        at = following


def _fits(look: Look, row: Values, calendar: Calendar, filters: tuple[str, str, str]) -> bool:
    department, only, actor_kind = filters
    if department and split_key(row["subject"])[2] != department:
        return False
    if actor_kind and row["actor_kind"] != actor_kind:
        return False
    return not only or ONLY[only](look, row, calendar)


def _overrides(_look: Look, row: Values, _calendar: Calendar) -> bool:
    return bool(row["reason"] and row["document"])


def _on_behalf(_look: Look, row: Values, _calendar: Calendar) -> bool:
    return bool(row["on_behalf_of"])


def _late(look: Look, row: Values, _calendar: Calendar) -> bool:
    day = local_day(datetime.fromisoformat(row["at"]), look.zone).isoformat()
    return bool(row["occurred_on"]) and row["occurred_on"] < day


def _outside_hours(look: Look, row: Values, calendar: Calendar) -> bool:
    at = datetime.fromisoformat(row["at"]).astimezone(look.zone)
    return row["actor_kind"] == "person" and not (calendar.is_workday(at.date()) and OPENS <= at.hour < ENDS)


ONLY: Final[Mapping[str, Callable[[Look, Values, Calendar], bool]]] = {
    "overrides": _overrides,
    "on_behalf": _on_behalf,
    "late": _late,
    "outside_hours": _outside_hours,
}
"""Sorts of acts an auditor asks for: by reason and document, on behalf, entered after the day, outside office hours."""


def entry(look: Look, subject: str, number: int) -> Values:
    """One row with what its subject held before and holds after it, and whether its seal is right.

    Raises NotFound for a row there is not, or that is not the reader's to see whole.
    """
    row = _BODY.run(look.session, subject=subject, number=number).fetchone()
    place = _SEQ.run(look.session, subject=subject, number=number).fetchone()
    if row is None or place is None:
        raise NotFound(f"{subject}/{number}")
    told, _ = history.found(look, Wanted(subject=subject), before=int(place[0]) + 1, limit=1)
    if not told or told[0]["hash"] is None or told[0]["number"] != number:
        raise NotFound(f"{subject}/{number}")
    body, seal = row
    before, after = _records(look, subject, number)
    return {
        **told[0],
        "changes": _changes(before, after),
        "sealed": digest(body) == seal,
    }


def _records(look: Look, subject: str, number: int) -> tuple[Values, Values]:
    """What the subject's record added up to before a row and after it."""
    before: Values = {}
    after: Values = {}
    for body, _ in rows_of(look.session, subject):
        row = parsed(body)
        if row["number"] > number:
            break
        before = after
        after = dict(merge(after, (row["data"] or {}).get("record", {})))
    return before, after


def _changes(before: Values, after: Values, path: tuple[str, ...] = ()) -> list[Values]:
    """Every value that differs, by its place: a name and what it stands below. A deadline is one value."""
    found: list[Values] = []
    for name in sorted(before.keys() | after.keys()):
        was, now = before.get(name), after.get(name)
        inner = path != ("deadlines",) and (isinstance(was, dict) or isinstance(now, dict))
        if inner:
            below = [one if isinstance(one, dict) else {} for one in (was, now)]
            found += _changes(below[0], below[1], (*path, name))
        elif was != now:
            found.append({"place": [*path, name], "before": was, "after": now})
    return found
