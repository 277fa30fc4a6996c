"""A tiny program with the real bootstrap, two tiny packages and no network."""

import hashlib
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CLI = """
import importlib.util, json, sys

def main():
    here = [name for name in ("pebble", "cairn") if importlib.util.find_spec(name)]
    print(json.dumps({"prefix": sys.prefix, "argv": sys.argv[1:], "packages": here}))
    sys.exit(7 if "seven" in sys.argv else 0)
"""


@dataclass(frozen=True, slots=True)
class Project:
    """A copy of the ground with a stand-in program: `run` needs pebble, `test` needs cairn as well."""

    root: Path
    home: Path
    wheelhouse: Path

    @property
    def environment(self) -> Path:
        """The environment it makes for itself."""
        return self.root / ".venv"

    def lock(self, group: str, *names: str) -> None:
        """Write the lock file of a group, naming packages of the wheelhouse."""
        lines = [f"{name}==1.0 --hash=sha256:{_digest(self._wheel(name))}\n" for name in names]
        (self.root / "lock" / f"{group}.txt").write_text("".join(lines), encoding="utf-8")

    def package(self, name: str) -> None:
        """Put a wheel with one empty module into the wheelhouse."""
        info = f"{name}-1.0.dist-info"
        with zipfile.ZipFile(self._wheel(name), "w") as wheel:
            wheel.writestr(f"{name}.py", "")
            wheel.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
            wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
            wheel.writestr(
                f"{info}/RECORD", f"{name}.py,,\n{info}/METADATA,,\n{info}/WHEEL,,\n{info}/RECORD,,\n"
            )

    def start(
        self,
        *arguments: str,
        cwd: Path | None = None,
        environ: Mapping[str, str] | None = None,
        python: Path | None = None,
    ) -> "subprocess.Popen[str]":
        """Start the program as a user would: an empty home, none of our settings, the wheelhouse named."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("PIP_", "PYTHON"))}
        own = {"HOME": str(self.home), "PYTHONUTF8": "1", "CYCLE_WHEELHOUSE": str(self.wheelhouse)}
        return subprocess.Popen(
            [python or sys.executable, "-m", "cycle", *arguments],
            cwd=cwd or self.root,
            env={**kept, **own, **(environ or {})},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
        )

    def run(
        self,
        *arguments: str,
        cwd: Path | None = None,
        environ: Mapping[str, str] | None = None,
        python: Path | None = None,
    ) -> "subprocess.CompletedProcess[str]":
        """Run the program to its end."""
        with self.start(*arguments, cwd=cwd, environ=environ, python=python) as process:
            out, err = process.communicate()
        return subprocess.CompletedProcess(arguments, process.returncode, out, err)

    def _wheel(self, name: str) -> Path:
        return self.wheelhouse / f"{name}-1.0-py3-none-any.whl"


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def make(folder: Path) -> Project:
    """Make a fresh copy, nothing installed."""
    made = Project(folder / "program", folder / "home", folder / "wheelhouse")
    for part in (made.root / "cycle", made.root / "lock", made.home, made.wheelhouse):
        part.mkdir(parents=True)
    for name in ("__init__.py", "__main__.py"):
        shutil.copy(ROOT / "cycle" / name, made.root / "cycle")
    shutil.copytree(ROOT / "cycle" / "bootstrap", made.root / "cycle" / "bootstrap")
    (made.root / "cycle" / "cli.py").write_text(CLI, encoding="utf-8")
    for wheel in (ROOT / "lock").glob("pip-*"):
        shutil.copy(wheel, made.root / "lock")
    for name in ("pebble", "cairn"):
        made.package(name)
    made.lock("run", "pebble")
    made.lock("test", "pebble", "cairn")
    return made


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A program that was never started."""
    return make(tmp_path)


@pytest.fixture(scope="session")
def _started(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("started")
    assert make(folder).run("demo").returncode == 0
    return folder


@pytest.fixture
def started(_started: Path, tmp_path: Path) -> Project:
    """A program that was started once; moving it to another folder, as here, does it no harm."""
    shutil.copytree(_started, tmp_path, symlinks=True, dirs_exist_ok=True)
    return Project(tmp_path / "program", tmp_path / "home", tmp_path / "wheelhouse")
