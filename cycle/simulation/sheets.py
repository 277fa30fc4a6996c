"""Who will be given how many points: planned before the year begins, so that a tie can be laid across a cut.

The plan looks at nobody's results. It says what the teams, the leaders and the office will find; three
departments around one cut line are planned to do exactly alike.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from cycle.simulation.plan import Plan
from workflows.grading import grade_all, seats
from workflows.rulebook import Rulebook
from workflows.scoring import Sheet, survey_points

APPRAISAL_WORK = "content.2.3"
"""The indicator that judges how seriously the appraisal itself is taken."""


ASKED = (60, 240)
"""How many people answer a questionnaire."""

DISPERSED = (8, 20, 40)
"""For each tenth lost, one in so many answers goes to the level below the best, to the next, to the one after."""


@dataclass(frozen=True, slots=True)
class Incident:
    """A deduction or a bonus to be recorded on the first working day not before `on`.

    `number` counts those of a department's year.
    """

    on: date
    part: str
    item: str
    number: int

    def note(self, year: int) -> str:
        """The name by which what is drawn about it is drawn."""
        return f"{year}年度第{self.number}笔"


@dataclass(frozen=True, slots=True)
class Planned:
    """One department's sheet before it is written. Points in hundredths, by item.

    `answers` are the answers the public points come from, by item and level.
    """

    central: Mapping[str, int]
    public: Mapping[str, int]
    leader: Mapping[str, int]
    answers: Mapping[str, Mapping[str, int]]
    incidents: tuple[Incident, ...] = ()


def plan_sheets(
    plan: Plan,
    year: int,
    book: Rulebook,
    departments: Sequence[str],
    *,
    struggling: Sequence[str],
    troubles: Mapping[str, int],
) -> dict[str, Planned]:
    """A sheet for each of `departments`. `troubles` counts the cards each was dealt for the year's forms."""
    incidents = _incidents(plan, year, book, departments)
    sheets = {d: _ordinary(plan, year, book, d, troubles.get(d, 0)) for d in departments}
    sheets = {d: replace(sheet, incidents=incidents.get(d, ())) for d, sheet in sheets.items()}
    for department in (d for d in struggling if d in sheets):
        sheets[department] = _worst(book, department, sheets, struggling)
    return _alike(plan, year, book, sheets)


def sheet_of(book: Rulebook, department: str, planned: Planned) -> Sheet:
    """The sheet a plan amounts to."""
    fixed = {d.id: d.points for d in book.deductions} | {b.id: b.points for b in book.bonuses}
    return Sheet(
        department=department,
        category="",
        central=sum(planned.central.values()),
        public=sum(planned.public.values()),
        leader=sum(planned.leader.values()),
        deductions=sum(fixed[i.item] for i in planned.incidents if i.part == "deduction"),
        bonus=sum(fixed[i.item] for i in planned.incidents if i.part == "bonus"),
    )


def _ordinary(plan: Plan, year: int, book: Rulebook, department: str, trouble: int) -> Planned:
    points = plan.behaviour.points
    central = {}
    for indicator in book.indicators:
        lost = indicator.points * _slip(plan, year, department, indicator.id) // 10
        if indicator.id == APPRAISAL_WORK:
            lost += trouble * points.trouble
        central[indicator.id] = max(0, indicator.points - lost)
    rated = {
        item: most - most * plan.draws.between(points.leader, "rated", year, department, "leader", item) // 10
        for item, most in book.parts["leader"].items()
    }
    answers = {item: _answers(plan, year, book, department, item) for item in book.parts["public"]}
    shares = book.levels["public"]
    asked = {item: survey_points(answers[item], shares, most) for item, most in book.parts["public"].items()}
    return Planned(central, asked, rated, answers)


