"""Every guarded action in every state: what stands in the way is named, all of it and nothing else."""

import pytest

from tests.workflows.broken_facts import Broken
from tests.workflows.machine_refusals import REFUSALS
from tests.workflows.machine_tables import MOVES, states_with, table
from tests.workflows.worlds import (
    BOOK,
    FAILED,
    LEDGER,
    MATTER,
    asked,
    depart,
    extra,
    facts,
    form,
    machine_of,
    record,
    world,
)
from workflows.engine import route
from workflows.errors import Refused
from workflows.facts import Line

CASES = [
    pytest.param(name, state, action, broken, id=f"{name}-{state}-{action}-{number}")
    for name, rows in REFUSALS.items()
    for action, brokens in rows.items()
    for number, broken in enumerate(brokens)
    for state in broken.states or states_with(name, action)
]


@pytest.mark.parametrize(("name", "state", "action", "broken"), CASES)
def test_everything_in_the_way_is_named(name: str, state: str, action: str, broken: Broken) -> None:
    assert depart(world(name, state, action), *broken.departures).codes(action) == broken.codes


@pytest.mark.parametrize("name", sorted(MOVES))
def test_every_guard_of_every_move_is_seen_to_refuse(name: str) -> None:
    unseen = []
    for state, action in sorted(table(name)):
        refused = set()
        for broken in REFUSALS.get(name, {}).get(action, ()):
            if broken.states and state not in broken.states:
                continue
            there = depart(world(name, state, action), *broken.departures)
            try:
                move = route(machine_of(name), there.facts, action, there.now)
            except Refused:
                continue
            refused |= {guard for guard in move.needs if list(guard(there.facts, there.now))}
        there = world(name, state, action)
        wanted = set(route(machine_of(name), there.facts, action, there.now).needs)
        unseen += [(state, action, guard.__qualname__) for guard in wanted - refused]
    assert unseen == []


# --- what a refusal says beside its code ---


def test_every_mark_that_is_missing_is_listed_by_member_and_item() -> None:
    gap = {"content.1.1": None, "content.1.2": None}
    there = depart(world("appraisal", "central_review.marking"), record(marks={"r2": gap, "r3": None}))
    found = there.refusal("complete")
    assert [unmet.data for unmet in found] == [
        {"member": "r2", "count": 2, "items": "content.1.1,content.1.2"},
        {"member": "r3"},
    ]


def test_every_part_with_points_missing_is_refused_on_its_own() -> None:
    kept = tuple(line for line in LEDGER if line.item not in ("content.2.1", "survey", "team", "execution"))
    found = depart(world("appraisal", "grading.pending", "propose"), facts(lines=kept)).refusal("propose")
    assert {str(unmet.data["part"]): unmet.data["items"] for unmet in found} == {
        "central": "content.2.1",
        "public": "survey",
        "leader": "team,execution",
    }


def test_every_undecided_matter_is_listed() -> None:
    there = depart(world("appraisal", "inspection.open", "settle"), facts(findings=(MATTER, "finding:2")))
    (unmet,) = there.refusal("settle")
    assert unmet.data == {"matters": f"{MATTER},finding:2"}


def test_every_line_that_does_not_fit_is_refused_on_its_own() -> None:
    lines = (Line("public", "survey", 301), Line("public", "grassroots_leaders", 201))
    there = depart(world("appraisal", "grading.pending"), facts(lines=()), asked(lines=lines))
    assert [unmet.data["item"] for unmet in there.refusal("rule_missing")] == ["survey", "grassroots_leaders"]


def test_what_other_subjects_put_in_the_way_keeps_their_names() -> None:
    broken = REFUSALS["cycle"]["propose"][0]
    found = depart(world("cycle", "running", "propose"), *broken.departures).refusal("propose")
    assert [unmet.about for unmet in found] == ["appraisal:2025:a", "b"]


def test_every_unruled_tie_is_named() -> None:
    ties = {"T1": {"ruling": None}, "T2": {"departments": ["c", "d"], "seats": {}}}
    found = depart(world("cycle", "proposed", "ratify"), record(ties=ties)).refusal("ratify")
    assert [(u.data["tie"], u.data["departments"]) for u in found] == [("T1", "a,b"), ("T2", "c,d")]


