"""What a run is asked for: the years, the seed, how people behave."""

from __future__ import annotations

from dataclasses import dataclass

from cycle.simulation.behaviour import Behaviour, Bounds
from cycle.simulation.draws import Draws

ERA = 3
"""Years for which the same departments struggle: long enough for two failures running, and a way out."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Years `first` to `last`, both included."""

    first: int
    last: int
    seed: int
    behaviour: Behaviour

    @property
    def draws(self) -> Draws:
        return Draws(self.seed)

    @property
    def years(self) -> range:
        return range(self.first, self.last + 1)

    def era(self, year: int) -> int:
        """The first year of the three that `year` belongs to."""
        return year - (year - self.first) % ERA

    def falls_in(self, rhythm: Bounds, year: int) -> bool:
        """Whether what happens first in year `rhythm[0]`, then every `rhythm[1]` years, happens now."""
        first, every = rhythm
        index = year - self.first
        return index >= first and (index - first) % every == 0
