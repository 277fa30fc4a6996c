"""A closed year as one folder for the archive office: readable by people, verifiable without this program."""

from __future__ import annotations

import json
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from cycle import __version__
from cycle.board.city import cycle_of
from cycle.board.look import Look, look
from cycle.checkpoint import encoded
from cycle.documents.archive import kept, office, subjects, verifier
from cycle.documents.archive.folder import Folder, appearing
from cycle.documents.archive.readme import README, readme
from cycle.documents.papers import issuing
from cycle.documents.papers.values.reading import asked, head
from cycle.queries import SubjectRow
from cycle.service import Service
from cycle.verify import Verdict, verify
from workflows.errors import Refused, Unmet

__all__ = ["Archived", "Unverified", "archive"]

_VERIFIER: Final = "verify.py"


class Unverified(Exception):
    """The history does not verify, so nothing is made of it. `verdict` says what was found."""

    def __init__(self, verdict: Verdict) -> None:
        super().__init__(verdict.faulty)
        self.verdict = verdict


@dataclass(frozen=True, slots=True)
class Archived:
    """An archive made. `digest` is the SHA-256 of its list of files: to be kept apart from it."""

    year: int
    draft: bool
    files: int
    subjects: int
    rows: int
    evidence: int
    digest: str


def archive(service: Service, year: int, target: Path, *, draft: bool = False) -> Archived:
    """Write the archive of a year to the folder `target`, whole or not at all.

    Of a year that is not closed only a `draft`, which says so. Raises NotFound, Refused, Unverified,
    FileExistsError where the place is taken, OSError.
    """
    with service.database.read() as session, appearing(target) as folder:
        at = look(session, service.clock.now(), service.zone, "zh")
        cycle = cycle_of(at, year)
        if cycle.state != "closed" and not draft:
            raise Refused(
                Unmet("archive_not_closed", {"year": year, "state": cycle.state, "machine": "cycle"})
            )
        verdict = verify(service.database)
        if not verdict.ok:
            raise Unverified(verdict)
        return _filled(service, at, folder, cycle)


def _filled(service: Service, at: Look, folder: Folder, cycle: SubjectRow) -> Archived:
    year, session = cycle.year, at.session
    issued = issuing.issued(at, year)
    rows = subjects.of_year(session, year, issued)
    end = subjects.checkpoint(session, rows)
    folder.stream("history.jsonl", subjects.history(session, end.heads))
    folder.write("checkpoint.json", encoded(end))
    others = {one.values for one in issuing.issued(at) if one.year != year}
    withheld, elsewhere = kept.texts(session, folder, rows, others)
    evidence = kept.evidence(folder, rows, service.evidence)
    office.tables(at, folder, year, rows)
    office.papers(at, folder, year, subjects=rows, issued=issued, own=service.templates)
    draft = cycle.state != "closed"
    counts = {"subjects": len(rows), "rows": end.rows}
    said = head(asked(at, year))["office"]
    folder.write(README, readme(office=said, year=year, draft=draft, withheld=len(withheld), **counts))
    told = {
        "format": 1,
        "program": f"cycle {__version__}",
        "year": year,
        "state": cycle.state,
        "draft": draft,
        **counts,
        "texts": kept.TEXTS,
        "evidence": kept.EVIDENCE,
        "withheld": withheld,
        "elsewhere": elsewhere,
    }
    folder.write("archive.json", _json(told))
    folder.write(_VERIFIER, files(__package__).joinpath("verifier.py").read_bytes())
    digest = folder.seal()
    _require_sound(folder)
    return Archived(year, draft, len(folder.digests) + 1, len(rows), end.rows, evidence, digest)


def _json(value: dict[str, Any]) -> bytes:
    return f"{json.dumps(value, ensure_ascii=False, sort_keys=True, indent=1)}\n".encode()


def _require_sound(folder: Folder) -> None:
    """What is handed over passes its own verification; a fault here is one of ours. Raises RuntimeError."""
    _subjects, faults = verifier.verify(folder.root)
    if faults:
        raise RuntimeError(faults[0])
