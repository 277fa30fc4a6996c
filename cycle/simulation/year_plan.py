"""What is settled about a year before it begins, from the seed and the roster it was opened with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from cycle.simulation import events
from cycle.simulation.events import Event
from cycle.simulation.plan import Plan
from cycle.simulation.sheets import Planned, plan_sheets
from workflows.rulebook import Rulebook

FORMS = ("plan", "midyear", "yearend")


@dataclass(frozen=True, slots=True)
class YearPlan:
    """One year of one city. `cards` and `evidence` are by form, then department; `quirks` single departments out."""

    year: int
    cards: Mapping[str, Mapping[str, str]]
    evidence: Mapping[str, Mapping[str, str]]
    events: tuple[Event, ...]
    sheets: Mapping[str, Planned]
    quirks: Mapping[str, str]
    withdraws: bool

    def card(self, form: str, department: str) -> str:
        """How the department files this form; empty where it files in good time."""
        return self.cards.get(form, {}).get(department, "")

    def has(self, department: str, quirk: str) -> bool:
        """Whether the department was dealt `wrong`, `unrated` or `replaced` this year."""
        return self.quirks.get(department) == quirk


class Planner:
    """Makes each year's plan once; the same inputs give the same plan, so nothing is lost with it."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self._made = lru_cache(maxsize=8)(self._make)

    def of(self, year: int, book: Rulebook, roster: Sequence[str], settled: frozenset[str]) -> YearPlan:
        """The plan of `year`; `settled` are the departments that stood when its three years began."""
        return self._made(year, book, tuple(roster), settled)

    def _make(self, year: int, book: Rulebook, roster: tuple[str, ...], settled: frozenset[str]) -> YearPlan:
        plan, points = self.plan, self.plan.behaviour.points
        worst = events.struggling(plan, year, roster, settled)
        happening = events.of_year(plan, year, roster, worst)
        taking_part = events.participants(roster, happening)
        cards = {form: plan.draws.deal(roster, plan.behaviour.filing, "filing", form, year) for form in FORMS}
        evidence = {
            form: plan.draws.deal(roster, plan.behaviour.evidence, "evidence", form, year) for form in FORMS
        }
        troubles = {d: sum(1 for form in FORMS if d in cards[form]) for d in roster}
        sheets = plan_sheets(plan, year, book, taking_part, struggling=worst, troubles=troubles)
        shares = {"wrong": points.wrong, "unrated": points.unrated, "replaced": points.replaced}
        quirks = plan.draws.deal(taking_part, shares, "quirks", year)
        withdraws = plan.draws.chance(plan.behaviour.office.withdraw_proposal, "withdraws", year)
        return YearPlan(year, cards, evidence, happening, sheets, quirks, withdraws)
