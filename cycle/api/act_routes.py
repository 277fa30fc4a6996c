"""The routes of the acts, made from their table; each is one call of the operation a person's command calls too."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Annotated, Any, Final

from fastapi import APIRouter, Body, Depends, Header, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict

from cycle import queries
from cycle.api.acts import ROWS, Row
from cycle.api.described import ACT, problems
from cycle.api.entry import Acting, ActRoute, Caller, Secured, service_of
from cycle.api.fields import COMMON, IdPath, NumberPath, Sent, YearPath, body, needs_body
from cycle.api.problems import Problem
from cycle.board.look import look
from cycle.board.untold import untold, without
from cycle.keys import split_key
from cycle.operations.catalogue import OPERATIONS
from cycle.operations.perform import Answer, perform
from cycle.permissions import Act
from cycle.service import Service
from cycle.sight import sees
from workflows.errors import NotFound
from workflows.workdays import local_day

PREFIX: Final = "/api/v1"
_TAG: Final = re.compile(r'(?<!W/)"([0-9]{1,9})(?:\.[0-9a-f]{8})?"')

Key = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        max_length=200,
        pattern="^[!-~]*$",
        description="同一键再次提交不会重办 / asked again with the same key, nothing is done twice",
    ),
]
Match = Annotated[
    str | None,
    Header(
        alias="If-Match",
        max_length=200,
        description='看到的是哪一版（ETag），如 "12" / the version that was looked at',
    ),
]

_PARTS: Final[Mapping[str, Any]] = {
    "year": YearPath,
    "department": IdPath,
    "person": IdPath,
    "number": NumberPath,
}


class Done(BaseModel):
    """What an act did; what else there is to tell of it stands beside. `before` is null for what is new."""

    model_config = ConfigDict(extra="allow")

    subject: str
    action: str
    before: str | None
    after: str
    number: int


class Waiting(BaseModel):
    """The act waits for a second person: it is confirmed or dropped under `/pending-acts/{pending}`."""

    pending: str
    subject: str


RESPONSES: Final[Mapping[int | str, dict[str, Any]]] = {
    200: {"model": Done, "headers": {"ETag": {"schema": {"type": "string"}}}},
    202: {"model": Waiting, "description": "待第二人确认 / waits for a second person"},
    **problems(*ACT),
}

UNBOUND: Final[Mapping[int | str, dict[str, Any]]] = {
    status: answer for status, answer in RESPONSES.items() if status != 412
}
"""What an act may answer that is bound to no version: there is none before it."""


async def only_json(request: Request) -> None:
    """A body is JSON and says so. Raises Problem."""
    sent = request.headers.get("content-length", "0") != "0" or "transfer-encoding" in request.headers
    media = request.headers.get("content-type", "").partition(";")[0].strip().casefold()
    if sent and media != "application/json":
        raise Problem("media_type")


def router() -> APIRouter:
    """A route for each row of the table."""
    made = APIRouter(prefix=PREFIX, route_class=ActRoute, dependencies=[Secured, Depends(only_json)])
    for row in ROWS:
        made.add_api_route(
            row.path,
            _endpoint(row),
            methods=["POST"],
            name=row.name,
            summary=f"{row.summary('zh')} / {row.summary('en')}",
            tags=[row.place.kind],
            response_model=None,
            responses={**(RESPONSES if _has_version(row) else UNBOUND)},
        )
    return made


def _has_version(row: Row) -> bool:
    """Whether there is something before the act that whoever asks for it can have looked at."""
    return bool(row.place.subject) and not row.place.about


def _endpoint(row: Row) -> Callable[..., JSONResponse]:
    model = body(row.name, row.fields)
    parts = [part for part in _PARTS if f"{{{part}}}" in row.path]

    def endpoint(**given: Any) -> JSONResponse:
        where = {part: given[part] for part in parts}
        sent = given["sent"] if given["sent"] is not None else model()
        caller, key, seen = given["caller"], given["key"], given.get("seen")
        return carry_out(given["request"], caller, row, where, sent, key=key, seen=seen)

    kind: Any = model if needs_body(model) else model | None
    sent = Annotated[kind, Body()]
    shape = {"request": Request, "caller": Acting, **{part: _PARTS[part] for part in parts}, "sent": sent}
    parameters = [_parameter(name, kind) for name, kind in shape.items()]
    if not needs_body(model):
        parameters[-1] = parameters[-1].replace(default=None)
    parameters.append(_parameter("key", Key).replace(default=None))
    if _has_version(row):
        parameters.append(_parameter("seen", Match).replace(default=None))
    endpoint.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined] # what the framework reads
    return endpoint


def _parameter(name: str, kind: Any) -> inspect.Parameter:
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, annotation=kind)


def carry_out(
    request: Request,
    caller: Caller,
    row: Row,
    where: Mapping[str, Any],
    sent: Sent,
    *,
    key: str | None,
    seen: str | None,
) -> JSONResponse:
    """Ask for an act in the caller's name. Raises what the operation raises; NotFound for what they may not see."""
    service, subject = service_of(request), row.subject(where)
    if row.place.about:
        require_sight(service, caller, row.place.about.format_map(where), new=True)
    elif subject:
        require_sight(service, caller, subject)
    values = sent.model_dump(exclude_none=True)
    act = act_of(caller, {name: values.pop(name, None) for name in COMMON}, key)
    act = bound(act, subject, seen)
    answer = perform(service, OPERATIONS[row.performs], row.performs, act, row.arguments(where, values))
    return answered(told_to(service, caller, answer), subject)


