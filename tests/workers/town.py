"""A city of twelve departments whose plans are due on 2025-02-28, and what came of its deadlines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from cycle import calendar_seed, roster, schema
from cycle.operations import vigil
from cycle.operations.setup import roster_arguments
from cycle.permissions import Act
from tests.cast import CLERK, PAPER, City, book, open_city, person
from tests.held import YEAR, instant

STAGE: Final = "twelve"
ROSTER: Final = roster.first(roster.read(), 12)
DEPARTMENTS: Final = tuple(sorted(d.id for d in ROSTER.departments))


def build(url: str, stage: str) -> None:
    """Migrate the database at `url`; for the stage, also register the twelve and open their year."""
    city = open_city(url, "running")
    schema.upgrade(city.service.database)
    if stage:
        city.at(f"{YEAR}-01-02")
        calendar = calendar_seed.seed((YEAR - 1, YEAR, YEAR + 1))
        city.do("install", Act("roster", kind="import", document=PAPER), **roster_arguments(ROSTER, calendar))
        for figure in book().to_confirm():
            city.do("confirm_figure", person(CLERK), figure=figure.path)
        city.whole("declare_unrecorded", YEAR - 1)
        city.open_year()
    city.service.database.close()


def watch_on(city: City, text: str) -> None:
    """Put the clock, and note that the watch went on until then: a stretch in which nothing was looked at."""
    with city.service.database.write() as session:
        assert vigil.note_pass(session, vigil.last_pass(session), instant(text))
    city.at(text)


@dataclass(frozen=True, slots=True)
class Account:
    """What was decided and written, but for when and by whom: the same however many workers there were.

    `letters` are the keys of the outbox with what became of each.
    """

    rungs: tuple[tuple[Any, ...], ...]
    reminders: tuple[tuple[Any, ...], ...]
    letters: Mapping[str, str]
    moves: tuple[tuple[Any, ...], ...]


def account(city: City) -> Account:
    """The account as it stands."""
    rungs = city.select("SELECT deadline, rung, at, outcome FROM fired_rung ORDER BY deadline, rung")
    reminders = city.select(
        "SELECT deadline, rung, person, role, address, outcome, digest FROM reminder"
        " ORDER BY deadline, rung, person"
    )
    letters = dict(city.select("SELECT key, status FROM outbox"))
    moves = city.select("SELECT subject, number, action FROM history ORDER BY subject, number")
    return Account(tuple(rungs), tuple(reminders), letters, tuple(moves))
