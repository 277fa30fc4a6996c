"""Escalation cases: opened with their report at ratification, decided by people, revoked by amendments."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from cycle import queries
from cycle.keys import split_key
from cycle.operations.advance import (
    Desk,
    Given,
    advance,
    answer,
    consider,
    look_around,
    unborn,
)
from cycle.operations.change import Change
from cycle.operations.grades import Graded
from cycle.operations.perform import Answer, Arguments, Transaction
from cycle.operations.report import case_report, fields_of, kept, text_of
from cycle.permissions import Act
from workflows import ledger, words
from workflows.errors import NotFound
from workflows.facts import Asked
from workflows.rulebook import Rulebook

SYSTEM = Act(actor="system", kind="scheduler")
"""The system's own doing: it opens and revokes cases, and never punishes."""


def by_results(desk: Desk) -> Desk:
    """The same transaction as the system's own doing: it opens and revokes cases by the results alone."""
    return replace(desk, act=replace(SYSTEM, reason="results", document=desk.act.document))


def case_changes(desk: Desk, year: int, graded: Graded, book: Rulebook) -> list[Change]:
    """The cases to open and revoke by these results, best department last; none where all stand as they are."""
    system = by_results(desk)
    escalated = {d: r for d, r in graded.results if r.escalated}
    changes = [
        _open(system, year, department, graded, book)
        for department in sorted(escalated)
        if _state(desk, year, department) in ("none", "revoked")
    ]
    for row in queries.of_year(desk.session, "case", year):
        if row.state != "revoked" and row.department not in escalated:
            changes.append(_change(system, row.key, "revoke", {"record": {"revoked": True}}, book))
    return changes


def _state(desk: Desk, year: int, department: str) -> str:
    row = queries.lock(desk.session, f"case:{year}:{department}")
    return row.state if row else "none"


def _open(desk: Desk, year: int, department: str, graded: Graded, book: Rulebook) -> Change:
    result = dict(graded.results)[department]
    chain = graded.chains[department]
    made = case_report(
        desk.session,
        year,
        department,
        result,
        chain,
        book=book,
        today=desk.now.astimezone(desk.zone).date(),
        zone=desk.zone,
        document=desk.act.document,
    )
    text, data = text_of(made), kept(made)
    record: dict[str, Any] = {
        "name": result.department,
        "consecutive_failures": result.consecutive_failures,
        "previous_year": chain[0].year,
        "previous_department": chain[0].department,
        "report": ledger.digest(text),
        "report_data": ledger.digest(data),
        "revoked": None,
    }
    letter = {lang: fields_of(made, lang) for lang in words.LANGS}
    extra = {"record": record, "texts": [text, data], "letter": letter}
    return _change(desk, f"case:{year}:{department}", "open", extra, book)


def _change(desk: Desk, key: str, action: str, extra: dict[str, Any], book: Rulebook) -> Change:
    row = queries.subject(desk.session, key) or unborn(key)
    asked = Asked(reason=desk.act.reason, extra=extra)
    return consider(desk, row, action, asked, around=look_around(desk, row), given=Given(rulebook=book))


def move(work: Transaction, arguments: Arguments) -> Answer:
    """Move a case: `subject`, `action` (study, propose_handling, approve, reject, close), optional `text`."""
    key = arguments["subject"]
    if split_key(key)[0] != "case" or queries.lock(work.session, key) is None:
        raise NotFound(key)
    text = arguments.get("text", "")
    extra: dict[str, Any] = {}
    if text:
        extra = {"record": {"texts": {arguments["action"]: ledger.digest(text)}}, "texts": [text]}
    outcome = advance(
        work.session,
        key,
        arguments["action"],
        act=work.act,
        clock=work.clock,
        zone=work.zone,
        asked=Asked(text=text, extra=extra),
    )
    return answer(outcome)
