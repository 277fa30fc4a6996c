"""Routes that read the whole history, verify it, and hand out what the night fixed of it."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Query, Request
from fastapi import Path as PathParameter

from cycle.api.described import READ, problems
from cycle.api.entry import Secured
from cycle.api.reads_answers import LISTED, Word, file, looking, summary
from cycle.api.reads_desk_shapes import Checkpoint, CheckpointLine, HistoryPage, Verdict
from cycle.board import history as rows
from cycle.board.history import Wanted
from cycle.board.lists import EVERY
from cycle.board.look import Look
from cycle.board.untold import untold
from cycle.board.verdict import document
from cycle.jobs import checkpoints as kept
from cycle.verify import verify as verified
from workflows.errors import NotFound

_LAST: Final = 2**63 - 1

router = APIRouter(prefix="/api/v1", tags=["reading"], dependencies=[Secured])


@router.get("/history", summary=summary("history"), response_model=HistoryPage, responses={**LISTED})
def history(
    *,
    request: Request,
    cursor: Annotated[int, Query(ge=0, le=_LAST)] = 0,
    limit: Annotated[int, Query(ge=1, le=1000)] = 50,
    subject: Word = "",
    kind: Word = "",
    action: Word = "",
    who: Word = "",
    since: date | None = None,
    until: date | None = None,
    format: Annotated[Literal["json", "csv", "xlsx"], Query()] = "json",  # noqa: A002 - its name in the query
) -> Any:
    """The newest first. `who` is who acted; days are the office's, both included; go on with `cursor` = `next`."""
    wanted = Wanted(subject, kind, action, who, since, until)
    with looking(request, "history") as at:
        if format != "json":
            return file(at.look, "history", format, rows.found(at.look, wanted, limit=EVERY)[0])
        items, next_ = rows.found(at.look, wanted, before=cursor, limit=limit)
        return {"items": items, "next": next_}


@router.get("/history/verify", summary=summary("verify"), responses=problems(*READ))
def verify(request: Request) -> Verdict:
    """Every chain followed, every row replayed, all that stands compared. It takes its time.

    `digest` is null for whoever is at home in a department whose points are not published.
    """
    with looking(request, "verification") as at:
        told = document(verified(at.asked.service.database), at.look.voice.lang)
        return Verdict.model_validate(_without_seals(at.look, told))


@router.get("/checkpoints", summary=summary("checkpoints"), responses=problems(*READ))
def checkpoints(request: Request) -> list[CheckpointLine]:
    """The newest first; `digest` as in a verification."""
    with looking(request, "verification") as at:
        every = [_without_seals(at.look, one) for one in kept.every(_folder(request))]
    return [CheckpointLine.model_validate(one) for one in every]


@router.get("/checkpoints/{name}", summary=summary("checkpoint"), responses=problems(*READ))
def checkpoint(
    request: Request, name: Annotated[str, PathParameter(pattern=rf"^{kept.NAME.pattern}$")]
) -> Checkpoint:
    """To be kept where whoever holds the database cannot reach.

    For whoever is at home in a department whose points are not published there is none: see `_without_seals`.
    """
    with looking(request, "verification") as at:
        if untold(at.look):
            raise NotFound(name)
        return Checkpoint.model_validate(kept.one(_folder(request), name))


def _without_seals(look: Look, told: dict[str, Any]) -> dict[str, Any]:
    """A digest of every chain's end could be tried against guesses of the rows that one is not shown."""
    return {**told, "digest": None} if untold(look) else told


def _folder(request: Request) -> Path:
    home: Path = request.app.state.settings.home
    return home / "checkpoints"
