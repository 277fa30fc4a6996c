"""The checkpoints the night keeps: which there are, and one of them. Plain values."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Final

from cycle.checkpoint import CheckpointDamaged, document, load
from workflows.errors import NotFound

Values = dict[str, Any]

NAME: Final = re.compile(r"checkpoint-\d{4}-\d{2}-\d{2}\.json", re.ASCII)
"""What the night calls them."""


def every(folder: Path) -> list[Values]:
    """Each checkpoint, the newest first; of one that cannot be read, what is wrong with it (`damaged`)."""
    files = sorted(folder.glob("checkpoint-????-??-??.json"), reverse=True)
    return [_values(file) for file in files if NAME.fullmatch(file.name)]


def _values(file: Path) -> Values:
    try:
        kept = load(file)
    except CheckpointDamaged as damaged:
        return {**dict.fromkeys(("made_at", "rows", "digest")), "file": file.name, "damaged": damaged.code}
    return {
        "file": file.name,
        "made_at": kept.made_at,
        "rows": kept.rows,
        "digest": kept.digest,
        "damaged": None,
    }


def one(folder: Path, name: str) -> Values:
    """A checkpoint as its file holds it. Raises NotFound, also for one that cannot be read."""
    if not NAME.fullmatch(name):
        raise NotFound(name)
    try:
        return document(load(folder / name))
    except CheckpointDamaged as damaged:
        raise NotFound(name) from damaged
