"""The reminders a second time, in the plainest way: day by day, from the rows of the history alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

Row = dict[str, Any]

ZONE = timedelta(hours=8)
NINE = timedelta(hours=9)
LETTERS = ("liaison", "head")
AFTER = {"+1": 1, "+3": 3, "+5": 5}
BEFORE = {"-14": 14, "-7": 7, "-3": 3, "-1": 1}


class Recount:
    """Everything reminders.csv follows from, gathered from the rows."""

    def __init__(self, rows: list[Row]) -> None:
        self.rows = rows
        self.holidays: set[str] = set()
        self.makeup: set[str] = set()
        self.known: dict[str, list[tuple[datetime, Row]]] = {}
        for row in rows:
            record = (row["data"] or {}).get("record", {})
            kind = row["subject"].split(":")[0]
            if kind == "calendar":
                self.holidays |= set(record["days"]["holidays"])
                self.makeup |= set(record["days"]["makeup"])
            elif kind in ("department", "person"):
                history = self.known.setdefault(row["subject"], [])
                history.append((local(row["at"]), (history[-1][1] if history else {}) | record))

    def works(self, day: date) -> bool:
        text = day.isoformat()
        return text in self.makeup or (day.weekday() < 5 and text not in self.holidays)

    def step(self, day: date, workdays: int) -> date:
        while workdays:
            day += timedelta(days=1 if workdays > 0 else -1)
            if self.works(day):
                workdays -= 1 if workdays > 0 else -1
        return day

    def reminders(self) -> list[list[str]]:
        """The rows of reminders.csv, in its order."""
        voided = {name: row for row in self.rows for name in (row["data"] or {}).get("voids", ())}
        end = local(self.rows[-1]["at"])
        found: list[list[str]] = []
        for row in self.rows:
            for deadline in (row["data"] or {}).get("deadlines", ()):
                found += self._of(row, deadline, voided.get(deadline["id"]), end)
        return sorted(found, key=lambda r: (r[7], r[1], r[5], r[8], r[4]))

    def _of(self, row: Row, deadline: Row, voided: Row | None, end: datetime) -> Iterator[list[str]]:
        _kind, year, *department = row["subject"].split(":")
        unit = "".join(department)
        entered = row["before"] != row["after"] and deadline["visit"] == 1
        left = local(voided["at"]) if voided else None
        lapsed = voided is not None and voided["action"] == "lapse"
        for rung, at in self._ladder(deadline, local(row["at"]), opening=entered).items():
            stood = lapsed if rung == "lapse" else left is None or at < left
            if stood and at <= end:
                for address, outcome in self._told(rung, deadline["who"], unit, at).items():
                    head = [year, unit, deadline["state"], str(deadline["visit"]), deadline["id"]]
                    shown = f"{at.isoformat()}+08:00"
                    yield [*head, rung, deadline["due"], shown, address, outcome]

    def _ladder(self, deadline: Row, armed: datetime, *, opening: bool) -> dict[str, datetime]:
        due = date.fromisoformat(deadline["due"])
        ladder = {"0": nine(due)} | {name: nine(self.step(due, n)) for name, n in AFTER.items()}
        if deadline["grace_until"]:
            ladder |= {name: nine(self.step(due, -n)) for name, n in BEFORE.items()}
            if opening:
                first = armed.date()
                while not self.works(first) or nine(first) <= armed:
                    first += timedelta(days=1)
                ladder = {n: at for n, at in ladder.items() if n[0] != "-" or at > nine(first)}
                ladder["opens"] = nine(first)
            over = date.fromisoformat(deadline["grace_until"]) + timedelta(days=1)
            ladder["lapse"] = datetime.combine(over, datetime.min.time())
        return {name: at for name, at in ladder.items() if at > armed}

    def _told(self, rung: str, who: str, unit: str, at: datetime) -> dict[str, str]:
        late = rung in AFTER or rung == "lapse"
        very_late = rung in ("+5", "lapse")
        if who == "liaison":
            posts = LETTERS if late or rung in ("-1", "0") else LETTERS[:1]
            roles = [(post, "sent") for post in posts]
            roles += [("leader", "digest")] * late + [("group", "digest")] * very_late
        else:
            roles = [(who, "digest")] + [("office_head", "digest")] * late + [("group", "digest")] * very_late
        told: dict[str, str] = {}
        for role, outcome in roles:
            for address in self._addresses(role, unit, at):
                told.setdefault(address, outcome)
        return told

    def _addresses(self, role: str, unit: str, at: datetime) -> list[str]:
        people = {key: self._record(key, at) for key in self.known if key.startswith("person:")}
        if role in ("office", "group"):
            return [p["email"] for p in people.values() if role in p.get("roles", ())]
        if role == "office_head":
            return [p["email"] for p in people.values() if p.get("office_head")]
        if role in ("liaison", "head", "leader"):
            day = at.date().isoformat()
            posts = self._record(f"department:{unit}", at).get("posts", ())
            role = next(
                p["person"]
                for p in reversed(posts)
                if p["post"] == role and p["from"] <= day < p.get("until", "9999")
            )
        return [people[f"person:{role}"]["email"]]

    def _record(self, key: str, at: datetime) -> Row:
        found: Row = {}
        for entered, record in self.known[key]:
            if entered <= at:
                found = record
        return found


def local(text: str) -> datetime:
    """An instant of the history as the office's wall clock shows it."""
    return datetime.fromisoformat(text).astimezone(UTC).replace(tzinfo=None) + ZONE


def nine(day: date) -> datetime:
    return datetime.combine(day, datetime.min.time()) + NINE
