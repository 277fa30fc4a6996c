"""What an amendment takes from a ledger goes at its source too: the finding, complaint or application it came from.

Where an application goes, another one approved for the same honour steps in with a line of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from cycle import queries
from cycle.operations import bonuses
from cycle.operations.advance import Around, Desk, consider
from cycle.operations.change import Change
from cycle.operations.matters import PERMITTED
from cycle.queries import SubjectRow
from workflows.errors import Refused, Unmet
from workflows.facts import Asked, Standing
from workflows.rulebook import Rulebook

GONE: Mapping[str, Mapping[str, Any]] = {
    "finding": {"line": None},
    "complaint": {"line": None},
    "bonus": {"line": None, "counted": False},
}
"""Kind of matter to what its record says once its line is taken away."""


class Annulled(NamedTuple):
    """The moves of the matters an amendment takes the lines of, and what is in their way."""

    changes: Sequence[Change] = ()
    blocking: Sequence[Unmet] = ()

    @property
    def keys(self) -> frozenset[str]:
        """The matters that are gone once the amendment is written."""
        return frozenset(change.row.key for change in self.changes)


def annulled(
    desk: Desk, around: Around, lines: Mapping[str, Sequence[Standing]], reversed_: frozenset[str]
) -> Annulled:
    """The matters whose standing lines are among `reversed_`; the appraisals they count in are held.

    A matter that something stands on (a veto) stays in the way of the amendment.
    """
    changes: list[Change] = []
    blocking: list[Unmet] = []
    for row in _sources(desk, lines, reversed_):
        asked = Asked(reason=desk.act.reason, document=desk.act.document, extra={"record": GONE[row.kind]})
        try:
            changes.append(consider(desk, row, "annul", asked, around=around, given=PERMITTED))
        except Refused as refused:
            blocking += [replace(unmet, about=row.key) for unmet in refused.unmet if not _of_act(unmet)]
    return Annulled(changes, blocking)


def stepping_in(desk: Desk, book: Rulebook, year: int, gone: Annulled) -> dict[str, list[SubjectRow]]:
    """Department to the applications that count in its year now that others for the same honour are gone."""
    of: dict[str, list[SubjectRow]] = {}
    for change in gone.changes:
        if change.row.kind == "bonus":
            of.setdefault(change.row.department, []).append(change.row)
    return {
        department: bonuses.stepping_in(desk.session, book, year, department, rows)
        for department, rows in of.items()
    }


def stepped_in(desk: Desk, around: Around, row: SubjectRow, line: str) -> Change:
    """The move of an application that steps in; `line` is the id its ledger line will have."""
    record = {"counted": True, "line": line}
    asked = Asked(reason=desk.act.reason, document=desk.act.document, extra={"record": record})
    return consider(desk, row, "recount", asked, around=around, given=PERMITTED)


def _sources(
    desk: Desk, lines: Mapping[str, Sequence[Standing]], reversed_: frozenset[str]
) -> Iterator[SubjectRow]:
    named = {line.source for of in lines.values() for line in of if line.id in reversed_ and line.source}
    for key in sorted(named):
        row = queries.lock(desk.session, key)
        if row is not None and row.kind in GONE:
            yield row


def _of_act(unmet: Unmet) -> bool:
    """What the amendment as a whole is refused for anyhow."""
    return unmet.code in ("reason_missing", "document_missing")
