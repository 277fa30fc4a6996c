"""Several workers at once decide, write and send exactly what one alone does; without the guards they double."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import partial
from multiprocessing.synchronize import Barrier
from pathlib import Path

from tests.cast import DISCIPLINE, GENERAL, City
from tests.operations.racing import START
from tests.workers import tampering
from tests.workers.conftest import Towns
from tests.workers.crew import crew
from tests.workers.sink import Sink, sinking
from tests.workers.town import account

DAYS = ("2025-02-27", "2025-02-28", "2025-03-03", "2025-03-05", "2025-03-07", "2025-03-08", "2025-03-10")


def number(city: City) -> int:
    """How many workers a database of this kind is given."""
    return 4 if city.service.database.dialect == "postgresql" else 2


def work(city: City, sink: Sink, home: Path, workers: int) -> Counter[str]:
    """Workers over the days around the due date, while two departments file; each message with its copies."""

    def act(day: str) -> None:
        if day == DAYS[1]:
            city.file(GENERAL)
        if day == DAYS[2]:
            city.file(DISCIPLINE)

    with crew(city, sink, home, workers) as all_:
        all_.days(DAYS, act)
    return Counter({name: len(copies) for name, copies in sink.taken().items()})


def test_several_workers_give_what_one_alone_gives(towns: Towns, sink: Sink, tmp_path: Path) -> None:
    together, alone = towns(), towns()
    with sinking(tmp_path / "sink alone") as other:
        expected = work(alone, other, tmp_path, 1)
    delivered = work(together, sink, tmp_path, number(together))
    assert account(together) == account(alone)
    assert delivered == expected
    assert set(delivered.values()) == {1}
    sent = together.select("SELECT message_id FROM outbox WHERE status = 'sent'")
    assert set(delivered) == {name for (name,) in sent}
    assert len(sent) > 150


Guards = Callable[[Barrier], None]


def first_day(city: City, sink: Sink, home: Path, tamper: Guards) -> None:
    """Two workers, the guards `tamper` names taken out, on a day on which every department is reminded."""
    with crew(city, sink, home, 2, partial(tamper, START.Barrier(2))) as both:
        both.go_to(f"{DAYS[0]} 09:00")
        both.round()


def test_without_the_guards_of_a_decision_everybody_is_told_twice(
    towns: Towns, sink: Sink, tmp_path: Path
) -> None:
    city = towns()
    first_day(city, sink, tmp_path, tampering.no_decisions)
    told = Counter(key.rpartition(":")[0] for (key,) in city.select("SELECT key FROM outbox"))
    reminded = city.select("SELECT deadline, rung, person FROM reminder WHERE outcome = 'sent'")
    assert told == {":".join(each): 2 for each in reminded}
    assert len(sink.taken()) == 2 * len(reminded) > 0


def test_without_leases_a_letter_is_delivered_twice(towns: Towns, sink: Sink, tmp_path: Path) -> None:
    city = towns()
    first_day(city, sink, tmp_path, tampering.no_lease)
    copies = {len(copies) for copies in sink.taken().values()}
    assert max(copies) > 1
