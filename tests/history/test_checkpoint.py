"""A checkpoint's file says what it was written with, or is refused."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cycle.checkpoint import Checkpoint, CheckpointDamaged, decoded, document, encoded, load
from workflows.ledger import canonical, digest, heads_digest

KEYS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\n"), min_size=1, max_size=12)
HASHES = st.text("0123456789abcdef", min_size=64, max_size=64)
HEADS = st.dictionaries(KEYS, st.tuples(st.integers(1, 99), HASHES), max_size=5)
MADE = "2026-01-31T00:00:00.000000Z"


def checkpoint(heads: dict[str, tuple[int, str]]) -> Checkpoint:
    return Checkpoint(
        MADE, MADE if heads else None, sum(n for n, _ in heads.values()), heads, heads_digest(heads)
    )


ONE = checkpoint({"cycle:2025": (3, "ab" * 32), "person:p-x": (1, "0f" * 32)})


def sealed(**changes: Any) -> bytes:
    """A checkpoint whose content was changed and whose seal was put right."""
    content = {key: value for key, value in document(ONE).items() if key != "seal"} | changes
    return json.dumps(content | {"seal": digest(canonical(content))}).encode()


@given(heads=HEADS)
def test_what_is_written_is_read_again(heads: dict[str, tuple[int, str]]) -> None:
    assert decoded(encoded(checkpoint(heads))) == checkpoint(heads)


@given(place=st.integers(0, len(encoded(ONE)) - 1), byte=st.integers(0, 255))
def test_no_changed_byte_is_believed(place: int, byte: int) -> None:
    content = bytearray(encoded(ONE))
    content[place] = byte
    found: Checkpoint | None = None
    with suppress(CheckpointDamaged):
        found = decoded(bytes(content))
    assert found in (None, ONE)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "not_json"),
        (b"\xff\xfe", "not_json"),
        (b"[]", "shape"),
        (b"{}", "version"),
        (sealed(version=2), "version"),
        (sealed(more=1), "shape"),
        (sealed(heads=[]), "shape"),
        (sealed(rows=5), "digest"),
        (sealed(digest="00" * 32), "digest"),
        (sealed(heads={}), "digest"),
        (encoded(ONE).replace(b'"made_at": "2026', b'"made_at": "2025'), "seal"),
        (encoded(ONE).replace(b'"number": 3', b'"number": 4'), "seal"),
    ],
)
def test_a_damaged_file_is_refused_and_says_how(content: bytes, code: str) -> None:
    with pytest.raises(CheckpointDamaged) as damaged:
        decoded(content)
    assert damaged.value.code == code


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CheckpointDamaged) as damaged:
        load(tmp_path / "none.json")
    assert damaged.value.code == "unreadable"
