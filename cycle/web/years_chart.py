"""A department's totals over the years as a line: where each stands on a drawing of 420 by 192."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from workflows.scoring import to_hundredths

LEFT, RIGHT, TOP, BOTTOM = 52, 380, 36, 186
_MOST_YEARS: Final = 8
_STEPS: Final = (100, 200, 500, 1000, 2000, 5000, 10_000)
_LINES: Final = 4


@dataclass(frozen=True, slots=True)
class Point:
    """One year with a total: `text` is shown at the first and the last."""

    x: float
    y: float
    year: int
    text: str


@dataclass(frozen=True, slots=True)
class Chart:
    """The points from the earliest on, and the lines across with their labels."""

    points: Sequence[Point]
    lines: Sequence[tuple[float, str]]

    @property
    def path(self) -> str:
        """The line through the points."""
        return "M" + " L".join(f"{point.x:g} {point.y:g}" for point in self.points)


def chart(years: Sequence[dict[str, Any]]) -> Chart | None:
    """Of a department's file, the latest year first; None where there are not two years to compare."""
    known = [one for one in reversed(years[:_MOST_YEARS]) if one["total"] is not None]
    if len(known) < 2:
        return None
    totals = [to_hundredths(one["total"]) for one in known]
    low, step = _scale(min(totals), max(totals))
    reach = step * _LINES
    first, last = known[0]["year"], known[-1]["year"]
    points = [
        Point(
            round(LEFT + (RIGHT - LEFT) * (one["year"] - first) / (last - first), 1),
            round(BOTTOM - (BOTTOM - TOP) * (total - low) / reach, 1),
            one["year"],
            one["total"],
        )
        for one, total in zip(known, totals, strict=True)
    ]
    lines = [
        (round(BOTTOM - (BOTTOM - TOP) * place / _LINES, 1), f"{(low + step * place) / 100:g}")
        for place in range(_LINES + 1)
    ]
    return Chart(points, lines)


def _scale(least: int, most: int) -> tuple[int, int]:
    """Where the scale begins and how far its lines lie apart, in hundredths, so that all of it fits."""
    for step in _STEPS:
        low = least // step * step
        if low + step * _LINES >= most:
            return low, step
    return least, (most - least) // _LINES + 1
