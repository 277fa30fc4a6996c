"""A move as the letters about it see it, and what makes a kind of letter."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from workflows.deadlines import LIAISON, Deadline
from workflows.facts import Facts

if TYPE_CHECKING:  # the writer needs to know no moves
    from cycle.correspondence.writer import Writer


@dataclass(frozen=True, slots=True)
class Moved:
    """A move that was made: `facts` before it, `record` after it; `deadlines` and `lines` those it wrote."""

    key: str
    year: int
    department: str
    number: int
    action: str
    before: str
    after: str
    facts: Facts
    record: Mapping[str, Any]
    deadlines: Sequence[Deadline] = ()
    lines: Sequence[Mapping[str, Any]] = ()
    actor: str = ""
    confirmed_by: str = ""
    document: str = ""
    reason: str = ""

    @property
    def stage(self) -> str:
        """The stage the move was made in."""
        return self.before.partition(".")[0]

    @property
    def own(self) -> Deadline | None:
        """The department's clock that this move armed; None where it armed none."""
        return next((deadline for deadline in self.deadlines if deadline.who == LIAISON), None)


@dataclass(frozen=True, slots=True)
class Entry:
    """What goes into the recipient's calendar, or comes out of it."""

    state: str
    day: date
    cancelled: bool = False


Fields = Callable[["Writer", Moved, str], dict[str, Any]]


def always(_writer: Writer, _moved: Moved) -> bool:
    """A letter that every such move causes."""
    return True


def colourless(_moved: Moved) -> str:
    """A letter that presses for nothing."""
    return ""


@dataclass(frozen=True, slots=True)
class Kind:
    """How one kind of letter comes to its words: what its template names, in which colour, with which entry."""

    fields: Fields
    colour: Callable[[Moved], str] = colourless
    event: Callable[[Moved], Entry | None] | None = None
    worth_saying: Callable[[Writer, Moved], bool] = always
