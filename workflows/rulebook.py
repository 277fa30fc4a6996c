"""The regulation of one year as a value: points, quotas, dates and deadlines, each resting on a clause.

Points are int hundredths, shares and rates whole per cent, days working days unless a name says otherwise.
"""

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from workflows import rulebook_build, rulebook_whole, toml_file
from workflows.rulebook_build import Bonus, Deduction, Group, Indicator, Tree, Window
from workflows.rulebook_check import Reading, read
from workflows.rulebook_faults import RulebookInvalid, RuleFault, fault_text
from workflows.rulebook_figure import EVIDENCE, TO_CONFIRM, Figure
from workflows.rulebook_shape import GRADES, STAGES

__all__ = [
    "EVIDENCE",
    "GRADES",
    "STAGES",
    "Bonus",
    "Deduction",
    "Figure",
    "Group",
    "Indicator",
    "RuleFault",
    "Rulebook",
    "RulebookInvalid",
    "Window",
    "fault_text",
    "load",
    "parse",
    "thaw",
]

_SHIPPED = Path(__file__).with_name("rulebooks")


@dataclass(frozen=True, slots=True)
class Rulebook:
    """A valid rulebook; two with equal content have equal digests and are equal."""

    name: str
    zh: str
    en: str
    groups: tuple[Group, ...]
    indicators: tuple[Indicator, ...]
    components: Mapping[str, int]
    parts: Mapping[str, Mapping[str, int]]
    levels: Mapping[str, Mapping[str, int]]
    deductions: tuple[Deduction, ...]
    bonuses: tuple[Bonus, ...]
    bonus_cap: int
    quota: Mapping[str, int]
    award_rates: Mapping[str, int]
    windows: Mapping[str, Window]
    cutoff: tuple[int, int]
    proposal_workday: int
    objection_days: int
    ratification_days: int
    rectification_due_days: int
    rectification_verify_days: int
    grace_days: int
    office_days: int
    send_back_days: int
    late_window_days: int
    reinstate_days: int
    answer_days: int
    finding_rectify_days: int
    complaint_days: int
    bonus_days: int
    objection_decide_days: int
    duty_days: int
    receipt_days: int
    max_extensions: int
    team_size: int
    trim_from: int
    spread_percent: int
    rungs: tuple[str, ...]
    categories: Mapping[str, str]
    same_award_once: bool
    skip_exempt_years: bool
    movement_basis: str
    consequences: Mapping[str, int | str | tuple[str, ...]]
    figures: tuple[Figure, ...]
    canonical: str
    digest: str

    def __hash__(self) -> int:
        return hash(self.digest)

    def opens(self, stage: str, year: int) -> date:
        """The day the stage's window opens, as the rulebook gives it, working day or not."""
        return date(year, *self.windows[stage].opens)

    def due(self, stage: str, year: int) -> date:
        """The day the stage's window is due, before it is moved to a working day."""
        return date(year, *self.windows[stage].due)

    def cutoff_date(self, year: int) -> date:
        """The last day of the year's inspections."""
        return date(year, *self.cutoff)

    def figure(self, path: str) -> Figure:
        """The figure at the path; KeyError when there is none."""
        for figure in self.figures:
            if figure.path == path:
                return figure
        raise KeyError(path)

    def to_confirm(self) -> tuple[Figure, ...]:
        """The figures the office must confirm before a year opens, in the order of the rulebook."""
        return tuple(figure for figure in self.figures if figure.evidence in TO_CONFIRM)

    def content(self) -> dict[str, object]:
        """The whole rulebook as plain JSON without floats: what is frozen into a cycle and digested."""
        content: dict[str, object] = json.loads(self.canonical)
        return content


def load(name_or_path: str = "municipal") -> Rulebook:
    """A shipped rulebook by its name, read once a process, or any TOML file by its path. Raises RulebookInvalid."""
    is_path = name_or_path.endswith(".toml") or os.sep in name_or_path or "/" in name_or_path
    return _read(Path(name_or_path)) if is_path else _shipped(name_or_path)


