"""What commands say once an operation was done, or waits for a second person."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from rich.console import Console

from cycle.cli.command import Work
from cycle.cli.matter_page import print_new
from cycle.keys import split_key
from workflows import words
from workflows.engine import NONE
from workflows.matters import MATTERS

Lines = Callable[[Console], None]


def subject_name(work: Work, key: str) -> str:
    """What a subject is called: its year where it has one, then the department or person."""
    return work.voice.in_year(key)


def told(work: Work, answer: Mapping[str, Any]) -> dict[str, Any]:
    """An answer with the year and the names it speaks of."""
    kind, year, department = split_key(answer["subject"])
    extra: dict[str, Any] = {"kind": kind, "year": year or None}
    if department:
        extra |= {"department": department, "name": work.name(department)}
    return {**answer, **extra}


LEFT = ("undecided", "without_points", "handed_back")
"""Matters an answer names: still to be decided, decided without points, given back to the office."""


def tell(work: Work, answer: Mapping[str, Any], more: Lines | None = None) -> None:
    """Say what an operation did. `more` prints what only this command knows, for people."""

    def human(console: Console) -> None:
        console.print(sentence(work, answer))
        for left in LEFT:
            for key in answer.get(left, ()):
                console.print("  " + work.terminal.say(left, name=subject_name(work, key), key=key))
        if more is not None and "pending" not in answer:
            more(console)
        if _new_matter(answer):
            print_new(work, console, answer["subject"])

    work.terminal.tell(told(work, answer), human)


def _new_matter(answer: Mapping[str, Any]) -> bool:
    """Whether a matter has just come to be that is followed by its number; evidence tells its own with its file."""
    kind = answer["subject"].partition(":")[0]
    return kind in MATTERS and kind != "evidence" and "action" in answer and answer["before"] is None


def sentence(work: Work, answer: Mapping[str, Any]) -> str:
    """One line: what was moved and how, or what it waits for."""
    say, name = work.terminal.say, subject_name(work, answer["subject"])
    if "pending" in answer:
        return say("pending", name=name, id=answer["pending"])
    if "action" not in answer:
        return say("done", name=name)
    kind, lang = answer["subject"].partition(":")[0], work.terminal.lang
    action = words.action(answer["action"], lang, kind)
    after = words.state(kind, answer["after"], lang)
    if answer["before"] == answer["after"]:
        return say("stayed", name=name, action=action, state=after)
    before = words.state(kind, answer["before"] or NONE, lang)
    return say("moved", name=name, action=action, before=before, after=after)
