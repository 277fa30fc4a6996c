"""Forms and targets as people read them on a terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.console import Console

from cycle.board.sheet import FormSheet, Target
from cycle.cli.command import Work
from workflows import words
from workflows.forms import Content, in_order, returned_in_order
from workflows.scoring import show


def print_targets(work: Work, console: Console, targets: Sequence[Target]) -> None:
    """The targets of the accepted plan, each with its progress."""
    say = work.terminal.say
    if targets:
        console.print(say("show_targets"))
    for one in targets:
        console.print(_target(work, one.number, one.planned))
        if one.percent is not None:
            console.print(say("form_progress", percent=one.percent, on=one.on, note=one.note).rstrip())


def print_form(work: Work, console: Console, form: FormSheet, most: Mapping[str, int]) -> None:
    """A form with all that stands in it, what was returned by itself and what is missing.

    `most` are the points of each indicator in hundredths.
    """
    say = work.terminal.say
    console.print(f"{work.terminal.word('stage', form.name)}")
    print_content(work, console, form.content, most)
    for part, reason in returned_in_order(form.returned):
        name = words.form_part(part, work.terminal.lang, work.called)
        console.print(say("form_returned", name=name, reason=reason))
    if form.missing:
        console.print(say("form_missing"))
        for entry in work.terminal.entries(form.missing):
            console.print(f"  - {entry['message']}")


def print_content(work: Work, console: Console, content: Content, most: Mapping[str, int]) -> None:
    """What stands in a form or a draft of it."""
    say = work.terminal.say
    if not content:
        console.print(f"  {say('form_none')}")
    for text in str(content.get("text", "")).splitlines():
        console.print(f"  {text}")
    targets = content.get("targets", {})
    for number in in_order(targets):
        console.print(_target(work, number, targets[number]))
        more = {name: targets[number].get(name, "-") for name in ("measure", "evidence")}
        console.print(say("form_target_more", **more))
    for item, mark in content.get("marks", {}).items():
        points = "-" if mark.get("points") is None else show(mark["points"])
        told = {"item": item, "name": work.name(item), "points": points, "most": show(most.get(item, 0))}
        console.print(say("form_mark", **told, account=mark.get("account", "-")))


def _target(work: Work, number: str, planned: Mapping[str, str]) -> str:
    told = {name: planned.get(name, "-") for name in ("text", "due", "owner")}
    return work.terminal.say("form_target", number=number, **told)
