"""The history's bytes: how a row is written, sealed to the one before it, and added up again.

Standard library only: an auditor runs this file alone. The format is described in docs/history-format.md.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple, NoReturn

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

Heads = Mapping[str, tuple[int, str]]
"""The last number and hash of each subject: what a checkpoint holds."""

NO_HEADS: Final[Heads] = {}
_NO_BODY: Final[Mapping[str, Any]] = {}


def canonical(value: Any) -> str:
    """The one way a JSON value is written: keys by code point, no spaces, no escapes beyond JSON's own."""
    return _ENCODER.encode(value)


def digest(text: str) -> str:
    """SHA-256 over the UTF-8 bytes of `text`, in lower-case hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)


parsed = json.JSONDecoder(parse_constant=_no_constant).decode
"""A JSON text as values. Raises ValueError, also for NaN and Infinity, which are no JSON."""


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


def _merge_in(target: dict[str, Any], patch: dict[str, Any]) -> None:
    """`merge` in place, for a target that nobody else holds and a patch that nobody uses again."""
    for key, value in patch.items():
        if value is None:
            target.pop(key, None)
        elif isinstance(value, dict):
            below = target.get(key)
            if not isinstance(below, dict):
                below = target[key] = {}
            _merge_in(below, value)
        else:
            target[key] = value


class Row(NamedTuple):
    """One stored history row. `body` is the exact text that was sealed.

    `seq` is its place in the order of entry, 0 where that is not known.
    """

    subject: str
    number: int
    at: str
    action: str
    body: str
    hash: str
    seq: int = 0


@dataclass(frozen=True, slots=True)
class Fault:
    """The first thing wrong in one subject: a stable code, where, and what was found."""

    code: str
    subject: str
    number: int
    detail: str = ""


@dataclass(slots=True)
class Folded:
    """What the rows of one subject add up to.

    `number` and `hash` are those of the last row found whole. Deadlines and lines are by id, results by
    (year, status, version, department), each with the `number` of the row that wrote it; `texts` maps the
    digest of each kept text to the number of the row that first names it.
    """

    subject: str
    state: str = ""
    number: int = 0
    hash: str = ""
    seq: int = 0
    record: dict[str, Any] = field(default_factory=dict)
    deadlines: dict[str, dict[str, Any]] = field(default_factory=dict)
    lines: dict[str, dict[str, Any]] = field(default_factory=dict)
    results: dict[tuple[int, str, int, str], dict[str, Any]] = field(default_factory=dict)
    texts: dict[str, int] = field(default_factory=dict)

    def add(self, body: Mapping[str, Any]) -> None:
        """Take in one row that has been found whole. The body's values are taken over, not copied."""
        self.state = body["after"]
        self.number = number = body["number"]
        data = body["data"]
        if not data:
            return
        if "record" in data:
            _merge_in(self.record, data["record"])
        for deadline in data.get("deadlines", ()):
            self.deadlines[deadline["id"]] = {
                **deadline,
                "armed_at": body["at"],
                "status": "open",
                "number": number,
            }
        for name in data.get("voids", ()):
            if name in self.deadlines:
                self.deadlines[name]["status"] = "void"
        for line in data.get("lines", ()):
            self.lines[line["id"]] = {**line, "number": number, "reversed_by": None}
            if line.get("reverses") in self.lines:
                self.lines[line["reverses"]]["reversed_by"] = line["id"]
        for result in data.get("results", ()):
            key = (result["year"], result["status"], result["version"], result["department"])
            self.results[key] = {**result, "number": number}
        for text in data.get("texts", ()):
            self.texts.setdefault(text, number)


def seal(body: Mapping[str, Any]) -> tuple[str, str]:
    """The text of a row's body and its hash."""
    text = canonical(body)
    return text, digest(text)


def check(row: Row, folded: Folded) -> tuple[Fault | None, Mapping[str, Any]]:
    """Whether `row` follows what was folded so far; its body when it does."""
    subject, number, _at, _action, text, hash_, _seq = row
    expected = folded.number + 1
    if number != expected:
        return _out_of_turn(subject, number, expected), _NO_BODY
    if hashlib.sha256(text.encode()).hexdigest() != hash_:
        return Fault("hash_differs", subject, number, hash_), _NO_BODY
    body: dict[str, Any] = parsed(text)
    fault = _unfit(row, body, folded)
    return (fault, _NO_BODY) if fault is not None else (None, body)


def _unfit(row: Row, body: Mapping[str, Any], folded: Folded) -> Fault | None:
    """What is wrong with a body whose bytes are whole: it contradicts its columns or the row before it."""
    subject, number, at, action, _text, _hash, seq = row
    if len(body) != len(BODY_KEYS):
        return Fault("body_malformed", subject, number, "keys")
    if (body["subject"], body["number"], body["at"], body["action"]) != (subject, number, at, action):
        return Fault("column_differs", subject, number, _differing(row, body))
    if body["previous"] != (folded.hash or None):
        return Fault("chain_broken", subject, number, "previous")
    if body["before"] != (folded.state or None):
        return Fault("state_jump", subject, number, f"{folded.state} / {body['before']}")
    if seq and seq <= folded.seq:
        return Fault("order_differs", subject, number, f"{folded.seq} / {seq}")
    return None


