"""`cycle sweep`: one pass of the clock now, or a look at what it would do."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from cycle import queries
from cycle.board.due import MoveDue, RungDue, moves_due, refused_for, rungs_due, state_of, told_of
from cycle.cli import instants
from cycle.cli.answers import subject_name
from cycle.cli.command import Work, reading
from cycle.cli.terminal import UNEXPECTED, BadInput, table_cell
from cycle.correspondence.matters import form_of
from cycle.jobs.passes import Passed, make_pass
from cycle.operations.decisions import TOLD
from cycle.operations.reminding import ACTION
from cycle.worker import worker_name
from workflows import words
from workflows.deadlines import LAPSE, letter_colour
from workflows.errors import NotFound
from workflows.wake import stamp

Row = tuple[str, str, str, str]
"""Outcome, subject, matter, note: the cells of one line."""


def mount(app: typer.Typer) -> None:
    reading(app, "sweep", "检查一遍全部期限，办理到期的事项 / one pass over the deadlines, now")(sweep)


def sweep(
    work: Work,
    *,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="只看到期的事项，不办理 / list what is due, change nothing")
    ] = False,
    at: Annotated[
        str,
        typer.Option(
            "--at",
            metavar="INSTANT",
            help="看哪一时刻，如 2026-12-04T09:00，只与 --dry-run 同用 / look at that instant",
        ),
    ] = "",
) -> None:
    if at and not dry_run:
        raise BadInput("at_only_dry")
    if dry_run:
        instant = instants.typed(at, "--at", work.service.zone) if at else work.service.clock.now()
        _look(work, instant)
        return
    began = work.service.clock.now()
    passed = make_pass(work.service, worker_name())
    refused = [
        (key, action, codes, refused_for(work.service, key, action))
        for key, action, codes in passed.swept.refused
    ]
    answer = {
        "at": stamp(began),
        "behind": passed.behind,
        "outage": {"from": stamp(passed.since), "until": stamp(began)} if passed.since else None,
        "spared": [
            {**_moved(work, key, action), "until": _grace_until(work, key)}
            for key, action in passed.spared.moved
        ],
        "moved": [_moved(work, key, action) for key, action in passed.swept.moved],
        "reminded": _reminded(work, passed),
        "refused": [
            {**_moved(work, key, action), "codes": list(codes), "unmet": work.terminal.entries(unmet)}
            for key, action, codes, unmet in refused
        ],
        "overtaken": [{"subject": key, "name": called(work, key)} for key in passed.swept.overtaken],
        "failed": [
            {**_moved(work, key, action), "error": f"{kind}: {text}"}
            for key, action, kind, text in passed.failed
        ],
    }
    work.terminal.tell(answer, lambda console: _print_pass(work, console, began, answer))
    if passed.failed or passed.behind:
        raise typer.Exit(UNEXPECTED)


def _text(work: Work, code: str, **data: object) -> str:
    return words.phrase("scheduler", code, work.terminal.lang, **data)


def called(work: Work, key: str) -> str:
    """What a subject is called; one of a shape that cannot be read, by its key."""
    try:
        return subject_name(work, key)
    except NotFound:
        return key


def _moved(work: Work, key: str, action: str) -> dict[str, Any]:
    return {"subject": key, "name": called(work, key), "action": action}


def action_word(work: Work, key: str, action: str) -> str:
    """The word for what the clock does; to remind is no move of a machine."""
    lang, kind = work.terminal.lang, key.partition(":")[0]
    known = {**words.catalogue(lang)["action"], **words.catalogue(lang).get(f"action.{kind}", {})}
    return _text(work, "remind") if action == ACTION else known.get(action, action)


def _grace_until(work: Work, key: str) -> str | None:
    """The end of grace of the form an appraisal stands at."""
    with work.read() as session:
        row = queries.subject(session, key)
    form = row.record["forms"].get(row.state.partition(".")[0], {}) if row else {}
    return form.get("grace_until")


def rung_words(lang: str, rung: str) -> str:
    """A rung in words: how many working days before or after the due date, and its colour."""
    colour = words.word("colour", letter_colour(rung), lang)
    if rung[0] in "+-":
        code = "rung_before" if rung[0] == "-" else "rung_after"
        return words.phrase("scheduler", code, lang, days=rung[1:], colour=colour)
    if rung == LAPSE:
        return words.action(LAPSE, lang)
    code = "rung_due" if rung == "0" else "rung_opens"
    return words.phrase("scheduler", code, lang, colour=colour)


# --- what a pass did ---


def _reminded(work: Work, passed: Passed) -> list[dict[str, Any]]:
    found = []
    with work.read() as session:
        for deadline, rung, outcome in passed.swept.reminded:
            key = deadline.partition("#")[0]
            to = [
                {"person": person, "name": work.name(person), "outcome": how}
                for person, how in told_of(session, deadline, rung)
            ]
            found.append(
                {
                    "deadline": deadline,
                    "subject": key,
                    "name": called(work, key),
                    "state": state_of(session, deadline),
                    "rung": rung,
                    "outcome": outcome,
                    "to": to,
                }
            )
    return found


def _print_pass(work: Work, console: Console, began: datetime, answer: dict[str, Any]) -> None:
    if answer["behind"]:
        console.print(_text(work, "behind"))
        return
    console.print(_text(work, "pass_header", at=instants.shown(work, began)))
    if answer["outage"]:
        console.print(_text(work, "outage_over", since=instants.shown(work, answer["outage"]["from"])))
    rows: list[Row] = []
    for code in ("spared", "moved", "refused", "failed"):
        for one in answer[code]:
            matter = action_word(work, one["subject"], one["action"])
            rows.append((_text(work, f"out_{code}"), one["name"], matter, _why(work, one)))
    for clock in _by_clock(answer["reminded"]):
        told = [one for one in clock if one["outcome"] == TOLD]
        rungs = [one["rung"] for one in told]
        to = [to["name"] for one in told for to in one["to"]]
        rows.append(_reminder_row(work, clock[0], rungs, to, many=len(clock), told="out_told"))
    rows += [(_text(work, "out_overtaken"), one["name"], "", "") for one in answer["overtaken"]]
    _print_rows(work, console, rows)


def _by_clock(reminded: Sequence[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """The rungs of each deadline together, in the order of the first of each."""
    clocks: dict[str, list[dict[str, Any]]] = {}
    for one in reminded:
        clocks.setdefault(one["deadline"], []).append(one)
    return list(clocks.values())


def _reminder_row(
    work: Work, clock: dict[str, Any], rungs: Sequence[str], to: Sequence[str], *, many: int, told: str
) -> Row:
    """One deadline: the rung that reminds and whom; how many rungs that came before it remind nobody."""
    lang = work.terminal.lang
    matter = "\n".join([form_of(clock["state"], lang), *(rung_words(lang, rung) for rung in rungs)])
    lines = [words.listed(to, lang) or _text(work, "nobody")] if rungs else []
    if many > len(rungs):
        lines.append(_text(work, "dropped", count=many - len(rungs)))
    return _text(work, told if rungs else "out_superseded"), clock["name"], matter, "\n".join(lines)


def _why(work: Work, one: dict[str, Any]) -> str:
    if "error" in one:
        return str(one["error"])
    if one.get("until"):
        return _text(work, "until", day=words.day(date.fromisoformat(one["until"]), work.terminal.lang))
    return "\n".join(entry["message"] for entry in one.get("unmet", ())) or ", ".join(one.get("codes", ()))


def _print_rows(work: Work, console: Console, rows: Sequence[Row]) -> None:
    if not rows:
        console.print(_text(work, "nothing_due"))
        return
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for code in ("outcome", "subject", "matter", "note"):
        table.add_column(_text(work, f"column_{code}"), no_wrap=code == "outcome", overflow="fold")
    for row in rows:
        table.add_row(*map(table_cell, row))
    console.print(table, soft_wrap=False)


# --- what a pass would do ---


def _look(work: Work, at: datetime) -> None:
    moves = moves_due(work.service, at)
    with work.read() as session:
        rungs = rungs_due(session, at, work.service.zone, {one.row.key for one in moves if one.leaves})
    answer: dict[str, Any] = {
        "at": stamp(at),
        "dry_run": True,
        "moves": [_move_json(work, one) for one in moves],
        "rungs": [_rung_json(work, one) for one in rungs],
    }

    def human(console: Console) -> None:
        console.print(_text(work, "look_header", at=instants.shown(work, at)))
        rows = [_move_row(work, one) for one in moves]
        for clock in _by_clock(answer["rungs"]):
            told = [one for one in clock if not one["dropped"]]
            to = [_reached(work, to) for one in told for to in one["to"]]
            rows.append(
                _reminder_row(
                    work, clock[0], [one["rung"] for one in told], to, many=len(clock), told="out_tell"
                )
            )
        _print_rows(work, console, rows)

    work.terminal.tell(answer, human)


def _move_json(work: Work, one: MoveDue) -> dict[str, Any]:
    return {
        **_moved(work, one.row.key, one.action),
        "since": one.row.wake,
        "until": one.until.isoformat() if one.until else None,
        "unmet": work.terminal.entries(one.in_the_way),
        "error": one.broken or None,
    }


def _rung_json(work: Work, one: RungDue) -> dict[str, Any]:
    deadline = one.watched.deadline
    return {
        "deadline": deadline.id,
        "subject": one.watched.subject,
        "name": called(work, one.watched.subject),
        "state": deadline.state,
        "rung": one.rung.name,
        "at": stamp(one.rung.at),
        "due": deadline.due.isoformat(),
        "dropped": one.dropped,
        "to": [
            {
                "as": to.role,
                "person": to.person.id,
                "name": to.person.name,
                "email": to.person.email,
                "channel": to.channel,
            }
            for to in one.to
        ],
    }


def _move_row(work: Work, one: MoveDue) -> Row:
    outcome = "out_failed" if one.broken else "out_refused" if one.in_the_way else "out_move"
    lines = [entry["message"] for entry in work.terminal.entries(one.in_the_way)] or [one.broken]
    if one.until:
        lines = [_text(work, "until", day=words.day(one.until, work.terminal.lang))]
    matter = action_word(work, one.row.key, one.action)
    return _text(work, outcome), called(work, one.row.key), matter, "\n".join(lines)


def _reached(work: Work, to: dict[str, Any]) -> str:
    return _text(work, f"by_{to['channel']}", name=to["name"])