@cache
def _shipped(name: str) -> Rulebook:
    return _read(_SHIPPED / f"{name}.toml")


def _read(path: Path) -> Rulebook:
    try:
        tables = toml_file.read_tables(path)
    except toml_file.UnreadableFile as error:
        raise RulebookInvalid((RuleFault("", error.code, error.data),)) from error
    return parse(tables, name=path.stem)


def parse(data: Mapping[str, object], *, name: str) -> Rulebook:
    """The rulebook of the raw tables of a TOML file. Raises RulebookInvalid with every fault."""
    reading = read(data)
    faults = [] if name.strip() else [RuleFault("name", "blank")]
    faults += [*reading.faults, *rulebook_whole.check(reading)]
    if faults:
        raise RulebookInvalid(tuple(faults))
    return _build(reading, name)


def thaw(content: Mapping[str, object]) -> Rulebook:
    """The inverse of `content()`. Raises RulebookInvalid."""
    tables = dict(content)
    name = tables.pop("name", None)
    if not isinstance(name, str):
        code, data = ("missing_key", {}) if name is None else ("wrong_type", {"expected": "text"})
        raise RulebookInvalid((RuleFault("name", code, data),))
    return parse(rulebook_build.keyed(tables), name=name)


def _build(reading: Reading, name: str) -> Rulebook:
    tree: Tree = reading.tree
    canonical = json.dumps(
        {"name": name} | tree, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )
    values = rulebook_build.Values(tree, reading.figures)
    return Rulebook(
        name=name,
        zh=tree["zh"],
        en=tree["en"],
        groups=values.groups(),
        indicators=values.indicators(),
        components=values.points("components"),
        parts=values.parts(),
        levels=values.levels(),
        deductions=values.deductions(),
        bonuses=values.bonuses(),
        bonus_cap=values.point("score.bonus_cap"),
        quota=values.numbers("quota"),
        award_rates=values.numbers("award_rates"),
        windows=values.windows(),
        cutoff=values.day("deadlines.cutoff"),
        proposal_workday=values.number("deadlines.proposal_workday"),
        objection_days=values.number("deadlines.objection_days"),
        ratification_days=values.number("deadlines.ratification_days"),
        rectification_due_days=values.number("deadlines.rectification_due_days"),
        rectification_verify_days=values.number("deadlines.rectification_verify_days"),
        grace_days=values.number("deadlines.grace_days"),
        office_days=values.number("deadlines.office_days"),
        send_back_days=values.number("deadlines.send_back_days"),
        late_window_days=values.number("deadlines.late_window_days"),
        reinstate_days=values.number("deadlines.reinstate_days"),
        answer_days=values.number("deadlines.answer_days"),
        finding_rectify_days=values.number("deadlines.finding_rectify_days"),
        complaint_days=values.number("deadlines.complaint_days"),
        bonus_days=values.number("deadlines.bonus_days"),
        objection_decide_days=values.number("deadlines.objection_decide_days"),
        duty_days=values.number("deadlines.duty_days"),
        receipt_days=values.number("deadlines.receipt_days"),
        max_extensions=values.number("deadlines.max_extensions"),
        team_size=values.number("deadlines.team_size"),
        trim_from=values.number("deadlines.trim_from"),
        spread_percent=values.number("deadlines.spread_percent"),
        rungs=tuple(values.text("reminders.rungs").split(",")),
        categories=values.categories(),
        same_award_once=values.text("readings.same_award_once") == "true",
        skip_exempt_years=values.text("readings.skip_exempt_years") == "true",
        movement_basis=values.text("readings.movement_basis"),
        consequences=values.consequences(),
        figures=tuple(reading.figures.values()),
        canonical=canonical,
        digest=hashlib.sha256(canonical.encode()).hexdigest(),
    )
