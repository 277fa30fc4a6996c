"""What must hold of a rulebook as a whole: sums, the order of dates, and grace before the next window."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise

from workflows.rulebook_check import Reading
from workflows.rulebook_faults import RuleFault
from workflows.rulebook_kinds import hundredths, month_day, point_text
from workflows.rulebook_shape import STAGES

_BASE = 100_00
_COMMON_YEAR = 2001
_WINDOW_DAYS = tuple(f"windows.{stage}.{end}" for stage in STAGES for end in ("opens", "due"))


def check(reading: Reading) -> Iterator[RuleFault]:
    """Every fault of the whole; a sum or an order with a value that could not be read is left alone."""
    yield from _unknown_groups(reading)
    yield from _group_sums(reading)
    yield from _sum(reading, "components.central", "groups", "central_sum")
    yield from _parts(reading)
    yield from _base(reading)
    yield from _quota(reading)
    yield from _date_order(reading)
    yield from _grace(reading)
    yield from _rectification(reading)


def latest_grace_end(due: date, grace_days: int) -> date:
    """The latest end of grace over all seven weekdays the due date may fall on, holidays left aside.

    A due date on a weekend moves to Monday; grace then counts Monday to Friday, not the due date itself.
    """
    return due + timedelta(days=max(_span(weekday, grace_days) for weekday in range(7)))


def _span(weekday: int, working_days: int) -> int:
    days = max(0, 7 - weekday) if weekday >= 5 else 0
    left = working_days
    while left:
        days += 1
        left -= (weekday + days) % 7 < 5
    return days


def _rows(reading: Reading, section: str) -> list[str]:
    """Paths of the figures that stand directly in the section's rows or keys."""
    rows = reading.tree
    for key in section.split("."):
        found = rows.get(key, {})
        if isinstance(found, list):
            return [f"{section}.{row['id']}" for row in found]
        rows = found if isinstance(found, dict) else {}
    return [f"{section}.{key}" for key in rows]


def _points(reading: Reading, path: str) -> int:
    return hundredths(reading.figures[path].value)


def _group_of(indicator: str) -> str:
    return indicator.removeprefix("indicators.").rpartition(".")[0]


def _unknown_groups(reading: Reading) -> Iterator[RuleFault]:
    if "groups" in reading.unread:
        return
    groups = {path.removeprefix("groups.") for path in _rows(reading, "groups")}
    for path in _rows(reading, "indicators"):
        if _group_of(path) not in groups:
            yield RuleFault(path, "group_unknown", {"group": _group_of(path)})


def _group_sums(reading: Reading) -> Iterator[RuleFault]:
    if "indicators" in reading.unread:
        return
    for group in _rows(reading, "groups"):
        of_group = [
            path for path in _rows(reading, "indicators") if _group_of(path) == group.removeprefix("groups.")
        ]
        yield from _compare(reading, group, of_group, "group_sum")


def _sum(reading: Reading, whole: str, section: str, code: str) -> Iterator[RuleFault]:
    if section not in reading.unread:
        yield from _compare(reading, whole, _rows(reading, section), code)


def _compare(reading: Reading, whole: str, parts: list[str], code: str) -> Iterator[RuleFault]:
    if not all(reading.knows(path) and path in reading.figures for path in (whole, *parts)):
        return
    points, total = _points(reading, whole), sum(_points(reading, path) for path in parts)
    if total != points:
        data = {"sum": point_text(total), "points": point_text(points)}
        yield RuleFault(f"{whole}.points", code, data)


def _parts(reading: Reading) -> Iterator[RuleFault]:
    for component in ("public", "leader"):
        if reading.knows(f"parts.{component}"):
            for fault in _sum(reading, f"components.{component}", f"parts.{component}", "parts_sum"):
                yield RuleFault(f"parts.{component}", fault.code, fault.data)


def _base(reading: Reading) -> Iterator[RuleFault]:
    if reading.knows("components"):
        yield from _sum(reading, "score.base", "components", "base_sum")
    if reading.knows("score.base") and _points(reading, "score.base") != _BASE:
        points = point_text(_points(reading, "score.base"))
        yield RuleFault("score.base.points", "base_not_hundred", {"points": points})


def _quota(reading: Reading) -> Iterator[RuleFault]:
    if reading.knows("quota"):
        total = sum(int(reading.figures[path].value) for path in _rows(reading, "quota"))
        if total != 100:
            yield RuleFault("quota", "quota_sum", {"sum": str(total)})


def _date_order(reading: Reading) -> Iterator[RuleFault]:
    for before, after in pairwise((*_WINDOW_DAYS, "deadlines.cutoff")):
        if reading.knows(before) and reading.knows(after):
            first, second = reading.figures[before].value, reading.figures[after].value
            if first > second or (first == second and after != "deadlines.cutoff"):
                yield RuleFault(
                    f"{after}.value", "date_order", {"value": second, "before": before, "than": first}
                )


def _grace(reading: Reading) -> Iterator[RuleFault]:
    """A department that lapsed can be readmitted only while the next window is not yet open."""
    for stage, following in pairwise(STAGES):
        due, opens = f"windows.{stage}.due", f"windows.{following}.opens"
        if not all(reading.knows(path) for path in (due, opens, "deadlines.grace_days")):
            continue
        last, first = (_day(reading, path) for path in (due, opens))
        end = latest_grace_end(last, int(reading.figures["deadlines.grace_days"].value))
        if last < first <= end:
            data = {"before": due, "end": f"{end:%m-%d}", "value": f"{first:%m-%d}"}
            yield RuleFault(f"{opens}.value", "grace_overlaps", data)


def _day(reading: Reading, path: str) -> date:
    return date(_COMMON_YEAR, *month_day(reading.figures[path].value))


def _rectification(reading: Reading) -> Iterator[RuleFault]:
    due, verify = "deadlines.rectification_due_days", "deadlines.rectification_verify_days"
    if reading.knows(due) and reading.knows(verify):
        first, second = (int(reading.figures[path].value) for path in (due, verify))
        if second <= first:
            data = {"value": str(second), "before": due, "than": str(first)}
            yield RuleFault(f"{verify}.value", "days_order", data)
