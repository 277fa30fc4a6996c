"""Sessions of browsers: kept without their secret, over when idle, too old, ended, or when their person is out."""

from __future__ import annotations

from typing import Any

from cycle.operations import sessions
from cycle.operations.sessions import Standing
from cycle.settings import Settings
from tests.cast import ADMIN, CLERK, MEMBER, City, CityAt, person
from tests.doors import account, signed_in


def find(city: City, cookie: str, **settings: Any) -> Standing | None:
    with city.service.database.read() as session:
        return sessions.find(session, cookie, city.clock.now(), Settings(**settings))


def standing(city: City, cookie: str) -> Standing:
    found = find(city, cookie)
    assert found is not None
    return found


def test_a_session_is_found_by_its_cookie_alone_and_kept_without_it(city_at: CityAt) -> None:
    city = city_at("installed")
    begun = signed_in(city, CLERK)
    found = standing(city, begun.cookie)
    assert (found.person, found.csrf, found.lang) == (CLERK, begun.csrf, "")
    assert found.carries(begun.csrf)
    for other in ("", begun.csrf[:-1], begun.cookie, "é", "\ud800"):
        assert not found.carries(other)
    for wrong in ("", begun.cookie[:-1], found.id, begun.cookie.swapcase(), "\ud800"):
        assert find(city, wrong) is None
    rows = city.select("SELECT * FROM web_session")
    assert not any(begun.cookie in str(row) for row in rows)
    assert len({signed_in(city, CLERK).cookie for _ in range(3)} | {begun.cookie}) == 4


def test_it_ends_after_half_an_hour_without_a_request_and_twelve_hours_after_all(city_at: CityAt) -> None:
    city = city_at("installed")
    city.at("2025-01-02 08:00")
    cookie = signed_in(city, CLERK).cookie
    city.at("2025-01-02 08:30")
    assert find(city, cookie)
    assert find(city, cookie, session_idle_minutes=29) is None
    city.at("2025-01-02 08:31")
    assert find(city, cookie) is None
    for minutes in range(20, 12 * 60, 20):
        city.at(f"2025-01-02 {8 + minutes // 60:02}:{minutes % 60:02}")
        sessions.touch(city.service, standing(city, cookie))
    city.at("2025-01-02 19:59")
    assert find(city, cookie)
    city.at("2025-01-02 20:00")
    assert find(city, cookie) is None


def test_that_somebody_is_there_is_written_down_once_a_minute(city_at: CityAt) -> None:
    city = city_at("installed")
    city.at("2025-01-02 10:00")
    cookie = signed_in(city, CLERK).cookie
    first = standing(city, cookie).seen_at
    before = standing(city, cookie)
    sessions.touch(city.service, before)
    assert standing(city, cookie).seen_at == first
    city.at("2025-01-02 10:01")
    sessions.touch(city.service, before)
    assert standing(city, cookie).seen_at == "2025-01-02T02:01:00.000000Z"


def test_whoever_is_suspended_or_has_left_has_no_session_whatever_rows_there_are(city_at: CityAt) -> None:
    city = city_at("installed")
    left, suspended = signed_in(city, MEMBER).cookie, signed_in(city, CLERK).cookie
    city.do("leave", person(CLERK), id=MEMBER, on="2025-01-01")
    city.do("suspend_account", person(ADMIN), person=CLERK)
    late = sessions.begin(city.service, Settings(), CLERK).cookie
    nobody = sessions.begin(city.service, Settings(), ADMIN).cookie  # without an account
    assert [find(city, cookie) for cookie in (left, suspended, late, nobody)] == [None] * 4
    account(city, ADMIN)


def test_one_sees_and_ends_ones_own_sessions_and_nobody_elses(city_at: CityAt) -> None:
    city = city_at("installed")
    account(city, CLERK)
    account(city, MEMBER)
    first = sessions.begin(city.service, Settings(), CLERK, "192.0.2.1")
    city.at("2025-01-02 10:05")
    second = sessions.begin(city.service, Settings(), CLERK, "192.0.2.2")
    theirs = sessions.begin(city.service, Settings(), MEMBER)
    with city.service.database.read() as session:
        own = sessions.of_person(session, CLERK, city.clock.now(), Settings())
        counted = sessions.counts(session, city.clock.now(), Settings())
    assert [place.address for place in own] == ["192.0.2.2", "192.0.2.1"]
    assert counted == {CLERK: 2, MEMBER: 1}
    assert not sessions.end_own(city.service, MEMBER, own[0].id)
    assert sessions.end_own(city.service, CLERK, own[1].id)
    assert [find(city, one.cookie) is not None for one in (first, second, theirs)] == [False, True, True]
    sessions.end(city.service, standing(city, second.cookie))
    assert find(city, second.cookie) is None


def test_a_session_speaks_the_language_that_was_chosen_in_it(city_at: CityAt) -> None:
    city = city_at("installed")
    account(city, CLERK)
    begun = sessions.begin(city.service, Settings(), CLERK, lang="en")
    assert standing(city, begun.cookie).lang == "en"
    sessions.speak(city.service, standing(city, begun.cookie), "zh")
    assert standing(city, begun.cookie).lang == "zh"


def test_rows_of_sessions_that_are_over_are_dropped(city_at: CityAt) -> None:
    city = city_at("installed")
    signed_in(city, CLERK)
    city.at("2025-01-02 10:20")
    kept = signed_in(city, MEMBER)
    city.at("2025-01-02 10:31")
    assert sessions.purge(city.service, Settings()) == 1
    assert sessions.purge(city.service, Settings()) == 0
    assert find(city, kept.cookie)
    city.at("2025-01-02 22:20")
    assert sessions.purge(city.service, Settings(session_idle_minutes=1440)) == 1
