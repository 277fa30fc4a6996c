"""Papers issued: numbered and kept, found again, and made again as they were.

What is kept of a paper is all it says. From that it can be made again at any time; with the template it was made with,
to the byte, which the SHA-256 in the history shows.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any, Final, NamedTuple

from cycle import queries
from cycle.board.look import Look, look
from cycle.documents.papers import rendering, templates
from cycle.documents.papers.kinds import PAPERS
from cycle.documents.papers.paper import Made, Stamp, file_name, filled, gathered, paper_of
from cycle.history_stream import rows_of
from cycle.operations import dispatch
from cycle.operations.appraisals import typed
from cycle.operations.perform import Answer, Arguments, Transaction, perform, require_sound
from cycle.permissions import Act
from cycle.service import Service
from cycle.sight import Seen, shows
from workflows import ledger
from workflows.errors import Conflict, NotFound, Outdated, Refused

_SYMBOL: Final = re.compile(
    r"(?P<series>.+?)[〔\[［](?P<year>[0-9]{4})[〕\]］]\s*(?P<number>[1-9][0-9]{0,8})号?"
)
_TRIES: Final = 5
"""How often somebody else may be given the number meanwhile."""


@dataclass(frozen=True, slots=True)
class Issued:
    """A paper in the register. `void` is why it is void, empty where it stands; `file` the SHA-256 it was issued as."""

    symbol: str
    series: str
    issued_in: int
    number: int
    paper: str
    year: int
    department: str
    on: date
    by: str
    values: str
    file: str
    void: str = ""


class Numbered(NamedTuple):
    """What an issue came to: the file, and the answer of the act."""

    made: Made
    answer: Answer


class _Ready(NamedTuple):
    """A paper ready to be issued: the file, and what its act is asked with."""

    made: Made
    arguments: dict[str, Any]


class Again(NamedTuple):
    """A paper made again: the file, and whether it is to the byte the one that was issued."""

    made: Made
    as_issued: bool


def issue(
    service: Service,
    act: Act,
    kind: str,
    year: int,
    department: str = "",
    *,
    issued_in: int | None = None,
    again: bool = False,
) -> Numbered:
    """Issue a paper: it gets the next number of its series, and today as its day.

    What stands in it does not depend on who issues it. `issued_in` is the register it is asked for, today's where
    none is given. Where the same paper stands, one more is issued only if `again`. Asked again with the key of
    `act`, it is the paper that was issued first. Raises Refused, NotFound, Conflict.
    """
    asked = {"paper": kind, "year": year, "department": department, "issued_in": issued_in}
    asked |= {"again": True} if again else {}
    for _ in range(_TRIES):
        try:
            ready = _prepared(service, act, kind, year, department, issued_in=issued_in, again=again)
        except (NotFound, Refused) as obstacle:
            return _issued_before(service, act, asked, obstacle)
        try:
            answer = perform(service, partial(_sealed, ready.arguments), "issue_paper", act, asked)
        except Conflict as conflict:
            if act.key or isinstance(conflict, Outdated):
                raise
        except Refused as refused:
            if "paper_number_other" not in [unmet.code for unmet in refused.unmet]:
                raise
        else:
            return Numbered(_made(service, ready, answer), answer)
    raise Conflict(kind)


def issue_asked(service: Service, act: Act, arguments: Mapping[str, Any]) -> Answer:
    """Issue a paper as surfaces ask for it: `issued_in`, `paper` (its kind), `of_year`, `department`, `again`.

    See `issue`.
    """
    kind, year = typed(arguments["paper"], str, "paper"), typed(arguments["of_year"], int, "of_year")
    department, issued_in = arguments.get("department") or "", arguments["issued_in"]
    again = arguments.get("again") is True
    return issue(service, act, kind, year, department, issued_in=issued_in, again=again).answer


def _prepared(
    service: Service, act: Act, kind: str, year: int, department: str, *, issued_in: int | None, again: bool
) -> _Ready:
    """A paper gathered and made under the number that is the next one now, for somebody who may issue it."""
    now = service.clock.now()
    with service.database.read() as session:
        at = look(session, now, service.zone, "zh")
        in_year = issued_in or at.today.year
        about = department if kind in PAPERS and PAPERS[kind].of_department else ""
        dispatch.require_may_issue(session, act, in_year, about, clock=service.clock, zone=service.zone)
        values, series = gathered(at, kind, year, department), paper_of(kind).series
        row = queries.subject(session, f"dispatch:{in_year:04d}")
        alike = None if again else standing(at, kind, year, about)
    number = (row.record.get("numbers", {}).get(series, 0) if row else 0) + 1
    stamp = Stamp(series, in_year, number, at.today.isoformat())
    content = filled(kind, values, stamp, service.templates)
    arguments = {
        "issued_in": in_year,
        "series": series,
        "number": number,
        "symbol": stamp.symbol,
        "paper": kind,
        "year": year,
        "department": about,
        "values": {**values, **stamp.values()},
        "file": sha256(content).hexdigest(),
        **({"alike": {"symbol": alike.symbol, "on": alike.on.isoformat()}} if alike else {}),
    }
    return _Ready(Made(file_name(kind, year, str(values.get("name", ""))), content), arguments)


def _sealed(arguments: Mapping[str, Any], work: Transaction, _asked: Arguments) -> Answer:
    require_sound(dict(arguments), "")
    return dispatch.issue(work, arguments)


def _issued_before(service: Service, act: Act, asked: Arguments, obstacle: Exception) -> Numbered:
    """The paper that was issued by the key of `act`, whatever is in the way by now. Raises `obstacle` without one."""
    if not act.key:
        raise obstacle

    def new(_work: Transaction, _asked: Arguments) -> Answer:
        raise obstacle

    answer = perform(service, new, "issue_paper", act, asked)
    return Numbered(_made_again(service, answer["symbol"]), answer)


def _made(service: Service, ready: _Ready, answer: Answer) -> Made:
    """The file of the paper that was issued: of one issued before by the same key, made again."""
    if answer["symbol"] == ready.arguments["symbol"] and answer["file"] == ready.arguments["file"]:
        return ready.made
    return _made_again(service, answer["symbol"])


def _made_again(service: Service, symbol: str) -> Made:
    with service.database.read() as session:
        at = look(session, service.clock.now(), service.zone, "zh")
        return again(at, find(at, symbol), service.templates).made


def issued(at: Look, year: int | None = None) -> list[Issued]:
    """The papers issued that the reader is shown, the oldest first; about one year where it is given."""
    return [one for one in _every(at) if year in (None, one.year) and _shown(at, one)]


def standing(at: Look, kind: str, year: int, department: str = "") -> Issued | None:
    """The newest paper of a kind on a year, and a department where it is about one, that was issued and is not void."""
    wanted = (kind, year, department)
    found = [one for one in _every(at) if (one.paper, one.year, one.department) == wanted and not one.void]
    return found[-1] if found else None


def _shown(at: Look, one: Issued) -> bool:
    paper = PAPERS.get(one.paper)
    of = Seen(one.department, published=True, complete=True, told=True)
    return at.reader.whole if paper is None else shows(at.reader, paper.read_by, of)


def _every(at: Look) -> Iterator[Issued]:
    for row in queries.of_kind(at.session, "dispatch"):
        bodies = [ledger.parsed(body) for body, _hash in rows_of(at.session, row.key)]
        void = {_place(body): body["reason"] for body in bodies if body["action"] == "void_paper"}
        for body in bodies:
            if body["action"] == "issue_paper":
                yield _entry(at, row.year, body, void.get(_place(body), ""))


def _place(body: Mapping[str, Any]) -> tuple[str, int]:
    return body["data"]["series"], body["data"]["number"]


def _entry(at: Look, issued_in: int, body: Mapping[str, Any], void: str) -> Issued:
    told = body["data"]
    return Issued(
        issued_in=issued_in,
        on=datetime.fromisoformat(body["at"]).astimezone(at.zone).date(),
        by=body["actor"],
        void=void,
        **{
            name: told[name]
            for name in ("symbol", "series", "number", "paper", "year", "department", "values", "file")
        },
    )


def find(at: Look, symbol: str) -> Issued:
    """The paper with this symbol, if the reader is shown it. Raises NotFound."""
    wanted = parsed(symbol)
    for one in issued(at):
        if (one.series, one.issued_in, one.number) == wanted:
            return one
    raise NotFound(symbol)


def parsed(symbol: str) -> tuple[str, int, int]:
    """Series, year and number of a symbol as people type it. Raises NotFound for what is none."""
    read = _SYMBOL.fullmatch(symbol.strip())
    if read is None:
        raise NotFound(symbol)
    return read["series"], int(read["year"]), int(read["number"])


def again(at: Look, one: Issued, own: Path | None = None) -> Again:
    """An issued paper made again from what was kept of it, with the template of today.

    Raises Refused where the template is broken.
    """
    values = json.loads(queries.text(at.session, one.values))
    name = templates.file_name(one.paper)
    content = rendering.render(templates.template(one.paper, own), name, values)
    made = Made(file_name(one.paper, one.year, str(values.get("name", ""))), content)
    return Again(made, as_issued=sha256(content).hexdigest() == one.file)
