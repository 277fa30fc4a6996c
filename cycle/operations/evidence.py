"""Evidence as an act: offered, replaced, accepted, refused, withdrawn. The file is in the store before the act.

An operation is given the digest and the name alone; size and kind are read from the stored file itself, so that
a record never speaks of a file that was not there. A digest alone is not the file: it counts for what was brought in
with the act (`brought`, see `evidence_files.hand_in`), or what the same department handed in before.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from cycle import evidence_store, queries
from cycle.evidence_store import Stored
from cycle.keys import split_key
from cycle.operations import matters
from cycle.operations.advance import answer
from cycle.operations.appraisals import typed
from cycle.operations.perform import Answer, Arguments, Transaction
from cycle.queries import SubjectRow
from cycle.sight import seen
from workflows.errors import NotFound, Refused, Unmet
from workflows.facts import Asked
from workflows.matters import MATTERS
from workflows.workdays import local_day

KIND: Final = "evidence"
DECISIONS: Final = ("accept", "refuse", "withdraw")
LONGEST_NOTE: Final = 500
_TARGET: Final = re.compile(r"target\.([1-9][0-9]{0,3})")


def offer(work: Transaction, arguments: Arguments, *, brought: str = "") -> Answer:
    """A department offers evidence: `year`, `department`, `about`, `file` (its SHA-256), `name`, optional `note`.

    `about` is a form (plan, midyear, yearend, rectification), an indicator's id, `target.N` of the accepted plan,
    or the key of a matter of the same department and year.
    """
    year, department = (
        typed(arguments["year"], int, "year"),
        typed(arguments["department"], str, "department"),
    )
    about = typed(arguments["about"], str, "about")
    key = matters.new_key(work, KIND, year, department)
    appraisal = _appraisal(work, year, department)
    file = _file(work, arguments, department, brought)
    record = {"about": about, "note": _note(arguments), **_version(work, file, arguments, 1)}
    matter = _matter(work, department, about)
    found = _found(appraisal, about, matter)
    extra = {
        **_arrival(work, appraisal, file),
        **_course(matter if found else None),
        "about": about,
        "about_found": found,
        "record": record,
    }
    return _told(answer(matters.create(work, key, "offer", Asked(extra=extra))), record)


def replace(work: Transaction, arguments: Arguments, *, brought: str = "") -> Answer:
    """A department puts another file in the place of one: `subject`, `file`, `name`, optional `note`."""
    row, appraisal = matters.hold(work, typed(arguments["subject"], str, "subject"), KIND)
    file = _file(work, arguments, row.department, brought)
    record = {
        **_version(work, file, arguments, int(row.record["version"]) + 1),
        "note": _note(arguments) or row.record.get("note", ""),
        "decided": None,
    }
    course = _course(_matter(work, row.department, row.record["about"]))
    extra = {**_arrival(work, appraisal, file), **course, "sha256": file.sha256, "record": record}
    return _told(answer(matters.move(work, row, "replace", Asked(extra=extra))), record)


def decide(work: Transaction, arguments: Arguments) -> Answer:
    """Evidence is accepted, refused or withdrawn: `subject`, `action`, optional `version`, the one looked at."""
    action = arguments["action"]
    if action not in DECISIONS:
        raise Refused(Unmet("action_unknown", {"action": str(action)}))
    row, appraisal = matters.hold(work, typed(arguments["subject"], str, "subject"), KIND)
    decided = {"on": _today(work), "by": work.act.actor, "version": row.record["version"]}
    extra = {
        "appraisal": appraisal.state,
        **_course(_matter(work, row.department, row.record["about"])),
        "team": appraisal.record.get("team", ()),
        "version": typed(arguments.get("version", 0), int, "version"),
        "record": {} if action == "withdraw" else {"decided": decided},
    }
    return answer(matters.move(work, row, action, Asked(extra=extra)))


def _appraisal(work: Transaction, year: int, department: str) -> SubjectRow:
    row = queries.subject(work.session, f"appraisal:{year}:{department}")
    if row is None:
        raise NotFound(f"appraisal:{year}:{department}")
    return row


def _file(work: Transaction, arguments: Arguments, department: str, brought: str) -> Stored:
    """The stored file that is meant. One the department never had is refused as one nobody has."""
    name, sha256 = typed(arguments["name"], str, "name"), typed(arguments["file"], str, "file")
    evidence_store.fits_name(name)
    if sha256 != brought and not _had(work, department, sha256):
        raise Refused(Unmet("evidence_file_absent"))
    return evidence_store.look(work.evidence, sha256, name)


def _had(work: Transaction, department: str, sha256: str) -> bool:
    own = queries.of_department(work.session, KIND, department)
    return any(sha256 == version["sha256"] for row in own for version in row.record["versions"].values())


def _note(arguments: Arguments) -> str:
    note = typed(arguments.get("note", ""), str, "note").strip()
    if len(note) > LONGEST_NOTE:
        raise Refused(Unmet("evidence_note_long", {"most": LONGEST_NOTE}))
    return note


def _version(work: Transaction, file: Stored, arguments: Arguments, number: int) -> dict[str, Any]:
    """What the record keeps of a version for good."""
    kept = {
        "sha256": file.sha256,
        "size": file.size,
        "media_type": file.media_type,
        "name": arguments["name"],
        "on": _today(work),
        "by": work.act.actor,
    }
    return {"version": number, "versions": {str(number): kept}}


def _arrival(work: Transaction, appraisal: SubjectRow, file: Stored) -> dict[str, Any]:
    """What the guards ask about a file that comes in; what is held counts every version."""
    held = sum(
        version["size"]
        for row in queries.matters(work.session, KIND, appraisal.year, appraisal.department)
        for version in row.record["versions"].values()
    )
    return {"appraisal": appraisal.state, "held": held, "size": file.size}


def _found(appraisal: SubjectRow, about: str, matter: SubjectRow | None) -> bool:
    """Whether a target of the accepted plan, or a matter of its year the department was told of, is meant."""
    target = _TARGET.fullmatch(about)
    if target:
        targets: Mapping[str, Any] = appraisal.record.get("targets", {})
        return target[1] in targets
    return matter is not None and queries.counting_year(matter) == appraisal.year and seen(matter).told


def _matter(work: Transaction, department: str, about: str) -> SubjectRow | None:
    """The matter of the department that evidence is about; None where it is about something else."""
    try:
        kind, _, whose = split_key(about)
    except NotFound:
        return None
    if kind not in MATTERS or kind == KIND or whose != department:
        return None
    return queries.subject(work.session, about)


def _course(matter: SubjectRow | None) -> dict[str, Any]:
    """What the guards ask about the matter that decides whether evidence is still taken."""
    return {"matter": (matter.kind, matter.state)} if matter is not None else {}


def _today(work: Transaction) -> str:
    return local_day(work.clock.now(), work.zone).isoformat()


def _told(done: Answer, record: Mapping[str, Any]) -> Answer:
    number = record["version"]
    kept = record["versions"][str(number)]
    what = {key: kept[key] for key in ("size", "media_type", "sha256")}
    return {**done, "version": number, "file": kept["name"], **what}
