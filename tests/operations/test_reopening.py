"""Going back: every edge of `reopen`, what is kept and what has to be done again."""

from __future__ import annotations

import pytest

from tests.cast import CLERK, GENERAL, REVIEWERS, City, CityAt, codes, key_of, person
from workflows.machines import MACHINES

KEY = key_of(GENERAL)
FORMS = ("plan", "midyear", "yearend")
DAY = {"plan": "2025-02-10", "midyear": "2025-07-05", "yearend": "2025-11-15"}
LAPSED = {"plan": "2025-03-10", "midyear": "2025-08-01", "yearend": "2025-12-10"}

EDGES = (
    *((f"{form}.accepted", f"{form}.drafting") for form in FORMS),
    *((f"midyear.{part}", "plan.drafting") for part in ("drafting", "submitted", "lapsed")),
    *((f"yearend.{part}", "midyear.drafting") for part in ("drafting", "submitted", "lapsed")),
    ("central_review.marking", "yearend.drafting"),
    ("inspection.open", "central_review.marking"),
    ("grading.pending", "inspection.open"),
)


def reach(city_at: CityAt, state: str) -> City:
    """A city in which the department stands in `state`."""
    form, _, part = state.partition(".")
    if form not in FORMS:
        city = city_at("reviewing")
        city.at("2025-12-20")
        if form != "central_review":
            city.mark(GENERAL)
        if form == "grading":
            city.at("2026-01-05")
            city.move(GENERAL, "settle")
        return city
    city = city_at("running")
    for filed in FORMS:
        city.at(DAY[filed])
        city.sweep()
        if filed == form:
            break
        city.file(GENERAL, text=filed)
        city.move(GENERAL, "accept")
    if part in ("submitted", "accepted"):
        city.file(GENERAL, text=form)
    if part == "accepted":
        city.move(GENERAL, "accept")
    if part == "lapsed":
        city.at(LAPSED[form])
        city.sweep()
    assert city.state(GENERAL) == state
    return city


def test_the_table_of_edges_is_the_machines() -> None:
    found = {
        (source, move.target)
        for move in MACHINES["appraisal"].moves
        if move.action == "reopen"
        for source in move.sources
    }
    assert found == set(EDGES)


@pytest.mark.parametrize(("before", "after"), EDGES)
def test_every_edge_leads_where_it_should_with_a_new_visit_and_a_clock(
    city_at: CityAt, before: str, after: str
) -> None:
    city = reach(city_at, before)
    visits = city.appraisal(GENERAL).record["visits"].get(after, 0)
    city.move(GENERAL, "reopen", **({"due": "2026-02-13"} if after.endswith(".drafting") else {}))
    assert city.state(GENERAL) == after
    assert city.appraisal(GENERAL).record["visits"][after] == visits + 1
    who = [name for name, _, _ in city.open_deadlines(KEY)]
    expected = {"inspection.open": ["office"], "central_review.marking": list(REVIEWERS)}
    assert who == expected.get(after, ["liaison"])


@pytest.mark.parametrize(("before", "after"), EDGES)
def test_every_edge_needs_a_reason_and_into_drafting_three_working_days(
    city_at: CityAt, before: str, after: str
) -> None:
    city = reach(city_at, before)
    bare = person(CLERK, reason="")
    due = ["due_missing"] if after.endswith(".drafting") else []
    assert codes(lambda: city.ask(GENERAL, "reopen", bare)) == ["reason_missing", *due]
    if due:
        today = city.clock.at.date().isoformat()
        assert codes(lambda: city.move(GENERAL, "reopen", due=today)) == ["due_too_near"]


def test_a_form_reopened_keeps_its_text_but_not_the_signature(city_at: CityAt) -> None:
    city = reach(city_at, "midyear.submitted")
    before = city.form(GENERAL, "midyear")["text"]
    city.move(GENERAL, "reopen", due="2025-07-11")
    assert city.form(GENERAL, "midyear")["text"] == before
    city.move(GENERAL, "sign_off")
    city.move(GENERAL, "submit")
    city.move(GENERAL, "accept")
    city.sweep()
    assert city.state(GENERAL) == "midyear.drafting"
    assert city.form(GENERAL, "midyear")["text"] == before
    assert codes(lambda: city.move(GENERAL, "submit")) == ["form_unsigned"]


def test_marks_of_a_reopened_review_must_be_confirmed_before_it_is_completed_again(city_at: CityAt) -> None:
    city = reach(city_at, "inspection.open")
    city.move(GENERAL, "reopen")
    assert codes(lambda: city.move(GENERAL, "complete")) == ["marks_unconfirmed"]
    city.move(GENERAL, "confirm_marks")
    city.move(GENERAL, "complete")


def test_marks_are_confirmed_again_after_the_year_end_report_was_reopened(city_at: CityAt) -> None:
    city = reach(city_at, "inspection.open")
    city.move(GENERAL, "reopen")
    city.move(GENERAL, "reopen", due="2025-12-26")
    city.move(GENERAL, "sign_off")
    city.move(GENERAL, "submit")
    city.move(GENERAL, "accept")
    city.sweep()
    assert city.state(GENERAL) == "central_review.marking"
    assert codes(lambda: city.move(GENERAL, "complete")) == ["marks_unconfirmed"]


def test_a_review_without_marks_has_none_to_confirm(city_at: CityAt) -> None:
    city = reach(city_at, "central_review.marking")
    city.move(GENERAL, "reopen", due="2025-12-26")
    assert "marks_unconfirmed" not in city.appraisal(GENERAL).record


def test_marks_are_confirmed_only_when_every_indicator_has_one(city_at: CityAt) -> None:
    city = reach(city_at, "central_review.marking")
    assert codes(lambda: city.move(GENERAL, "confirm_marks")) == ["indicator_unmarked"]


def test_nothing_is_reopened_once_the_grades_are_proposed(city_at: CityAt) -> None:
    city = city_at("pending")
    city.whole("propose")
    assert codes(lambda: city.move(GENERAL, "reopen", due="2026-02-20")) == ["wrong_state"]
