"""Where the power is cut, and the disk found each time: drawn by a seed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

from tests.powerloss.disk import Disk, Image
from tests.powerloss.entries import FOLDER, Created, Entry, Unlinked, Written
from tests.powerloss.recording import DATABASE, TOLD, WAL, Recording, Told

NEAR = 15  # acts: some more than it takes to begin a log


@dataclass(frozen=True, slots=True)
class Cut:
    """One power cut: after how many acts, what is found, and what had been told by then."""

    number: int
    place: int
    image: Image
    told: list[Told]

    def __str__(self) -> str:
        return "\n  ".join((f"cut {self.number}, after {self.place} acts:", *self.image.how))


def cuts(recording: Recording, seed: int, count: int) -> Iterator[Cut]:
    """`count` cuts in the order of their places: a place of each kind in turn (see `_places`).

    What is told goes to somebody else's paper, not to this disk.
    """
    draw = Random(seed)  # noqa: S311 - it has to be repeatable, not secret
    kinds = _places(recording.acts, [at for at, _ in recording.told])
    places = sorted(draw.choice(kinds[number % len(kinds)]) for number in range(count))
    disk, done = Disk(recording.before), 0
    for number, place in enumerate(places):
        for act in recording.acts[done:place]:
            if act.name != TOLD:
                disk.take(act)
        done = place
        image = disk.cut(Random(f"{seed} {number}"))  # noqa: S311 - as above
        yield Cut(number, place, image, [one for at, one in recording.told if at <= place])


def _places(acts: Sequence[Entry], told: Sequence[int]) -> tuple[Sequence[int], ...]:
    """Right after something was told; while the log is carried over; where it begins anew; anywhere."""
    anywhere = range(1, len(acts) + 1)
    carried = [at for at, act in enumerate(acts, start=1) if act.name == DATABASE]
    anew = [at for at, act in enumerate(acts, start=1) if _begins_anew(act)]
    near = [at + step for at in anew for step in range(-NEAR, NEAR + 1) if at + step in anywhere]
    return told, carried, near, anywhere


def _begins_anew(act: Entry) -> bool:
    """Whether names or the log's first bytes change: each log begins with its header."""
    if isinstance(act, Written):
        return (act.name, act.at) == (WAL, 0)
    return act.name == FOLDER or (act.name == WAL and isinstance(act, Created | Unlinked))
