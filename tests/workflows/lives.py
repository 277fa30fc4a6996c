"""A department's year lived move by move: what each step does is taken in, as the write path would."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from tests.filled_forms import whole
from tests.workflows.machine_tables import EVERY_ACTION, states, table
from tests.workflows.test_workdays import CALENDAR
from tests.workflows.worlds import ASKED, BOOK, RATINGS, SUBJECT, World
from workflows.deadlines import ZONE
from workflows.effects import Effect, effect
from workflows.errors import Refused
from workflows.facts import Asked, Facts, Line, Standing
from workflows.forms import ENTRIES
from workflows.ledger import merge
from workflows.marking import Mark
from workflows.wake import appraisal_wake

TABLE = table("appraisal")
MARKS = tuple(Mark(indicator.id, indicator.points) for indicator in BOOK.indicators)
ALIAS = {"mark_1": "mark", "mark_2": "mark", "mark_3": "mark"}
ALIAS |= {"rate_all": "rate", "survey": "record_survey", "honours": "record_line"}


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked for after `days` have passed; `ahead` are the days from then to the new due date."""

    action: str
    days: int = 0
    ahead: int | None = 20
    stage: str = "plan"
    grade: str = "good"
    careless: bool = False
    findings: bool = False


FILING = ("save_form", "sign_off", "submit", "accept")
USUAL = (
    *("open_plan", *FILING, "open_midyear", *FILING, "open_yearend", *FILING),
    *("assign", "assign", "assign", "open_central_review", "honours"),
    *("mark_1", "mark_2", "mark_3", "complete", "settle"),
    *("rate_all", "survey", "survey", "propose", "ratify"),
)
"""A year in which everything goes as it should, up to its results."""

NOISE = (*EVERY_ACTION, *ALIAS, *sorted({action for _, action in TABLE} - {"exempt", "reopen"}))


def wishes() -> st.SearchStrategy[Wish]:
    """A wish at random; what makes no sense at the moment is refused and part of the test."""
    return st.builds(
        Wish,
        action=st.sampled_from(NOISE),
        days=st.sampled_from([0, 0, 0, 0, 1, 3, 7, 30]),
        ahead=st.sampled_from([None, -1, 1, 5, 20, 20, 60]),
        stage=st.sampled_from(["plan", "midyear", "yearend", "central_review", "inspection"]),
        grade=st.sampled_from(["failed", "good"]),
        careless=st.sampled_from([False] * 9 + [True]),
        findings=st.sampled_from([False] * 9 + [True]),
    )


@st.composite
def years(draw: st.DrawFn) -> list[Wish]:
    """A usual year with wishes at random put in between, and a random end."""
    grade = draw(st.sampled_from(["failed", "good"]))
    after = [
        "start_rectification",
        "close",
        "record_talk",
        "add_step",
        *FILING,
        "verify_step",
        "verify",
        "amend",
    ]
    year = [Wish(action, days=360 if action == "settle" else 0, grade=grade) for action in (*USUAL, *after)]
    for place, wish in draw(st.lists(st.tuples(st.integers(0, len(year)), wishes()), max_size=30)):
        year.insert(place, wish)
    return year


