"""Findings: recorded by who inspects, answered by the department, decided by the office; one deduction line each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from cycle import queries
from cycle.keys import split_key
from cycle.operations import matters
from cycle.operations.advance import answer
from cycle.operations.appraisals import day_of, typed
from cycle.operations.duties import follow_veto
from cycle.operations.perform import Answer, Arguments, Transaction
from cycle.queries import SubjectRow
from workflows.errors import Refused, Unmet
from workflows.facts import Asked, Line
from workflows.matters import OUTSIDE
from workflows.one_line import one_line

NOTE: Final = 60
"""Letters of what was found that its ledger line repeats."""

FOLLOWING: Final = frozenset({"carry", "redate"})
"""What follows from acts on other subjects and is not asked for on its own."""

VETOING: Final = ("veto", "lift_veto")
"""What may open or revoke duties of the whole year."""

Record = dict[str, Any]


def move(work: Transaction, arguments: Arguments) -> Answer:
    """Move a finding: `action`, and `subject` its key; for `record` `year` and `department` in its place.

    record: `item` (a ground of the rulebook), `source`, `severity` (ordinary, typical, key), `on` (ISO day),
    `text` what was found, `again` (true) where the same was recorded and this is another one. answer, rectify:
    `text`. veto: `persons` [{name, post: person, head or deputy}].
    The others ask for nothing more than reason and document, where they need them.
    """
    action = asked_for(arguments)
    if action == "record":
        return _recorded(work, arguments)
    key, of_year = typed(arguments["subject"], str, "subject"), action in VETOING
    row, appraisal = matters.hold(work, key, "finding", whole_year=of_year)
    standing = matters.counted_in(work, appraisal)
    text = typed(arguments.get("text", ""), str, "text")
    record = _CHANGES[action](work, row, arguments) if action in _CHANGES else {}
    lines: tuple[Line, ...] = ()
    reverse = ""
    if action == "confirm" and standing in OUTSIDE:
        record = matters.without_points(standing)
    elif action == "confirm":
        lines = (deduction(row.record["item"], row.record["text"], row.key),)
        record = {"line": matters.line_of(appraisal)}
    elif action == "overturn":
        reverse, record = row.record.get("line") or "", {"line": None}
    asked = Asked(text=text, extra={"record": record, "standing": standing})
    done = matters.move(work, row, action, asked, appraisal=appraisal, lines=lines, reverse=reverse)
    if action in VETOING:
        follow_veto(work, appraisal.year, appraisal.department)
    return answer(done)


def asked_for(arguments: Arguments) -> str:
    """The action named. Raises Refused for what is never asked for on its own."""
    action = typed(arguments["action"], str, "action")
    if action in FOLLOWING:
        raise Refused(Unmet("action_unknown", {"action": action}))
    return action


def deduction(item: str, text: str, source: str) -> Line:
    """The ledger line of a decided matter, with the beginning of what it is about as its note."""
    return Line("deduction", item, note=shortened(text), source=source)


def shortened(text: str) -> str:
    """At most `NOTE` letters of a text, on one line."""
    line = " ".join(text.split())
    return line if len(line) <= NOTE else f"{line[: NOTE - 1]}…"


def _recorded(work: Transaction, arguments: Arguments) -> Answer:
    year = typed(arguments["year"], int, "year")
    department = typed(arguments["department"], str, "department")
    key = matters.new_key(work, "finding", year, department)
    standing = matters.standing(work, year, department)
    on, text = day_of(arguments.get("on")), typed(arguments.get("text", ""), str, "text")
    record: Record = {
        "item": typed(arguments.get("item", ""), str, "item"),
        "source": typed(arguments.get("source", ""), str, "source"),
        "severity": typed(arguments.get("severity", ""), str, "severity"),
        "on": on.isoformat() if on else None,
        "text": text,
        "document": work.act.document or None,
    }
    alike = "" if arguments.get("again") is True else _alike(work, key, record)
    asked = Asked(text=text, on=on, extra={"record": record, "standing": standing, "alike": alike})
    return answer(matters.create(work, key, "record", asked))


def _alike(work: Transaction, key: str, record: Record) -> str:
    """A finding of the year, not dropped, that says the same as `record`; empty where there is none."""
    _, year, department = split_key(key)
    there = queries.matters(work.session, "finding", year, department)
    found = (row.key for row in there if row.state != "dropped" and _said(row.record) == _said(record))
    return next(found, "")


def _said(record: Mapping[str, Any]) -> tuple[str, ...]:
    text = " ".join(record["text"].split())
    return (record["item"], record["source"], record["on"] or "", text)


def _answered(_work: Transaction, _row: SubjectRow, arguments: Arguments) -> Record:
    return {"answer": arguments.get("text", "")}


def _rectified(_work: Transaction, _row: SubjectRow, arguments: Arguments) -> Record:
    return {"rectification": arguments.get("text", "")}


def _published(work: Transaction, _row: SubjectRow, _arguments: Arguments) -> Record:
    return {"published": {"document": work.act.document}}


def _vetoed(work: Transaction, _row: SubjectRow, arguments: Arguments) -> Record:
    persons = [_named(person) for person in arguments.get("persons", ())]
    return {"veto": {"persons": persons, "document": work.act.document, "reason": work.act.reason}}


def _named(person: Any) -> dict[str, str]:
    if not isinstance(person, Mapping):
        raise Refused(Unmet("value_unusable", {"field": "persons"}))
    fields = {field: (person.get(field, ""), f"persons.{field}") for field in ("name", "post")}
    return {field: one_line(typed(value, str, place), place) for field, (value, place) in fields.items()}


_CHANGES: Final[Mapping[str, Callable[[Transaction, SubjectRow, Arguments], Record]]] = {
    "answer": _answered,
    "rectify": _rectified,
    "publish": _published,
    "veto": _vetoed,
    "lift_veto": lambda _work, _row, _arguments: {"veto": None},
}
