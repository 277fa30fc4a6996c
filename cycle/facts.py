"""Gathers the facts a move asks for: only what the move needs is read, one statement a question."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from zoneinfo import ZoneInfo

from cycle import queries
from cycle.db import Session
from cycle.queries import SubjectRow
from workflows import rulebook as rulebooks
from workflows.errors import Unmet
from workflows.facts import Asked, Facts, Standing
from workflows.rulebook import Rulebook
from workflows.workdays import Calendar, thaw

NEED_LINES = frozenset(
    {
        "record_line",
        "reverse_line",
        "rate",
        "record_survey",
        "complete",
        "rule_missing",
        "settle",
        "propose",
        "withdraw_proposal",
        "reinstate",
        "amend",
    }
)
NEED_MATTERS = frozenset({"settle", "carry_over"})
NEED_KEY_FINDINGS = frozenset({"start_rectification", "close", "amend", "verify"})
NEED_DUTIES = frozenset({"verify"})

_rulebooks: dict[str, Rulebook] = {}
_calendars: dict[tuple[str, ...], Calendar] = {}


def frozen_rulebook(session: Session, sha256: str) -> Rulebook:
    """The rulebook frozen into a cycle, by the digest of its text; read once a process."""
    if sha256 not in _rulebooks:
        _rulebooks[sha256] = rulebooks.thaw(json.loads(queries.text(session, sha256)))
    return _rulebooks[sha256]


def calendar_of(session: Session, hashes: tuple[str, ...]) -> Calendar:
    """The working days of every imported year; read again only when the hash of one of them changed."""
    if hashes not in _calendars:
        full = queries.of_kind(session, "calendar")
        _calendars[hashes] = thaw({str(row.year): row.record["days"] for row in full})
    return _calendars[hashes]


def standing_calendar(session: Session) -> Calendar:
    """The working days as they stand, asked for on their own."""
    return calendar_of(session, queries.calendar_hashes(session))


def rulebook_of(session: Session, cycle: SubjectRow | None) -> Rulebook:
    """The rulebook a cycle holds, or the shipped one where no cycle is concerned."""
    if cycle is not None and "rulebook" in cycle.record:
        return frozen_rulebook(session, cycle.record["rulebook"])
    return rulebooks.load()


def gather(
    session: Session,
    row: SubjectRow,
    action: str,
    asked: Asked,
    *,
    cycle: SubjectRow | None,
    calendar: Calendar,
    zone: ZoneInfo,
    rulebook: Rulebook | None = None,
    blocking: Sequence[Unmet] = (),
    lines: Sequence[Standing] | None = None,
) -> Facts:
    """The facts of one subject for one action. `lines` where the caller has read them for many at once."""
    year, department = row.year, row.department
    matters: Mapping[str, Sequence[str]] = {}
    if row.kind == "appraisal":
        matters = _matters(session, action, year, department)
        if lines is None and action in NEED_LINES:
            lines = queries.lines(session, row.key)
    elif row.kind == "cycle" and action == "ratify":
        matters = {"objections": queries.undecided_of_year(session, "objection", year)}
    closing = row.kind == "cycle" and action in ("close", "amend")
    return Facts(
        state=row.state,
        rulebook=rulebook or rulebook_of(session, cycle),
        calendar=calendar,
        zone=zone,
        asked=asked,
        subject=row.key,
        number=row.number + 1,
        year=year,
        department=department,
        record=row.record,
        cycle_state=cycle.state if cycle else "",
        lines=lines or (),
        findings=matters.get("findings", ()),
        complaints=matters.get("complaints", ()),
        bonus_applications=matters.get("bonus", ()),
        objections=matters.get("objections", ()),
        key_findings=matters.get("key_findings", ()),
        duties=matters.get("duties", ()),
        blocking=blocking,
        open_appraisals=queries.open_appraisals(session, year) if closing else 0,
        open_duties=queries.open_duties(session, year) if closing else 0,
    )


def _matters(session: Session, action: str, year: int, department: str) -> Mapping[str, Sequence[str]]:
    """The matters beside the main line that hold this action up."""
    found: dict[str, Sequence[str]] = {}
    if action in NEED_MATTERS:
        found["findings"] = queries.undecided(session, "finding", year, department)
        found["complaints"] = queries.undecided(session, "complaint", year, department)
        found["bonus"] = queries.undecided(session, "bonus", year, department)
    if action in NEED_KEY_FINDINGS:
        found["key_findings"] = queries.key_findings(session, year, department)
    if action in NEED_DUTIES:
        found["duties"] = queries.undecided(session, "duty", year, department)
    return found