# --- what is no obstacle ---


@pytest.mark.parametrize("state", ["plan.drafting", "midyear.drafting", "yearend.drafting"])
def test_an_undecided_extension_request_holds_the_end_of_grace_open(state: str) -> None:
    over = form(grace_until="2025-06-09", asked={"until": "2025-07-04"})
    there = depart(world("appraisal", state), over)
    assert there.step("submit").after == state.replace("drafting", "submitted")
    assert there.codes("lapse") == {"extension_undecided"}


@pytest.mark.parametrize("grade", ["excellent", "good", "passed", None])
def test_nobody_who_has_not_failed_needs_an_admonition_talk(grade: str | None) -> None:
    there = depart(world("appraisal", "rectification.submitted"), record(result={"grade": grade}, talk=None))
    assert there.step("accept").after == "rectification.underway"


def test_a_key_finding_alone_starts_a_rectification() -> None:
    there = depart(world("appraisal", "grading.ratified"), facts(key_findings=(MATTER,)))
    assert there.step("start_rectification").after == "rectification.drafting"


def test_a_reviewer_completes_without_a_reason_and_the_office_does_not() -> None:
    reviewer = depart(world("appraisal", "central_review.marking"), asked(role="reviewer", reason=""))
    assert reviewer.step("complete").after == "inspection.open"
    assert depart(reviewer, asked(role="office")).codes("complete") == {"reason_missing"}


@pytest.mark.parametrize("role", ["reviewer", "office"])
def test_one_member_is_team_enough_to_complete_and_none_is_not(role: str) -> None:
    alone = depart(world("appraisal", "central_review.marking"), asked(role=role), record(team=["r1"]))
    assert alone.step("complete").after == "inspection.open"
    assert depart(alone, record(team=[])).codes("complete") == {"team_empty"}


@pytest.mark.parametrize(
    ("result", "talk", "missing"),
    [
        (FAILED, {"on": "2025-06-05", "by": "p-leader"}, set()),
        ({"grade": "passed"}, None, set()),
        (FAILED, None, {"talk_missing"}),
    ],
)
def test_a_rectification_of_who_failed_is_verified_after_the_talk(
    result: dict[str, str], talk: dict[str, str] | None, missing: set[str]
) -> None:
    there = depart(
        world("appraisal", "rectification.underway", "verify"), record(talk=None), record(result=result)
    )
    assert depart(there, record(talk=talk)).codes("verify") == missing


@pytest.mark.parametrize("category", sorted(BOOK.categories))
def test_a_department_is_registered_in_any_category_of_the_rulebook(category: str) -> None:
    assert depart(world("department", "none"), asked(stage=category)).step("register").after == "active"


@pytest.mark.parametrize("matter", ["findings", "complaints", "bonus_applications"])
def test_any_open_matter_can_be_carried_over(matter: str) -> None:
    there = depart(
        world("appraisal", "inspection.open", "carry_over"), facts(findings=()), facts(**{matter: (MATTER,)})
    )
    assert there.step("carry_over").after == "inspection.open"


@pytest.mark.parametrize("state", ["yearend.drafting", "central_review.marking"])
def test_all_members_but_one_may_be_released(state: str) -> None:
    pair = depart(world("appraisal", state, "release"), record(team=["r1", "r2"]))
    assert pair.step("release").after == state
    assert depart(pair, record(team=["r1"])).codes("release") == {"member_last"}


@pytest.mark.parametrize("points", [None, 100])
def test_a_deduction_may_name_the_rulebooks_points_or_leave_them_out(points: int | None) -> None:
    lines = (Line("deduction", "score.deduct.1", points),) * 2
    there = depart(world("appraisal", "plan.drafting"), asked(lines=lines))
    assert there.step("record_line").after == "plan.drafting"


@pytest.mark.parametrize("points", [0, 100])
def test_a_rating_may_take_any_points_of_its_range(points: int) -> None:
    there = depart(
        world("appraisal", "plan.drafting"),
        facts(lines=()),
        extra(ratings=({"item": "team", "points": points},)),
    )
    assert there.codes("rate") == set()
