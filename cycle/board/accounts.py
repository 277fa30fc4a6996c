"""The accounts as those who keep them see them: who can sign in, who did last, who tried to. Plain values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from cycle import queries
from cycle.board.look import Look
from cycle.db import Statement
from cycle.operations import sessions, sign_in
from cycle.operations.accounts import credentials
from cycle.people import Person, person
from cycle.queries import SubjectRow
from cycle.settings import Settings
from cycle.sight import SIGHT, Seen, shows
from workflows.errors import NotFound, Refused, Unmet
from workflows.wake import stamp

Values = dict[str, Any]

NONE: Final = "none"
LEFT: Final = "left"
STATES: Final = (NONE, "invited", "active", "suspended", LEFT)
"""Where an account stands, as a list is filtered by it: somebody may have none, or be gone."""

_LAST: Final = Statement(
    "SELECT person, max(at) FROM sign_in_log WHERE outcome IN ('in', 'by_link') AND person IS NOT NULL"
    " GROUP BY person"
)
_NO_PASSWORD: Final[Mapping[str, str | None]] = {"password_set_at": None, "locked_until": None}


def require_keeper(look: Look) -> None:
    """Raises Refused for whoever does not see everybody's account, but at most their own."""
    if not shows(look.reader, "account", Seen()):
        keepers = [role for role, scope in SIGHT["account"].items() if scope == "all"]
        raise Refused(Unmet("role_missing", {"roles": ",".join(keepers)}))


def accounts(look: Look, settings: Settings) -> list[Values]:
    """The account of every person the reader sees one of, by id; people without one stand in it too.

    `state` is one of STATES; `link_over` is whether a link that was given out opens nothing any more. Instants as
    the tables hold them.
    """
    rows = {row.key.partition(":")[2]: row for row in queries.of_kind(look.session, "account")}
    kept = credentials(look.session, look.now)
    places = sessions.counts(look.session, look.now, settings)
    last = dict(_LAST.run(look.session).fetchall())
    found = []
    for one in queries.of_kind(look.session, "person"):
        who = person(one.key, one.state, one.record)
        if shows(look.reader, "account", Seen(person=who.id)):
            state, link = _standing(who, rows.get(who.id))
            found.append(
                {
                    "person": who.id,
                    "name": who.name,
                    "email": who.email,
                    "home": look.voice.name(who.home),
                    "roles": list(who.roles),
                    "state": state,
                    "account": rows[who.id].state if who.id in rows else NONE,
                    "link_expires": link,
                    "link_over": link is not None and link <= stamp(look.now),
                    "sessions": places.get(who.id, 0),
                    "last_in": last.get(who.id),
                    **kept.get(who.id, _NO_PASSWORD),
                }
            )
    return found


def _standing(who: Person, row: SubjectRow | None) -> tuple[str, str | None]:
    state = row.state if row else NONE
    return (state if who.active else LEFT), row.record.get("link_expires") if row else None


def account_of(look: Look, settings: Settings, name: str) -> Values:
    """One person's account. Raises NotFound where the reader sees none."""
    for one in accounts(look, settings):
        if one["person"] == name:
            return one
    raise NotFound(f"account:{name}")


def attempts(look: Look, many: int, *, who: str = "", failed: bool = False) -> list[Values]:
    """The latest attempts to sign in, the newest first; of somebody, or only those that came to nothing."""
    require_keeper(look)
    read = sign_in.recent(look.session, many, who)
    wanted = (*sign_in.FAILED, "too_many") if failed else sign_in.OUTCOMES
    return [
        {**one, "name": look.voice.name(one["person"]) if one["person"] else None}
        for one in read
        if one["outcome"] in wanted
    ]
