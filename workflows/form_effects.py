"""What writing, handing over, signing, handing in, returning and accepting a form change; targets reported on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from workflows import forms
from workflows.drafts import Draft, Patch
from workflows.ledger import canonical


def save(draft: Draft) -> None:
    """The content by its digest, and beside it what guards and lists ask of it without reading it.

    `extra.mended` are the returned parts that this content changes.
    """
    facts, stage = draft.facts, draft.facts.stage
    form, content = facts.form(stage), forms.plain(forms.asked_content(facts.asked))
    missing = forms.gaps(stage, content, facts.rulebook, facts.year)
    draft.form(stage, text=draft.keep(canonical(content)), gaps=missing or None)
    if stage == "plan":
        draft.form(stage, targets=_instead(form.get("targets", {}), forms.due_dates(content)))
    mended = form.get("returned", {}).keys() & set(facts.asked.extra.get("mended", ()))
    if mended:
        draft.form(stage, returned=_instead(dict.fromkeys(mended), {}))


def hand_over(draft: Draft) -> None:
    draft.form(draft.facts.stage, handed=draft.facts.form(draft.facts.stage)["text"])


def sign(draft: Draft) -> None:
    draft.form(
        draft.facts.stage, signed=draft.facts.form(draft.facts.stage)["text"], signed_by=draft.facts.asked.by
    )


def submit(draft: Draft) -> None:
    late = draft.day > date.fromisoformat(draft.facts.form(draft.facts.stage)["due"])
    draft.form(draft.facts.stage, late=late or None, asked=None, returned=None)
    draft.details["late"] = late


def send_back(draft: Draft) -> None:
    """The parts returned by themselves, each with its reason, until they are mended or handed in again."""
    items: Patch = dict(draft.facts.asked.extra.get("returned", {}))
    if items:
        draft.form(draft.facts.stage, returned=items)


def accept(draft: Draft) -> None:
    """An accepted plan sets the year's targets; what was reported of a target that is gone goes with it."""
    facts, form = draft.facts, draft.facts.form("plan")
    if facts.stage != "plan":
        return
    targets = form.get("targets", {})
    draft.record["targets"] = _instead(facts.record.get("targets", {}), targets)
    draft.record["accepted_plan"] = form["text"]
    gone = facts.record.get("progress", {}).keys() - targets.keys()
    if gone:
        draft.record["progress"] = dict.fromkeys(sorted(gone))


def report_progress(draft: Draft) -> None:
    """The latest word on each target named: per cent done, a note where one is given, whose and when."""
    asked = draft.facts.asked
    draft.record["progress"] = {
        number: {
            "percent": said["percent"],
            "note": draft.keep(said["note"]) if said.get("note", "").strip() else None,
            "on": draft.day.isoformat(),
            "by": asked.by,
        }
        for number, said in asked.extra["progress"].items()
    }


def _instead(before: Patch, after: Patch) -> Patch:
    """The merge patch by which `after` takes the place of `before`."""
    return {**dict.fromkeys(sorted(before)), **after}


HANDLERS: dict[str, Callable[[Draft], None]] = {
    "save_form": save,
    "hand_over": hand_over,
    "sign_off": sign,
    "submit": submit,
    "send_back": send_back,
    "accept": accept,
    "report_progress": report_progress,
}
