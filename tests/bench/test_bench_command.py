"""The command prints what was measured, for people and as JSON, and says what it left out."""

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cycle.bench import advance, growth, postgres
from cycle.bench.beds import PostgresBed
from cycle.bench.rounds import Finding, Spread
from cycle.bench.suite import BENCHES
from cycle.cli.program import build
from workflows import words

MAIN = ("board", "home", "review", "marking", "department", "grading", "history")
RATIO = Spread(0.5, 0.25, 1234.5)


def run(*arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(build(), ["bench", *arguments])
    return done.exit_code, done.output


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Benches that find at once, and no PostgreSQL."""

    def find(bed: object, _sizes: object) -> Finding:
        return Finding(
            "advance",
            str(getattr(bed, "name", "")),
            "≥ 0.50",
            RATIO,
            {"ours_per_second": RATIO},
            {"moves": 7},
        )

    monkeypatch.setitem(BENCHES, "advance", find)
    monkeypatch.setattr(postgres, "binaries", lambda: iter(()))


@pytest.mark.usefixtures("quick")
def test_people_see_a_table_in_their_language() -> None:
    code, output = run("--only", "advance", "--lang", "en")
    assert code == 0
    assert "0.50 (0.25–1,234)" in output
    assert "skipped" in output
    assert "no PostgreSQL binaries" in output
    assert "略过" in run("--only", "advance")[1]


@pytest.mark.usefixtures("quick")
def test_programs_get_one_document() -> None:
    code, output = run("--only", "advance", "--json")
    found, skipped = json.loads(output)
    assert code == 0
    assert found["ratio"] == {"median": 0.5, "low": 0.25, "high": 1234.5}
    assert skipped == {
        "code": "advance",
        "database": "postgresql",
        "reason": "no PostgreSQL binaries",
        "skipped": True,
    }


def test_an_unknown_bench_is_bad_input() -> None:
    code, output = run("--only", "nothing", "--lang", "en")
    assert code == 2
    assert "advance | growth" in output


def test_every_name_a_bench_gives_has_words_in_both_languages() -> None:
    codes = {
        "advance",
        "growth",
        "grading",
        "proposal",
        "chain",
        "replay",
        "threads",
        "simulation",
        "verification",
        *("claim", "claim_none", "idle", "due_row", "letters", "delivery"),
        *("building", "building_event", "memory"),
        *("api", "api_list", "api_board", "api_sheet", "api_act", "imports", "publishing"),
        *("pages", "pages_bare", "pages_changing", "pages_django", "pages_bytes", "pages_memory"),
    }
    names = {
        *("ours_per_second", "bare_per_second", "long_per_second", "short_per_second", "ours_seconds"),
        *("bare_seconds", "departments_per_second", "slowest_ms", "racing_slowest_ms"),
        *("department_years_per_second", "moves", "statements", "rows_short", "rows_long", "departments"),
        *("rows", "rows_each", "writers", "racing_moves", "years", "deadlines", "few_deadlines", "due"),
        *("ours_us", "bare_us", "many_us", "few_us", "rungs_per_second", "moves_per_second", "rungs"),
        *("letters_written", "letters_per_second", "bare_letters_per_second", "letters_sent", "connections"),
        *("bytes_each", "many_mib", "few_mib", "letters_many", "letters_few"),
        *("ours_answers_per_second", "bare_answers_per_second", "requests", "answer_bytes"),
        *("bare_answer_bytes", "file_rows_per_second", "bare_file_rows_per_second", "file_rows"),
        *(
            f"{side}_{figure}"
            for side in ("ours", "bare")
            for figure in ("p50_ms", "p99_ms", "pages_per_second")
        ),
        *(f"{page}{packed}_bytes" for page in MAIN for packed in ("", "_gzip")),
        *("idle_mib", "busy_mib"),
    }
    for lang in words.LANGS:
        assert all(words.word("bench", code, lang) for code in codes | names)
    assert {advance.CODE, growth.CODE} <= codes


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that whoever the server runs as can reach."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder


def test_a_server_of_our_own_keeps_what_it_acknowledges_and_is_gone_afterwards(open_folder: Path) -> None:
    try:
        with postgres.serving(open_folder) as url:
            bed = PostgresBed(url)
            bed.fresh()
            bed.clear()
    except postgres.Unavailable as reason:
        pytest.skip(str(reason))
    assert not list(open_folder.glob("server-*/data/postmaster.pid"))
