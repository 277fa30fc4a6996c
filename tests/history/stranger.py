"""A verifier of history.jsonl, written from docs/history-format.md alone, with the standard library alone.

    python3 stranger.py history.jsonl [--checkpoint FILE] [--state SUBJECT]

Leaves with 0 where everything holds, 5 where it does not (the first fault of each subject is printed), 2
where the checkpoint is damaged or a file cannot be read. `--state` prints what a subject's rows add up to.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

Found = tuple[int | None, str | None, int | None, str]

SEALED = {
    *("subject", "number", "previous", "before", "after", "action", "at", "occurred_on", "data"),
    *("actor", "actor_kind", "on_behalf_of", "confirmed_by", "reason", "document", "rulebook"),
}


class Damaged(Exception):
    """The checkpoint is not as it was written."""


def canonical(value: Any) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def patched(target: Any, patch: Any) -> Any:
    """A JSON Merge Patch applied."""
    if not isinstance(patch, dict):
        return patch
    result = dict(target) if isinstance(target, dict) else {}
    for key, value in patch.items():
        if value is None:
            result.pop(key, None)
        else:
            result[key] = patched(result.get(key), value)
    return result


class Subject:
    """One subject's chain and what it adds up to."""

    def __init__(self) -> None:
        self.number = 0
        self.hash: str | None = None
        self.state: str | None = None
        self.record: dict[str, Any] = {}
        self.hashes: list[str] = []
        self.deadlines: dict[str, dict[str, Any]] = {}
        self.lines: dict[str, dict[str, Any]] = {}
        self.results: dict[tuple[Any, ...], dict[str, Any]] = {}
        self.texts: set[str] = set()
        self.fault: str | None = None

    def take(self, row: Mapping[str, Any]) -> str | None:
        """Check one row and add it up; the first thing wrong with it."""
        body = {key: value for key, value in row.items() if key not in ("seq", "hash")}
        if row["number"] != self.number + 1:
            return f"number {row['number']} where {self.number + 1} is due"
        if set(body) != SEALED:
            return "not the keys of a row"
        if sha256(canonical(body)) != row["hash"]:
            return "content and hash differ"
        if row["previous"] != self.hash:
            return "does not follow the row before"
        if row["before"] != self.state:
            return f"leaves {row['before']} while {self.state} was entered"
        self.number, self.hash, self.state = row["number"], row["hash"], row["after"]
        self.hashes.append(row["hash"])
        self.add(row)
        return None

    def add(self, row: Mapping[str, Any]) -> None:
        data = row["data"] or {}
        self.record = patched(self.record, data.get("record", {}))
        for deadline in data.get("deadlines", []):
            self.deadlines[deadline["id"]] = {**deadline, "armed_at": row["at"], "status": "open"}
        for name in data.get("voids", []):
            self.deadlines[name]["status"] = "void"
        for line in data.get("lines", []):
            self.lines[line["id"]] = {**line, "reversed_by": None}
            if line["reverses"] is not None:
                self.lines[line["reverses"]]["reversed_by"] = line["id"]
        for result in data.get("results", []):
            key = (result["year"], result["status"], result["version"], result["department"])
            self.results[key] = result
        self.texts.update(data.get("texts", []))

    def total(self) -> int:
        """The sum of the lines that count, in hundredths."""
        return sum(x["points"] for x in self.lines.values() if x["reverses"] is x["reversed_by"] is None)


def read(lines: Iterable[str]) -> tuple[dict[str, Subject], list[Found]]:
    """Every subject of a history, and the faults: (line, subject, number, what), a subject's first only."""
    subjects: dict[str, Subject] = {}
    faults: list[Found] = []
    for place, text in enumerate(lines, start=1):
        try:
            row = json.loads(text)
            subject = subjects.setdefault(row["subject"], Subject())
            if subject.fault is None:
                subject.fault = subject.take(row)
                if subject.fault is None and row["seq"] != place:
                    subject.fault = f"seq {row['seq']} in line {place}"
                if subject.fault is not None:
                    faults.append((place, row["subject"], row["number"], subject.fault))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            faults.append((place, None, None, f"not a row: {error!r}"))
    return subjects, faults


def read_checkpoint(text: str) -> dict[str, tuple[int, str]]:
    """A checkpoint's heads. Raises Damaged."""
    try:
        checkpoint = json.loads(text)
        seal = checkpoint.pop("seal")
        heads = {name: (head["number"], head["hash"]) for name, head in checkpoint["heads"].items()}
        lines = "".join(f"{name} {number} {hash_}\n" for name, (number, hash_) in sorted(heads.items()))
        whole = checkpoint["version"] == 1 and sha256(canonical(checkpoint)) == seal
        whole = whole and sha256(lines) == checkpoint["digest"]
        whole = whole and sum(number for number, _ in heads.values()) == checkpoint["rows"]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Damaged(repr(error)) from error
    if not whole:
        raise Damaged("its content and its seal differ")
    return heads


def compare(subjects: Mapping[str, Subject], heads: Mapping[str, tuple[int, str]]) -> Iterator[Found]:
    """What a checkpoint shows: (None, subject, number, what)."""
    for name, (number, hash_) in sorted(heads.items()):
        subject = subjects.get(name)
        if subject is None:
            yield None, name, 1, "vanished"
        elif subject.fault is not None:
            continue
        elif subject.number < number:
            yield None, name, subject.number + 1, f"cut: the checkpoint has {number}"
        elif subject.hashes[number - 1] != hash_:
            yield None, name, number, "this or an earlier row was rewritten"


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("history")
    parser.add_argument("--checkpoint")
    parser.add_argument("--state")
    asked = parser.parse_args(arguments)
    try:
        with Path(asked.history).open(encoding="utf-8", newline="\n") as file:
            subjects, faults = read(line.rstrip("\n") for line in file)
        if asked.checkpoint:
            heads = read_checkpoint(Path(asked.checkpoint).read_text(encoding="utf-8"))
            faults += compare(subjects, heads)
    except (OSError, UnicodeDecodeError, Damaged) as error:
        sys.stderr.write(f"cannot be used: {error}\n")
        return 2
    for place, subject, number, what in faults:
        sys.stdout.write(f"line {place}: {subject} row {number}: {what}\n")
    if asked.state in subjects:
        stands = subjects[asked.state]
        sys.stdout.write(canonical({"state": stands.state, "record": stands.record}) + "\n")
    rows = sum(subject.number for subject in subjects.values())
    sys.stdout.write(f"{rows} rows of {len(subjects)} subjects, {len(faults)} faults\n")
    return 5 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
