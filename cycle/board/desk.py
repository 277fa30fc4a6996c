"""What waits on the office's desk as a reader sees it: acts to be confirmed, what falls due, whom was reminded."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, Final

from cycle import facts as gathering
from cycle import queries, queries_board
from cycle.board.look import Look
from cycle.board.untold import untold, untold_matters
from cycle.board.year import seen_in, without_names
from cycle.db import Statement
from cycle.keys import split_key
from cycle.operations import pending_act
from cycle.operations.row_names import departments_called
from cycle.queries_board import OpenDeadline
from cycle.sight import Seen, seen, shows
from workflows.deadlines import letter_colour, workdays_left
from workflows.matters import MATTERS
from workflows.scoring import folded
from workflows.workdays import Calendar

Values = dict[str, Any]

_ASKED: Final = ("on_behalf_of", "reason", "document", "occurred_on")
_WHERE: Final = (
    " FROM reminder JOIN fired_rung ON fired_rung.deadline = reminder.deadline AND fired_rung.rung = reminder.rung"
    " JOIN deadline ON deadline.id = reminder.deadline"
    " WHERE (:person = '' OR reminder.person = :person) AND (:subject = '' OR deadline.subject = :subject)"
    " AND (:outcome = '' OR reminder.outcome = :outcome)"
    " AND deadline.subject NOT IN ({hidden})"
)
_HIDDEN: Final = {
    "sqlite": _WHERE.format(hidden="SELECT value FROM json_each(:hidden)"),
    "postgresql": _WHERE.format(hidden="SELECT json_array_elements_text(CAST(:hidden AS json))"),
}
_REMINDERS: Final = {
    dialect: Statement(
        "SELECT deadline.subject, deadline.state, reminder.deadline, reminder.rung, fired_rung.at,"
        f" fired_rung.decided_at, reminder.person, reminder.role, reminder.outcome{where}"
        " ORDER BY fired_rung.at DESC, reminder.deadline, reminder.person LIMIT :many OFFSET :skipped"
    )
    for dialect, where in _HIDDEN.items()
}
_COUNT: Final = {dialect: Statement(f"SELECT count(*){where}") for dialect, where in _HIDDEN.items()}


def waiting(look: Look) -> list[Values]:
    """The acts that wait for a second person, oldest first, with all that this person has to know of each."""
    calls = queries_board.waiting_calls(look.session)
    return [
        _but_own_rows(look, waiting_values(look, one, calls.get(one["id"], {})))
        for one in pending_act.waiting(look.session)
        if shows_waiting(look, one["subject"], one["actor"])
    ]


def shows_waiting(look: Look, subject: str, actor: str) -> bool:
    """Whether the reader sees an act of `actor` about `subject` that waits, or once did."""
    return shows(look.reader, "pending", replace(_about(look, subject), person=actor))


def _about(look: Look, key: str) -> Seen:
    """What sight depends on, of what an act is about: its department; only of its year is anything published."""
    kind, _year, department = split_key(key)
    row = queries.subject(look.session, key) if kind == "appraisal" else None
    return seen(row) if row else Seen(department)


def _but_own_rows(look: Look, values: Values) -> Values:
    """An act without the rows of its file, `count` of them, where some are of a department the reader is not told of.

    The subject of such an act is that of its first row alone. Whoever entered the act has the file.
    """
    rows = values["arguments"].get("rows", ())
    mine = values["actor"] == look.reader.person
    if values["operation"] != "import_rows" or mine or not names_untold(look, values["year"] or 0, rows):
        return values
    kept = {name: value for name, value in values["arguments"].items() if name != "rows"}
    return {**values, "arguments": {**kept, "count": len(rows)}}


def names_untold(look: Look, year: int, rows: Sequence[Mapping[str, Any]]) -> bool:
    """Whether some rows of a file are of a department whose year the reader is not told of yet."""
    own = untold(look, year) if year else frozenset()
    called = departments_called(look.session) if own else {}
    return any(called.get(folded(str(row.get("department", ""))).casefold()) in own for row in rows)


def waiting_values(look: Look, one: Values, call: Values) -> Values:
    """One act that waits."""
    act, arguments = call.get("act", {}), call.get("arguments", {})
    kind, year, department = split_key(one["subject"])
    named = {"department": department, "name": look.voice.name(department)} if department else {}
    asked = {key: act.get(key) or None for key in _ASKED}
    return {**one, "kind": kind, "year": year or None, **named, "arguments": arguments, **asked}


def due(look: Look, *, until: date, year: int | None = None) -> list[Values]:
    """The deadlines that run and are due by `until`, overdue ones too, the nearest first."""
    clocks = [c for c in queries_board.open_deadlines(look.session, year) if c.deadline.due <= until]
    calendar = gathering.standing_calendar(look.session)
    around: dict[int, dict[str, Seen]] = {}
    found = []
    for clock in clocks:
        if clock.year not in around:
            around[clock.year] = seen_in(look, clock.year)
        of = around[clock.year].get(clock.department, Seen(clock.department))
        if _shown(look, clock, of):
            found.append(_due(look, clock, of, calendar))
    return found


def _shown(look: Look, clock: OpenDeadline, of: Seen) -> bool:
    if clock.kind in MATTERS:
        row = queries.subject(look.session, clock.subject)
        return row is not None and shows(look.reader, clock.kind, seen(row))
    who = clock.deadline.who
    mine = Seen(clock.department, of.published, of.complete, team=of.team, person=who)
    return shows(look.reader, "due", mine)


def _due(look: Look, clock: OpenDeadline, of: Seen, calendar: Calendar) -> Values:
    deadline = clock.deadline
    mine = deadline.who == look.reader.person
    who = deadline.who if mine else without_names(look, of, [deadline.who])[0]
    return {
        "id": deadline.id,
        "subject": clock.subject,
        "kind": clock.kind,
        "year": clock.year or None,
        "department": clock.department or None,
        "name": look.voice.name(clock.department) if clock.department else None,
        "state": deadline.state,
        "who": who,
        "who_word": look.voice.who(who),
        "due": deadline.due.isoformat(),
        "grace_until": deadline.grace_until.isoformat() if deadline.grace_until else None,
        "workdays_left": workdays_left(look.today, deadline.due, calendar),
        "provisional": deadline.provisional,
    }


def reminders(
    look: Look, *, subject: str = "", outcome: str = "", limit: int, offset: int
) -> tuple[list[Values], int]:
    """Whom which rung reached or would have, the newest first, and how many there are in all.

    Whoever does not see the business as a whole is shown what was meant for them; nobody anything about a matter that
    their own department was not told of.
    """
    wanted = {
        "person": "" if look.reader.whole else look.reader.person,
        "subject": subject,
        "outcome": outcome,
        "hidden": json.dumps(sorted(untold_matters(look))),
    }
    dialect = look.session.dialect
    rows = _REMINDERS[dialect].run(look.session, **wanted, many=limit, skipped=offset).fetchall()
    (count,) = _COUNT[dialect].run(look.session, **wanted).fetchone()
    return [_reminder(look, row) for row in rows], int(count)


def _reminder(look: Look, row: Sequence[Any]) -> Values:
    subject, state, deadline, rung, at, decided_at, person, role, outcome = row
    return {
        "subject": subject,
        "state": state,
        "deadline": deadline,
        "rung": rung,
        "colour": letter_colour(rung),
        "at": at,
        "decided_at": decided_at,
        "person": person,
        "name": look.voice.name(person),
        "role": role,
        "outcome": outcome,
    }
