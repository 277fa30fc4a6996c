"""Correcting a ratified year: every difference beforehand, a new version, the old one stays."""

from __future__ import annotations

from typing import Any

import pytest

from cycle.operations import amending
from cycle.operations.perform import preview
from cycle.permissions import Act
from tests.cast import (
    CLERK,
    DISCIPLINE,
    GENERAL,
    LIAISON,
    MEMBER,
    OTHER_MEMBER,
    PERSONNEL,
    City,
    CityAt,
    book,
    codes,
    for_body,
    person,
    refusals,
)
from tests.held import YEAR, key_of
from workflows.errors import Refused

CYCLE = f"cycle:{YEAR}"
BLAME: dict[str, Any] = {"department": GENERAL, "lines": [{"part": "deduction", "item": "score.deduct.5.1"}]}
AGAIN_BLAMED: list[Any] = [{**BLAME["lines"][0], "again": True}]


@pytest.fixture
def city(city_at: CityAt) -> City:
    return city_at("ratified")


def line_of(city: City, department: str, item: str) -> str:
    ((name,),) = city.select(
        "SELECT id FROM line WHERE subject = :key AND item = :item AND reversed_by IS NULL AND reverses IS NULL",
        key=key_of(department),
        item=item,
    )
    return str(name)


def amend(city: City, *changes: dict[str, Any], **more: Any) -> dict[str, Any]:
    return city.whole("amend", changes=list(changes), **more)


def grades(city: City, version: int) -> dict[str, str]:
    rows = city.select(
        "SELECT department, grade FROM result WHERE status = 'ratified' AND version = :v AND year = :y",
        v=version,
        y=YEAR,
    )
    return dict(rows)


def test_every_difference_is_shown_before_anything_is_written(city: City) -> None:
    before = city.rows()
    arguments = {"year": YEAR, "changes": [BLAME]}
    shown = preview(city.service, amending.preview_amendment, for_body("group"), arguments)
    assert city.rows() == before
    assert [(d["department"], d["grade"]) for d in shown["differences"]] == [
        (GENERAL, {"before": "excellent", "after": "failed"}),
        (DISCIPLINE, {"before": "good", "after": "excellent"}),
        (PERSONNEL, {"before": "failed", "after": "good"}),
    ]
    assert shown["differences"][0]["total"] == {"before": 10000, "after": 9700}
    assert amend(city, BLAME)["differences"] == shown["differences"]


def test_a_preview_is_for_whoever_may_amend_and_refuses_what_the_act_would(city: City) -> None:
    def refused(act: Act, *changes: Any) -> list[str]:
        arguments = {"year": YEAR, "changes": [*changes]}
        return codes(lambda: preview(city.service, amending.preview_amendment, act, arguments))

    assert refused(person(CLERK), BLAME) == ["role_missing"]
    assert refused(person(LIAISON[GENERAL])) == ["role_missing"]
    assert refused(for_body("group", reason=""), BLAME) == ["reason_missing"]
    assert refused(for_body("group")) == ["amendment_empty"]
    assert refused(for_body("group"), {"department": GENERAL, "reverse": ["a\0"]}) == ["value_unusable"]
    assert preview(
        city.service, amending.preview_amendment, person(MEMBER), {"year": YEAR, "changes": [BLAME]}
    )


def test_an_amendment_writes_a_new_version_and_leaves_the_old(city: City) -> None:
    amend(city, BLAME)
    assert grades(city, 1) == {GENERAL: "excellent", DISCIPLINE: "good", PERSONNEL: "failed"}
    assert grades(city, 2) == {GENERAL: "failed", DISCIPLINE: "excellent", PERSONNEL: "good"}
    assert city.row(CYCLE).record["version"] == 2
    assert city.last(CYCLE)["data"]["differences"]
    assert city.appraisal(GENERAL).record["result"] == {"version": 2, "grade": "failed"}


def test_who_now_fails_rectifies_and_who_no_longer_does_is_closed(city: City) -> None:
    assert (city.state(GENERAL), city.state(PERSONNEL)) == ("closed", "rectification.drafting")
    city.at("2026-02-02")
    amend(city, BLAME)
    assert (city.state(GENERAL), city.state(PERSONNEL)) == ("rectification.drafting", "closed")
    assert city.state(DISCIPLINE) == "closed"
    # thirty working days from the amendment, not from the ratification
    liaison, *_ = city.open_deadlines(key_of(GENERAL))
    assert liaison[:2] == ("liaison", "2026-03-20")
    assert city.open_deadlines(key_of(PERSONNEL)) == []