@dataclass(slots=True)
class Life:
    """One appraisal as its history adds up: nothing here decides, it only keeps."""

    now: datetime
    state: str = "none"
    record: dict[str, Any] = field(default_factory=dict)
    lines: list[Standing] = field(default_factory=list)
    number: int = 0
    open: dict[str, str] = field(default_factory=dict)
    every_deadline: list[str] = field(default_factory=list)
    entries: dict[str, int] = field(default_factory=dict)

    def world(self, wish: Wish) -> World:
        """The facts as they stand `wish.days` from now, with what is wished for."""
        now = self.now + timedelta(days=wish.days)
        there = Facts(
            state=self.state,
            rulebook=BOOK,
            calendar=CALENDAR,
            zone=ZONE,
            asked=self._asked(wish, now.astimezone(ZONE).date()),
            subject=SUBJECT,
            number=self.number + 1,
            year=2025,
            department="caizheng",
            record=self.record,
            cycle_state="running",
            lines=tuple(self.lines),
            findings=("finding:1",) if wish.findings else (),
            key_findings=("finding:2",) if wish.findings else (),
        )
        return World("appraisal", there, now)

    def _asked(self, wish: Wish, today: date) -> Asked:
        lines = {
            "honours": (Line("bonus", "score.bonus.national"),) * 2,
            "rule_missing": (Line("public", "survey", 100),),
        }.get(wish.action, (Line("deduction", "score.deduct.1"),))
        return replace(
            ASKED,
            due=self._due(wish, today),
            stage=wish.stage,
            text=f"text of {today}",
            member=self._member(wish),
            lines=lines,
            line=self.lines[-1].id if self.lines else "",
            matter="finding:1",
            step="1",
            on=today,
            reason="" if wish.careless else "because",
            role={"complete": "reviewer"}.get(wish.action, "office"),
            extra={"grade": wish.grade, "clocks": (), "voids": (), **self._written(), **self._points()},
        )

    def _member(self, wish: Wish) -> str:
        """Whom it is about: who comes next, who goes, whose sheet it is; nobody where all of them confirm."""
        team = self.record.get("team", ())
        if wish.action == "confirm_marks":
            return ""
        if wish.action.startswith("mark_"):
            return str([*team, "", "", ""][int(wish.action[-1]) - 1])
        return f"r{len(team) + (0 if wish.action == 'release' else 1)}"

    def _points(self) -> dict[str, Any]:
        """Every point there is, of a member, of the leader, of the first questionnaire not yet counted."""
        have = {(line.part, line.item) for line in self.lines}
        left = [item for part, item in RATINGS if part == "public" and (part, item) not in have]
        ratings = [
            {"item": i, "points": p} for i, p in BOOK.parts["leader"].items() if ("leader", i) not in have
        ]
        return {
            "marks": MARKS,
            "ratings": ratings,
            "item": left[0] if left else "",
            "counts": {"satisfied": 1},
        }

    def _written(self) -> dict[str, Any]:
        """A whole content of the form that stands open, and progress on its target."""
        form = self.state.partition(".")[0]
        content = {"content": whole(form, 2025, BOOK)} if form in ENTRIES else {}
        return {**content, "progress": {"1": {"percent": 40}}}

    def _due(self, wish: Wish, today: date) -> date | None:
        if wish.action == "shift_grace":  # only ever asked for by the system, to a later day
            form = self.record.get("forms", {}).get(self.state.partition(".")[0], {})
            return date.fromisoformat(form.get("grace_until", "2025-01-10")) + timedelta(days=1)
        return None if wish.ahead is None else today + timedelta(days=wish.ahead)

    def try_move(self, wish: Wish) -> str | None:
        """Move if it is possible; the new state, or None when refused, in which case nothing has changed."""
        there = self.world(wish)
        action = ALIAS.get(wish.action, wish.action)
        self.now = there.now
        try:
            step = there.step(action)
        except Refused:
            return None
        self._take_in(effect(there.facts, step, there.now))
        if step.after != self.state:
            self.entries[step.after] = self.entries.get(step.after, 0) + 1
        self.state = step.after
        if action == "ratify":
            self.record = merge(self.record, {"result": {"version": 1, "grade": wish.grade}})
        return step.after

    def _take_in(self, done: Effect) -> None:
        self.number += 1
        self.record = merge(self.record, done.record)
        for name in done.voids:
            del self.open[name]
        for deadline in done.deadlines:
            self.open[deadline.id] = deadline.state
            self.every_deadline.append(deadline.id)
        for line in done.lines:
            if line["reverses"]:
                self.lines = [kept for kept in self.lines if kept.id != line["reverses"]]
            else:
                self.lines.append(Standing(line["id"], line["part"], line["item"], line["points"]))

    def check(self) -> None:
        """What is true of every year at every moment."""
        assert self.state in states("appraisal") | {"none"}
        assert set(self.record.get("deadlines", {})) == set(self.open)
        assert set(self.open.values()) <= {self.state}
        assert len(set(self.every_deadline)) == len(self.every_deadline)
        assert self.record.get("visits", {}) == self.entries
        assert len({line.id for line in self.lines}) == len(self.lines)
        if self.state.endswith(".drafting"):
            form = self.record["forms"][self.state.partition(".")[0]]
            assert form["due"] <= form["grace_until"]
            wake = appraisal_wake(self.state, self.record, 2025, BOOK, ZONE)
            assert (wake is None) == bool(form.get("asked"))
            departments = [d for d in self.record["deadlines"].values() if d["who"] == "liaison"]
            assert [(d["due"], d["grace_until"]) for d in departments] == [(form["due"], form["grace_until"])]
        if self.state == "grading.proposed":
            bonus = sum(line.points for line in self.lines if line.part in ("bonus", "cap"))
            assert bonus <= BOOK.bonus_cap
