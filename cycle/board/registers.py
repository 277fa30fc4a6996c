"""The registers of a year as a reader sees them: what is to be acknowledged, what results are used for. Plain values.

Of a circular everybody it goes to sees whom it names; points and what is still to be done stay with their department.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from cycle import facts as gathering
from cycle.board import receipts as unsigned
from cycle.board import uses
from cycle.board.city import cycle_of
from cycle.board.look import Look
from cycle.board.uses import FileYear
from cycle.board.values import receipt_values, result_values
from cycle.board.year import seen_in
from cycle.queries import SubjectRow
from cycle.sight import Seen, seen, shows
from workflows import words
from workflows.errors import NotFound
from workflows.scoring import show

Values = dict[str, Any]

_OF_RESULT: Final = (
    *("category", "grade", "rank", "category_rank", "total", "movement", "category_movement"),
    "consecutive_failures",
)
"""What a department's file has of its result."""


def receipts(look: Look, year: int) -> list[Values]:
    """What departments have still to acknowledge, by department. Raises NotFound for a year there is none of."""
    book = gathering.rulebook_of(look.session, cycle_of(look, year))
    known = seen_in(look, year)
    calendar = gathering.standing_calendar(look.session)
    return [
        receipt_values(look.voice, one)
        for one in unsigned.awaited(look.session, year, book, calendar, look.today)
        if unsigned.shown_to(look.reader, one, known.get(one.department, Seen(one.department)))
    ]


# --- of a ratified year: each raises NotFound for a year unknown, Refused for one whose results do not stand ---


def settlement(look: Look, year: int) -> list[Values]:
    """Who gets how much of the award, and who loses it, best first."""
    return [
        {
            "department": one.department,
            "name": one.name,
            "category": one.category,
            "rank": one.rank,
            "grade": one.grade,
            "award_rate": one.rate,
            "share": one.share,
            "forfeits": [
                {
                    "name": lost.name,
                    "post": lost.post,
                    "post_word": _word(look, "duty.loses", lost.post),
                    "finding": lost.finding,
                }
                for lost in one.forfeits
            ],
            "forfeit_words": [
                _say(look, "uses_forfeit", name=lost.name, post=post, key=lost.finding)
                for lost in one.forfeits
                for post in [_word(look, "duty.loses", lost.post)]
            ],
        }
        for one in uses.award_settlement(uses.ratified_year(look.session, year))
        if _theirs(look, "settlement", one.department)
    ]


def eligibility(look: Look, year: int) -> list[Values]:
    """Who lost the eligibility for the year's awards; `who` is None for the department itself."""
    return [
        {
            "department": one.department,
            "name": one.name,
            "loses": one.loses,
            "loses_word": _word(look, "duty.loses", one.loses),
            "who": one.who or None,
            "awards_of": one.awards_of,
            "lost_on": _iso(one.lost_on),
            "until": _iso(one.until),
            "duty": one.key,
            "state": one.state,
            "state_word": look.voice.state("duty", one.state),
        }
        for one in uses.eligibility_lost(uses.ratified_year(look.session, year))
        if _theirs(look, "eligibility", one.department)
    ]


def commendation(look: Look, year: int) -> list[Values]:
    """The departments commended: best first; by id, and without others' ranks, to those it is a circular to."""
    found = []
    for one in uses.commended(uses.ratified_year(look.session, year)):
        if not _theirs(look, "commendation", one.department):
            continue
        points = _theirs(look, "result", one.department)
        open_ = bool(one.state) and _theirs(look, "duty", one.department)
        found.append(
            {
                "department": one.department,
                "name": one.name,
                "category": one.category,
                "rank": one.rank if points else None,
                "total": None if one.total is None or not points else show(one.total),
                "state": one.state if open_ else None,
                "state_word": look.voice.state("duty", one.state) if open_ else None,
            }
        )
    return found if look.reader.whole else sorted(found, key=lambda one: str(one["department"]))


def movement(look: Look, year: int) -> list[Values]:
    """Who rose or fell by the rank the circular uses, who rose most first; `by` is None where nothing compares."""
    known = uses.ratified_year(look.session, year)
    return [
        {
            "department": one.department,
            "name": one.name,
            "category": one.category,
            "basis": known.book.movement_basis,
            "rank": one.rank,
            "previous": one.previous,
            "by": one.by,
            "direction": one.direction,
            "direction_word": _word(look, "duty.moved", one.direction),
        }
        for one in uses.movements(known)
        if _theirs(look, "movement", one.department)
    ]


def talks(look: Look, year: int) -> list[Values]:
    """The talk with the head of every failed department; `on` is None until it is recorded."""
    return [
        {
            "department": one.department,
            "name": one.name,
            "head": one.head,
            "leader": one.leader or None,
            "on": _iso(one.on),
        }
        for one in uses.talks(uses.ratified_year(look.session, year))
        if _theirs(look, "talks", one.department)
    ]


def years(look: Look, department: str) -> list[Values]:
    """A department's file, the latest year first. Raises NotFound, also where it is not the reader's to see."""
    found = uses.department_file(look.session, department)
    if not _theirs(look, "years", department):
        raise NotFound(f"department:{department}")
    return [_file_year(look, department, one) for one in found]


def _file_year(look: Look, department: str, one: FileYear) -> Values:
    result, case = result_values(one.result), one.case and _theirs(look, "case", department)
    duties = _matters(look, "duty", department, one.duties)
    return {
        "year": one.year,
        "department": department,
        "name": one.result["name"],
        **{name: result[name] for name in _OF_RESULT},
        "case": one.case if case else None,
        "case_word": look.voice.state("case", one.case) if case else None,
        "findings": _count(_matters(look, "finding", department, one.findings)),
        "complaints": _count(_matters(look, "complaint", department, one.complaints)),
        "duties": None if duties is None else [_duty(look, row) for row in duties],
        "duty_words": [_duty_word(look, row) for row in duties or ()],
    }


def _matters(look: Look, kind: str, department: str, rows: Sequence[SubjectRow]) -> list[SubjectRow] | None:
    """Those of a kind that the reader sees; None where they see none of the department, so that none is no answer."""
    if not _theirs(look, kind, department):
        return None
    return [row for row in rows if shows(look.reader, kind, seen(row))]


def _count(rows: list[SubjectRow] | None) -> int | None:
    return None if rows is None else len(rows)


def _duty(look: Look, row: SubjectRow) -> Values:
    return {
        "subject": row.key,
        "duty": row.record["duty"],
        "duty_word": _word(look, "duty", row.record["duty"]),
        "state": row.state,
        "state_word": look.voice.state("duty", row.state),
    }


def _duty_word(look: Look, row: SubjectRow) -> str:
    duty = _word(look, "duty", row.record["duty"])
    return _say(look, "uses_duty", duty=duty, state=look.voice.state("duty", row.state))


def _theirs(look: Look, resource: str, department: str) -> bool:
    """Whether the reader sees this of a department whose results stand."""
    return shows(look.reader, resource, Seen(department, published=True, complete=True, told=True))


def _word(look: Look, section: str, code: str) -> str:
    return words.word(section, code, look.voice.lang)


def _say(look: Look, code: str, **data: object) -> str:
    return words.phrase("cli", code, look.voice.lang, **data)


def _iso(on: date | None) -> str | None:
    return on.isoformat() if on else None
