"""The shipped rulebook against the regulation, clause by clause, from a table of its own."""

from collections.abc import Iterator
from datetime import date

import pytest

from workflows import rulebook
from workflows.rulebook import Figure

BOOK = rulebook.load()

Row = tuple[str, str, str, tuple[str, ...]]

# clause, value, evidence, other readings
GROUPS: list[Row] = [
    ("content.1", "10", "sum", ()),
    ("content.2", "35", "printed", ()),
    ("content.3", "20", "printed", ()),
    ("content.4", "10", "sum", ()),
    ("content.5", "5", "printed", ()),
    ("content.6", "10", "sum", ()),
]
INDICATORS: list[Row] = [
    ("content.1.1", "2", "printed", ()),
    ("content.1.2", "2", "printed", ()),
    ("content.1.3", "3", "printed", ()),
    ("content.1.4", "3", "printed", ()),
    ("content.2.1", "5", "printed", ()),
    ("content.2.2", "20", "printed", ()),
    ("content.2.3", "5", "printed", ()),
    ("content.2.4", "3", "printed", ()),
    ("content.2.5", "2", "printed", ()),
    ("content.3.1", "5", "printed", ()),
    ("content.3.2", "5", "printed", ()),
    ("content.3.3", "5", "printed", ()),
    ("content.3.4", "3", "printed", ()),
    ("content.3.5", "2", "printed", ()),
    ("content.4.1", "3", "printed", ()),
    ("content.4.2", "5", "printed", ()),
    ("content.4.3", "2", "printed", ()),
    ("content.5.1", "1", "sum", ()),
    ("content.5.2", "1", "sum", ()),
    ("content.5.3", "2", "printed", ()),
    ("content.5.4", "1", "sum", ()),
    ("content.6.1", "2", "printed", ()),
    ("content.6.2", "2", "printed", ()),
    ("content.6.3", "2", "printed", ()),
    ("content.6.4", "2", "printed", ()),
    ("content.6.5", "2", "printed", ()),
]
DEDUCTIONS: list[Row] = [
    ("score.deduct.1", "1", "sense", ()),
    ("score.deduct.2", "1", "sense", ()),
    ("score.deduct.3", "0.2", "sense", ()),
    ("score.deduct.4", "0.5", "sense", ()),
    ("score.deduct.5.1", "3", "ambiguous", ("13",)),
    ("score.deduct.5.2", "3", "ambiguous", ("13",)),
    ("score.deduct.5.3", "6", "ambiguous", ("16",)),
    ("score.deduct.5.4", "10", "sense", ()),
    ("score.deduct.5.5", "5", "ambiguous", ("15",)),
]
BONUSES: list[Row] = [
    ("score.bonus.national", "3", "ambiguous", ("13",)),
    ("score.bonus.region", "2", "ambiguous", ("12",)),
    ("score.bonus.division", "1", "sense", ()),
    ("score.bonus.outstanding", "1", "sense", ()),
    ("score.bonus.article", "1", "sense", ()),
]
# path, then as above
ELSEWHERE: list[tuple[str, Row]] = [
    ("components.central", ("score.base", "90", "printed", ())),
    ("components.public", ("score.base", "5", "printed", ())),
    ("components.leader", ("score.base", "5", "printed", ())),
    ("score.base", ("score.base", "100", "printed", ())),
    ("score.total", ("score.total", "base - deductions + bonus", "sense", ())),
    ("score.bonus_cap", ("score.bonus.cap", "5", "ambiguous", ("15",))),
    ("parts.public.survey", ("method.public", "3", "printed", ())),
    ("parts.public.grassroots_leaders", ("method.public", "2", "printed", ())),
    ("parts.leader.team", ("method.leader", "1", "sum", ())),
    ("parts.leader.business", ("method.leader", "1", "sum", ())),
    ("parts.leader.conduct", ("method.leader", "1", "sum", ())),
    ("parts.leader.execution", ("method.leader", "1", "sum", ())),
    ("parts.leader.innovation", ("method.leader", "1", "sum", ())),
    ("quota.excellent", ("grade.quota", "25", "printed", ())),
    ("quota.good", ("grade.quota", "35", "printed", ())),
    ("quota.passed", ("grade.quota", "34", "printed", ())),
    ("quota.failed", ("grade.quota", "6", "printed", ())),
    ("award_rates.excellent", ("use.reward", "10", "sense", ())),
    ("award_rates.good", ("use.reward", "5", "sense", ())),
    ("award_rates.passed", ("use.reward", "0", "sense", ())),
    ("award_rates.failed", ("use.reward", "-20", "sense", ())),
    (
        "consequences.outstanding_civil_servant_share_cut",
        ("use.failed", "5", "ambiguous", ("15",)),
    ),
    ("categories.party", ("subject.party", "10", "printed", ())),
    ("categories.government", ("subject.government", "23", "printed", ())),
    ("categories.congress", ("subject.congress", "2", "sense", ())),
    ("categories.mass", ("subject.mass", "5", "printed", ())),
]
# choices of ours: path, clause interpreted, value
OURS: list[tuple[str, str, str]] = [
    ("windows.plan.opens", "method.self", "01-10"),
    ("windows.plan.due", "method.self", "02-28"),
    ("windows.midyear.opens", "method.self", "07-01"),
    ("windows.midyear.due", "method.self", "07-20"),
    ("windows.yearend.opens", "method.self", "11-10"),
    ("windows.yearend.due", "method.self", "11-30"),
    ("windows.central_review.opens", "method.central", "12-11"),
    ("windows.central_review.due", "method.central", "12-28"),
    ("deadlines.cutoff", "method.inspection", "12-31"),
    ("deadlines.proposal_workday", "", "12"),
    ("deadlines.objection_days", "", "5"),
    ("deadlines.ratification_days", "grade.quota", "10"),
    ("deadlines.rectification_due_days", "use.failed", "30"),
    ("deadlines.rectification_verify_days", "use.failed", "120"),
    ("deadlines.grace_days", "", "5"),
    ("deadlines.office_days", "org.office", "5"),
    ("deadlines.send_back_days", "org.office", "3"),
    ("deadlines.late_window_days", "", "5"),
    ("deadlines.reinstate_days", "", "5"),
    ("deadlines.answer_days", "method.inspection", "5"),
    ("deadlines.finding_rectify_days", "method.inspection", "20"),
    ("deadlines.complaint_days", "method.complaint", "15"),
    ("deadlines.bonus_days", "score.bonus.outstanding", "10"),
    ("deadlines.objection_decide_days", "org.group", "5"),
    ("deadlines.duty_days", "use.record", "60"),
    ("deadlines.receipt_days", "", "2"),
    ("deadlines.max_extensions", "", "2"),
    ("deadlines.team_size", "method.central", "3"),
    ("deadlines.trim_from", "method.central", "5"),
    ("deadlines.spread_percent", "method.central", "20"),
    ("reminders.rungs", "", "opens,-14,-7,-3,-1,0,+1,+3,+5,lapse"),
    ("readings.quota_basis", "grade.quota", "all"),
    ("readings.movement_basis", "use.movement", "category"),
    ("levels.public.satisfied", "method.public", "100"),
    ("levels.public.fairly", "method.public", "80"),
    ("levels.public.neutral", "method.public", "60"),
    ("levels.public.dissatisfied", "method.public", "0"),
    ("levels.leader.excellent", "method.leader", "100"),
    ("levels.leader.good", "method.leader", "80"),
    ("levels.leader.fair", "method.leader", "60"),
    ("levels.leader.poor", "method.leader", "0"),
    ("readings.same_award_once", "score.bonus.national", "true"),
    ("readings.skip_exempt_years", "use.consecutive", "true"),
    ("deductions.score.deduct.4.per", "score.deduct.4", "event"),
    ("bonuses.score.bonus.article.per", "score.bonus.article", "article"),
    ("bonuses.score.bonus.outstanding.per", "score.bonus.outstanding", "application"),
    (
        "consequences.outstanding_civil_servant_share_cut_unit",
        "use.failed",
        "percentage_points",
    ),
]