def test_a_closed_year_runs_again_when_an_appraisal_leaves_the_archive(city: City) -> None:
    amend(city, BLAME)
    amend(city, {"department": GENERAL, "reverse": [line_of(city, GENERAL, "score.deduct.5.1")]})
    amend(city, {**BLAME, "department": PERSONNEL})  # the last stays last; its rectification goes on
    city.at("2026-02-10")
    city.file(PERSONNEL)
    city.move(PERSONNEL, "record_talk", on="2026-02-10")
    city.move(PERSONNEL, "accept")
    city.move(PERSONNEL, "add_step", text="一", due="2026-02-10")
    city.move(PERSONNEL, "verify_step", step="1")
    city.close_duties()
    city.move(PERSONNEL, "verify")
    city.sweep()
    assert city.row(CYCLE).state == "closed"
    amend(city, {"department": GENERAL, "lines": [{"part": "bonus", "item": "score.bonus.national"}]})
    assert city.row(CYCLE).state == "closed"  # nobody leaves the archive
    amend(city, {"department": GENERAL, "lines": AGAIN_BLAMED * 3})
    assert (city.state(GENERAL), city.row(CYCLE).state) == ("rectification.drafting", "ratified")


def test_a_line_is_reversed_and_another_written_and_the_sum_is_the_total(city: City) -> None:
    item = book().indicators[0].id
    amend(
        city,
        {
            "department": GENERAL,
            "reverse": [line_of(city, GENERAL, item)],
            "lines": [{"part": "central", "item": item, "points": 20}],
        },
    )
    ((points,),) = city.select("SELECT sum(points) FROM line WHERE subject = :key", key=key_of(GENERAL))
    ((total,),) = city.select("SELECT total FROM result WHERE department = :d AND version = 2", d=GENERAL)
    assert points == total == 10000 - 180


def test_bonuses_over_the_cap_get_a_new_cap_line(city: City) -> None:
    national = {"part": "bonus", "item": "score.bonus.national"}
    for day in ("2026-02-02", "2026-02-03"):
        city.at(day)
        amend(city, {"department": GENERAL, "lines": [national, national]})
        ((points,),) = city.select("SELECT sum(points) FROM line WHERE subject = :key", key=key_of(GENERAL))
        assert points == 10500
    standing = city.select(
        "SELECT points FROM line WHERE part = 'cap' AND reversed_by IS NULL AND points < 0"
    )
    assert standing == [(-700,)]


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"department": "nobody"}, "department_unknown"),
        ({"department": GENERAL, "reverse": ["appraisal:2025:jiwei#1/1"]}, "line_unknown"),
        (
            {"department": GENERAL, "lines": [{"part": "deduction", "item": "score.deduct.99"}]},
            "item_unknown",
        ),
        ({"department": GENERAL, "lines": [{"part": "bonus", "item": "x"}]}, "item_unknown"),
        (
            {"department": GENERAL, "lines": [{"part": "public", "item": "survey", "points": 10}]},
            "line_already",
        ),
        (
            {"department": GENERAL, "lines": [{"part": "leader", "item": "team", "points": 9999}]},
            "points_out_of_range",
        ),
        ({"department": GENERAL, "lines": [{"part": "gift", "item": "team", "points": 1}]}, "item_unknown"),
        ({"department": GENERAL, "lines": [{**BLAME["lines"][0], "points": 1}]}, "points_fixed"),
    ],
)
def test_a_correction_that_does_not_fit_is_refused_and_writes_nothing(
    city: City, change: dict[str, Any], refusal: str
) -> None:
    before = city.rows()
    assert refusal in codes(lambda: amend(city, change))
    assert city.rows() == before


def test_a_part_may_not_go_missing_by_a_correction(city: City) -> None:
    survey = line_of(city, GENERAL, "survey")
    with pytest.raises(Refused) as refused:
        amend(city, {"department": GENERAL, "reverse": [survey]})
    assert [(u.about, u.code, u.data.get("items")) for u in refused.value.unmet] == [
        (key_of(GENERAL), "part_missing", "survey")
    ]


