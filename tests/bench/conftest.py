"""Beds on both databases: a folder for SQLite, a durable PostgreSQL server."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from cycle.bench.beds import Bed, PostgresBed, SqliteBed
from cycle.bench.rounds import Finding
from cycle.bench.sizes import Sizes
from tests import postgres

TINY = Sizes(
    rounds=1,
    few=1,
    subjects=2,
    moves=10,
    short=40,
    long=80,
    departments=12,
    entries=80,
    writers=2,
    seconds=0.05,
    city=3,
    years=1,
    few_deadlines=200,
    deadlines=400,
    letters=5,
    interface=6,
    before=0,
    requests=3,
    rows=60,
)


@pytest.fixture(scope="session")
def durable_server() -> Iterator[postgres.Server]:
    """A server that keeps what it acknowledges."""
    try:
        server = postgres.start(durable=True)
    except postgres.Unavailable as error:
        pytest.skip(str(error))
    yield server
    server.stop()


@pytest.fixture
def durable_bed(durable_server: postgres.Server) -> Iterator[PostgresBed]:
    bed = PostgresBed(durable_server.url("postgres"))
    yield bed
    bed.clear()


@pytest.fixture(params=["sqlite", "postgresql"])
def bed(request: pytest.FixtureRequest, tmp_path: Path) -> Bed:
    """Scratch databases of each kind in turn."""
    if request.param == "sqlite":
        return SqliteBed(tmp_path)
    found: Bed = request.getfixturevalue("durable_bed")
    return found


def measured(found: Finding, database: str) -> None:
    """Check that a bench yielded ratios and figures of its own."""
    assert found.database == database
    assert found.ratio is not None
    assert 0 < found.ratio.low <= found.ratio.median <= found.ratio.high
    assert all(value.median > 0 for value in found.absolute.values())
