"""What a visitor may do next with a duty or a case, and what whoever's turn it is may: each leads to its own page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from cycle import queries
from cycle.board.actions import Possible, possible
from cycle.permissions import BODIES
from cycle.web.entry import Visit
from workflows import words

OFFICE: Final = "office"


@dataclass(frozen=True, slots=True)
class Act:
    """One act. `who` are the words of those who do it; `for_body` is the body the visitor would enter it for.

    `mine`: the visitor may ask for it. `unmet` is what is in the way, with `code` and `message`.
    """

    action: str
    word: str
    who: tuple[str, ...]
    mine: bool
    for_body: str
    unmet: tuple[dict[str, Any], ...]


def next_acts(visit: Visit, key: str) -> list[Act]:
    """Every act that fits where a subject stands; none where there is no such subject."""
    row = queries.subject(visit.session, key)
    if row is None:
        return []
    theirs = {one.action for one in possible(visit.service, visit.session, row, visit.person.id)}
    voice, reader = visit.look.voice, visit.look.reader
    enters = OFFICE in reader.roles and not reader.at_home(row.department)
    found = []
    for one in possible(visit.service, visit.session, row):
        body = _body(one) if enters and one.action not in theirs else ""
        found.append(
            Act(
                one.action,
                words.action(one.action, voice.lang, row.kind),
                tuple(voice.who(who) for who in one.who),
                one.action in theirs or bool(body),
                voice.who(body) if body else "",
                tuple(voice.entries(one.in_the_way)),
            )
        )
    return found


def _body(one: Possible) -> str:
    """The body that the office may enter an act for; empty where the office does it in its own name, or never."""
    return "" if OFFICE in one.who else next((who for who in one.who if who in BODIES), "")
