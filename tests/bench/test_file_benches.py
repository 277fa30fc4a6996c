"""A file taken in and a year published are compared with the least that the same rows can cost.

How large the ratios are is never asserted: the machine may be busy.
"""

from pathlib import Path

import pytest

from cycle.bench import imports, publishing
from cycle.bench.beds import Bed, SqliteBed
from cycle.bench.imports import NotTaken
from cycle.bench.publishing import Unpublished
from tests.bench.conftest import TINY, measured


def test_a_file_of_marks_is_compared_with_a_loop_over_the_same_file(bed: Bed) -> None:
    found = imports.run(bed, TINY)
    measured(found, bed.name)
    assert (found.counts["file_rows"], found.counts["departments"]) == (52, 2)


def test_marks_that_were_not_taken_are_no_fair_comparison(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imports, "_STEP", 0)  # the second round's marks are those that stand
    with pytest.raises(NotTaken, match="0 of 52"):
        imports.run(SqliteBed(tmp_path), TINY)


def test_publishing_is_compared_with_one_statement_and_writes_every_letter(bed: Bed) -> None:
    found = publishing.run(bed, TINY)
    measured(found, bed.name)
    assert found.counts["letters_written"] >= 2 * TINY.departments


def test_letters_that_stay_unwritten_are_no_fair_comparison(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publishing, "_publish", lambda _office: None)
    with pytest.raises(Unpublished):
        publishing.run(SqliteBed(tmp_path), TINY)
