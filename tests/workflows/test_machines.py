"""Every action in every state of every machine: the one target, or the refusal."""

import pytest

from tests.workflows import (
    account_table,
    dispatch_table,
    duty_table,
    evidence_table,
    finding_table,
    request_tables,
    token_table,
)
from tests.workflows.machine_tables import (
    DOCUMENT,
    EVERY_ACTION,
    MOVES,
    REASON,
    SECOND_PERSON,
    WHO,
    actions,
    states,
    table,
)
from tests.workflows.worlds import asked, depart, machine_of, world
from workflows.engine import NONE
from workflows.errors import Refused
from workflows.machines import MACHINES

NAMES = sorted(MOVES)
PLACES = [(name, state) for name in NAMES for state in sorted(MOVES[name])]
PAIRS = [(name, *pair) for name in NAMES for pair in sorted(table(name))]


def outcome(name: str, state: str, action: str) -> str:
    """Where `action` leads from `state`, or the codes it is refused with."""
    there = world(name, state, action)
    try:
        return there.step(action).after
    except Refused as refused:
        return " ".join(sorted(unmet.code for unmet in refused.unmet))


def test_the_tables_here_are_about_every_machine_state_and_action() -> None:
    assert set(MACHINES) == set(MOVES)
    for name, machine in MACHINES.items():
        assert set(machine.states) == states(name)
        assert set(machine.actions) == actions(name)


@pytest.mark.parametrize(("name", "state"), PLACES)
def test_every_action_leads_to_its_one_target_or_is_refused(name: str, state: str) -> None:
    expected = {
        action: table(name).get(
            (state, action), "wrong_state" if action in actions(name) else "action_unknown"
        )
        for action in EVERY_ACTION
    }
    assert {action: outcome(name, state, action) for action in EVERY_ACTION} == expected


@pytest.mark.parametrize(("name", "state", "action"), PAIRS)
def test_reason_and_document_are_asked_for_where_they_are_marked(name: str, state: str, action: str) -> None:
    bare = depart(world(name, state, action), asked(reason=" ", document="\t"))
    wanted = {"reason_missing"} if action in REASON[name].split() else set()
    wanted |= {"document_missing"} if action in DOCUMENT[name].split() else set()
    if (name, action) == ("appraisal", "complete"):  # the office does it in the team's place
        wanted = {"reason_missing"}
    if (name, state, action) == (
        "account",
        "active",
        "invite",
    ):  # whoever has a password is given another one
        wanted = {"reason_missing"}
    assert bare.codes(action) == wanted


@pytest.mark.parametrize("name", NAMES)
def test_who_may_ask_for_what(name: str) -> None:
    found: dict[str, set[str]] = {}
    for move in machine_of(name).moves:
        for role in move.who:
            found.setdefault(role, set()).add(move.action)
    assert found == {role: set(names.split()) for role, names in WHO[name].items()}


@pytest.mark.parametrize("name", NAMES)
def test_what_waits_for_a_second_person_by_itself(name: str) -> None:
    assert {m.action for m in machine_of(name).moves if m.confirmed} == SECOND_PERSON.get(name, set())


def test_a_wrong_state_names_the_states_in_which_the_action_is_possible() -> None:
    (unmet,) = world("appraisal", "plan.accepted").refusal("take_up")
    assert unmet.data["state"] == "plan.accepted"
    assert str(unmet.data["from"]).split(",") == [
        "plan.submitted",
        "midyear.submitted",
        "yearend.submitted",
        "rectification.submitted",
    ]


# --- nobody is stuck ---


def reachable(name: str, start: str) -> set[str]:
    """Every state some chain of moves leads to from `start`, guards apart."""
    edges: dict[str, set[str]] = {}
    for move in machine_of(name).moves:
        for source in move.sources:
            edges.setdefault(source, set()).add(move.target or source)
    found, fresh = {start}, [start]
    while fresh:
        for target in edges.get(fresh.pop(), set()) - found:
            found.add(target)
            fresh.append(target)
    return found


ENDS = {
    "appraisal": {"closed", "exempted"},
    "cycle": {"closed"},
    "case": {"closed"},
    "duty": duty_table.ENDS,
    **finding_table.ENDS,
    **request_tables.ENDS,
    "evidence": evidence_table.ENDS,
    "department": {"closed"},
    "person": {"closed"},
    "calendar": {"current"},
    "regulation": {"current"},
    "mail": {"flowing", "paused"},
    "scheduler": {"watching"},
    "token": token_table.ENDS,
    "dispatch": dispatch_table.ENDS,
    "account": account_table.ENDS,
}


@pytest.mark.parametrize("name", NAMES)
def test_every_state_can_be_reached(name: str) -> None:
    assert reachable(name, NONE) == states(name) | {NONE}


@pytest.mark.parametrize("name", NAMES)
def test_every_state_has_a_way_to_an_end(name: str) -> None:
    assert set(machine_of(name).final) == ENDS[name]
    assert [s for s in sorted(states(name)) if not reachable(name, s) & ENDS[name]] == []


@pytest.mark.parametrize("name", NAMES)
def test_every_state_but_an_end_can_be_left(name: str) -> None:
    stuck = {state for state in states(name) if reachable(name, state) == {state}}
    assert stuck <= ENDS[name]


# --- no other way in ---


@pytest.mark.parametrize("name", NAMES)
def test_nothing_can_be_moved_past_the_guards_by_name(name: str) -> None:
    machine = machine_of(name)
    library = machine._library
    assert set(library.events) == actions(name)
    assert library.models == []
    for thing in (machine, library, world(name, NONE).facts):
        assert [word for word in dir(thing) if word.startswith(("to_", "may_to_"))] == []


@pytest.mark.parametrize("state", sorted(MOVES["appraisal"]))
def test_a_state_is_no_action(state: str) -> None:
    assert world("appraisal", "plan.drafting").codes(f"to_{state}") == {"action_unknown"}


def test_a_refusal_leaves_nothing_behind() -> None:
    there = depart(world("appraisal", "plan.submitted", "send_back"), asked(reason="", due=None))
    before = repr(there)
    assert there.codes("send_back") == {"reason_missing", "due_missing"}
    assert there.codes("send_back") == {"reason_missing", "due_missing"}
    assert repr(there) == before
    assert world("appraisal", "plan.submitted", "send_back").step("send_back").after == "plan.drafting"
