"""Receipts: what was sent back, ordered or told stands to be acknowledged until it is, or until a call is noted."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from cycle.board.rows import BoardRow, board
from cycle.board.sheet import sheet
from tests.cast import CLERK, DISCIPLINE, GENERAL, HEAD, LIAISON, City, CityAt, codes, person
from tests.held import YEAR, key_of
from workflows.errors import NotFound


def sent_back(city: City) -> str:
    """A plan sent back on Monday 10 February; the number of that row."""
    city.at("2025-02-10")
    city.file(GENERAL)
    city.move(GENERAL, "send_back", due="2025-02-20")
    return str(city.appraisal(GENERAL).number)


def kept(city: City, key: str = key_of(GENERAL)) -> dict[str, Any]:
    """The receipts in a record."""
    found: dict[str, Any] = city.row(key).record.get("receipts", {})
    return found


def acknowledge(city: City, by: str, *numbers: str, key: str = key_of(GENERAL)) -> None:
    city.do("acknowledge", person(by), subject=key, receipts=[int(n) for n in numbers])


def on_board(city: City, department: str = GENERAL) -> BoardRow:
    with city.service.database.read() as session:
        rows = board(session, YEAR, city.service.clock.now(), city.service.zone)
    return next(row for row in rows if row.department == department)


def waiting(city: City) -> list[tuple[str, int, bool]]:
    """What the department's sheet lists: subject, number, whether it is late."""
    with city.service.database.read() as session:
        department = city.row(f"department:{GENERAL}")
        found = sheet(session, department, YEAR, city.service.clock.now(), city.service.zone)
    return [(each.subject, each.receipt.number, each.late) for each in found.unsigned]


@pytest.fixture
def city(city_at: CityAt) -> City:
    return city_at("running")


def test_what_is_sent_back_is_acknowledged_by_the_department_once(city: City) -> None:
    number = sent_back(city)
    assert kept(city) == {number: {"what": "send_back", "on": "2025-02-10"}}
    assert codes(lambda: acknowledge(city, LIAISON[DISCIPLINE], number)) == ["relation_missing"]
    assert codes(lambda: acknowledge(city, CLERK, number)) == ["role_missing"]
    assert codes(lambda: acknowledge(city, LIAISON[GENERAL], "999")) == ["receipt_unknown"]
    assert codes(lambda: acknowledge(city, LIAISON[GENERAL])) == ["receipt_not_named"]
    city.at("2025-02-11")
    acknowledge(city, HEAD[GENERAL], number)
    assert kept(city)[number]["seen"] == {"by": HEAD[GENERAL], "on": "2025-02-11"}
    assert city.state(GENERAL) == "plan.drafting"
    assert codes(lambda: acknowledge(city, LIAISON[GENERAL], number)) == ["not_here"]


def test_the_office_notes_whom_it_called(city: City) -> None:
    number = sent_back(city)
    asked = {"subject": key_of(GENERAL), "receipts": [int(number)]}
    bare = person(CLERK, reason="")
    assert codes(lambda: city.do("note_receipt", bare, **asked)) == ["reason_missing"]
    city.do("note_receipt", person(CLERK, reason="电话告知填报员"), **asked)
    assert kept(city)[number]["seen"] == {"by": CLERK, "on": "2025-02-10", "told": "电话告知填报员"}


def test_after_two_working_days_it_is_late_on_the_board(city: City) -> None:
    number = sent_back(city)
    city.at("2025-02-12 23:59")
    assert on_board(city).receipts_late == 0
    assert waiting(city) == [(key_of(GENERAL), int(number), False)]
    city.at("2025-02-13 00:00")
    assert on_board(city).receipts_late == 1
    assert waiting(city) == [(key_of(GENERAL), int(number), True)]
    assert on_board(city, DISCIPLINE).receipts_late == 0
    acknowledge(city, LIAISON[GENERAL], number)
    assert (on_board(city).receipts_late, waiting(city)) == (0, [])


def test_a_decision_on_a_matter_is_acknowledged_there(city: City) -> None:
    key = city.honour(GENERAL)
    number = str(city.row(key).number)
    assert kept(city, key) == {number: {"what": "approve", "on": "2025-01-10"}}
    assert kept(city) == {}  # the bonus line itself is no news beside it
    city.at("2025-01-20")
    assert on_board(city).receipts_late == 1
    acknowledge(city, LIAISON[GENERAL], number, key=key)
    assert on_board(city).receipts_late == 0
    assert city.row(key).state == "approved"


def test_a_whole_year_asks_for_receipts_where_something_is_told(city_at: CityAt) -> None:
    city = city_at("ratified")
    assert [one["what"] for one in kept(city).values()] == ["propose", "ratify"]
    failed = next(d for d in city.departments if city.state(d).startswith("rectification"))
    told = kept(city, key_of(failed))
    assert [told[n]["what"] for n in sorted(told, key=int)] == ["propose", "ratify", "start_rectification"]
    acknowledge(city, LIAISON[failed], *told, key=key_of(failed))
    assert all("seen" in one for one in kept(city, key_of(failed)).values())


def test_nothing_else_has_receipts(city: City) -> None:
    for key in (f"cycle:{YEAR}", f"appraisal:{YEAR}:nobody", "person:nobody"):
        with pytest.raises(NotFound):
            acknowledge(city, LIAISON[GENERAL], "1", key=key)
    for given in ("1", ["1"], [1.5], None):
        asked = {"subject": key_of(GENERAL), "receipts": given}
        found = codes(partial(city.do, "acknowledge", person(LIAISON[GENERAL]), **asked))
        assert found == ["value_unusable"]
