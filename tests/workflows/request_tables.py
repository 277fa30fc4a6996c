"""What the machines of bonus applications and of objections do, written out by hand, and what stands in the way."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime

from tests.workflows.broken_facts import Broken, row
from tests.workflows.worlds import APPLICATION, asked, at, extra, record
from workflows.bonus_guards import OUTSTANDING

RECEIPT_MOVES = "acknowledge note_receipt"

BONUS_STAYS: Mapping[str, str] = {
    "applied": "carry redate",
    "examined": "carry redate",
    "approved": f"recount {RECEIPT_MOVES}",
    "refused": RECEIPT_MOVES,
}
BONUS_MOVES: Mapping[str, Mapping[str, str]] = {
    "none": {"apply": "applied"},
    "applied": {"examine": "examined", "withdraw": "withdrawn"},
    "examined": {"approve": "approved", "refuse": "refused"},
    "approved": {"overturn": "refused", "annul": "refused"},
    "refused": {},
    "withdrawn": {},
}
BONUS_REASON = "refuse overturn annul note_receipt"
BONUS_DOCUMENT = "apply approve overturn"
BONUS_WHO: Mapping[str, str] = {
    "department": "apply withdraw acknowledge",
    "office": "examine redate note_receipt",
    "group": "examine approve refuse overturn",
    "chief": "approve refuse",
    "system": "annul recount carry",
    "import": "redate",
}

OBJECTION_STAYS: Mapping[str, str] = {"filed": "redate", "upheld": RECEIPT_MOVES, "dismissed": RECEIPT_MOVES}
OBJECTION_MOVES: Mapping[str, Mapping[str, str]] = {
    "none": {"file": "filed"},
    "filed": {"uphold": "upheld", "dismiss": "dismissed", "withdraw": "withdrawn", "set_aside": "withdrawn"},
    "upheld": {},
    "dismissed": {},
    "withdrawn": {},
}
OBJECTION_REASON = "uphold dismiss note_receipt"
OBJECTION_DOCUMENT = "uphold dismiss"
OBJECTION_WHO: Mapping[str, str] = {
    "department": "file withdraw acknowledge",
    "office": "redate note_receipt",
    "group": "uphold dismiss",
    "system": "set_aside",
    "import": "redate",
}

ENDS = {
    "bonus": {"approved", "refused", "withdrawn"},
    "objection": {"upheld", "dismissed", "withdrawn"},
}

_SEEN = {"5": {"seen": {"by": "p-liaison", "on": "2025-06-06"}}}
OTHER = {"6": {"what": "approve", "on": "2025-06-06"}}
RECEIPTS: Mapping[str, tuple[Broken, ...]] = {
    "acknowledge": (
        row("receipt_not_named", extra(receipts=())),
        row("receipt_unknown", extra(receipts=["4"])),
        row("receipt_already", record(receipts=_SEEN | OTHER)),
        row(
            "receipt_already receipt_unknown", record(receipts=_SEEN | OTHER), extra(receipts=["4", "5", "6"])
        ),
        row("not_here", record(receipts=_SEEN)),
        row("not_here", record(receipts=None)),
    ),
    "note_receipt": (
        row("receipt_not_named", extra(receipts=())),
        row("receipt_unknown reason_missing", extra(receipts=["4"]), asked(reason="")),
        row("not_here", record(receipts=_SEEN)),
    ),
}
"""The same wherever receipt is acknowledged."""


def _instead(**changes: object) -> Mapping[str, object]:
    return {**APPLICATION, **changes}


SETTLED = extra(standing="grading.pending")
FROZEN = extra(standing="grading.proposed")
ACHIEVEMENT = extra(record={"item": OUTSTANDING, "award": "", "granted_by": "", "collective": False})

BONUS: Mapping[str, tuple[Broken, ...]] = {
    "apply": (
        row("year_settled", SETTLED),
        row("year_settled", extra(standing="grading.proposed")),
        row("year_settled", extra(standing="closed")),
        row("year_settled", extra(standing="exempted")),
        row("item_unknown", extra(record=_instead(item="score.bonus.none"))),
        row("award_missing", extra(record=_instead(award="\u3000 "))),
        row("granted_by_missing", extra(record=_instead(granted_by=" "))),
        row("honour_not_collective", extra(record=_instead(collective=False))),
        row("award_missing", extra(record=_instead(item="score.bonus.article", award="", collective=False))),
        row("day_missing", asked(on=None)),
        row("day_ahead", asked(on=date(2025, 6, 11))),
        row("honour_of_other_year", asked(on=date(2024, 12, 31))),
        row("day_ahead honour_of_other_year", asked(on=date(2026, 1, 1))),
        row("honour_of_other_year", asked(on=date(2026, 1, 1)), at(datetime(2026, 1, 5, 2, tzinfo=UTC))),
        row("honour_of_other_year", ACHIEVEMENT, asked(on=date(2024, 12, 31))),
        row(
            "award_missing day_missing document_missing granted_by_missing honour_not_collective year_settled",
            extra(standing="inspection.open"),
            SETTLED,
            extra(record=_instead(award="", granted_by="", collective=False)),
            asked(on=None, document=""),
        ),
        row("text_missing", ACHIEVEMENT, asked(text=" ", document="")),
        row("day_missing text_missing year_settled", ACHIEVEMENT, SETTLED, asked(text="", on=None)),
    ),
    "examine": (row("text_missing", asked(text="\n")),),
    "approve": (
        row("ledger_frozen", FROZEN),
        *(row("", extra(standing=outside)) for outside in ("exempted", "dissolved")),
        row("document_missing ledger_frozen", extra(standing="rectification.underway"), asked(document="")),
    ),
    "overturn": (
        row("ledger_frozen", FROZEN),
        row("ledger_frozen", extra(standing="closed")),
        row("ledger_frozen", extra(standing="exempted")),
        row("", extra(standing="closed"), record(outside="exempted")),
        row("document_missing ledger_frozen reason_missing", FROZEN, asked(document="", reason="")),
    ),
    **RECEIPTS,
}

OBJECTION: Mapping[str, tuple[Broken, ...]] = {
    "file": (
        row("nothing_proposed", extra(standing="grading.pending", until=None)),
        row("nothing_proposed", extra(standing="grading.ratified")),
        row("objection_window_over", extra(until="2025-06-09")),
        row("objection_window_over", at(datetime(2025, 6, 10, 16, tzinfo=UTC))),
        row("objection_about_unknown", asked(line="i99")),
        row("text_missing", asked(text=" ")),
        row(
            "nothing_proposed objection_about_unknown objection_window_over text_missing",
            extra(standing="closed", until="2025-06-09", lines=()),
            asked(text=""),
        ),
    ),
    **RECEIPTS,
}
