"""What the machine of accounts does, written out by hand, and what stands in its way."""

from __future__ import annotations

from collections.abc import Mapping

from tests.workflows.broken_facts import Broken, row
from tests.workflows.worlds import NOW, asked, extra, record
from workflows.wake import stamp

STAYS: Mapping[str, str] = {"active": "invite change_password"}
MOVES: Mapping[str, Mapping[str, str]] = {
    "none": {"invite": "invited"},
    "invited": {"invite": "invited", "set_password": "active", "suspend": "suspended"},
    "active": {"set_password": "active", "suspend": "suspended"},
    "suspended": {"resume": "active"},
}
REASON = "suspend resume"
WHO: Mapping[str, str] = {
    "admin": "invite suspend resume",
    "owner": "set_password change_password",
}
ENDS = {"active"}


_OWN = row("account_own", asked(by="p-owner"))
_OWN_AT_THE_MACHINE = row("", asked(by="p-owner"), extra(at_machine=True))
_GONE = row("person_unknown", extra(person_active=False))
REFUSALS: Mapping[str, tuple[Broken, ...]] = {
    "invite": (
        _OWN,
        _OWN_AT_THE_MACHINE,
        _GONE,
        row("link_hours_unfit", extra(hours=0)),
        row("link_hours_unfit", extra(hours=721)),
        row("", extra(hours=1)),
        row("", extra(hours=720)),
        row(
            "account_own link_hours_unfit person_unknown",
            asked(by="p-owner"),
            extra(hours=-1, person_active=False),
        ),
    ),
    "set_password": (
        row("link_used", extra(link="e" * 64)),
        row("link_used", extra(link=None)),
        row("link_used", record(link_sha256=None, link_expires=None)),
        row("link_used", record(link_sha256=None, link_expires=None), extra(link=None)),
        row("link_expired", record(link_expires=stamp(NOW))),
        row("", record(link_expires="2025-06-10T02:00:00.000001Z")),
        row("link_expired link_used", record(link_expires=stamp(NOW)), extra(link="")),
    ),
    "change_password": (row("password_wrong", extra(proven=False)),),
    "resume": (_OWN, _OWN_AT_THE_MACHINE, _GONE),
}
