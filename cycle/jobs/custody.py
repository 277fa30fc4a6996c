"""Where the office's data is kept and how far it is looked after: database, evidence files, copies. Plain values.

Told is what can be seen from here. Whether a copy was ever taken elsewhere, or restored, no service knows.
"""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path
from typing import Any, Final

from cycle import schema
from cycle.db import Session, Statement
from cycle.jobs import run_log
from cycle.jobs.nightly import KEPT
from cycle.operations.evidence_files import named
from cycle.service import Service

Values = dict[str, Any]

_COPY: Final = re.compile(r"cycle-(\d{4}-\d{2}-\d{2})\.db", re.ASCII)
_VERSION: Final = {
    "sqlite": Statement("SELECT sqlite_version()"),
    "postgresql": Statement("SELECT current_setting('server_version')"),
}
_SIZE: Final = {
    "sqlite": Statement("SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"),
    "postgresql": Statement("SELECT pg_database_size(current_database())"),
}


def database(service: Service, session: Session) -> Values:
    """The database: its kind, its version, where it is, its size in bytes, its schema and the one this version needs.

    Its address comes without password and without anything after a question mark.
    """
    (version,) = _VERSION[session.dialect].run(session).fetchone()
    (size,) = _SIZE[session.dialect].run(session).fetchone()
    with service.database.engine.connect() as connection:
        revision = schema.revision(connection)
    needed = schema.head()
    return {
        "kind": session.dialect,
        "version": str(version).split(" ", maxsplit=1)[0],
        "place": service.database.url.set(query={}).render_as_string(hide_password=True),
        "bytes": int(size),
        "revision": revision,
        "needed": needed,
        "current": revision == needed,
    }


def evidence(service: Service, session: Session) -> Values:
    """The folder of the evidence files, and what the records say is in it; `free` bytes on its disk, None unknown."""
    files = {kept.sha256: kept.size for kept in named(session)}
    folder = service.evidence
    return {
        "folder": folder.as_posix() if folder else None,
        "there": folder is not None and folder.is_dir(),
        "writable": folder is not None and _writable(folder),
        "files": len(files),
        "bytes": sum(files.values()),
        "free": _free(folder) if folder else None,
        "checked_for": _done_for(session, "evidence"),
    }


def copies(service: Service, session: Session, folder: Path) -> Values | None:
    """The copies the night makes, the newest first; None where the database is not the service's to copy.

    `same_disk` is whether they lie on the disk of the database itself, where one loss takes both.
    """
    if service.database.dialect != "sqlite":
        return None
    files = sorted((file for file in folder.glob("cycle-*.db") if _COPY.fullmatch(file.name)), reverse=True)
    return {
        "folder": folder.as_posix(),
        "files": [{"file": file.name, "night": file.name[6:16], "bytes": _size(file)} for file in files],
        "done_for": _done_for(session, "backup"),
        "nights": KEPT,
        "same_disk": _same_disk(folder, Path(service.database.url.database or "")),
        "free": _free(folder),
    }


def _done_for(session: Session, job: str) -> str | None:
    """The last night a job was done for."""
    return next((one.slot for one in run_log.standing(session) if one.name == job), None)


def _writable(folder: Path) -> bool:
    """Whether files can be put there; a folder that is still to be made counts by the one above it."""
    there = _nearest(folder)
    return there is not None and os.access(there, os.W_OK | os.X_OK)


def _free(folder: Path) -> int | None:
    there = _nearest(folder)
    return shutil.disk_usage(there).free if there else None


def _nearest(folder: Path) -> Path | None:
    """The folder itself, or the first one above it that there is."""
    whole = folder.absolute()
    return next((one for one in (whole, *whole.parents) if one.is_dir()), None)


def _same_disk(folder: Path, file: Path) -> bool:
    there, beside = _nearest(folder), _nearest(file.parent)
    return there is not None and beside is not None and there.stat().st_dev == beside.stat().st_dev


def _size(file: Path) -> int:
    """In bytes; zero where it is gone meanwhile."""
    try:
        return file.stat().st_size
    except OSError:
        return 0
