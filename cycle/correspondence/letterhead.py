"""Who signs the letters, whom to call, where the pages are; and whether letters flow. Kept as a subject of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from cycle import queries
from cycle.db import Session

KEY: Final = "mail:office"
DOMAIN: Final = "cycle.invalid"
"""Of the Message-IDs where the office has not said its own: a name that is nobody's."""


@dataclass(frozen=True, slots=True)
class Letterhead:
    """`office` and `contact` empty: said in general words. `link` empty: letters have none."""

    office: str = ""
    contact: str = ""
    link: str = ""
    domain: str = DOMAIN
    paused: bool = False
    digests_held: bool = False


def letterhead(session: Session) -> Letterhead:
    """The letterhead as it stands."""
    row = queries.subject(session, KEY)
    if row is None:
        return Letterhead()
    said: Mapping[str, str] = row.record.get("letterhead", {})
    return Letterhead(**said, paused=row.state == "paused", digests_held=bool(row.record.get("digests_held")))
