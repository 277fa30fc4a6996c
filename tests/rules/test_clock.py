"""Only `cycle/clock.py` reads the time: everything else is told, so a year can be replayed to the byte."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.rules.conftest import Plant
from tests.rules.tree import PACKAGES, ROOT, Source, aliases, dotted, sources, strings

CLOCK = "cycle/clock.py"
READS = {
    *(f"datetime.datetime.{name}" for name in ("now", "utcnow", "today")),
    "datetime.date.today",
    *(f"time.{name}" for name in ("time", "time_ns", "localtime", "gmtime", "ctime", "asctime")),
    *(f"time.{name}" for name in ("monotonic", "monotonic_ns")),
    *(f"email.utils.{name}" for name in ("localtime", "make_msgid", "formatdate")),
    *(f"uuid.{name}" for name in ("uuid1", "uuid6", "uuid7")),
}
# Not a time of day: how long something takes may be measured where durations are the subject.
STOPWATCH = {"time.monotonic", "time.monotonic_ns"}
MEASURES = ("cycle/bootstrap/", "cycle/bench")
SQL_FUNCTIONS = {
    "now",
    "current_timestamp",
    "current_date",
    "current_time",
    "localtimestamp",
    "clock_timestamp",
}
SQL_TEXT = re.compile(
    r"\b(?:now|clock_timestamp|statement_timestamp|transaction_timestamp)\s*\(\s*\)"
    r"|\bcurrent_(?:timestamp|date|time)\b|\blocaltimestamp\b"
    r"|\b(?:date|time|datetime|julianday|unixepoch)\s*\(\s*\)|'now'",
    re.IGNORECASE,
)


def readings(root: Path) -> Iterator[str]:
    """Yield each place outside the clock that reads the time, in Python or in SQL."""
    for source in sources(root, *PACKAGES):
        if source.path != CLOCK:
            allowed = STOPWATCH if source.path.startswith(MEASURES) else set()
            for line, what in sorted({*_in_python(source, READS - allowed), *_in_sql(source)}):
                yield f"{source.path}:{line} reads {what}"


def _in_python(source: Source, reads: set[str]) -> Iterator[tuple[int, str]]:
    names = aliases(source)
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Name | ast.Attribute):
            name = dotted(node, names)
            owner, _, last = name.rpartition(".")
            if name in reads or (last in SQL_FUNCTIONS and owner.split(".")[-1] == "func"):
                yield node.lineno, name


def _in_sql(source: Source) -> Iterator[tuple[int, str]]:
    for text, line in strings(source):
        if found := SQL_TEXT.search(text):
            yield line, found[0]


def stopwatches(root: Path) -> Iterator[str]:
    """Yield each place of the tests that measures how long something takes."""
    for source in sources(root, "tests"):
        for line, what in sorted(set(_in_python(source, {"time.perf_counter", "time.process_time"}))):
            yield f"{source.path}:{line} reads {what}"


def test_no_test_is_decided_by_a_stopwatch() -> None:
    """A busy machine is no fault of the program: speed is shown by `cycle bench`, as ratios."""
    assert list(stopwatches(ROOT)) == []


def test_a_stopwatch_in_a_test_is_noticed(plant: Plant) -> None:
    root = plant("tests/test_page.py", "import time\nstart = time.perf_counter()\n")
    assert list(stopwatches(root)) == ["tests/test_page.py:2 reads time.perf_counter"]


def test_only_the_clock_reads_the_time() -> None:
    assert list(readings(ROOT)) == []


@pytest.mark.parametrize(
    "line",
    [
        "import datetime as d; x = d.datetime.now(d.UTC)",
        "from datetime import datetime as moment; x = moment.utcnow",
        "from datetime import date; x = dict(default_factory=date.today)",
        "from time import time; x = time()",
        "import sqlalchemy as sa; x = sa.func.now()",
        "from sqlmodel import func; x = func.current_timestamp()",
        "x = 'INSERT INTO t VALUES (CURRENT_TIMESTAMP)'",
        "x = \"SELECT datetime('now')\"",
        "from email.utils import make_msgid; x = make_msgid()",
    ],
)
def test_a_hidden_reading_is_noticed(plant: Plant, line: str) -> None:
    assert len(list(readings(plant("notifications/courier.py", line + "\n")))) == 1


@pytest.mark.parametrize(
    "line",
    [
        "from time import perf_counter; x = perf_counter()",
        "def f(clock):\n    return clock.now()",
        '"""Never now() or CURRENT_TIMESTAMP."""',
        "from datetime import datetime; x = datetime.fromisoformat('2026-01-01')",
    ],
)
def test_what_is_told_or_measured_is_no_reading(plant: Plant, line: str) -> None:
    assert list(readings(plant("cycle/app.py", line + "\n"))) == []
