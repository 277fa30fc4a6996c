"""Acts that wait for a second person: who may confirm, and what is checked anew."""

from __future__ import annotations

import re

import pytest

from cycle.db import Statement
from cycle.operations.perform import drop, waiting
from tests.cast import (
    ADMIN,
    AUDITOR,
    CLERK,
    GENERAL,
    HEAD,
    LEADER,
    MEMBER,
    OFFICE_AT_HOME,
    PERSONNEL,
    REVIEWERS,
    THIRD,
    City,
    CityAt,
    book,
    codes,
    for_body,
    person,
)
from tests.held import COLLEAGUE, YEAR, key_of
from workflows.errors import Conflict, NotFound
from workflows.forms import MOST_LETTERS

KEY = key_of(GENERAL)


@pytest.fixture
def city(city_at: CityAt) -> City:
    return city_at("running")


def test_nothing_happens_until_a_second_person_confirms(city: City) -> None:
    waits = city.ask(GENERAL, "exempt", for_body("group"))
    assert city.state(GENERAL) == "plan.drafting"
    assert [(w["id"], w["operation"], w["subject"], w["actor"]) for w in waiting(city.service)] == [
        (waits["pending"], "move", KEY, CLERK)
    ]
    assert city.confirm(waits)["after"] == "exempted"
    assert waiting(city.service) == []
    row = city.last(KEY)
    assert (row["actor"], row["confirmed_by"], row["on_behalf_of"]) == (CLERK, COLLEAGUE, "group")


def test_what_waits_is_listed_oldest_first(city: City) -> None:
    second = city.ask(GENERAL, "exempt", for_body("group"))
    city.at("2025-01-09")
    first = city.ask(PERSONNEL, "exempt", for_body("group"))
    assert [w["id"] for w in waiting(city.service)] == [first["pending"], second["pending"]]


@pytest.mark.parametrize(
    ("by", "refusal"),
    [
        (CLERK, ["second_person_same"]),
        (OFFICE_AT_HOME[GENERAL], ["recused"]),
        (MEMBER, ["role_missing"]),
        (REVIEWERS[0], ["role_missing"]),
        (LEADER[GENERAL], ["role_missing"]),
        (HEAD[GENERAL], ["role_missing", "recused"]),
        (ADMIN, ["role_missing"]),
        (AUDITOR, ["role_missing"]),
        ("p-nobody", ["person_unknown"]),
        ("", ["person_unknown"]),
    ],
)
def test_who_may_not_confirm_a_matter_of_one_department(city: City, by: str, refusal: list[str]) -> None:
    waits = city.ask(GENERAL, "exempt", for_body("group"))
    assert codes(lambda: city.confirm(waits, by)) == refusal
    assert city.state(GENERAL) == "plan.drafting"
    city.confirm(waits)  # a refused confirmation does not use the act up


def test_a_matter_of_one_department_may_be_confirmed_by_a_colleague_of_the_same_home(city: City) -> None:
    city.both("change_person", person(CLERK), THIRD, id=COLLEAGUE, home="danggongwei")
    city.confirm(city.ask(GENERAL, "exempt", for_body("group")))
    assert city.state(GENERAL) == "exempted"


def test_on_the_whole_cycle_the_two_have_different_homes(city: City) -> None:
    city.both("change_person", person(CLERK), THIRD, id=COLLEAGUE, home="danggongwei")
    city.whole("prepare", 2026, rulebook=book().content())
    waits = city.do("approve_rulebook", for_body("group"), year=2026, digest=book().digest)
    assert codes(lambda: city.confirm(waits, COLLEAGUE)) == ["second_person_same_home"]
    city.confirm(waits, THIRD)


def test_an_act_is_confirmed_once(city: City) -> None:
    waits = city.ask(GENERAL, "exempt", for_body("group"))
    city.confirm(waits)
    with pytest.raises(Conflict):
        city.confirm(waits, THIRD)
    assert city.appraisal(GENERAL).number == 2


def test_what_nobody_asked_for_is_not_found(city: City) -> None:
    with pytest.raises(NotFound):
        city.confirm({"pending": "0123456789"})


def test_the_facts_are_checked_anew_at_the_confirmation(city: City) -> None:
    city.file(GENERAL)
    waits = city.ask(GENERAL, "exempt", for_body("group"))
    city.at("2025-01-10 11:00")
    city.move(GENERAL, "exempt")
    assert codes(lambda: city.confirm(waits)) == ["wrong_state"]
    city.move(GENERAL, "reinstate")
    city.confirm(waits)
    assert city.state(GENERAL) == "exempted"


def test_a_due_date_that_was_far_enough_may_be_too_near_by_then(city: City) -> None:
    city.move(GENERAL, "exempt")
    waits = city.ask(GENERAL, "reinstate", for_body("group"), due="2025-01-17")
    city.at("2025-01-13")
    assert codes(lambda: city.confirm(waits)) == ["due_too_near"]


def test_the_row_bears_the_instant_of_the_confirmation(city: City) -> None:
    waits = city.ask(GENERAL, "exempt", for_body("group"))
    city.at("2025-01-13 15:00")
    city.confirm(waits)
    assert city.last(KEY)["at"] == "2025-01-13T07:00:00.000000Z"


