"""Where everything of a chart stands on its drawing: lengths from figures, nothing read, nothing worded.

Points are hundredths. The macros that draw are in templates/charts.html.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from cycle.web.chart_labels import WIDTH, Block, Label, clipped, spread, tenth, width_of

# --- score composition: a bar of parts for each department ---

NAME: Final = 112
_BAR_END: Final = 368
_HEAD: Final = 30
ROW: Final = 18


@dataclass(frozen=True, slots=True)
class Bar:
    """One department's points: what was given, part by part, `taken` off the end of it, and where the total ends."""

    name: str
    y: float
    blocks: tuple[Block, ...]
    taken: Block | None
    end: float
    total: str


@dataclass(frozen=True, slots=True)
class Bars:
    """All bars under one head of labels; `lines` are the places of whole tens with their figures."""

    bars: tuple[Bar, ...]
    labels: tuple[Label, ...]
    height: float


@dataclass(frozen=True, slots=True)
class Made:
    """What a department's points are made of: parts given in their order, what was taken off, the total as text."""

    name: str
    given: Mapping[str, int]
    taken: int
    total: str


def bars(rows: Sequence[Made], words: Mapping[str, str]) -> Bars:
    """The stacked bars of departments, from zero on; `words` are the labels of the parts, in their order."""
    most = max((sum(max(part, 0) for part in row.given.values()) for row in rows), default=0) or 1
    scale = (_BAR_END - NAME) / most
    drawn = tuple(_bar(row, _HEAD + ROW * place, scale) for place, row in enumerate(rows))
    labels = _over(drawn[0].blocks, words) if drawn else ()
    return Bars(drawn, labels, _HEAD + ROW * len(rows) + 4)


def _bar(row: Made, y: float, scale: float) -> Bar:
    blocks, at = [], 0
    for kind, points in row.given.items():
        if points > 0:
            blocks.append(Block(kind, tenth(NAME + at * scale), tenth(points * scale)))
            at += points
    off = min(row.taken, at)
    taken = Block("taken", tenth(NAME + (at - off) * scale), tenth(off * scale)) if off > 0 else None
    return Bar(clipped(row.name, NAME - 8), y, tuple(blocks), taken, tenth(NAME + at * scale + 5), row.total)


def _over(blocks: Sequence[Block], words: Mapping[str, str]) -> tuple[Label, ...]:
    """The parts' names above the first bar, each led to its part."""
    named = [block for block in blocks if block.kind in words]
    texts = [words[block.kind] for block in named]
    places = spread([block.middle for block in named], [width_of(text) for text in texts], NAME, WIDTH)
    pieces = zip(named, texts, places, strict=True)
    return tuple(Label(text, x, block.middle, _HEAD) for block, text, x in pieces)


# --- progress: how many departments were through each stage, day by day ---

_LEFT: Final = 30
_RIGHT: Final = 408
_TOP: Final = 44
_BOTTOM: Final = 206


@dataclass(frozen=True, slots=True)
class Stair:
    """One stage: the line that rises by one with each department, and its label."""

    stage: str
    path: str
    label: Label
    count: int


@dataclass(frozen=True, slots=True)
class Staircase:
    """The stages of a year over its days. `today` is where the day stands, None where it is not on the drawing."""

    stairs: tuple[Stair, ...]
    months: tuple[tuple[float, int], ...]
    levels: tuple[tuple[float, int], ...]
    today: float | None


