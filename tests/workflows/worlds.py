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
from workflows.marking import Mark
from workflows.rulebook import load

BOOK = load()
NOW = datetime(2025, 6, 10, 2, tzinfo=UTC)
NEW_YEAR = datetime(2026, 1, 5, 2, tzinfo=UTC)
AHEAD = date(2025, 7, 4)
SUBJECT = "appraisal:2025:caizheng"
FORM: Mapping[str, Any] = {
    "text": "t1",
    "targets": {"1": "2025-11-30"},
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
WITHOUT_LEADER = tuple(line for line in LEDGER if line.part != "leader")
FIRST = BOOK.indicators[0]
SHEET: Mapping[str, Any] = {i.id: {"points": i.points} for i in BOOK.indicators}
"""One member's marks, nothing taken off."""

APART = {FIRST.id: {"points": 0, "reason": "nothing done"}}
"""A mark that lies too far from the others."""


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
    "targets": {"1": "2025-11-30"},
    "marks": dict.fromkeys(("r1", "r2", "r3"), SHEET),
}

VERIFIED = {"1": {"verified": "2025-06-06"}}
FAILED = {"version": 1, "grade": "failed"}

NEXT = {"cycle": "running", "standing": "plan.drafting", "active": True}
"""The year that something is carried over into."""

