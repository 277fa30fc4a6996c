"""Options, hypothesis profiles and the empty databases every test may ask for."""

import gc
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests import postgres

# A slow or busy machine is no fault of the code, so neither time limit applies.
settings.register_profile(
    "default",
    deadline=None,
    derandomize=False,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("long", settings.get_profile("default"), max_examples=2000)

LONGEST = ("tests/simulation/", "tests/test_demo.py", "tests/wholes/")
"""Begun first, so that at the end no worker sits over a long one alone, nor makes anew what another has made."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add ``--long``."""
    parser.addoption("--long", action="store_true", help="also run the tests marked long, with more examples")


def pytest_configure(config: pytest.Config) -> None:
    """Choose how many examples hypothesis tries."""
    settings.load_profile("long" if config.getoption("--long") else "default")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Put the longest first; leave the long ones out, counted as skipped, unless asked for."""
    items.sort(key=lambda item: not item.nodeid.startswith(LONGEST))
    if config.getoption("--long"):
        return
    for item in items:
        if "long" in item.keywords:
            item.add_marker(pytest.mark.skip(reason="long: needs --long"))
        elif "look" in item.keywords and "[postgresql" in item.nodeid:
            item.add_marker(pytest.mark.skip(reason="looks the same on SQLite: needs --long"))


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """What is collected stays for the whole run: neither now nor later need it be searched for garbage."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[postgres.Server]:
    """One server for each test process; the tests that need it are skipped where none can be had."""
    try:
        server = postgres.start()
    except postgres.Unavailable as error:
        pytest.skip(str(error))
    yield server
    server.stop()


@pytest.fixture
def postgres_url(postgres_server: postgres.Server) -> Iterator[str]:
    """URL of an empty PostgreSQL database of this test's own."""
    name = postgres_server.create()
    yield postgres_server.url(name)
    postgres_server.drop(name)


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """URL of a SQLite database of this test's own, its file not yet there."""
    return f"sqlite:///{tmp_path / 'test.db'}"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """URL of an empty database of this test's own, of each kind in turn."""
    url: str = request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_url")
    return url
