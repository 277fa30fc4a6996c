"""The databases the other tests stand on."""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import create_engine, inspect, text

from tests import postgres
from tests.ground.conftest import ROOT


@pytest.mark.parametrize("turn", [1, 2])
def test_each_test_has_an_empty_database_of_its_own(database_url: str, turn: int) -> None:
    engine = create_engine(database_url)
    with engine.begin() as connection:
        assert inspect(connection).get_table_names() == []
        connection.execute(text("CREATE TABLE left_behind (turn INTEGER)"))
    engine.dispose()


def test_a_database_can_be_copied_from_a_prepared_one(postgres_server: postgres.Server) -> None:
    prepared = postgres_server.create()
    with postgres_server.connect(prepared) as connection:
        connection.execute("CREATE TABLE prepared (id INTEGER)")
    copy = postgres_server.create(template=prepared)
    with postgres_server.connect(copy) as connection:
        assert connection.execute("SELECT count(*) FROM prepared").fetchone() == (0,)
    postgres_server.drop(copy)
    postgres_server.drop(prepared)


def test_the_server_listens_on_no_network(postgres_server: postgres.Server) -> None:
    with postgres_server.connect() as connection:
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)


def test_an_unusable_binary_is_named_in_the_reason(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CYCLE_TEST_PG_BIN", str(tmp_path))
    with pytest.raises(postgres.Unavailable, match=str(tmp_path)):
        postgres.start()


@pytest.mark.skipif(os.name == "nt" or os.geteuid() != 0, reason="only root has to shed its rights")
@pytest.mark.parametrize(
    "way", list(postgres.ways())[1:], ids=lambda way: "copied" if way.copied else "unshare"
)
def test_a_closed_folder_above_the_binaries_is_no_obstacle_for_root(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: postgres.Way
) -> None:
    installed = next(folder for folder in postgres.binaries() if folder.is_dir())
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    (closed / "pg").symlink_to(installed.parent)
    monkeypatch.setenv("CYCLE_TEST_PG_BIN", str(closed / "pg" / "bin"))
    monkeypatch.setattr(postgres, "ways", lambda: iter([way]))
    try:
        server = postgres.start()
    except postgres.Unavailable as error:
        pytest.skip(f"this way is closed here: {error}")
    server.stop()


def test_a_killed_test_process_takes_its_server_along() -> None:
    program = "from tests import postgres; print(postgres.start().folder, flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", program],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout
        folder = process.stdout.readline().strip()
        if not folder:  # `start` said why on standard error
            pytest.skip("no PostgreSQL to test with")
        server = int((Path(folder) / "data" / "postmaster.pid").read_text(encoding="utf-8").split()[0])
        process.kill()
    for _ in range(200):
        if not _runs(server):
            break
        time.sleep(0.05)
    else:
        pytest.fail(f"server {server} still runs")
    shutil.rmtree(folder)


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
