"""Evidence files on disk, each under the SHA-256 of its bytes; nothing is ever written over.

    FOLDER/ab/abcdef…   read-only, complete from the moment the name is there
    FOLDER/.….part      on its way in
    FOLDER/.lock        shared by whoever brings a file in for an act, held alone by whoever takes files away

A name given by people is shown and never used as a path. Streams go through in pieces, never whole into memory.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final
from urllib.parse import quote

from workflows import file_kinds
from workflows.errors import Refused, Unmet
from workflows.one_line import on_one_line

if sys.platform == "win32":

    def _take(_file: BinaryIO, *, alone: bool) -> bool:
        """No locks several can share: files come in, and none is taken away."""
        return not alone

    def _sync(_folder: Path) -> None:
        """No folder can be opened there."""

else:
    import fcntl

    def _take(file: BinaryIO, *, alone: bool) -> bool:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB if alone else fcntl.LOCK_SH)
        except OSError:  # somebody has it, or this folder knows no locks: then none is taken away
            return not alone
        return True

    def _sync(folder: Path) -> None:
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


PIECE: Final = 1 << 16
LONGEST_NAME: Final = 200
_SHA256: Final = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Stored:
    """A file that is in the store: the digest of its bytes, their number, what kind of file its name says."""

    sha256: str
    size: int
    media_type: str


def path_of(folder: Path, sha256: str) -> Path:
    """Where the file of a digest is or would be. Raises ValueError for what is no digest."""
    if not _SHA256.fullmatch(sha256):
        raise ValueError(f"no digest: {sha256!r}")
    return folder / sha256[:2] / sha256


def look(folder: Path | None, sha256: str, name: str) -> Stored:
    """A stored file as `name` calls it. Raises Refused where it is not there or is not what its name says."""
    fits_name(name)
    try:
        path = path_of(folder or Path(os.devnull), sha256)
        with path.open("rb") as file:
            head, size = file.read(file_kinds.HEAD), os.fstat(file.fileno()).st_size
    except (OSError, ValueError) as error:
        raise Refused(Unmet("evidence_file_absent")) from error
    if not file_kinds.begins_as_named(name, head):
        raise Refused(Unmet("evidence_type_differs", {"ending": file_kinds.ending(name)}))
    return Stored(sha256, size, file_kinds.media_type(name))


def fits_name(name: str) -> None:
    """Whether a file may be called so and be taken. Raises Refused."""
    if not 0 < len(name) <= LONGEST_NAME or not on_one_line(name):
        raise Refused(Unmet("evidence_name_unfit", {"most": LONGEST_NAME}))
    if not file_kinds.media_type(name):
        raise Refused(Unmet("evidence_type_unknown", {"known": " ".join(file_kinds.KINDS)}))


@contextmanager
def arriving(folder: Path, name: str, stream: BinaryIO, most_mb: int) -> Iterator[Stored]:
    """Bring a file in, and keep it from being taken away until the block is over. At most `most_mb` MiB.

    Raises Refused for a file that is empty, too large, or not what its name says; then nothing is kept.
    """
    fits_name(name)
    folder.mkdir(parents=True, exist_ok=True)
    part = folder / f".{secrets.token_hex(8)}.part"
    try:
        sha256 = _write(part, name, stream, most_mb)
        with _lock(folder, alone=False):
            _settle(folder, part, sha256)
            yield look(folder, sha256, name)
    finally:
        part.unlink(missing_ok=True)


def _write(part: Path, name: str, stream: BinaryIO, most_mb: int) -> str:
    digest, size, head = hashlib.sha256(), 0, b""
    with part.open("xb") as file:
        while piece := stream.read(PIECE):
            head += piece[: file_kinds.HEAD - len(head)]
            size += len(piece)
            if size > most_mb << 20:
                raise Refused(Unmet("evidence_too_large", {"most": most_mb}))
            digest.update(piece)
            file.write(piece)
        if not size:
            raise Refused(Unmet("evidence_empty"))
        if not file_kinds.begins_as_named(name, head):
            raise Refused(Unmet("evidence_type_differs", {"ending": file_kinds.ending(name)}))
        file.flush()
        os.fsync(file.fileno())
    part.chmod(0o440)
    return digest.hexdigest()


def _settle(folder: Path, part: Path, sha256: str) -> None:
    """Give it its name. What is there already stays, unless its bytes are no longer those of its name."""
    target = path_of(folder, sha256)
    if sound(folder, sha256):
        return
    if not target.parent.is_dir():
        target.parent.mkdir(exist_ok=True)
        _sync(folder)
    part.replace(target)
    _sync(target.parent)


def sound(folder: Path, sha256: str) -> bool:
    """Whether the file of a digest is there with the bytes it had."""
    try:
        with path_of(folder, sha256).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == sha256
    except (OSError, ValueError):
        return False


@contextmanager
def alone(folder: Path) -> Iterator[bool]:
    """Whether files may be taken away inside the block: nobody is bringing one in meanwhile."""
    if not folder.is_dir():
        yield False
        return
    with _lock(folder, alone=True) as held:
        yield held


@contextmanager
def _lock(folder: Path, *, alone: bool) -> Iterator[bool]:
    with (folder / ".lock").open("ab") as file:
        yield _take(file, alone=alone)


def take_away(folder: Path, sha256: str) -> None:
    """Remove a file nothing refers to; only inside `alone`. Harmless where it is gone."""
    path_of(folder, sha256).unlink(missing_ok=True)


def kept(folder: Path) -> Iterator[str]:
    """The digest of every file there is, in order."""
    for path in sorted(folder.glob("??/*")):
        if _SHA256.fullmatch(path.name):
            yield path.name


def headers(name: str) -> dict[str, str]:
    """What goes with a file that is handed out: it is saved under its name (RFC 6266, RFC 5987), never shown.

    Whoever serves it adds its media type and length. Nothing in it may run or be guessed to be another kind.
    """
    plain = f"evidence.{file_kinds.ending(name)}"
    return {
        "Content-Disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "Cache-Control": "private, no-store",
    }
