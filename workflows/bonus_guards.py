"""The conditions of bonus applications, and which of several for one honour counts (score.bonus.*)."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from workflows.errors import Unmet
from workflows.facts import Facts
from workflows.matters import OUTSIDE
from workflows.rulebook import Rulebook

OUTSTANDING: Final = "score.bonus.outstanding"
ARTICLE: Final = "score.bonus.article"
_OVER: Final = ("grading", "rectification", "closed", "exempted")
"""Stages in which nothing undecided is left: who has been settled is reopened first."""

_FROZEN: Final = ("grading.proposed", "grading.ratified", "rectification", "closed", "exempted")


@dataclass(frozen=True, slots=True)
class Honour:
    """An approved application: its key, what it is for, and the id of its ledger line, empty where it has none."""

    key: str
    item: str
    award: str
    line: str = ""


def item_of(facts: Facts) -> str:
    """The rulebook's item an application is for, while it is being made and after."""
    wanted: Mapping[str, Any] = facts.record or facts.asked.extra.get("record", {})
    return str(wanted.get("item", ""))


def for_outstanding(facts: Facts, _now: datetime) -> bool:
    """A route: the application is for an outstanding achievement, which the chief leader approves."""
    return item_of(facts) == OUTSTANDING


def for_honour(facts: Facts, _now: datetime) -> bool:
    """A route: the application is for an honour or an article."""
    return item_of(facts) != OUTSTANDING


def year_unsettled(facts: Facts, _now: datetime) -> Iterator[Unmet]:
    """`extra.standing` is the state of the appraisal it would count in."""
    if _standing(facts).partition(".")[0] in _OVER:
        yield Unmet("year_settled", {"year": facts.year})


def ledger_open(facts: Facts, _now: datetime) -> Iterator[Unmet]:
    """Before the proposal; also where there is no line to write or to reverse."""
    standing = _standing(facts)
    if standing in _FROZEN or standing.partition(".")[0] in _FROZEN:
        yield Unmet("ledger_frozen")


def decision_possible(facts: Facts, now: datetime) -> Iterator[Unmet]:
    """An application whose department left the year is still decided, without points."""
    if _standing(facts) not in OUTSIDE:
        yield from ledger_open(facts, now)


def undoing_possible(facts: Facts, now: datetime) -> Iterator[Unmet]:
    """What was approved without points is taken back without a ledger."""
    if not facts.record.get("outside"):
        yield from ledger_open(facts, now)


def _standing(facts: Facts) -> str:
    return str(facts.asked.extra.get("standing", ""))


def honour_named(facts: Facts, _now: datetime) -> Iterator[Unmet]:
    """An honour with its name and who granted it, an article with its title and where it appeared."""
    wanted: Mapping[str, Any] = facts.asked.extra.get("record", {})
    item = item_of(facts)
    if item not in {bonus.id for bonus in facts.rulebook.bonuses}:
        yield Unmet("item_unknown", {"part": "bonus", "item": item})
        return
    if not folded(wanted.get("award", "")):
        yield Unmet("award_missing")
    if not str(wanted.get("granted_by", "")).strip():
        yield Unmet("granted_by_missing")
    if item != ARTICLE and not wanted.get("collective"):
        yield Unmet("honour_not_collective")


def of_the_year(facts: Facts, _now: datetime) -> Iterator[Unmet]:
    """A year's bonuses are for what was granted in it: an honour counts in one year, the one of its date."""
    on = facts.asked.on
    if on is not None and on.year != facts.year:
        yield Unmet("honour_of_other_year", {"year": facts.year, "on": on.isoformat()})


def folded(award: str) -> str:
    """The name of an honour or an article as it is compared: NFKC, without case, blanks and signs nobody sees."""
    letters = unicodedata.normalize("NFKC", award).casefold()
    return "".join(c for c in letters if not c.isspace() and unicodedata.category(c) not in ("Cc", "Cf"))


def sameness(book: Rulebook, item: str, award: str) -> str:
    """What counts once in a department's year, however often it is applied for; empty where each one counts.

    An article by its title. An honour by its name whatever the level, where the rulebook says so
    (`same_award_once`). An item that the rulebook gives once a year, by itself.
    """
    per = next((bonus.per for bonus in book.bonuses if bonus.id == item), "")
    if per == "once":
        return item
    if item == OUTSTANDING:
        return ""
    if item == ARTICLE:
        return f"{item} {folded(award)}"
    return f"honour {folded(award)}" if book.same_award_once else ""


def counting(book: Rulebook, honours: Sequence[Honour]) -> frozenset[str]:
    """The keys of those approved that count: of the same honour the one with most points.

    Of equals the one that has its line already, else the first.
    """
    points = {bonus.id: bonus.points for bonus in book.bonuses}
    best: dict[str, Honour] = {}
    for honour in honours:
        same = sameness(book, honour.item, honour.award) or honour.key
        held = best.get(same)
        if held is None or _rank(points, honour) > _rank(points, held):
            best[same] = honour
    return frozenset(honour.key for honour in best.values())


def _rank(points: Mapping[str, int], honour: Honour) -> tuple[int, bool]:
    return points.get(honour.item, 0), bool(honour.line)
