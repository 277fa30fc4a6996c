"""The matters of a year (findings, complaints, bonuses, objections, evidence, duties) as a reader sees them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from cycle import queries, queries_board
from cycle.board.city import cycle_of
from cycle.board.look import Look
from cycle.board.values import deadline_values
from cycle.board.year import seen_in, without_names
from cycle.queries import SubjectRow
from cycle.queries_board import OpenDeadline
from cycle.sight import Seen, seen, shows
from workflows.errors import NotFound
from workflows.matters import MATTERS, undecided

Values = dict[str, Any]

HIDDEN: Final[Mapping[str, Mapping[str, str]]] = {"complaint": {"complainant": "complainant"}}
"""Kind of matter to fields of its record that not everybody sees who sees the matter: the resource they are."""

_OWN: Final = frozenset({"deadlines", "visits", "counts_in"})
"""What a record keeps for the machine, or is told in a place of its own."""
_NOT_TEXTS: Final = frozenset({"sha256"})
_DIGEST: Final = 64


def of_year(look: Look, kind: str, year: int) -> list[Values]:
    """The matters of a kind opened in a year that the reader sees, by department and number. Raises NotFound."""
    cycle_of(look, year)
    clocks = _clocks(look, year)
    team = {department: of.team for department, of in seen_in(look, year).items()}
    found = []
    for row in queries.matters_of_year(look.session, kind, year):
        of = replace(seen(row), team=team.get(row.department, ()))
        if shows(look.reader, kind, of):
            found.append(_values(look, row, of, clocks.get(row.key, ())))
    return found


def one(look: Look, kind: str, year: int, department: str, number: int) -> Values:
    """One matter. Raises NotFound where there is none, or none for this reader."""
    key = f"{kind}:{year}:{department}:{number}"
    row = queries.subject(look.session, key) if kind in MATTERS else None
    if row is None:
        raise NotFound(key)
    appraisal = queries.subject(look.session, f"appraisal:{year}:{department}")
    of = replace(seen(row), team=seen(appraisal).team if appraisal else ())
    if not shows(look.reader, kind, of):
        raise NotFound(key)
    return _values(look, row, of, _clocks(look, year).get(key, ()))


def _clocks(look: Look, year: int) -> dict[str, list[OpenDeadline]]:
    found: dict[str, list[OpenDeadline]] = {}
    for clock in queries_board.open_deadlines(look.session, year):
        found.setdefault(clock.subject, []).append(clock)
    return found


def _values(look: Look, row: SubjectRow, of: Seen, clocks: Sequence[OpenDeadline]) -> Values:
    hidden = {
        name for name, resource in HIDDEN.get(row.kind, {}).items() if not shows(look.reader, resource, of)
    }
    shown = {name: value for name, value in row.record.items() if name not in hidden | _OWN}
    deadlines = [deadline_values(clock) for clock in clocks]
    return {
        "subject": row.key,
        "year": row.year,
        "counts_in": queries.counting_year(row),
        "department": row.department,
        "name": look.voice.name(row.department),
        "matter": int(row.key.rpartition(":")[2]),
        "state": row.state,
        "state_word": look.voice.state(row.kind, row.state),
        "undecided": undecided(row.kind, row.state),
        "number": row.number,
        "deadlines": [{**one, "who": without_names(look, of, [one["who"]])[0]} for one in deadlines],
        "record": _with_texts(look, shown),
    }


def _with_texts(look: Look, value: Any, name: str = "") -> Any:
    """A record's value with its texts in place of their digests; what is no digest of a kept text stays."""
    if isinstance(value, Mapping):
        return {key: _with_texts(look, below, key) for key, below in value.items()}
    if isinstance(value, list):
        return [_with_texts(look, below, name) for below in value]
    if not isinstance(value, str) or name in _NOT_TEXTS or len(value) != _DIGEST:
        return value
    try:
        return queries.text(look.session, value)
    except KeyError:
        return value
