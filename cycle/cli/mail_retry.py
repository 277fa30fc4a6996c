"""`cycle mail retry`: dead letters are sent once more."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer
from rich.console import Console

from cycle import queries
from cycle.cli.command import Work
from cycle.cli.mail_list import find
from cycle.cli.mail_words import number_of
from cycle.cli.options import As
from cycle.cli.terminal import BadInput
from cycle.db import Session
from cycle.jobs import run_log
from cycle.operations.perform import writing
from cycle.people import person
from notifications import outbox
from notifications.outbox import Message
from workflows import words
from workflows.errors import Refused, Unmet
from workflows.wake import stamp

JOB = "retry"
MAY = ("office", "admin")
_EVERY = 1_000_000

Letters = Annotated[
    list[str] | None,
    typer.Argument(metavar="LETTER...", help="信件编号，见 mail list / numbers of letters, see mail list"),
]


def retry(
    work: Work,
    *,
    letters: Letters = None,
    acts_as: As,
    all_failed: Annotated[
        bool, typer.Option("--all-failed", help="投递失败的全部重投 / every dead letter")
    ] = False,
) -> None:
    if bool(letters) == all_failed:
        raise BadInput("letter_or_all")
    began = work.service.clock.now()
    with writing(work.service) as session:
        now = work.service.clock.now()
        _require_may(session, acts_as)
        if letters:
            found = [find(session, each) for each in dict.fromkeys(letters)]
            obstacles = [each for each in (_in_the_way(one, now) for one in found) if each]
            if obstacles:
                raise Refused(*obstacles)
        else:
            found = outbox.search(session, status="failed", limit=_EVERY)
        sent = [one for one in found if not _in_the_way(one, now) and outbox.again(session, one.key, now)]
    run_log.add(work.service, JOB, began, acts_as, did={"again": len(sent)})
    kept = len(found) - len(sent)
    answer = {"again": [{"id": number_of(one), "key": one.key} for one in sent], "left": kept}

    def human(console: Console) -> None:
        console.print(words.phrase("mail", "again", work.terminal.lang, count=len(sent)))
        if kept:
            console.print(words.phrase("mail", "not_again", work.terminal.lang, count=kept))

    work.terminal.tell(answer, human)


def _require_may(session: Session, who: str) -> None:
    """Raises Refused for anybody who is not of the office or its administrator."""
    row = queries.subject(session, f"person:{who}")
    found = person(row.key, row.state, row.record) if row else None
    if found is None or not found.active:
        raise Refused(Unmet("person_unknown", {"person": who}))
    if not set(MAY) & set(found.roles):
        raise Refused(Unmet("role_missing", {"roles": ",".join(MAY)}))


def _in_the_way(letter: Message, now: datetime) -> Unmet | None:
    """Why a letter is not sent again."""
    number = number_of(letter)
    if letter.status != "failed":
        return Unmet("letter_not_failed", {"letter": number})
    if letter.not_after is not None and letter.not_after < stamp(now):
        return Unmet("letter_past", {"letter": number})
    if not outbox.usable(letter.address):
        return Unmet("letter_address_unusable", {"letter": number})
    return None
