"""The demo on four days of a year: made once, then played on, as somebody does who comes back to it."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cycle import demo
from cycle.cli import demo as demo_command
from cycle.cli.program import build
from cycle.cli.run import Program
from cycle.clock import VirtualClock

DAYS = ((1, 2), (2, 20), (7, 1), (12, 31))
LATEST_RESULTS = {(1, 2): 2024, (2, 20): 2025, (7, 1): 2025, (12, 31): 2025}


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[tuple[int, int], str]]:
    """What the demo printed on each of the days, all in one home."""
    home = tmp_path_factory.mktemp("demo")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CYCLE_HOME", str(home))
        yield {day: _show(datetime(2026, *day, 2, tzinfo=UTC)) for day in DAYS}


def _show(now: datetime) -> str:
    done = CliRunner().invoke(build(), ["demo"], obj=Program(clock=VirtualClock(now)))
    assert done.exit_code == 0, done.output
    return done.stdout


@pytest.mark.parametrize("day", DAYS)
def test_the_demo_shows_the_board_of_the_latest_year_begun(
    told: dict[tuple[int, int], str], day: tuple[int, int]
) -> None:
    begun = 2026 if day != (1, 2) else 2025
    assert f"$ cycle status --year {begun}" in told[day]
    assert "财政局" in told[day]


@pytest.mark.parametrize("day", DAYS)
def test_the_demo_shows_the_last_results_with_movement(
    told: dict[tuple[int, int], str], day: tuple[int, int]
) -> None:
    _, _, rest = told[day].partition("$ cycle results show ")
    results, _, _ = rest.partition("$ cycle ")
    assert results.startswith(str(LATEST_RESULTS[day]))
    assert "+" in results


@pytest.mark.parametrize("day", DAYS)
def test_the_demo_shows_a_case_of_two_failures_and_a_whole_history(
    told: dict[tuple[int, int], str], day: tuple[int, int]
) -> None:
    assert "$ cycle case show " in told[day]
    assert "考评年度不达标的情况报告" in told[day]
    _, _, verdict = told[day].partition("$ cycle history verify")
    assert "通过" in verdict


@pytest.mark.parametrize("serves", [True, False])
def test_how_to_open_the_pages_is_told_where_they_are_not_opened(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, *, serves: bool
) -> None:
    now = datetime(2026, 2, 20, 2, tzinfo=UTC)
    made = demo.Demo(tmp_path, 2024, 2026, now)
    ran: list[list[str]] = []
    monkeypatch.setattr(demo, "standing", lambda _folder: made)
    for part in ("_tour", "_open_door"):
        monkeypatch.setattr(demo_command, part, lambda *_given: None)
    monkeypatch.setattr(demo_command, "_run", lambda _terminal, _made, _clock, words: ran.append(words))
    asked = ["demo", "--serve" if serves else "--no-serve"]
    done = CliRunner().invoke(build(), asked, obj=Program(clock=VirtualClock(now)))
    assert (done.exit_code, [words[0] for words in ran]) == (0, ["serve"] if serves else [])
    assert ("--serve" in done.stdout) is not serves
    assert "Ctrl-C" in done.stdout


def test_a_demo_of_another_year_is_made_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "demo").mkdir()
    mark = '{"version": "0.0.0", "first": 2024, "last": 2026, "until": "2026-01-02T00:00:00+00:00"}'
    (tmp_path / "demo" / demo.MARK).write_text(mark, encoding="utf-8")
    monkeypatch.setenv("CYCLE_HOME", str(tmp_path))
    assert demo.standing(tmp_path / "demo") is None
    assert demo.standing(tmp_path / "elsewhere") is None


@pytest.mark.parametrize("day", DAYS)
def test_what_the_demo_says_to_try_next_can_be_tried(
    told: dict[tuple[int, int], str], day: tuple[int, int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, _, rest = told[day].partition("export CYCLE_HOME=")
    tips, _, _ = rest.partition("\n\n")
    home, *commands = tips.splitlines()
    monkeypatch.setenv("CYCLE_HOME", str(Path(home).absolute()))
    monkeypatch.chdir(tmp_path)
    clock = VirtualClock(datetime(2026, 12, 31, 3, tzinfo=UTC))
    tried = [line.strip().removeprefix("python3 -m cycle ") for line in commands if line.strip()]
    assert len(tried) == 7
    for command in tried:
        done = CliRunner().invoke(build(), shlex.split(command), obj=Program(clock=clock))
        assert done.exit_code == 0, f"{command}: {done.output}"
