"""The twelve departments on both databases, beside the cast's own cities."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.cast import City, city_at, open_city, templates
from tests.held import disagreements
from tests.operations.templates import Templates
from tests.workers import town
from tests.workers.sink import Sink, sinking

__all__ = ["city_at", "templates"]

Towns = Callable[[], City]


@pytest.fixture(params=["sqlite", "postgresql"], scope="session")
def twelve(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Templates:
    """The twelve departments in each kind of database in turn."""
    server = request.getfixturevalue("postgres_server") if request.param == "postgresql" else None
    return Templates(tmp_path_factory.mktemp("twelve"), {town.STAGE: ""}, town.build, server)


@pytest.fixture
def towns(twelve: Templates, tmp_path: Path) -> Iterator[Towns]:
    """Makes towns; afterwards the history of each adds up to what stands in its tables."""
    made: list[tuple[City, str]] = []

    def make() -> City:
        url = twelve.copy(town.STAGE, tmp_path / f"town{len(made)}.db")
        made.append((open_city(url, "running"), url))
        return made[-1][0]

    yield make
    for city, url in made:
        faults = disagreements(city)
        city.service.database.close()
        twelve.give_back(url)
        assert faults == []


@pytest.fixture
def sink(tmp_path: Path) -> Iterator[Sink]:
    """A mail server in a process of its own."""
    with sinking(tmp_path / "sink") as found:
        yield found
