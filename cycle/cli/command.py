"""What commands have in common: their shared options, the service they work with, how they act and answer.

A command is written as a function of its own options; the decorators here add the shared ones. `plain` needs
no database, `reading` opens it, `acting` also says who acts, in whose name and why.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any, cast

import typer
from pydantic import ValidationError
from rich.console import Console
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, OperationalError

from cycle import schema
from cycle.board import names
from cycle.board.look import Look
from cycle.board.voice import Voice
from cycle.cli import needs, options, persons, typed
from cycle.cli.run import Program
from cycle.cli.terminal import BadInput, Terminal, speaking
from cycle.db import Session
from cycle.operations.catalogue import OPERATIONS
from cycle.operations.perform import Operation, perform
from cycle.permissions import Act
from cycle.service import Service, open_service
from cycle.settings import Settings
from workflows import words
from workflows.workdays import local_day

Human = Callable[[Console], None]
Command = Callable[..., None]

_READING = {"lang": (options.Lang, ""), "as_json": (options.Json, False)}
_ACTING = {
    "acts_as": (options.As, inspect.Parameter.empty),
    "on_behalf_of": (options.Behalf, ""),
    "document": (options.Document, ""),
    "reason": (options.Reason, ""),
    "occurred_on": (options.OccurredOn, ""),
    "key": (options.Key, ""),
}


@dataclass
class Work:
    """One command at work: how it speaks and what it works with."""

    terminal: Terminal
    service: Service

    @cached_property
    def today(self) -> date:
        """The office's calendar day."""
        return local_day(self.service.clock.now(), self.service.zone)

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A reading transaction."""
        with self.service.database.read() as session:
            yield session

    def ask(
        self, name: str, act: Act, arguments: Mapping[str, Any], operation: Operation | None = None
    ) -> dict[str, Any]:
        """Ask for an operation of the catalogue, or for one composed of several under its name."""
        return perform(self.service, operation or OPERATIONS[name], name, act, arguments)

    @cached_property
    def called(self) -> Mapping[str, str]:
        """The reader's names of departments, people and items."""
        with self.read() as session:
            return names.called(session, self.today, self.terminal.lang)

    @cached_property
    def voice(self) -> Voice:
        """How read models speak to this reader."""
        return Voice(self.terminal.lang, self.called)

    def look(self, session: Session) -> Look:
        """How read models are asked here: nothing is left out for whoever works at the machine itself."""
        return Look(session, self.service.clock.now(), self.service.zone, self.voice)

    def name(self, code: str) -> str:
        """What a department, a person or an item is called."""
        return self.called.get(code, code)

    def department(self, text: str) -> str:
        """The id of the department meant. Raises BadInput where there is none."""
        with self.read() as session:
            found = names.find_department(session, text)
        if found is None:
            raise BadInput("department_unknown", department=text)
        return found.department

    def person(self, text: str) -> str:
        """The id of the person meant, by id or by name. Raises BadInput for a name nobody has or several have."""
        with self.read() as session:
            return persons.person(session, text, lambda: self.called)

    def principal(self, text: str) -> str:
        """The body or the leader acted for; empty for nobody. Raises BadInput where there is none such."""
        if not text:
            return ""
        with self.read() as session:
            return persons.principal(session, text, lambda: self.called, "--on-behalf-of")

    def year(self, given: int | None) -> int:
        """The year meant: as given, else the latest running one. Raises BadInput where there is none."""
        if given is not None:
            return given
        with self.read() as session:
            found = names.year_meant(session)
        if found is None:
            raise BadInput("no_year")
        return found

    def appraisal(self, department: str, year: int | None) -> str:
        """The key of one department's year."""
        return f"appraisal:{self.year(year)}:{self.department(department)}"


def service(ctx: typer.Context) -> Service:
    """The service the settings describe, migrated and fit. Raises BadInput or DatabaseUnfit where it is not.

    The clock is the machine's unless the program was started with another.
    """
    opened = open_database(ctx)
    _reachable(opened, lambda: schema.require_current(opened.database))
    return opened


def open_database(ctx: typer.Context, *, new: bool = False) -> Service:
    """The service, migrated or not; a SQLite file that is not there yet is made only where `new`."""
    settings = _settings()
    path = settings.url.removeprefix("sqlite:///")
    try:
        if not new and path != settings.url and not Path(path).exists():
            raise BadInput("database_absent", place=path)
        return open_service(settings, ctx.ensure_object(Program).clock)
    except OSError as error:
        place, detail = settings.home.as_posix(), error.strerror or str(error)
        raise BadInput("home_unwritable", place=place, detail=detail) from error
    except (ArgumentError, NoSuchModuleError, ImportError) as error:
        raise BadInput("database_url", detail=str(error)) from error


