"""What became of each failed year: forms late or lapsed, extensions, what is left of the rectification."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from cycle import queries
from cycle.db import Session
from cycle.operations.report.case import Fact, Value
from cycle.operations.report.years import Entry, FailedYear
from workflows import ledger, words

Form = Mapping[str, Any]


def deadlines(years: Sequence[FailedYear]) -> tuple[Fact, ...]:
    """Every form filed late, lapsed, readmitted or extended, with its dates; a year without says so."""
    found: list[Fact] = []
    for year in years:
        if year.appraisal is None:
            found.append(Fact("deadlines_unknown", {"year": year.year}))
            continue
        missed = list(_missed(year))
        found += missed or [Fact("deadlines_kept", {"year": year.year})]
    return tuple(found)


def _missed(year: FailedYear) -> Iterator[Fact]:
    forms: dict[str, Any] = {}
    for entry in year.entries:
        form = str(entry.body["before"] or "").partition(".")[0]
        before: Form = forms.get(form, {})
        patch = entry.data.get("record", {}).get("forms", {})
        forms = ledger.merge(forms, patch)
        yield from _of_entry(year.year, form, entry, before, forms.get(form, {}))


def _of_entry(year: int, form: str, entry: Entry, before: Form, after: Form) -> Iterator[Fact]:
    """What one history row tells of missed deadlines; `before` and `after` are the form around it."""
    data: dict[str, Value] = {"year": year, "form": form, "on": entry.happened}
    action = entry.body["action"]
    if action == "submit" and entry.data.get("late"):
        yield Fact("filed_late", {**data, "due": before["due"]})
    elif action == "lapse":
        yield Fact("lapsed", {**data, "due": before["due"], "grace_until": before["grace_until"]})
    elif action == "readmit":
        yield Fact("readmitted", {**data, "due": after["due"]})
    elif action == "extend":
        yield Fact("extended", {**data, "before": before["due"], "due": after["due"]})
    elif action == "refuse_extension":
        yield Fact("extension_refused", {**data, "due": before["due"]})


def open_rectification(session: Session, years: Sequence[FailedYear]) -> tuple[Fact, ...]:
    """What of the earlier failed years is still to be rectified; the last of `years` has not come to it."""
    found: list[Fact] = []
    for year in years[:-1]:
        found += _left(session, year)
    return tuple(found)


def _left(session: Session, year: FailedYear) -> Iterator[Fact]:
    row = year.appraisal
    if row is None:
        yield Fact("rectification_unknown", {"year": year.year})
        return
    if row.state != "closed":
        state = {f"state.{lang}": words.state("appraisal", row.state, lang) for lang in words.LANGS}
        yield Fact("rectification_open", {"year": year.year, **state})
    if not row.record.get("talk"):
        yield Fact("talk_missing", {"year": year.year})
    steps: Mapping[str, Mapping[str, Any]] = row.record.get("steps", {})
    for name in sorted(steps, key=int):
        step = steps[name]
        if step.get("verified"):
            continue
        data: dict[str, Value] = {
            "year": year.year,
            "step": name,
            "text": queries.text(session, step["text"]),
        }
        if step["due"]:
            yield Fact("step_open", {**data, "due": step["due"]})
        else:
            yield Fact("step_open_undated", data)


def rectified(session: Session, year: FailedYear) -> Iterator[Fact]:
    """The admonition talk of a failed year and the end of its rectification, where they are recorded."""
    if year.appraisal is None:
        return
    talk = year.appraisal.record.get("talk")
    if talk:
        person = queries.subject(session, f"person:{talk['by']}")
        by = str(person.record["name"]) if person else talk["by"]
        yield Fact("talk_held", {"year": year.year, "on": talk["on"], "by": by})
    verified = [entry for entry in year.entries if entry.body["action"] == "verify"]
    if verified and year.appraisal.state == "closed":
        yield Fact("rectified", {"year": year.year, "on": verified[-1].happened})
