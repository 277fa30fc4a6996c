"""The files behind the evidence: brought in with the act, handed out again, looked after every night."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO, Final

from cycle import evidence_store, queries
from cycle.db import Session, Statement
from cycle.operations import evidence
from cycle.operations.perform import Answer, perform
from cycle.permissions import Act
from cycle.service import Service
from workflows.errors import NotFound, Refused, Unmet

MISSING: Final = "missing"
CHANGED: Final = "changed"
NIGHTS: Final = 7
"""In so many nights every file is read once; whether each is there at all is looked at every night."""
_LEFT_OVER: Final = timedelta(days=1)

_REFERRED = Statement("SELECT 1 FROM subject WHERE kind = 'evidence' AND record LIKE :sha256 LIMIT 1")


@dataclass(frozen=True, slots=True)
class Kept:
    """One version of a piece of evidence as the records name it. `size` in bytes."""

    subject: str
    version: int
    sha256: str
    size: int
    name: str


@dataclass(frozen=True, slots=True)
class Damage:
    """A file that is not as the records name it: `code` missing or changed."""

    code: str
    kept: Kept


def hand_in(
    service: Service, operation: str, act: Act, arguments: Mapping[str, Any], *, name: str, stream: BinaryIO
) -> Answer:
    """Bring a file in and do the act that refers to it: `offer_evidence` or `replace_evidence`, `name` its file's.

    `arguments` are those of the operation without `file` and `name`. Raises as `perform`; what was refused
    leaves no file behind.
    """
    folder, sha256 = _folder(service), ""
    try:
        with evidence_store.arriving(folder, name, stream, service.evidence_max_mb) as stored:
            sha256 = stored.sha256
            asked = {**arguments, "file": sha256, "name": name}
            do = partial(HANDED_IN[operation], brought=sha256)
            return perform(service, do, operation, act, asked)
    except BaseException:
        if sha256:
            _drop(service, folder, sha256)
        raise


HANDED_IN: Final[Mapping[str, Callable[..., Answer]]] = {
    "offer_evidence": evidence.offer,
    "replace_evidence": evidence.replace,
}
"""The operations that come with a file; `brought` is the digest of what came."""


def _folder(service: Service) -> Path:
    if service.evidence is None:
        raise Refused(Unmet("evidence_no_folder"))
    return service.evidence


def _drop(service: Service, folder: Path, sha256: str) -> None:
    """Take a file away unless something refers to it, or somebody is bringing one in: then the night does."""
    with evidence_store.alone(folder) as may:
        if may and not _referred(service, sha256):
            evidence_store.take_away(folder, sha256)


def _referred(service: Service, sha256: str) -> bool:
    with service.database.read() as session:
        return _REFERRED.run(session, sha256=f"%{sha256}%").fetchone() is not None


def open_evidence(service: Service, key: str, version: int = 0) -> tuple[Path, str, str]:
    """Where a version's file is, what it is called, its media type; 0 is the newest. See `evidence_store.headers`.

    Whoever asks has been found fit to see it. Raises NotFound; Refused where the file itself is gone or changed
    in length.
    """
    with service.database.read() as session:
        row = queries.subject(session, key)
    if row is None or row.kind != evidence.KIND:
        raise NotFound(key)
    kept = row.record["versions"].get(str(version or row.record["version"]))
    if kept is None:
        raise NotFound(f"{key} {version}")
    path = evidence_store.path_of(_folder(service), kept["sha256"])
    if not path.is_file() or path.stat().st_size != kept["size"]:
        raise Refused(Unmet("evidence_file_absent"))
    return path, kept["name"], kept["media_type"]


def named(session: Session) -> Iterator[Kept]:
    """Every version of every piece of evidence, by key and number."""
    for row in queries.of_kind(session, evidence.KIND):
        for number in sorted(row.record["versions"], key=int):
            kept = row.record["versions"][number]
            yield Kept(row.key, int(number), kept["sha256"], kept["size"], kept["name"])


def damages(service: Service, night: date | None = None) -> list[Damage]:
    """Every file that is gone or no longer has the bytes it was handed in with.

    On a `night` only a share of the files is read, the rest looked at by length.
    """
    with service.database.read() as session:
        every = list(named(session))
    found = (_damage(service, kept, night) for kept in every)
    return [damage for damage in found if damage is not None]


def _damage(service: Service, kept: Kept, night: date | None) -> Damage | None:
    folder = service.evidence
    try:
        size = evidence_store.path_of(folder, kept.sha256).stat().st_size if folder else -1
    except OSError:
        size = -1
    if folder is None or size < 0:
        return Damage(MISSING, kept)
    read = night is None or int(kept.sha256[:4], 16) % NIGHTS == night.toordinal() % NIGHTS
    if size != kept.size or (read and not evidence_store.sound(folder, kept.sha256)):
        return Damage(CHANGED, kept)
    return None


def tidy(service: Service) -> int:
    """Take away files that nothing refers to, left by acts that broke off; how many. Nobody may be at it meanwhile."""
    folder = service.evidence
    if folder is None:
        return 0
    before = service.clock.now() - _LEFT_OVER
    with evidence_store.alone(folder) as may:
        if not may:
            return 0
        with service.database.read() as session:
            referred = {kept.sha256 for kept in named(session)}
        gone = [sha256 for sha256 in evidence_store.kept(folder) if sha256 not in referred]
        for sha256 in gone:
            evidence_store.take_away(folder, sha256)
        parts = [part for part in folder.glob(".*.part") if _changed(part) < before]
        for part in parts:
            part.unlink(missing_ok=True)
    return len(gone) + len(parts)


def _changed(part: Path) -> datetime:
    try:
        return datetime.fromtimestamp(part.stat().st_mtime, UTC)
    except FileNotFoundError:  # it has come in meanwhile
        return datetime.max.replace(tzinfo=UTC)
