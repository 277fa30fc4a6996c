"""Taking in the results of a year kept elsewhere."""

from __future__ import annotations

from typing import Any

import pytest

from cycle import queries
from tests.cast import CLERK, DISCIPLINE, GENERAL, PAPER, PERSONNEL, City, CityAt, codes, for_body, person
from tests.held import YEAR, key_of
from workflows.errors import Refused

ROWS: list[dict[str, Any]] = [
    {"department": "纪委", "rank": 1, "grade": "excellent", "total": 9900},
    {"department": "办公室", "rank": 2, "grade": "good"},
    {"department": "组织部", "rank": 3, "grade": "failed", "total": 7000},
]


@pytest.fixture
def city(city_at: CityAt) -> City:
    return city_at("registered")


def take_in(city: City, rows: list[dict[str, Any]] = ROWS, year: int = 2024) -> dict[str, Any]:
    return city.do("import_results", person(CLERK), year=year, rows=rows, source="2024.xlsx")


def test_a_year_is_taken_in_as_a_closed_cycle_with_its_results(city: City) -> None:
    assert take_in(city)["departments"] == 3
    assert city.row("cycle:2024").state == "closed"
    with city.service.database.read() as session:
        found = queries.latest_results(session, 2024)
    assert [
        (r["department"], r["rank"], r["grade"], r["total"], r["consecutive_failures"]) for r in found
    ] == [
        (DISCIPLINE, 1, "excellent", 9900, 0),
        (GENERAL, 2, "good", None, 0),
        (PERSONNEL, 3, "failed", 7000, 1),
    ]
    assert city.last("cycle:2024")["data"]["source"] == "2024.xlsx"


@pytest.mark.parametrize("name", ["监察局", " 监察局 ", "纪委"])
def test_aliases_and_names_are_understood_whatever_their_blanks(city: City, name: str) -> None:
    take_in(city, [{"department": name, "rank": 1, "grade": "good"}])
    assert city.select("SELECT department FROM result") == [(DISCIPLINE,)]


def test_a_former_name_is_understood(city: City) -> None:
    city.do("rename", person(CLERK), department=DISCIPLINE, name="纪检监察机关", on="2025-01-02")
    take_in(city)
    assert (DISCIPLINE,) in city.select("SELECT department FROM result")


def test_every_unknown_and_every_doubled_name_is_in_the_refusal_and_nothing_is_written(city: City) -> None:
    before = city.rows()
    strange = [{"department": name, "rank": 9, "grade": "good"} for name in ("甲局", "监察局", "乙局")]
    with pytest.raises(Refused) as refused:
        take_in(city, [*ROWS, *strange])
    assert [(u.code, u.data["department"]) for u in refused.value.unmet] == [
        ("department_unknown", "甲局"),
        ("department_twice", "监察局"),
        ("department_unknown", "乙局"),
    ]
    assert (city.rows(), city.select("SELECT 1 FROM result")) == (before, [])


def test_a_year_is_taken_in_once_and_not_over_one_that_runs_here(city: City) -> None:
    take_in(city)
    assert codes(lambda: take_in(city)) == ["wrong_state"]
    city.whole("prepare")
    assert codes(lambda: take_in(city, year=2025)) == ["wrong_state"]


def test_it_needs_a_document_and_is_the_offices_own_act(city: City) -> None:
    asked = {"year": 2024, "rows": ROWS}
    assert codes(lambda: city.do("import_results", person(CLERK, document=""), **asked)) == [
        "document_missing"
    ]
    assert codes(lambda: city.do("import_results", for_body("group"), **asked)) == ["behalf_not_possible"]
    by_program = person("import", kind="import", document=PAPER)
    city.do("import_results", by_program, **asked)
    assert city.last("cycle:2024")["actor_kind"] == "import"


def test_the_next_year_compares_itself_with_what_was_taken_in(city: City) -> None:
    take_in(city)
    city.open_year()
    city.to_central_review()
    city.to_pending()
    city.to_ratified()
    with city.service.database.read() as session:
        found = {r["department"]: r for r in queries.latest_results(session, 2025)}
    assert [(found[d]["previous_rank"], found[d]["movement"]) for d in (GENERAL, DISCIPLINE, PERSONNEL)] == [
        (2, 1),
        (1, -1),
        (3, 0),
    ]
    assert found[PERSONNEL]["consecutive_failures"] == 2
    assert city.row(f"case:2025:{PERSONNEL}").state == "opened"
    assert city.state(PERSONNEL) == "rectification.drafting"
    assert city.last(key_of(PERSONNEL))["actor"] == "system"


def test_a_chain_that_ends_in_an_imported_year_goes_on_from_what_that_year_says(city_at: CityAt) -> None:
    city = city_at("registered")
    take_in(city, [{"department": "组织部", "rank": 3, "grade": "failed", "consecutive_failures": 2}])
    city.open_year()
    city.to_central_review()
    city.to_pending()
    city.to_ratified()
    ((count,),) = city.select(
        "SELECT consecutive_failures FROM result WHERE year = :y AND status = 'ratified' AND department = :d",
        y=YEAR,
        d=PERSONNEL,
    )
    assert count == 3


@pytest.mark.parametrize("rank", [0, -5, 10**30, True, "1"])
def test_a_rank_that_cannot_be_is_refused(city_at: CityAt, rank: object) -> None:
    rows = [{"department": "组织部", "rank": rank, "grade": "good"}]
    asked = {"year": YEAR - 1, "rows": rows}
    city = city_at("registered")
    assert codes(lambda: city.do("import_results", person(CLERK), **asked)) == ["value_unusable"]


def test_results_of_a_year_after_the_first_cycle_cannot_be_imported(city_at: CityAt) -> None:
    city = city_at("running")
    asked = {"year": YEAR + 6, "rows": [{"department": "组织部", "rank": 1, "grade": "good"}]}
    assert codes(lambda: city.do("import_results", person(CLERK), **asked)) == ["year_not_before_cycles"]
