"""Pages over HTTP: the board beside a bare FastAPI page and a Django page of the same rows, bytes and memory."""

from __future__ import annotations

import gzip
import re
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from statistics import quantiles
from typing import Final

from cycle.bench import pages_environment, pages_served, rounds
from cycle.bench.beds import Bed
from cycle.bench.office import PATTERN, YEAR
from cycle.bench.pages_asking import Wanted, page, together, waits
from cycle.bench.pages_environment import NotMade
from cycle.bench.pages_served import Application, Served, Unserved, held
from cycle.bench.pages_visitors import Visitors
from cycle.bench.rounds import Finding, Skipped, Spread
from cycle.bench.sizes import Sizes
from cycle.bench.whole_city import city

BOARD: Final = f"/{YEAR}/board"
AIMS: Final = {"pages_bare": "≥ 1.50", "pages_django": "≥ 1.00"}
_DEPARTMENTS: Final = re.compile(rb"/departments/([\w-]+)[\"?]")


class Unlike(Exception):
    """The sides did not show the same departments: the comparison would be unfair."""


@dataclass(slots=True)
class _Side:
    """One side of a comparison: what it is asked, and what each round found."""

    wanted: Wanted
    p50: list[float] = field(default_factory=list)
    p99: list[float] = field(default_factory=list)
    each: list[float] = field(default_factory=list)

    def round(self, count: int) -> float:
        """How long about `count` answers took, several at a time; before that each is timed alone."""
        self.note(waits(self.wanted, count))
        self.each.append(together(self.wanted, count))
        return self.each[-1]

    def note(self, taken: Sequence[float]) -> float:
        """Keep the middle and the slowest hundredth of a round; how long it took in all."""
        of_hundred = quantiles(taken, n=100, method="inclusive")
        self.p50.append(1e3 * of_hundred[49])
        self.p99.append(1e3 * of_hundred[98])
        return sum(taken)

    def absolute(self, name: str, count: int = 0) -> dict[str, Spread]:
        """Without the warm-up: milliseconds, and pages a second where `count` were asked for at once."""
        found = {
            f"{name}_p50_ms": rounds.spread(self.p50[1:]),
            f"{name}_p99_ms": rounds.spread(self.p99[1:]),
        }
        return {**found, f"{name}_pages_per_second": rounds.rate(count, self.each[1:])} if count else found


def run(application: Application, home: Path, bed: Bed, sizes: Sizes) -> list[Finding | Skipped]:
    """The board of somebody in the office, who is found out, sees by the rules and reads lamps that are reckoned.

    The others ask nobody who they are and show stored columns. Each side is one process with one database of its own.
    """
    start = city(bed, sizes.interface, sizes.before)
    database = bed.copy(start)
    visitors = Visitors(database)
    found: list[Finding | Skipped] = []
    with ExitStack() as stack:
        stack.callback(visitors.close)
        ours = stack.enter_context(pages_served.ours(application, database))
        board = Wanted(ours, BOARD, visitors.cookie(visitors.clerk))
        bare = Wanted(stack.enter_context(pages_served.bare(bed.copy(start))), BOARD)
        found.append(_compared(bed, sizes, "pages_bare", board, bare))
        found.append(_changing(bed, sizes, visitors, board, bare))
        found.append(_against_django(bed, sizes, home, bed.copy(start), board))
        found.append(_bytes(bed, sizes, visitors, ours))
        if bed.name == "sqlite":  # where the database lies makes no difference to what the process holds
            found.append(_memory(bed, ours))
    return found


def _compared(bed: Bed, sizes: Sizes, code: str, board: Wanted, other: Wanted) -> Finding:
    """The pages a second of our board over those of another page of the same rows."""
    mine, theirs = page(board), page(other)
    if set(_DEPARTMENTS.findall(mine)) != set(_DEPARTMENTS.findall(theirs)):
        raise Unlike(code)
    ours, others = _Side(board), _Side(other)
    first, second = rounds.alternate(
        sizes.few,
        lambda _index: ours.round(sizes.requests),
        lambda _index: others.round(sizes.requests),
    )
    return Finding(
        code=code,
        database=bed.name,
        aim=AIMS[code],
        ratio=rounds.over(second, first),
        absolute={
            **ours.absolute("ours", sizes.requests),
            **others.absolute("bare", sizes.requests),
        },
        counts={
            "requests": sizes.requests,
            "departments": sizes.interface,
            "years": sizes.before + 1,
            "answer_bytes": len(mine),
            "bare_answer_bytes": len(theirs),
        },
    )


def _changing(bed: Bed, sizes: Sizes, visitors: Visitors, board: Wanted, bare: Wanted) -> Finding:
    """The same where somebody acts before every look, so that no page that was kept will do."""
    count = max(2, sizes.requests // 4)
    ours, others = _Side(board), _Side(bare)
    first, second = rounds.alternate(
        sizes.few,
        lambda _index: ours.note(waits(board, count, visitors.act)),
        lambda _index: others.note(waits(bare, count)),
    )
    return Finding(
        code="pages_changing",
        database=bed.name,
        aim="",
        ratio=rounds.over(second, first),
        absolute={**ours.absolute("ours"), **others.absolute("bare")},
        counts={"requests": count},
    )


def _against_django(bed: Bed, sizes: Sizes, home: Path, url: str, board: Wanted) -> Finding | Skipped:
    code = "pages_django"
    try:
        python = pages_environment.python(home)
        with pages_served.django(python, url) as served:
            return _compared(bed, sizes, code, board, Wanted(served, BOARD))
    except (NotMade, Unserved) as reason:
        return Skipped(code, bed.name, str(reason))


def _bytes(bed: Bed, sizes: Sizes, visitors: Visitors, ours: Served) -> Finding:
    """How large the main pages are, as they are sent and as a proxy would pack them."""
    before = YEAR - min(1, sizes.before)
    clerk, reviewer = visitors.clerk, visitors.reviewer(before)
    main = {
        "board": (clerk, BOARD),
        "home": (f"p-{PATTERN}-liaison", f"/{YEAR}/home"),
        "review": (clerk, f"/{YEAR}/review"),
        "marking": (reviewer, f"/{before}/marking"),
        "department": (clerk, f"/{YEAR}/departments/{PATTERN}"),
        "grading": (clerk, f"/{before}/grading"),
        "history": (clerk, "/history"),
    }
    counts = {}
    for name, (who, path) in main.items():
        text = page(Wanted(ours, path, visitors.cookie(who)))
        counts[f"{name}_bytes"] = len(text)
        counts[f"{name}_gzip_bytes"] = len(gzip.compress(text, 6))
    return Finding("pages_bytes", bed.name, "", None, counts=counts)


def _memory(bed: Bed, ours: Served) -> Finding:
    """What `cycle serve` holds with nothing to do, and what a server holds that has given out many boards."""
    with (
        tempfile.TemporaryDirectory(prefix="cycle-bench-") as folder,
        pages_served.whole(Path(folder)) as idle,
    ):
        nothing = held(idle)
    absolute = {"idle_mib": rounds.spread([nothing]), "busy_mib": rounds.spread([held(ours)])}
    return Finding("pages_memory", bed.name, "", None, absolute=absolute)