def require_sight(service: Service, caller: Caller, subject: str, *, new: bool = False) -> None:
    """Raises NotFound for a subject that the caller may not know to exist, or (`new`) may know of none like it."""
    try:
        _kind, year, department = split_key(subject)
    except NotFound:
        return  # the operation itself says so
    with service.database.read() as session:
        row = None if new else queries.subject(session, subject)
        around = queries.subject(session, f"department:{department}") if department else None
        into = queries.successors(session)
        marked = queries.subject(session, f"appraisal:{year}:{department}") if year else None
    day = local_day(service.clock.now(), service.zone)
    posts = around.record if around is not None else {}
    team = marked.record.get("team", ()) if marked is not None else ()
    if not sees(caller.person, row or subject, day=day, posts=posts, team=team, into=into):
        raise NotFound(subject)


def told_to(service: Service, caller: Caller, answer: Answer) -> Answer:
    """The answer of an act on a whole year without what it tells the caller of their own department too early."""
    kind, _, year = str(answer.get("subject", "")).partition(":")
    if kind != "cycle" or "pending" in answer:
        return answer
    with service.database.read() as session:
        at = look(session, service.clock.now(), service.zone, "zh", caller.person)
        hidden = untold(at, int(year))
    shown: Answer = without(answer, hidden)
    return shown


def act_of(caller: Caller, common: Mapping[str, Any], key: str | None) -> Act:
    """An act of the token's person."""
    on = common.get("occurred_on")
    return Act(
        actor=caller.person.id,
        on_behalf_of=common.get("on_behalf_of") or "",
        reason=common.get("reason") or "",
        document=common.get("document") or "",
        occurred_on=date.fromisoformat(on) if on else None,
        key=key or "",
    )


def bound(act: Act, subject: str, seen: str | None) -> Act:
    """The act, bound to what was seen of `subject`; what is no tag of ours was never seen."""
    if seen is None or seen.strip() == "*":
        return act
    return replace(act, seen=(subject, tuple(int(number) for number in _TAG.findall(seen))))


def answered(answer: Answer, subject: str) -> JSONResponse:
    """What an operation answered: done, or waiting for a second person."""
    if "pending" in answer:
        return JSONResponse(answer, 202, {"Location": f"{PREFIX}/pending-acts/{answer['pending']}"})
    own = not subject or answer.get("subject") == subject
    return JSONResponse(
        answer, 200, {"ETag": f'"{answer["number"]}"'} if own and "number" in answer else None
    )