def test_a_ruling_names_departments_and_grades_there_are(city: City) -> None:
    wish = {"department": GENERAL, "reverse": []}
    unknown = {"nobody": "good", GENERAL: "splendid"}
    assert codes(lambda: amend(city, wish, rulings=unknown)) == ["department_unknown", "value_unusable"]


def test_a_department_named_twice_is_refused_and_nothing_of_it_goes_unseen(city: City) -> None:
    bonus = {"department": GENERAL, "lines": [{"part": "bonus", "item": "score.bonus.division"}]}
    found = refusals(lambda: amend(city, BLAME, bonus))
    assert [(one.code, dict(one.data)) for one in found] == [("department_twice", {"department": GENERAL})]


@pytest.mark.parametrize("change", [{}, {"reverse": []}, {"lines": [], "reverse": []}])
def test_a_correction_of_nothing_is_refused(city: City, change: dict[str, Any]) -> None:
    assert codes(lambda: amend(city, {"department": GENERAL, **change})) == ["amendment_empty"]


def test_an_empty_correction_is_refused(city: City) -> None:
    assert codes(lambda: amend(city)) == ["amendment_empty"]


def test_a_tie_made_by_a_correction_is_ruled_in_the_same_act(city: City) -> None:
    item = book().indicators[0].id
    level = {
        "department": PERSONNEL,
        "reverse": [line_of(city, PERSONNEL, item)],
        "lines": [{"part": "central", "item": item, "points": book().indicators[0].points - 50}],
    }
    assert codes(lambda: amend(city, level)) == ["tie_unruled"]
    assert codes(lambda: amend(city, level, rulings={DISCIPLINE: "good", PERSONNEL: "good"})) == [
        "tie_unruled"
    ]
    amend(city, level, rulings={DISCIPLINE: "failed", PERSONNEL: "good"})
    assert grades(city, 2) == {GENERAL: "excellent", DISCIPLINE: "failed", PERSONNEL: "good"}
    amend(city, {"department": GENERAL, "lines": [{"part": "bonus", "item": "score.bonus.national"}]})
    assert grades(city, 3)[DISCIPLINE] == "failed"  # the ruling stands while the tie does


def test_an_amendment_needs_reason_document_and_a_second_person(city: City) -> None:
    bare = for_body("group", reason="")
    changes = {"year": YEAR, "changes": [BLAME]}
    assert codes(lambda: city.do("amend", bare, **changes)) == ["reason_missing"]
    assert codes(lambda: city.do("amend", person(MEMBER, document=""), **changes)) == ["document_missing"]
    assert codes(lambda: city.do("amend", person(CLERK), **changes)) == ["role_missing"]
    waits = city.do("amend", person(MEMBER), **changes)
    assert grades(city, 2) == {}
    city.confirm(waits, OTHER_MEMBER)
    assert grades(city, 2) != {}


def test_nothing_is_amended_before_it_is_ratified(city_at: CityAt) -> None:
    assert codes(lambda: amend(city_at("pending"), BLAME)) == ["wrong_state"]


def test_an_appraisal_just_ratified_stays_and_is_moved_by_the_clock_as_amended(city_at: CityAt) -> None:
    city = city_at("pending")
    city.whole("propose")
    city.at("2026-01-20")
    city.whole("ratify")
    amend(city, BLAME)
    assert city.state(GENERAL) == "grading.ratified"
    city.sweep()
    assert (city.state(GENERAL), city.state(PERSONNEL)) == ("rectification.drafting", "closed")


AGAIN = YEAR + 1


def escalated(city: City, year: int) -> list[tuple[int, str, int]]:
    """Who is marked as failed running in each version of a year."""
    return city.select(
        "SELECT version, department, consecutive_failures FROM result"
        " WHERE year = :y AND status = 'ratified' AND consecutive_failures > 1 ORDER BY version",
        y=year,
    )


