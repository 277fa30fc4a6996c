"""The review desk: a form under review next to last year's; accepted as a whole or sent back in parts."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from cycle import facts as gathering
from cycle import queries
from cycle.board import department, evidence
from cycle.board.look import Look
from cycle.board.year import board_of
from cycle.operations.perform import Answer
from cycle.web import done
from cycle.web.doing import BY_NAME, asked, was_overtaken
from cycle.web.entry import Visit, visiting
from cycle.web.forms import Unusable, kept
from cycle.web.pages import page
from cycle.web.taking import Entered, back, read, take
from workflows import words
from workflows.errors import NotFound, Outdated, Refused
from workflows.evidence_guards import FORMS
from workflows.forms import TARGET
from workflows.rulebook import Rulebook
from workflows.scoring import show

Values = dict[str, Any]

LEAST_DAYS: Final = 3
"""Working days ahead that a form sent back gets at least: what the field proposes."""

_ITEM: Final = re.compile(r"items\[([^\[\]]+)\]")


def _list(request: Request) -> Response:
    year = int(request.path_params["year"])
    with visiting(request, "forms") as visit:
        look = visit.look
        return page(
            visit,
            "review_list.html",
            "review",
            year=year,
            rows=_waiting(look, year),
            asking=[row for row in board_of(look, year) if row["extension_asked"]],
        )


def _waiting(look: Look, year: int) -> list[Values]:
    """The departments whose form is under review, the one due first at the top."""
    rows = [row for row in board_of(look, year) if row["state"].endswith(".submitted")]
    return sorted(rows, key=lambda row: (row["due"] or "9999", row["department"]))


def _page(request: Request) -> Response:
    with visiting(request, "forms") as visit:
        return _review(visit, int(request.path_params["year"]), request.path_params["department"])


def _review(
    visit: Visit,
    year: int,
    name: str,
    *,
    given: Mapping[str, str] | None = None,
    faults: Mapping[str, str] | None = None,
    refused: Refused | None = None,
    overtaken: bool = False,
    tried: str = "",
) -> Response:
    look = visit.look
    values = department.of_reader(look, visit.service, year, name)
    form, _, phase = values["state"].partition(".")
    if phase != "submitted":
        return _gone(visit, year, values, given if tried else None)
    waiting = _waiting(look, year)
    place = next((at for at, row in enumerate(waiting) if row["department"] == name), 0)
    content = department.form(look, year, name, form)
    in_the_way = look.voice.entries(refused.unmet if refused else ())
    return page(
        visit,
        "review.html",
        "review",
        status=409 if refused or overtaken else 422 if faults else 200,
        year=year,
        row=values,
        form=form,
        parts=_parts(look, year, name, form, content),
        content=content,
        files=_files(look, year, name),
        place=place,
        waiting=waiting,
        proposed=_proposed(look),
        actions={one["action"]: one for one in values["actions"]},
        given=dict(given or {}),
        faults=dict(faults or {}),
        in_the_way=[_overtaken(visit, year, name)] if overtaken else in_the_way,
        unsaid=[one["data"]["name"] for one in in_the_way if one["code"] == "part_reason_missing"],
        returned=len(_returned(given or {})),
        tried=tried,
    )


def _gone(visit: Visit, year: int, row: Values, given: Mapping[str, str] | None) -> Response:
    """There is nothing to review; to whoever of the office sent a form nonetheless also why, and what they wrote."""
    if given is None or "office" not in visit.roles:
        return page(
            visit, "review_none.html", "review", status=404, year=year, row=row, in_the_way=[], written=[]
        )
    written = [
        (words.form_part(matched[1], visit.lang, visit.look.voice.names), text.strip())
        for matched, text in ((_ITEM.fullmatch(name), text) for name, text in given.items())
        if matched and text.strip()
    ]
    if given.get("reason", "").strip():
        written.append((words.phrase("web.review", "reason", visit.lang), given["reason"].strip()))
    return page(
        visit,
        "review_none.html",
        "review",
        status=409,
        year=year,
        row=row,
        in_the_way=[_overtaken(visit, year, row["department"], left=".submitted")],
        written=written,
    )


def _overtaken(visit: Visit, year: int, name: str, *, left: str = "") -> Values:
    """That somebody else was first; only the office is told who."""
    return was_overtaken(visit, f"appraisal:{year}:{name}" if "office" in visit.roles else "", left=left)


def _parts(look: Look, year: int, name: str, form: str, content: Values) -> list[Values]:
    """What a form consists of, in its order: code, name, what stands there now, what stood there last year."""
    before = _last_year(look, year, name, form)
    book = gathering.rulebook_of(look.session, queries.subject(look.session, f"cycle:{year}"))
    found: list[Values] = []
    if content["text"]:
        found.append(
            {
                "part": "text",
                "name": words.form_part("text", look.voice.lang, look.voice.names),
                "text": content["text"],
                "before": before.get("text", ""),
            }
        )
    for number, target in content["targets"].items():
        was = before.get("targets", {}).get(number, {})
        called = words.form_part(number, look.voice.lang)
        entries = {each: target.get(each, "") for each in TARGET}
        found.append({"part": number, "name": called, "target": entries, "before": was.get("text", "")})
    found += _marks(book, content["marks"], before.get("marks", {}))
    return found


def _marks(book: Rulebook, marks: Mapping[str, Values], before: Mapping[str, Values]) -> list[Values]:
    return [
        {
            "part": indicator.id,
            "name": marks[indicator.id]["name"],
            "clause": indicator.id.removeprefix("content."),
            "most": show(indicator.points),
            "points": marks[indicator.id]["points"],
            "text": marks[indicator.id]["account"],
            "before": (before.get(indicator.id) or {}).get("points") or "",
            "account_before": (before.get(indicator.id) or {}).get("account", ""),
        }
        for indicator in book.indicators
        if indicator.id in marks
    ]


def _last_year(look: Look, year: int, name: str, form: str) -> Values:
    """The same form of the year before; empty where there is none, or none for this reader."""
    try:
        return department.form(look, year - 1, name, form)
    except NotFound:
        return {}


def _files(look: Look, year: int, name: str) -> dict[str, list[Values]]:
    """Evidence by the part it is for: of a form as a whole that is its text."""
    found: dict[str, list[Values]] = {}
    for about, files in evidence.by_subject(look, year, name).items():
        part = "text" if about in FORMS else about.removeprefix("target.")
        found.setdefault(part, []).extend(files)
    return found


def _proposed(look: Look) -> str:
    """The earliest day a form that is sent back may be due."""
    calendar = gathering.standing_calendar(look.session)
    return calendar.add(look.today, LEAST_DAYS).isoformat()


def _take(entered: Entered) -> Response:
    request = entered.request
    year, name = int(request.path_params["year"]), request.path_params["department"]
    did = "accept" if entered.text("do") == "accept" else "send_back"
    try:
        answer = _asked(entered, did, {"year": year, "department": name})
    except (Unusable, Refused, Outdated) as trouble:
        with visiting(request, "forms") as visit:
            return _review(
                visit,
                year,
                name,
                given=dict(entered.items()),
                faults=trouble.faults if isinstance(trouble, Unusable) else {},
                refused=trouble if isinstance(trouble, Refused) else None,
                overtaken=isinstance(trouble, Outdated),
                tried=did,
            )
    with visiting(request, "forms") as visit:
        rest: Sequence[Values] = _waiting(visit.look, year)
    return back(done.told(f"/{year}/review/{rest[0]['department']}" if rest else f"/{year}/board", answer))


def _asked(entered: Entered, did: str, where: Values) -> Answer:
    """Accept, or send back with what is written to each part. Raises Unusable, and whatever the act raises."""
    returned = _returned(dict(entered.items()))
    if did == "accept" and returned:
        raise Unusable({"do": words.phrase("web.review", "mixed", entered.lang, n=len(returned))})
    more = {"items": returned} if returned else None
    return asked(_as_asked(entered, did), BY_NAME[f"appraisal_{did}"], where, more)


def _returned(given: Mapping[str, str]) -> dict[str, str]:
    """The parts marked to be sent back with what is written to each, were it nothing: the act asks for it."""
    marked = [name.replace("verdict", "items", 1) for name, value in given.items() if value == "return"]
    found = {matched[1]: matched[0] for matched in map(_ITEM.fullmatch, marked) if matched}
    return {part: kept(given.get(name, "")) for part, name in found.items()}


def _as_asked(entered: Entered, did: str) -> Entered:
    """The form without what is written to its parts; an acceptance carries no day and no reason either."""
    left_out = {"due", "reason"} if did == "accept" else set()
    kept_fields = [
        (name, value)
        for name, value in entered.items()
        if name not in left_out and not name.startswith("items")
    ]
    return entered.but(kept_fields)


ROUTES: Final = (
    read("/{year:year}/review", _list),
    read("/{year:year}/review/{department}", _page),
    take("/{year:year}/review/{department}", _take),
)
