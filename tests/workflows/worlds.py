"""One department's year at one instant, with facts that meet every guard, and single departures from them.

It is Tuesday 10 June 2025, ten in the morning in the office; midyear opens on 1 July. What a move is about (a
form out of grace for `lapse`, an extension asked for `extend`) is part of meeting its guards.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

from tests.workflows.test_workdays import CALENDAR
from workflows.deadlines import ZONE
from workflows.engine import Machine, Step, step
from workflows.errors import Refused, Unmet
from workflows.facts import Asked, Facts, Line, Standing
from workflows.ledger import merge
from workflows.machines import MACHINES
from workflows.rulebook import load

BOOK = load()
NOW = datetime(2025, 6, 10, 2, tzinfo=UTC)
NEW_YEAR = datetime(2026, 1, 5, 2, tzinfo=UTC)
AHEAD = date(2025, 7, 4)
SUBJECT = "appraisal:2025:caizheng"
FORM: Mapping[str, Any] = {
    "text": "t1",
    "signed": "t1",
    "signed_by": "p-head",
    "due": "2025-06-20",
    "grace_until": "2025-06-27",
}
EXTENSION = {"until": "2025-07-04", "by": "p-liaison", "reason": "flood"}
MATTER = "finding:2025:caizheng:1"
RATINGS = tuple((part, item) for part, items in BOOK.parts.items() for item in items)
LEDGER = (
    *(Standing(f"i{n}", "central", i.id, i.points) for n, i in enumerate(BOOK.indicators, 1)),
    *(Standing(f"r{n}", part, item, BOOK.parts[part][item]) for n, (part, item) in enumerate(RATINGS, 1)),
)
"""A ledger in which nothing is missing: every indicator marked in full, both ratings in."""

WITHOUT_SURVEY = tuple(line for line in LEDGER if line.item != "survey")


@dataclass(frozen=True, slots=True)
class World:
    """Facts and the instant they are looked at."""

    machine: str
    facts: Facts
    now: datetime

    def step(self, action: str) -> Step:
        """The step `action` takes here. Raises Refused."""
        return step(MACHINES[self.machine], self.facts, action, self.now)

    def refusal(self, action: str) -> list[Unmet]:
        """Everything that is in the way of `action`; nothing where it is possible."""
        try:
            self.step(action)
        except Refused as refused:
            return list(refused.unmet)
        return []

    def codes(self, action: str) -> set[str]:
        """The codes of everything in the way."""
        return {unmet.code for unmet in self.refusal(action)}


Departure = Callable[[World], World]


def asked(**changes: Any) -> Departure:
    """Ask for something else."""
    return lambda world: replace(
        world, facts=replace(world.facts, asked=replace(world.facts.asked, **changes))
    )


def facts(**changes: Any) -> Departure:
    """Other facts beside the record."""
    return lambda world: replace(world, facts=replace(world.facts, **changes))


def record(**changes: Any) -> Departure:
    """Another record; None takes a key away."""
    return lambda world: replace(world, facts=replace(world.facts, record=merge(world.facts.record, changes)))


def form(**changes: Any) -> Departure:
    """Another record of the form the state is about; None takes a key away."""
    return lambda world: record(forms={world.facts.stage: changes})(world)


def extra(**changes: Any) -> Departure:
    """Ask with other particulars."""
    return lambda world: asked(extra={**world.facts.asked.extra, **changes})(world)


def at(now: datetime) -> Departure:
    """Look at another instant."""
    return lambda world: replace(world, now=now)


def local(text: str) -> datetime:
    """An instant by the clock on the office's wall."""
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def depart(world: World, *departures: Departure) -> World:
    """`world` after each departure in turn."""
    for departure in departures:
        world = departure(world)
    return world


