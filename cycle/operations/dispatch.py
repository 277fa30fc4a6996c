"""Papers issued: each gets the next number of its series, and what it says is kept so that it can be made again.

What a paper says is gathered from the read models above (`cycle.documents.papers`); here it is numbered and sealed.
"""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from cycle import queries
from cycle.clock import Clock
from cycle.db import Session
from cycle.history_stream import rows_of
from cycle.operations.advance import advance, answer, open_desk, require_permitted, unborn
from cycle.operations.appraisals import typed
from cycle.operations.perform import Answer, Arguments, Transaction
from cycle.permissions import Act
from workflows import ledger
from workflows.errors import NotFound
from workflows.facts import Asked


def issue(work: Transaction, arguments: Arguments) -> Answer:
    """Issue a paper: `issued_in` (calendar year), `series`, `number`, `symbol`, `paper` (its kind), `year` and
    `department` it is about, `values` (all it says, plain JSON), `file` (the SHA-256 of its bytes), `alike`
    (`symbol` and `on` of the same paper that stands already; absent where there is none, or one more is meant).

    Raises Refused, also (`paper_number_other`) where somebody else was given the number meanwhile.
    """
    series, number = typed(arguments["series"], str, "series"), typed(arguments["number"], int, "number")
    text = ledger.canonical(dict(arguments["values"]))
    details = {
        name: arguments[name]
        for name in ("paper", "series", "number", "symbol", "year", "department", "file")
    }
    extra = {
        "series": series,
        "number": number,
        "department": arguments["department"],
        "alike": arguments.get("alike"),
        "record": {"numbers": {series: number}},
        "texts": [text],
        "details": {**details, "values": ledger.digest(text)},
    }
    done = _advance(work, _key(arguments), "issue_paper", extra)
    return {**done, "symbol": arguments["symbol"], "file": arguments["file"]}


def void(work: Transaction, arguments: Arguments) -> Answer:
    """Mark a paper as void, with a reason: `issued_in`, `series`, `number`. Raises Refused, NotFound."""
    series, number = typed(arguments["series"], str, "series"), typed(arguments["number"], int, "number")
    key = _key(arguments)
    if queries.lock(work.session, key) is None:
        raise NotFound(key)
    extra = {
        "series": series,
        "number": number,
        "department": _about(work, key, series, number),
        "record": {"void": {series: {str(number): True}}},
        "details": {"series": series, "number": number},
    }
    return _advance(work, key, "void_paper", extra)


def require_may_issue(
    session: Session, act: Act, issued_in: int, department: str, *, clock: Clock, zone: ZoneInfo
) -> None:
    """Before anything of a paper is looked into: whoever may not issue it is told no more than that. Raises Refused."""
    key = _key({"issued_in": issued_in})
    row = queries.subject(session, key) or unborn(key)
    asked = Asked(extra={"department": department})
    require_permitted(open_desk(session, clock, zone, act), row, "issue_paper", asked)


def _about(work: Transaction, key: str, series: str, number: int) -> str:
    """The department a paper is about; empty where it is about none, or there is no such paper."""
    bodies = (ledger.parsed(body) for body, _ in rows_of(work.session, key))
    told = (body["data"] for body in bodies if body["action"] == "issue_paper")
    about = (data["department"] for data in told if (data["series"], data["number"]) == (series, number))
    return str(next(about, ""))


def _key(arguments: Arguments) -> str:
    return f"dispatch:{typed(arguments['issued_in'], int, 'issued_in'):04d}"


def _advance(work: Transaction, key: str, action: str, extra: dict[str, Any]) -> Answer:
    return answer(
        advance(
            work.session,
            key,
            action,
            act=work.act,
            clock=work.clock,
            zone=work.zone,
            asked=Asked(extra=extra),
        )
    )
