"""The `lock` folder: hashed requirements by group, and the pip that installs them."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from cycle.bootstrap.faults import Fault


def digest(path: Path) -> str:
    """Return the SHA-256 of a file as hex."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


@dataclass(frozen=True, slots=True)
class Locks:
    """The lock files beside the program. Absent where the program was installed as a package."""

    folder: Path

    def present(self) -> bool:
        """Whether the program runs from its source and has to look after its own environment."""
        return self.folder.is_dir()

    def path(self, group: str) -> Path:
        """Return the lock file of a group; raises `Fault` for a group that has none."""
        found = self.folder / f"{group}.txt"
        if not found.is_file():
            known = ", ".join(sorted(path.stem for path in self.folder.glob("*.txt")))
            raise Fault("group_unknown", status=2, group=group, known=known)
        return found

    def digests(self, groups: Iterable[str]) -> dict[str, str]:
        """Return the digest of each group's lock file."""
        return {group: digest(self.path(group)) for group in groups}

    def is_current(self, group: str, locked: str) -> bool:
        """Whether a group still has a lock file and it is the one with this digest."""
        path = self.folder / f"{group}.txt"
        return path.is_file() and digest(path) == locked

    def pip(self) -> Path:
        """Return the pip wheel, checked against the checksum beside it; raises `Fault` if it is not that."""
        wheels = sorted(self.folder.glob("pip-*.whl"))
        sums = [wheel.with_name(wheel.name + ".sha256") for wheel in wheels]
        if len(wheels) != 1 or not sums[0].is_file():
            raise Fault("pip_missing")
        expected = sums[0].read_text(encoding="ascii").split()[:1]
        if expected != [digest(wheels[0])]:
            raise Fault("pip_damaged", name=wheels[0].name)
        return wheels[0]


def packages(lock: Path) -> int:
    """Return how many packages a lock file names, the ones for other systems included."""
    lines = lock.read_text(encoding="utf-8").splitlines()
    return sum(line[:1].isalnum() for line in lines)