HAPPY: Mapping[str, tuple[Departure, ...]] = {
    "lapse": (form(grace_until="2025-06-09"),),
    "extend": (form(asked=EXTENSION),),
    "refuse_extension": (form(asked=EXTENSION),),
    "release": (asked(member="r1"),),
    "carry_over": (at(NEW_YEAR), facts(findings=(MATTER,)), extra(next=NEXT)),
    "settle": (at(NEW_YEAR),),
    "rule_missing": (facts(lines=WITHOUT_SURVEY), asked(lines=(Line("public", "survey", 250),))),
    "mark": (asked(member="r1"), extra(marks=(Mark(FIRST.id, FIRST.points),))),
    "confirm_marks": (asked(member="r1"),),
    "acknowledge_spread": (record(marks={"r1": APART}), extra(items=(FIRST.id,))),
    "chase": (record(marks={"r1": None}),),
    "reverse_line": (asked(line="r1"),),
    "rate": (facts(lines=WITHOUT_LEADER), extra(ratings=({"item": "team", "level": "good"},))),
    "record_survey": (facts(lines=WITHOUT_SURVEY), extra(item="survey", counts={"satisfied": 3})),
    "start_rectification": (record(result=FAILED),),
    "accept": (record(result=FAILED),),
    "verify": (record(steps=VERIFIED),),
    "amend": (extra(grade="good"),),
    "report_progress": (extra(progress={"1": {"percent": 40, "note": "half done"}}),),
    **dict.fromkeys(
        ("acknowledge", "note_receipt"),
        (record(receipts={"5": {"what": "send_back", "on": "2025-06-05"}}), extra(receipts=["5"])),
    ),
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
            "person_roles": ["department", "inspector"],
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


EVIDENCE: Mapping[str, Any] = {
    "about": "plan",
    "version": 2,
    "versions": {"1": {"sha256": "a"}, "2": {"sha256": "b"}},
}
ARRIVING: Mapping[str, Any] = {
    "appraisal": "plan.drafting",
    "about": "content.2.2",
    "about_found": False,
    "held": 499 << 20,
    "size": 1 << 20,
    "sha256": "c",
    "version": 2,
}


def evidence(state: str) -> World:
    """A piece of evidence in its second version, or one about an indicator, with the last room there is."""
    there = other("evidence", state)
    wish = replace(there.facts.asked, extra=ARRIVING)
    return depart(there, facts(asked=wish, record={} if state == "none" else EVIDENCE))


def world(machine: str, state: str, action: str = "") -> World:
    """A subject of `machine` at `state`, everything `action` asks for in place."""
    if machine == "appraisal":
        return appraisal(state, action)
    if machine in MATTERS_AT:
        return MATTERS_AT[machine](machine, state, action)
    there = other(machine, state)
    if (machine, action) == ("department", "appoint"):
        return asked(stage="head")(there)
    if machine == "token":
        return extra(scope="act", days=30)(there)
    if machine == "account":
        asks = (asked(member="p-owner", by="p-admin"), extra(hours=72, link=LINK["link_sha256"], proven=True))
        return depart(there, record(**LINK, password=True), *asks)
    return record(digests_held=True)(there) if action == "release_digests" else there


LINK = {"link_sha256": "f" * 64, "link_expires": "2025-06-11T00:00:00.000000Z"}
RECEIPTS = {"5": {"what": "send_back", "on": "2025-06-05"}}
APPLICATION = {
    "item": "score.bonus.national",
    "award": "全国先进集体",
    "granted_by": "国务院",
    "collective": True,
}


def request(machine: str, state: str) -> World:
    """A bonus application, or an objection on the last day of its window, everything its actions ask for in place."""
    wish = replace(
        ASKED,
        line="i1",
        extra={
            "standing": "grading.proposed" if machine == "objection" else "grading.pending",
            "until": "2025-06-10",
            "lines": ("i1", "i2"),
            "record": APPLICATION,
            "receipts": ["5"],
            "clocks": (),
            "voids": (),
        },
    )
    if (machine, state) == ("bonus", "none"):
        wish = replace(wish, extra={**wish.extra, "standing": "inspection.open"})
    there = Facts(
        state=state,
        rulebook=BOOK,
        calendar=CALENDAR,
        zone=ZONE,
        asked=wish,
        subject=f"{machine}:2025:caizheng:1",
        number=6,
        year=2025,
        department="caizheng",
        record={} if state == "none" else {**APPLICATION, "receipts": RECEIPTS},
        cycle_state="running",
    )
    return World(machine, there, NOW)


FOUND: Mapping[str, Any] = {
    "item": "score.deduct.5.3",
    "source": "report",
    "severity": "key",
    "on": "2025-06-03",
    "text": "words",
}
PERSONS = [{"name": "某人", "post": "head"}]


def found(machine: str, state: str, action: str) -> World:
    """A finding or a complaint whose answer is late, everything its actions ask for in place."""
    recorded = {**FOUND, "source": "call"} if machine == "complaint" else FOUND
    wanted = recorded if state == "none" else {"veto": {"persons": PERSONS}}
    there = request("bonus", "approved").facts
    there = replace(
        there,
        state=state,
        subject=f"{machine}:2025:caizheng:1",
        asked=replace(there.asked, extra={**there.asked.extra, "record": wanted}),
        record={}
        if state == "none"
        else {
            **FOUND,
            "receipts": RECEIPTS,
            "deadlines": {"d": {"due": "2025-06-09"}},
            "line": "l1",
            "accountability": "words",
            "veto": wanted["veto"] if action == "lift_veto" else None,
        },
    )
    return World(machine, there, NOW)


def machine_of(name: str) -> Machine:
    """The machine of a kind of subject."""
    return MACHINES[name]


def numbered(machine: str, state: str, action: str) -> World:
    """A register of papers with three of a series: the next one is asked for, or the last one made void."""
    number = 3 if action == "void_paper" else 4
    wish = extra(series="series", number=number)
    return depart(other(machine, state), record(numbers={"series": 3}), wish)


MATTERS_AT: Mapping[str, Callable[[str, str, str], World]] = {
    "evidence": lambda _machine, state, _action: evidence(state),
    **dict.fromkeys(("bonus", "objection"), lambda machine, state, _action: request(machine, state)),
    **dict.fromkeys(("finding", "complaint"), found),
    "dispatch": numbered,
}
"""Kind of matter, and the register of papers, to how one is set up for an action."""
