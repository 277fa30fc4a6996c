"""The archive of a closed year to take away: one file, for those it is for, made one at a time, and nothing left."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from cycle.documents.archive import packed
from cycle.documents.papers import issuing
from tests.cast import (
    ADMIN,
    AUDITOR,
    CLERK,
    DEPARTMENTS,
    GENERAL,
    INSPECTOR,
    LEADER,
    LIAISON,
    MEMBER,
    OFFICE_AT_HOME,
    PERSONNEL,
    REVIEWERS,
    City,
    CityAt,
    codes,
    open_city,
    person,
)
from tests.documents.conftest import close, looking
from tests.held import YEAR
from tests.operations.templates import Templates
from workflows.errors import NotFound

NAME = f"{YEAR}年度机关绩效考评档案"


@pytest.fixture(scope="module")
def closed(templates: Templates, tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    """A closed year with a paper issued about it; the tests leave it as it is."""
    folder = tmp_path_factory.mktemp("closed")
    url = templates.copy("ratified", folder / "city.db")
    city = open_city(url, "ratified")
    issuing.issue(city.service, person(CLERK), "circular", YEAR)
    close(city)
    yield city
    city.service.database.close()
    templates.give_back(url)


def taken(city: City, room: Path) -> tuple[packed.Packed, bytes]:
    made = packed.packed(city.service, YEAR, room)
    return made, b"".join(made.pieces())


def test_it_unpacks_into_one_folder_that_verifies_by_its_own_program(closed: City, tmp_path: Path) -> None:
    made, content = taken(closed, tmp_path / "room")
    assert (made.name, made.size) == (f"{NAME}.zip", len(content))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        archive.extractall(tmp_path)
    assert [path.name for path in tmp_path.iterdir() if path.name != "room"] == [NAME]
    command = [sys.executable, "-I", "-X", "utf8", "verify.py"]
    done = subprocess.run(
        command, cwd=tmp_path / NAME, capture_output=True, text=True, check=False, encoding="utf-8"
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-1] == f"清单的摘要：{made.digest}"
    assert any("绩效办通〔2026〕1号" in path.name for path in (tmp_path / NAME / "公文").iterdir())


def test_nothing_of_it_stays_on_the_disk_and_made_twice_it_is_the_same(closed: City, tmp_path: Path) -> None:
    first, second = (taken(closed, tmp_path)[1] for _ in range(2))
    assert first == second
    assert list(tmp_path.iterdir()) == []


def test_what_is_never_fetched_is_gone_too(closed: City, tmp_path: Path) -> None:
    made = packed.packed(closed.service, YEAR, tmp_path)
    assert list(tmp_path.iterdir()) == []
    made.file.close()


def test_one_is_made_at_a_time_and_a_failure_lets_the_next_one_in(
    closed: City, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []

    def within(*_: object) -> None:
        told.extend(codes(lambda: packed.packed(closed.service, YEAR, tmp_path)))
        raise OSError("disk full")

    with monkeypatch.context() as patched:
        patched.setattr(packed, "archive", within)
        with pytest.raises(OSError, match="disk full"):
            packed.packed(closed.service, YEAR, tmp_path)
    assert told == ["archive_under_way"]
    assert list(tmp_path.iterdir()) == []
    assert taken(closed, tmp_path)[1]


def test_what_an_ended_process_left_behind_goes_after_a_day(closed: City, tmp_path: Path) -> None:
    now = closed.service.clock.now()
    for name, age in ((".archive-old", timedelta(days=2)), (".archive-new", timedelta(hours=2))):
        (tmp_path / name / "below").mkdir(parents=True)
        at = (now - age).timestamp()
        os.utime(tmp_path / name, (at, at))
    (tmp_path / "cycle.db").write_bytes(b"x")
    taken(closed, tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == [".archive-new", "cycle.db"]


def test_what_another_process_takes_away_meanwhile_is_in_nobodys_way(closed: City, tmp_path: Path) -> None:
    gone = tmp_path / ".archive-gone"
    gone.symlink_to(tmp_path / "taken away")  # listed, and not there any more
    assert taken(closed, tmp_path)[1]


def test_the_office_and_auditors_take_it_and_nobody_else(closed: City) -> None:
    for who in (CLERK, AUDITOR):
        with looking(closed, who) as at:
            packed.require_theirs(at, YEAR)
    others = (MEMBER, ADMIN, INSPECTOR, LIAISON[GENERAL], LEADER[GENERAL], REVIEWERS[0])
    for who in others:
        with looking(closed, who) as at:
            assert codes(partial(packed.require_theirs, at, YEAR)) == ["role_missing"], who
    with looking(closed, CLERK) as at, pytest.raises(NotFound):
        packed.require_theirs(at, YEAR + 5)


def test_a_year_that_is_not_closed_is_not_handed_out(city_at: CityAt) -> None:
    with looking(city_at("ratified"), CLERK) as at:
        assert codes(lambda: packed.require_theirs(at, YEAR)) == ["archive_after_closing"]


def test_whoever_is_at_home_in_a_department_that_was_not_told_of_a_matter_does_not_take_it(
    city_at: CityAt,
) -> None:
    city = city_at("running")
    city.to_central_review()
    city.at(f"{YEAR}-12-20")
    about = {"department": PERSONNEL, "year": YEAR, "on": f"{YEAR}-12-19", "text": "无人接待"}
    city.do("complaint", person(CLERK), action="receive", source="visit", **about)
    for department, less in zip(DEPARTMENTS, (0, 50, 100), strict=True):
        city.mark(department, lost=less)
    city.at(f"{YEAR + 1}-01-05")
    key = f"complaint:{YEAR}:{PERSONNEL}:1"
    city.move(PERSONNEL, "carry_over", matter=key, new_year=YEAR + 1)
    for department in DEPARTMENTS:
        city.move(department, "settle")
    city.to_ratified()
    close(city)
    assert city.row(key).state == "received"
    with looking(city, OFFICE_AT_HOME[PERSONNEL]) as at:
        assert codes(lambda: packed.require_theirs(at, YEAR)) == ["archive_own_untold"]
    for who in (CLERK, OFFICE_AT_HOME[GENERAL], AUDITOR):
        with looking(city, who) as at:
            packed.require_theirs(at, YEAR)
