"""The conditions of numbering papers: a number follows the one before it, in the year in which it is given."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from workflows.errors import Unmet
from workflows.facts import Facts
from workflows.guards import today


def number_follows(facts: Facts, _now: datetime) -> Iterator[Unmet]:
    """No number is left out and none is given twice: whoever was overtaken asks for the next one."""
    extra = facts.asked.extra
    following = facts.record.get("numbers", {}).get(extra["series"], 0) + 1
    if extra["number"] != following:
        yield Unmet("paper_number_other", {"series": extra["series"], "number": following})


def year_of_issue(facts: Facts, now: datetime) -> Iterator[Unmet]:
    """The year in a symbol is the calendar year of the issue, whatever year the paper is about."""
    if facts.year != today(facts, now).year:
        yield Unmet("paper_year_other", {"year": today(facts, now).year})


def not_issued_yet(facts: Facts, _now: datetime) -> Iterator[Unmet]:
    """The same paper is not issued twice by mistake; `extra.alike` is the symbol and day of the one that stands."""
    alike = facts.asked.extra.get("alike")
    if alike:
        yield Unmet("paper_issued_already", {"symbol": alike["symbol"], "on": alike["on"]})


def number_stands(facts: Facts, _now: datetime) -> Iterator[Unmet]:
    extra = facts.asked.extra
    series, number = extra["series"], extra["number"]
    if not 1 <= number <= facts.record.get("numbers", {}).get(series, 0):
        yield Unmet("paper_number_unknown", {"series": series, "year": facts.year, "number": number})
    elif str(number) in facts.record.get("void", {}).get(series, {}):
        yield Unmet("paper_void_already", {"series": series, "year": facts.year, "number": number})
