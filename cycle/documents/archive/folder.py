"""A folder in the making: written beside its place, listed file by file, moved there once complete."""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import BinaryIO, Final

MANIFEST: Final = "manifest.sha256"
_PIECE: Final = 1 << 20


class Folder:
    """What is being put together. Paths are below it, with forward slashes."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.digests: dict[str, str] = {}

    def write(self, path: str, content: bytes) -> None:
        """One file. Raises FileExistsError where there is one of that name already, OSError."""
        self.stream(path, [content])

    def copy(self, path: str, source: Path) -> str:
        """A file from elsewhere, in pieces; the SHA-256 of what was copied."""
        with source.open("rb") as given:
            self.stream(path, iter(partial(given.read, _PIECE), b""))
        return self.digests[path]

    def stream(self, path: str, pieces: Iterable[bytes]) -> None:
        """One file whose content comes in pieces, however long."""
        whole = hashlib.sha256()
        with self._new(path) as file:
            for piece in pieces:
                whole.update(piece)
                file.write(piece)
        self.digests[path] = whole.hexdigest()

    @contextmanager
    def _new(self, path: str) -> Iterator[BinaryIO]:
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())

    def seal(self) -> str:
        """Write the list of every file, `sha256sum -c` can check it; the SHA-256 of the list."""
        text = "".join(f"{self.digests[path]}  {path}\n" for path in sorted(self.digests))
        with self._new(MANIFEST) as file:
            file.write(text.encode())
        return hashlib.sha256(text.encode()).hexdigest()


@contextmanager
def appearing(target: Path) -> Iterator[Folder]:
    """A folder that is there whole or not at all. Raises FileExistsError where the place is taken, OSError.

    An empty folder may stand in its place.
    """
    target = target.absolute()
    _require_vacant(target)
    part = target.with_name(f".{secrets.token_hex(8)}.part")
    part.mkdir(parents=True)
    try:
        yield Folder(part)
        _require_vacant(target)
        if target.exists():
            target.rmdir()
        _sync(part)
        part.rename(target)
        _sync(target.parent)
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _require_vacant(target: Path) -> None:
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise FileExistsError(target)


def _sync(folder: Path) -> None:
    """Names reach the disk with their folder; not where folders cannot be opened."""
    if sys.platform == "win32":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
