"""Whether the process lives, whether it can work, and its figures: for whoever watches over the service."""

from __future__ import annotations

from functools import cache
from ipaddress import ip_address
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, Field

from cycle import schema
from cycle.api import metrics
from cycle.api.described import problems, summary
from cycle.api.entry import reading, service_of
from cycle.api.metrics import Figures
from cycle.api.problems import LOG, Problem
from cycle.api.threads import in_watch_threads
from cycle.db import UNREACHABLE, DatabaseUnfit
from cycle.operations.vigil import last_pass
from cycle.service import Service
from workflows.wake import stamp

router = APIRouter(tags=["health"])
_head = cache(schema.head)


class Alive(BaseModel):
    status: Literal["ok"] = "ok"


class Ready(BaseModel):
    """`last_pass_age` in seconds since the last look for due deadlines; null before the first."""

    status: Literal["ok", "unavailable"]
    database: Literal["ok", "unreachable", "not_migrated"]
    last_pass: str | None
    last_pass_age: Annotated[int | None, Field(ge=0)]


@router.get("/healthz", summary=summary("healthz"))
async def healthz() -> Alive:
    return Alive()


@router.get(
    "/readyz", summary=summary("readyz"), responses={503: {"model": Ready, "description": "unavailable"}}
)
async def readyz(request: Request) -> Ready:
    found = await in_watch_threads(_ready, service_of(request))
    if found.status == "ok":
        return found
    return JSONResponse(found.model_dump(), 503)  # type: ignore[return-value] # its model is in `responses`


def _ready(service: Service) -> Ready:
    try:
        with service.database.engine.connect() as connection:
            at_head = schema.revision(connection) == _head()
        if not at_head:
            return Ready(status="unavailable", database="not_migrated", last_pass=None, last_pass_age=None)
        last, age = _last_pass(service)
    except (*UNREACHABLE, DatabaseUnfit):
        LOG.warning("the database cannot be reached", exc_info=True)
        return Ready(status="unavailable", database="unreachable", last_pass=None, last_pass_age=None)
    return Ready(status="ok", database="ok", last_pass=last, last_pass_age=age)


def _last_pass(service: Service) -> tuple[str | None, int | None]:
    with service.database.read() as session:
        last = last_pass(session)
    if last is None:
        return None, None
    return stamp(last), max(0, int((service.clock.now() - last).total_seconds()))


@router.get(
    "/metrics",
    summary=summary("metrics"),
    response_class=Response,
    responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}}, **problems(401, 403, 429)},
)
async def figures(request: Request) -> Any:
    """From this machine as it is; from elsewhere with the token of an administrator."""
    return await in_watch_threads(_figures, request)


def _figures(request: Request) -> Response:
    if not _from_here(request):
        with reading(request) as asked:
            if "admin" not in asked.person.roles:
                raise Problem("forbidden")
    counted: Figures = request.app.state.figures
    try:
        _, age = _last_pass(service_of(request))
    except (*UNREACHABLE, DatabaseUnfit):
        age = None
    counted.last_pass_age.set(float("nan") if age is None else age)
    return Response(counted.text(), media_type=metrics.MEDIA)


def _from_here(request: Request) -> bool:
    try:
        return request.client is not None and ip_address(request.client.host).is_loopback
    except ValueError:
        return False
