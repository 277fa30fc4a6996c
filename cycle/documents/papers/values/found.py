"""Findings as a paper tells them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from cycle import queries, queries_board
from cycle.board import matters
from cycle.documents.papers.values.reading import LANG, Asked, Values, day, fit, word
from workflows import words
from workflows.machines.finding import STANDING
from workflows.scoring import show

SEVERITIES: Final = ("key", "typical", "ordinary")


def standing(at: Asked) -> list[Values]:
    """The findings that count in the year and stand, by department and number, each as `matters` has it."""
    every = [row for year in (at.year - 1, at.year) for row in _of_year(at, year) if row["state"] in STANDING]
    return [row for row in every if row["counts_in"] == at.year]


def _of_year(at: Asked, year: int) -> list[Values]:
    """The findings opened in a year; those of the year before may count in this one."""
    if queries.subject(at.look.session, f"cycle:{year}") is None:
        return []
    return matters.of_year(at.look, "finding", year)


def told(at: Asked, row: Mapping[str, Any]) -> Values:
    """One finding in words."""
    record = row["record"]
    return {
        "name": fit(row["name"]),
        "number": f"{row['year']}-{row['matter']}",
        "on": day(record["on"]),
        "day": record["on"],
        "source": word("finding.source", record["source"]),
        "severity": word("finding.severity", record["severity"]),
        "text": fit(record["text"]).rstrip("。"),
        "item": words.names_of(at.book, LANG).get(record["item"], record["item"]),
        "points": _points(at, row),
        "state": "整改已通过核验"
        if row["state"] == "verified"
        else "整改情况待核验"
        if row["state"] == "rectified"
        else "尚未完成整改",
    }


def _points(at: Asked, row: Mapping[str, Any]) -> str:
    """What its line takes off; empty where it was decided without points or the line no longer counts."""
    subject = f"appraisal:{row['counts_in']}:{row['department']}"
    for line in queries_board.every_line(at.look.session, subject):
        if line.id == row["record"].get("line") and not line.reversed_by:
            return show(-line.points)
    return ""
