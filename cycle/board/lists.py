"""Every list that can be taken away as a file: its columns in the reader's words, and where its rows come from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from cycle.board import city, department, desk, history, matters, post_office, registers, year
from cycle.board.look import Look
from cycle.documents.lists import Cell, Kind, listed
from workflows import words

Values = dict[str, Any]

EVERY: Final = 1_000_000
"""More rows than any list has."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its header's code, where in a row its value stands, the section its codes are worded by."""

    code: str
    path: str
    section: str = ""
    points: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """What a list is about: the year and the department where it needs them."""

    year: int = 0
    department: str = ""


Rows = Callable[[Look, Asked], Sequence[Values]]


@dataclass(frozen=True, slots=True)
class Listing:
    """One list. `needs` names what has to be said for it: year, department."""

    columns: tuple[Column, ...]
    rows: Rows
    needs: tuple[str, ...] = ()


def _columns(text: str) -> tuple[Column, ...]:
    """Columns from a line: `code`, `code=path`, `code:section`, and `code#` for points."""
    found = []
    for word in text.split():
        name, _, path = word.partition("=")
        code, _, section = name.partition(":")
        points = code.endswith("#")
        code = code.rstrip("#")
        found.append(Column(code, path or code, section, points))
    return tuple(found)


_RESULT: Final = (
    "rank department name category category_rank central# public# leader# base# deductions# bonus# total#"
    " grade:grade award_rate previous_rank movement category_movement consecutive_failures"
)
_MATTER: Final = (
    "department name matter state=state_word counts_in item=record.item on=record.on source=record.source"
    " text=record.text line=record.line"
)
_DEADLINE: Final = "id state who due grace_until provisional"


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
            "department name category state=state_word lamp=lamp.word turn=turn_words due grace_until"
            " workdays_left grade:grade receipts_late"
        ),
        lambda look, asked: year.board_of(look, asked.year),
        ("year",),
    ),
    "appraisals": Listing(
        _columns("department name category state=state_word number grade:grade"),
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
        _columns(_RESULT), lambda look, asked: year.results(look, asked.year)["results"], ("year",)
    ),
    "ties": Listing(_columns("tie departments=names grade:grade"), _ties, ("year",)),
    "findings": Listing(_columns(f"{_MATTER} severity=record.severity"), _matters_of("finding"), ("year",)),
    "complaints": Listing(_columns(_MATTER), _matters_of("complaint"), ("year",)),
    "bonuses": Listing(
        _columns(f"{_MATTER} award=record.award granted_by=record.granted_by"),
        _matters_of("bonus"),
        ("year",),
    ),
    "objections": Listing(_columns(f"{_MATTER} about=record.about"), _matters_of("objection"), ("year",)),
    "evidence": Listing(_columns(f"{_MATTER} about=record.about"), _matters_of("evidence"), ("year",)),
    "duties": Listing(_columns(f"{_MATTER} duty=record.duty"), _matters_of("duty"), ("year",)),
    "receipts": Listing(
        _columns("subject department name number what=what_word on due late"),
        lambda look, asked: registers.receipts(look, asked.year),
        ("year",),
    ),
    "settlement": Listing(
        _columns("department name category rank grade:grade award_rate share forfeits=forfeit_words"),
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
        _columns("department name category rank total# state=state_word"),
        lambda look, asked: registers.commendation(look, asked.year),
        ("year",),
    ),
    "movement": Listing(
        _columns(
            "department name category basis:duty.basis previous_rank=previous rank movement=by moved=direction_word"
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
            "year department name category grade:grade rank category_rank total# movement category_movement"
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
            "year department name consecutive_failures previous_year previous_department state=state_word"
        ),
        lambda look, asked: city.cases(look, asked.year or None),
    ),
    "departments": Listing(
        _columns(
            "department name category aliases liaison=posts.liaison head=posts.head leader_in_charge=posts.leader"
        ),
        lambda look, _asked: city.departments(look),
    ),
    "posts": Listing(
        _columns("post:post person name from until"),
        lambda look, asked: city.posts(look, asked.department),
        ("department",),
    ),
    "people": Listing(_columns("person name email home roles:role"), lambda look, _asked: city.people(look)),
    "calendars": Listing(_columns("year holidays makeup"), lambda look, _asked: city.calendars(look)),
    "figures": Listing(
        _columns("path clause evidence value other to_confirm confirmed"),
        lambda look, asked: city.figures(look, asked.year or None),
    ),
    "history": Listing(
        _columns(
            "seq at occurred_on subject number action=action_word before after actor=actor_name on_behalf_of"
            " confirmed_by reason document"
        ),
        lambda look, _asked: history.found(look, history.Wanted(), limit=EVERY)[0],
    ),
    "pending": Listing(
        _columns("id operation subject name actor requested_at on_behalf_of reason document"),
        lambda look, _asked: desk.waiting(look),
    ),
    "due": Listing(
        _columns("subject department name state who=who_word due grace_until workdays_left provisional"),
        _until_last,
    ),
    "reminders": Listing(
        _columns("at subject state rung person name role:role outcome"),
        lambda look, _asked: desk.reminders(look, limit=EVERY, offset=0)[0],
    ),
    "mail": Listing(
        _columns(
            "id status=status_word kind at title name=to.name address=to.address attempts sent_at answer"
        ),
        lambda look, _asked: post_office.letters(look, limit=EVERY, offset=0)[0],
    ),
    "dead_letters": Listing(
        _columns("id kind at name=to.name address=to.address attempts code answer"),
        lambda look, _asked: post_office.dead_letters(look),
    ),
}
"""Name to list."""


def title(name: str, lang: str) -> str:
    """What a list is called."""
    return words.word("list.title", name, lang)


def file_of(name: str, kind: Kind, lang: str, rows: Iterable[Mapping[str, Any]]) -> bytes:
    """The rows of a list as a file, its header and its codes in the reader's words."""
    columns = LISTS[name].columns
    header = [words.word("list.column", column.code, lang) for column in columns]
    cells = [[_cell(column, row, lang) for column in columns] for row in rows]
    return listed(kind, title(name, lang), header, cells)


def _cell(column: Column, row: Mapping[str, Any], lang: str) -> Cell:
    value: Any = row
    for key in column.path.split("."):
        value = value.get(key) if isinstance(value, Mapping) else None
    if isinstance(value, list):
        between = words.word("list", "between", lang)
        return between.join(str(_worded(column, one, lang)) for one in value)
    if isinstance(value, Mapping):
        return None
    if column.points and value is not None:
        return Decimal(value)
    worded: Cell = _worded(column, value, lang)
    return worded


def _worded(column: Column, value: Any, lang: str) -> Any:
    if not column.section or value is None:
        return value
    known: Any = words.catalogue(lang)[column.section]
    return known.get(value, value)
