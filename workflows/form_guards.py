"""The conditions of what is written into a form, returned from it, and reported of its targets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from workflows import forms
from workflows.errors import Unmet
from workflows.facts import Facts

MOST_NOTE: Final = 2_000
"""The longest reason for one returned part, and the longest note on one target."""

PERCENT: Final = range(101)


def form_sound(facts: Facts, _now: datetime) -> Iterator[Unmet]:
    """Something is written, and all of it can be kept; what is still missing shows when it is handed in."""
    content = forms.asked_content(facts.asked)
    found = list(forms.faults(facts.stage, content, facts.rulebook))
    if not found and not forms.plain(content):
        yield Unmet("text_missing")
    yield from found


def items_fit(facts: Facts, _now: datetime) -> Iterator[Unmet]:
    """What is returned by itself is a part of the form and has a reason of its own."""
    known = forms.parts(facts.stage, facts.form(facts.stage).get("targets", {}), facts.rulebook)
    for name, reason in _asked(facts, "returned").items():
        if name not in known:
            yield Unmet("part_unknown", {"form": facts.stage, "name": name})
        elif not isinstance(reason, str) or not reason.strip() or len(reason) > MOST_NOTE:
            yield Unmet("part_reason_missing", {"name": name, "most": MOST_NOTE})


def progress_fits(facts: Facts, _now: datetime) -> Iterator[Unmet]:
    """Progress is of targets of the accepted plan, in whole per cent, with a note where one is given."""
    asked = _asked(facts, "progress")
    targets = facts.record.get("targets", {})
    if not asked:
        yield Unmet("progress_missing")
    for number, said in asked.items():
        percent = said.get("percent") if isinstance(said, Mapping) else None
        note = said.get("note", "") if isinstance(said, Mapping) else ""
        if number not in targets:
            yield Unmet("target_not_planned", {"target": number})
        elif isinstance(percent, bool) or not isinstance(percent, int) or percent not in PERCENT:
            yield Unmet("percent_malformed", {"target": number})
        elif not isinstance(note, str) or len(note) > MOST_NOTE or said.keys() - {"percent", "note"}:
            yield Unmet("note_malformed", {"target": number, "most": MOST_NOTE})


def _asked(facts: Facts, name: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = facts.asked.extra.get(name, {})
    return found
