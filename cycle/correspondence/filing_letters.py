"""Letters about a department's own forms: sent back, accepted, dates, extensions, exemption."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from cycle.correspondence.matters import form_of, missing
from cycle.correspondence.moved import Entry, Kind, Moved
from cycle.correspondence.writer import Writer
from workflows import words
from workflows.deadlines import HEAD, Deadline, workdays_left
from workflows.facts import Facts
from workflows.forms import returned_in_order

Fields = dict[str, Any]


def _own(moved: Moved) -> Deadline:
    if moved.own is None:
        raise ValueError(f"{moved.action} of {moved.key} armed no clock of the department's")
    return moved.own


def _form(moved: Moved, lang: str) -> str:
    return form_of(moved.after, lang)


def _reason(moved: Moved, lang: str) -> str:
    """Why, in the words of whoever acted; the system's own reasons are worded here."""
    if moved.action == "shift_grace":
        return words.word("letter", "outage", lang)
    if moved.action == "redate":
        return words.word("letter", "calendar", lang)
    return moved.reason


def facts_after(moved: Moved) -> Facts:
    """The facts as the move left them, for asking what is still missing."""
    facts = moved.facts
    return Facts(
        state=moved.after,
        rulebook=facts.rulebook,
        calendar=facts.calendar,
        zone=facts.zone,
        asked=facts.asked,
        subject=facts.subject,
        number=facts.number + 1,
        year=facts.year,
        department=facts.department,
        record=moved.record,
        lines=facts.lines,
    )


def _lapsed(_writer: Writer, moved: Moved, lang: str) -> Fields:
    form = moved.record["forms"][moved.stage]
    return {
        "form": form_of(f"{moved.stage}.drafting", lang),
        "due": date.fromisoformat(form["due"]),
        "grace_until": date.fromisoformat(form["grace_until"]),
    }


def _sent_back(writer: Writer, moved: Moved, lang: str) -> Fields:
    return {
        "form": _form(moved, lang),
        "reopened": moved.action == "reopen",
        "reason": moved.reason,
        "due": _own(moved).due,
        "by": writer.addressees.name(moved.actor),
        "items": _returned(moved, lang),
    }


def _returned(moved: Moved, lang: str) -> list[dict[str, str]]:
    """The parts of the form returned by themselves, by name, each with its reason."""
    returned: Mapping[str, str] = moved.record["forms"][moved.after.partition(".")[0]].get("returned", {})
    names = words.names_of(moved.facts.rulebook, lang)
    return [
        {"name": words.form_part(part, lang, names), "reason": reason}
        for part, reason in returned_in_order(returned)
    ]


def _accepted(_writer: Writer, moved: Moved, lang: str) -> Fields:
    return {"form": form_of(f"{moved.stage}.drafting", lang)}


def _to_sign(writer: Writer, moved: Moved, lang: str) -> Fields:
    due = moved.record["forms"][moved.stage]["due"]
    return {
        "form": _form(moved, lang),
        "due": date.fromisoformat(due),
        "by": writer.addressees.name(moved.actor),
    }


def _for_another(writer: Writer, moved: Moved) -> bool:
    """Nobody is told what they did themselves."""
    return all(one.id != moved.actor for one in writer.addressees.of(HEAD, moved.department))


def _readmitted(_writer: Writer, moved: Moved, lang: str) -> Fields:
    return {"form": _form(moved, lang), "reason": moved.reason, "due": _own(moved).due}


def _extension_asked(writer: Writer, moved: Moved, lang: str) -> Fields:
    form = moved.record["forms"][moved.stage]
    return {
        "form": form_of(f"{moved.stage}.drafting", lang),
        "due": date.fromisoformat(form["due"]),
        "until": date.fromisoformat(form["asked"]["until"]),
        "reason": form["asked"]["reason"],
        "times": form["requests"],
        "asked_by": writer.addressees.name(form["asked"]["by"]),
    }


def _extension_decided(_writer: Writer, moved: Moved, lang: str) -> Fields:
    """`until` is the new due date, or, where refused, the day asked for; `grace_until` the last day that is left."""
    granted, own = moved.action == "extend", _own(moved)
    before = moved.facts.form(moved.stage)
    return {
        "form": form_of(f"{moved.stage}.drafting", lang),
        "granted": granted,
        "due": date.fromisoformat(before["due"]),
        "until": own.due if granted else date.fromisoformat(before["asked"]["until"]),
        "grace_until": own.grace_until,
        "reason": moved.reason,
    }


