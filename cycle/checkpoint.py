"""Checkpoints: the end of every subject's chain, to be kept where whoever holds the database cannot reach.

A chain alone notices neither a cut tail nor a vanished subject nor a suffix sealed anew; a checkpoint does.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from workflows.ledger import Heads, canonical, digest, heads_digest

VERSION: Final = 1
_KEYS: Final = {"digest", "heads", "made_at", "newest_at", "rows", "seal", "version"}


class CheckpointDamaged(Exception):
    """A file is no checkpoint, or not as it was written. `code` says which; `detail` what was found."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code, detail)
        self.code = code
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a history consisted of at one instant.

    `heads` is the last number and hash of each subject; `rows` their sum, `newest_at` the instant of the row
    entered last (None for an empty history); `digest` the one line to print or to read out.
    """

    made_at: str
    newest_at: str | None
    rows: int
    heads: Heads
    digest: str


def document(checkpoint: Checkpoint) -> dict[str, Any]:
    """A checkpoint as the JSON object its file holds."""
    content = {
        "version": VERSION,
        "made_at": checkpoint.made_at,
        "newest_at": checkpoint.newest_at,
        "rows": checkpoint.rows,
        "heads": {name: {"number": n, "hash": h} for name, (n, h) in checkpoint.heads.items()},
        "digest": checkpoint.digest,
    }
    return {**content, "seal": digest(canonical(content))}


def encoded(checkpoint: Checkpoint) -> bytes:
    """The bytes of a checkpoint's file: UTF-8, sorted keys, one fact a line."""
    text = json.dumps(document(checkpoint), ensure_ascii=False, sort_keys=True, indent=1)
    return f"{text}\n".encode()


def decoded(content: bytes) -> Checkpoint:
    """The checkpoint a file holds. Raises CheckpointDamaged: not_json, version, shape, seal, digest."""
    try:
        value = json.loads(content.decode())
    except (ValueError, RecursionError) as error:
        raise CheckpointDamaged("not_json", str(error)) from error
    if not isinstance(value, dict):
        raise CheckpointDamaged("shape", type(value).__name__)
    if value.get("version") != VERSION:
        raise CheckpointDamaged("version", str(value.get("version")))
    try:
        return _checked(value)
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise CheckpointDamaged("shape", str(error)) from error


def _checked(value: Mapping[str, Any]) -> Checkpoint:
    if set(value) != _KEYS:
        raise CheckpointDamaged("shape", ", ".join(sorted(set(value) ^ _KEYS)))
    content = {key: part for key, part in value.items() if key != "seal"}
    if digest(canonical(content)) != value["seal"]:
        raise CheckpointDamaged("seal", str(value["seal"]))
    heads = {name: (int(head["number"]), str(head["hash"])) for name, head in value["heads"].items()}
    if heads_digest(heads) != value["digest"] or sum(n for n, _ in heads.values()) != value["rows"]:
        raise CheckpointDamaged("digest", str(value["digest"]))
    return Checkpoint(value["made_at"], value["newest_at"], value["rows"], heads, value["digest"])


def load(path: Path) -> Checkpoint:
    """The checkpoint of a file. Raises CheckpointDamaged, also (`unreadable`) where there is none to read."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise CheckpointDamaged("unreadable", error.strerror or str(error)) from error
    return decoded(content)