def _answers(plan: Plan, year: int, book: Rulebook, department: str, item: str) -> dict[str, int]:
    """How many give each level: the more tenths are drawn, the fewer the best one."""
    lost = plan.draws.between(plan.behaviour.points.public, "rated", year, department, "public", item)
    number = plan.draws.between(ASKED, "answers", year, department, item)
    best, *others = book.levels["public"]
    found = {level: number * lost // part for level, part in zip(others, DISPERSED, strict=False)}
    return {best: number - sum(found.values()), **found}


def _slip(plan: Plan, year: int, department: str, indicator: str) -> int:
    """Tenths lost on one indicator."""
    points = plan.behaviour.points
    skill = plan.draws.between(points.skill, "skill", department)
    drawn = plan.draws.between((0, 99), "slip", year, department, indicator)
    one, two = points.slips
    if drawn >= one + skill:
        return 0
    return 1 if drawn >= two + skill // 3 else 2


def _incidents(
    plan: Plan, year: int, book: Rulebook, departments: Sequence[str]
) -> dict[str, tuple[Incident, ...]]:
    points = plan.behaviour.points
    against = plan.draws.deal(departments, {"grave": points.grave, "minor": points.minor}, "against", year)
    crowned = {"crowned": points.crowned, "honoured": points.honoured}
    praised = plan.draws.deal(departments, crowned, "for", year)
    found = {}
    for department in departments:
        deductions = _deductions(plan, year, book, department, against.get(department, ""))
        bonuses = _bonuses(plan, year, book, department, praised.get(department, ""))
        items = [("deduction", item) for item in deductions] + [("bonus", item) for item in bonuses]
        found[department] = tuple(
            Incident(_day(plan, year, department, number), part, item, number)
            for number, (part, item) in enumerate(items, start=1)
        )
    return found


def _deductions(plan: Plan, year: int, book: Rulebook, department: str, card: str) -> list[str]:
    if not card:
        return []
    grave = [d.id for d in book.deductions if d.points > 100]
    minor = [d.id for d in book.deductions if d.points <= 100]
    if card == "grave":
        return [plan.draws.pick(grave or minor, "grave", year, department)]
    number = plan.draws.between((1, 2), "minor", year, department)
    return [plan.draws.pick(minor or grave, "minor", year, department, n) for n in range(number)]


def _bonuses(plan: Plan, year: int, book: Rulebook, department: str, card: str) -> list[str]:
    if not card:
        return []
    if card == "honoured":
        return [plan.draws.pick([b.id for b in book.bonuses], "honoured", year, department)]
    won: list[str] = []
    total = 0
    for bonus in sorted(book.bonuses, key=lambda b: -b.points):
        if total <= book.bonus_cap:
            won.append(bonus.id)
            total += bonus.points
    return won


def _day(plan: Plan, year: int, department: str, number: int) -> date:
    day = plan.draws.between((75, 340), "incident", year, department, number)
    return date(year, 1, 1) + timedelta(days=day)


def _worst(
    book: Rulebook, department: str, sheets: Mapping[str, Planned], struggling: Sequence[str]
) -> Planned:
    """A sheet below everybody who does not struggle, and no lower than that takes."""
    cap = book.bonus_cap
    others = [sheet_of(book, d, s).total(cap) for d, s in sheets.items() if d not in struggling]
    own = replace(
        sheets[department],
        incidents=tuple(i for i in sheets[department].incidents if i.part == "deduction"),
    )
    for tenths in range(9, -1, -1):
        central = {i.id: min(own.central[i.id], i.points * tenths // 10) for i in book.indicators}
        fallen = replace(own, central=central)
        if not others or sheet_of(book, department, fallen).total(cap) < min(others):
            break
    return fallen


def _alike(plan: Plan, year: int, book: Rulebook, sheets: dict[str, Planned]) -> dict[str, Planned]:
    """Lay one group of equal sheets across the cut below excellent or the cut below good."""
    number = plan.behaviour.points.alike
    if number < 2 or len(sheets) < 2 * number:
        return sheets
    graded = grade_all(
        [sheet_of(book, d, s) for d, s in sheets.items()],
        quota=book.quota,
        cap=book.bonus_cap,
        award_rates=book.award_rates,
    )
    order = [r.department for r in graded.results]
    held = seats(len(sheets), book.quota)
    below_good = plan.draws.chance(50, "alike", year)
    cut = held["excellent"] + (held["good"] if below_good else 0)
    group = order[max(0, cut - number // 2 - number % 2) : cut + number // 2]
    return {**sheets, **dict.fromkeys(group, sheets[group[0]])}
