"""What a clock is about, in words: which form, what is missing from it, what it is called in a list."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Final

from workflows import guards, marking_guards, words
from workflows.deadlines import LEADER
from workflows.errors import Unmet
from workflows.facts import Facts
from workflows.matters import MATTERS

NOBODY: Final[words.Names] = {}

_MISSING: Mapping[str, Callable[[Facts, datetime], Iterable[Unmet]]] = {
    "drafting": guards.form_complete,
    "underway": guards.steps_verified,
    "marking": marking_guards.every_sheet_whole,
}


def form_of(state: str, lang: str) -> str:
    """What is to be handed in: the form where one is filled in, else what the state is called."""
    stage, _, part = state.partition(".")
    own = words.catalogue(lang)["letter.form"]
    if state in own:
        return own[state]
    if stage in MATTERS:
        return words.state(stage, part, lang)
    if part == "drafting":
        return words.word("stage", stage, lang)
    if not part:
        return words.state("cycle", state, lang)
    return words.state("appraisal", state, lang)


def matter_of(state: str, who: str, lang: str) -> str:
    """What the clock of `who` is about: a request for more time, the talk or the rating apart from the form."""
    form = form_of(state, lang)
    if who == "office" and state.endswith(".drafting"):
        apart = words.word("letter.apart", "extension", lang)
    elif who == LEADER:
        talk = state.startswith("rectification.")
        apart = words.word("letter.apart", "talk", lang) if talk else words.word("part", "leader", lang)
    else:
        return form
    return f"{form}（{apart}）" if lang == "zh" else f"{form} ({apart})"


def in_year(year: int, what: str, lang: str) -> str:
    """A matter with its year, where another year's stand beside it."""
    return words.phrase("report", "in_year", lang, year=year, what=what)


def missing(facts: Facts, now: datetime, lang: str, people: words.Names = NOBODY) -> list[str]:
    """What still stands in the way of handing it in, a sentence each; `people` are names of members, by id."""
    ask = _MISSING.get(facts.state.partition(".")[2])
    if ask is None:
        return []
    own = words.catalogue(lang)["letter.missing"]
    names = {**words.names_of(facts.rulebook, lang), **people}
    return [own.get(unmet.code) or words.say(unmet, lang, names) for unmet in ask(facts, now)]
