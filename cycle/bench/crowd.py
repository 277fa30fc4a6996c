"""Open deadlines by the hundred thousand, written set-based: each of a subject of its own, with its alarm."""

from __future__ import annotations

from cycle.bench.beds import Bed
from cycle.bench.moves import drafting, names, on_plan_day
from cycle.bench.office import YEAR
from cycle.db import Statement

DUE = "2025-01-13T01:00:00.000000Z"
"""Up to this instant one deadline in a hundred is due."""
NONE_DUE = "2025-01-10T01:00:00.000000Z"
_SHARE = 100

_NUMBERS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :count)"
_KEY = f"'appraisal:{YEAR}:e' || CAST(10000000 + i AS TEXT)"
_LIKE = f"'appraisal:{YEAR}:{names(1)[0]}'"


def _rest(by: int) -> str:
    """What is left of i; PostgreSQL's driver has a use of its own for the percent sign."""
    return f"(i - i / {by} * {by})"


# As in an office, many rungs share a morning; in the year's order they lie all over the table.
_LATER = (
    f"'2025-' || substr(CAST(102 + {_rest(11)} AS TEXT), 2) || '-' || substr(CAST(101 + {_rest(28)} AS TEXT), 2)"
    " || 'T01:00:00.000000Z'"
)
_AT = f"CASE WHEN {_rest(_SHARE)} = 0 THEN '{DUE}' ELSE {_LATER} END"
_TABLE = "subject"  # of a scratch database: no move led here
_SUBJECTS = Statement(
    f"{_NUMBERS} INSERT INTO {_TABLE} (key, kind, year, department, state, number, hash, record, wake)"
    f" SELECT {_KEY}, kind, year, 'e' || CAST(10000000 + i AS TEXT), state, number, hash, '{{}}', wake"
    f" FROM n JOIN subject ON subject.key = {_LIKE}"
)
_DEADLINES = Statement(
    f"{_NUMBERS} INSERT INTO deadline"
    " (id, subject, state, visit, who, due, grace_until, provisional, armed_at, status)"
    f" SELECT {_KEY} || '#1.1', {_KEY}, state, visit, who, due, grace_until, provisional, armed_at, status"
    f" FROM n JOIN deadline ON deadline.subject = {_LIKE}"
)
_ALARMS = Statement(
    f"{_NUMBERS} INSERT INTO alarm (deadline, subject, first, at)"
    f" SELECT {_KEY} || '#1.1', {_KEY}, TRUE, {_AT} FROM n"
)
_NO_OTHERS = Statement("DELETE FROM alarm")
_PLAN = Statement("ANALYZE")


def with_open_deadlines(bed: Bed, count: int) -> str:
    """URL of a database with so many alarms, all after `NONE_DUE`, one in a hundred at `DUE`."""
    url = drafting(bed, 1)
    office = on_plan_day(url)
    with office.database.write() as session:
        _NO_OTHERS.run(session)
        for statement in (_SUBJECTS, _DEADLINES, _ALARMS):
            statement.run(session, count=count)
        _PLAN.run(session)
    office.close()
    return url
