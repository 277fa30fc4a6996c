"""The processes as pages: each machine's moves as a table, its states as a Mermaid diagram.

`python3 -m cycle.machine_pages > docs/machines.md` writes the page of all of them anew.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from workflows import rulebook, words
from workflows.engine import NONE, Machine, Move
from workflows.machines import MACHINES
from workflows.rulebook import Rulebook

_HEADER = """\
# The processes

Every kind of subject moves by one table. A move that does not change the state stands in the table only, not
in the diagram. The figures are those of the shipped rulebook; a year goes by the rulebook frozen into it.

"""

_ROUTE_WORDS = {"_enrol": "asked_stage", "_came_from": "came_from", "_cleared": "cleared"}
_ROUTE_WORDS |= {"_newly_failed": "newly_failed", "for_parts": "for_parts", "within_parts": "within_parts"}
_ROUTE_WORDS |= {name: name for name in ("something_open", "everything_shut")}
_ROUTE_WORDS |= {name: name for name in ("with_password", "without_password")}
_ROUTE_WORDS |= {name: name for name in ("for_honour", "for_outstanding", "receipts_wait")}


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a machine's table. All but `needs` are codes; `target` None means the state stays."""

    action: str
    sources: tuple[str, ...]
    target: str | None
    who: tuple[str, ...]
    needs: tuple[str, ...]


def table(machine: Machine, lang: str) -> list[Row]:
    """The machine's moves in the order of its table, what each needs in words."""
    return [
        Row(move.action, move.sources, move.target, move.who, tuple(_needs(move, lang)))
        for move in machine.moves
    ]


@cache
def _book() -> Rulebook:
    return rulebook.load()


def _needs(move: Move, lang: str) -> Iterator[str]:
    if move.when is not None and (code := _ROUTE_WORDS.get(_name(move.when))):
        yield words.phrase("when", code, lang, **_closed_over(move.when, lang))
    if move.reason:
        yield words.word("need", "reason", lang)
    if move.document:
        yield words.word("need", "document", lang)
    for guard in move.needs:
        yield words.phrase("need", _name(guard), lang, **_closed_over(guard, lang))
    if move.confirmed:
        yield words.word("need", "second_person", lang)


def _name(rule: Callable[..., Any]) -> str:
    """What a guard or route is called; one made by a function goes by its maker's name."""
    return rule.__qualname__.partition(".")[0]


def _closed_over(rule: Callable[..., Any], lang: str) -> dict[str, str]:
    """What a made guard or route was made with, in words."""
    found: dict[str, str] = {}
    for name, value in inspect.getclosurevars(rule).nonlocals.items():
        if name == "days":
            found[name] = str(getattr(_book(), value))
        elif name == "window":
            found[name] = words.word("stage", value, lang)
        elif name == "parts":
            found[name] = words.listed([words.word("part", part, lang) for part in value if part], lang)
    return found


def mermaid(machine: Machine, lang: str) -> str:
    """A state diagram: every state by name, every move that changes it, one arrow for each pair of states."""
    lines = ["stateDiagram-v2"]
    lines += [f'    state "{words.state(machine.name, s, lang)}" as {_id(s)}' for s in machine.states]
    for (source, target), actions in _arrows(machine).items():
        label = " / ".join(words.action(action, lang, machine.name) for action in actions)
        lines.append(f"    {_id(source)} --> {_id(target)}: {label}")
    lines += [f"    {_id(state)} --> [*]" for state in machine.final]
    return "\n".join(lines) + "\n"


def _id(state: str) -> str:
    return "[*]" if state == NONE else state.replace(".", "_")


def _arrows(machine: Machine) -> dict[tuple[str, str], list[str]]:
    found: dict[tuple[str, str], list[str]] = {}
    for move in machine.moves:
        for source in move.sources:
            if move.target is not None and move.target != source:
                actions = found.setdefault((source, move.target), [])
                if move.action not in actions:
                    actions.append(move.action)
    return found


def markdown(machine: Machine, lang: str) -> str:
    """The table as Markdown, in words."""
    rows = [
        (
            words.action(row.action, lang, machine.name),
            words.listed([words.state(machine.name, s, lang) for s in row.sources], lang),
            words.state(machine.name, row.target, lang) if row.target else words.word("table", "stays", lang),
            words.listed([words.word("role", role, lang) for role in row.who], lang),
            _clauses(row.needs, lang),
        )
        for row in table(machine, lang)
    ]
    return _pipes(_heads(lang), rows)


def _clauses(needs: Sequence[str], lang: str) -> str:
    return words.word("list", "apart", lang).join(needs) or words.word("table", "none", lang)


def _heads(lang: str) -> tuple[str, ...]:
    return tuple(words.word("table", code, lang) for code in ("action", "before", "after", "who", "needs"))


def _pipes(heads: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    lines = [heads, ("---",) * len(heads), *rows]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


def docs_page() -> str:
    """The whole of `docs/machines.md`: codes as the rules have them, beside what people read."""
    return _HEADER + "\n".join(_section(machine) for machine in MACHINES.values())


def _section(machine: Machine) -> str:
    states = [
        (f"`{s}`", words.state(machine.name, s, "en"), words.state(machine.name, s, "zh"))
        for s in machine.states
    ]
    moves = [
        (
            f"`{row.action}`",
            ", ".join(f"`{s}`" for s in row.sources),
            f"`{row.target}`" if row.target else "same",
            ", ".join(f"`{role}`" for role in row.who),
            _clauses(row.needs, "en"),
        )
        for row in table(machine, "en")
    ]
    english, chinese = (words.word("kind", machine.name, lang) for lang in ("en", "zh"))
    return (
        f"## `{machine.name}`: {english}, {chinese}\n\n"
        f"{_pipes(('State', 'English', 'Chinese'), states)}\n"
        f"{_pipes(_heads('en'), moves)}\n"
        f"```mermaid\n{mermaid(machine, 'en')}```\n"
    )


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8", newline="\n")  # type: ignore[union-attr] # a real stream when run
    sys.stdout.write(docs_page())
