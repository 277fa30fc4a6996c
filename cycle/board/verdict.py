"""A verdict in words: what was checked, what was found, and what this check cannot see."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from cycle.verify import Verdict
from workflows import words
from workflows.ledger import Fault


def verdict_lines(verdict: Verdict, lang: str, zone: ZoneInfo) -> Iterator[str]:
    """The verdict for people, its faults first, instants in `zone`."""

    def say(code: str, **data: object) -> str:
        return words.phrase("history", code, lang, **data)

    checked = asdict(verdict.checked)
    yield say("verified") if verdict.ok else say("unverified", count=verdict.faulty)
    for fault in verdict.faults:
        yield f"  - {fault_line(fault, lang)}"
    if verdict.faulty > len(verdict.faults):
        yield f"  - {say('more', count=verdict.faulty - len(verdict.faults))}"
    yield say("checked_rows", subjects=checked["subjects"], rows=checked["rows"])
    if verdict.replayed:
        yield say(
            "checked_state", **{key: checked[key] for key in ("deadlines", "lines", "results", "texts")}
        )
    if verdict.against is not None:
        against = verdict.against
        yield say(
            "against",
            made_at=_local(against.made_at, zone),
            subjects=len(against.heads),
            rows=against.rows,
            digest=against.digest,
        )
    for code in unchecked(verdict):
        yield words.word("history.unchecked", code, lang)
    if verdict.digest is not None:
        yield say("digest", digest=verdict.digest)


def _local(made_at: str, zone: ZoneInfo) -> str:
    """When a checkpoint says it was made; as it stands in the file where that is no instant."""
    try:
        at = datetime.fromisoformat(made_at)
    except ValueError:
        return made_at
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M:%S}" if at.tzinfo else made_at


def unchecked(verdict: Verdict) -> list[str]:
    """What this verification could not see or did not look at, as codes."""
    found = [] if verdict.against is not None else ["checkpoint"]
    found += ["since_checkpoint"] if verdict.against is not None else []
    found += [] if verdict.replayed else ["state"]
    return [*found, "rules", "other_tables"]


def fault_line(fault: Fault, lang: str) -> str:
    """One fault: where, what, and what was found."""
    what = words.word("history.fault", fault.code, lang)
    place = "fault_row" if fault.number else "fault_subject" if fault.subject else "fault_whole"
    text = words.phrase("history", place, lang, subject=fault.subject, number=fault.number, what=what)
    return words.phrase("history", "found", lang, text=text, detail=fault.detail) if fault.detail else text


def document(verdict: Verdict, lang: str) -> dict[str, Any]:
    """The verdict as plain JSON values."""
    against = verdict.against
    return {
        "ok": verdict.ok,
        "faulty": verdict.faulty,
        "faults": [
            {
                "code": fault.code,
                "subject": fault.subject or None,
                "number": fault.number or None,
                "detail": fault.detail or None,
                "message": fault_line(fault, lang),
            }
            for fault in verdict.faults
        ],
        "checked": asdict(verdict.checked),
        "replayed": verdict.replayed,
        "against": None
        if against is None
        else {
            "made_at": against.made_at,
            "subjects": len(against.heads),
            "rows": against.rows,
            "digest": against.digest,
        },
        "digest": verdict.digest,
        "unchecked": unchecked(verdict),
    }
