"""What lies in the outbox of a city, as its readers would find it, and how somebody comes to read English."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, fields
from typing import Any

from cycle.jobs.digests import write_digests
from cycle.operations.advance import advance
from cycle.operations.perform import writing
from tests.cast import CLERK, City, person
from tests.held import COLLEAGUE
from workflows.facts import Asked

_LINE = re.compile(r"\d+\. \S .+?(?:　| · )(?P<department>.+?)(?:：|: )(?P<matter>.+?)(?:，|, |; |$)")


@dataclass(frozen=True, slots=True)
class Mail:
    """One message of the outbox."""

    key: str
    kind: str
    recipient: str
    name: str
    address: str
    lang: str
    title: str
    body: str
    html: str
    event: dict[str, Any] | None
    deadline: str | None
    at: str
    status: str
    answer: str | None

    def sections(self) -> dict[str, list[tuple[str, str]]]:
        """Under each heading the department and the matter of every numbered line."""
        found: dict[str, list[tuple[str, str]]] = {}
        heading = ""
        for line in self.body.splitlines():
            if line.endswith(("：", ":")):
                heading = line[:-1]
            elif said := _LINE.match(line):
                found.setdefault(heading, []).append((said["department"], said["matter"]))
        return found

    def lines(self) -> list[str]:
        """Every numbered line as it stands."""
        return [line for line in self.body.splitlines() if _LINE.match(line)]


_COLUMNS = tuple(each.name for each in fields(Mail))


def mails(city: City, kind: str = "", *, to: str = "", subject: str = "", number: int = 0) -> list[Mail]:
    """Messages by key; of one kind, one recipient, one subject, one history row where named."""
    rows = city.select(
        f"SELECT {', '.join(_COLUMNS)} FROM outbox WHERE (:kind = '' OR kind = :kind) AND (:to = '' OR recipient = :to)"
        " AND (:subject = '' OR subject = :subject) AND (:number = 0 OR number = :number) ORDER BY key",
        kind=kind,
        to=to,
        subject=subject,
        number=number,
    )
    return [_mail(dict(zip(_COLUMNS, row, strict=True))) for row in rows]


def _mail(row: dict[str, Any]) -> Mail:
    return Mail(**{**row, "event": row["event"] and json.loads(row["event"])})


def new_digests(city: City) -> dict[str, Mail]:
    """Write the digests that are due now; those written by person."""
    before = {mail.key for mail in mails(city)}
    written = write_digests(city.service)
    found = {mail.recipient: mail for mail in mails(city) if mail.key not in before}
    assert written == len(found)
    return found


def reads_english(city: City, *people: str) -> None:
    """Have people's letters written in English from now on."""
    for name in people:
        row = city.row(f"person:{name}")
        extra = {"record": {"lang": "en"}, "roles": row.record["roles"]}
        with writing(city.service) as session:
            advance(
                session,
                row.key,
                "change",
                act=person(CLERK, confirmed_by=COLLEAGUE),
                clock=city.clock,
                zone=city.service.zone,
                asked=Asked(extra=extra),
            )