def _date_moved(_writer: Writer, moved: Moved, lang: str) -> Fields:
    """`which` says what moved: due, or the end of grace alone; `before` is the day that was told of it."""
    which, before = _told_before(moved)
    own = _own(moved)
    return {
        "form": form_of(own.state, lang),
        "which": which,
        "before": before,
        "due": own.due,
        "grace_until": own.grace_until,
        "reason": _reason(moved, lang),
    }


def _told_before(moved: Moved) -> tuple[str, date | None]:
    """Which date of the department's moved, and where it stood; "" where none did."""
    own = moved.own
    open_: Mapping[str, Mapping[str, Any]] = moved.facts.record.get("deadlines", {})
    told = next((kept for kept in open_.values() if own is not None and kept["who"] == own.who), None)
    if own is None or told is None:
        return "", None
    for which, after in (("due", own.due), ("grace", own.grace_until)):
        before = told["due" if which == "due" else "grace_until"]
        if before and after and date.fromisoformat(before) != after:
            return which, date.fromisoformat(before)
    return "", None


def _date_has_moved(_writer: Writer, moved: Moved) -> bool:
    return _told_before(moved)[0] != ""


def _is_drafting(_writer: Writer, moved: Moved) -> bool:
    return moved.after.endswith(".drafting")


def _rectification_due(writer: Writer, moved: Moved, lang: str) -> Fields:
    own = _own(moved)
    return {
        "form": _form(moved, lang),
        "due": own.due,
        "grace_until": own.grace_until,
        "provisional": own.provisional,
        "missing": missing(facts_after(moved), writer.now, lang),
    }


def _exempted(_writer: Writer, moved: Moved, _lang: str) -> Fields:
    return {"reason": moved.reason, "document": moved.document}


def _reinstated(_writer: Writer, moved: Moved, lang: str) -> Fields:
    own = moved.own
    return {"form": _form(moved, lang), "due": own.due if own else None, "reason": moved.reason}


def _chase(writer: Writer, moved: Moved, lang: str) -> Fields:
    """`own` where the department is asked for its own form, not its reviewers for their marks. Late, it is red."""
    due = min(
        date.fromisoformat(kept["due"])
        for kept in moved.record["deadlines"].values()
        if kept["who"] not in ("office", "leader", "group")
    )
    left = workdays_left(writer.today, due, moved.facts.calendar)
    people = {one: writer.addressees.name(one) for one in moved.record.get("team", ())}
    return {
        "form": _form(moved, lang),
        "own": moved.stage != "central_review",
        "due": due,
        "days_left": left,
        "colour": "red" if left < 0 else "yellow",
        "note": moved.reason,
        "by": writer.addressees.name(moved.actor),
        "missing": missing(moved.facts, writer.now, lang, people),
    }


def _entry(moved: Moved) -> Entry | None:
    return Entry(moved.own.state, moved.own.due) if moved.own else None


def _entry_of_due(moved: Moved) -> Entry | None:
    """A moved end of grace leaves the entry of the due date where it is."""
    return _entry(moved) if _told_before(moved)[0] == "due" else None


def _done(moved: Moved) -> Entry:
    """What has been accepted is no longer due: it leaves the calendar."""
    due = moved.facts.form(moved.stage)["due"]
    return Entry(f"{moved.stage}.drafting", date.fromisoformat(due), cancelled=True)


def _left(moved: Moved) -> Entry | None:
    """Who is exempted while a form is due has nothing to hand in any more: it leaves the calendar."""
    return _done(moved) if moved.before.endswith(".drafting") else None


def _always(colour: str) -> Callable[[Moved], str]:
    return lambda _moved: colour


def _pressing(moved: Moved) -> str:
    """Red where it is late, yellow otherwise: an office that chases does not merely remind."""
    return "red" if moved.action == "shift_grace" else "yellow"


KINDS: dict[str, Kind] = {
    "lapsed": Kind(_lapsed, _always("red")),
    "sent_back": Kind(_sent_back, _always("yellow"), _entry, _is_drafting),
    "accepted": Kind(_accepted, event=_done),
    "to_sign": Kind(_to_sign, worth_saying=_for_another),
    "readmitted": Kind(_readmitted, _always("yellow"), _entry),
    "extension_asked": Kind(_extension_asked),
    "extension_decided": Kind(_extension_decided, event=_entry),
    "date_moved": Kind(_date_moved, _pressing, _entry_of_due, _date_has_moved),
    "rectification_due": Kind(_rectification_due, _always("yellow"), _entry),
    "exempted": Kind(_exempted, event=_left),
    "reinstated": Kind(_reinstated, event=_entry),
    "chase": Kind(_chase, _always("yellow")),
}
