"""Broken rulebooks, each with exactly the faults it has."""

import copy
import tomllib
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from workflows import rulebook

SHIPPED = Path(rulebook.__file__).with_name("rulebooks") / "municipal.toml"
RAW: dict[str, Any] = tomllib.loads(SHIPPED.read_text(encoding="utf-8"))
DELETED = object()

Fault = tuple[str, str, dict[str, str]]

FIGURE = {"zh": "某项", "en": "Some", "points": "1", "evidence": "printed"}
TEXT, TABLE = {"expected": "text"}, {"expected": "table"}
RUNGS = ", ".join(["opens", "-14", "-7", "-3", "-1", "0", "+1", "+3", "+5", "lapse"])
EVIDENCE = "printed, sum, sense, ambiguous, ours"


def edited(changes: Mapping[str, object]) -> dict[str, Any]:
    """The shipped tables with changes, each at its keys joined by slashes."""
    data = copy.deepcopy(RAW)
    for place, value in changes.items():
        *above, key = place.split("/")
        table = data
        for step in above:
            table = table[step]
        if value is DELETED:
            del table[key]
        else:
            table[key] = value
    return data


def _of(path: str, code: str, **data: str) -> list[Fault]:
    return [(path, code, data)]


BROKEN: list[tuple[str, dict[str, object], list[Fault]]] = [
    (
        "group of indicators",
        {"indicators/content.1.1/points": "3"},
        _of("groups.content.1.points", "group_sum", sum="11", points="10"),
    ),
    (
        "lost indicator",
        {"indicators/content.6.5": DELETED},
        _of("groups.content.6.points", "group_sum", sum="8", points="10"),
    ),
    (
        "group and centre",
        {"groups/content.5/points": "6"},
        [
            ("groups.content.5.points", "group_sum", {"sum": "5", "points": "6"}),
            ("components.central.points", "central_sum", {"sum": "91", "points": "90"}),
        ],
    ),
    (
        "component",
        {"components/central/points": "80"},
        [
            ("components.central.points", "central_sum", {"sum": "90", "points": "80"}),
            ("score.base.points", "base_sum", {"sum": "90", "points": "100"}),
        ],
    ),
    (
        "base and component agree on the wrong sum",
        {"components/public/points": "6", "parts/public/survey/points": "4", "score/base/points": "101"},
        _of("score.base.points", "base_not_hundred", points="101"),
    ),
    (
        "public part",
        {"parts/public/survey/points": "2.5"},
        _of("parts.public", "parts_sum", sum="4.5", points="5"),
    ),
    (
        "leader part",
        {"parts/leader/innovation": DELETED},
        _of("parts.leader", "parts_sum", sum="4", points="5"),
    ),
    ("quota", {"quota/failed/percent": 5}, _of("quota", "quota_sum", sum="99")),
    ("lost grade", {"quota/failed": DELETED}, _of("quota.failed", "missing_key")),
    ("lost award", {"award_rates/good": DELETED}, _of("award_rates.good", "missing_key")),
    ("fifth grade", {"quota/superb": FIGURE}, _of("quota.superb", "unknown_key")),
    (
        "plan due before it opens",
        {"windows/plan/due/value": "01-09"},
        _of("windows.plan.due.value", "date_order", value="01-09", before="windows.plan.opens", than="01-10"),
    ),
    (
        "plan due after the mid-year opens",
        {"windows/plan/due/value": "07-10"},
        _of(
            "windows.midyear.opens.value",
            "date_order",
            value="07-01",
            before="windows.plan.due",
            than="07-10",
        ),
    ),
    (
        "cut-off before the central review is due",
        {"deadlines/cutoff/value": "12-27"},
        _of(
            "deadlines.cutoff.value",
            "date_order",
            value="12-27",
            before="windows.central_review.due",
            than="12-28",
        ),
    ),
    (
        "grace reaching into the central review",
        {"windows/yearend/due/value": "12-02"},
        _of(
            "windows.central_review.opens.value",
            "grace_overlaps",
            before="windows.yearend.due",
            end="12-11",
            value="12-11",
        ),
    ),
    (
        "verified before due",
        {"deadlines/rectification_verify_days/value": 30},
        _of(
            "deadlines.rectification_verify_days.value",
            "days_order",
            value="30",
            before="deadlines.rectification_due_days",
            than="30",
        ),
    ),
    (
        "a day only leap years have",
        {"windows/plan/due/value": "02-29"},
        _of("windows.plan.due.value", "date_invalid", value="02-29"),
    ),
    (
        "a date of TOML",
        {"windows/plan/due/value": date(2025, 2, 28)},
        _of("windows.plan.due.value", "wrong_type", expected="date"),
    ),
    (
        "rung nobody knows",
        {"reminders/rungs/value": ["opens", "-2", "lapse"]},
        _of("reminders.rungs.value", "choice_unknown", value="-2", allowed=RUNGS),
    ),
    (
        "rungs out of order",
        {"reminders/rungs/value": ["-1", "-3", "lapse"]},
        _of("reminders.rungs.value", "list_order", value="-1,-3,lapse", allowed=RUNGS),
    ),
    (
        "rung twice",
        {"reminders/rungs/value": ["0", "0", "lapse"]},
        _of("reminders.rungs.value", "list_duplicate", value="0, 0, lapse"),
    ),
    (
        "no lapse",
        {"reminders/rungs/value": ["opens", "0"]},
        _of("reminders.rungs.value", "rung_missing", value="lapse"),
    ),
    ("no rungs", {"reminders/rungs/value": []}, _of("reminders.rungs.value", "empty")),
    (
        "float",
        {"deductions/score.deduct.3/points": 0.2},
        _of("deductions.score.deduct.3.points", "float", value="0.2"),
    ),
    (
        "no number",
        {"indicators/content.1.1/points": "O2"},
        _of("indicators.content.1.1.points", "not_points", value="O2"),
    ),
    (
        "three decimals",
        {"score/bonus_cap/points": "5.125"},
        _of("score.bonus_cap.points", "not_points", value="5.125"),
    ),
    (
        "zero points",
        {"bonuses/score.bonus.article/points": "0.00"},
        _of("bonuses.score.bonus.article.points", "not_positive", value="0.00"),
    ),
    (
        "negative points",
        {"deductions/score.deduct.1/points": -1},
        _of("deductions.score.deduct.1.points", "not_positive", value="-1"),
    ),
    (
        "no days",
        {"deadlines/grace_days/value": 0},
        _of("deadlines.grace_days.value", "out_of_range", value="0", low="1", high="366"),
    ),
    (
        "a rate no award can have",
        {"award_rates/failed/percent": -120},
        _of("award_rates.failed.percent", "out_of_range", value="-120", low="-100", high="100"),
    ),
    (
        "flag as a number",
        {"readings/skip_exempt_years/value": 1},
        _of("readings.skip_exempt_years.value", "wrong_type", expected="flag"),
    ),
    (
        "number as a flag",
        {"deadlines/team_size/value": True},
        _of("deadlines.team_size.value", "wrong_type", expected="number"),
    ),
    (
        "veto as text",
        {"deductions/score.deduct.1/veto": "no"},
        _of("deductions.score.deduct.1.veto", "wrong_type", expected="flag"),
    ),
    (
        "unknown per",
        {"deductions/score.deduct.1/per": "week"},
        _of("deductions.score.deduct.1.per", "choice_unknown", value="week", allowed="case, event, absentee"),
    ),
    (
        "a reading nothing follows",
        {"readings/quota_basis/value": "category"},
        _of("readings.quota_basis.value", "choice_unknown", value="category", allowed="all"),
    ),
    (
        "unknown evidence",
        {"quota/good/evidence": "guess"},
        _of("quota.good.evidence", "evidence_unknown", value="guess", allowed=EVIDENCE),
    ),
    (
        "lost evidence",
        {"indicators/content.2.2/evidence": DELETED},
        _of("indicators.content.2.2.evidence", "missing_key"),
    ),
    (
        "malformed clause",
        {"quota/good/clause": "Article 5"},
        _of("quota.good.clause", "clause_malformed", value="Article 5"),
    ),
    ("lost clause", {"quota/good/clause": DELETED}, _of("quota.good.clause", "missing_key")),
    (
        "clause given twice",
        {"indicators/content.1.1/clause": "content.1.1"},
        _of("indicators.content.1.1.clause", "unknown_key"),
    ),
    (
        "ambiguous without the other reading",
        {"score/bonus_cap/other": DELETED},
        _of("score.bonus_cap.other", "other_missing"),
    ),
    (
        "printed with another reading",
        {"quota/good/other": [45]},
        _of("quota.good.other", "other_certain", evidence="printed"),
    ),
    (
        "the other reading is the same",
        {"score/bonus_cap/other": ["5.0"]},
        _of("score.bonus_cap.other", "other_same", value="5"),
    ),
    (
        "other as text",
        {"score/bonus_cap/other": "15"},
        _of("score.bonus_cap.other", "wrong_type", expected="list"),
    ),
    ("other readings, none given", {"score/bonus_cap/other": []}, _of("score.bonus_cap.other", "empty")),
    (
        "malformed id",
        {"bonuses/score.bonus.Extra": FIGURE | {"per": "award"}},
        _of("bonuses.score.bonus.Extra", "id_malformed", value="score.bonus.Extra"),
    ),
    (
        "indicator of no group",
        {"indicators/content.7.1": FIGURE},
        _of("indicators.content.7.1", "group_unknown", group="content.7"),
    ),
    ("blank title", {"zh": " "}, _of("zh", "blank")),
    ("title as a number", {"quota/good/en": 5}, _of("quota.good.en", "wrong_type", **TEXT)),
    ("lost title", {"quota/good/en": DELETED}, _of("quota.good.en", "missing_key")),
    ("lost section", {"indicators": DELETED}, _of("indicators", "missing_key")),
    ("section as text", {"windows": "soon"}, _of("windows", "wrong_type", **TABLE)),
    ("row as a number", {"categories/party": 10}, _of("categories.party", "wrong_type", **TABLE)),
    ("empty section", {"deductions": {}}, _of("deductions", "empty")),
    ("unknown section", {"name": "mine"}, _of("name", "unknown_key")),
    ("misspelt key", {"deadlines/grace_day": {"value": 5}}, _of("deadlines.grace_day", "unknown_key")),
    (
        "note on nothing",
        {"notes/quota.superb": {"zh": "无", "en": "None"}},
        _of("notes.quota.superb", "note_unknown", value="quota.superb"),
    ),
    ("note in one language", {"notes/score.total/en": DELETED}, _of("notes.score.total.en", "missing_key")),
    (
        "several at once, the unreadable value blamed once",
        {
            "indicators/content.1.1/points": "two",
            "components/leader/points": DELETED,
            "quota/good/evidence": "hearsay",
            "quota/passed/percent": 35,
        },
        [
            ("indicators.content.1.1.points", "not_points", {"value": "two"}),
            ("components.leader.points", "missing_key", {}),
            ("quota.good.evidence", "evidence_unknown", {"value": "hearsay", "allowed": EVIDENCE}),
            ("quota", "quota_sum", {"sum": "101"}),
        ],
    ),
]
