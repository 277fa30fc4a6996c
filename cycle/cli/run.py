"""What all commands of one run of the program share."""

from __future__ import annotations

from dataclasses import dataclass

from cycle.clock import Clock


@dataclass(slots=True)
class Program:
    """The language of the run, and the clock where it is not the machine's: tests put theirs in."""

    lang: str = ""
    clock: Clock | None = None
