"""Evidence over the interface: a file is handed in with its act, and saved again under its own name, never shown.

The key is looked at before anything of a file is read: whoever has none sends nothing to our disk.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request
from fastapi.responses import FileResponse, JSONResponse
from starlette.concurrency import run_in_threadpool
from starlette.types import Receive, Scope, Send

from cycle.acts.asking import act_of, bound, require_sight
from cycle.acts.fields import COMMON, Sent, body
from cycle.api.act_routes import (
    PREFIX,
    RESPONSES,
    UNBOUND,
    Key,
    Match,
    answered,
)
from cycle.api.described import READ, problems, summary
from cycle.api.entry import Acting, ActRoute, Caller, Secured, service_of
from cycle.api.handed_in import FORM_BYTES, form_of, handed_in
from cycle.api.paths import IdPath, NumberPath, YearPath
from cycle.api.reads_answers import looking
from cycle.api.threads import in_act_threads
from cycle.board import matters
from cycle.evidence_store import headers
from cycle.operations.evidence_files import hand_in, open_evidence
from cycle.operations.perform import Answer
from cycle.permissions import Act
from cycle.settings import Settings

router = APIRouter(
    prefix=f"{PREFIX}/cycles/{{year}}/evidence/{{department}}",
    tags=["evidence"],
    dependencies=[Secured],
    route_class=ActRoute,
)

_OFFERED: Final = body("evidence_offer", "about note?")
_REPLACED: Final = body("evidence_replace", "note?")


def wider(settings: Settings) -> tuple[tuple[re.Pattern[str], int], ...]:
    """The paths that take a file, and how many bytes."""
    paths = re.compile(rf"{PREFIX}/cycles/[0-9]{{4}}/evidence/[^/]+/(?:offer|[0-9]+/replace)")
    return ((paths, (settings.evidence_max_mb << 20) + FORM_BYTES),)


@router.post(
    "/offer",
    summary=summary("evidence_offer"),
    response_model=None,
    responses={**UNBOUND},
    openapi_extra=form_of(_OFFERED),
)
async def evidence_offer(
    request: Request, caller: Acting, year: YearPath, department: IdPath, key: Key = None
) -> JSONResponse:
    given, around = {"year": year, "department": department}, f"evidence:{year}:{department}:1"
    act = act_of(caller.person, {}, key, token=caller.token)
    return await _handed_in(request, caller, "offer_evidence", _OFFERED, given, around=around, act=act)


@router.post(
    "/{number}/replace",
    summary=summary("evidence_replace"),
    response_model=None,
    responses={**RESPONSES},
    openapi_extra=form_of(_REPLACED),
)
async def evidence_replace(
    *,
    request: Request,
    caller: Acting,
    year: YearPath,
    department: IdPath,
    number: NumberPath,
    key: Key = None,
    seen: Match = None,
) -> JSONResponse:
    subject = f"evidence:{year}:{department}:{number}"
    given = {"subject": subject}
    act = bound(act_of(caller.person, {}, key, token=caller.token), subject, seen)
    return await _handed_in(request, caller, "replace_evidence", _REPLACED, given, around=subject, act=act)


async def _handed_in(
    request: Request,
    caller: Caller,
    operation: str,
    model: type[Sent],
    given: Mapping[str, Any],
    *,
    around: str,
    act: Act,
) -> JSONResponse:
    service = service_of(request)
    await run_in_threadpool(
        partial(require_sight, service, caller.person, around, new="subject" not in given)
    )
    async with handed_in(request, model) as (file, name, values):
        told = {name: values.pop(name, None) for name in COMMON}
        common = act_of(caller.person, told, act.key, token=act.token)

        def bring() -> Answer:
            return hand_in(
                service,
                operation,
                replace(common, seen=act.seen),
                {**values, **given},
                name=name,
                stream=file.file,
            )

        return answered(await in_act_threads(bring), "")


@router.get(
    "/{number}/file",
    summary=summary("evidence_file"),
    response_class=FileResponse,
    responses={
        200: {
            "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
            "description": "文件，另存为 / the file, to be saved",
        },
        **problems(*READ, 409),
    },
)
def evidence_file(
    request: Request,
    year: YearPath,
    department: IdPath,
    number: NumberPath,
    version: Annotated[int, Query(ge=0, le=999_999)] = 0,
) -> FileResponse:
    with looking(request, "evidence") as at:
        matters.one(at.look, "evidence", year, department, number)
    key = f"evidence:{year}:{department}:{number}"
    path, name, media = open_evidence(service_of(request), key, version)
    return _WholeFile(path, media_type=media, headers={**headers(name), "Accept-Ranges": "none"})


class _WholeFile(FileResponse):
    """All of the file, whatever part was asked for: half of a piece of evidence is none."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        sent = [(name, value) for name, value in scope["headers"] if name not in (b"range", b"if-range")]
        await super().__call__({**scope, "headers": sent}, receive, send)
