"""Every list that can be taken away as a file: its columns in the reader's words, and where its rows come from.

A file is for people: codes (states, parts, roles, categories, sources) are words of the reader's language there,
instants are by the office's clock, and who is known by an id alone has their name. Ids stay where a thing is found by
them (departments, people, subjects, ledger lines, items and figures of the rulebook), and so do the kinds of letters.
Programs read the JSON, which keeps every code as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from cycle.board import city, department, desk, history, matters, post_office, registers, year
from cycle.board.listed import Teller
from cycle.board.look import Look
from cycle.documents.lists import Cell, Kind, listed
from workflows import words

Values = dict[str, Any]

EVERY: Final = 1_000_000
"""More rows than any list has."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its header's code, where in a row its value stands, how it is told (see `Teller.cell`)."""

    code: str
    path: str
    told: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a list is about: the year and the department where it needs them.

    `status` and `version` name a version of a year's results; without them it is the one that is published now.
    """

    year: int = 0
    department: str = ""
    status: str = ""
    version: int | None = None


Rows = Callable[[Look, Asked], Sequence[Values]]


@dataclass(frozen=True, slots=True)
class Listing:
    """One list. `needs` names what has to be said for it: year, department."""

    columns: tuple[Column, ...]
    rows: Rows
    needs: tuple[str, ...] = ()


def _columns(text: str) -> tuple[Column, ...]:
    """Columns from a line: `code`, `code=path`, `code:told`, and `code#` for points."""
    found = []
    for word in text.replace("#", ":points").split():
        name, _, path = word.partition("=")
        code, _, told = name.partition(":")
        found.append(Column(code, path or code, told))
    return tuple(found)


_RESULT: Final = (
    "rank department name category:category category_rank central# public# leader# base# deductions# bonus# total#"
    " grade:grade award_rate previous_rank movement category_movement consecutive_failures"
)
_MATTER: Final = (
    "department name matter state=state_word counts_in item=record.item item_name:name=record.item on=record.on"
    " text=record.text line=record.line"
)
_DEADLINE: Final = "id state:state who:who due grace_until provisional"


def _matters_of(kind: str) -> Rows:
    return lambda look, asked: matters.of_year(look, kind, asked.year)


def _until_last(look: Look, _asked: Asked) -> list[Values]:
    return desk.due(look, until=date.max)


def _ties(look: Look, asked: Asked) -> list[Values]:
    found = city.ties(look, asked.year)
    return [{**tie, "names": [one["name"] for one in tie["departments"]]} for tie in found]


LISTS: Final[Mapping[str, Listing]] = {
    "board": Listing(
        _columns(
            "department name category:category state=state_word lamp=lamp.word turn=turn_words due grace_until"
            " workdays_left grade:grade receipts_late"
        ),
        lambda look, asked: year.board_of(look, asked.year),
        ("year",),
    ),
    "appraisals": Listing(
        _columns("department name category:category state=state_word number grade:grade"),
        lambda look, asked: year.appraisals(look, asked.year),
        ("year",),
    ),
    "lines": Listing(
        _columns("id part:part item name points# note source reverses reversed_by"),
        lambda look, asked: department.lines(look, asked.year, asked.department),
        ("year", "department"),
    ),
    "deadlines": Listing(
        _columns(_DEADLINE),
        lambda look, asked: department.deadlines(look, asked.year, asked.department),
        ("year", "department"),
    ),
    "team": Listing(
        _columns("person name"),
        lambda look, asked: department.team(look, asked.year, asked.department),
        ("year", "department"),
    ),
    "results": Listing(
        _columns(_RESULT),
        lambda look, asked: year.results(look, asked.year, asked.status, asked.version)["results"],
        ("year",),
    ),
    "ties": Listing(_columns("tie departments=names grade:grade"), _ties, ("year",)),
    "findings": Listing(
        _columns(f"{_MATTER} source:finding.source=record.source severity:finding.severity=record.severity"),
        _matters_of("finding"),
        ("year",),
    ),
    "complaints": Listing(
        _columns(f"{_MATTER} source:complaint.source=record.source"), _matters_of("complaint"), ("year",)
    ),
    "bonuses": Listing(
        _columns(f"{_MATTER} award=record.award granted_by=record.granted_by"),
        _matters_of("bonus"),
        ("year",),
    ),
    "objections": Listing(
        _columns(f"{_MATTER} about:about=record.about"), _matters_of("objection"), ("year",)
    ),
    "evidence": Listing(
        _columns(
            "department name matter state=state_word counts_in about:about=record.about file:file=record.versions"
            " file_version=record.version handed_in:handed_in=record.versions note=record.note"
        ),
        _matters_of("evidence"),
        ("year",),
    ),
    "duties": Listing(_columns(f"{_MATTER} duty:duty=record.duty"), _matters_of("duty"), ("year",)),
    "receipts": Listing(
        _columns("subject department name number what=what_word on due late"),
        lambda look, asked: registers.receipts(look, asked.year),
        ("year",),
    ),
    "settlement": Listing(
        _columns(
            "department name category:category rank grade:grade award_rate share forfeits=forfeit_words"
        ),
        lambda look, asked: registers.settlement(look, asked.year),
        ("year",),
    ),
    "eligibility": Listing(
        _columns(
            "department name loses=loses_word head=who awards_of lost_on until state=state_word subject=duty"
        ),
        lambda look, asked: registers.eligibility(look, asked.year),
        ("year",),
    ),
    "commendation": Listing(
        _columns("department name category:category rank total# state=state_word"),
        lambda look, asked: registers.commendation(look, asked.year),
        ("year",),
    ),
    "movement": Listing(
        _columns(
            "department name category:category basis:duty.basis previous_rank=previous rank movement=by"
            " moved=direction_word"
        ),
        lambda look, asked: registers.movement(look, asked.year),
        ("year",),
    ),
    "talks": Listing(
        _columns("department name head talked_by=leader on"),
        lambda look, asked: registers.talks(look, asked.year),
        ("year",),
    ),
    "years": Listing(
        _columns(
            "year department name category:category grade:grade rank category_rank total# movement category_movement"
            " consecutive_failures case=case_word findings complaints duties=duty_words"
        ),
        lambda look, asked: registers.years(look, asked.department),
        ("department",),
    ),
    "cycles": Listing(
        _columns(
            "year state=state_word version opened_on proposed_on objections_until ratify_by ratified_on"
        ),
        lambda look, _asked: city.cycles(look),
    ),
    "cases": Listing(
        _columns(
            "year department name consecutive_failures previous_year previous_department:name state=state_word"
        ),
        lambda look, asked: city.cases(look, asked.year or None),
    ),
    "departments": Listing(
        _columns(
            "department name category:category aliases liaison:name=posts.liaison head:name=posts.head"
            " leader_in_charge:name=posts.leader"
        ),
        lambda look, _asked: city.departments(look),
    ),
    "posts": Listing(
        _columns("post:post person name from until"),
        lambda look, asked: city.posts(look, asked.department),
        ("department",),
    ),
    "people": Listing(
        _columns("person name email home:name roles:role"), lambda look, _asked: city.people(look)
    ),
    "calendars": Listing(_columns("year holidays makeup"), lambda look, _asked: city.calendars(look)),
    "figures": Listing(
        _columns("path clause evidence:evidence value other to_confirm confirmed"),
        lambda look, asked: city.figures(look, asked.year or None),
    ),
    "history": Listing(
        _columns(
            "seq at:instant occurred_on subject number action=action_word before:state after:state actor=actor_name"
            " on_behalf_of:who confirmed_by:name reason document"
        ),
        lambda look, _asked: history.found(look, history.Wanted(), limit=EVERY)[0],
    ),
    "pending": Listing(
        _columns(
            "id operation:operation subject name actor:name requested_at:instant on_behalf_of:who reason document"
        ),
        lambda look, _asked: desk.waiting(look),
    ),
    "due": Listing(
        _columns(
            "subject department name state:state who=who_word due grace_until workdays_left provisional"
        ),
        _until_last,
    ),
    "reminders": Listing(
        _columns("at:instant subject state:state rung:rung person name role:role outcome:reminder.outcome"),
        lambda look, _asked: desk.reminders(look, limit=EVERY, offset=0)[0],
    ),
    "mail": Listing(
        _columns(
            "id status=status_word kind at:instant title name=to.name address=to.address attempts"
            " sent_at:instant answer"
        ),
        lambda look, _asked: post_office.letters(look, limit=EVERY, offset=0)[0],
    ),
    "dead_letters": Listing(
        _columns("id kind at:instant name=to.name address=to.address attempts code answer"),
        lambda look, _asked: post_office.dead_letters(look),
    ),
}
"""Name to list."""


def title(name: str, lang: str) -> str:
    """What a list is called."""
    return words.word("list.title", name, lang)


def file_of(name: str, kind: Kind, look: Look, rows: Iterable[Mapping[str, Any]]) -> bytes:
    """The rows of a list as a file for one reader, its header and its cells as they read them."""
    columns, lang, teller = LISTS[name].columns, look.voice.lang, Teller(look)
    header = [words.word("list.column", column.code, lang) for column in columns]
    cells = [[_cell(column, row, teller) for column in columns] for row in rows]
    return listed(kind, title(name, lang), header, cells)


def _cell(column: Column, row: Mapping[str, Any], teller: Teller) -> Cell:
    value: Any = row
    for key in column.path.split("."):
        value = value.get(key) if isinstance(value, Mapping) else None
    return teller.cell(column.told, value, row)