def staircase(
    ends: Mapping[str, Sequence[date]],
    of: int,
    words: Mapping[str, str],
    *,
    first: date,
    last: date,
    today: date | None = None,
) -> Staircase:
    """The lines of the stages that anybody ended between `first` and `last`, out of `of` departments."""
    days = max((last - first).days, 1)

    def across(day: date) -> float:
        kept = min(max((day - first).days, 0), days)
        return tenth(_LEFT + (_RIGHT - _LEFT) * kept / days)

    def up(count: int) -> float:
        return tenth(_BOTTOM - (_BOTTOM - _TOP) * count / max(of, 1))

    known = {stage: sorted(found) for stage, found in ends.items() if found}
    texts = {stage: f"{words[stage]} {len(found)}" for stage, found in known.items()}
    ending = {stage: (across(found[-1]), up(len(found))) for stage, found in known.items()}
    widths = [width_of(text) for text in texts.values()]
    middles = spread([x for x, _ in ending.values()], widths, 0, WIDTH)
    stairs = [
        Stair(stage, _climb(found, across, up), Label(texts[stage], middle, *ending[stage]), len(found))
        for (stage, found), middle in zip(known.items(), middles, strict=True)
    ]
    inside = today is not None and first <= today <= last
    return Staircase(
        tuple(stairs),
        tuple((across(day), day.month) for day in _months(first, last)),
        tuple((up(count), count) for count in _levels(of)),
        across(today) if today and inside else None,
    )


def _climb(days: Sequence[date], across: Callable[[date], float], up: Callable[[int], float]) -> str:
    path, count = f"M{across(days[0]):g} {up(0):g}", 0
    for day, more in sorted(Counter(days).items()):
        count += more
        path += f"H{across(day):g}V{up(count):g}"
    return path


def _months(first: date, last: date) -> list[date]:
    """The first days of the months in between."""
    found, day = [], first.replace(day=1)
    while day <= last:
        if day >= first:
            found.append(day)
        day = (day + timedelta(days=32)).replace(day=1)
    return found


