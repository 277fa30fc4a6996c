"""An idempotency key makes a repetition harmless: the same answer, one history row."""

from __future__ import annotations

import pytest

from tests.cast import CLERK, COLLEAGUE, GENERAL, LIAISON, City, CityAt, codes, for_body, key_of, person
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
    city.move(GENERAL, "save_form", text="正文")
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
    city.move(GENERAL, "save_form", text="正文")
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