def _expected() -> Iterator[tuple[str, Row]]:
    sections = (
        ("groups", GROUPS),
        ("indicators", INDICATORS),
        ("deductions", DEDUCTIONS),
        ("bonuses", BONUSES),
    )
    for section, rows in sections:
        for row in rows:
            yield f"{section}.{row[0]}", row
    yield from ELSEWHERE


@pytest.mark.parametrize(
    ("path", "row"), list(_expected()), ids=lambda case: case if isinstance(case, str) else ""
)
def test_a_figure_stands_as_the_regulation_gives_it(path: str, row: Row) -> None:
    figure = BOOK.figure(path)
    assert (figure.clause, figure.value, figure.evidence, figure.other) == row


@pytest.mark.parametrize(("path", "clause", "value"), OURS)
def test_a_choice_of_ours_is_marked_as_ours(path: str, clause: str, value: str) -> None:
    figure = BOOK.figure(path)
    assert (figure.clause, figure.value, figure.evidence) == (clause, value, "ours")


def test_nothing_stands_in_the_book_but_the_tables_above_and_the_printed_consequences() -> None:
    named = {path for path, _ in _expected()} | {path for path, _, _ in OURS}
    rest = {figure.path: figure for figure in BOOK.figures if figure.path not in named}
    assert {path: figure.clause for path, figure in rest.items()} == {
        "categories.institution": "subject.scope",
        "consequences.eligibility_lost": "use.failed",
        "consequences.talk_held_by": "use.failed",
        "consequences.talk_held_with": "use.failed",
        "consequences.consecutive_failures": "use.consecutive",
        "consequences.award_lost_on_veto": "use.reward",
    }
    assert {figure.evidence for figure in rest.values()} == {"printed"}


