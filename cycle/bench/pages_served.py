"""Servers of pages, each in a process of its own as an office would run it, and how much memory they hold."""

from __future__ import annotations

import json
import multiprocessing
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa

from cycle import schema
from cycle.bench.office import ZONE
from cycle.bench.pages_environment import ROOT
from cycle.bench.whole_city import MORNING
from cycle.clock import VirtualClock
from cycle.db import PRAGMAS, Database
from cycle.service import Service
from cycle.settings import Settings

HOST: Final = "127.0.0.1"
DATABASE: Final = "CYCLE_BENCH_DATABASE"
"""The variable that names the database of a page that is compared with."""
TRIES, PAUSE = 600, 0.05  # half a minute to come up
_PLACE: Final = re.compile(rf"http://{re.escape(HOST)}:(\d+)/")


class Unserved(Exception):
    """A server did not come up; the text says what it said."""


@dataclass(frozen=True, slots=True)
class Application:
    """The product: what makes it of settings and a service, its sockets, and what answers with it on one."""

    build: Callable[[Settings, Service], Any]
    answer: Callable[..., None]
    listen: Callable[[str, int], socket.socket]


@dataclass(frozen=True, slots=True)
class Served:
    """A server at work: where it listens, and its process."""

    port: int
    process: int


@contextmanager
def ours(application: Application, url: str) -> Iterator[Served]:
    """The product on a database, on the morning on which its city was left."""
    with application.listen(HOST, 0) as listening:
        arguments = (application, url, listening)
        process = multiprocessing.get_context("spawn").Process(target=_serve, args=arguments, daemon=True)
        process.start()
        port = listening.getsockname()[1]
    try:
        yield Served(port, process.pid or 0)
    finally:
        process.terminate()
        process.join()


def _serve(application: Application, url: str, listening: socket.socket) -> None:
    service = Service(Database(url), VirtualClock(MORNING), ZONE)
    application.answer(application.build(Settings(), service), listening, proxies=HOST)


@contextmanager
def bare(url: str) -> Iterator[Served]:
    """The bare page on a database."""
    with _free() as port:
        options = ["--port", str(port), "--no-access-log", "--log-level", "warning"]
        command = [sys.executable, "-m", "uvicorn", "--factory", "cycle.bench.pages_bare:build", *options]
    with _running(command, {DATABASE: url}, port) as served:
        yield served


@contextmanager
def django(python: Path, url: str) -> Iterator[Served]:
    """The page by Django on a database: one process with as many threads as ours has at most at work for one."""
    with _free() as port:
        options = ["--bind", f"{HOST}:{port}", "--threads", "8", "--log-level", "warning"]
        command = [str(python), "-m", "gunicorn", "cycle.bench.pages_django:application", *options]
    with _running(command, {DATABASE: json.dumps(_settings(url))}, port) as served:
        yield served


def _settings(url: str) -> dict[str, Any]:
    """A database as Django has it."""
    parsed = sa.make_url(url)
    if parsed.get_backend_name() == "sqlite":
        pragmas = ";".join(f"PRAGMA {name} = {value}" for name, value in PRAGMAS.items())
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": parsed.database,
            "CONN_MAX_AGE": None,
            "OPTIONS": {"init_command": pragmas},
        }
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parsed.database,
        "USER": parsed.username or "",
        "PASSWORD": parsed.password or "",
        "HOST": parsed.query.get("host", parsed.host or ""),
        "PORT": str(parsed.port or ""),
        "CONN_MAX_AGE": None,
    }


@contextmanager
def whole(home: Path) -> Iterator[Served]:
    """`cycle serve` on an empty office below `home`: pages, interface and watch, with nothing to do."""
    database = Database(f"sqlite:///{(home / 'cycle.db').as_posix()}")
    schema.upgrade(database)
    database.close()
    command = [sys.executable, "-m", "cycle", "serve", "--port", "0"]
    environ = {"CYCLE_HOME": str(home), "CYCLE_DATABASE_URL": "", "PYTHONUNBUFFERED": "1"}
    with _started(command, environ) as process:
        line = process.stdout.readline() if process.stdout else ""
        found = _PLACE.search(line)
        if found is None:
            raise Unserved(line.strip() or "cycle serve")
        port = int(found[1])
        _await(process, port)
        yield Served(port, process.pid)


@contextmanager
def _free() -> Iterator[int]:
    """A port nobody listens at."""
    with socket.socket() as asked:
        asked.bind((HOST, 0))
        yield asked.getsockname()[1]


@contextmanager
def _running(command: Sequence[str], environ: Mapping[str, str], port: int) -> Iterator[Served]:
    with _started(command, environ) as process:
        _await(process, port)
        yield Served(port, process.pid)


@contextmanager
def _started(command: Sequence[str], environ: Mapping[str, str]) -> Iterator[subprocess.Popen[str]]:
    around = {**os.environ, "PYTHONPATH": str(ROOT), **environ}
    pipe = subprocess.PIPE
    process = subprocess.Popen(command, env=around, cwd=ROOT, text=True, stdout=pipe, stderr=pipe)
    try:
        yield process
    finally:
        process.terminate()
        process.communicate()


def _await(process: subprocess.Popen[str], port: int) -> None:
    for _ in range(TRIES):
        with suppress(OSError), socket.create_connection((HOST, port)):
            return
        if process.poll() is not None:
            break
        time.sleep(PAUSE)
    process.kill()
    _, said = process.communicate()
    raise Unserved((said or "").strip().rpartition("\n")[2] or "the server did not come up")


def held(served: Served) -> float:
    """MiB that a server holds at present."""
    status = Path(f"/proc/{served.process}/status")
    if status.exists():
        (line,) = (each for each in status.read_text().splitlines() if each.startswith("VmRSS:"))
        return int(line.split()[1]) / 1024
    command = ["ps", "-o", "rss=", "-p", str(served.process)]
    told = subprocess.run(command, capture_output=True, text=True, check=True)
    return int(told.stdout) / 1024
