"""Hostile files are refused, or read, with a sentence that says where; memory stays bounded and nothing is written."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from cycle.imports.importing import import_file
from cycle.imports.wording import entries
from tests.cast import CLERK, REVIEWERS, CityAt, person
from tests.hostile_files import FILES, UNFOLDED

ROOM = 256 * 1024 * 1024
"""Bytes a reader may have beside the program itself: less than a bomb unfolds into."""

_READER = """
import json, resource, sys
from cycle.grading_files.faults import FileRefused
from cycle.imports.columns import columns
from cycle.imports.reading import content_of, read_sheet
from cycle.imports.values import Values
from workflows import rulebook

book = rulebook.load()
asked, room = json.load(sys.stdin)
used = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (used + room, used + room))
found = {}
for name, file, kind in asked:
    try:
        sheet = read_sheet(file, content_of(file), columns(kind, book))
        rows, faults = Values(file, book, 2025).read(kind, sheet.rows)
        found[name] = sorted({fault.code for fault in sheet.faults or faults})
    except FileRefused as refused:
        found[name] = [refused.fault.code]
    except MemoryError:
        found[name] = ["memory"]
json.dump(found, sys.stdout)
"""

Made = Mapping[str, Path]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """Every hostile file, by its name in the table."""
    folder = tmp_path_factory.mktemp("hostile")
    found = {}
    for number, hostile in enumerate(FILES):
        path = folder / str(number) / hostile.file
        path.parent.mkdir()
        path.write_bytes(hostile.make())
        found[hostile.name] = path
    return found


def test_each_is_refused_or_read_at_its_place_and_nothing_is_written(city_at: CityAt, made: Made) -> None:
    city = city_at("registered")
    before, files = city.rows(), set(made["names that lead elsewhere"].parents[1].rglob("*"))
    for hostile in FILES:
        file = str(made[hostile.name])
        act = person(REVIEWERS[0] if hostile.kind == "marks" else CLERK)
        done = import_file(city.service, hostile.kind, file, act, dry_run=True, year=2025)
        wrong = entries(done, "zh", {})
        assert (hostile.name, tuple(entry["code"] for entry in wrong)) == (hostile.name, hostile.codes)
        assert (done.sound, done.others) == (not hostile.codes, hostile.others), hostile.name
        assert all(entry["line"].startswith(f"{file}:") and entry["message"] for entry in wrong)
        if not hostile.codes:
            assert done.taken == 1, hostile.name
            continue
        refused = import_file(city.service, hostile.kind, file, act, year=2025)
        assert (refused.written, refused.pending, refused.sound) == (False, "", False), hostile.name
    assert city.rows() == before
    assert city.select("SELECT 1 FROM pending_act") == []
    assert set(made["names that lead elsewhere"].parents[1].rglob("*")) == files


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="the bound is set and read the Linux way")
def test_whoever_reads_them_needs_little_memory(made: Made) -> None:
    assert ROOM < UNFOLDED
    asked = [(hostile.name, str(made[hostile.name]), hostile.kind) for hostile in FILES]
    done = subprocess.run(
        [sys.executable, "-c", _READER],
        input=json.dumps([asked, ROOM]),
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parents[2],
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {hostile.name: sorted(hostile.codes) for hostile in FILES}


def test_the_table_has_more_than_twenty_files_and_every_name_once() -> None:
    assert len({hostile.name for hostile in FILES}) == len(FILES) > 20
