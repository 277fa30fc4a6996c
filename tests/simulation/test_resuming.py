"""A run taken up again goes on as if it had never been broken off."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from cycle import roster, schema
from cycle.clock import VirtualClock
from cycle.db import Database
from cycle.export import lines
from cycle.operations.catalogue import OPERATIONS
from cycle.operations.perform import perform
from cycle.permissions import Act
from cycle.service import Service
from cycle.simulation import behaviour
from cycle.simulation.beginning import begin
from cycle.simulation.loop import Ran, end_of, run, start_of
from cycle.simulation.mailing import deliveries, reminders
from cycle.simulation.plan import Plan
from workflows.deadlines import ZONE

PLAN = Plan(2025, 2025, 11, behaviour.shipped())
END = datetime(2026, 4, 1, tzinfo=ZONE)


@contextmanager
def begun(folder: Path, plan: Plan = PLAN, departments: int = 12) -> Iterator[Service]:
    """A service whose registers are filled."""
    database = Database(f"sqlite:///{folder / 'cycle.db'}", durable=False)
    schema.upgrade(database)
    service = Service(database, VirtualClock(start_of(plan, ZONE)), ZONE, folder / "evidence")
    begin(service, plan, roster.first(roster.read(), departments))
    yield service
    database.close()


def history(service: Service) -> list[str]:
    with service.database.read() as session:
        return list(lines(session))


def mail(service: Service) -> list[tuple[object, ...]]:
    """What was decided about reminders, and what became of every letter."""
    with service.database.read() as session:
        return [*reminders(session, ZONE), *deliveries(session)]


def played(folder: Path, stops: Sequence[datetime]) -> tuple[list[str], list[tuple[object, ...]], Ran]:
    """History and mail after running to each of the stops in turn, and how the last run ended."""
    folder.mkdir()
    with begun(folder) as service:
        for stop in stops:
            ran = run(service, PLAN, until=stop)
        return history(service), mail(service), ran


def test_stopping_on_the_way_changes_nothing(tmp_path: Path) -> None:
    at_once, letters, ran = played(tmp_path / "once", [END])
    stops = [
        datetime(2025, 1, 2, 10, 30, tzinfo=ZONE),
        datetime(2025, 1, 2, 11, tzinfo=ZONE),
        datetime(2025, 2, 28, 15, tzinfo=ZONE),
        datetime(2025, 7, 19, 3, 12, 9, tzinfo=ZONE),
        datetime(2025, 7, 19, 3, 12, 9, tzinfo=ZONE),
        datetime(2025, 12, 31, 23, 59, tzinfo=ZONE),
        datetime(2026, 1, 20, 16, tzinfo=ZONE),
        END,
    ]
    with_stops, letters_with_stops, _ = played(tmp_path / "often", stops)
    assert ran.refused == []
    assert len(at_once) > 500
    assert with_stops == at_once
    assert len(letters) > 500
    assert letters_with_stops == letters


def test_a_run_never_passes_the_instant_it_is_asked_for(tmp_path: Path) -> None:
    until = datetime(2025, 2, 27, 10, 30, tzinfo=ZONE)
    rows, _, ran = played(tmp_path / "run", [until])
    assert not ran.finished
    assert max(datetime.fromisoformat(row.split('"at":"')[1][:27]) for row in rows) < until


def test_a_run_that_is_over_stays_over(tmp_path: Path) -> None:
    with begun(tmp_path) as service:
        first = run(service, PLAN, until=end_of(PLAN, ZONE))
        before = history(service)
        again = run(service, PLAN, until=end_of(PLAN, ZONE))
        assert first.finished
        assert again.finished
        assert again.refused == first.refused == []
        assert history(service) == before


def test_a_year_before_that_was_imported_is_taken_as_it_is(tmp_path: Path) -> None:
    with begun(tmp_path) as service:
        names = [d.name for d in roster.first(roster.read(), 12).departments]
        results = [
            {"department": name, "rank": rank, "grade": "failed" if rank == 12 else "passed"}
            for rank, name in enumerate(names, start=1)
        ]
        act = Act("archive", kind="import", document="2024年度通报")
        perform(service, OPERATIONS["import_results"], "import_results", act, {"year": 2024, "rows": results})
        assert run(service, PLAN, until=END).refused == []
        rows = history(service)
        assert not any('"action":"declare_unrecorded"' in row for row in rows)
        assert sum('"action":"ratify"' in row and '"subject":"cycle:2025"' in row for row in rows) == 1


def test_nobody_of_forty_departments_asks_for_what_a_rule_forbids(tmp_path: Path) -> None:
    plan = Plan(2023, 2024, 3, behaviour.shipped())
    with begun(tmp_path, plan, 40) as service:
        ran = run(service, plan, until=end_of(plan, ZONE))
    assert ran.finished
    assert ran.refused == []
