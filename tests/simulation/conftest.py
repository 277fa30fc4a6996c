"""Runs that several tests look at, each played once."""

from __future__ import annotations

import pytest

from tests.simulation.played import Played, play

SMALL = ("--years", "2025-2026", "--seed", "7", "--departments", "12")


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Played:
    """Twelve departments, two years."""
    return play(tmp_path_factory.mktemp("small"), *SMALL)


@pytest.fixture(scope="session", params=["1", "20"])
def forty(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Played:
    """The shipped forty, three years; one year of each without a working-day table at the end."""
    folder = tmp_path_factory.mktemp("forty")
    return play(folder, "--years", "2025-2027", "--seed", str(request.param), "--json")
