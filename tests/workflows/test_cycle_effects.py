"""What acts on the whole cycle change in its own record: windows, ties, versions, what is frozen."""

from datetime import date
from typing import Any

import pytest

from tests.workflows.worlds import BOOK, World, asked, at, depart, extra, facts, local, record, world
from workflows.cycle_effects import cycle_effect, given_effect
from workflows.effects import Effect
from workflows.ledger import canonical, digest, merge

TIES = {"T1": {"departments": ["a", "b"], "seats": {"good": 1, "passed": 1}}}


def done(there: World, action: str) -> Effect:
    """What `action` changes in the cycle."""
    return cycle_effect(there.facts, there.step(action), there.now)


def cycle(state: str, **particulars: Any) -> World:
    """A cycle at `state`, asked with these particulars."""
    return depart(world("cycle", state), extra(**particulars), facts(subject="cycle:2025", number=9))


@pytest.mark.parametrize(("state", "action"), [("none", "prepare"), ("preparing", "replace_rulebook")])
def test_the_rulebook_is_frozen_by_value_and_digest_and_must_be_approved_anew(
    state: str, action: str
) -> None:
    there = depart(cycle(state), record(approved=BOOK.digest))
    found = done(there, action)
    assert found.texts == (canonical(BOOK.content()),)
    kept = merge(there.facts.record, found.record)
    assert (kept["rulebook"], kept["rulebook_digest"]) == (digest(found.texts[0]), BOOK.digest)
    assert "approved" not in kept


def test_an_approval_is_of_one_digest() -> None:
    assert done(cycle("preparing"), "approve_rulebook").record == {"approved": BOOK.digest}


def test_opening_keeps_the_roster_of_the_day() -> None:
    found = done(cycle("preparing", roster=["caizheng", "jiaotong"]), "open")
    assert found.texts == ('["caizheng","jiaotong"]',)
    assert found.record == {"roster": digest(found.texts[0]), "opened_on": "2025-06-10"}
    assert found.details == {"departments": 2}


@pytest.mark.parametrize(
    ("when", "until", "due"),
    [
        ("2026-01-19T10:00", "2026-01-26", "2026-02-09"),
        # Over the Spring Festival and its make-up Saturdays: five days for objections, ten more to ratify.
        ("2026-02-12T23:59", "2026-02-26", "2026-03-11"),
    ],
)
def test_a_proposal_starts_the_objection_window_and_the_groups_clock(when: str, until: str, due: str) -> None:
    there = depart(
        cycle("running", ties=TIES, graded=2), at(local(when)), record(objections_until=None, ties=None)
    )
    found = done(there, "propose")
    assert found.record["objections_until"] == until
    assert [(d.id, d.who, d.due.isoformat(), d.grace_until, d.visit) for d in found.deadlines] == [
        ("cycle:2025#9.1", "group", due, None, 1)
    ]
    kept = merge(there.facts.record, found.record)
    assert kept["ties"] == TIES
    assert depart(there, facts(state="proposed"), record(**found.record)).codes("ratify") == {
        "objection_window_open",
        "tie_unruled",
    }


def test_a_new_proposal_starts_a_full_new_window() -> None:
    first = depart(cycle("running", ties={}, graded=2), record(ties=None), at(local("2026-01-19T10:00")))
    proposed = depart(first, record(**done(first, "propose").record), facts(state="proposed"))
    withdrawn = done(proposed, "withdraw_proposal")
    assert withdrawn.voids == ("cycle:2025#9.1",)
    kept = merge(proposed.facts.record, withdrawn.record)
    assert not {"objections_until", "ties", "graded"} & set(kept)
    assert kept["deadlines"] == {}
    again = depart(
        proposed, record(**withdrawn.record), facts(state="running", number=11), at(local("2026-01-23T10:00"))
    )
    found = done(again, "propose")
    assert found.record["objections_until"] == "2026-01-30"
    assert (found.record["proposals"], found.deadlines[0].visit) == (2, 2)


