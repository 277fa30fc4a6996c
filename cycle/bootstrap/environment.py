"""The `.venv` beside the program: found ready, brought up to date, or made anew."""

import errno
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from cycle.bootstrap import stamp
from cycle.bootstrap.faults import Fault
from cycle.bootstrap.installing import Pip, environment
from cycle.bootstrap.locks import Locks
from cycle.bootstrap.progress import Progress
from cycle.bootstrap.turn import turn

LOG = "cycle-install.log"
TURN = "cycle-turn.lock"
NOT_WRITABLE = {errno.EACCES, errno.EPERM, errno.EROFS}
STARTING = ("正在准备运行环境(只需一次)", "preparing the environment (only once)")
UPDATING = ("正在更新运行环境", "bringing the environment up to date")
WAITING = (
    "另一个进程正在准备运行环境,请稍候",
    "another process is preparing the environment, waiting for it",
)
READY = ("运行环境已就绪", "the environment is ready")


@dataclass(frozen=True, slots=True)
class Environment:
    """The virtual environment of the program whose root folder this is."""

    root: Path

    @property
    def folder(self) -> Path:
        """Where it stands."""
        return self.root / ".venv"

    @property
    def python(self) -> Path:
        """Its interpreter."""
        return self.folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")

    def active(self) -> bool:
        """Whether this very process runs in it."""
        return self.folder.is_dir() and Path(sys.prefix).samefile(self.folder)

    def ready(self, wanted: Mapping[str, str]) -> bool:
        """Whether it is finished, holds the wanted lock files, and its Python works."""
        found = stamp.read(self.folder)
        if found is None or stamp.unfinished(self.folder) or not found.holds(wanted):
            return False
        return self._fits(found)

    def ensure(self, groups: Sequence[str], wheelhouse: Path | None, progress: Progress) -> None:
        """Make it ready for the groups, after any other process that is doing so; raises `Fault`."""
        locks = Locks(self.root / "lock")
        wanted = locks.digests(groups)
        if self.ready(wanted):
            return
        try:
            self.folder.mkdir(exist_ok=True)
            with turn(self.folder / TURN, waiting=lambda: progress.say(*WAITING)) as held:
                if not self.ready(wanted):
                    pip = Pip(self.python, locks.pip(), wheelhouse, self.folder / LOG, held)
                    self._prepare(locks, wanted, pip, progress)
        except OSError as error:
            code = "folder_unwritable" if error.errno in NOT_WRITABLE else "environment_failed"
            raise Fault(code, path=str(self.root), reason=str(error)) from error

    def _prepare(self, locks: Locks, wanted: Mapping[str, str], pip: Pip, progress: Progress) -> None:
        pip.check()
        kept: dict[str, str] = {}
        if self._foreign():
            progress.say(*UPDATING)
        else:
            found = self._finished()
            progress.say(*(UPDATING if found else STARTING))
            stamp.begin(self.folder)
            if found:
                kept = {group: lock for group, lock in found.locks.items() if locks.is_current(group, lock)}
            else:
                self._clear()
                self._create()
        for group in wanted:
            pip.install(locks.path(group), progress)
        stamp.finish(self.folder, stamp.Stamp(self._answer(), {**kept, **wanted}))
        progress.say(*READY)

    def _finished(self) -> stamp.Stamp | None:
        """Return its stamp if it can be brought up to date in place, None if it has to be made anew."""
        found = stamp.read(self.folder)
        return found if found and not stamp.unfinished(self.folder) and self._fits(found) else None

    def _foreign(self) -> bool:
        """Whether somebody else made it: it is then filled and never torn down. Raises `Fault` if useless."""
        if stamp.known(self.folder) or not (self.folder / "pyvenv.cfg").exists():
            return False
        if self._answer() != stamp.this_python():
            raise Fault("environment_foreign", path=str(self.folder))
        return True

    def _clear(self) -> None:
        for entry in self.folder.iterdir():
            if entry.name in {TURN, stamp.UNFINISHED}:
                continue
            if entry.is_dir() and not entry.is_symlink():
                shutil.rmtree(entry)
            else:
                entry.unlink()

    def _create(self) -> None:
        try:
            import venv  # noqa: PLC0415  # some systems split it from the rest of the standard library
        except ImportError as error:
            raise Fault("venv_missing", python=sys.executable) from error
        venv.EnvBuilder(with_pip=False, symlinks=os.name != "nt").create(self.folder)
        for name in ("pip.conf", "pip.ini"):  # what `pip config --site` wrote for the Python that started us
            if (site := Path(sys.prefix) / name).is_file() and not self.active():
                shutil.copy(site, self.folder)

    def _fits(self, found: stamp.Stamp) -> bool:
        # Started by another Python than last time, an environment that works is kept: somebody may be in it.
        return self.python.exists() and (
            found.python == stamp.this_python() or found.python == self._answer()
        )

    def _answer(self) -> str:
        """Return what its own Python says it is, empty if it does not run."""
        try:
            answer = subprocess.run(
                [str(self.python), "-I", stamp.__file__],
                env=environment(os.environ),
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                check=True,
            )
        except (OSError, subprocess.CalledProcessError):
            return ""
        return answer.stdout.strip()
