"""The conditions of acts on tokens: what a token may be issued for, and for how long."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from workflows.errors import Unmet
from workflows.facts import Facts

SCOPES: Final = ("read", "act")
MOST_DAYS: Final = 366
"""A token is renewed at least once a year."""


def purpose_given(facts: Facts, _now: datetime) -> Iterator[Unmet]:
    if not facts.asked.text.strip():
        yield Unmet("token_purpose_missing")


def scope_fits(facts: Facts, _now: datetime) -> Iterator[Unmet]:
    """An auditor reads everything and changes nothing."""
    scope = facts.asked.extra.get("scope", "")
    if scope not in SCOPES:
        yield Unmet("token_scope_unknown", {"scope": scope})
    elif scope == "act" and "auditor" in facts.asked.extra.get("person_roles", ()):
        yield Unmet("token_auditor_reads", {"person": facts.asked.member})


def days_fit(facts: Facts, _now: datetime) -> Iterator[Unmet]:
    if not 1 <= facts.asked.extra.get("days", 0) <= MOST_DAYS:
        yield Unmet("token_days_unfit", {"most": MOST_DAYS})


def within_its_own(facts: Facts, _now: datetime) -> Iterator[Unmet]:
    """`until` is the instant at which the key ends by which this one is issued: nothing by which it might be renewed
    without end. Whoever issues it at the office's machine needs no key, and has no `until`.
    """
    extra = facts.asked.extra
    if "until" in extra and extra.get("expires", "") > extra["until"]:
        yield Unmet("token_outlives_its_own")