ASKED = Asked(
    reason="because",
    document="市考评〔2025〕1号",
    by="p-office",
    role="office",
    due=AHEAD,
    stage="plan",
    text="words",
    member="r4",
    member_home="elsewhere",
    member_is_reviewer=True,
    lines=(Line("deduction", "score.deduct.1"),),
    line="i1",
    matter=MATTER,
    new_year=2026,
    step="1",
    on=date(2025, 6, 9),
)

RECORD: Mapping[str, Any] = {
    "forms": dict.fromkeys(("plan", "midyear", "yearend", "rectification"), FORM),
    "team": ["r1", "r2", "r3"],
    "left": "plan.drafting",
    "result": {"version": 1, "grade": "good"},
    "talk": {"on": "2025-06-05", "by": "p-leader"},
    "steps": {"1": {"text": "s1", "due": "2025-06-30"}},
    "ratified_on": "2025-06-02",
}

VERIFIED = {"1": {"verified": "2025-06-06"}}
FAILED = {"version": 1, "grade": "failed"}

HAPPY: Mapping[str, tuple[Departure, ...]] = {
    "lapse": (form(grace_until="2025-06-09"),),
    "extend": (form(asked=EXTENSION),),
    "refuse_extension": (form(asked=EXTENSION),),
    "release": (asked(member="r1"),),
    "carry_over": (at(NEW_YEAR), facts(findings=(MATTER,))),
    "settle": (at(NEW_YEAR),),
    "rule_missing": (facts(lines=WITHOUT_SURVEY), asked(lines=(Line("public", "survey", 250),))),
    "start_rectification": (record(result=FAILED),),
    "accept": (record(result=FAILED),),
    "verify": (record(steps=VERIFIED),),
    "amend": (extra(grade="good"),),
}
"""What else an action of the appraisal is about, beside the world below."""


def appraisal(state: str, action: str = "") -> World:
    """An appraisal at `state`, everything `action` asks for in place."""
    there = Facts(
        state=state,
        rulebook=BOOK,
        calendar=CALENDAR,
        zone=ZONE,
        asked=ASKED,
        subject=SUBJECT,
        number=7,
        year=2025,
        department="caizheng",
        record=RECORD,
        cycle_state="running",
        lines=LEDGER,
    )
    return depart(World("appraisal", there, NOW), *HAPPY.get(action, ()))


TIE = {"departments": ["a", "b"], "seats": {"good": 1, "passed": 1}, "ruling": {"a": "good", "b": "passed"}}
LETTERHEAD = {
    "office": "绩效办",
    "contact": "周敏 0990-555-0102",
    "link": "https://kaoping.example",
    "domain": "kaoping.example",
}
FIGURE = BOOK.to_confirm()[0].path


def other(machine: str, state: str) -> World:
    """A subject of any other kind at `state`, everything its actions ask for in place."""
    wish = replace(
        ASKED,
        stage="government" if machine == "department" else "",
        step=FIGURE,
        extra={
            "digest": BOOK.digest,
            "tie": "T1",
            "ruling": {"a": "passed", "b": "good"},
            "person_active": True,
            "person_roles": ["department"],
            "predecessors": ["jiaotong"],
            "roles": ["office", "group"],
            "record": {"letterhead": LETTERHEAD},
        },
    )
    there = Facts(
        state=state,
        rulebook=BOOK,
        calendar=CALENDAR,
        zone=ZONE,
        asked=wish,
        subject=f"{machine}:x",
        number=3,
        year=2025,
        record={"objections_until": "2025-06-09", "ties": {"T1": TIE}},
        cycle_state=state,
    )
    return World(machine, there, NOW)


def world(machine: str, state: str, action: str = "") -> World:
    """A subject of `machine` at `state`, everything `action` asks for in place."""
    if machine == "appraisal":
        return appraisal(state, action)
    there = other(machine, state)
    if (machine, action) == ("department", "appoint"):
        return asked(stage="head")(there)
    return record(digests_held=True)(there) if action == "release_digests" else there


def machine_of(name: str) -> Machine:
    """The machine of a kind of subject."""
    return MACHINES[name]
