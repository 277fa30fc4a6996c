"""Whole runs with faults, checked from end to end; the arguments of a run are all it takes to repeat it."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from cycle import roster, schema
from cycle.clock import VirtualClock
from cycle.db import Database
from cycle.export import lines
from cycle.service import Service
from cycle.simulation import behaviour, loop
from cycle.simulation.beginning import begin
from cycle.simulation.faults import Faults
from cycle.simulation.hour import HOUR
from cycle.simulation.mailing import REMINDERS, deliveries, reminders
from cycle.simulation.plan import Plan
from cycle.verify import verify
from notifications.mailer import MemoryMailer
from tests.simulation.recount import Recount, local
from workflows.deadlines import OUTAGE, ZONE

BY_RUNG = ("window_opened", "reminder", "overdue", "rectification_due")
SETTLED = {"sent", "failed", "void", "expired"}


@dataclass(frozen=True)
class City:
    """What a run is made of; printed where one goes wrong."""

    seed: int
    departments: int
    years: int
    faults: tuple[str, ...]
    first: int = 2023


@dataclass
class Played:
    """What a run left. `taken` counts what the mail server took, by Message-ID."""

    city: City
    rows: list[dict[str, Any]]
    reminders: list[list[str]]
    deliveries: list[dict[str, Any]]
    ran: loop.Ran
    verified: bool
    taken: Counter[str] = field(default_factory=Counter)


def play(city: City, url: str) -> Played:
    """Play a city's years in an empty database."""
    plan = _plan(city)
    database = Database(url, durable=False)  # cut power is what other tests are about
    schema.upgrade(database)
    service = Service(database, VirtualClock(loop.start_of(plan, ZONE)), ZONE)
    begin(service, plan, roster.first(roster.read(), city.departments))
    server = MemoryMailer()
    ran = loop.run(service, plan, until=loop.end_of(plan, ZONE), ways=lambda: server, faults=city.faults)
    with database.read() as session:
        told = _as_text(reminders(session, ZONE))
        columns = ("at", "key", "message_id", "kind", "to", "status", "attempts", "copies", "sent_at", "code")
        letters = [dict(zip(columns, row, strict=True)) for row in deliveries(session)]
        rows = [json.loads(line) for line in lines(session)]
    verified = verify(database).ok
    database.close()
    taken = Counter(parcel.message_id for parcel in server.taken)
    return Played(city, rows, told, letters, ran, verified, taken)


def _as_text(rows: list[tuple[object, ...]]) -> list[list[str]]:
    """As the file has them."""
    text = io.StringIO()
    csv.writer(text).writerows([REMINDERS, *rows])
    return list(csv.reader(io.StringIO(text.getvalue())))[1:]


def check(run: Played) -> None:
    """Everything that has to hold, whatever went wrong on the way."""
    about = run.city
    assert run.ran.finished, about
    assert run.verified, about
    assert run.reminders == Recount(run.rows).reminders(), about
    check_letters(run)
    check_nobody_lapsed_by_our_fault(run)


def check_letters(run: Played) -> None:
    """None is left over; none came more often than is counted."""
    for letter in run.deliveries:
        about = run.city, letter
        assert letter["status"] in SETTLED, about
        assert run.taken[letter["message_id"]] <= 1 + letter["copies"], about
        assert letter["status"] != "sent" or run.taken[letter["message_id"]] >= 1, about
    keys = [letter["key"] for letter in run.deliveries]
    assert len(keys) == len(set(keys)), run.city
    mailed = Counter((r[4], r[5]) for r in run.reminders if r[9] == "sent" and r[5] != "lapse")
    by_rung = (letter["key"].rsplit(":", 2)[:2] for letter in run.deliveries if letter["kind"] in BY_RUNG)
    written = Counter((deadline, rung) for deadline, rung in by_rung if "." in deadline.partition("#")[2])
    assert written == mailed, run.city


def check_nobody_lapsed_by_our_fault(run: Played) -> None:
    """Whose grace ended while nobody watched got a later end first.

    That nobody watched is known in two ways, and neither leans on the other. By the history: a gap that a lapse came
    after is from the last pass noted to that lapse, and one of an hour or less is none; a pass that lapses somebody
    and dies before it is noted leaves an outage in the history that begins before the lapse but is no longer than
    that at its instant. By the faults drawn: in the hours of a pause there is no worker, whatever the service says.
    """
    counted = Recount(run.rows)
    away = unattended(run)
    shifted: set[tuple[str, int]] = set()
    visits: Counter[str] = Counter()
    grace: dict[str, date] = {}
    for row in run.rows:
        key = row["subject"]
        if row["before"] != row["after"] or row["action"] == "extend":
            visits[key] += 1
        if row["action"] == "shift_grace":
            shifted.add((key, visits[key]))
        if row["action"] == "lapse":
            end = datetime.combine(grace[key] + timedelta(days=1), datetime.min.time())
            at = local(row["at"])
            outages = [o for o in counted.outages if o.since < end <= o.until and at - o.since > OUTAGE]
            gaps = [(since, until) for since, until in away if since < end <= until]
            assert not (outages or gaps) or (key, visits[key] - 1) in shifted, (run.city, row)
            assert at >= end, (run.city, row)
        for deadline in (row["data"] or {}).get("deadlines", ()):
            if deadline["grace_until"]:
                grace[key] = date.fromisoformat(deadline["grace_until"])


def unattended(run: Played) -> list[tuple[datetime, datetime]]:
    """From the last hour with a worker to the next one with one, wherever that is more than an hour: local times."""
    city = run.city
    plan = _plan(city)
    faults = Faults(plan.draws, frozenset(city.faults))
    last, found = loop.start_of(plan, ZONE), []
    hour, end = last, run.ran.until
    while hour <= end:
        if not faults.paused(hour):
            if hour - last > OUTAGE:
                found.append((last.replace(tzinfo=None), hour.replace(tzinfo=None)))
            last = hour
        hour += HOUR
    return found


def _plan(city: City) -> Plan:
    return Plan(city.first, city.first + city.years - 1, city.seed, behaviour.shipped())


def url_in(folder: Path) -> str:
    """A SQLite database of its own."""
    return f"sqlite:///{(folder / 'city.db').as_posix()}"
