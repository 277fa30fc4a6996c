"""Who looks at the pages of a city, and who acts beside them: another process than the one that answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from cycle import queries
from cycle.bench.office import PATTERN, YEAR, ZONE
from cycle.bench.whole_city import MORNING
from cycle.clock import VirtualClock
from cycle.db import Database, Session
from cycle.operations import accounts, sessions
from cycle.operations.catalogue import OPERATIONS
from cycle.operations.perform import perform
from cycle.permissions import Act
from cycle.security import Passwords
from cycle.service import Service
from cycle.settings import Settings

COOKIE: Final = "cycle_session"


class Visitors:
    """The people of a city made by `whole_city`."""

    def __init__(self, url: str) -> None:
        self._service = Service(Database(url), VirtualClock(MORNING), ZONE)
        self._passwords = Passwords(memory=8, passes=1)
        self._acts = 0
        with self._service.database.read() as session:
            self.clerk = _somebody(session, "office")
            self._admin = _somebody(session, "admin")

    def cookie(self, person: str) -> str:
        """The cookie of a session just begun for somebody; they get an account where they have none."""
        with self._service.database.read() as session:
            known = queries.subject(session, f"account:{person}") is not None
        if not known:
            self._invite(person)
        return f"{COOKIE}={sessions.begin(self._service, Settings(), person).cookie}"

    def _invite(self, person: str) -> None:
        link = accounts.mint(person)
        invited = {"person": person, "sha256": link.sha256, "hours": 1}
        perform(
            self._service,
            accounts.invite,
            "invite",
            Act(self._admin, kind="command", reason="bench"),
            invited,
        )
        values = {"person": person, "link": link.sha256, "hash": self._passwords.hash("bench")}
        perform(self._service, accounts.set_password, "set_password", Act(person), values)

    def reviewer(self, year: int) -> str:
        """A member of a review team of a year; of a year that has none yet any reviewer."""
        with self._service.database.read() as session:
            row = queries.subject(session, f"appraisal:{year}:{PATTERN}")
            team: Sequence[str] = row.record.get("team", ()) if row else ()
            return team[0] if team else _somebody(session, "reviewer")

    def act(self) -> None:
        """Save the form that is being written, as another text each time."""
        self._acts += 1
        saved = {"subject": f"appraisal:{YEAR}:{PATTERN}", "action": "save_form"}
        text = {"content": {"text": f"半年自评第 {self._acts} 稿"}}
        perform(self._service, OPERATIONS["move"], "move", Act(f"p-{PATTERN}-liaison"), {**saved, **text})

    def close(self) -> None:
        """Give the database's connections back."""
        self._service.database.close()


def _somebody(session: Session, role: str) -> str:
    rows = queries.people_saying(session, role)
    return next(
        row.key.partition(":")[2] for row in rows if role in row.record["roles"] and row.state == "active"
    )
