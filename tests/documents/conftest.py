"""Every test here may ask for the cast's databases, and read a paper as its reader does."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from docx2python import docx2python

from cycle import queries
from cycle.board.look import Look, look
from cycle.people import person as person_of
from tests.cast import CLERK, HEAD, LIAISON, PERSONNEL, City, city_at, for_body, person, templates
from tests.held import YEAR

__all__ = ["City", "city_at", "templates"]

ODD = "<局>&喆堃昇珺玥旻祎彧翀"
"""A name that is markup, and characters that few fonts have."""


@contextmanager
def looking(city: City, who: str = "") -> Iterator[Look]:
    """A look at the city as `who` sees it; without one, of whoever works at the machine itself."""
    service = city.service
    with service.database.read() as session:
        reader = None
        if who:
            row = queries.subject(session, f"person:{who}")
            assert row is not None
            reader = person_of(row.key, row.state, row.record)
        yield look(session, service.clock.now(), service.zone, "zh", reader)


class Read:
    """A paper opened again by a program that knows nothing of us."""

    def __init__(self, content: bytes) -> None:
        with docx2python(io.BytesIO(content)) as document:
            self.text = document.text
            self.footers = str(document.footer)
            self.tables: list[list[list[str]]] = [
                [["".join(cell).strip() for cell in row] for row in table]
                for table in document.body
                if len(table) > 1 or len(table[0]) > 1
            ]

    @property
    def plain(self) -> str:
        """The text without what is between paragraphs and words."""
        return re.sub(r"\s+", "", self.text)

    def rows(self, first: str) -> list[list[str]]:
        """The rows below the head of the table whose first heading is `first`."""
        (table,) = (table for table in self.tables if table[0][0] == first)
        return table[1:]


def find(city: City, department: str, *, severity: str, text: str, year: int = YEAR) -> str:
    """A finding told and confirmed; its key."""
    about: dict[str, Any] = {"department": department, "year": year, "on": f"{year}-01-08"}
    found = {**about, "item": "score.deduct.1", "source": "covert_visit", "severity": severity, "text": text}
    key = str(city.do("finding", person(CLERK), action="record", **found)["subject"])
    for action, who in (("notify", CLERK), ("answer", LIAISON[department]), ("confirm", CLERK)):
        city.do("finding", person(who), action=action, subject=key, text="情况属实")
    return key


def close(city: City) -> None:
    """Go on from the ratification to the closed year."""
    city.at("2026-02-10")
    city.file(PERSONNEL, text="整改方案")
    city.move(PERSONNEL, "record_talk", on="2026-02-09", text="第一点：履职\n第二点：=整改")
    city.move(PERSONNEL, "accept")
    city.move(PERSONNEL, "add_step", text="健全制度", due="2026-03-20")
    city.at("2026-03-18")
    city.close_duties()
    city.move(PERSONNEL, "verify_step", step="1")
    city.move(PERSONNEL, "verify")
    city.sweep()
    assert city.row(f"cycle:{YEAR}").state == "closed"


def rename(city: City, department: str, name: str) -> None:
    """Call a department otherwise from today on."""
    on = city.clock.now().date().isoformat()
    city.do("rename", person(CLERK), department=department, name=name, on=on)


def propose_handling(city: City, case: str, text: str) -> None:
    """The leading group studies a case and proposes."""
    for action in ("study", "propose_handling"):
        city.both("case", for_body("group"), subject=case, action=action, text=text)


HEADED = HEAD
