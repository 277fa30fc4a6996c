"""What the machine of duties does, written out by hand, and what stands in its way."""

from __future__ import annotations

from collections.abc import Mapping

from tests.workflows.broken_facts import Broken, row
from tests.workflows.worlds import asked, extra, facts

STAYS: Mapping[str, str] = {"open": "assign_owner redate"}
MOVES: Mapping[str, Mapping[str, str]] = {
    "none": {"open": "open", "hold_to_account": "open"},
    "open": {"close": "closed", "waive": "waived", "revoke": "revoked"},
    "closed": {"revoke": "revoked"},
    "waived": {"revoke": "revoked"},
    "revoked": {},
}
REASON = "open hold_to_account waive revoke"
DOCUMENT = "hold_to_account close waive"
WHO: Mapping[str, str] = {
    "system": "open revoke",
    "office": "hold_to_account assign_owner close redate",
    "group": "hold_to_account waive",
    "import": "redate",
}
ENDS = {"closed", "waived", "revoked"}
REFUSALS: Mapping[str, tuple[Broken, ...]] = {
    "hold_to_account": (
        row("text_missing", asked(text=" ")),
        row("year_archived", facts(cycle_state="closed")),
        row(
            "document_missing reason_missing text_missing year_archived",
            facts(cycle_state="closed"),
            asked(text="", reason="", document=""),
        ),
    ),
    "assign_owner": (row("person_unknown", extra(person_active=False)),),
    "close": (row("text_missing", asked(text="")), row("document_missing", asked(document=" "))),
}
