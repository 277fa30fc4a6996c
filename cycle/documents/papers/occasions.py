"""Which papers there is something to write in, and about whom: what a reader who makes papers chooses from."""

from __future__ import annotations

from typing import Final

from cycle.board import city, registers
from cycle.board.look import Look
from cycle.board.year import board_of
from cycle.documents.papers.kinds import PAPERS
from cycle.documents.papers.values import found
from cycle.documents.papers.values.reading import asked
from workflows.errors import Refused

_GRADED: Final = ("proposed", "ratified", "closed")
_PROPOSED: Final = ("proposed", "approved", "rejected", "closed")
"""States of a case about which the leading group has proposed something."""


def occasions(look: Look, year: int) -> dict[str, list[str]]:
    """Kind to the departments it may be about, those by the order of their ids; `[""]` where it is about the year.

    A kind there is no occasion for is left out. Raises NotFound for a year unknown.
    """
    cycle = city.cycle_of(look, year)
    state = "" if cycle.record.get("unrecorded") else cycle.state  # closed without any results
    findings = found.standing(asked(look, year))
    failed = _failed(look, year)
    circulated = any(row["record"]["severity"] in ("key", "typical") for row in findings)
    unverified = {row["department"] for row in findings if row["state"] == "confirmed"}
    mending = {row["department"] for row in board_of(look, year) if row["state"].startswith("rectification.")}
    cases = {row["department"]: row["state"] for row in city.cases(look, year)}
    there = {
        "circular": [""] if state in ("ratified", "closed") else [],
        "rectification": sorted(failed | unverified | mending),
        "case_report": sorted(cases),
        "talk": sorted(failed),
        "grade_list": [""] if state in _GRADED else [],
        "inspection": [""] if circulated else [],
        "handling": sorted(one for one, stands in cases.items() if stands in _PROPOSED),
    }
    return {kind: there[kind] for kind in PAPERS if there[kind]}


def _failed(look: Look, year: int) -> set[str]:
    """Those whose head is to be talked to; none while the results do not stand."""
    try:
        return {row["department"] for row in registers.talks(look, year)}
    except Refused:
        return set()
