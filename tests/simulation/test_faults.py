"""Whatever goes wrong: no reminder is lost or decided twice, no letter forgotten, nobody lapses by our fault."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cycle import schema
from cycle.db import Database, Statement
from cycle.jobs import passes
from cycle.operations.sweep import Swept
from cycle.simulation.draws import Draws
from cycle.simulation.faults import KINDS, PAUSE, Faults
from cycle.simulation.mortal import Died, Mortal
from cycle.simulation.post import SENDER, letterbox
from notifications.folder import FolderMailer
from notifications.notices import Letter, Recipient
from notifications.outbox import Parcel
from notifications.samples import samples
from tests.simulation.faulty import City, check, check_nobody_lapsed_by_our_fault, play, url_in
from workflows.deadlines import ZONE

ALL = 40, 2, KINDS
NOTE = Statement("INSERT INTO job (name) VALUES (:name)")
NOTED = Statement("SELECT name FROM job ORDER BY name")


@pytest.mark.parametrize("seed", [1, 2, 3, 4, 5])
def test_with_every_fault_at_once_the_record_agrees_with_the_history(seed: int, tmp_path: Path) -> None:
    run = play(City(seed, *ALL), url_in(tmp_path))
    check(run)
    assert all(run.ran.faults.values()), run.city
    assert {row[9] for row in run.reminders} == {"sent", "digest", "superseded"}, run.city
    assert {"sent", "failed", "void"} <= {letter["status"] for letter in run.deliveries}, run.city
    assert any(letter["copies"] for letter in run.deliveries), run.city
    assert max(run.taken.values()) > 1, run.city
    assert max(letter["attempts"] for letter in run.deliveries) > 1, run.city


@pytest.mark.parametrize("kind", KINDS)
def test_with_one_fault_alone_the_record_agrees_with_the_history(kind: str, tmp_path: Path) -> None:
    run = play(City(6, 6, 1, (kind,)), url_in(tmp_path))
    check(run)
    assert dict(run.ran.faults).keys() == {kind}
    assert run.ran.faults[kind]


def test_on_postgresql_the_record_agrees_with_the_history(postgres_url: str) -> None:
    run = play(City(8, 6, 1, KINDS), postgres_url)
    check(run)
    assert all(run.ran.faults.values()), run.city


@pytest.mark.parametrize("blind", [False, True], ids=["spares nobody", "notices no outage"])
def test_a_worker_that_lets_pass_what_an_outage_of_ours_ended_is_found_out(
    blind: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if blind:
        monkeypatch.setattr(passes, "is_outage", lambda _since, _now: False)
    else:
        monkeypatch.setattr(passes, "spare", lambda _service, _since: Swept())
    run = play(City(1, 24, 1, (PAUSE,)), url_in(tmp_path))
    assert any(row["action"] == "note_outage" for row in run.rows) is not blind
    with pytest.raises(AssertionError):
        check_nobody_lapsed_by_our_fault(run)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(100, 125))
def test_ten_thousand_department_years_with_every_fault(seed: int, tmp_path: Path) -> None:
    check(play(City(seed, 100, 4, KINDS, first=2019), url_in(tmp_path)))


@pytest.mark.parametrize("committed", [False, True])
def test_a_worker_dies_before_or_after_the_commit_it_was_told_of(committed: bool, database_url: str) -> None:
    database = Database(database_url)
    schema.upgrade(database)
    mortal = Mortal(database)
    mortal.dies(2, committed=committed)
    with mortal.write() as session:
        NOTE.run(session, name="first")
    with pytest.raises(Died), mortal.write() as session:
        NOTE.run(session, name="second")
    with mortal.write() as session:
        NOTE.run(session, name="third")
    with mortal.read() as session:
        found = [name for (name,) in NOTED.run(session).fetchall()]
    database.close()
    assert found == (["first", "second", "third"] if committed else ["first", "third"])


hours = st.integers(min_value=0, max_value=60 * 366 * 24).map(
    lambda hours: datetime(2000, 1, 1, tzinfo=ZONE) + timedelta(hours=hours)
)


@given(st.integers(min_value=0, max_value=2**64), hours)
def test_a_clock_is_ahead_within_working_hours_only_and_never_far_back(seed: int, hour: datetime) -> None:
    shown = Faults(Draws(seed), frozenset(KINDS)).shown(hour)
    assert hour - timedelta(hours=3) <= shown <= hour + timedelta(hours=5)
    if shown > hour:
        assert hour.hour >= 6
        assert shown <= hour.replace(hour=17)


@given(st.integers(min_value=0, max_value=2**64), hours)
def test_without_faults_nothing_is_drawn(seed: int, hour: datetime) -> None:
    faults = Faults(Draws(seed))
    assert not faults.paused(hour)
    assert not faults.down(hour)
    assert faults.shown(hour) == hour
    assert faults.death(hour) == (0, False)
    assert faults.answer("key", 1) is None


def test_a_letterbox_leaves_the_files_of_the_mail_folder(tmp_path: Path) -> None:
    parcels = [_parcel(letter, number) for number, letter in enumerate(samples("zh")[:5])]
    ours, theirs = tmp_path / "ours", tmp_path / "theirs"
    ours.mkdir()

    async def send() -> None:
        for parcel in parcels:
            assert await letterbox(ours, ZONE).send(parcel) == await FolderMailer(theirs, SENDER, ZONE).send(
                parcel
            )

    asyncio.run(send())
    assert _files(ours) == _files(theirs)
    assert len(_files(ours)) == len(parcels)


def _files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def _parcel(letter: Letter, number: int) -> Parcel:
    to: Recipient = letter.to
    return Parcel(
        key=letter.key,
        message_id=f"<{number:032x}@example.invalid>",
        address="someone@example.invalid",
        name=to.name,
        title="标题",
        body="正文\n",
        html="<p>正文</p>\n",
        event=letter.event,
        at=letter.at,
        attempts=1,
        copies=0,
    )
