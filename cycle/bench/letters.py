"""Letters from the rung that came due to the mail server, beside handing over the same bytes when they are ready."""

from __future__ import annotations

import smtplib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from functools import partial

from cycle.bench import rounds
from cycle.bench.beds import Bed
from cycle.bench.due_row import decide
from cycle.bench.moves import drafting, names
from cycle.bench.office import PLAN_DAY, YEAR, ZONE, Office
from cycle.bench.rounds import Finding
from cycle.bench.sink import HOST, taking
from cycle.bench.sizes import Sizes
from cycle.jobs.delivery import send_letters
from notifications.mailer import MemoryMailer, Smtp, SmtpMailer
from notifications.mime import Sender, build
from notifications.outbox import Parcel

SENDER = Sender("市绩效办", "office@bench.example")
MORNING = PLAN_DAY + timedelta(days=1)
"""The windows that opened the day before are to be told, and letters may leave."""
_CONNECTIONS = 4
_AFTER_EACH = len(b".\r\n")  # what ends a message on the wire
Ready = Sequence[tuple[str, bytes]]
"""Addresses and messages as they go over the wire."""


class Undelivered(Exception):
    """The sink did not get what it was to get, so the time it took says nothing."""


def run(bed: Bed, sizes: Sizes) -> list[Finding]:
    """Rates of letters over the rate at which smtplib hands them over ready-made, on one connection.

    Ours are counted from the due rung on (decided one by one, rendered, kept, built and sent over four
    connections, each answer recorded), and from the outbox on.
    """
    # A rung is decided on once, so each round has departments of its own.
    groups = [subjects(sizes.letters, 1 + index * sizes.letters) for index in range(sizes.few + 1)]
    start = drafting(bed, sizes.letters * len(groups))
    # What others get differs from this in names of the same length.
    ready = [(parcel.address, content(parcel)) for parcel in written(bed.copy(start), groups[0])]
    delivering: list[float] = []
    with taking() as port, in_the_morning(start) as office:

        def decided_and_delivered(index: int) -> float:
            deciding = rounds.seconds(lambda: decide(office, groups[index]))
            with _all_taken(port, ready):
                delivering.append(rounds.seconds(lambda: deliver(office, port)))
            return deciding + delivering[-1]

        def handed_over(_index: int) -> float:
            with _all_taken(port, ready):
                return rounds.seconds(lambda: _hand_over(port, ready))

        whole, bare = rounds.alternate(sizes.few, decided_and_delivered, handed_over)
    return [
        Finding(
            code=code,
            database=bed.name,
            aim="≥ 0.80",
            ratio=rounds.over(bare, ours),
            absolute={
                "letters_per_second": rounds.rate(sizes.letters, ours),
                "bare_letters_per_second": rounds.rate(sizes.letters, bare),
            },
            counts={"letters_sent": sizes.letters, "connections": _CONNECTIONS},
        )
        for code, ours in {"letters": whole, "delivery": delivering[1:]}.items()
    ]


def subjects(count: int, start: int = 1) -> list[str]:
    """Keys of the appraisals of so many copied departments, of which each has a rung due in the `MORNING`."""
    return [f"appraisal:{YEAR}:{department}" for department in names(count, start)]


@contextmanager
def in_the_morning(url: str) -> Iterator[Office]:
    """An office on a database made by `drafting`, the day after."""
    office = Office(url)
    office.clock.at = MORNING
    yield office
    office.close()


def written(url: str, keys: Sequence[str]) -> list[Parcel]:
    """The letters that the due rungs of these subjects cause, as a sender gets them."""
    memory = MemoryMailer()
    with in_the_morning(url) as office:
        decide(office, keys)
        send_letters(office.service, lambda: memory, "bench", 1)
    return memory.taken


def content(parcel: Parcel) -> bytes:
    """The message as it goes over the wire."""
    return build(parcel, SENDER, zone=ZONE).content


def deliver(office: Office, port: int) -> None:
    """Deliver everything that is due, as a worker does."""
    ways = partial(SmtpMailer, Smtp(HOST, port, SENDER, security="none"), ZONE)
    send_letters(office.service, ways, "bench", _CONNECTIONS)


def _hand_over(port: int, ready: Ready) -> None:
    with smtplib.SMTP(HOST, port) as server:
        for address, message in ready:
            server.sendmail(SENDER.address, [address], message)


@contextmanager
def _all_taken(port: int, ready: Ready) -> Iterator[None]:
    """Raises Undelivered unless the sink meanwhile takes as many messages and bytes as are `ready`."""
    messages, size = totals(port)
    yield
    wanted = messages + len(ready), size + sum(len(each) + _AFTER_EACH for _, each in ready)
    if (found := totals(port)) != wanted:
        raise Undelivered(f"{found} instead of {wanted}")


def totals(port: int) -> tuple[int, int]:
    """Messages and bytes that the sink has taken."""
    with smtplib.SMTP(HOST, port) as server:
        _code, text = server.noop()
    messages, size = text.split()
    return int(messages), int(size)
