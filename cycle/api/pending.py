"""Acts that wait for a second person, confirmed or taken back over the interface."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from cycle.acts.asking import require_waiting, told_to
from cycle.api.act_routes import PREFIX, UNBOUND, Done, Key, answered
from cycle.api.described import ACT, problems, summary
from cycle.api.entry import Acting, ActRoute, Secured, service_of
from cycle.operations import perform as performing
from cycle.operations.catalogue import OPERATIONS

router = APIRouter(
    prefix=f"{PREFIX}/pending-acts", tags=["pending"], dependencies=[Secured], route_class=ActRoute
)

PendingId = Annotated[str, Path(pattern="^[0-9a-f]{16}$")]
_ACT = tuple(status for status in ACT if status not in (408, 412, 415))


class Taken(BaseModel):
    """A file of rows that was taken in; `subject` is that of its first row alone, `refused` are rows left out."""

    subject: str
    kind: str
    file: str
    taken: int
    same: int
    refused: list[dict[str, Any]]


class Dropped(BaseModel):
    """What was taken back; nothing of it had taken effect."""

    dropped: str
    operation: str


@router.post(
    "/{pending}/confirm",
    summary=summary("pending_confirm"),
    response_model=None,
    responses={**UNBOUND, 200: {"model": Done | Taken}},
)
def pending_confirm(request: Request, caller: Acting, pending: PendingId, key: Key = None) -> JSONResponse:
    service = service_of(request)
    require_waiting(service, caller.person, pending)
    answer = performing.confirm(service, OPERATIONS, pending, caller.person.id, key or "", token=caller.token)
    return answered(told_to(service, caller.person, answer), "")


@router.post(
    "/{pending}/drop",
    summary=summary("pending_drop"),
    response_model=None,
    responses={200: {"model": Dropped}, **problems(*_ACT)},
)
def pending_drop(request: Request, caller: Acting, pending: PendingId, key: Key = None) -> dict[str, Any]:
    service = service_of(request)
    require_waiting(service, caller.person, pending)
    return performing.drop(service, pending, caller.person.id, key or "")
