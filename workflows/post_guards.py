"""The conditions of acts on the service's own letters."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

from workflows.errors import Unmet
from workflows.facts import Facts

_LINK = re.compile(r"https?://[^\s<>\"']+")
_DOMAIN = re.compile(r"[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?")


def letterhead_fits(facts: Facts, _now: datetime) -> Iterator[Unmet]:
    """`office` who signs, `contact` whom to call, `link` the address of the pages, `domain` of the Message-IDs."""
    given = facts.asked.extra["record"]["letterhead"]
    fits = {
        "office": bool(given["office"].strip()),
        "contact": True,
        "link": not given["link"] or bool(_LINK.fullmatch(given["link"])),
        "domain": bool(_DOMAIN.fullmatch(given["domain"])),
    }
    for field, holds in fits.items():
        if not holds or any(ord(letter) < ord(" ") for letter in given[field]):
            yield Unmet("letterhead_unfit", {"field": field})


def digests_flow(facts: Facts, _now: datetime) -> Iterator[Unmet]:
    if facts.record.get("digests_held"):
        yield Unmet("digests_held_already")


def digests_held(facts: Facts, _now: datetime) -> Iterator[Unmet]:
    if not facts.record.get("digests_held"):
        yield Unmet("digests_not_held")
