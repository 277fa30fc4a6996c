"""Accounts for tests: whoever is let in has one password, and its hash costs next to nothing."""

from __future__ import annotations

from typing import Any, Final

from cycle.operations import accounts, sessions
from cycle.operations.perform import perform
from cycle.operations.sign_in import Door
from cycle.permissions import Act
from cycle.security import Passwords
from cycle.settings import Settings
from tests.cast import ADMIN, WHY
from tests.held import Held

CHEAP: Final = Passwords(memory=8, passes=1)
PASSWORD: Final = "mango-violet-42-train"  # noqa: S105 - nobody's
_HASH: Final = CHEAP.hash(PASSWORD)


def door(city: Held, **settings: Any) -> Door:
    """What signing in works with in a city."""
    return Door(city.service, Settings(**settings), CHEAP)


def invite(city: Held, person: str, hours: int = 72, **act: Any) -> str:
    """Have the administrator invite somebody; the text of the link."""
    made = accounts.mint(person)
    asked = {"person": person, "sha256": made.sha256, "hours": hours}
    city.do("invite", Act(**{"actor": ADMIN, "kind": "command", "reason": WHY, **act}), **asked)
    return made.text


def account(city: Held, person: str) -> None:
    """Somebody has an account whose password is PASSWORD."""
    name, link = accounts.parse(invite(city, person)) or ("", "")
    values = {"person": name, "link": link, "hash": _HASH}
    perform(city.service, accounts.set_password, "set_password", Act(person), values)


def signed_in(city: Held, person: str, settings: Settings | None = None) -> sessions.Begun:
    """A session of somebody, who gets an account where they have none."""
    if not city.select("SELECT 1 FROM subject WHERE key = :key", key=f"account:{person}"):
        account(city, person)
    return sessions.begin(city.service, settings or Settings(), person)
