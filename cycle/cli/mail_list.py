"""`cycle mail list`, `waiting`, `show`: the letters, where each stands, and what keeps them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Annotated, Any, Final

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from cycle.board.post_office import find, letter_values, standing
from cycle.cli import instants
from cycle.cli.command import Work
from cycle.cli.mail_words import URGENCY, answer_of, counted
from cycle.cli.terminal import BadInput, table_cell
from cycle.db import Statement
from cycle.settings import Settings
from notifications import outbox, rendering
from notifications.message import Message
from notifications.mime import EVENT_FILE
from notifications.outbox import number_of
from workflows import words
from workflows.wake import stamp

WAITING: Final = ("pending", "retry", "unknown")
_EVERY: Final = 1_000_000
_NUMBER: Final = re.compile(r"[0-9a-f]{6,32}")
_BY_NUMBER = Statement("SELECT key FROM outbox WHERE message_id LIKE :beginning ORDER BY key LIMIT 2")
_UNDIGESTED = Statement(
    "SELECT count(DISTINCT person) FROM reminder WHERE outcome = 'digest' AND digest IS NULL"
)

Key = Annotated[
    str, typer.Argument(metavar="LETTER", help="信件编号，见 mail list，或者它的键 / its number, or its key")
]


def _text(work: Work, code: str, **data: object) -> str:
    return words.phrase("mail", code, work.terminal.lang, **data)


def print_standing(work: Work, console: Console, how: dict[str, Any]) -> None:
    """The lines above a list."""
    console.print(_text(work, "header", counts=counted(how["counts"], work.terminal.lang)))
    if paused := how["paused"]:
        by, at = work.name(paused["by"]), instants.shown(work, paused["at"])
        console.print(_text(work, "paused", by=by, at=at, reason=paused["reason"]))
    elif how["opens"]:
        console.print(_text(work, "closed", opens=instants.shown(work, how["opens"])))
    if held := how["digests_held"]:
        by, at = work.name(held["by"]), instants.shown(work, held["at"])
        console.print(_text(work, "held", by=by, at=at, people=held["people"]))
    if at := how["oldest_waiting"]:
        console.print(_text(work, "oldest", at=instants.shown(work, at), ago=instants.ago(work, at)))


# --- lists ---


def list_letters(
    work: Work,
    status: Annotated[
        str, typer.Option("--status", metavar="S", help=" | ".join(URGENCY) + "，或中文 / or in Chinese")
    ] = "",
    kind: Annotated[
        str, typer.Option("--kind", metavar="K", help="信件种类，如 reminder / kind of letter")
    ] = "",
    limit: Annotated[int, typer.Option("--limit", min=1, max=100_000, help="最多几封 / at most")] = 30,
) -> None:
    wanted = (_status(status),) if status else URGENCY
    if kind and kind not in rendering.kinds():
        raise BadInput("bad_choice", field="--kind", value=kind, known=" | ".join(rendering.kinds()))
    with work.read() as session:
        how = standing(work.look(session))
        letters: list[Message] = []
        for each in wanted:
            if len(letters) < limit:
                left = limit - len(letters)
                letters += outbox.search(session, status=each, kind=kind or None, limit=left)
    _tell(work, how, letters)


def _status(text: str) -> str:
    for code in URGENCY:
        if text.casefold() in (
            code,
            *(words.word("mail.status", code, lang).casefold() for lang in words.LANGS),
        ):
            return code
    raise BadInput("bad_choice", field="--status", value=text, known=" | ".join(URGENCY))


def waiting(work: Work) -> None:
    now = stamp(work.service.clock.now())
    with work.read() as session:
        how = standing(work.look(session))
        found = [one for each in WAITING for one in outbox.search(session, status=each, limit=_EVERY)]
    due = [
        one
        for one in found
        if one.next_at is not None and one.next_at <= now and not (one.not_after and one.not_after < now)
    ]
    _tell(work, how, sorted(due, key=lambda one: (one.next_at or "", one.key)), "waiting")


def _tell(work: Work, how: dict[str, Any], letters: Sequence[Message], code: str = "") -> None:
    with work.read() as session:
        look = work.look(session)
        answer = {**how, "letters": [letter_values(look, one) for one in letters]}

    def human(console: Console) -> None:
        print_standing(work, console, how)
        if code:
            console.print(_text(work, code, count=len(letters)))
        if letters:
            console.print(_table(work, letters), soft_wrap=False)
        rest = sum(how["counts"].values()) - len(letters)
        if rest and not code:
            console.print(_text(work, "shown", count=len(letters)))

    work.terminal.tell(answer, human)


def _table(work: Work, letters: Sequence[Message]) -> Table:
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for code in ("id", "status", "at", "tries", "to", "letter"):
        justify: Any = "right" if code == "tries" else "left"
        table.add_column(
            _text(work, f"column_{code}"),
            no_wrap=code in ("id", "status", "at"),
            overflow="fold",
            justify=justify,
        )
    for one in letters:
        answer = answer_of(one, work.terminal.lang) if one.status != "sent" else ""
        said = f"{one.title}\n{_text(work, 'said', address=one.address or '—', answer=answer)}"
        cells = (
            number_of(one),
            words.word("mail.status", one.status, work.terminal.lang),
            instants.short(work, one.next_at or one.sent_at or one.at),
            str(one.attempts) if one.attempts else "",
            one.name,
            said if answer else one.title,
        )
        table.add_row(*map(table_cell, cells))
    return table


# --- one letter ---


def show_letter(work: Work, letter: Key) -> None:
    with work.read() as session:
        found = find(session, letter)
    answer = {**found.model_dump(), "id": number_of(found)}
    answer["status_word"] = words.word("mail.status", found.status, work.terminal.lang)
    work.terminal.tell(answer, lambda console: _print_letter(work, console, found))


def _print_letter(work: Work, console: Console, one: Message) -> None:
    lang = work.terminal.lang
    settings = Settings()
    lines = {
        "from": f"{settings.mail_name} <{settings.mail_from}>",
        "to": f"{one.name} <{one.address}>",
        "title": one.title,
        "written": instants.shown(work, one.at),
        "message_id": one.message_id,
        "attached": EVENT_FILE if one.event else "",
        "cause": f"{one.subject} #{one.number}" if one.subject else "",
        "not_after": instants.shown(work, one.not_after),
        "status": words.word("mail.status", one.status, lang),
        "tries": str(one.attempts) if one.attempts else "",
        "next": instants.shown(work, one.next_at),
        "sent": instants.shown(work, one.sent_at),
        "server": answer_of(one, lang),
        "copies": _text(work, "copies", count=one.copies) if one.copies else "",
        "key": one.key,
    }
    for code, value in lines.items():
        if value:
            console.print(_text(work, "line", name=words.word("mail.field", code, lang), value=value))
    console.print(f"\n{one.body}")
