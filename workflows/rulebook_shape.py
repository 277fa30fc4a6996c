"""The shape of a rulebook: which tables and keys there are, and what kind of value each holds."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from workflows.rulebook_kinds import (
    DATE,
    FLAG,
    LEVEL,
    POINTS,
    RATE,
    RUNG_LIST,
    SHARE,
    Kind,
    choice,
    several,
    whole,
)

GRADES: tuple[str, ...] = ("excellent", "good", "passed", "failed")
STAGES: tuple[str, ...] = ("plan", "midyear", "yearend", "central_review")
CLAUSE = re.compile(r"(subject|content|method|score|grade|use|org)(\.[a-z0-9_]+)+")

_GROUP_ID = re.compile(r"content\.[0-9]+")
_INDICATOR_ID = re.compile(r"content\.[0-9]+\.[0-9]+")
_DEDUCTION_ID = re.compile(r"score\.deduct(\.[0-9]+)+")
_BONUS_ID = re.compile(r"score\.bonus\.[a-z_]+")
_SLUG = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(frozen=True, slots=True)
class Words:
    """A line of text that is not blank."""


@dataclass(frozen=True, slots=True)
class Plain:
    """A bare value that shares the evidence of the figure it stands in."""

    kind: Kind


@dataclass(frozen=True, slots=True)
class Leaf:
    """A figure: value, titles, evidence, other readings, and a clause unless its row is keyed by one."""

    kind: Kind
    extra: Mapping[str, "Shape"] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PlainOrLeaf:
    """A bare value, or a figure of its own where its evidence differs from the row's."""

    kind: Kind


@dataclass(frozen=True, slots=True)
class Tables:
    """A table whose keys are given; those in `optional` may be left out."""

    of: Mapping[str, "Shape"]
    optional: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Rows:
    """A table keyed by ids of a pattern, in an order that counts; with `clauses` the ids are clause ids."""

    leaf: Leaf
    ids: re.Pattern[str]
    clauses: bool


@dataclass(frozen=True, slots=True)
class Notes:
    """Notes in both languages, each keyed by the path of the figure it explains."""


Shape = Words | Plain | Leaf | PlainOrLeaf | Tables | Rows | Notes


def _leaves(kind: Kind, *keys: str) -> Tables:
    return Tables({key: Leaf(kind) for key in keys})


_DAYS = Leaf(whole(1, 366))
_POSTS = ("head", "liaison", "leader", "deputy")
_DEDUCTION = Leaf(POINTS, {"per": PlainOrLeaf(choice("case", "event", "absentee")), "veto": Plain(FLAG)})
_BONUS = Leaf(POINTS, {"per": PlainOrLeaf(choice("award", "application", "article", "once"))})
_WINDOW = _leaves(DATE, "opens", "due")

_DEADLINES: dict[str, Shape] = {
    "cutoff": Leaf(DATE),
    "proposal_workday": Leaf(whole(1, 250)),
    "objection_days": _DAYS,
    "ratification_days": _DAYS,
    "rectification_due_days": _DAYS,
    "rectification_verify_days": _DAYS,
    "grace_days": _DAYS,
    "office_days": _DAYS,
    "send_back_days": _DAYS,
    "late_window_days": _DAYS,
    "reinstate_days": _DAYS,
    "answer_days": _DAYS,
    "finding_rectify_days": _DAYS,
    "complaint_days": _DAYS,
    "bonus_days": _DAYS,
    "objection_decide_days": _DAYS,
    "duty_days": _DAYS,
    "receipt_days": _DAYS,
    "max_extensions": Leaf(whole(0, 20)),
    "team_size": Leaf(whole(1, 50)),
    "trim_from": Leaf(whole(3, 50)),
    "spread_percent": Leaf(SHARE),
}

_CONSEQUENCES: dict[str, Shape] = {
    "outstanding_civil_servant_share_cut": Leaf(SHARE),
    "outstanding_civil_servant_share_cut_unit": Leaf(choice("percentage_points", "per_cent")),
    "eligibility_lost": Leaf(several("department", *_POSTS)),
    "talk_held_by": Leaf(choice(*_POSTS)),
    "talk_held_with": Leaf(choice(*_POSTS)),
    "consecutive_failures": Leaf(whole(2, 10)),
    "award_lost_on_veto": Leaf(several("person", *_POSTS)),
}

BOOK = Tables(
    {
        "zh": Words(),
        "en": Words(),
        "score": Tables(
            {
                "total": Leaf(choice("base - deductions + bonus")),
                "base": Leaf(POINTS),
                "bonus_cap": Leaf(POINTS),
            }
        ),
        "groups": Rows(Leaf(POINTS), _GROUP_ID, clauses=True),
        "indicators": Rows(Leaf(POINTS), _INDICATOR_ID, clauses=True),
        "components": _leaves(POINTS, "central", "public", "leader"),
        "parts": Tables(
            {
                "public": _leaves(POINTS, "survey", "grassroots_leaders"),
                "leader": Rows(Leaf(POINTS), _SLUG, clauses=False),
            }
        ),
        "levels": Tables(dict.fromkeys(("public", "leader"), Rows(Leaf(LEVEL), _SLUG, clauses=False))),
        "deductions": Rows(_DEDUCTION, _DEDUCTION_ID, clauses=True),
        "bonuses": Rows(_BONUS, _BONUS_ID, clauses=True),
        "quota": _leaves(SHARE, *GRADES),
        "award_rates": _leaves(RATE, *GRADES),
        "consequences": Tables(_CONSEQUENCES),
        "windows": Tables(dict.fromkeys(STAGES, _WINDOW)),
        "deadlines": Tables(_DEADLINES),
        "reminders": Tables({"rungs": Leaf(RUNG_LIST)}),
        "categories": Rows(Leaf(whole(0, 500)), _SLUG, clauses=False),
        "readings": Tables(
            {
                "quota_basis": Leaf(choice("all")),
                "movement_basis": Leaf(choice("category", "overall")),
                "same_award_once": Leaf(FLAG),
                "skip_exempt_years": Leaf(FLAG),
            }
        ),
        "notes": Notes(),
    },
    optional=frozenset({"notes"}),
)
