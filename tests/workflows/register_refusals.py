"""What stands in the way of acts on registers and on the service's own letters."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from tests.workflows.broken_facts import Broken, row
from tests.workflows.worlds import (
    LETTERHEAD,
    Departure,
    asked,
    extra,
    facts,
    record,
)


def _letterhead(**said: str) -> Departure:
    return extra(record={"letterhead": {**LETTERHEAD, **said}})


DEPARTMENT: Mapping[str, tuple[Broken, ...]] = {
    "register": (row("category_unknown", asked(stage="sports")), row("category_unknown", asked(stage=""))),
    "rename": (
        row("name_missing", asked(text="")),
        row("day_missing document_missing name_missing", asked(text="", on=None, document="")),
    ),
    "recategorise": (row("category_unknown", asked(stage="sports")),),
    "appoint": (
        row("post_unknown", asked(stage="cook")),
        row("day_missing", asked(on=None)),
        row("person_unknown", extra(person_active=False)),
        row("post_role_missing", extra(person_roles=["auditor"])),
        row("post_role_missing", asked(stage="leader")),
        row("day_missing person_unknown post_unknown", asked(stage="", on=None, extra={})),
    ),
    "absorb": (
        row("day_missing", asked(on=None)),
        row("day_ahead", asked(on=date(2099, 1, 1))),
        row("predecessors_missing", extra(predecessors=[])),
    ),
    "dissolve": (row("day_missing", asked(on=None)), row("day_ahead", asked(on=date(2099, 1, 1)))),
}

_APART = (
    row("roles_not_apart", extra(roles=["admin", "auditor"])),
    row("roles_not_apart", extra(roles=["admin", "office"])),
    row("roles_not_apart", extra(roles=["auditor", "leader"])),
    row("role_unknown", extra(roles=["king"])),
    row("role_unknown roles_not_apart", extra(roles=["king", "admin", "group"])),
)
PERSON: Mapping[str, tuple[Broken, ...]] = {
    "register": (
        *_APART,
        row("id_reserved", facts(subject="person:group")),
        row("id_reserved", facts(subject="person:scheduler")),
        row("id_reserved role_unknown", facts(subject="person:office"), extra(roles=["king"])),
    ),
    "change": _APART,
    "leave": (row("day_missing", asked(on=None)), row("day_ahead", asked(on=date(2099, 1, 1)))),
}
REGULATION: Mapping[str, tuple[Broken, ...]] = {"confirm": (row("figure_unknown", asked(step="quota.good")),)}

MAIL: Mapping[str, tuple[Broken, ...]] = {
    "set_letterhead": (
        row("letterhead_unfit", _letterhead(office=" ")),
        row("letterhead_unfit", _letterhead(contact="周敏\n抄送")),
        row("letterhead_unfit", _letterhead(link="kaoping.example")),
        row("letterhead_unfit", _letterhead(link="https://kaoping.example/a b")),
        row("letterhead_unfit", _letterhead(domain="")),
        row("letterhead_unfit", _letterhead(domain="考评.example")),
    ),
    "hold_digests": (row("digests_held_already", record(digests_held=True)),),
    "release_digests": (row("digests_not_held", record(digests_held=None)),),
}
