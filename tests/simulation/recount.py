"""The reminders a second time, in the plainest way: from the rows of the history alone, in their order.

The clock that decides is not in it. What it noticed when follows from the outages that the history tells of:
a rung that came due in one was noticed by the pass that ended it, every other one when it came due.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

Row = dict[str, Any]

ZONE = timedelta(hours=8)
NINE = timedelta(hours=9)
LETTERS = ("liaison", "head")
AFTER = {"+1": 1, "+3": 3, "+5": 5}
NOTHING: tuple[str, ...] = ()
EVERYTHING = ("sent", "digest")
BEFORE = {"-14": 14, "-7": 7, "-3": 3, "-1": 1}


@dataclass(frozen=True)
class Noticed:
    """When a rung was seen to be due: the wall clock then, and after which row of the history."""

    at: datetime
    seq: int


@dataclass(frozen=True)
class Outage:
    """A stretch without passes, told of by one row."""

    since: datetime
    until: datetime
    seq: int


@dataclass(frozen=True)
class Entry:
    """What a register said from one row on."""

    at: datetime
    seq: int
    record: Row


class Recount:
    """Everything reminders.csv follows from, gathered from the rows."""

    def __init__(self, rows: list[Row]) -> None:
        self.rows = rows
        self.holidays: set[str] = set()
        self.makeup: set[str] = set()
        self.known: dict[str, list[Entry]] = {}
        self.outages: list[Outage] = []
        self.opens: dict[str, tuple[datetime, str]] = {}
        self.active: dict[Noticed, dict[str, Row]] = {}
        for row in rows:
            self._take(row, (row["data"] or {}).get("record", {}))

    def _take(self, row: Row, record: Row) -> None:
        kind = row["subject"].split(":")[0]
        if kind == "calendar":
            self.holidays |= set(record["days"]["holidays"])
            self.makeup |= set(record["days"]["makeup"])
        elif kind in ("department", "person"):
            history = self.known.setdefault(row["subject"], [])
            before = history[-1].record if history else {}
            history.append(Entry(local(row["at"]), row["seq"], before | record | {"state": row["after"]}))
        elif row["action"] == "note_outage":
            gap = record["outage"]
            self.outages.append(Outage(local(gap["from"]), local(gap["until"]), row["seq"]))

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
        unit = "".join(department[:1])
        head = [year, unit, deadline["state"], str(deadline["visit"]), deadline["id"]]
        entered = row["before"] != row["after"] and deadline["visit"] == 1
        unopened = row["action"] in ("redate", "move_dates") and any(
            name in self.opens
            and self.opens[name][0] >= local(row["at"])
            and self.opens[name][1] == deadline["state"]
            for name in row["data"]["voids"]
        )
        ladder = self._ladder(deadline, local(row["at"]), opening=entered or unopened)
        if "opens" in ladder:
            self.opens[deadline["id"]] = ladder["opens"], deadline["state"]
        for rung, (when, against) in self._decided(ladder, voided, end, row["seq"]).items():
            for address, outcome in self._told(rung, deadline["who"], unit, when).items():
                shown = f"{ladder[rung].isoformat()}+08:00"
                yield [
                    *head,
                    rung,
                    deadline["due"],
                    shown,
                    address,
                    "superseded" if outcome in against else outcome,
                ]

    def _decided(
        self, ladder: dict[str, datetime], voided: Row | None, end: datetime, armed: int
    ) -> dict[str, tuple[Noticed, tuple[str, ...]]]:
        """For each rung that came due: when it was decided on, and against which ways of telling it."""
        left = Noticed(local(voided["at"]), voided["seq"]) if voided else None
        found: dict[str, tuple[Noticed, tuple[str, ...]]] = {}
        missed = ""
        together: dict[Noticed, list[str]] = {}
        for rung, at in sorted(ladder.items(), key=lambda entry: entry[1]):
            if rung == "lapse":
                if left and voided and voided["action"] == "lapse":
                    found[rung] = left, NOTHING
                continue
            if left is not None and left.at <= at:
                continue
            when = self._noticed(at, armed)
            if when is None or (left is None and when.at > end):
                continue
            if voided and left and self._left_before(voided, when):
                found[rung], missed = (left, EVERYTHING), rung
            else:
                together.setdefault(when, []).append(rung)
        for when, names in together.items():
            found |= {rung: (when, NOTHING if rung == names[-1] else EVERYTHING) for rung in names}
        if missed and left and voided and voided["action"] == "shift_grace":
            found[missed] = (
                left,
                ("sent",),
            )  # the department is told its new date, its superiors the latest rung
        return found

    def _left_before(self, voided: Row, noticed: Noticed) -> bool:
        """Whether the deadline was gone when the pass came to its rungs: the pass moves first what it has to move."""
        own = voided["actor_kind"] == "scheduler" and local(voided["at"]) == noticed.at
        return own or voided["seq"] < noticed.seq

    def _noticed(self, at: datetime, armed: int) -> Noticed | None:
        for outage in self.outages:
            if outage.since < at <= outage.until and armed < outage.seq:
                return Noticed(outage.until, outage.seq)
        return Noticed(at, 0)

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

    def _told(self, rung: str, who: str, unit: str, when: Noticed) -> dict[str, str]:
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
            for address in self._addresses(role, unit, when):
                told.setdefault(address, outcome)
        return told

    def _addresses(self, role: str, unit: str, when: Noticed) -> list[str]:
        people = self._people(when)
        if role in ("office", "group"):
            return [p["email"] for p in people.values() if role in p.get("roles", ())]
        if role == "office_head":
            return [p["email"] for p in people.values() if p.get("office_head")]
        if role in ("liaison", "head", "leader"):
            day = when.at.date().isoformat()
            posts = self._record(f"department:{unit}", when).get("posts", ())
            held = [
                p["person"] for p in posts if p["post"] == role and p["from"] <= day < p.get("until", "9999")
            ]
            role = held[-1] if held else ""
        person = people.get(f"person:{role}")
        return [person["email"]] if person else []

    def _people(self, when: Noticed) -> dict[str, Row]:
        """Everybody active then."""
        if when not in self.active:
            records = {key: self._record(key, when) for key in self.known if key.startswith("person:")}
            self.active[when] = {key: r for key, r in records.items() if r.get("state") == "active"}
        return self.active[when]

    def _record(self, key: str, when: Noticed) -> Row:
        found: Row = {}
        for entry in self.known[key]:
            if entry.seq < when.seq if when.seq else entry.at <= when.at:
                found = entry.record
        return found


def local(text: str) -> datetime:
    """An instant of the history as the office's wall clock shows it."""
    return datetime.fromisoformat(text).astimezone(UTC).replace(tzinfo=None) + ZONE


def nine(day: date) -> datetime:
    return datetime.combine(day, datetime.min.time()) + NINE
