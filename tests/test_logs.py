"""The log of the process: one line an event, whatever is in it, in the form that its reader can use."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import pytest

from cycle import logs
from cycle.clock import VirtualClock
from tests.held import ZONE, instant

LOG = logging.getLogger("cycle.trial")
CLOCK = VirtualClock(instant("2025-03-03 09:00"))
FORGED = 'x\n{"level": "info"}\r\x1b[2K\x85\u2028\u202e\udc80\U000e0001'
"""Ends of lines as terminals, programs and databases know them, and what moves the cursor or turns the text."""


class Terminal(io.StringIO):
    """Somebody looks on."""

    def isatty(self) -> bool:
        return True


def written(
    *told: tuple[Any, ...], stream: io.StringIO | None = None, level: str = "info", form: Any = "auto"
) -> list[str]:
    """The lines of the log where these are told: level, text, fields."""
    out = stream or io.StringIO()
    with logs.lines_to(out, CLOCK, ZONE, form=form, level=level):
        for number, text, *fields in told:
            LOG.log(number, text, extra={"fields": fields[0]} if fields else None)
    return out.getvalue().split("\n")[:-1]


def test_a_line_is_one_json_object_with_the_instant_of_the_clock_and_its_fields() -> None:
    (line,) = written((logging.INFO, "job", {"job": "sweep", "did": {"told": 3}}))
    assert json.loads(line) == {
        "at": "2025-03-03T01:00:00.000000Z",
        "level": "info",
        "log": "cycle.trial",
        "event": "job",
        "job": "sweep",
        "did": {"told": 3},
    }


def test_at_a_terminal_it_is_a_line_to_read_in_the_time_of_the_office() -> None:
    told = (logging.WARNING, "job", {"job": "sweep", "did": {"told": 3}, "who": "韩 雪峰"})
    assert written(told, stream=Terminal()) == [
        '2025-03-03 09:00:00 WARNING cycle.trial: job job=sweep did={"told": 3} who="韩 雪峰"'
    ]


@pytest.mark.parametrize(("form", "stream"), [("json", Terminal()), ("text", io.StringIO())])
def test_the_form_may_be_chosen_whoever_looks_on(form: Literal["json", "text"], stream: io.StringIO) -> None:
    (line,) = written((logging.INFO, "job"), stream=stream, form=form)
    assert line.startswith("{") == (form == "json")


@pytest.mark.parametrize("form", [logs.JsonLines(CLOCK), logs.TextLines(CLOCK, ZONE)])
def test_nothing_that_is_told_can_forge_a_line_or_move_the_cursor(form: logging.Formatter) -> None:
    fields = {"path": FORGED, FORGED: 1, "more": [FORGED]}
    record = LOG.makeRecord(LOG.name, logging.INFO, "", 0, FORGED, (), None, extra={"fields": fields})
    line = form.format(record)  # formed here alone: no other handler takes half of a letter
    assert line.isprintable()
    if isinstance(form, logs.JsonLines):
        found = json.loads(line)
        assert (found["event"], found["path"], found["more"]) == (FORGED, FORGED, [FORGED])


@pytest.mark.parametrize("form", ["json", "text"])
def test_a_trace_is_part_of_its_line_or_set_off_from_the_lines(form: str) -> None:
    out = io.StringIO()
    with logs.lines_to(out, CLOCK, ZONE, form=form, level="info"):  # type: ignore[arg-type] # parametrised
        error = RuntimeError("gone\n2025-03-03 09:00:00 INFO    forged: line\x1b[1A")
        LOG.error("broke", exc_info=error)
    first, *below = out.getvalue().split("\n")[:-1]
    if form == "json":
        assert below == []
        assert "RuntimeError: gone" in json.loads(first)["trace"]
    else:
        assert first.endswith("cycle.trial: broke")
        assert any("RuntimeError: gone" in line for line in below)
        assert all(line.startswith("  | ") and line.isprintable() for line in below)


def test_every_line_within_a_request_says_which() -> None:
    outside = logs.REQUEST.set("abcdef-1")
    try:
        (line,) = written((logging.INFO, "job"))
    finally:
        logs.REQUEST.reset(outside)
    assert json.loads(line)["request"] == "abcdef-1"


@pytest.mark.parametrize(
    ("level", "seen"),
    [
        ("debug", ["a debug", "a info", "c debug", "c info", "c warning", "a warning"]),
        ("info", ["c info", "c warning", "a warning"]),
        ("warning", ["c warning", "a warning"]),
        ("error", []),
    ],
)
def test_of_libraries_only_what_is_wrong_is_told_unless_everything_is_asked_for(
    level: str, seen: list[str]
) -> None:
    out = io.StringIO()
    library = logging.getLogger("apscheduler.executors.default")
    with logs.lines_to(out, CLOCK, ZONE, form="json", level=level):
        library.debug("a debug")
        library.info("a info")
        LOG.debug("c debug")
        LOG.info("c info")
        LOG.warning("c warning")
        library.warning("a warning")
    assert [json.loads(line)["event"] for line in out.getvalue().splitlines()] == seen


@pytest.fixture
def untouched() -> Iterator[None]:
    """What logs look like after is what they looked like before."""

    def state() -> list[Any]:
        root = logging.getLogger()
        return [root.level, list(root.handlers), *(logging.getLogger(name).level for name in logs.OURS)]

    before = state()
    yield
    assert state() == before


@pytest.mark.usefixtures("untouched")
def test_what_is_wrong_is_kept_in_a_file_too_made_when_there_is_something(tmp_path: Path) -> None:
    file = tmp_path / "new" / "errors.log"
    out = io.StringIO()
    with logs.lines_to(out, CLOCK, ZONE, form="json", level="info"), logs.troubles_to(file, CLOCK, ZONE):
        LOG.info("all is well")
        assert not file.exists()
        LOG.warning("not all is well")
    assert file.read_text(encoding="utf-8") == ("2025-03-03 09:00:00 WARNING cycle.trial: not all is well\n")
    assert len(out.getvalue().splitlines()) == 2


def test_where_nobody_asked_for_a_log_there_is_none(capfd: pytest.CaptureFixture[str]) -> None:
    root = logging.getLogger()
    (own,) = [each for each in root.handlers if isinstance(each, logging.NullHandler)][:1]
    before, root.handlers = root.handlers, [own]
    try:
        logging.getLogger("cycle.sweep").error("subject broke")
    finally:
        root.handlers = before
    assert capfd.readouterr() == ("", "")
