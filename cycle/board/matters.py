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
from cycle.operations.complaints import COMPLAINANT, unsalted
from cycle.queries import SubjectRow
from cycle.queries_board import OpenDeadline
from cycle.sight import Seen, seen, shows
from workflows.errors import NotFound
from workflows.matters import MATTERS, undecided

Values = dict[str, Any]

HIDDEN: Final[Mapping[str, Mapping[str, str]]] = {"complaint": {COMPLAINANT: "complainant"}}
"""Kind of matter to fields of its record that not everybody sees who sees the matter: the resource they are."""

_OWN: Final = frozenset({"deadlines", "visits", "counts_in"})
"""What a record keeps for the machine, or is told in a place of its own."""
_TEXTS: Final[Mapping[str, frozenset[str]]] = {
    "bonus": frozenset({"text", "opinion"}),
    "objection": frozenset({"text"}),
    "duty": frozenset({"texts"}),
    "complaint": frozenset({COMPLAINANT}),
}
"""Kind of matter to fields that hold the digest of a kept text, or several by name. No other field is looked up:
what somebody wrote there may look like the digest of what they are not to read.
"""


def of_year(look: Look, kind: str, year: int) -> list[Values]:
    """The matters of a kind opened in a year that the reader sees, by department and number. Raises NotFound."""
    cycle_of(look, year)
    clocks = _clocks(look, year)
    around = seen_in(look, year)
    found = []
    for row in queries.matters_of_year(look.session, kind, year):
        of_its_year = around.get(row.department, Seen(row.department))
        of = replace(seen(row), team=of_its_year.team)
        if shows(look.reader, kind, of):
            found.append(_values(look, row, of, of_its_year, clocks.get(row.key, ())))
    return found


def one(look: Look, kind: str, year: int, department: str, number: int) -> Values:
    """One matter. Raises NotFound where there is none, or none for this reader."""
    key = f"{kind}:{year}:{department}:{number}"
    row = queries.subject(look.session, key) if kind in MATTERS else None
    if row is None:
        raise NotFound(key)
    around = queries.subject(look.session, f"appraisal:{year}:{department}")
    of_its_year = seen(around) if around else Seen(department)
    of = replace(seen(row), team=of_its_year.team)
    if not shows(look.reader, kind, of):
        raise NotFound(key)
    return _values(look, row, of, of_its_year, _clocks(look, year).get(key, ()))


def _clocks(look: Look, year: int) -> dict[str, list[OpenDeadline]]:
    found: dict[str, list[OpenDeadline]] = {}
    for clock in queries_board.open_deadlines(look.session, year):
        found.setdefault(clock.subject, []).append(clock)
    return found


def _values(look: Look, row: SubjectRow, of: Seen, of_year: Seen, clocks: Sequence[OpenDeadline]) -> Values:
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
        "deadlines": [{**one, "who": without_names(look, of_year, [one["who"]])[0]} for one in deadlines],
        "record": _told(look, row.kind, shown, of_year),
    }


def _told(look: Look, kind: str, record: Mapping[str, Any], of_year: Seen) -> Values:
    """A record with its texts in place of their digests, and whoever decided as far as the reader is told."""
    texts = _TEXTS.get(kind, frozenset())
    told = {name: _text(look, value) if name in texts else value for name, value in record.items()}
    if COMPLAINANT in told:
        told[COMPLAINANT] = unsalted(told[COMPLAINANT])
    if kind == "evidence" and told.get("decided") and not shows(look.reader, "team", of_year):
        body = "team" if told["decided"]["by"] in of_year.team else "office"
        told["decided"] = {**told["decided"], "by": body}
    return told


def _text(look: Look, value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _text(look, below) for name, below in value.items()}
    try:
        return queries.text(look.session, value)
    except KeyError:
        return value