def test_what_the_office_must_confirm_is_everything_restored_by_sense_or_ambiguous() -> None:
    doubtful = {path for path, row in _expected() if row[2] in ("sense", "ambiguous")}
    assert {figure.path for figure in BOOK.to_confirm()} == doubtful
    assert len(doubtful) == 22


def test_every_figure_has_titles_in_both_languages() -> None:
    assert [figure for figure in BOOK.figures if not (figure.zh and figure.en)] == []


def _explained() -> tuple[str, ...]:
    indicators = tuple(f"indicators.content.{number}" for number in ("1.4", "3.4", "4.1", "4.2"))
    not_said = tuple(path for path, _, _ in OURS if path.endswith((".per", "_unit", "_basis")))
    return (
        indicators
        + not_said
        + ("categories.congress", "deductions.score.deduct.5.4", "award_rates.excellent")
    )


@pytest.mark.parametrize("path", _explained())
def test_what_the_text_leaves_open_has_a_note_in_both_languages(path: str) -> None:
    figure: Figure = BOOK.figure(path)
    assert figure.note_zh
    assert figure.note_en


def test_the_typed_book_agrees_with_its_figures() -> None:
    assert [(group.id, group.points) for group in BOOK.groups] == _points(GROUPS)
    assert [(indicator.id, indicator.points) for indicator in BOOK.indicators] == _points(INDICATORS)
    assert [(deduction.id, deduction.points) for deduction in BOOK.deductions] == _points(DEDUCTIONS)
    assert [(bonus.id, bonus.points) for bonus in BOOK.bonuses] == _points(BONUSES)


def _points(rows: list[Row]) -> list[tuple[str, int]]:
    return [(clause, round(float(value) * 100)) for clause, value, _, _ in rows]


def test_the_points_add_up_as_the_regulation_says() -> None:
    assert len(BOOK.indicators) == 26
    assert sum(indicator.points for indicator in BOOK.indicators) == 9000
    assert dict(BOOK.components) == {"central": 9000, "public": 500, "leader": 500}
    assert sum(BOOK.parts["public"].values()) == 500
    assert sum(BOOK.parts["leader"].values()) == 500
    assert (BOOK.bonus_cap, dict(BOOK.quota)) == (
        500,
        {"excellent": 25, "good": 35, "passed": 34, "failed": 6},
    )
    assert dict(BOOK.award_rates) == {"excellent": 10, "good": 5, "passed": 0, "failed": -20}


def test_deductions_are_per_case_and_absence_per_event() -> None:
    assert {deduction.id for deduction in BOOK.deductions if deduction.per != "case"} == {"score.deduct.4"}
    assert {deduction.per for deduction in BOOK.deductions} == {"case", "event"}


def test_a_veto_may_go_with_the_two_breaches_the_regulation_names() -> None:
    vetoes = [deduction.id for deduction in BOOK.deductions if deduction.veto]
    assert vetoes == ["score.deduct.5.3", "score.deduct.5.5"]


def test_bonuses_count_by_award_application_or_article() -> None:
    assert [bonus.per for bonus in BOOK.bonuses] == ["award", "award", "award", "application", "article"]


def test_failing_has_the_consequences_the_regulation_names() -> None:
    assert dict(BOOK.consequences) == {
        "outstanding_civil_servant_share_cut": 5,
        "outstanding_civil_servant_share_cut_unit": "percentage_points",
        "eligibility_lost": ("department", "head"),
        "talk_held_by": "leader",
        "talk_held_with": "head",
        "consecutive_failures": 2,
        "award_lost_on_veto": ("person", "head", "deputy"),
    }


def test_the_year_runs_by_our_defaults() -> None:
    days = {stage: (BOOK.opens(stage, 2026), BOOK.due(stage, 2026)) for stage in BOOK.windows}
    assert days == {
        "plan": (date(2026, 1, 10), date(2026, 2, 28)),
        "midyear": (date(2026, 7, 1), date(2026, 7, 20)),
        "yearend": (date(2026, 11, 10), date(2026, 11, 30)),
        "central_review": (date(2026, 12, 11), date(2026, 12, 28)),
    }
    assert BOOK.cutoff == (12, 31)
    assert (BOOK.skip_exempt_years, BOOK.movement_basis) == (True, "category")


def test_there_are_four_categories_and_institutions_by_reference() -> None:
    assert dict(BOOK.categories) == {
        "party": "党委工作部门",
        "government": "政府工作部门",
        "congress": "人大、政协机关",
        "mass": "群团单位",
        "institution": "市直事业单位(参照执行)",
    }
