"""Going back: every edge of `reopen`, what is kept and what has to be done again."""

from __future__ import annotations

import pytest

from tests.cast import CLERK, GENERAL, REVIEWERS, City, CityAt, book, codes, marks, person, refusals
from tests.held import key_of
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
    (unmet,) = refusals(lambda: city.move(GENERAL, "complete"))
    assert (unmet.code, unmet.data) == ("marks_unconfirmed", {"members": ",".join(REVIEWERS)})
    for member in REVIEWERS[:2]:
        city.ask(GENERAL, "confirm_marks", person(member))
    (unmet,) = refusals(lambda: city.move(GENERAL, "complete"))
    assert unmet.data == {"members": REVIEWERS[2]}
    assert [who for who, _, _ in city.open_deadlines(KEY)] == [REVIEWERS[2]]
    city.ask(GENERAL, "mark", person(REVIEWERS[2]), marks=marks())
    city.move(GENERAL, "complete")


def test_the_team_may_confirm_together(city_at: CityAt) -> None:
    city = reach(city_at, "inspection.open")
    city.move(GENERAL, "reopen")
    city.move(GENERAL, "confirm_marks")
    assert [who for who, _, _ in city.open_deadlines(KEY)] == ["office"]
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


def test_a_review_completed_again_writes_only_what_differs(city_at: CityAt) -> None:
    city = reach(city_at, "inspection.open")
    before = standing(city)
    city.move(GENERAL, "reopen")
    city.move(GENERAL, "confirm_marks")
    first = book().indicators[0]
    less = [{"item": first.id, "points": first.points - 30, "reason": "台账不全"}]
    city.ask(GENERAL, "mark", person(REVIEWERS[0]), marks=less)
    city.move(GENERAL, "complete")
    written = city.last(KEY)["data"]["lines"]
    assert [(line["item"], line["points"]) for line in written] == [
        (first.id, -first.points),
        (first.id, first.points - 10),
    ]
    assert written[0]["reverses"] in before
    assert len(standing(city)) == len(before)
    city.at("2025-12-22")
    city.move(GENERAL, "reopen")
    city.move(GENERAL, "confirm_marks")
    city.move(GENERAL, "complete")
    assert "lines" not in city.last(KEY)["data"]


def standing(city: City) -> set[str]:
    """The central lines that are not reversed, by id."""
    rows = city.select(
        "SELECT id FROM line WHERE subject = :key AND part = 'central' AND reverses IS NULL"
        " AND reversed_by IS NULL",
        key=KEY,
    )
    return {str(name) for (name,) in rows}


def test_a_review_without_marks_has_none_to_confirm(city_at: CityAt) -> None:
    city = reach(city_at, "central_review.marking")
    city.move(GENERAL, "reopen", due="2025-12-26")
    assert "marks_unconfirmed" not in city.appraisal(GENERAL).record


def test_marks_are_confirmed_only_when_every_indicator_has_one(city_at: CityAt) -> None:
    city = reach(city_at, "central_review.marking")
    assert codes(lambda: city.move(GENERAL, "confirm_marks")) == ["sheet_missing"] * 3


def test_nothing_is_reopened_once_the_grades_are_proposed(city_at: CityAt) -> None:
    city = city_at("pending")
    city.whole("propose")
    assert codes(lambda: city.move(GENERAL, "reopen", due="2026-02-20")) == ["wrong_state"]