def test_the_rights_of_the_first_person_are_checked_anew_too(city: City) -> None:
    waits = city.ask(GENERAL, "exempt", for_body("group"))
    city.both("change_person", person(COLLEAGUE), THIRD, id=CLERK, home=GENERAL)
    assert codes(lambda: city.confirm(waits)) == ["recused"]


def test_nobody_lets_a_recused_colleague_record_for_the_group(city: City) -> None:
    own = person(OFFICE_AT_HOME[GENERAL], on_behalf_of="group")
    assert codes(lambda: city.ask(GENERAL, "exempt", own)) == ["recused"]
    assert city.ask(PERSONNEL, "exempt", own)["subject"] == key_of(PERSONNEL)


def test_nobody_names_their_own_second_person(city: City) -> None:
    waits = city.ask(GENERAL, "exempt", for_body("group", confirmed_by=COLLEAGUE))
    assert city.state(GENERAL) == "plan.drafting"
    city.confirm(waits, THIRD)
    assert city.last(KEY)["confirmed_by"] == THIRD


@pytest.mark.parametrize("text", ["a\0b", "\ud800"])
def test_what_cannot_be_sealed_is_refused_before_anything_is_written(city: City, text: str) -> None:
    before = city.rows()
    assert codes(lambda: city.move(GENERAL, "save_form", text=text)) == ["value_unusable"]
    assert codes(lambda: city.move(GENERAL, "save_form", text="一", points=1.5)) == ["value_unusable"]
    assert city.rows() == before


def test_no_text_of_any_operation_is_longer_than_a_form_may_be(city: City) -> None:
    before = city.rows()
    for asked in (
        lambda: city.move(GENERAL, "save_form", text="字" * (MOST_LETTERS + 1)),
        lambda: city.ask(GENERAL, "exempt", for_body("group", reason="字" * (MOST_LETTERS + 1))),
        lambda: city.do("rename", person(CLERK), department=GENERAL, name=["x" * (MOST_LETTERS + 1)]),
        lambda: city.do("rename", person(CLERK), department=GENERAL, name={"x" * (MOST_LETTERS + 1): 1}),
    ):
        assert codes(asked) == ["text_too_long"]
    assert city.rows() == before


# --- what an act was about when it was entered ---


def test_a_ratification_is_of_the_proposal_it_was_entered_for(city_at: CityAt) -> None:
    city = city_at("pending")
    city.whole("propose")
    city.at("2026-01-20")
    waits = city.do("ratify", for_body("group"), year=YEAR)
    city.whole("withdraw_proposal")
    city.whole("propose")
    city.at("2026-02-10")
    with pytest.raises(Conflict, match="another proposal"):
        city.confirm(waits)
    assert city.row(f"cycle:{YEAR}").state == "proposed"
    assert [one["id"] for one in waiting(city.service)] == [waits["pending"]]
    assert city.whole("ratify")["after"] == "ratified"


def test_an_amendment_is_of_the_version_it_was_entered_for(city_at: CityAt) -> None:
    city = city_at("ratified")
    change = [{"department": GENERAL, "lines": [{"part": "deduction", "item": "score.deduct.1"}]}]
    first = city.do("amend", for_body("group"), year=YEAR, changes=change)
    city.at("2026-01-21")
    second = city.do("amend", for_body("group"), year=YEAR, changes=change)
    city.confirm(first)
    with pytest.raises(Conflict, match="another proposal or version"):
        city.confirm(second)
    assert city.row(f"cycle:{YEAR}").record["version"] == 2


@pytest.mark.parametrize("column", ["operation", "subject", "call", "actor", "requested_at"])
def test_what_was_altered_after_it_was_entered_is_not_confirmed(city: City, column: str) -> None:
    waits = city.ask(GENERAL, "exempt", for_body("group"))
    values = {"call": f"replace(call, '{GENERAL}', '{PERSONNEL}')", "actor": f"'{MEMBER}'"}
    value = values.get(column, f"{column} || 'x'")
    with city.service.database.write() as session:
        Statement(f"UPDATE pending_act SET {column} = {value}").run(session)
    before = city.rows()
    assert codes(lambda: city.confirm(waits)) == ["waiting_act_altered"]
    assert city.rows() == before
    drop(city.service, waits["pending"], MEMBER if column == "actor" else CLERK)


def test_the_same_act_entered_again_at_the_same_instant_is_the_same_act(city: City) -> None:
    waits = city.ask(GENERAL, "exempt", for_body("group"))
    assert re.fullmatch("[0-9a-f]{16}", waits["pending"])
    assert city.ask(GENERAL, "exempt", for_body("group")) == waits
    assert [one["id"] for one in waiting(city.service)] == [waits["pending"]]
    drop(city.service, waits["pending"], CLERK)
    assert city.ask(GENERAL, "exempt", for_body("group")) == waits
    city.confirm(waits)


def test_an_act_that_would_be_taken_for_a_confirmed_one_is_not_lost_silently(city: City) -> None:
    city.file(GENERAL)
    city.confirm(city.ask(GENERAL, "exempt", for_body("group")))
    city.move(GENERAL, "reinstate")
    with pytest.raises(Conflict):
        city.ask(GENERAL, "exempt", for_body("group"))
    city.at("2025-01-10 10:00:01")
    city.confirm(city.ask(GENERAL, "exempt", for_body("group")))
    assert city.state(GENERAL) == "exempted"
