"""Chance that can be repeated: every draw is named by its keys, so the order of asking does not matter."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

Key = str | int
_Item = TypeVar("_Item")


def draw(seed: int, *keys: Key) -> int:
    """A whole number below 2**64 that depends on the seed and the keys alone."""
    text = "\x1f".join((str(seed), *map(str, keys)))
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")


@dataclass(frozen=True, slots=True)
class Draws:
    """The draws of one seed. Percentages and bounds are whole numbers."""

    seed: int

    def chance(self, percent: int, *keys: Key) -> bool:
        """True in `percent` of a hundred cases."""
        return draw(self.seed, *keys) % 100 < percent

    def between(self, bounds: tuple[int, int], *keys: Key) -> int:
        """One of the whole numbers from the first bound to the second, both included."""
        low, high = bounds
        return low + draw(self.seed, *keys) % (high - low + 1)

    def pick(self, items: Sequence[_Item], *keys: Key) -> _Item:
        """One of the items, of which there is at least one."""
        return items[draw(self.seed, *keys) % len(items)]

    def order(self, names: Iterable[str], *keys: Key) -> list[str]:
        """The names shuffled; leaving one out keeps the others in their order."""
        return sorted(names, key=lambda name: (draw(self.seed, *keys, name), name))

    def deal(self, names: Sequence[str], shares: Mapping[str, int], *keys: Key) -> dict[str, str]:
        """Deal each card of `shares` to its per cent of the names, rounded half up; the rest get none.

        Dealt, not tossed: forty departments have the same number of late ones under every seed.
        """
        waiting = iter(self.order(names, *keys))
        dealt: dict[str, str] = {}
        for card, percent in shares.items():
            for _ in range((len(names) * percent + 50) // 100):
                name = next(waiting, None)
                if name is not None:
                    dealt[name] = card
        return dealt
