"""The recorded work of an office on SQLite, once for each way to sync."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from tests.cast import templates
from tests.operations.templates import Templates
from tests.powerloss import shim
from tests.powerloss.recording import DATABASE, Recording, record
from tests.powerloss.workload import STAGE

__all__ = ["templates"]

ROUNDS = 5  # enough that the log is carried over and begun anew in full work

Recorded = Callable[[int], Recording]


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shim; the tests that need it are skipped where it cannot be had."""
    try:
        return shim.built(tmp_path_factory.mktemp("shim"))
    except shim.Unavailable as error:
        pytest.skip(str(error))


@pytest.fixture(scope="session")
def recorded(library: Path, templates: Templates, tmp_path_factory: pytest.TempPathFactory) -> Recorded:
    """Records the work under a value of `PRAGMA synchronous`: 0 OFF, 1 NORMAL, 2 FULL."""

    @cache
    def recording(synchronous: int) -> Recording:
        folder = tmp_path_factory.mktemp("recorded")
        templates.copy(STAGE, folder / DATABASE)
        return record(library, folder / DATABASE, rounds=ROUNDS, synchronous=synchronous)

    return recording