def test_a_later_year_that_rests_on_the_amended_one_gets_a_new_version_and_its_case_is_revoked(
    city_at: CityAt,
) -> None:
    city = city_at("pending again")
    city.to_ratified(AGAIN)
    case = f"case:{AGAIN}:{PERSONNEL}"
    assert (city.row(case).state, escalated(city, AGAIN)) == ("opened", [(1, PERSONNEL, 2)])
    blame = {**BLAME, "lines": AGAIN_BLAMED * 2}
    before = city.rows(), city.select("SELECT count(*) FROM outbox"), city.select("SELECT count(*) FROM text")
    arguments = {"year": YEAR, "changes": [blame]}
    shown = preview(city.service, amending.preview_amendment, for_body("group"), arguments)
    assert (city.rows(), *(city.select(f"SELECT count(*) FROM {t}") for t in ("outbox", "text"))) == before
    assert [(later["year"], later["revoked"]) for later in shown["later"]] == [(AGAIN, [case])]
    assert PERSONNEL in {one["department"] for one in shown["later"][0]["differences"]}
    answer = amend(city, blame)
    assert {name: answer[name] for name in shown} == shown
    assert [later["year"] for later in answer["later"]] == [AGAIN]
    assert city.row(case).state == "revoked"
    assert city.last(case)["reason"] == "results"
    assert escalated(city, AGAIN) == [(1, PERSONNEL, 2)]  # the old version stays, the new one marks nobody
    ((movement,),) = city.select(
        "SELECT previous_grade FROM result WHERE year = :y AND version = 2 AND department = :d",
        y=AGAIN,
        d=PERSONNEL,
    )
    assert movement == "good"
    assert city.row(f"cycle:{AGAIN}").record["version"] == 2


def test_an_amendment_that_changes_nothing_later_leaves_later_years_alone(city_at: CityAt) -> None:
    city = city_at("pending again")
    city.to_ratified(AGAIN)
    small = {"department": GENERAL, "lines": [{"part": "bonus", "item": "score.bonus.division"}]}
    assert amend(city, small)["later"] == []
    assert city.row(f"cycle:{AGAIN}").record["version"] == 1


def test_a_name_or_category_changed_since_does_not_reach_into_amended_results(city: City) -> None:
    city.at("2026-03-01")
    city.do("rename", person(CLERK), department=GENERAL, name="综合办公室", on="2026-02-01")
    city.do("recategorise", person(CLERK), department=GENERAL, category="mass")
    amend(city, {"department": DISCIPLINE, "lines": [{"part": "bonus", "item": "score.bonus.division"}]})
    rows = city.select(
        "SELECT version, name, category, category_rank FROM result"
        " WHERE status = 'ratified' AND department = :d ORDER BY version",
        d=GENERAL,
    )
    assert [row[1:3] for row in rows] == [rows[0][1:3]] * 2
    assert rows[0][1] != "综合办公室"


def test_the_ratified_results_keep_the_categories_of_the_proposal_and_take_the_names_of_the_day(
    city_at: CityAt,
) -> None:
    city = city_at("pending")
    city.whole("propose")
    ((category,),) = city.select("SELECT category FROM result WHERE department = :d", d=GENERAL)
    city.at("2026-01-20")
    city.do("rename", person(CLERK), department=GENERAL, name="综合办公室", on="2026-01-19")
    city.do("recategorise", person(CLERK), department=GENERAL, category="mass")
    city.whole("ratify")
    rows = city.select(
        "SELECT name, category FROM result WHERE status = 'ratified' AND department = :d", d=GENERAL
    )
    assert (category != "mass", rows) == (True, [("综合办公室", category)])


def test_who_fails_again_by_an_amendment_needs_a_new_talk_and_new_steps(city: City) -> None:
    city.at("2026-02-10")
    city.sweep()
    city.move(PERSONNEL, "record_talk", on="2026-02-09")
    city.move(PERSONNEL, "add_step", text="措施", due="2026-03-10")
    amend(city, BLAME)  # now another department fails
    assert city.state(PERSONNEL) == "closed"
    city.at("2026-03-02")
    undo = {"department": GENERAL, "reverse": [line_of(city, GENERAL, "score.deduct.5.1")]}
    amend(city, undo)
    record = city.appraisal(PERSONNEL).record
    assert (city.state(PERSONNEL), record.get("talk"), record.get("steps")) == (
        "rectification.drafting",
        None,
        None,
    )
    assert [who for who, *_ in city.open_deadlines(key_of(PERSONNEL))] == ["liaison", "leader"]
    assert codes(lambda: city.move(PERSONNEL, "record_talk", on="2026-02-09")) == ["talk_before_result"]
