"""The archive of a closed year as one file to take away: made on the disk, handed out in pieces, never kept."""

from __future__ import annotations

import shutil
import stat
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from threading import Lock
from typing import BinaryIO, Final

from cycle.board.city import cycle_of
from cycle.board.look import Look
from cycle.board.untold import untold, untold_matters
from cycle.documents.archive import Unverified, archive, kept, subjects
from cycle.documents.papers import issuing
from cycle.service import Service
from cycle.sight import SIGHT, may_ask
from workflows.errors import Refused, Unmet

RESOURCE: Final = "verification"
"""Whoever may verify the whole history may take a year of it away."""

_PART: Final = ".archive-"
_LEFT_OVER: Final = timedelta(days=1)
_PIECE: Final = 1 << 20
_EARLIEST: Final = (1980, 1, 1, 0, 0, 0)
_one_at_a_time: Final = Lock()
"""One archive takes the disk twice its size while it is made."""


@dataclass(frozen=True, slots=True)
class Packed:
    """An archive ready to be handed out: `size` in bytes, `digest` the SHA-256 of its list of files."""

    name: str
    size: int
    digest: str
    file: BinaryIO

    def pieces(self) -> Iterator[bytes]:
        """The file, once; then it is gone."""
        with self.file as file:
            yield from iter(partial(file.read, _PIECE), b"")


def require_theirs(look: Look, year: int) -> None:
    """Whoever takes the archive of a year is shown all that is in it, and it is closed. Raises Refused, NotFound."""
    if not may_ask(look.reader, RESOURCE):
        raise Refused(Unmet("role_missing", {"roles": ",".join(SIGHT[RESOURCE])}))
    cycle = cycle_of(look, year)
    if cycle.state != "closed":
        raise Refused(
            Unmet("archive_after_closing", {"year": year, "state": cycle.state, "machine": "cycle"})
        )
    rows = subjects.of_year(look.session, year, issuing.issued(look, year))
    if untold(look, year) or not untold_matters(look).isdisjoint(row.key for row in rows):
        raise Refused(Unmet("archive_own_untold", {"year": year}))


def packed(service: Service, year: int, room: Path) -> Packed:
    """The archive of a year that is closed, made below the folder `room`; only one at a time.

    Whoever asks has been found fit to see it: `require_theirs`. Raises Refused, NotFound, OSError.
    """
    if not _one_at_a_time.acquire(blocking=False):
        raise Refused(Unmet("archive_under_way"))
    try:
        room.mkdir(parents=True, exist_ok=True)
        _clear(room, service.clock.now())
        with tempfile.TemporaryDirectory(prefix=_PART, dir=room) as part:
            folder = Path(part, f"{year}年度机关绩效考评档案")
            try:
                made = archive(service, year, folder)
            except Unverified as found:
                raise Refused(Unmet("archive_unverified", {"count": found.verdict.faulty})) from found
            file = _zipped(folder, room)
            return Packed(f"{folder.name}.zip", file.seek(0, 2), made.digest, _rewound(file))
    finally:
        _one_at_a_time.release()


def _clear(room: Path, now: datetime) -> None:
    """Take away what a process that was ended in the middle left behind."""
    for left in room.glob(f"{_PART}*"):
        with suppress(FileNotFoundError):  # that of another process, which has just ended with it
            if datetime.fromtimestamp(left.stat().st_mtime, UTC) < now - _LEFT_OVER:
                shutil.rmtree(left, ignore_errors=True)


def _zipped(folder: Path, room: Path) -> BinaryIO:
    """The folder as a zip that has no name, so that it is gone with whoever holds it. The same for the same folder."""
    file = tempfile.TemporaryFile(dir=room)  # noqa: SIM115 - closed by whoever reads it
    try:
        with zipfile.ZipFile(file, "w") as into:
            for path in sorted(path for path in folder.rglob("*") if path.is_file()):
                _add(into, path, path.relative_to(folder.parent))
    except BaseException:
        file.close()
        raise
    return file


def _add(into: zipfile.ZipFile, path: Path, place: Path) -> None:
    entry = zipfile.ZipInfo(place.as_posix(), _EARLIEST)
    entry.create_system = 3  # else Windows and Unix would differ
    entry.external_attr = (stat.S_IFREG | 0o644) << 16
    entry.file_size = path.stat().st_size
    # Evidence is packed already by the kinds of files it comes in.
    entry.compress_type = zipfile.ZIP_STORED if kept.EVIDENCE in place.parts else zipfile.ZIP_DEFLATED
    with path.open("rb") as given, into.open(entry, "w") as taken:
        shutil.copyfileobj(given, taken, _PIECE)


def _rewound(file: BinaryIO) -> BinaryIO:
    file.seek(0)
    return file
