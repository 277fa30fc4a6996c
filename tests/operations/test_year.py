"""A whole year of three departments, from the plan to the archive, and what it leaves behind."""

from __future__ import annotations

from tests.cast import DEPARTMENTS, DISCIPLINE, GENERAL, HEAD, LIAISON, PERSONNEL, CityAt
from tests.held import YEAR, key_of

FILED = ["save_form", "sign_off", "submit", "accept"]


def test_a_department_goes_from_its_plan_to_the_archive(city_at: CityAt) -> None:
    city = city_at("ratified")
    assert [row["action"] for row in city.history(key_of(GENERAL))] == [
        *("open_plan", *FILED, "open_midyear", *FILED, "open_yearend", *FILED),
        *("assign", "assign", "assign", "open_central_review"),
        *("mark", "mark", "mark", "rate", "record_survey", "record_survey", "complete", "settle"),
        *("propose", "ratify", "close"),
    ]
    assert city.state(GENERAL) == "closed"


def test_a_failed_department_rectifies_before_its_year_is_closed(city_at: CityAt) -> None:
    city = city_at("ratified")
    assert city.state(PERSONNEL) == "rectification.drafting"
    city.at("2026-02-10")
    city.file(PERSONNEL, text="整改方案")
    city.move(PERSONNEL, "take_up")
    city.move(PERSONNEL, "record_talk", on="2026-02-09", text="谈话纪要")
    city.move(PERSONNEL, "accept")
    city.move(PERSONNEL, "add_step", text="健全制度", due="2026-03-20")
    city.at("2026-03-18")
    city.close_duties()
    city.move(PERSONNEL, "verify_step", step="1")
    city.move(PERSONNEL, "verify")
    assert city.state(PERSONNEL) == "closed"


def test_the_year_is_closed_by_the_clock_once_every_appraisal_is(city_at: CityAt) -> None:
    city = city_at("ratified")
    assert city.sweep().moved == []
    test_a_failed_department_rectifies_before_its_year_is_closed(lambda _stage: city)
    assert city.sweep().moved == [(f"cycle:{YEAR}", "close")]
    assert city.row(f"cycle:{YEAR}").state == "closed"
    assert city.last(f"cycle:{YEAR}")["actor"] == "system"


def test_nobody_is_left_with_an_open_deadline_once_archived(city_at: CityAt) -> None:
    city = city_at("ratified")
    for department in (GENERAL, DISCIPLINE):
        assert city.state(department) == "closed"
        assert city.open_deadlines(key_of(department)) == []
    assert [who for who, _, _ in city.open_deadlines(key_of(PERSONNEL))] == ["liaison", "leader"]


def test_a_whole_cycle_act_writes_one_row_on_the_cycle_and_one_on_each_appraisal(city_at: CityAt) -> None:
    city = city_at("ratified")
    for action in ("propose", "ratify"):
        rows = [
            row
            for subject in (f"cycle:{YEAR}", *map(key_of, DEPARTMENTS))
            for row in city.history(subject)
            if row["action"] == action
        ]
        assert len(rows) == 4
        assert len({(row["at"], row["actor"], row["confirmed_by"], row["document"]) for row in rows}) == 1


def test_a_row_says_who_in_which_name_why_and_by_what_rulebook(city_at: CityAt) -> None:
    city = city_at("ratified")
    rows = {row["action"]: row for row in city.history(key_of(GENERAL))}
    assert (rows["submit"]["actor"], rows["submit"]["actor_kind"]) == (LIAISON[GENERAL], "person")
    assert rows["sign_off"]["actor"] == HEAD[GENERAL]
    assert (rows["open_plan"]["actor"], rows["open_plan"]["actor_kind"]) == ("system", "scheduler")
    assert rows["ratify"]["on_behalf_of"] == "group"
    assert rows["ratify"]["confirmed_by"] != rows["ratify"]["actor"]
    assert {row["rulebook"] for row in rows.values()} == {city.row(f"cycle:{YEAR}").record["rulebook_digest"]}


def test_the_sum_of_the_ledger_lines_is_the_total(city_at: CityAt) -> None:
    city = city_at("ratified")
    for department in DEPARTMENTS:
        ((points,),) = city.select(
            "SELECT sum(points) FROM line WHERE subject = :key", key=key_of(department)
        )
        ((total,),) = city.select(
            "SELECT total FROM result WHERE department = :d AND status = 'ratified'", d=department
        )
        assert points == total


def test_the_results_rank_grade_and_reward_all_three(city_at: CityAt) -> None:
    city = city_at("ratified")
    assert city.select(
        "SELECT department, total, rank, category_rank, grade, award_rate, consecutive_failures"
        " FROM result WHERE status = 'ratified' ORDER BY rank"
    ) == [
        (GENERAL, 10000, 1, 1, "excellent", 10, 0),
        (DISCIPLINE, 9950, 2, 2, "good", 5, 0),
        (PERSONNEL, 9900, 3, 3, "failed", -20, 1),
    ]


def test_every_notice_of_the_year_is_written_once_in_the_transaction_that_causes_it(city_at: CityAt) -> None:
    city = city_at("ratified")
    posts = {HEAD[PERSONNEL]: "head", LIAISON[PERSONNEL]: "liaison"}
    rows = city.select(
        "SELECT kind, recipient FROM outbox WHERE subject = :key AND deadline IS NULL ORDER BY number, kind",
        key=key_of(PERSONNEL),
    )
    told = [(kind, posts[who]) for kind, who in rows]
    both = ("accepted", "accepted", "accepted", "grades_proposed", "grades_ratified")
    expected = [(kind, post) for kind in both for post in ("head", "liaison")]
    assert sorted(told) == sorted([*expected, ("rectification_due", "head")])
    assert [kind for kind, _ in told] == sorted(
        (kind for kind, _ in told), key=[*dict.fromkeys(both), "rectification_due"].index
    )
