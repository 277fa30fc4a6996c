"""Runs that several tests look at, each played once, whichever test process comes to it first."""

from __future__ import annotations

import fcntl
import json
import os

import pytest

from tests.simulation.played import Played, play

SMALL = ("--years", "2025-2026", "--seed", "7", "--departments", "12")


def _once(factory: pytest.TempPathFactory, name: str, *arguments: str) -> Played:
    """A run of this name in the folder that all test processes share; who comes later waits until it is there."""
    base = factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "simulated" / name
    folder.mkdir(parents=True, exist_ok=True)
    said = folder / "said.json"
    with (folder / "lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not said.exists():
            run = play(folder / "out", *arguments)
            said.write_text(json.dumps([run.code, run.out, run.err]), encoding="utf-8")
    code, out, err = json.loads(said.read_text(encoding="utf-8"))
    return Played(code, out, err, folder / "out")


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Played:
    """Twelve departments, two years."""
    return _once(tmp_path_factory, "small", *SMALL)


@pytest.fixture(scope="session", params=["1", "20"])
def forty(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Played:
    """The shipped forty, three years; one year of each without a working-day table at the end."""
    seed = str(request.param)
    return _once(tmp_path_factory, f"forty-{seed}", "--years", "2025-2027", "--seed", seed, "--json")
