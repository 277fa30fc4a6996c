"""`cycle worker`: the service at work, until it is told to stop; or every job once."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from tempfile import TemporaryFile
from typing import Annotated, Any

import typer
from rich.console import Console

from cycle import __version__, schema
from cycle.cli import instants
from cycle.cli.command import Work, reading
from cycle.cli.mail_way import way_of
from cycle.cli.terminal import UNEXPECTED, BadInput
from cycle.ending import until_told
from cycle.jobs import run_log
from cycle.jobs.run_words import did_words
from cycle.logs import lines_to, troubles_to
from cycle.service import Service
from cycle.settings import Settings
from cycle.worker import LOG, Job, jobs, run, ticking, worker_name
from workflows import words
from workflows.wake import stamp

ERRORS = "errors.log"
ROOM = 65536
"""Bytes that have to find room in the folder of the service at its start."""

LOOK = 1.0
"""Seconds between two looks for a signal: on Windows waiting without an end cannot be interrupted."""


def mount(app: typer.Typer) -> None:
    reading(app, "worker", "值守：按时检查期限、发信、夜间核验 / keep watch, send mail, until stopped")(
        worker
    )


def worker(
    work: Work,
    *,
    once: Annotated[
        bool, typer.Option("--once", help="各项任务依次做一遍就结束 / every job once, then end")
    ] = False,
) -> None:
    settings, name = Settings(), worker_name()
    require_writable(work.service, settings)
    if once:
        with troubles_to(settings.home / ERRORS, work.service.clock, work.service.zone):
            _once(work, settings, name)
        return
    began = work.service.clock.now()
    listed = jobs(work.service, settings, name)
    with until_told() as told, logged(work.service, settings, name), ticking(work.service, settings, name):
        if not work.terminal.json:
            for line in _greeting(work, settings, name, listed):
                typer.echo(line)
        while not told.wait(LOOK):
            pass
        LOG.info("told to end")
    ended = work.service.clock.now()
    line = _text(work, "worker_ended", name=name, at=instants.shown(work, ended))
    work.terminal.tell(
        {"worker": name, "began": stamp(began), "ended": stamp(ended)}, lambda console: console.print(line)
    )


def require_writable(service: Service, settings: Settings) -> None:
    """Raises BadInput or DatabaseUnfit unless folder and database can be written: else no job could do its work."""
    try:
        settings.home.mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=settings.home) as file:
            file.write(bytes(ROOM))
    except OSError as error:
        detail = error.strerror or str(error)
        raise BadInput("home_unwritable", place=settings.home.as_posix(), detail=detail) from error
    schema.require_writable(service.database)


@contextmanager
def logged(service: Service, settings: Settings, worker: str) -> Iterator[None]:
    """The log while the service is at work: all of it to standard error, what is wrong to a file as well."""
    form, level = settings.log_format, settings.log_level
    place = service.database.url.render_as_string(hide_password=True)
    with (
        lines_to(sys.stderr, service.clock, service.zone, form=form, level=level),
        troubles_to(settings.home / ERRORS, service.clock, service.zone),
    ):
        known = {"worker": worker, "version": __version__, "database": place, "schema": schema.head()}
        LOG.info("service began", extra={"fields": known})
        yield
        LOG.info("service ended", extra={"fields": {"worker": worker}})


def _text(work: Work, code: str, **data: object) -> str:
    return words.phrase("scheduler", code, work.terminal.lang, **data)


def _greeting(work: Work, settings: Settings, name: str, listed: tuple[Job, ...]) -> list[str]:
    place = work.service.database.url.render_as_string(hide_password=True)
    lang = work.terminal.lang
    said = [f"{words.word('scheduler.job', job.name, lang)} {_every(work, job.every)}" for job in listed]
    return [
        _text(work, "worker_began", name=name, at=instants.shown(work, work.service.clock.now())),
        _text(work, "worker_place", place=place, way=way_of(settings, lang)),
        _text(work, "worker_jobs", jobs=words.listed(said, lang)),
    ]


def _every(work: Work, every: timedelta) -> str:
    minutes, seconds = divmod(int(every.total_seconds()), 60)
    if minutes and not seconds:
        return _text(work, "every_minutes", count=minutes)
    return _text(work, "every_seconds", count=minutes * 60 + seconds)


def _once(work: Work, settings: Settings, name: str) -> None:
    """Every job in turn; one that breaks does not hold up the others."""
    held = {job.name: run(work.service, job, name) for job in jobs(work.service, settings, name)}
    with work.read() as session:
        runs = {one.job: one for one in run_log.recent(session, len(held) * 8) if one.worker == name}
    told: list[dict[str, Any]] = [
        {
            "job": job,
            "ok": ok and not (job in runs and runs[job].failed),
            "did": dict(runs[job].did) if job in runs else {},
            "failed": list(runs[job].failed) if job in runs else [],
        }
        for job, ok in held.items()
    ]

    def human(console: Console) -> None:
        for one in told:
            did = did_words(one["did"], work.terminal.lang) or _text(work, "did_nothing")
            title = words.word("scheduler.job", one["job"], work.terminal.lang)
            broke = "" if one["ok"] else _text(work, "broke")
            console.print(_text(work, "job_line", job=title, did=broke or did))
            for line in one["failed"]:
                console.print(f"    {line}")

    work.terminal.tell({"worker": name, "jobs": told}, human)
    if not all(one["ok"] for one in told):
        raise typer.Exit(UNEXPECTED)
