"""When the power fails, nothing that was answered is gone and nothing is half done.

Needs Linux and a C compiler: see `shim.c`. Killing a process proves none of this, for what it wrote stays with
the system.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import SystemRandom

import pytest

from cycle.db import PRAGMAS, Database
from tests.powerloss import aftermath
from tests.powerloss.aftermath import Aftermath, Row, examine
from tests.powerloss.conftest import Recorded
from tests.powerloss.cuts import Cut, cuts
from tests.powerloss.disk import Disk
from tests.powerloss.entries import Created, Synced, Unlinked, Written
from tests.powerloss.recording import DATABASE, TOLD, WAL, Recording

pytestmark = pytest.mark.parametrize("templates", ["sqlite"], indirect=True, scope="session")

OFF, NORMAL, SHIPPED = 0, 1, int(str(PRAGMAS["synchronous"]))


@pytest.fixture
def seed() -> int:
    """Another one each time; POWERLOSS_SEED has one again."""
    return int(os.environ.get("POWERLOSS_SEED", SystemRandom().randrange(10**9)))


def written(recording: Recording, folder: Path) -> list[Row]:
    """The history as it stood at the end of a recording."""
    for name in (DATABASE, WAL):
        (folder / name).write_bytes(recording.after[name])
    database = Database(f"sqlite:///{folder / DATABASE}")
    rows = aftermath.history(database)
    database.close()
    return rows


def examined(recording: Recording, seed: int, count: int, folder: Path) -> Iterator[tuple[Cut, Aftermath]]:
    """Each of `count` cuts with what was found after it."""
    rows = written(recording, folder)
    place = folder / "image"
    place.mkdir()
    for cut in cuts(recording, seed, count):
        yield cut, examine(place, cut.image.files, cut.told, rows)


def require_nothing_lost(recording: Recording, seed: int, count: int, folder: Path) -> None:
    for cut, found in examined(recording, seed, count, folder):
        wrong = "\n".join((*found.broken[:3], *found.lost[:3]))
        assert not wrong, f"POWERLOSS_SEED={seed}, {count} cuts: {cut}\n{wrong}"


def test_the_recording_retells_the_files_to_the_byte(recorded: Recorded) -> None:
    recording = recorded(SHIPPED)
    disk = Disk(recording.before)
    for act in recording.acts:
        disk.take(act)
    files = disk.whole()
    assert files == {name: recording.after[name] for name in (DATABASE, WAL, TOLD)}


def test_the_recording_has_all_that_a_power_cut_can_hit(recorded: Recorded) -> None:
    recording = recorded(SHIPPED)
    kinds = Counter((type(act), act.name) for act in recording.acts)
    assert len(recording.told) >= 200
    assert sum(len(one.get("letters", ())) for _, one in recording.told) >= 50
    assert sum("pending" in one for _, one in recording.told) >= 20
    assert sum("sent" in one for _, one in recording.told) >= 50
    assert kinds[Written, DATABASE] >= 50, "the log is carried over"
    assert kinds[Synced, DATABASE] >= 2, "at the close and in full work"
    assert kinds[Created, WAL] == 2
    assert kinds[Unlinked, WAL] == 1
    assert kinds[Synced, "."] >= 2, "the log's name is kept"
    beginnings = [
        act for act in recording.acts if isinstance(act, Written) and (act.name, act.at) == (WAL, 0)
    ]
    assert len(beginnings) >= 3, "the log begins anew in full work"


def test_no_power_cut_takes_back_what_was_answered(recorded: Recorded, seed: int, tmp_path: Path) -> None:
    require_nothing_lost(recorded(SHIPPED), seed, 320, tmp_path)


@pytest.mark.long
def test_no_power_cut_of_thousands_takes_back_what_was_answered(
    recorded: Recorded, seed: int, tmp_path: Path
) -> None:
    require_nothing_lost(recorded(SHIPPED), seed, 2000, tmp_path)


def test_syncing_less_forgets_what_was_answered_but_breaks_nothing(
    recorded: Recorded, seed: int, tmp_path: Path
) -> None:
    """The test of the test: a commit that does not wait for the disk is caught."""
    found = list(examined(recorded(NORMAL), seed, 60, tmp_path))
    lost = [text for _, after in found for text in after.lost]
    for what in ("history", "state", "act waiting", "letter", "attempt", "sending"):
        assert any(text.startswith(what) for text in lost), f"POWERLOSS_SEED={seed}: no {what} lost"
    for cut, after in found:
        assert after.broken == (), f"POWERLOSS_SEED={seed}: {cut}"


def test_not_syncing_at_all_breaks_the_database(recorded: Recorded, seed: int, tmp_path: Path) -> None:
    """The test of the other half: a database that is not whole is seen."""
    found = [after for _, after in examined(recorded(OFF), seed, 60, tmp_path)]
    assert any(after.broken for after in found), f"POWERLOSS_SEED={seed}"
