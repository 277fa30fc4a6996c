"""Finding departments, people and years by what people call them, and calling them so again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from cycle import facts as gathering
from cycle import queries
from cycle.db import Session
from cycle.people import name_on
from cycle.queries import SubjectRow
from workflows import words
from workflows.rulebook_build import keyed
from workflows.scoring import folded

LIVE = ("running", "proposed", "ratified", "preparing", "closed")
"""States of a year in the order in which one is taken for the year meant."""


def departments(session: Session) -> list[SubjectRow]:
    """Every department there ever was, by id."""
    return queries.of_kind(session, "department")


def find_department(session: Session, text: str) -> SubjectRow | None:
    """The department meant by an id, a present or former name or an alias, folded; active ones win."""
    wanted = folded(text).casefold()
    found = [row for row in departments(session) if wanted in _called(row)]
    found.sort(key=lambda row: (row.department != wanted, row.state != "active", wanted not in _now(row)))
    return found[0] if found else None


def _called(row: SubjectRow) -> set[str]:
    names = (entry["name"] for entry in row.record["names"])
    return {row.department, *(folded(name).casefold() for name in (*names, *row.record["aliases"]))}


def _now(row: SubjectRow) -> set[str]:
    return {row.department, folded(row.record["names"][-1]["name"]).casefold()}


def called(
    session: Session, day: date, lang: str, every: Sequence[SubjectRow] | None = None
) -> dict[str, str]:
    """What a reader calls every department, person and item of the rules that is known here by an id.

    `every` are the departments where they were read already. Homes outside of the appraised departments have no
    register: those everybody has are worded.
    """
    book = gathering.rulebook_of(session, _latest(years(session)))
    found = {**words.catalogue(lang)["home"], **words.names_of(book, lang)}
    found |= {row.department: name_on(row.record, day) for row in every or departments(session)}
    found |= {row.key.partition(":")[2]: row.record["name"] for row in queries.people_saying(session)}
    return found


def coded(session: Session, lang: str) -> dict[str, dict[str, str]]:
    """What the rulebook calls its codes: the categories of departments, the levels of ratings."""
    content: Any = keyed(gathering.rulebook_of(session, _latest(years(session))).content())
    levels = {code: one for part in content["levels"].values() for code, one in part.items()}
    found = {"category": content["categories"], "level": levels}
    return {name: {code: one[lang] for code, one in entries.items()} for name, entries in found.items()}


def years(session: Session) -> list[SubjectRow]:
    """Every cycle known here, the earliest first."""
    return queries.of_kind(session, "cycle")


def _latest(cycles: Sequence[SubjectRow]) -> SubjectRow | None:
    """The latest running year; where none runs, the one furthest from being done with."""
    ours = [row for row in cycles if not row.record.get("unrecorded") and not row.record.get("imported")]
    return min(ours or cycles, key=lambda row: (LIVE.index(row.state), -row.year), default=None)


def year_meant(session: Session) -> int | None:
    """The year meant where none is named; None where there is none at all."""
    row = _latest(years(session))
    return row.year if row else None
