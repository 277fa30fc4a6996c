"""The work of a process, recorded down to its writes: what it did to its files and what it told meanwhile."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.powerloss import entries
from tests.powerloss.entries import Entry, Written

ROOT = Path(__file__).parents[2]
DATABASE = "city.db"
WAL = f"{DATABASE}-wal"
TOLD = f"{DATABASE}-told"
WAIT = 120  # seconds until a process that does not end fails the test

Told = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Recording:
    """`before` are the files at the beginning, `after` those at the end; `acts` lie between.

    `told` is what was told, each with its place: how many acts had been done by then.
    """

    before: Mapping[str, bytes]
    acts: Sequence[Entry]
    after: Mapping[str, bytes]
    told: Sequence[tuple[int, Told]]


def record(library: Path, database: Path, *, rounds: int, synchronous: int) -> Recording:
    """Have a process work on `database`, whose folder holds nothing else."""
    database = database.resolve()
    before = {database.name: database.read_bytes()}
    log = database.with_name("log")
    command = [sys.executable, "-m", "tests.powerloss.workload", str(database), str(rounds), str(synchronous)]
    shim = {"LD_PRELOAD": str(library), "POWERLOSS_FILE": str(database), "POWERLOSS_LOG": str(log)}
    done = subprocess.run(
        command, cwd=ROOT, env=os.environ | shim, timeout=WAIT, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert log.exists(), "this Python takes no LD_PRELOAD"
    acts = entries.read(log.read_bytes())
    after = {path.name: path.read_bytes() for path in database.parent.iterdir()}
    return Recording(before, acts, after, list(_told(acts)))


def _told(acts: Sequence[Entry]) -> list[tuple[int, Told]]:
    return [
        (place, json.loads(act.data))
        for place, act in enumerate(acts, start=1)
        if act.name == TOLD and isinstance(act, Written)
    ]
