"""What the machine of duties does, written out by hand, and what stands in its way."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from tests.workflows.broken_facts import Broken, row
from tests.workflows.worlds import asked, extra, facts

STAYS: Mapping[str, str] = {"open": "assign_owner hand_back redate"}
MOVES: Mapping[str, Mapping[str, str]] = {
    "none": {"open": "open", "hold_to_account": "open"},
    "open": {"close": "closed", "waive": "waived", "revoke": "revoked"},
    "closed": {"revoke": "revoked"},
    "waived": {"revoke": "revoked"},
    "revoked": {},
}
REASON = "open hold_to_account hand_back waive revoke"
DOCUMENT = "hold_to_account close waive"
WHO: Mapping[str, str] = {
    "system": "open hand_back revoke",
    "office": "hold_to_account assign_owner close redate",
    "group": "hold_to_account waive",
    "import": "redate",
}
ENDS = {"closed", "waived", "revoked"}
REFUSALS: Mapping[str, tuple[Broken, ...]] = {
    "hold_to_account": (
        row("text_missing", asked(text=" ")),
        row("year_archived", facts(cycle_state="closed")),
        row("due_past", asked(due=date(2025, 6, 9))),
        row("", asked(due=date(2025, 6, 10))),
        row("", asked(due=None)),
        row(
            "document_missing reason_missing text_missing year_archived",
            facts(cycle_state="closed"),
            asked(text="", reason="", document=""),
        ),
    ),
    "assign_owner": (
        row("person_unknown", extra(person_active=False)),
        row("owner_at_home", extra(person_belongs=True)),
        *(row("owner_role_missing", extra(person_roles=roles)) for roles in ((), ("admin",), ("auditor",))),
        row("owner_role_missing", extra(person_roles=("department", "reviewer"))),
        *(row("", extra(person_roles=(role,))) for role in ("office", "group", "leader", "inspector")),
        row("owner_at_home owner_role_missing", extra(person_belongs=True, person_roles=("admin",))),
    ),
    "close": (row("text_missing", asked(text="")), row("document_missing", asked(document=" "))),
}
