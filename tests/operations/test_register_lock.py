"""Two people at the registers at once: whoever comes second sees what the first has done.

The first is held between what it read and what it writes, the second let go meanwhile.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest

from cycle.operations import advance, registry
from tests.cast import CLERK, DISCIPLINE, GENERAL, PERSONNEL, City, CityAt, person
from tests.held import COLLEAGUE
from workflows.errors import Refused

LONG = 30.0  # seconds until a thread that hangs fails the test
HELD = 0.3  # seconds the second is given to overtake the first
DAY = "2025-02-10"

Ask = Callable[[City], object]


def rename(department: str, who: str) -> Ask:
    return lambda city: city.do("rename", person(who), department=department, name="新名", on=DAY)


def merge(department: str, other: str, who: str) -> Ask:
    return lambda city: city.do("merge", person(who), department=department, predecessors=[other], on=DAY)


def appoint(city: City) -> object:
    asked = {"department": GENERAL, "post": "liaison", "person": "p-new", "on": DAY}
    return city.do("appoint", person(CLERK), **asked)


def leave(city: City) -> object:
    return city.do("leave", person(COLLEAGUE), id="p-new", on=DAY)


def told(city: City, ask: Ask) -> list[str]:
    """The codes an act is refused with; none where it is done."""
    try:
        ask(city)
    except Refused as refused:
        return [unmet.code for unmet in refused.unmet]
    return []


def interleaved(city: City, first: Ask, second: Ask, monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """What each was told, the second let go when the first had read everything and written nothing."""
    reached, go = threading.Event(), threading.Event()
    answers: dict[str, list[str]] = {}
    real = advance.advance

    def held(*given: Any, **more: Any) -> Any:
        if threading.current_thread().name == "first" and not go.is_set():
            reached.set()
            assert go.wait(LONG)
        return real(*given, **more)

    def run(name: str, ask: Ask) -> threading.Thread:
        thread = threading.Thread(
            target=lambda: answers.update({name: told(city, ask)}), name=name, daemon=True
        )
        thread.start()
        return thread

    monkeypatch.setattr(registry, "advance", held)
    threads = [run("first", first)]
    assert reached.wait(LONG)
    threads.append(run("second", second))
    threads[1].join(HELD)
    assert "second" not in answers, "the second did not wait for the first"
    go.set()
    for thread in threads:
        thread.join(LONG)
    return [answers["first"], answers["second"]]


@pytest.mark.parametrize(
    ("acts", "refusal", "rows"),
    [
        ((rename(GENERAL, CLERK), rename(PERSONNEL, COLLEAGUE)), "name_taken", 1),
        ((appoint, leave), "post_held", 1),
        ((leave, appoint), "person_unknown", 1),
        ((merge(GENERAL, PERSONNEL, CLERK), merge(PERSONNEL, GENERAL, COLLEAGUE)), "wrong_state", 2),
        ((merge(GENERAL, PERSONNEL, CLERK), merge(DISCIPLINE, PERSONNEL, COLLEAGUE)), "wrong_state", 2),
    ],
    ids=["rename-rename", "appoint-leave", "leave-appoint", "merge-back", "merge-same"],
)
def test_of_two_acts_that_exclude_each_other_the_second_is_refused(
    city_at: CityAt, monkeypatch: pytest.MonkeyPatch, acts: tuple[Ask, Ask], refusal: str, rows: int
) -> None:
    city = city_at("running")
    city.at(DAY)
    new: dict[str, Any] = {
        "name": "新人",
        "email": "new@new.example",
        "home": GENERAL,
        "roles": ["department"],
    }
    city.both("register_person", person(CLERK), id="p-new", **new)
    before = city.rows()
    assert interleaved(city, *acts, monkeypatch) == [[], [refusal]]
    assert city.rows() - before == rows
