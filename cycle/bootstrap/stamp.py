"""What `.venv` says about itself: finished for which Python and lock files, or begun and not finished."""

import json
import platform
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

STAMP = "cycle-stamp.json"
UNFINISHED = "cycle-unfinished"


@dataclass(frozen=True, slots=True)
class Stamp:
    """A finished environment: the Python it is for (see `this_python`) and the digest of each lock in it."""

    python: str
    locks: Mapping[str, str]

    def holds(self, wanted: Mapping[str, str]) -> bool:
        """Whether every wanted lock file is in the environment, in this very version."""
        return all(self.locks.get(group) == digest for group, digest in wanted.items())


def this_python() -> str:
    """Return what must agree for installed packages to be usable, such as ``cpython 3.11 linux x86_64``."""
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    return f"{sys.implementation.name} {version} {sys.platform} {platform.machine()}"


def read(folder: Path) -> Stamp | None:
    """Return the stamp of an environment; None when there is none or it cannot be made out."""
    try:
        content = json.loads((folder / STAMP).read_text(encoding="utf-8"))
        return Stamp(str(content["python"]), {str(k): str(v) for k, v in content["locks"].items()})
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def write(folder: Path, stamp: Stamp) -> None:
    """Put the stamp in place at one stroke: a reader sees the old one or the new one."""
    draft = folder / (STAMP + ".draft")
    content = {"python": stamp.python, "locks": dict(stamp.locks)}
    draft.write_text(json.dumps(content, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    draft.replace(folder / STAMP)


def begin(folder: Path) -> None:
    """Note that work on the environment began; until `finish`, it counts as half-made."""
    (folder / UNFINISHED).touch()


def finish(folder: Path, stamp: Stamp) -> None:
    """Write the stamp, then take the note of `begin` away."""
    write(folder, stamp)
    (folder / UNFINISHED).unlink(missing_ok=True)


def unfinished(folder: Path) -> bool:
    """Whether work on the environment began and was cut short."""
    return (folder / UNFINISHED).exists()


def known(folder: Path) -> bool:
    """Whether the environment is of our making, finished or not."""
    return unfinished(folder) or (folder / STAMP).exists()


if __name__ == "__main__":  # asked of an environment's own Python, which cannot import this package yet
    sys.stdout.write(this_python() + "\n")
