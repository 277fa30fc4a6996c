"""The routes of the acts, made from their table; each is one call of the operation a person's command calls too."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Annotated, Any, Final

from fastapi import APIRouter, Body, Depends, Header, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict

from cycle.acts.asking import ask, look_ahead
from cycle.acts.fields import Sent, body, needs_body
from cycle.acts.table import ROWS, Row
from cycle.api.described import ACT, problems
from cycle.api.entry import Acting, ActRoute, Caller, Secured, service_of
from cycle.api.paths import IdPath, NumberPath, YearPath
from cycle.api.problems import Problem
from cycle.operations.catalogue import PREVIEWS
from cycle.operations.perform import Answer
from workflows import words

PREFIX: Final = "/api/v1"

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


class Ahead(BaseModel):
    """What an act would change, as the act itself tells it once it is done; nothing was done."""

    model_config = ConfigDict(extra="allow")

    subject: str


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
    """A route for each row of the table, and one beside it where what it would change can be told before."""
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
        if row.performs in PREVIEWS:
            made.add_api_route(
                f"{row.path}/preview",
                _endpoint(row, ahead=True),
                methods=["POST"],
                name=f"{row.name}_preview",
                summary=_ahead(row),
                tags=[row.place.kind],
                response_model=None,
                responses={200: {"model": Ahead}, **problems(*(status for status in ACT if status != 412))},
            )
    return made


def _ahead(row: Row) -> str:
    said = (words.phrase("api", "preview", lang, what=row.summary(lang)) for lang in words.LANGS)
    return " / ".join(said)


def _has_version(row: Row) -> bool:
    """Whether there is something before the act that whoever asks for it can have looked at."""
    return bool(row.place.subject) and not row.place.about


def _endpoint(row: Row, *, ahead: bool = False) -> Callable[..., JSONResponse]:
    model = body(row.name, row.fields)
    parts = [part for part in _PARTS if f"{{{part}}}" in row.path]

    def endpoint(**given: Any) -> JSONResponse:
        where = {part: given[part] for part in parts}
        sent = given["sent"] if given["sent"] is not None else model()
        if ahead:
            values = sent.model_dump(exclude_none=True)
            found = look_ahead(service_of(given["request"]), given["caller"].person, row, where, values)
            return JSONResponse(found)
        caller, key, seen = given["caller"], given["key"], given.get("seen")
        return carry_out(given["request"], caller, row, where, sent, key=key, seen=seen)

    kind: Any = model if needs_body(model) else model | None
    sent = Annotated[kind, Body()]
    shape = {"request": Request, "caller": Acting, **{part: _PARTS[part] for part in parts}, "sent": sent}
    parameters = [_parameter(name, kind) for name, kind in shape.items()]
    if not needs_body(model):
        parameters[-1] = parameters[-1].replace(default=None)
    if not ahead:
        parameters.append(_parameter("key", Key).replace(default=None))
    if not ahead and _has_version(row):
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
    values = sent.model_dump(exclude_none=True)
    answer = ask(
        service_of(request), caller.person, row, where, values, key=key, seen=seen, token=caller.token
    )
    return answered(answer, row.subject(where))


def answered(answer: Answer, subject: str) -> JSONResponse:
    """What an operation answered: done, or waiting for a second person."""
    if "pending" in answer:
        return JSONResponse(answer, 202, {"Location": f"{PREFIX}/pending-acts/{answer['pending']}"})
    own = not subject or answer.get("subject") == subject
    return JSONResponse(
        answer, 200, {"ETag": f'"{answer["number"]}"'} if own and "number" in answer else None
    )
