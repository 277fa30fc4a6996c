"""Two processes at one subject: exactly one history row a round, and whoever loses is told so.

The checker knows only what the processes were told and the rows, by plain SQL.
"""

from __future__ import annotations

from collections import Counter

from cycle.permissions import Act
from tests.cast import (
    CLERK,
    DEPARTMENTS,
    GENERAL,
    MEMBER,
    OTHER_MEMBER,
    THIRD,
    City,
    CityAt,
    for_body,
    person,
)
from tests.held import COLLEAGUE, YEAR, key_of
from tests.operations.racing import CONFLICT, DONE, REFUSED, Told, Wish, racers

KEY = key_of(GENERAL)
SECONDS = (COLLEAGUE, THIRD)


def wish(action: str, act: Act, department: str = GENERAL) -> Wish:
    return Wish("move", act, {"subject": key_of(department), "action": action})


def numbers(city: City, key: str = KEY) -> list[int]:
    rows = city.select("SELECT number FROM history WHERE subject = :key ORDER BY number", key=key)
    return [int(number) for (number,) in rows]


def to_and_fro(round_: int) -> str:
    """What the leading group can do for ever, and each time only once."""
    return "reinstate" if round_ % 2 else "exempt"


def accepted(city_at: CityAt) -> City:
    """A city whose department has nothing to do, so that it can leave and come back without dates."""
    city = city_at("running")
    city.file(GENERAL)
    city.move(GENERAL, "accept")
    return city


def lost(told: Told) -> bool:
    return told.how == CONFLICT or (told.how, told.answer) == (REFUSED, ["wrong_state"])


def test_of_two_processes_one_moves_the_subject_in_each_of_a_thousand_rounds(city_at: CityAt) -> None:
    city = accepted(city_at)
    start = city.appraisal(GENERAL).number
    winners: Counter[int] = Counter()
    with racers(city) as both:
        for round_ in range(1000):
            first, second = both.race(
                wish(to_and_fro(round_), person(MEMBER)), wish(to_and_fro(round_), person(OTHER_MEMBER))
            )
            won, lost_ = (first, second) if first.how == DONE else (second, first)
            assert (won.how, won.answer["number"]) == (DONE, start + round_ + 1), (first, second)
            assert lost(lost_), (first, second)
            winners[int(won is second)] += 1
    assert numbers(city) == list(range(1, start + 1001))
    actors = Counter(row["actor"] for row in city.history(KEY)[start:])
    assert actors == {name: winners[at] for at, name in enumerate((MEMBER, OTHER_MEMBER)) if winners[at]}


def test_the_same_key_in_two_processes_does_it_once_and_answers_both_alike(city_at: CityAt) -> None:
    city = accepted(city_at)
    start = city.appraisal(GENERAL).number
    with racers(city) as both:
        for round_ in range(200):
            first, second = both.race(wish(to_and_fro(round_), person(MEMBER, key=f"k{round_}")))
            assert first == second
            assert (first.how, first.answer["number"]) == (DONE, start + round_ + 1)
    assert numbers(city) == list(range(1, start + 201))


def test_one_key_for_two_different_requests_serves_one_and_is_a_conflict_for_the_other(
    city_at: CityAt,
) -> None:
    city = city_at("pending")
    with racers(city) as both:
        for round_ in range(30):
            act = person(CLERK, key=f"k{round_}")
            told = both.race(wish("reopen", act, DEPARTMENTS[0]), wish("reopen", act, DEPARTMENTS[1]))
            assert sorted(t.how for t in told) == [CONFLICT, DONE]
            done = next(t.answer["subject"].split(":")[2] for t in told if t.how == DONE)
            city.move(done, "settle")


def test_a_subject_that_two_processes_create_is_created_once(city_at: CityAt) -> None:
    city = city_at("installed")
    with racers(city) as both:
        for year in range(1950, 2000):
            declare = Wish("declare_unrecorded", person(CLERK), {"year": year})
            told = both.race(declare)
            assert sum(t.how == DONE for t in told) == 1
            assert sum(lost(t) for t in told) == 1
            assert numbers(city, f"cycle:{year}") == [1]


def test_a_proposal_and_a_move_of_one_department_do_not_overlap(city_at: CityAt) -> None:
    city = city_at("pending")
    propose = Wish("propose", person(CLERK), {"year": YEAR})
    with racers(city) as both:
        for _ in range(20):
            whole, single = both.race(propose, wish("reopen", person(COLLEAGUE)))
            states = {d: city.state(d) for d in DEPARTMENTS}
            if whole.how == DONE:
                assert lost(single)
                assert set(states.values()) == {"grading.proposed"}
                city.whole("withdraw_proposal")
            else:
                assert (whole.answer, single.how) == (["wrong_state"], DONE)
                assert states[GENERAL] == "inspection.open"
                city.move(GENERAL, "settle")


def test_an_act_that_waits_takes_effect_once_whoever_confirms_first(city_at: CityAt) -> None:
    city = accepted(city_at)
    with racers(city) as both:
        for round_ in range(20):
            city.at(f"2025-01-13 10:{round_:02}")
            waits = city.ask(GENERAL, "exempt", for_body("group"))
            told = both.race(*(Wish("confirm", Act(by), {"pending": waits["pending"]}) for by in SECONDS))
            assert sorted(t.how for t in told) == [CONFLICT, DONE]
            city.move(GENERAL, "reinstate")
    assert len(numbers(city)) == 5 + 2 * 20


def test_two_passes_of_the_clock_at_once_do_everything_once(city_at: CityAt) -> None:
    city = city_at("running")
    city.at("2025-07-05 00:00")
    with racers(city, 3) as all_:
        told = all_.race(Wish("sweep", Act(""), {}))
    moved = [move for t in told for move in t.answer[0]]
    assert sorted(moved) == sorted(
        (key_of(department), action) for department in DEPARTMENTS for action in ("lapse", "open_midyear")
    )
    for department in DEPARTMENTS:
        assert numbers(city, key_of(department)) == [1, 2, 3]