def _out_of_turn(subject: str, number: int, expected: int) -> Fault:
    code = "row_missing" if number > expected else "row_inserted"
    return Fault(code, subject, min(expected, number), f"expected {expected}, found {number}")


def _differing(row: Row, body: Mapping[str, Any]) -> str:
    columns = zip(("subject", "number", "at", "action"), row[:4], strict=True)
    return next(f"{key}: {found}" for key, found in columns if body[key] != found)


UNREADABLE: Final = (AttributeError, KeyError, TypeError, ValueError, RecursionError)
"""What values of other shapes than the format's raise when they are taken apart."""


def _take(row: Row, folded: Folded, promised: tuple[int, str] | None) -> Fault | None:
    """Add `row` to `folded`, or say what is wrong with it. A body of any other shape is a fault, no error."""
    before = folded.number
    try:
        fault, body = check(row, folded)
        if fault is not None:
            return fault
        folded.add(body)
    except UNREADABLE as error:
        folded.number = before
        return Fault("body_malformed", row[0], before + 1, f"{type(error).__name__}: {error}"[:200])
    folded.hash = row[5]
    folded.seq = row[6]
    if promised is not None and row[1] == promised[0] and row[5] != promised[1]:
        return Fault("checkpoint_differs", row[0], row[1], promised[1])
    return None


def fold(rows: Iterable[Row], heads: Heads = NO_HEADS) -> Iterator[tuple[Folded, Fault | None]]:
    """Group rows (ordered by subject, then number) and add each subject up, stopping it at its first fault.

    Where `heads` knows a subject, its row of that number must have that hash, and must be there.
    """
    folded: Folded | None = None
    fault: Fault | None = None
    promised: tuple[int, str] | None = None
    for row in rows:
        subject = row[0]
        if folded is None or folded.subject != subject:
            if folded is not None:
                yield folded, fault or _cut(folded.subject, folded.number, promised)
            folded, fault, promised = Folded(subject), None, heads.get(subject)
        elif fault is not None:
            continue
        fault = _take(row, folded, promised)
    if folded is not None:
        yield folded, fault or _cut(folded.subject, folded.number, promised)


def _cut(subject: str, number: int, promised: tuple[int, str] | None) -> Fault | None:
    if promised is None or number >= promised[0]:
        return None
    return Fault("tail_cut", subject, number + 1, f"ends with {number}, the checkpoint has {promised[0]}")


class Head(NamedTuple):
    """The end of one subject's chain: its last number and hash, and its first fault where there is one."""

    subject: str
    number: int
    hash: str
    fault: Fault | None


def chain(rows: Iterable[tuple[str, int, str, str]], heads: Heads = NO_HEADS) -> Iterator[Head]:
    """Follow (subject, number, body, hash), ordered by subject and number, without taking bodies apart.

    Sees what breaks the chain: a changed byte of a body or a hash, a row gone, added or out of place. Whether
    the columns and the state say the same as the bodies is for `fold`.
    """
    sha256 = hashlib.sha256
    subject, last, head, link, end = "", 0, "", "", ""
    fault: Fault | None = None
    promised: tuple[int, str] | None = None
    for name, number, body, hash_ in rows:
        if name != subject or not last:
            if last:
                yield Head(subject, last, head, fault or _cut(subject, last, promised))
            subject, last, head, fault, promised = name, 0, "", None, heads.get(name)
            link, end = ',"previous":null,', f',"subject":{canonical(str(name))}}}'
        elif fault is not None:
            continue
        last += 1
        try:
            whole = number == last and sha256(body.encode()).hexdigest() == hash_
            if not (whole and link in body and f',"number":{number},' in body and body.endswith(end)):
                fault = _broken(name, number, last, whole=whole, hash_=hash_)
            elif promised is not None and last == promised[0] and hash_ != promised[1]:
                fault = Fault("checkpoint_differs", name, last, promised[1])
        except UNREADABLE as error:
            fault = Fault("body_malformed", name, last, type(error).__name__)
        head = hash_
        link = f',"previous":"{hash_}",'
    if last:
        yield Head(subject, last, head, fault or _cut(subject, last, promised))


def _broken(subject: str, number: int, expected: int, *, whole: bool, hash_: str) -> Fault:
    if number != expected:
        return _out_of_turn(subject, number, expected)
    if not whole:
        return Fault("hash_differs", subject, number, hash_)
    return Fault("chain_broken", subject, number, "previous, number or subject")


def head_line(subject: str, number: int, head: str) -> bytes:
    """One line of what a checkpoint's digest is taken over."""
    return f"{subject} {number} {head}\n".encode()


def heads_digest(heads: Heads) -> str:
    """One digest over the last number and hash of every subject: what a checkpoint commits to."""
    whole = hashlib.sha256()
    for subject, (number, head) in sorted(heads.items()):
        whole.update(head_line(subject, number, head))
    return whole.hexdigest()
