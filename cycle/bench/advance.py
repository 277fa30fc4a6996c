"""One move through the write path, beside a bare loop that sends the same statements with the same bytes."""

from __future__ import annotations

from cycle.bench import rounds
from cycle.bench.beds import Bed
from cycle.bench.moves import Move, drafting, make, on_plan_day, plan
from cycle.bench.office import Office
from cycle.bench.recording import Sent, play, recording, require_equal
from cycle.bench.rounds import Finding
from cycle.bench.sizes import Sizes

CODE = "advance"


def run(bed: Bed, sizes: Sizes) -> Finding:
    """The rate of moves over the rate at which the bare driver sends what they sent.

    What the moves send is written down in an untimed run on a copy. In the end the product's database and the
    bare loop's hold the same rows to the byte.
    """
    start = drafting(bed, sizes.subjects)
    ours, bare = bed.copy(start), bed.copy(start)
    count = sizes.moves
    batches = [plan(sizes.subjects, count, index * count) for index in range(sizes.rounds + 1)]
    sent = _sent(start, batches)
    office, connection = on_plan_day(ours), bed.connect(bare)
    mine, others = rounds.alternate(
        sizes.rounds,
        lambda index: rounds.seconds(lambda: make(office, batches[index])),
        lambda index: rounds.seconds(lambda: play(connection, bed.begin, sent[index])),
    )
    office.close()
    connection.close()
    require_equal(bed, ours, bare)
    statements = sum(len(transaction) for batch in sent for transaction in batch)
    return Finding(
        code=CODE,
        database=bed.name,
        aim="≥ 0.50",
        ratio=rounds.over(others, mine),
        absolute={"ours_per_second": rounds.rate(count, mine), "bare_per_second": rounds.rate(count, others)},
        counts={"moves": count, "statements": round(statements / len(batches))},
    )


def _sent(url: str, batches: list[list[Move]]) -> list[list[list[Sent]]]:
    office = on_plan_day(url)
    found = [[_of_one(office, move) for move in batch] for batch in batches]
    office.close()
    return found


def _of_one(office: Office, move: Move) -> list[Sent]:
    with recording() as sent:
        make(office, [move])
    return sent
