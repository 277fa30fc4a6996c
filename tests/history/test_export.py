"""history.jsonl holds every row, in the order of entry, as the contract says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from cycle.db import Database, Statement
from cycle.export import RowDamaged, export, line
from tests.history.attacker import Attacker
from tests.history.attacks import TARGET
from workflows.ledger import BODY_KEYS, canonical, digest, seal


def exported(database: Database, folder: Path) -> list[dict[str, Any]]:
    file = folder / "history.jsonl"
    export(database, file)
    return [json.loads(text) for text in file.read_text(encoding="utf-8").split("\n")[:-1]]


def test_every_row_is_a_line_with_every_key(scratch: Database, tmp_path: Path) -> None:
    rows = exported(scratch, tmp_path)
    assert [row["seq"] for row in rows] == list(range(1, len(rows) + 1))
    assert {tuple(row) for row in rows} == {tuple(sorted((*BODY_KEYS, "hash", "seq")))}
    with scratch.read() as session:
        stored = Statement("SELECT subject, number, body, hash FROM history ORDER BY seq").run(session)
        assert [
            (r["subject"], r["number"], canonical({k: r[k] for k in BODY_KEYS}), r["hash"]) for r in rows
        ] == [tuple(row) for row in stored.fetchall()]


def test_a_line_is_canonical_utf8_and_ended_by_one_line_feed(scratch: Database, tmp_path: Path) -> None:
    export(scratch, tmp_path / "history.jsonl")
    content = (tmp_path / "history.jsonl").read_bytes()
    assert content.endswith(b"}\n")
    assert b"\r" not in content
    for text in content.decode().split("\n")[:-1]:
        assert canonical(json.loads(text)) == text


def test_gaps_in_the_databases_own_numbering_do_not_show(scratch: Database, tmp_path: Path) -> None:
    before = exported(scratch, tmp_path)
    Attacker(scratch).run("UPDATE history SET seq = -1000000 + seq * 7")
    (tmp_path / "history.jsonl").unlink()
    assert exported(scratch, tmp_path) == before


def test_texts_that_look_like_keys_do_not_mislead() -> None:
    trap = '","number":7,"subject":"x'
    body = dict.fromkeys(BODY_KEYS) | {"action": trap, "reason": trap, "subject": trap, "number": 3}
    body |= {"data": {"number": 1, "record": {"subject": 1, "z": {"number": 2}}}}
    text, hash_ = seal(body)
    assert line(text, hash_, 5) == canonical(body | {"hash": hash_, "seq": 5})


@pytest.mark.parametrize("replace", [True, False])
def test_an_existing_file_is_replaced_only_when_asked(
    scratch: Database, tmp_path: Path, replace: bool
) -> None:
    file = tmp_path / "history.jsonl"
    file.write_text("kept")
    if replace:
        assert export(scratch, file, replace=True) == len(file.read_text(encoding="utf-8").splitlines())
    else:
        with pytest.raises(FileExistsError):
            export(scratch, file)
        assert file.read_text() == "kept"
    assert list(tmp_path.glob(".*")) == []


def test_a_damaged_row_leaves_no_half_file(scratch: Database, tmp_path: Path) -> None:
    Attacker(scratch).put(TARGET, 5, "{", digest("{"))
    with pytest.raises(RowDamaged) as damaged:
        export(scratch, tmp_path / "history.jsonl")
    assert damaged.value.place > 1
    assert [path.name for path in tmp_path.iterdir() if path.suffix in (".jsonl", ".part")] == []
