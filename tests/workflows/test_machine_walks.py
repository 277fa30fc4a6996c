"""Random facts and random years: a move happens if and only if everything it asks for holds."""

from datetime import date, datetime, timedelta

from hypothesis import event, given, settings
from hypothesis import strategies as st

from tests.workflows import marking_table
from tests.workflows.lives import ALIAS, USUAL, Life, Wish, years
from tests.workflows.machine_tables import EVERY_ACTION, MOVES, table
from tests.workflows.predicates import expected
from tests.workflows.worlds import (
    BOOK,
    EXTENSION,
    FAILED,
    LEDGER,
    MATTER,
    VERIFIED,
    WITHOUT_SURVEY,
    Departure,
    World,
    asked,
    at,
    depart,
    extra,
    facts,
    form,
    local,
    machine_of,
    record,
    world,
)
from workflows.facts import Line

TABLE = table("appraisal")
STATES = sorted(MOVES["appraisal"])
DAYS = [date(2025, 6, 9) + timedelta(days=n) for n in (0, 1, 2, 4, 8, 11, 12, 25)]


def any_of(*departures: Departure) -> st.SearchStrategy[Departure]:
    """One of these departures."""
    return st.sampled_from(departures)


DEPARTURES: st.SearchStrategy[Departure] = st.one_of(
    any_of(asked(reason=""), asked(document=" "), asked(text=""), asked(on=None), asked(matter="other")),
    any_of(*(asked(due=due) for due in (None, *DAYS))),
    any_of(*(asked(role=role) for role in ("system", "reviewer", "group", "department"))),
    any_of(
        *(asked(stage=stage) for stage in ("plan", "midyear", "yearend", "central_review", "grading", ""))
    ),
    any_of(asked(member="r1"), asked(member_is_reviewer=False), asked(member_home="caizheng")),
    any_of(asked(on=DAYS[1]), asked(on=DAYS[5]), asked(step="2"), asked(line="i99"), asked(new_year=2025)),
    st.lists(
        st.sampled_from(
            [
                Line("central", "content.1.1", 200),
                Line("central", "content.1.1", 201),
                Line("public", "survey", 300),
                Line("public", "survey", -1),
                Line("leader", "team", 100),
                Line("leader", "team"),
                Line("deduction", "score.deduct.1", 100),
                Line("bonus", "score.bonus.region", 1),
                Line("bonus", "content.1.1"),
                Line("cap", "score.bonus.cap", -1),
            ]
        ),
        max_size=2,
    ).map(lambda lines: asked(lines=tuple(lines))),
    any_of(
        form(text=None),
        form(text="t2"),
        form(gaps=["text"]),
        form(gaps=["targets.1.due"]),
        form(signed=None),
        form(taken_up=True),
        form(shifted=True),
    ),
    any_of(form(asked=EXTENSION), form(asked=None), form(asked={**EXTENSION, "until": "2025-06-11"})),
    any_of(
        form(extensions=1, requests=1),
        form(extensions=2, requests=2),
        form(due="2025-06-09"),
        form(grace_until="2025-06-09"),
    ),
    any_of(*(record(left=state) for state in STATES), record(left=None)),
    any_of(record(team=["r1"]), record(team=["r1", "r2"]), record(team=None)),
    any_of(*marking_table.SOME_MARKS),
    any_of(*marking_table.SOME_RATINGS),
    any_of(record(result=FAILED), record(talk=None), record(steps=VERIFIED), record(steps=None)),
    any_of(
        facts(cycle_state="proposed"), facts(lines=()), facts(lines=LEDGER[1:]), facts(lines=WITHOUT_SURVEY)
    ),
    any_of(facts(findings=(MATTER,)), facts(complaints=("c",)), facts(bonus_applications=("b",))),
    any_of(facts(key_findings=(MATTER,)), facts(duties=("d",)), extra(grade="failed"), extra(grade="good")),
    any_of(
        *(
            at(local(instant))
            for instant in (
                "2025-01-09T23:59",
                "2025-06-27T23:59",
                "2025-06-28T00:00",
                "2025-07-01T00:00",
                "2025-11-10T12:00",
                "2025-12-11T00:00",
                "2025-12-31T23:59",
                "2026-01-01T00:00",
            )
        )
    ),
)


@st.composite
def situations(draw: st.DrawFn) -> tuple[World, str]:
    """A world some departures away from the one an action asks for, and an action."""
    state = draw(st.sampled_from(STATES))
    here = sorted(action for at_, action in TABLE if at_ == state) or EVERY_ACTION
    action = draw(st.one_of(st.sampled_from(here), st.sampled_from(here), st.sampled_from(EVERY_ACTION)))
    departures = draw(st.lists(DEPARTURES, max_size=4))
    return depart(world("appraisal", state, action), *departures), action


@settings(max_examples=600)
@given(situations())
def test_a_move_happens_if_and_only_if_everything_it_asks_for_holds(situation: tuple[World, str]) -> None:
    there, action = situation
    target = expected(there.facts, action, there.now)
    in_the_way = there.codes(action)
    moved = None if in_the_way else there.step(action).after
    assert moved == target, in_the_way
    event("moved" if moved else "refused")


@settings(max_examples=100)
@given(situations())
def test_being_refused_or_moved_changes_nothing_that_was_looked_at(situation: tuple[World, str]) -> None:
    there, action = situation
    before = repr(there)
    first = [there.refusal(action), there.refusal(action)]
    assert first[0] == first[1]
    assert repr(there) == before
    assert machine_of("appraisal")._library.models == []


@settings(max_examples=60)
@given(years())
def test_no_year_gets_past_its_guards(year: list[Wish]) -> None:
    life = Life(datetime.fromisoformat("2025-01-10T02:00:00+00:00"))
    for wish in year:
        there = life.world(wish)
        target = expected(there.facts, ALIAS.get(wish.action, wish.action), there.now)
        moved = life.try_move(wish)
        assert moved == target
        life.check()
    event(f"reached {life.state}")


def test_a_whole_year_can_be_walked_from_plan_to_archive() -> None:
    life = Life(datetime.fromisoformat("2025-01-10T02:00:00+00:00"))
    for action in (*USUAL, "close"):
        wish = Wish(action, days=360 if action == "settle" else 0)
        assert life.try_move(wish) is not None, (action, life.world(wish).codes(ALIAS.get(action, action)))
        life.check()
    assert life.state == "closed"
    assert sum(line.points for line in life.lines) == sum(BOOK.components.values()) + BOOK.bonus_cap
