"""The way in: whoever asks shows a token; what they may see or do is decided by person, never by token alone.

A route that reads opens `reading(request)`: one transaction in which the token is looked up and the answer read.
A route that acts depends on `Acting` and is an `ActRoute`: the token is checked before anything of the body is read.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Annotated, Any, Final, Literal

from fastapi import Depends, Request, Security
from fastapi.routing import APIRoute
from fastapi.security import HTTPBearer
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from cycle import queries
from cycle.api.language import language
from cycle.api.limits import MINUTE, Rates
from cycle.api.problems import Problem
from cycle.api.threads import acting_apart
from cycle.db import Session
from cycle.logs import asked_by
from cycle.operations import tokens
from cycle.people import Person, person
from cycle.service import Service
from workflows.wake import stamp
from workflows.workdays import local_day

SECURED: Final = HTTPBearer(
    scheme_name="token", description="密钥，见 `cycle token issue` / a token", auto_error=False
)
"""Only says in the description of the interface that a token is needed; `entry` itself looks at it."""

_CHALLENGE: Final = {"WWW-Authenticate": 'Bearer realm="cycle"'}


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks: a person as they stand in the register, by a token (its id) that reads or acts."""

    person: Person
    token: str
    scope: str


@dataclass(frozen=True)
class Reading:
    """One reading request at work: the transaction, who reads, the instant and the office's day of it."""

    session: Session
    caller: Caller
    now: datetime
    day: date
    lang: Literal["zh", "en"]
    service: Service

    @property
    def person(self) -> Person:
        """Who reads."""
        return self.caller.person


def service_of(request: Request) -> Service:
    """What the application works with."""
    service: Service = request.app.state.service
    return service


@contextmanager
def reading(request: Request) -> Iterator[Reading]:
    """One reading transaction for whoever shows a valid token. Raises Problem for anybody else."""
    service = service_of(request)
    now = service.clock.now()
    with service.database.read() as session:
        caller = _Way(request).caller(session, now)
        yield Reading(session, caller, now, local_day(now, service.zone), language(request), service)


async def acting(request: Request) -> Caller:
    """Who asks for an act, as `ActRoute` found them."""
    caller: Caller = request.state.caller
    return caller


def _may_act(request: Request) -> Caller:
    """Who asks, by a token that may act. Raises Problem for anybody else.

    What auditors do not read is not logged, so they ask for nothing else, whatever token they had before.
    """
    service = service_of(request)
    with service.database.read() as session:
        caller = _Way(request).caller(session, service.clock.now())
    if caller.scope != "act" or "auditor" in caller.person.roles:
        raise Problem("token_reads_only")
    return caller


class ActRoute(APIRoute):
    """A route of a router on which acts are asked for.

    Where it depends on `Acting`, the token is looked at before anything of the body is read, and a version to be
    bound to is refused where none is looked at. What it does, unless it reads, it does in a thread for acts.
    """

    def __init__(self, path: str, endpoint: Callable[..., Any], **settings: Any) -> None:
        reads = "GET" in (settings.get("methods") or ("GET",))
        super().__init__(path, endpoint if reads else acting_apart(endpoint), **settings)

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The framework's handler, behind the door."""
        handle = super().get_route_handler()
        if all(each.call is not acting for each in self.dependant.dependencies):
            return handle

        async def behind_the_door(request: Request) -> Response:
            request.state.caller = await run_in_threadpool(_may_act, request)
            if "if-match" in request.headers and "If-Match" not in declared(request, "header"):
                raise Problem("version_unused")
            return await handle(request)

        return behind_the_door


def declared(request: Request, where: Literal["query", "header"]) -> list[str]:
    """The names of what the route of this request takes there, in its own order."""

    def names(dependant: Any) -> list[str]:
        own = [str(each.alias) for each in getattr(dependant, f"{where}_params")]
        return own + [name for below in dependant.dependencies for name in names(below)]

    return names(request.scope["route"].dependant)


@dataclass(frozen=True)
class _Way:
    """One attempt to come in."""

    request: Request

    @cached_property
    def rates(self) -> Rates:
        rates: Rates = self.request.app.state.rates
        return rates

    @property
    def address(self) -> str:
        return self.request.client.host if self.request.client else ""

    def caller(self, session: Session, now: datetime) -> Caller:
        """Who it is. A right token is let in whatever else comes from its address: offices share one."""
        found = self._known(session, now)
        admitted = self.rates.admit(found.person.id) if found else self.rates.admit_failure(self.address)
        if not admitted:
            raise Problem("too_many_requests", headers={"Retry-After": str(MINUTE)})
        if found is None:
            raise Problem("unauthenticated", headers=_CHALLENGE)
        asked_by(self.request.scope, found.person.id)
        return found

    def _known(self, session: Session, now: datetime) -> Caller | None:
        """Who shows this token; None where it is none of ours, over, revoked, or its owner has left."""
        scheme, _, text = self.request.headers.get("authorization", "").partition(" ")
        shown = tokens.parse(text.strip()) if scheme.casefold() == "bearer" else None
        if shown is None:
            return None
        name, secret = shown
        row = queries.subject(session, f"token:{name}")
        if row is None or not tokens.opens(secret, row.record["sha256"]):
            return None
        if row.state != "issued" or row.record["expires"] <= stamp(now):
            return None
        owner = queries.subject(session, f"person:{row.record['person']}")
        if owner is None or owner.state != "active":
            return None
        return Caller(person(owner.key, owner.state, owner.record), name, row.record["scope"])


Secured = Security(SECURED)
"""Among the `dependencies` of a route or router: its description says that a token is needed."""

Acting = Annotated[Caller, Depends(acting)]
"""A parameter of a route that acts."""
