"""The cast's own checks: a difference between the history and the tables does not escape them."""

from __future__ import annotations

from pathlib import Path

import pytest

from cycle import schema
from cycle.db import Statement
from cycle.service import Service
from tests.cast import ROSTER, CityAt, open_city
from tests.held import disagreements
from tests.operations.templates import Templates


@pytest.mark.parametrize(
    ("forgery", "found"),
    [
        (
            "UPDATE subject SET state = 'exempted' WHERE key = 'appraisal:2025:jiwei'",
            "appraisal:2025:jiwei differs",
        ),
        ("UPDATE subject SET record = '{}' WHERE key = 'cycle:2025'", "cycle:2025 differs"),
        ("DELETE FROM subject WHERE key = 'cycle:2025'", "cycle:2025 has no row"),
        ("UPDATE deadline SET status = 'open'", "deadlines differ"),
        ("DELETE FROM line WHERE item = 'survey'", "lines differ"),
        ("DELETE FROM text", "texts differ"),
        (
            "INSERT INTO subject SELECT 'case:2025:jiwei', 'case', 2025, 'jiwei', 'opened', 1, hash, record, wake"
            " FROM subject WHERE key = 'cycle:2025'",
            "case:2025:jiwei has no history",
        ),
    ],
)
def test_a_forged_table_is_noticed(templates: Templates, tmp_path: Path, forgery: str, found: str) -> None:
    url = templates.copy("ratified", tmp_path / "forged.db")
    city = open_city(url, "ratified")
    try:
        with city.service.database.write() as session:
            Statement(forgery).run(session)
        assert found in disagreements(city)
    finally:
        city.service.database.close()
        templates.give_back(url)


def test_every_test_has_a_database_of_its_own_at_the_newest_schema(city_at: CityAt) -> None:
    first, second = city_at("running"), city_at("running")
    first.file("jiwei")
    assert second.state("jiwei") == "plan.drafting"
    assert schema.differences(first.service.database) == []


def test_the_history_of_a_copy_is_append_only(city_at: CityAt) -> None:
    city = city_at("running")
    for forgery in ("UPDATE history SET hash = ''", "DELETE FROM history"):
        with pytest.raises(Exception, match="append-only"), city.service.database.write() as session:
            Statement(forgery).run(session)


def test_the_service_knows_the_cast(service: Service) -> None:
    city_people = {f"person:{p.id}" for p in ROSTER.people}
    with service.database.read() as session:
        rows = Statement("SELECT key FROM subject WHERE kind = 'person'").run(session).fetchall()
    assert {key for (key,) in rows} == city_people