def _reachable(opened: Service, look: Callable[[], None]) -> None:
    try:
        look()
    except OperationalError as error:
        raise unreachable(opened, error) from error


def unreachable(opened: Service, error: OperationalError) -> BadInput:
    """That the database cannot be reached, with what its driver says of it."""
    place = opened.database.url.render_as_string(hide_password=True)
    return BadInput("database_unreachable", place=place, detail=str(error.orig).partition("\n")[0])


def _settings() -> Settings:
    try:
        return Settings()
    except ValidationError as error:
        fault = error.errors()[0]
        field = str(fault["loc"][0]) if fault["loc"] else "database_url"
        given = "***" if field == "smtp_password" else str(fault["input"])
        raise BadInput(f"setting_{field}", name=f"CYCLE_{field.upper()}", given=given) from error


def plain(app: typer.Typer, name: str, about: str) -> Callable[[Command], Command]:
    """Add a command `function(terminal, …)` that needs no database."""

    def run(function: Command, _ctx: typer.Context, terminal: Terminal, own: Mapping[str, Any]) -> None:
        function(terminal, **own)

    return _command(app, name, about, {}, run, skip=1)


def reading(app: typer.Typer, name: str, about: str) -> Callable[[Command], Command]:
    """Add a command `function(work, …)` that changes nothing, or that has its own way to act as somebody."""

    def run(function: Command, ctx: typer.Context, terminal: Terminal, own: dict[str, Any]) -> None:
        with _at_work(ctx, terminal) as work:
            if own.get("acts_as"):
                own["acts_as"] = work.person(own["acts_as"])
            function(work, **own)

    return _command(app, name, about, {}, run, skip=1)


def acting(app: typer.Typer, name: str, about: str, does: str = "") -> Callable[[Command], Command]:
    """Add a command `function(work, act, …)` that somebody answers for: `--as` is required.

    `does` is what it asks for where that is one action of one machine (`finding.drop`): its help marks what that
    always needs.
    """

    def run(function: Command, ctx: typer.Context, terminal: Terminal, own: dict[str, Any]) -> None:
        given = {key: own.pop(key) for key in _ACTING}
        occurred_on = typed.day(given["occurred_on"], "--occurred-on")
        with _at_work(ctx, terminal) as work:
            act = Act(
                actor=work.person(given["acts_as"]),
                kind="command",
                on_behalf_of=work.principal(given["on_behalf_of"]),
                reason=given["reason"],
                document=given["document"],
                occurred_on=occurred_on,
                key=given["key"],
            )
            function(work, act, **own)

    return _command(app, name, about, _ACTING, run, skip=2, needed=needs.of(does) if does else {})


@contextmanager
def _at_work(ctx: typer.Context, terminal: Terminal) -> Iterator[Work]:
    work = Work(terminal, service(ctx))
    terminal.names = lambda: work.called
    ctx.call_on_close(work.service.database.close)  # a refusal still looks up names when the command is over
    yield work


def _command(
    app: typer.Typer,
    name: str,
    about: str,
    shared: Mapping[str, tuple[Any, Any]],
    run: Callable[..., None],
    *,
    skip: int,
    needed: Mapping[str, str] = MappingProxyType({}),
) -> Callable[[Command], Command]:
    """Register a function under `name`: its own options (all but the first `skip`), then the shared ones."""

    def decorate(function: Command) -> Command:
        own = list(inspect.signature(function, eval_str=True).parameters.values())[skip:]

        def call(ctx: typer.Context, **values: Any) -> None:
            lang = values.pop("lang") or ctx.ensure_object(Program).lang or words.LANGS[0]
            with speaking(lang, values.pop("as_json")) as terminal:
                run(function, ctx, terminal, values)

        parameters = [
            inspect.Parameter("ctx", inspect.Parameter.KEYWORD_ONLY, annotation=typer.Context),
            *(one.replace(kind=inspect.Parameter.KEYWORD_ONLY) for one in own),
            *(
                inspect.Parameter(key, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=option)
                for key, (option, default) in {**shared, **_READING}.items()
            ),
        ]
        parameters = [needs.marked(one, needed) for one in parameters]
        dressed = cast("Any", call)
        dressed.__signature__ = inspect.Signature(parameters)
        dressed.__annotations__ = {one.name: one.annotation for one in parameters}
        app.command(name, help=about)(dressed)
        return function

    return decorate
