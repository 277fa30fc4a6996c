"""Killed before and after each statement of an operation: it has happened as a whole or not at all."""

from __future__ import annotations

import pytest

from cycle.models import METADATA
from tests.cast import CLERK, DEPARTMENTS, GENERAL, LIAISON, City, CityAt, person
from tests.held import YEAR, disagreements, key_of
from tests.operations.crashing import Point, Side, ask_and_die
from tests.operations.racing import Wish

SIDES: tuple[Side, Side] = ("before", "after")
SUBMIT = Wish("move", person(LIAISON[GENERAL], key="k1"), {"subject": key_of(GENERAL), "action": "submit"})
PROPOSE = Wish("propose", person(CLERK), {"year": YEAR})


def ready(city_at: CityAt, wish: Wish) -> City:
    """A city in which the wish can be granted."""
    if wish is PROPOSE:
        return city_at("pending")
    city = city_at("running")
    city.save(GENERAL)
    city.move(GENERAL, "sign_off")
    return city


def everything(city: City) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table, but for the numbers that a database gives out and never takes back."""
    found = {}
    for name, table in METADATA.tables.items():
        listed = ", ".join(f'"{column.name}"' for column in table.columns if column.name != "seq")
        found[name] = city.select(f'SELECT {listed} FROM "{name}" ORDER BY {listed}')
    return found


def statements(city: City, wish: Wish) -> int:
    """How many statements the wish takes, the commit among them."""
    told = ask_and_die(city, wish)
    assert isinstance(told, int), told
    return told


@pytest.mark.parametrize("wish", [SUBMIT, PROPOSE], ids=["a move", "a whole year's proposal"])
def test_killed_at_any_statement_it_leaves_nothing_until_it_is_committed(city_at: CityAt, wish: Wish) -> None:
    done = ready(city_at, wish)
    number = statements(done, wish)
    city = ready(city_at, wish)
    before = everything(city)
    points = [Point(index, side) for index in range(number) for side in SIDES]
    for point in points[:-1]:
        assert ask_and_die(city, wish, point) is None, point
        assert everything(city) == before, point
        assert disagreements(city) == [], point
    assert ask_and_die(city, wish, points[-1]) is None  # committed, and nobody was told
    assert everything(city) == everything(done)
    assert disagreements(city) == []


def test_whoever_was_not_told_asks_again_with_the_key_and_is_told_what_happened(city_at: CityAt) -> None:
    city = ready(city_at, SUBMIT)
    number = statements(ready(city_at, SUBMIT), SUBMIT)
    ask_and_die(city, SUBMIT, Point(number - 1, "after"))
    rows = city.rows()
    answer = city.do(SUBMIT.operation, SUBMIT.act, **SUBMIT.arguments)
    assert (answer["before"], answer["after"]) == ("plan.drafting", "plan.submitted")
    assert city.rows() == rows


@pytest.mark.parametrize("wish", [SUBMIT, PROPOSE], ids=["a move", "a whole year's proposal"])
def test_a_dead_process_holds_nobody_up(city_at: CityAt, wish: Wish) -> None:
    city = ready(city_at, wish)
    number = statements(ready(city_at, wish), wish)
    ask_and_die(city, wish, Point(number - 1, "before"))  # every lock held, every row written
    answer = city.do(wish.operation, wish.act, **wish.arguments)
    assert answer["after"] == city.row(answer["subject"]).state


@pytest.mark.parametrize("templates", ["postgresql"], indirect=True)
def test_a_session_that_the_server_ends_leaves_nothing_and_says_so(city_at: CityAt) -> None:
    city = ready(city_at, SUBMIT)
    number = statements(ready(city_at, SUBMIT), SUBMIT)
    before = everything(city)
    for index in range(number):
        assert ask_and_die(city, SUBMIT, Point(index, "before", server=True)) == "AdminShutdown"
        assert everything(city) == before
    assert {city.state(d) for d in DEPARTMENTS} == {"plan.drafting"}
