"""A departure from the facts, and the refusal it leads to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tests.workflows.worlds import (
    Departure,
)


@dataclass(frozen=True, slots=True)
class Broken:
    """Departures and the exact codes of the refusal they lead to; `states` empty means every state."""

    departures: tuple[Departure, ...]
    codes: set[str]
    states: tuple[str, ...] = ()


def row(codes: str, *departures: Departure, states: Sequence[str] = ()) -> Broken:
    """One row of the tables below."""
    return Broken(departures, set(codes.split()), tuple(states))
