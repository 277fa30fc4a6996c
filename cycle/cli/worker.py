"""`cycle worker`: the service at work, until it is told to stop; or every job once."""

from __future__ import annotations

import logging
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from logging import Logger
from pathlib import Path
from threading import Event
from types import FrameType
from typing import Annotated, Any

import typer
from rich.console import Console

from cycle.cli import instants
from cycle.cli.command import Work, reading
from cycle.cli.mail_way import way_of
from cycle.cli.terminal import UNEXPECTED
from cycle.jobs import run_log
from cycle.jobs.run_words import did_words
from cycle.settings import Settings
from cycle.worker import LOG, Job, jobs, run, ticking, worker_name
from workflows import words
from workflows.wake import stamp

ERRORS = "errors.log"
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
    with traces_in(settings.home / ERRORS, LOG):
        _work(work, settings, name, once=once)


@contextmanager
def traces_in(file: Path, *logs: Logger) -> Iterator[None]:
    """Traces of what broke are for whoever mends it, in a file; people read the run log."""
    file.parent.mkdir(parents=True, exist_ok=True)
    handler = logging.FileHandler(file, encoding="utf-8", delay=True)
    for log in logs:
        log.addHandler(handler)
        log.propagate = False
    try:
        yield
    finally:
        for log in logs:
            log.removeHandler(handler)
            log.propagate = True
        handler.close()


def _work(work: Work, settings: Settings, name: str, *, once: bool) -> None:
    if once:
        _once(work, settings, name)
        return
    began = work.service.clock.now()
    listed = jobs(work.service, settings, name)
    with _until_told() as stop, ticking(work.service, settings, name):
        if not work.terminal.json:
            for line in _greeting(work, settings, name, listed):
                typer.echo(line)
        while not stop.wait(LOOK):
            pass
    ended = work.service.clock.now()
    line = _text(work, "worker_ended", name=name, at=instants.shown(work, ended))
    work.terminal.tell(
        {"worker": name, "began": stamp(began), "ended": stamp(ended)}, lambda console: console.print(line)
    )


@contextmanager
def _until_told() -> Iterator[Event]:
    """An event that is set by the first Ctrl-C or request to end; a second one does not wait for the jobs at work."""
    stop = Event()

    def told(_number: int, _frame: FrameType | None) -> None:
        if stop.is_set():
            raise KeyboardInterrupt
        stop.set()

    before = {number: signal.signal(number, told) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


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
