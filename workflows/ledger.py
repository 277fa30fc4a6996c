"""The history's bytes: how a row is written, sealed to the one before it, and added up again.

Standard library only: an auditor runs this file alone. The format is described in docs/history-format.md.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)

BODY_KEYS = (
    "action",
    "actor",
    "actor_kind",
    "after",
    "at",
    "before",
    "confirmed_by",
    "data",
    "document",
    "number",
    "occurred_on",
    "on_behalf_of",
    "previous",
    "reason",
    "rulebook",
    "subject",
)
"""Every key of a row's body; all are always there, null where there is nothing."""


def canonical(value: Any) -> str:
    """The one way a JSON value is written: keys sorted by code point, no spaces, no escapes beyond JSON's own."""
    return _ENCODER.encode(value)


def digest(text: str) -> str:
    """SHA-256 over the UTF-8 bytes of `text`, in lower-case hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def merge(target: Mapping[str, Any], patch: Mapping[str, Any]) -> dict[str, Any]:
    """JSON Merge Patch (RFC 7396): null takes a key away, objects merge, everything else replaces."""
    merged = dict(target)
    for key, value in patch.items():
        if value is None:
            merged.pop(key, None)
        elif isinstance(value, Mapping):
            below = merged.get(key)
            merged[key] = merge(below if isinstance(below, Mapping) else {}, value)
        else:
            merged[key] = value
    return merged


@dataclass(frozen=True, slots=True)
class Row:
    """One stored history row. `body` is the exact text that was sealed."""

    subject: str
    number: int
    at: str
    action: str
    body: str
    hash: str


@dataclass(frozen=True, slots=True)
class Fault:
    """The first thing wrong in one subject: a stable code, where, and what was found."""

    code: str
    subject: str
    number: int
    detail: str = ""


@dataclass(slots=True)
class Folded:
    """What the rows of one subject add up to."""

    subject: str
    state: str = ""
    number: int = 0
    hash: str = ""
    record: dict[str, Any] = field(default_factory=dict)
    deadlines: dict[str, dict[str, Any]] = field(default_factory=dict)
    lines: dict[str, dict[str, Any]] = field(default_factory=dict)
    results: dict[str, dict[str, Any]] = field(default_factory=dict)
    texts: set[str] = field(default_factory=set)

    def add(self, body: Mapping[str, Any]) -> None:
        """Take in one row that has been found whole."""
        data = body["data"] or {}
        self.state = body["after"]
        self.number = body["number"]
        if "record" in data:
            self.record = merge(self.record, data["record"])
        for deadline in data.get("deadlines", ()):
            self.deadlines[deadline["id"]] = {**deadline, "armed_at": body["at"], "status": "open"}
        for name in data.get("voids", ()):
            if name in self.deadlines:
                self.deadlines[name]["status"] = "void"
        for line in data.get("lines", ()):
            self.lines[line["id"]] = {**line, "number": body["number"], "reversed_by": None}
            if line.get("reverses") in self.lines:
                self.lines[line["reverses"]]["reversed_by"] = line["id"]
        for result in data.get("results", ()):
            self.results[f"{result['version']}:{result['department']}"] = result
        self.texts.update(data.get("texts", ()))


def seal(body: Mapping[str, Any]) -> tuple[str, str]:
    """The text of a row's body and its hash."""
    text = canonical(body)
    return text, digest(text)


def check(row: Row, folded: Folded) -> tuple[Fault | None, Mapping[str, Any]]:
    """Whether `row` follows what was folded so far; its body when it does."""
    expected = folded.number + 1
    if row.number != expected:
        code = "row_missing" if row.number > expected else "row_inserted"
        return Fault(
            code, row.subject, min(expected, row.number), f"expected {expected}, found {row.number}"
        ), {}
    if digest(row.body) != row.hash:
        return Fault("hash_differs", row.subject, row.number, row.hash), {}
    body = json.loads(row.body)
    for key in ("subject", "number", "at", "action"):
        if body.get(key) != getattr(row, key):
            return Fault("column_differs", row.subject, row.number, key), {}
    if body["previous"] != (folded.hash or None):
        return Fault("chain_broken", row.subject, row.number, "previous"), {}
    if body["before"] != (folded.state or None):
        return Fault("state_jump", row.subject, row.number, f"{folded.state} / {body['before']}"), {}
    return None, body


def fold(rows: Iterable[Row]) -> Iterator[tuple[Folded, Fault | None]]:
    """Group rows (ordered by subject, then number) and add each subject up, stopping it at its first fault."""
    folded: Folded | None = None
    fault: Fault | None = None
    for row in rows:
        if folded is None or folded.subject != row.subject:
            if folded is not None:
                yield folded, fault
            folded, fault = Folded(row.subject), None
        if fault is not None:
            continue
        fault, body = check(row, folded)
        if fault is None:
            folded.add(body)
            folded.hash = row.hash
    if folded is not None:
        yield folded, fault


def heads_digest(heads: Mapping[str, tuple[int, str]]) -> str:
    """One digest over the last number and hash of every subject: what a checkpoint commits to."""
    lines = "".join(f"{subject} {number} {head}\n" for subject, (number, head) in sorted(heads.items()))
    return digest(lines)
