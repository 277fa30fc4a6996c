"""What the machines of findings and complaints do, written out by hand, and what stands in the way."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime

from tests.workflows.broken_facts import Broken, row
from tests.workflows.request_tables import RECEIPTS
from tests.workflows.worlds import FOUND, NEW_YEAR, Departure, asked, at, extra, record

_RECEIPTS = "acknowledge note_receipt"
_STANDING = f"publish veto lift_veto {_RECEIPTS}"

STAYS: Mapping[str, Mapping[str, str]] = {
    "finding": {
        "recorded": "carry",
        "notified": f"carry redate {_RECEIPTS}",
        "answered": f"carry redate {_RECEIPTS}",
        "confirmed": f"redate {_STANDING}",
        "dropped": _RECEIPTS,
        "rectified": f"redate {_STANDING}",
        "verified": _STANDING,
    },
    "complaint": {
        "received": "carry redate",
        "investigating": "carry redate",
        "heard": "carry redate",
        "substantiated": "hold_accountable",
    },
}
MOVES: Mapping[str, Mapping[str, Mapping[str, str]]] = {
    "finding": {
        "none": {"record": "recorded"},
        "recorded": {"notify": "notified", "drop": "dropped"},
        "notified": {"answer": "answered", "confirm": "confirmed", "drop": "dropped"},
        "answered": {"confirm": "confirmed", "drop": "dropped"},
        "confirmed": {"rectify": "rectified", "overturn": "dropped", "annul": "dropped"},
        "dropped": {},
        "rectified": {"return": "confirmed", "verify": "verified", "overturn": "dropped", "annul": "dropped"},
        "verified": {"overturn": "dropped", "annul": "dropped"},
    },
    "complaint": {
        "none": {"receive": "received"},
        "received": {"investigate": "investigating"},
        "investigating": {"hear": "heard", "dismiss": "unsubstantiated"},
        "heard": {"substantiate": "substantiated", "dismiss": "unsubstantiated"},
        "substantiated": {"close": "closed", "overturn": "unsubstantiated", "annul": "unsubstantiated"},
        "unsubstantiated": {"close": "closed"},
        "closed": {"overturn": "unsubstantiated", "annul": "unsubstantiated"},
    },
}
REASON = {
    "finding": "drop return overturn annul veto lift_veto note_receipt",
    "complaint": "substantiate dismiss overturn annul",
}
DOCUMENT = {"finding": "record publish veto lift_veto", "complaint": ""}
WHO: Mapping[str, Mapping[str, str]] = {
    "finding": {
        "inspector": "record notify drop return verify",
        "office": "record notify confirm drop return verify overturn publish redate note_receipt",
        "department": "answer rectify acknowledge",
        "group": "publish veto lift_veto",
        "system": "annul carry",
        "import": "redate",
    },
    "complaint": {
        "inspector": "receive investigate hear hold_accountable close",
        "office": "receive investigate hear substantiate dismiss hold_accountable close overturn redate",
        "department": "hear",
        "system": "annul carry",
        "import": "redate",
    },
}
ENDS = {"finding": {"dropped", "verified"}, "complaint": {"closed"}}


def _instead(**changes: object) -> Departure:
    """Another finding asked to be recorded."""
    return extra(record={**FOUND, **changes})


def _named(*persons: tuple[str, str]) -> Departure:
    """Others who lose the award."""
    named = [{"name": name, "post": post} for name, post in persons]
    return extra(record={"veto": {"persons": named}})


ABSENT = extra(standing="none")
SHUT = (
    "grading.proposed",
    "grading.ratified",
    "rectification.drafting",
    "rectification.underway",
    "closed",
    "exempted",
)
TOO_LATE = tuple(row("deduction_too_late", extra(standing=standing)) for standing in SHUT)
NO_LEDGER = (row("appraisal_absent", ABSENT), *TOO_LATE)
WITHOUT_POINTS = tuple(row("", extra(standing=standing)) for standing in ("exempted", "dissolved"))
UNDONE_ANYWHERE = tuple(
    row("", record(line=None, outside="exempted"), extra(standing=standing)) for standing in ("none", *SHUT)
)
TERM_RUNS = record(deadlines={"d": {"due": "2025-06-10"}})
VETO = record(veto={"persons": [{"name": "某人", "post": "person"}]})

_SAID = (
    row("text_missing", asked(text=" ")),
    row("day_missing", asked(on=None)),
    row("day_ahead", asked(on=date(2025, 6, 11))),
    row("day_of_later_year", at(NEW_YEAR), asked(on=date(2026, 1, 2))),
    row("", asked(on=date(2024, 12, 30))),
)

FINDING: Mapping[str, tuple[Broken, ...]] = {
    "record": (
        row("item_of_complaints", _instead(item="score.deduct.2")),
        row("item_unknown", _instead(item="score.bonus.region")),
        row("source_unknown", _instead(source="rumour")),
        row("severity_unknown", _instead(severity="")),
        row("finding_again", extra(alike="finding:2025:caizheng:2")),
        row("", extra(alike="")),
        row(
            "item_unknown severity_unknown source_unknown",
            _instead(item="", source="", severity="grave"),
        ),
        *_SAID,
        row("document_missing", asked(document=" ")),
        row("", _instead(item="score.deduct.1"), asked(document="")),
        *NO_LEDGER,
        row(
            "appraisal_absent day_missing document_missing source_unknown text_missing",
            ABSENT,
            extra(record={**FOUND, "source": ""}, standing="none"),
            asked(document="", text="", on=None),
        ),
    ),
    "answer": (row("text_missing", asked(text="")),),
    "confirm": (
        *WITHOUT_POINTS,
        row("answer_awaited", TERM_RUNS, states=("notified",)),
        row("answer_awaited appraisal_absent", TERM_RUNS, ABSENT, states=("notified",)),
        row("", TERM_RUNS, at(datetime(2025, 6, 10, 16, tzinfo=UTC)), states=("notified",)),
        row("", TERM_RUNS, states=("answered",)),
        *NO_LEDGER[:-1],
    ),
    "rectify": (row("text_missing", asked(text="\n")),),
    "annul": (row("veto_to_lift", VETO),),
    "overturn": (
        *UNDONE_ANYWHERE,
        row("veto_to_lift", VETO),
        *NO_LEDGER,
        row("reason_missing veto_to_lift", VETO, asked(reason="")),
    ),
    "publish": (
        row("finding_ordinary", record(severity="ordinary")),
        row("", record(severity="typical")),
        row("published_already", record(published={"document": "d"})),
        row("document_missing finding_ordinary", record(severity="ordinary"), asked(document="")),
    ),
    "veto": (
        row("veto_impossible", record(item="score.deduct.1")),
        row("veto_standing", VETO),
        row("persons_missing", _named()),
        row("person_unnamed", _named(("", "head"))),
        row("award_post_unknown", _named(("某人", "liaison"))),
        row("", _named(("甲", "person"), ("乙", "head"), ("丙", "deputy"))),
        row(
            "award_post_unknown person_unnamed veto_impossible veto_standing",
            record(item="score.deduct.4"),
            VETO,
            _named((" ", "head"), ("某人", "")),
        ),
    ),
    "lift_veto": (row("veto_absent", record(veto=None)),),
    **RECEIPTS,
}

COMPLAINT: Mapping[str, tuple[Broken, ...]] = {
    "receive": (
        row("complaint_source_unknown", _instead(source="张三来电")),
        row("complaint_source_unknown", _instead(source="")),
        *_SAID,
        *NO_LEDGER,
    ),
    "hear": (
        row("text_missing", asked(text="")),
        row("answer_awaited", TERM_RUNS),
        row("answer_awaited text_missing", TERM_RUNS, asked(text="", role="inspector")),
        row("", TERM_RUNS, asked(role="department")),
    ),
    "substantiate": (*WITHOUT_POINTS, *NO_LEDGER[:-1]),
    "hold_accountable": (row("text_missing", asked(text=" ")),),
    "close": (row("accountability_missing", record(accountability=None), states=("substantiated",)),),
    "overturn": (
        *UNDONE_ANYWHERE,
        row("complaint_not_substantiated", record(line=None)),
        *NO_LEDGER,
        row(
            "appraisal_absent complaint_not_substantiated reason_missing",
            record(line=None),
            ABSENT,
            asked(reason=""),
        ),
    ),
}
REFUSALS = {"finding": FINDING, "complaint": COMPLAINT}