def test_an_imported_calendar_moves_the_window_and_the_groups_clock_of_the_same_proposal() -> None:
    first = depart(cycle("running", ties=TIES, graded=2), record(ties=None), at(local("2026-01-19T10:00")))
    proposed = depart(first, record(**done(first, "propose").record), facts(state="proposed", number=10))
    dates = extra(until=date(2026, 1, 27), due=date(2026, 2, 11))
    moved = done(depart(proposed, dates), "redate")
    assert moved.voids == ("cycle:2025#9.1",)
    assert [(d.id, d.state, d.who, d.due, d.visit) for d in moved.deadlines] == [
        ("cycle:2025#10.1", "proposed", "group", date(2026, 2, 11), 1)
    ]
    kept = merge(proposed.facts.record, moved.record)
    assert (kept["objections_until"], kept["ratify_by"]) == ("2026-01-27", "2026-02-11")
    assert (kept["proposed_on"], kept["proposals"], kept["ties"]) == ("2026-01-19", 1, TIES)
    assert kept["deadlines"] == {
        "cycle:2025#10.1": {"state": "proposed", "who": "group", "due": "2026-02-11"}
    }


def test_a_ruling_settles_its_tie_and_no_other() -> None:
    ties = {"T1": {**TIES["T1"]}, "T2": {"departments": ["c"], "seats": {"good": 1}}}
    there = depart(cycle("proposed"), record(ties={"T1": None}), record(ties=ties))
    found = done(there, "rule_tie")
    assert found.record == {"ties": {"T1": {"ruling": {"a": "passed", "b": "good"}}}}
    assert depart(there, record(**found.record)).refusal("ratify")[0].data["tie"] == "T2"


@pytest.mark.parametrize(("before", "version"), [(None, 1), (1, 2)])
def test_ratifying_makes_the_next_version_and_stops_the_groups_clock(
    before: int | None, version: int
) -> None:
    there = depart(
        cycle("proposed", cases=["case:2025:a"]), record(version=before, deadlines={"d1": {"who": "group"}})
    )
    found = done(there, "ratify")
    assert found.record == {"ratified_on": "2025-06-10", "version": version, "deadlines": {"d1": None}}
    assert (found.voids, found.details) == (("d1",), {"cases": ["case:2025:a"]})


def test_an_amendment_is_a_new_version_that_shows_the_differences() -> None:
    there = depart(cycle("ratified", differences=[{"department": "a"}], ties={"T1": None}), record(version=1))
    found = done(there, "amend")
    assert found.record == {"version": 2, "ties": {"T1": None}}
    assert found.details == {"differences": [{"department": "a"}]}


@pytest.mark.parametrize(
    ("state", "action", "change"),
    [
        ("none", "declare_unrecorded", {"unrecorded": True}),
        ("preparing", "accept_provisional_calendar", {"provisional_accepted": True}),
    ],
)
def test_a_declaration_is_remembered(state: str, action: str, change: dict[str, Any]) -> None:
    assert done(cycle(state), action).record == change


def test_imported_results_are_the_first_version() -> None:
    found = done(
        cycle("none", results=[{"version": 1, "department": "a"}], source="2023.csv"), "import_results"
    )
    assert found.record == {"version": 1, "imported": True}
    assert found.results == ({"version": 1, "department": "a"},)
    assert found.details == {"source": "2023.csv"}


def test_other_kinds_change_what_their_operation_says_and_nothing_else() -> None:
    there = depart(world("person", "none"), extra(record={"name": "李"}, texts=["t"], details={"n": 1}))
    found = given_effect(there.facts, there.step("register"), there.now)
    assert found == Effect(record={"name": "李"}, texts=("t",), details={"n": 1})
    bare = depart(world("person", "active"), asked(extra={}))
    assert given_effect(bare.facts, bare.step("leave"), bare.now) == Effect()
