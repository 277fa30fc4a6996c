"""The data of the demo: three years of an invented city, ending with the one that contains today.

Before them the results of a year kept elsewhere are taken in, so that there is movement, and a case of two
failures running, already in January.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from cycle import __version__, roster, schema
from cycle.clock import VirtualClock
from cycle.db import Database
from cycle.grading_files.results import csv_bytes
from cycle.grading_files.save import save
from cycle.operations.vigil import last_pass, note_pass
from cycle.roster import Roster
from cycle.service import Service
from cycle.simulation import beginning, behaviour
from cycle.simulation.events import struggling
from cycle.simulation.loop import run, start_of
from cycle.simulation.plan import Plan
from cycle.simulation.sheets import plan_sheets, sheet_of
from workflows import rulebook as rulebooks
from workflows.grading import grade_all

SEED = 7
"""Which invented city it is; any other number makes another."""

YEARS = 3
MARK = "demo.json"


@dataclass(frozen=True, slots=True)
class Demo:
    """A demo on the disk: its folder, the years played and up to which instant."""

    folder: Path
    first: int
    last: int
    until: datetime

    @property
    def url(self) -> str:
        return f"sqlite:///{(self.folder / 'cycle.db').as_posix()}"

    @property
    def earlier(self) -> int:
        """The year before the first, whose results were kept elsewhere."""
        return self.first - 1

    @property
    def earlier_file(self) -> Path:
        return self.folder / f"results-{self.earlier}.csv"


def standing(folder: Path) -> Demo | None:
    """The demo that an earlier run left whole in `folder`, by this version; None where there is none."""
    try:
        mark = json.loads((folder / MARK).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    if mark["version"] != __version__:
        return None
    return Demo(folder, mark["first"], mark["last"], datetime.fromisoformat(mark["until"]))


def begin(folder: Path, now: datetime, zone: ZoneInfo) -> Demo:
    """A new demo for `now`: registers filled, the results of the year before the first written to a file."""
    if folder.exists():
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    last = now.astimezone(zone).year
    demo = Demo(folder, last - YEARS + 1, last, now)
    city = roster.read()
    plan = plan_of(demo)
    service = Service(_database(demo), VirtualClock(start_of(plan, zone).astimezone(UTC)), zone)
    try:
        schema.upgrade(service.database)
        beginning.begin(service, plan, city)
    finally:
        service.database.close()
    save(demo.earlier_file, _earlier_results(demo, city), replace=True)
    return demo


def _database(demo: Demo) -> Database:
    """The demo's database while it is being made; it has its mark only once it is whole."""
    return Database(demo.url, durable=False)


def plan_of(demo: Demo) -> Plan:
    """What the simulation is asked for."""
    return Plan(demo.first, demo.last, SEED, behaviour.shipped())


def play(demo: Demo, now: datetime, zone: ZoneInfo, *, told: Callable[[int], None]) -> Demo:
    """Play on to `now`, year by year, and note how far it came; `told` hears of each year begun."""
    service = Service(_database(demo), VirtualClock(now), zone, demo.folder / "evidence")
    try:
        for year in range(demo.first, demo.last + 1):
            told(year)
            run(service, plan_of(demo), until=min(now, datetime(year + 1, 1, 1, tzinfo=zone)))
        with service.database.write() as session:
            # The hour under way is no gap in the watch of whoever goes on from here.
            note_pass(session, last_pass(session), now)
    finally:
        service.database.close()
    played = Demo(demo.folder, demo.first, demo.last, now)
    mark = {"version": __version__, "first": demo.first, "last": demo.last, "until": now.isoformat()}
    save(demo.folder / MARK, json.dumps(mark).encode(), replace=True)
    return played


def _earlier_results(demo: Demo, city: Roster) -> bytes:
    """The results of the year before the first, as `cycle grade --output` writes them.

    Those who do worst in the years to come did so already.
    """
    plan, book = plan_of(demo), rulebooks.load()
    departments = [d.id for d in city.departments]
    weak = struggling(plan, demo.first, departments, frozenset(departments))
    planned = plan_sheets(plan, demo.earlier, book, departments, struggling=weak, troubles={})
    sheets = [
        replace(sheet_of(book, d.id, planned[d.id]), department=d.name, category=d.category)
        for d in city.departments
    ]
    grading = grade_all(sheets, quota=book.quota, cap=book.bonus_cap, award_rates=book.award_rates)
    return csv_bytes(grading.results)
