"""What routes that read have in common: who looks, how much of a list, as which file, and whether anything is new."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Annotated, Any, Final, Generic, Literal, TypeVar
from urllib.parse import urlencode

from fastapi import Depends, Header, Query, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from pydantic import BaseModel

from cycle.acts.fields import both
from cycle.api.described import READ, problems
from cycle.api.entry import Reading, declared, reading
from cycle.api.paths import IdPath, NumberPath, YearPath
from cycle.board.lists import EVERY, file_of
from cycle.board.look import Look, look
from cycle.documents.lists import MEDIA, Kind
from cycle.operations import read_log
from cycle.sight import SIGHT, may_ask
from workflows import ledger
from workflows.errors import Refused, Unmet

Values = dict[str, Any]
Item = TypeVar("Item")

Year = YearPath
Department = IdPath
PersonId = IdPath
Number = NumberPath
Word = Annotated[str, Query(max_length=200)]
"""A filter: empty means any."""

Known = Annotated[
    str | None,
    Header(
        alias="If-None-Match",
        max_length=1000,
        description="手头是哪一版（ETag），没有变化就答 304 / the version at hand; 304 where nothing happened since",
    ),
]


def summary(name: str) -> str:
    """What a route is for."""
    return both("reads", name)


# --- who looks ---


@dataclass(frozen=True, slots=True)
class Looking:
    """One reading request at work: its transaction and its person, and how the read models are asked."""

    asked: Reading
    look: Look


@contextmanager
def looking(request: Request, resource: str) -> Iterator[Looking]:
    """Who asks may see something of `resource`, or Refused is raised. What auditors read is logged first.

    A query that names what the route does not take is refused: a misspelt filter would answer with everything.
    """
    with reading(request) as asked:
        _require_known(request)
        service = asked.service
        if "auditor" in asked.person.roles:
            read_log.note(service, asked.person.id, _read(request), asked.now)
        seen = look(asked.session, asked.now, service.zone, asked.lang, asked.person)
        if not may_ask(seen.reader, resource):
            raise Refused(Unmet("role_missing", {"roles": ",".join(SIGHT[resource])}))
        yield Looking(asked, seen)


def _require_known(request: Request) -> None:
    known = declared(request, "query")
    strange = [name for name in dict.fromkeys(request.query_params) if name not in known]
    if strange:
        raise RequestValidationError(
            [
                {"type": "extra_forbidden", "loc": ("query", name), "msg": "", "input": None}
                for name in strange
            ]
        )


def _read(request: Request) -> str:
    """What is read: the path, and of the query what the route takes, so that nothing else can hide it."""
    asked = request.query_params
    query = urlencode([(name, asked[name]) for name in declared(request, "query") if name in asked])
    return f"{request.url.path}?{query}" if query else request.url.path


# --- lists ---


class Page(BaseModel, Generic[Item]):
    """A part of a list: `total` counts all of it, `items` begin after `offset`."""

    items: list[Item]
    total: int
    limit: int
    offset: int


@dataclass(frozen=True, slots=True)
class Paging:
    """How much of a list, and as what: a file always holds all of it."""

    limit: int
    offset: int
    format: Literal["json", "csv", "xlsx"]

    @property
    def most(self) -> int:
        """How many rows to look for."""
        return self.limit if self.format == "json" else EVERY

    @property
    def skipped(self) -> int:
        """How many rows to pass over."""
        return self.offset if self.format == "json" else 0


async def _paging(  # a dependency that does not wait would only cost a change of threads
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    offset: Annotated[int, Query(ge=0, le=EVERY)] = 0,
    format: Annotated[  # noqa: A002 - its name in the query
        Literal["json", "csv", "xlsx"],
        Query(description="csv、xlsx 为整个列表 / csv and xlsx hold the whole list"),
    ] = "json",
) -> Paging:
    return Paging(limit, offset, format)


Paged = Annotated[Paging, Depends(_paging)]

LISTED: Final[Mapping[int | str, dict[str, Any]]] = {
    200: {
        "content": {
            "text/csv": {"schema": {"type": "string"}},
            MEDIA["xlsx"]: {"schema": {"type": "string", "format": "binary"}},
        }
    },
    **problems(*READ),
}
"""What a list may answer."""


def page(look: Look, name: str, rows: Sequence[Values], paging: Paging) -> Values | Response:
    """A list that is here as a whole: the part asked for, or all of it as a file."""
    if paging.format == "json":
        part = rows[paging.offset : paging.offset + paging.limit]
        return {"items": list(part), "total": len(rows), "limit": paging.limit, "offset": paging.offset}
    return file(look, name, paging.format, rows)


def part(look: Look, name: str, rows: Sequence[Values], total: int, paging: Paging) -> Values | Response:
    """A list of which only the part asked for was read (`paging.most`, `paging.skipped`)."""
    if paging.format == "json":
        return {"items": list(rows), "total": total, "limit": paging.limit, "offset": paging.offset}
    return file(look, name, paging.format, rows)


def file(look: Look, name: str, kind: Kind, rows: Sequence[Values]) -> Response:
    """The list as a file to be saved."""
    headers = {"Content-Disposition": f'attachment; filename="{name}.{kind}"'}
    return Response(file_of(name, kind, look, rows), media_type=MEDIA[kind], headers=headers)


# --- single objects ---

TAGGED: Final[Mapping[int | str, dict[str, Any]]] = {
    200: {"headers": {"ETag": {"schema": {"type": "string"}}}},
    304: {"description": "没有变化 / nothing happened since"},
    **problems(*READ),
}
"""What a single object may answer."""


def tagged(
    response: Response, known: str | None, number: int, values: Values, others: Sequence[Any] = ()
) -> Values | Response:
    """A single object with the number of its last history row as its tag; 304 where that is what is known.

    A tag tells what happened to the subject, and what is shown of `others` beside it; what time alone changes
    (lamps, days left) it does not tell.
    """
    beside = f".{ledger.digest(ledger.canonical(list(others)))[:8]}" if others else ""
    headers = {"ETag": f'"{number}{beside}"', "Vary": "Accept-Language, Authorization"}
    if known is not None and _matches(known, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    response.headers.update(headers)
    return values


def _matches(known: str, tag: str) -> bool:
    return any(one.strip().removeprefix("W/") in (tag, "*") for one in known.split(","))
