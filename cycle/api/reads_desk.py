"""Routes that read the office's desk: what waits for a second person, what falls due, whom was reminded, the post."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated, Any, Final

from fastapi import APIRouter, Path, Query, Request

from cycle.api.described import READ, problems
from cycle.api.entry import Secured, service_of
from cycle.api.reads_answers import (
    LISTED,
    Page,
    Paged,
    Word,
    looking,
    page,
    part,
    summary,
)
from cycle.api.reads_desk_shapes import (
    Ahead,
    DeadLetter,
    Due,
    Letter,
    LetterLine,
    LetterStatus,
    Outcome,
    Post,
    Reminder,
    Run,
    WaitingAct,
    Watch,
)
from cycle.board import desk, post_office
from cycle.board.ahead import moves_ahead, reminders_ahead
from cycle.jobs import run_log, watch
from cycle.operations.sweep import due as due_by_then

AHEAD: Final = timedelta(days=14)
"""So far ahead what falls due is looked for where no day is given."""

LetterName = Annotated[str, Path(max_length=300, pattern=r"^[^\x00]+$")]

router = APIRouter(prefix="/api/v1", tags=["reading"], dependencies=[Secured])


@router.get(
    "/pending-acts", summary=summary("pending_acts"), response_model=Page[WaitingAct], responses={**LISTED}
)
def pending_acts(request: Request, paging: Paged) -> Any:
    """Those outside the office see the acts they entered themselves."""
    with looking(request, "pending") as at:
        return page(at.look, "pending", desk.waiting(at.look), paging)


@router.get("/deadlines/due", summary=summary("due"), response_model=Page[Due], responses={**LISTED})
def due(
    request: Request,
    paging: Paged,
    until: date | None = None,
    year: Annotated[int | None, Query(ge=1000, le=9999)] = None,
) -> Any:
    """What is due by `until` (a fortnight ahead where it is not given), overdue ones too, the nearest first."""
    with looking(request, "due") as at:
        rows = desk.due(at.look, until=until or at.look.today + AHEAD, year=year)
        return page(at.look, "due", rows, paging)


@router.get("/deadlines/ahead", summary=summary("ahead"), responses=problems(*READ))
def ahead(
    request: Request,
    days: Annotated[int, Query(ge=0, le=400)] = 7,
    year: Annotated[int | None, Query(ge=1000, le=9999)] = None,
) -> Ahead:
    """The moves of the clock and the reminders of the days ahead, if nobody acts."""
    with looking(request, "readiness") as at:
        until = at.look.now + timedelta(days=days)
        found = due_by_then(service_of(request), until)
        values = {
            "until": until.astimezone(at.look.zone).isoformat(),
            "moves": moves_ahead(at.look, found, year),
            "reminders": reminders_ahead(at.look, until, year),
        }
    return Ahead.model_validate(values)


@router.get("/reminders", summary=summary("reminders"), response_model=Page[Reminder], responses={**LISTED})
def reminders(
    request: Request,
    paging: Paged,
    subject: Word = "",
    outcome: Annotated[Outcome, Query()] = "",
) -> Any:
    """The newest first; those outside the office see what was meant for them."""
    with looking(request, "reminder") as at:
        rows, total = desk.reminders(
            at.look, subject=subject, outcome=outcome, limit=paging.most, offset=paging.skipped
        )
        return part(at.look, "reminders", rows, total, paging)


@router.get("/mail", summary=summary("mail"), response_model=Page[LetterLine], responses={**LISTED})
def mail(
    request: Request,
    paging: Paged,
    status: Annotated[LetterStatus, Query()] = "",
    kind: Word = "",
) -> Any:
    """The newest first, without their words; those outside the office see letters to them and to their department."""
    with looking(request, "letter") as at:
        rows, total = post_office.letters(
            at.look, status=status, kind=kind, limit=paging.most, offset=paging.skipped
        )
        return part(at.look, "mail", rows, total, paging)


@router.get("/mail/counts", summary=summary("mail_counts"), responses=problems(*READ))
def mail_counts(request: Request) -> Post:
    with looking(request, "outbox") as at:
        return Post.model_validate(post_office.standing(at.look))


@router.get(
    "/mail/dead-letters",
    summary=summary("dead_letters"),
    response_model=Page[DeadLetter],
    responses={**LISTED},
)
def dead_letters(request: Request, paging: Paged) -> Any:
    """To whom, and why they could not be reached; neither title nor words."""
    with looking(request, "outbox") as at:
        return page(at.look, "dead_letters", post_office.dead_letters(at.look), paging)


@router.get("/mail/{letter}", summary=summary("letter"), response_model=Letter, responses=problems(*READ))
def letter(request: Request, letter: LetterName) -> Any:
    """By its number, as lists show it, or by its key."""
    with looking(request, "letter") as at:
        return post_office.letter(at.look, letter)


@router.get("/scheduler/status", summary=summary("scheduler_status"), responses=problems(*READ))
def scheduler_status(request: Request) -> Watch:
    with looking(request, "scheduler") as at:
        return Watch.model_validate(watch.status(at.look))


@router.get("/scheduler/log", summary=summary("scheduler_log"), responses=problems(*READ))
def scheduler_log(
    request: Request, job: Word = "", limit: Annotated[int, Query(ge=1, le=1000)] = 30
) -> list[Run]:
    """The newest first."""
    with looking(request, "scheduler") as at:
        runs = run_log.recent(at.look.session, limit, job)
        return [Run.model_validate(watch.run_values(one)) for one in runs]
