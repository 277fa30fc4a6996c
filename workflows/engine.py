"""One step of one machine, pure. The only importer of `transitions`.

A machine is a table of moves. The library looks up the move and sets the state of a throwaway model; our
condition on each transition collects *every* unmet guard, since a refusal has to name them all. There are no
effects in callbacks: the library does not put a state back when one raises.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from transitions import EventData
from transitions import Machine as Library

from workflows.errors import Refused, Unmet
from workflows.facts import Facts

NONE = "none"
"""The state of a subject that does not exist yet."""

Guard = Callable[[Facts, datetime], Iterable[Unmet]]
Route = Callable[[Facts, datetime], bool]


@dataclass(frozen=True, slots=True)
class Move:
    """One line of a machine's table.

    `target` None means the state stays. `who` are the roles that may ask for it (`system` acts by the clock).
    `when` chooses between moves of the same action and source; `needs` are the guards. `reason` and `document`
    are the marks * and §. `confirmed` asks for a second person even when nobody is acted for.
    """

    action: str
    sources: tuple[str, ...]
    target: str | None
    who: tuple[str, ...]
    needs: tuple[Guard, ...] = ()
    when: Route | None = None
    reason: bool = False
    document: bool = False
    confirmed: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """What a move would do: nothing has happened yet."""

    action: str
    before: str
    after: str
    move: Move


class _Model:
    """What the library moves: a state, and the answers the guards gave on the way."""

    __slots__ = ("chosen", "facts", "now", "state", "unmet")

    def __init__(self, facts: Facts, now: datetime) -> None:
        self.state = facts.state
        self.facts = facts
        self.now = now
        self.unmet: list[Unmet] = []
        self.chosen: Move | None = None


def _condition(move: Move) -> Callable[[EventData], bool]:
    def holds(event: EventData) -> bool:
        model: Any = event.model
        if move.when is not None and not move.when(model.facts, model.now):
            return False
        model.chosen = move
        model.unmet.extend(unmet(move, model.facts, model.now))
        return not model.unmet

    return holds


@dataclass(frozen=True, eq=False)
class Machine:
    """A named table of moves over named states. `final` are the states that need no way out."""

    name: str
    states: tuple[str, ...]
    moves: tuple[Move, ...]
    final: tuple[str, ...] = ("closed",)
    _library: Library = field(init=False, repr=False)
    _by_place: dict[tuple[str, str], tuple[Move, ...]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        library = Library(
            model=None,
            states=[NONE, *self.states],
            initial=NONE,
            auto_transitions=False,
            send_event=True,
        )
        by_place: dict[tuple[str, str], tuple[Move, ...]] = {}
        for move in self.moves:
            for source in move.sources:
                by_place[source, move.action] = (*by_place.get((source, move.action), ()), move)
                library.add_transition(
                    trigger=move.action, source=source, dest=move.target, conditions=[_condition(move)]
                )
        object.__setattr__(self, "_library", library)
        object.__setattr__(self, "_by_place", by_place)

    @property
    def actions(self) -> tuple[str, ...]:
        """Every action, in the order of the table."""
        return tuple(dict.fromkeys(move.action for move in self.moves))

    def at(self, state: str, action: str) -> tuple[Move, ...]:
        """The moves of `action` out of `state`; several where `when` chooses between them."""
        return self._by_place.get((state, action), ())

    def possible(self, state: str) -> tuple[str, ...]:
        """The actions that leave or touch `state`, guards apart."""
        return tuple(a for a in self.actions if (state, a) in self._by_place)


def unmet(move: Move, facts: Facts, now: datetime) -> list[Unmet]:
    """Every condition of `move` that does not hold, reason and document first."""
    found: list[Unmet] = []
    if move.reason and not facts.asked.reason.strip():
        found.append(Unmet("reason_missing"))
    if move.document and not facts.asked.document.strip():
        found.append(Unmet("document_missing"))
    for guard in move.needs:
        found.extend(guard(facts, now))
    return found


def route(machine: Machine, facts: Facts, action: str, now: datetime) -> Move:
    """The one move that `action` means here, guards apart. Raises `Refused` where there is none."""
    candidates = machine.at(facts.state, action)
    for move in candidates:
        if move.when is None or move.when(facts, now):
            return move
    raise Refused(*_no_move(machine, facts, action, candidates))


def _no_move(machine: Machine, facts: Facts, action: str, candidates: Sequence[Move]) -> tuple[Unmet, ...]:
    if action not in machine.actions:
        return (Unmet("action_unknown", {"action": action}),)
    if candidates:
        return (Unmet("not_here", {"machine": machine.name, "action": action, "state": facts.state}),)
    sources = [s for move in machine.moves if move.action == action for s in move.sources]
    return (
        Unmet(
            "wrong_state",
            {
                "machine": machine.name,
                "action": action,
                "state": facts.state,
                "from": ",".join(dict.fromkeys(sources)),
            },
        ),
    )


def step(machine: Machine, facts: Facts, action: str, now: datetime) -> Step:
    """The step `action` takes from these facts at `now`. Raises `Refused` with every unmet condition."""
    route(machine, facts, action, now)
    model = _Model(facts, now)
    machine._library.events[action].trigger(model)
    if model.unmet or model.chosen is None:
        raise Refused(*model.unmet)
    return Step(action=action, before=facts.state, after=model.state, move=model.chosen)
