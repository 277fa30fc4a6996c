"""The way in: whoever comes has signed in; what they see and may do is decided by person, never by session alone.

A page opens `visiting(request, resource)`: one reading transaction in which the session is looked up and the page is
written. A form is taken by `entered`, which knows who sends it before anything else happens.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Any, Final

from starlette.requests import Request

from cycle import queries
from cycle.board.look import Look, look
from cycle.board.voice import Voice
from cycle.db import Session
from cycle.logs import asked_by
from cycle.operations import read_log, sessions
from cycle.people import Person, person
from cycle.service import Service
from cycle.settings import Settings
from cycle.sight import SIGHT, may_ask, reader_of
from cycle.web import guard
from cycle.web.shown import unmarked
from workflows import words
from workflows.errors import Refused, Unmet
from workflows.workdays import local_day

COOKIE: Final = "cycle_session"
"""Where a browser keeps the secret of its session; with the prefix __Host- where it came encrypted."""


class NotSignedIn(Exception):
    """Nobody has signed in here, or their session is over."""


class PageVoice(Voice):
    """The voice of pages: what is to be typed elsewhere stands in its sentence without the marks around it."""

    def entries(self, unmet: Sequence[Unmet]) -> list[dict[str, Any]]:
        """As for everybody, the sentences unmarked."""
        return [{**one, "message": unmarked(one["message"])} for one in super().entries(unmet)]


@dataclass(frozen=True)
class Visit:
    """One request of somebody who has signed in: the transaction, who reads, the instant."""

    request: Request
    service: Service
    settings: Settings
    session: Session
    person: Person
    standing: sessions.Standing
    now: datetime

    @property
    def lang(self) -> str:
        """The language of the page."""
        return self.standing.lang or self.person.lang

    @cached_property
    def roles(self) -> tuple[str, ...]:
        """The roles they read by, in the order of `cycle.sight.ROLES`."""
        return reader_of(self.person, (), local_day(self.now, self.service.zone)).roles

    @cached_property
    def look(self) -> Look:
        """The tables as they see them; who everybody is gets read when it is first asked for."""
        found = look(self.session, self.now, self.service.zone, self.lang, self.person)
        return replace(found, voice=PageVoice(found.voice.lang, found.voice.names))


def service_of(request: Request) -> Service:
    """What the pages work with."""
    service: Service = request.app.state.service
    return service


def settings_of(request: Request) -> Settings:
    """How the service is set up."""
    settings: Settings = request.app.state.settings
    return settings


def cookie_of(request: Request) -> str:
    """The session's secret as the browser shows it; empty where it shows none."""
    return request.cookies.get(guard.cookie_name(request, COOKIE), "")


def standing_of(request: Request, session: Session, now: datetime) -> tuple[sessions.Standing, Person]:
    """Whose session this is, and that they are here. Raises NotSignedIn."""
    found = sessions.find(session, cookie_of(request), now, settings_of(request))
    row = queries.subject(session, f"person:{found.person}") if found else None
    if found is None or row is None or row.state != "active":
        raise NotSignedIn
    asked_by(request.scope, found.person)
    sessions.touch(service_of(request), found)
    return found, person(row.key, row.state, row.record)


@contextmanager
def visiting(request: Request, resource: str = "me") -> Iterator[Visit]:
    """Who comes may see something of `resource` (a row of `cycle.sight.SIGHT`), or Refused is raised.

    What auditors read is logged first. Raises NotSignedIn for anybody else.
    """
    service = service_of(request)
    now = service.clock.now()
    with service.database.read() as session:
        standing, who = standing_of(request, session, now)
        if "auditor" in who.roles:
            read_log.note(service, who.id, _read(request), now)
        if not may_ask(reader_of(who, (), local_day(now, service.zone)), resource):
            raise Refused(Unmet("role_missing", {"roles": ",".join(SIGHT[resource])}))
        yield Visit(request, service, settings_of(request), session, who, standing, now)


def _read(request: Request) -> str:
    query = request.url.query
    return f"{request.url.path}?{query}" if query else request.url.path


def language(request: Request) -> str:
    """The language of whoever has not signed in yet: as chosen on the page before, else Chinese."""
    chosen = request.query_params.get("lang") or request.cookies.get("cycle_lang") or "zh"
    return chosen if chosen in words.LANGS else "zh"


Values = Mapping[str, object]
