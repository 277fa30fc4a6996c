"""An idempotency key makes a repetition harmless: the same answer, one history row."""

from __future__ import annotations

import pytest

from cycle.operations.catalogue import OPERATIONS
from cycle.operations.perform import Answer, confirm, drop
from tests.cast import CLERK, GENERAL, LIAISON, PERSONNEL, THIRD, City, CityAt, codes, for_body, person
from tests.held import COLLEAGUE, key_of
from workflows.errors import Conflict

KEY = key_of(GENERAL)


@pytest.fixture
def city(city_at: CityAt) -> City:
    return city_at("running")


def test_the_same_key_again_gives_the_same_answer_and_no_second_row(city: City) -> None:
    act = person(LIAISON[GENERAL], key="k1")
    first = city.ask(GENERAL, "save_form", act, text="正文")
    city.at("2025-02-01")
    assert city.ask(GENERAL, "save_form", act, text="正文") == first
    assert city.appraisal(GENERAL).number == first["number"]


def test_a_repeated_submission_is_not_told_that_it_is_too_late(city: City) -> None:
    city.save(GENERAL)
    city.move(GENERAL, "sign_off")
    act = person(LIAISON[GENERAL], key="k1")
    first = city.ask(GENERAL, "submit", act)
    assert codes(lambda: city.ask(GENERAL, "submit", person(LIAISON[GENERAL]))) == ["wrong_state"]
    assert city.ask(GENERAL, "submit", act) == first


@pytest.mark.parametrize(
    "other",
    [
        lambda city: city.ask(GENERAL, "save_form", person(LIAISON[GENERAL], key="k1"), text="别的"),
        lambda city: city.ask(GENERAL, "submit", person(LIAISON[GENERAL], key="k1")),
        lambda city: city.ask(
            GENERAL, "save_form", person(LIAISON[GENERAL], key="k1", reason="x"), text="正文"
        ),
    ],
)
def test_the_same_key_with_another_request_is_a_conflict(city: City, other) -> None:  # type: ignore[no-untyped-def]
    city.ask(GENERAL, "save_form", person(LIAISON[GENERAL], key="k1"), text="正文")
    before = city.rows()
    with pytest.raises(Conflict):
        other(city)
    assert city.rows() == before


def test_another_persons_key_is_another_key(city: City) -> None:
    city.file(GENERAL)
    city.ask(GENERAL, "take_up", person(CLERK, key="k1"))
    assert codes(lambda: city.ask(GENERAL, "take_up", person(COLLEAGUE, key="k1"))) == ["already_taken_up"]


def test_a_refused_request_uses_no_key_up(city: City) -> None:
    act = person(LIAISON[GENERAL], key="k1")
    assert codes(lambda: city.ask(GENERAL, "submit", act)) == ["form_empty"]
    city.save(GENERAL)
    city.move(GENERAL, "sign_off")
    city.ask(GENERAL, "submit", act)
    assert city.state(GENERAL) == "plan.submitted"


def test_an_act_that_waits_is_asked_for_once_too(city: City) -> None:
    act = for_body("group", key="k1")
    first = city.ask(GENERAL, "exempt", act)
    city.at("2025-02-01")
    assert city.ask(GENERAL, "exempt", act) == first
    assert city.select("SELECT count(*) FROM pending_act WHERE subject = :key", key=KEY) == [(1,)]
    city.confirm(first)
    assert city.ask(GENERAL, "exempt", act) == first


# --- the second person and who takes an act back use keys too ---


def confirmed(city: City, waits: Answer, by: str = COLLEAGUE, key: str = "k1") -> Answer:
    return confirm(city.service, OPERATIONS, waits["pending"], by, key)


def test_a_confirmation_repeated_under_its_key_gives_the_first_answer(city: City) -> None:
    waits = city.ask(GENERAL, "exempt", for_body("group"))
    first = confirmed(city, waits)
    rows = city.rows()
    city.at("2025-02-01")
    assert confirmed(city, waits) == first
    assert city.rows() == rows
    with pytest.raises(Conflict):
        confirmed(city, waits, key="k2")
    with pytest.raises(Conflict):
        confirmed(city, waits, by=THIRD)


def test_a_key_of_one_confirmation_is_no_key_of_another_or_of_another_request(city: City) -> None:
    confirmed(city, city.ask(GENERAL, "exempt", for_body("group")))
    other = city.ask(PERSONNEL, "exempt", for_body("group"))
    with pytest.raises(Conflict, match="k1"):
        confirmed(city, other)
    with pytest.raises(Conflict, match="k1"):
        city.ask(PERSONNEL, "send_back", person(COLLEAGUE, key="k1"))
    confirmed(city, other, key="k2")


def test_a_refused_confirmation_uses_no_key_up(city: City) -> None:
    waits = city.ask(GENERAL, "exempt", for_body("group"))
    assert codes(lambda: confirmed(city, waits, by=CLERK)) == ["second_person_same"]
    city.file(GENERAL)
    assert city.ask(GENERAL, "take_up", person(CLERK, key="k1"))["action"] == "take_up"


def test_an_act_taken_back_again_under_its_key_gives_the_first_answer(city: City) -> None:
    waits = city.ask(GENERAL, "exempt", for_body("group"))
    first = drop(city.service, waits["pending"], CLERK, "k1")
    assert drop(city.service, waits["pending"], CLERK, "k1") == first
    with pytest.raises(Conflict):
        drop(city.service, waits["pending"], CLERK, "k2")
    again = city.ask(GENERAL, "exempt", for_body("group"))
    assert again == waits  # at the same instant: it waits once more, and the key remembers the first time
    assert drop(city.service, waits["pending"], CLERK, "k1") == first
    confirmed(city, again)


@pytest.mark.parametrize("key", ["a\0b", "\ud800"])
def test_a_key_that_cannot_be_kept_is_refused(city: City, key: str) -> None:
    waits = city.ask(GENERAL, "exempt", for_body("group"))
    assert codes(lambda: confirmed(city, waits, key=key)) == ["value_unusable"]
    assert codes(lambda: drop(city.service, waits["pending"], CLERK, key)) == ["value_unusable"]
