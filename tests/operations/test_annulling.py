"""An amendment that takes a line away takes its matter along, and none is deducted a second time unawares."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from cycle.operations import amending
from cycle.operations.perform import preview
from tests.cast import GENERAL, LIAISON, PERSONNEL, City, CityAt, codes, for_body, refusals
from tests.held import YEAR, disagreements, key_of
from tests.operations.test_bonuses import DIVISION, NATIONAL, REGION, counts
from tests.operations.test_bonuses import standing as bonuses
from tests.operations.test_findings import VIOLATION, ask, notified, standing

STANDS = "SELECT id FROM line WHERE source = :low AND reverses IS NULL AND reversed_by IS NULL"


def amend(city: City, department: str, **change: Any) -> dict[str, Any]:
    return city.whole("amend", changes=[{"department": department, **change}])


def differences(city: City, department: str, **change: Any) -> dict[str, Any]:
    arguments = {"year": YEAR, "changes": [{"department": department, **change}]}
    return preview(city.service, amending.preview_amendment, for_body("group"), arguments)


@pytest.fixture
def pending(city_at: CityAt) -> City:
    city = city_at("pending")
    city.at("2026-01-06")
    return city


def key_finding(city: City, item: str = "score.deduct.1") -> str:
    """A confirmed key finding of the year before; its key."""
    key = notified(city, item=item, on="2025-12-30", severity="key")
    ask(city, key, "answer", LIAISON[GENERAL], text="x")
    ask(city, key, "confirm")
    return key


def test_an_amendment_takes_a_key_finding_with_its_line_and_then_asks_what_is_left(pending: City) -> None:
    key = key_finding(pending)
    line = pending.row(key).record["line"]
    pending.to_ratified()
    assert pending.state(GENERAL) == "rectification.drafting"
    before = pending.rows()
    shown = differences(pending, GENERAL, reverse=[line])["differences"]
    assert pending.rows() == before
    assert amend(pending, GENERAL, reverse=[line])["differences"] == shown
    assert (pending.row(key).state, pending.row(key).record.get("line")) == ("dropped", None)
    assert pending.state(GENERAL) == "closed"
    assert pending.open_deadlines(key) == []
    last, of_year = pending.last(key), pending.last(key_of(GENERAL))
    assert (last["action"], last["at"]) == ("annul", of_year["at"])
    assert standing(pending) == []


def test_a_line_whose_finding_has_a_veto_stays_until_that_is_lifted(pending: City) -> None:
    key = key_finding(pending, VIOLATION)
    line = pending.row(key).record["line"]
    persons = [{"name": "某甲", "post": "person"}]
    ask(pending, key, "veto", for_body("group"), persons=persons)
    pending.to_ratified()
    assert codes(lambda: differences(pending, GENERAL, reverse=[line])) == ["veto_to_lift"]
    assert codes(lambda: amend(pending, GENERAL, reverse=[line])) == ["veto_to_lift"]
    ask(pending, key, "lift_veto", for_body("group"))
    amend(pending, GENERAL, reverse=[line])
    assert pending.row(key).state == "dropped"


def test_a_complaint_and_an_application_go_with_their_lines_too(pending: City) -> None:
    complaint = pending.deduct(PERSONNEL, "score.deduct.2")
    bonus = pending.honour(PERSONNEL)
    lines = [pending.row(key).record["line"] for key in (complaint, bonus)]
    pending.to_ratified()
    amend(pending, PERSONNEL, reverse=lines)
    assert [pending.row(key).state for key in (complaint, bonus)] == ["unsubstantiated", "refused"]
    assert [pending.row(key).record.get("line") for key in (complaint, bonus)] == [None, None]
    assert pending.row(bonus).record["counted"] is False


def test_the_other_application_for_an_honour_steps_in_where_the_higher_one_goes(pending: City) -> None:
    low, high = (pending.honour(PERSONNEL, item, award="文明单位") for item in (DIVISION, REGION))
    others = [pending.honour(PERSONNEL) for _ in range(2)]
    elsewhere = pending.honour(GENERAL, DIVISION, award="文明单位")
    pending.to_ratified()
    before = pending.rows()
    shown = differences(pending, PERSONNEL, reverse=[pending.row(high).record["line"]])
    assert pending.rows() == before
    assert [(each["subject"], each["item"], each["points"]) for each in shown["steps_in"]] == [
        (low, DIVISION, 100)
    ]
    assert [each["subject"] for each in shown["annulled"]] == [high]
    done = amend(pending, PERSONNEL, reverse=[pending.row(high).record["line"]])
    assert {name: done[name] for name in shown} == shown
    assert bonuses(pending, PERSONNEL) == [*((NATIONAL, 300, each) for each in others), (DIVISION, 100, low)]
    [(line,)] = pending.select(STANDS, low=low)
    assert (counts(pending, low), pending.row(low).state) == ((True, line), "approved")
    assert (pending.last(low)["action"], pending.last(low)["at"]) == ("recount", pending.last(high)["at"])
    assert bonuses(pending, GENERAL) == [(DIVISION, 100, elsewhere)]
    assert disagreements(pending) == []
    amend(pending, PERSONNEL, reverse=[line])
    assert (pending.row(low).state, len(bonuses(pending, PERSONNEL))) == ("refused", 2)


def test_what_steps_in_counts_in_the_differences_before(pending: City) -> None:
    low, high = (pending.honour(PERSONNEL, item, award="文明单位") for item in (DIVISION, REGION))
    pending.to_ratified()
    shown = differences(pending, PERSONNEL, reverse=[pending.row(high).record["line"]])["differences"]
    (own,) = [each for each in shown if each["department"] == PERSONNEL]
    assert own["total"]["after"] - own["total"]["before"] == 100 - 200
    assert amend(pending, PERSONNEL, reverse=[pending.row(high).record["line"]])["differences"] == shown
    assert counts(pending, low)[0] is True


def test_what_steps_in_is_not_written_by_hand_as_well_unless_one_more_is_meant(pending: City) -> None:
    low, high = (pending.honour(PERSONNEL, item, award="文明单位") for item in (DIVISION, REGION))
    pending.to_ratified()
    gone = [pending.row(high).record["line"]]
    by_hand = {"part": "bonus", "item": DIVISION}
    for asked in (differences, amend):
        found = refusals(partial(asked, pending, PERSONNEL, reverse=gone, lines=[by_hand]))
        assert [(one.code, one.about, dict(one.data)) for one in found] == [
            ("bonus_steps_in", key_of(PERSONNEL), {"item": DIVISION, "matter": low})
        ]
    assert counts(pending, low)[0] is False
    amend(
        pending,
        PERSONNEL,
        reverse=gone,
        lines=[{**by_hand, "again": True}, {"part": "bonus", "item": NATIONAL}],
    )
    assert [item for item, *_ in bonuses(pending, PERSONNEL)].count(DIVISION) == 2


def test_a_line_of_another_department_is_refused_also_where_somebody_would_step_in_there(
    pending: City,
) -> None:
    _, high = (pending.honour(PERSONNEL, item, award="文明单位") for item in (DIVISION, REGION))
    pending.to_ratified()
    found = refusals(lambda: amend(pending, GENERAL, reverse=[pending.row(high).record["line"]]))
    assert [(one.code, one.about) for one in found] == [("line_unknown", key_of(GENERAL))]


def test_a_deduction_of_a_ground_that_has_one_is_added_only_by_saying_so(pending: City) -> None:
    key_finding(pending)
    pending.to_ratified()
    line = {"part": "deduction", "item": "score.deduct.1"}
    again = {**line, "again": True}
    assert codes(lambda: amend(pending, GENERAL, lines=[line])) == ["line_again"]
    assert codes(lambda: differences(pending, GENERAL, lines=[line])) == ["line_again"]
    assert codes(lambda: amend(pending, GENERAL, lines=[{**line, "item": "score.deduct.3"}] * 2)) == [
        "line_again"
    ]
    amend(pending, GENERAL, lines=[again])
    assert len(standing(pending)) == 2
