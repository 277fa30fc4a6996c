"""Complaints: received, investigated, the department heard; one deduction line where they are true."""

from __future__ import annotations

from typing import Any, Final

from cycle import queries
from cycle.keys import split_key
from cycle.operations import matters
from cycle.operations.advance import answer
from cycle.operations.appraisals import day_of, typed
from cycle.operations.findings import asked_for, deduction
from cycle.operations.perform import Answer, Arguments, Transaction
from workflows import ledger
from workflows.facts import Asked, Line
from workflows.finding_guards import COMPLAINT
from workflows.matters import OUTSIDE
from workflows.one_line import one_line

COMPLAINANT: Final = "complainant"
"""The field of the record that holds the digest of who complained."""

KEPT = {"hear": "statement", "hold_accountable": "accountability"}
"""Action to the field of the record its text is kept in."""


def move(work: Transaction, arguments: Arguments) -> Answer:
    """Move a complaint: `action`, and `subject` its key; for `receive` `year` and `department` in its place.

    receive: `text` what is complained of, `source` by which way it came, `on` the day, `complainant` (kept apart
    as a text of its own: the record holds its digest, and the department is never shown even that). `source` is
    one of `COMPLAINT_SOURCES`.
    hear: `text` what the department says. hold_accountable: `text` who and how. The others ask for nothing more.
    """
    action = asked_for(arguments)
    if action == "receive":
        return _received(work, arguments)
    row, appraisal = matters.hold(work, typed(arguments["subject"], str, "subject"), "complaint")
    standing = matters.counted_in(work, appraisal)
    text = typed(arguments.get("text", ""), str, "text")
    record: dict[str, Any] = {KEPT[action]: text} if action in KEPT else {}
    lines: tuple[Line, ...] = ()
    reverse = ""
    if action == "substantiate" and standing in OUTSIDE:
        record = matters.without_points(standing)
    elif action == "substantiate":
        lines = (deduction(COMPLAINT, row.record["text"], row.key),)
        record = {"line": matters.line_of(appraisal)}
    elif action == "overturn":
        reverse, record = row.record.get("line") or "", {"line": None, "outside": None}
    asked = Asked(text=text, extra={"record": record, "standing": standing})
    done = matters.move(work, row, action, asked, appraisal=appraisal, lines=lines, reverse=reverse)
    return answer(done)


def _received(work: Transaction, arguments: Arguments) -> Answer:
    year = typed(arguments["year"], int, "year")
    department = typed(arguments["department"], str, "department")
    key = matters.new_key(work, "complaint", year, department)
    standing = matters.standing(work, year, department)
    on, text = day_of(arguments.get("on")), typed(arguments.get("text", ""), str, "text")
    complainant = typed(arguments.get("complainant", ""), str, "complainant")
    record: dict[str, Any] = {
        "source": typed(arguments.get("source", ""), str, "source"),
        "on": on.isoformat() if on else None,
        "text": text,
    }
    extra: dict[str, Any] = {"record": record, "standing": standing}
    if complainant:
        kept = _salted(one_line(complainant, COMPLAINANT), work, key)
        record[COMPLAINANT] = ledger.digest(kept)
        extra["texts"] = [kept]
    return answer(matters.create(work, key, "receive", Asked(text=text, on=on, extra=extra)))


def _salted(complainant: str, work: Transaction, key: str) -> str:
    """Who complained, as it is kept: the digest of a bare name could be had by trying names.

    The salt follows from the seal of the department's year, which is shown to nobody of it, and is the same
    whenever the same year is lived through again.
    """
    _, year, department = split_key(key)
    appraisal = queries.subject(work.session, f"appraisal:{year}:{department}")
    seal = appraisal.hash if appraisal is not None else ""
    return f"{ledger.digest(f'{key} {seal}')}\n{complainant}"


def unsalted(kept: str) -> str:
    """The complainant of a kept text."""
    return kept.partition("\n")[2]
