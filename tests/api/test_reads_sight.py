"""Every route that reads, asked by everybody: answered, refused, or not there, as the table of sight says."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from cycle.checkpoint import encoded
from cycle.db import Statement
from cycle.settings import Settings
from cycle.sight import SIGHT
from cycle.verify import take_checkpoint
from tests.api import sight_table
from tests.api.conftest import ROOT, Api, ApiAt, the_app
from tests.cast import (
    ADMIN,
    AUDITOR,
    CLERK,
    DISCIPLINE,
    FOURTH_REVIEWER,
    GENERAL,
    INSPECTOR,
    LEADER,
    LIAISON,
    MEMBER,
    PERSONNEL,
    REVIEWERS,
    City,
)
from workflows import ledger
from workflows.matters import MATTERS

OWN = (CLERK, MEMBER, AUDITOR, ADMIN, LIAISON[GENERAL], REVIEWERS[0], LEADER[GENERAL], INSPECTOR)
OTHERS = (LIAISON[DISCIPLINE], FOURTH_REVIEWER, LEADER[PERSONNEL])
STATUS = {"+": 200, "*": 409, ".": 404, "-": 403}
ROWS = [line.split() for line in sight_table.ROUTES.strip().splitlines() if line.strip()]
FILE = "checkpoint-2025-12-10.json"

_PLANT = Statement(
    "INSERT INTO subject (key, kind, year, department, state, number, hash, record)"
    " VALUES (:key, :kind, 2025, :department, :state, 3, '', :record)"
)
_KEEP = Statement("INSERT INTO text (sha256, body) VALUES (:sha256, :body)")
_GONE = Statement("DELETE FROM subject WHERE key = :key")
_FORGET = Statement("DELETE FROM text WHERE sha256 = :sha256")

TOLD = {"finding": "notified", "complaint": "investigating", "bonus": "applied", "objection": "filed"}


@contextmanager
def planted(city: City, rows: Mapping[str, tuple[str, Mapping[str, Any]]], *texts: str) -> Iterator[None]:
    """Subjects that no act of this test makes, by key: state and record; gone again afterwards."""
    digests = [{"sha256": ledger.digest(text), "body": text} for text in texts]
    with city.service.database.write() as session:
        for key, (state, record) in rows.items():
            kind, _, department = key.split(":")[:3]
            named = {"key": key, "kind": kind, "department": department, "state": state}
            _PLANT.run(session, **named, record=json.dumps(record))
        _KEEP.run_many(session, digests)
    try:
        yield
    finally:
        with city.service.database.write() as session:
            for key in rows:
                _GONE.run(session, key=key)
            for one in digests:
                _FORGET.run(session, sha256=one["sha256"])


def a_case(report: str) -> dict[str, Any]:
    told = {
        "name": "办公室",
        "consecutive_failures": 2,
        "previous_year": 2024,
        "previous_department": GENERAL,
    }
    return {**told, "report": ledger.digest(report)}


def of_every_kind(number: int = 1) -> dict[str, tuple[str, dict[str, Any]]]:
    """One matter of each kind with this number, and a case."""
    version = {
        "version": 1,
        "versions": {"1": {"sha256": "0" * 64, "name": "证明.pdf", "media": "application/pdf"}},
    }
    record = {"text": "所见", "duty": "accountability", **version}
    found = {f"{kind}:2025:{GENERAL}:{number}": (TOLD.get(kind, "open"), record) for kind in MATTERS}
    return {**found, f"case:2025:{GENERAL}": ("opened", a_case("专报"))}


def a_letter(city: City) -> str:
    """The number of some letter to the liaison of the department."""
    found = city.select(
        "SELECT message_id FROM outbox WHERE recipient = :to AND subject = :about LIMIT 1",
        to=LIAISON[GENERAL],
        about=f"appraisal:2025:{GENERAL}",
    )
    return str(found[0][0])[1:11]


def paths(api: Api, who: str, letter: str) -> dict[str, str]:
    """Each template of the table as `who` asks for it."""
    filled = {
        "year": 2025,
        "department": GENERAL,
        "number": 1,
        "form": "plan",
        "person": who,
        "kind": "roster",
        "series": "绩效办通",
    }
    return {row[0]: row[0].format(**filled, name=FILE, letter=letter) for row in ROWS}


def test_every_route_answers_everybody_as_the_table_says(
    api_at: ApiAt, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    api = api_at("reviewing")
    monkeypatch.setattr(the_app().state, "settings", Settings(home=tmp_path))
    _, taken = take_checkpoint(api.city.service.database, "2025-12-10T17:00:00.000000Z")
    assert taken is not None
    (tmp_path / "checkpoints").mkdir()
    (tmp_path / "checkpoints" / FILE).write_bytes(encoded(taken))
    letter = a_letter(api.city)
    wrong = []
    with planted(api.city, of_every_kind(), "专报"):
        for path, _resource, cells, *others in ROWS:
            asked = [*zip(cells, OWN, strict=True), *zip("".join(others), OTHERS, strict=False)]
            for at, (cell, who) in enumerate(asked):
                about = LIAISON[GENERAL] if "{person}" in path and at >= len(OWN) else who
                answer = api.get(paths(api, about, letter)[path], who)
                if answer.status_code != STATUS[cell]:
                    wrong.append((path, who, cell, answer.status_code, answer.text[:200]))
    assert wrong == []


def test_the_table_has_every_route_that_reads_and_every_resource_it_asks_for() -> None:
    every = described().items()
    reading = {path.removeprefix(ROOT) for path, what in every if "get" in what and path.startswith(ROOT)}
    beside = {"/problems", "/openapi.json"}
    assert {row[0] for row in ROWS} == reading - beside
    assert {row[1] for row in ROWS} <= set(SIGHT)
    about_departments = [row for row in ROWS if "{department}" in row[0]]
    assert [row[0] for row in about_departments if len(row) != 4] == []


def described() -> Mapping[str, Any]:
    """The paths of the interface as it describes itself."""
    found: Mapping[str, Any] = the_app().openapi()["paths"]
    return found
