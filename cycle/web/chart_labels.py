"""The labels of a drawing: how wide a text is, where labels of one row stand clear of each other, how long one may be.

Every drawing is WIDTH wide in units of the page's own text, so that on a desk its letters are as large as the
table's beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

WIDTH: Final = 420
LETTER: Final = 12
"""The height of the letters of a drawing."""
_WIDE: Final = 0x2E80
"""From this code point on a letter is as wide as it is high."""
_NARROW: Final = 0.56
_GAP: Final = 8.0


def width_of(text: str) -> float:
    """About how wide a text is: Han letters are square, others a little over half as wide as high."""
    return sum(LETTER if ord(letter) >= _WIDE else LETTER * _NARROW for letter in text)


def clipped(text: str, most: float) -> str:
    """A text that fits in `most`, its end left out for … where it would not; second names in brackets go first."""
    first = text.partition("（")[0]
    if width_of(first) <= most:
        return first
    while first and width_of(f"{first}…") > most:
        first = first[:-1]
    return f"{first}…"


def spread(wanted: Sequence[float], widths: Sequence[float], low: float, high: float) -> list[float]:
    """The middles of labels in one row: each as near as may be to where it is wanted, none over another.

    Those that find no room before `high` push the others back; where all of them are too wide for the row they
    begin at `low` and run over its end.
    """
    order = sorted(range(len(wanted)), key=lambda at: wanted[at])
    middles = [0.0] * len(wanted)
    end = low
    for at in order:
        middles[at] = max(wanted[at], end + widths[at] / 2)
        end = middles[at] + widths[at] / 2 + _GAP
    start = high
    for at in reversed(order):
        middles[at] = min(middles[at], start - widths[at] / 2)
        start = middles[at] - widths[at] / 2 - _GAP
    beyond = max((low + widths[at] / 2 - middles[at] for at in order[:1]), default=0.0)
    return [tenth(middle + max(beyond, 0.0)) for middle in middles]


def tenth(number: float) -> float:
    """A length to the tenth: more is not seen and would make long pages."""
    return round(number, 1)


@dataclass(frozen=True, slots=True)
class Block:
    """A part of a bar: what it is of, where it begins and how wide it is."""

    kind: str
    x: float
    width: float

    @property
    def middle(self) -> float:
        """Where its label is wanted."""
        return tenth(self.x + self.width / 2)


@dataclass(frozen=True, slots=True)
class Label:
    """A word at `x`, its line led down to `to_x`, `to_y`."""

    text: str
    x: float
    to_x: float
    to_y: float
