"""What the machine of tokens does, written out by hand, and what stands in its way."""

from __future__ import annotations

from collections.abc import Mapping

from tests.workflows.broken_facts import Broken, row
from tests.workflows.worlds import asked, extra

MOVES: Mapping[str, Mapping[str, str]] = {
    "none": {"issue": "issued"},
    "issued": {"revoke": "revoked"},
    "revoked": {},
}
WHO: Mapping[str, str] = {"admin": "revoke", "owner": "issue revoke"}
ENDS = {"revoked"}
REFUSALS: Mapping[str, tuple[Broken, ...]] = {
    "issue": (
        row("person_unknown", extra(person_active=False)),
        row("token_purpose_missing", asked(text=" ")),
        row("token_scope_unknown", extra(scope="write")),
        row("token_scope_unknown", extra(scope=None)),
        row("token_auditor_reads", extra(person_roles=["auditor"])),
        row("", extra(person_roles=["auditor"], scope="read")),
        row("token_days_unfit", extra(days=0)),
        row("token_days_unfit", extra(days=367)),
        row("", extra(days=366)),
        row("", extra(days=1)),
        row(
            "token_outlives_its_own",
            extra(expires="2025-02-01T00:00:00.000001Z", until="2025-02-01T00:00:00.000000Z"),
        ),
        row("token_outlives_its_own", extra(expires="2025-02-01T00:00:00.000000Z", until="")),
        row("", extra(expires="2025-02-01T00:00:00.000000Z", until="2025-02-01T00:00:00.000000Z")),
        row(
            "person_unknown token_days_unfit token_purpose_missing token_scope_unknown",
            asked(text=""),
            extra(person_active=False, scope="", days=-1),
        ),
    ),
}
