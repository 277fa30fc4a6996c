"""The rulebook of a year figure by figure, by clause; those the received text does not show for certain, confirmed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from cycle.acts.asking import ask
from cycle.board.figures import book_of, by_clause
from cycle.web.doing import BY_NAME
from cycle.web.entry import Visit, service_of, visiting
from cycle.web.pages import page
from cycle.web.setup import require_office, tabs
from cycle.web.taking import Entered, read, take
from workflows import rulebook as rulebooks
from workflows import words
from workflows.errors import Conflict, Refused
from workflows.rulebook import EVIDENCE, Rulebook

Values = dict[str, Any]

TO_CONFIRM: Final = "to_confirm"
SHOWN: Final = (TO_CONFIRM, *EVIDENCE)
"""By what the list is filtered: those to be confirmed, or what a figure rests on."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of confirming one figure: done, or the sentences why not."""

    done: bool
    why: Sequence[str] = ()


def _page(request: Request) -> Response:
    with visiting(request, "readiness") as visit:
        return _rules(visit, int(request.path_params["year"]))


def _rules(
    visit: Visit,
    year: int,
    *,
    outcomes: Mapping[str, Outcome] | None = None,
    picked: Sequence[str] = (),
    document: str = "",
    told: str = "",
) -> Response:
    book = book_of(visit.look, year)
    every = by_clause(visit.look, book)
    shown = visit.request.query_params.get("show", "")
    counts = dict.fromkeys(SHOWN, 0)
    for one in (one for rows in every.values() for one in rows):
        counts[one["evidence"]] += 1
        counts[TO_CONFIRM] += one["to_confirm"] and not one["confirmed"]
    chosen = {
        section: [one for one in rows if _wanted(one, shown, picked)] for section, rows in every.items()
    }
    failed = any(not one.done for one in (outcomes or {}).values())
    return page(
        visit,
        "setup/rules.html",
        "setup",
        status=422 if told else 409 if failed else 200,
        here=f"/{year}/setup",
        tab=tabs(visit, year),
        year=year,
        book={"name": book.zh if visit.lang == "zh" else book.en, "digest": book.digest, "key": book.name},
        sections={section: rows for section, rows in chosen.items() if rows},
        counts=counts,
        total=sum(len(rows) for rows in every.values()),
        shown=shown if shown in SHOWN else "",
        office="office" in visit.look.reader.roles,
        outcomes=outcomes or {},
        picked=frozenset(picked),
        document=document,
        told=told,
    )


def _wanted(one: Values, shown: str, picked: Sequence[str]) -> bool:
    """What was just confirmed stays in the list of those to confirm until it is loaded anew."""
    if shown == TO_CONFIRM:
        return (one["to_confirm"] and not one["confirmed"]) or one["path"] in picked
    return shown not in EVIDENCE or one["evidence"] == shown


def _take(entered: Entered) -> Response:
    """Confirm the figures that are ticked by one document; each is an act of its own, and each tells its result."""
    year = int(entered.request.path_params["year"])
    ticked = dict.fromkeys(value for name, value in entered.items() if name == "pick")
    picked = [entered.text("only")] if entered.text("only") else list(ticked)
    with visiting(entered.request, "readiness") as visit:
        require_office(visit)
        book = book_of(visit.look, year)
        if not picked:
            return _rules(visit, year, document=entered.text("document"), told="none_picked")
    outcomes = {path: _confirm(entered, book, path) for path in picked}
    with visiting(entered.request, "readiness") as visit:
        return _rules(visit, year, outcomes=outcomes, picked=picked, document=entered.text("document"))


def _confirm(entered: Entered, book: Rulebook, path: str) -> Outcome:
    content = {} if book.digest == rulebooks.load().digest else {"rulebook": book.content()}
    values = {"figure": path, "document": entered.text("document") or None, **content}
    key = f"{entered.text('once')}-{path}" if entered.text("once") else None
    row = BY_NAME["regulation_confirm"]
    try:
        ask(service_of(entered.request), entered.person, row, {}, values, key=key)
    except Refused as refused:
        with visiting(entered.request, "readiness") as visit:
            told = visit.look.voice.entries(refused.unmet)
        return Outcome(done=False, why=[one["message"] for one in told])
    except Conflict:
        return Outcome(done=False, why=[words.phrase("web.trouble", "conflict", entered.lang)])
    return Outcome(done=True)


ROUTES: Final = (
    read("/{year:year}/setup/rules", _page),
    take("/{year:year}/setup/rules", _take),
)