def _levels(of: int) -> list[int]:
    """Counts at which lines go across: nothing, half, all."""
    return sorted({0, of // 2, of}) if of else [0]


# --- grades: seats and cut lines ---

_QUOTA_LEFT: Final = 2
_QUOTA_WIDTH: Final = 416


@dataclass(frozen=True, slots=True)
class Quota:
    """The blocks of the grades given, each labelled where it has room, and the lines of the seats with their sums."""

    blocks: tuple[tuple[Block, str], ...]
    cuts: tuple[tuple[float, int], ...]


def quota(given: Mapping[str, int], seats: Mapping[str, int], words: Mapping[str, str]) -> Quota:
    """One bar of all departments: blocks as graded, lines as there are seats. Both by grade, the best first."""
    of = max(sum(given.values()), sum(seats.values()), 1)
    scale = _QUOTA_WIDTH / of
    blocks, at = [], 0
    for grade, count in given.items():
        width = tenth(max(count * scale - 1, 0))
        label = f"{words[grade]} {count}"
        block = Block(grade, tenth(_QUOTA_LEFT + at * scale), width)
        blocks.append((block, label if width_of(label) < width else ""))
        at += count
    cuts, down = [], 0
    for count in list(seats.values())[:-1]:
        down += count
        cuts.append((tenth(_QUOTA_LEFT + down * scale), down))
    return Quota(tuple(blocks), tuple(cuts))


_DOT: Final = 7
_SWARM_LEFT: Final = 12
_SWARM_RIGHT: Final = 408


@dataclass(frozen=True, slots=True)
class Dot:
    """One department at its total: the grade is how it is filled."""

    x: float
    y: float
    name: str
    grade: str


@dataclass(frozen=True, slots=True)
class Swarm:
    """Every total as a dot, piled where several are alike; the lowest total of each grade as a line."""

    dots: tuple[Dot, ...]
    cuts: tuple[Label, ...]
    ticks: tuple[tuple[float, str], ...]
    base: float
    height: float


def swarm(rows: Sequence[tuple[str, str, int]], words: Mapping[str, str]) -> Swarm | None:
    """Of `(name, grade, total)`, the best first; None where there are not two totals to tell apart.

    `words` are the labels of the cut lines by grade; they stand before the lowest total of their grade.
    """
    totals = [total for _name, _grade, total in rows]
    if len(totals) < 2 or min(totals) == max(totals):
        return None
    low, high, step = _ends(min(totals), max(totals))
    scale = (_SWARM_RIGHT - _SWARM_LEFT) / (high - low)
    piles: Counter[int] = Counter()
    placed = []
    for name, grade, total in rows:
        column = round((total - low) * scale / _DOT)
        placed.append((column, piles[column], name, grade))
        piles[column] += 1
    base = 40.0 + _DOT * max(piles.values())
    dots = tuple(
        Dot(tenth(_SWARM_LEFT + column * _DOT), tenth(base - _DOT * (pile + 0.5)), name, grade)
        for column, pile, name, grade in placed
    )
    worst = {grade: total for _name, grade, total in rows}
    lines = {
        grade: tenth(_SWARM_LEFT + round((total - low) * scale / _DOT) * _DOT - _DOT / 2)
        for grade, total in worst.items()
        if grade in words
    }
    texts = [words[grade] for grade in lines]
    middles = spread(list(lines.values()), [width_of(text) for text in texts], 0, WIDTH)
    cuts = tuple(
        Label(text, middle, x, base) for text, middle, x in zip(texts, middles, lines.values(), strict=True)
    )
    ticks = tuple(
        (tenth(_SWARM_LEFT + (tick - low) * scale), f"{tick / 100:g}") for tick in range(low, high + 1, step)
    )
    return Swarm(dots, cuts, ticks, base, base + 22)


def _ends(least: int, most: int) -> tuple[int, int, int]:
    """Where an axis begins and ends, and how far its figures lie apart, in hundredths: five at most."""
    for step in (50, 100, 200, 500, 1000, 2000, 5000):
        low, high = least // step * step, -(-most // step) * step
        if (high - low) // step <= 5:
            return low, high, step
    step = (most - least) // 4 + 1
    return least, least + 5 * step, step


# --- movement between two years ---

_MOVE_LEFT: Final = 130
_MOVE_RIGHT: Final = 360


@dataclass(frozen=True, slots=True)
class Move:
    """One department's place then and now; the name as it fits."""

    department: str
    name: str
    y: float
    then: float
    now: float
    by: int


def moves(rows: Sequence[tuple[str, str, int, int]]) -> tuple[Move, ...]:
    """Of `(department, name, place then, place now)`: the first place stands to the left."""
    most = max((max(then, now) for _department, _name, then, now in rows), default=1)
    scale = (_MOVE_RIGHT - _MOVE_LEFT) / max(most - 1, 1)
    return tuple(
        Move(
            department,
            clipped(name, _MOVE_LEFT - 14),
            tenth(12 + place * ROW),
            tenth(_MOVE_LEFT + (then - 1) * scale),
            tenth(_MOVE_LEFT + (now - 1) * scale),
            then - now,
        )
        for place, (department, name, then, now) in enumerate(rows)
    )


# --- lateness: how the forms of each stage came in ---

LATE_ROW: Final = 40
_LATE_WIDTH: Final = 416


@dataclass(frozen=True, slots=True)
class Came:
    """How the forms of one stage came in: its blocks, kind by kind, with their counts."""

    stage: str
    y: float
    blocks: tuple[tuple[Block, int], ...]


def came_in(rows: Mapping[str, Mapping[str, int]]) -> tuple[Came, ...]:
    """A bar for each stage; all to the scale of the stage with the most departments."""
    most = max((sum(counts.values()) for counts in rows.values()), default=0) or 1
    scale = _LATE_WIDTH / most
    found = []
    for place, (stage, counts) in enumerate(rows.items()):
        blocks, at = [], 0
        for kind, count in counts.items():
            if count:
                width = tenth(max(count * scale - 1, 0))
                blocks.append((Block(kind, tenth(_QUOTA_LEFT + at * scale), width), count))
            at += count
        found.append(Came(stage, tenth(16 + place * LATE_ROW), tuple(blocks)))
    return tuple(found)
