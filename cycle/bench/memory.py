"""The memory of a process that delivers many letters, beside one that delivers few.

The process itself is `python -m cycle.bench.memory`: it reads the database and the mail server's port from
its standard input and prints its peak.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from pathlib import Path

from cycle.bench import rounds
from cycle.bench.beds import Bed
from cycle.bench.due_row import decide
from cycle.bench.letters import Undelivered, deliver, in_the_morning, subjects, totals
from cycle.bench.moves import drafting
from cycle.bench.rounds import Finding
from cycle.bench.sink import taking
from cycle.bench.sizes import Sizes

CODE = "memory"
_FEWER = 5
_STATUS = Path("/proc/self/status")


def run(bed: Bed, sizes: Sizes) -> Finding:
    """The peak with all the letters over the peak with a fifth of them."""
    counts = sizes.letters, max(1, sizes.letters // _FEWER)
    waiting = {count: _undelivered(bed, count) for count in counts}
    with taking() as port:
        many, few = rounds.alternate(
            sizes.few,
            lambda _index: _peak_of_delivering(bed.copy(waiting[counts[0]]), port, counts[0]),
            lambda _index: _peak_of_delivering(bed.copy(waiting[counts[1]]), port, counts[1]),
        )
    return Finding(
        code=CODE,
        database=bed.name,
        aim="≈ 1.00",
        ratio=rounds.over(many, few),
        absolute={"many_mib": rounds.spread(many), "few_mib": rounds.spread(few)},
        counts={"letters_many": counts[0], "letters_few": counts[1]},
    )


def _undelivered(bed: Bed, count: int) -> str:
    url = drafting(bed, count)
    with in_the_morning(url) as office:
        decide(office, subjects(count))
    return url


def _peak_of_delivering(url: str, port: int, count: int) -> float:
    """MiB that another process needs at most while it delivers what waits there."""
    before, _ = totals(port)
    done = subprocess.run(
        [sys.executable, "-m", "cycle.bench.memory"],
        input=json.dumps([url, port]),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    after, _ = totals(port)
    if after - before != count:
        raise Undelivered(f"{after - before} letters instead of {count}")
    return float(done.stdout)


def _peak() -> float:
    """MiB this process has held at most."""
    if _STATUS.exists():  # unlike what getrusage says, without what the parent held before this program began
        (line,) = (each for each in _STATUS.read_text().splitlines() if each.startswith("VmHWM:"))
        return int(line.split()[1]) / 1024
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1024**2


def main() -> None:
    """Deliver, and print the peak."""
    url, port = json.load(sys.stdin)
    with in_the_morning(url) as office:
        deliver(office, port)
    sys.stdout.write(str(_peak()))


if __name__ == "__main__":
    main()
