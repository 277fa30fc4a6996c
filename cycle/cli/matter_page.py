"""What the page of every matter tells beside its own facts: whose turn it is by when, why what was done, what next."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from rich.console import Console

from cycle import facts as gathering
from cycle import queries, queries_board
from cycle.board.actions import Possible, possible
from cycle.board.decided import day_of
from cycle.cli import ways
from cycle.cli.command import Work
from cycle.history_stream import rows_of
from cycle.operations.cases import SYSTEM
from workflows import words
from workflows.deadlines import workdays_left
from workflows.errors import NotFound
from workflows.ledger import parsed
from workflows.machines import MACHINES
from workflows.receipts import ACKNOWLEDGE, NOTE

Values = dict[str, Any]


def standing(work: Work, key: str) -> tuple[Values, list[Possible]]:
    """Where a matter stands, as plain values, and what may be done with it next. Raises NotFound."""
    with work.read() as session:
        row = queries.subject(session, key)
        if row is None:
            raise NotFound(key)
        next_ = ways.asked_for(possible(work.service, session, row))
        clocks = queries_board.open_of(session, key)
        calendar = gathering.standing_calendar(session)
        bodies = [parsed(body) for body, _ in rows_of(session, key)]
    due = min((clock.deadline.due for clock in clocks), default=None)
    turn = [clock.deadline.who for clock in clocks]
    if not turn and row.state not in MACHINES[row.kind].final:
        turn = [who for one in next_ if one.action not in (ACKNOWLEDGE, NOTE) for who in one.who]
    found: Values = {
        "turn": list(dict.fromkeys(turn)),
        "due": due.isoformat() if due else None,
        "workdays_left": workdays_left(work.today, due, calendar) if due else None,
        "grounds": [
            one for one in (_ground(work, body) for body in bodies) if one["reason"] or one["document"]
        ],
        "actions": [ways.values(work, one, key) for one in next_],
    }
    return found, next_


def _ground(work: Work, body: Mapping[str, Any]) -> Values:
    """What was said with one act; why the service acted by itself is a code, no sentence of anybody's."""
    kept = ("action", "actor", "on_behalf_of", "reason", "document")
    found: Values = {"on": day_of(body, work.service.zone), **{field: body[field] or None for field in kept}}
    return {**found, "reason": None} if body["actor"] == SYSTEM.actor else found


def print_standing(work: Work, console: Console, key: str, found: Values, next_: list[Possible]) -> None:
    """Why what was done, whose turn it is, what may be done next and how."""
    for one in found["grounds"]:
        console.print(_said(work, key, one))
    if found["turn"]:
        console.print(_turn(work, found))
    if next_:
        console.print(work.terminal.say("show_actions"))
        ways.print_actions(work, console, key, next_)


def _said(work: Work, key: str, one: Values) -> str:
    terminal, who = work.terminal, work.voice.who
    by = who(one["actor"])
    if one["on_behalf_of"]:
        by = terminal.say("matter_behalf", actor=by, body=who(one["on_behalf_of"]))
    said = [
        words.phrase("history", field, terminal.lang, text=one[field])
        for field in ("reason", "document")
        if one[field]
    ]
    action = words.action(one["action"], terminal.lang, key.partition(":")[0])
    both = said[0] if len(said) == 1 else terminal.say("matter_both", one=said[0], other=said[1])
    return terminal.say("matter_ground", on=one["on"], action=action, who=by, said=both)


def _turn(work: Work, found: Values) -> str:
    say, lang = work.terminal.say, work.terminal.lang
    who = words.listed([work.voice.who(one) for one in found["turn"]], lang)
    if found["due"] is None:
        return say("matter_turn", who=who)
    due, left = words.day(date.fromisoformat(found["due"]), lang), found["workdays_left"]
    return say("matter_late" if left < 0 else "matter_due", who=who, due=due, days=abs(left))


def print_new(work: Work, console: Console, key: str) -> None:
    """The number of a matter that has just come to be, and the commands that go on with it."""
    _, next_ = standing(work, key)
    console.print(work.terminal.say("matter_number", key=key))
    console.print(work.terminal.say("matter_next"))
    ways.print_actions(work, console, key, next_)
