"""Runs pip, the one from the `lock` folder, inside an environment that has none."""

import os
import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from cycle.bootstrap.faults import Fault
from cycle.bootstrap.locks import packages
from cycle.bootstrap.progress import Progress

TAIL = 12  # lines of the log shown with a failure
_PACKAGE = re.compile(r"(?:Collecting|Processing|Requirement already satisfied:) (\S+).*\(from -r ")
# The index, proxy and certificates are the user's to choose; where and what to install is not.
_NOT_THE_USERS = (
    "PYTHONHOME",
    "__PYVENV_LAUNCHER__",
    *(f"PIP_{name}" for name in ("USER", "TARGET", "PREFIX", "ROOT", "PYTHON", "DRY_RUN")),
    *(f"PIP_{name}" for name in ("REQUIREMENT", "CONSTRAINT", "NO_BINARY", "ONLY_BINARY", "REPORT")),
)


@dataclass(frozen=True, slots=True)
class Pip:
    """One pip: the environment's Python, the wheel that is pip, where packages come from, where it logs."""

    python: Path
    wheel: Path
    wheelhouse: Path | None
    log: Path
    turn: int  # descriptor of the lock, see `turn.turn`

    def check(self) -> None:
        """Raise `Fault` if there is nowhere to install from."""
        if self.wheelhouse and not self.wheelhouse.is_dir():
            raise Fault("wheelhouse_missing", status=2, path=str(self.wheelhouse))

    def command(self, lock: Path) -> list[str]:
        """Return the command that installs a lock file: nothing unhashed, nothing to compile."""
        # -I: packages on PYTHONPATH or in the user's site would count as installed already.
        pip = [str(self.python), "-I", str(self.wheel / "pip"), "install"]
        rules = ["--require-hashes", "--no-deps", "--only-binary", ":all:", "--no-user", "--no-input"]
        quiet = ["--disable-pip-version-check", "--no-warn-script-location", "--progress-bar", "off"]
        source = ["--no-index", "-f", str(self.wheelhouse)] if self.wheelhouse else []
        return [*pip, *rules, *quiet, *source, "-r", str(lock)]

    def install(self, lock: Path, progress: Progress) -> None:
        """Install what a lock file names; raises `Fault` with the end of pip's log when pip fails."""
        with self.log.open("w", buffering=1, encoding="utf-8") as log:
            code = self._run(lock, log, progress)
        if code:
            download = (
                f"python3 lock/{self.wheel.name}/pip download --require-hashes --only-binary :all: "
                f"-r lock/{lock.name} -d wheelhouse"
            )
            raise Fault("install_failed", detail=_tail(self.log), download=download, log=str(self.log))

    def _run(self, lock: Path, log: TextIO, progress: Progress) -> int:
        total, done = packages(lock), 0
        with subprocess.Popen(
            self.command(lock),
            env=environment(os.environ),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            pass_fds=() if os.name == "nt" else (self.turn,),
        ) as pip:
            for line in pip.stdout or ():
                log.write(line)
                if found := _PACKAGE.match(line):
                    done += 1
                    progress.count(done, total, Path(found[1]).name)
                elif "Retrying (" in line:
                    progress.say(
                        "软件包源没有应答,正在重试", "the package index does not answer, trying again"
                    )
        return pip.returncode


def environment(inherited: Mapping[str, str]) -> dict[str, str]:
    """Return the user's environment without what would send packages elsewhere."""
    return {name: value for name, value in inherited.items() if name not in _NOT_THE_USERS}


def _tail(log: Path) -> str:
    lines = log.read_text(encoding="utf-8").splitlines()
    telling = [line for line in lines if line.strip() and "is ignored: it is neither" not in line]
    return "\n".join(f"  | {line}" for line in telling[-TAIL:])
