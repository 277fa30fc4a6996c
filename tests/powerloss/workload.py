"""A process that does the office's work on a SQLite city and tells of each thing once it was answered.

Run as `python -m tests.powerloss.workload DATABASE ROUNDS SYNCHRONOUS`. What it tells goes to DATABASE-told,
one JSON object a line: `subject`, `number` and `letters` (keys in the outbox) of a move; `pending` of an act
that waits for a second person; `letter` and `attempts` of one about to be handed to the mail server, with `sent`
once that was recorded. It ends without closing the database.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from cycle import db
from cycle.operations.perform import Answer
from notifications import outbox
from notifications.retry import Sent
from tests.cast import CLERK, DEPARTMENTS, HEAD, LIAISON, City, book, for_body, open_city, person
from tests.filled_forms import whole
from tests.held import COLLEAGUE, YEAR, key_of
from tests.powerloss.recording import Told

STAGE = "running"
DUE = "2025-02-17"
POSTMAN, BATCH, LEASE = "postman", 5, timedelta(minutes=10)
Move = tuple[str, Any, dict[str, Any]]


def moves(department: str, number: int) -> Iterator[Move]:
    """One round of a department's plan, which ends where it began: who does what, asking for what."""
    liaison, head = person(LIAISON[department]), person(HEAD[department])
    text = f"工作计划第 {number} 稿：" + "按期完成各项任务。" * 20
    for back, act in (("withdraw", liaison), ("send_back", person(CLERK))):
        yield "save_form", liaison, {"content": whole("plan", YEAR, book(), text + back)}
        yield "sign_off", head, {}
        yield "submit", liaison, {}
        yield back, act, {"due": DUE}
    yield "exempt", for_body("group"), {}
    yield "reinstate", for_body("group"), {"due": DUE}


def told(city: City, answer: Answer) -> Told:
    """What somebody who was given this answer may count on."""
    if "pending" in answer:
        return {"pending": answer["pending"]}
    subject, number = answer["subject"], answer["number"]
    letters = city.select(
        "SELECT key FROM outbox WHERE subject = :subject AND number = :number ORDER BY key",
        subject=subject,
        number=number,
    )
    return {"subject": subject, "number": number, "letters": [key for (key,) in letters]}


def work(city: City, number: int) -> Iterator[Told]:
    """One round of every department, what it caused sent each time: what is told, in order."""
    for department in DEPARTMENTS:
        for action, act, asked in moves(department, number):
            city.clock.at += timedelta(seconds=1)
            answer = city.do("move", act, subject=key_of(department), action=action, **asked)
            yield told(city, answer)
            if "pending" in answer:
                yield told(city, city.confirm(answer, COLLEAGUE))
        yield from send(city)


def send(city: City) -> Iterator[Told]:
    """Some of the letters that are due, taken together and settled one by one, as by the courier."""
    now, database = city.clock.now(), city.service.database
    with database.write() as session:
        parcels = outbox.claim(session, now, POSTMAN, BATCH, LEASE)
    for parcel in parcels:
        yield {"letter": parcel.key, "attempts": parcel.attempts}
    for parcel in parcels:
        with database.write() as session:
            ours = outbox.settle(session, parcel.key, POSTMAN, parcel.attempts, Sent("250 OK"), now=now)
        assert ours, parcel.key
        yield {"letter": parcel.key, "attempts": parcel.attempts, "sent": True}


def main(database: str, rounds: int, synchronous: int) -> None:
    """Work in two sittings, the database closed in between: its log goes and comes again."""
    db.PRAGMAS["synchronous"] = synchronous
    teller = os.open(f"{database}-told", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    city = open_city(f"sqlite:///{database}", STAGE, durable=True)
    for number in range(rounds):
        for one in work(city, number):
            os.write(teller, json.dumps(one).encode() + b"\n")
        if number == rounds // 4:
            city.service.database.close()
            now, city = city.clock.at, open_city(f"sqlite:///{database}", STAGE, durable=True)
            city.clock.at = now
    os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
