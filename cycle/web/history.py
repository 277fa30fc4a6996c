"""The auditor's pages: what happened, by whom, any entry before and after, and whether the history can be trusted."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from cycle import checkpoint as checkpoints
from cycle.board import traced
from cycle.board.history import Wanted
from cycle.board.untold import untold
from cycle.board.verdict import document, verdict_lines
from cycle.checkpoint import CheckpointDamaged
from cycle.queries import of_kind
from cycle.verify import verify
from cycle.web.entry import Visit, service_of, visiting
from cycle.web.forms import day
from cycle.web.pages import page
from cycle.web.searched import by_sound
from cycle.web.shown import second
from cycle.web.taking import Entered, read, take, whole
from workflows import words
from workflows.errors import NotFound
from workflows.scoring import show

Values = dict[str, Any]

MANY: Final = 50
_INSTANT: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}\.[0-9]{6}Z")
_KINDS: Final = ("person", "scheduler", "import", "command")
_CODED: Final[Mapping[str, tuple[str, ...]]] = {
    "duty": ("duty",),
    "grade": ("grade",),
    "loses": ("duty.loses",),
    "roles": ("role",),
    "severity": ("finding.severity",),
    "source": ("finding.source", "complaint.source"),
    "what": ("action",),
}
"""Fields of records that hold codes, and the sections of the words those stand in."""


def _page(request: Request) -> Response:
    with visiting(request, "history") as visit:
        asked = request.query_params
        given = {
            name: asked.get(name, "").strip()
            for name in ("subject", "department", "action", "who", "since", "until", "actor_kind", "only")
        }
        wanted = Wanted(
            subject=given["subject"],
            action=given["action"],
            who=given["who"],
            since=_day(given["since"]),
            until=_day(given["until"]),
        )
        only = given["only"] if given["only"] in traced.ONLY else ""
        rows, following = traced.found(
            visit.look,
            wanted,
            department=given["department"],
            only=only,
            actor_kind=given["actor_kind"] if given["actor_kind"] in _KINDS else "",
            before=whole(asked.get("before", "")),
            limit=MANY,
        )
        return page(
            visit,
            "history.html",
            "history",
            rows=[{**row, "called": _called(visit, row)} for row in rows],
            following=following,
            asked=given,
            about=_called(visit, given) if given["subject"] else "",
            only=tuple(traced.ONLY),
            kinds=_KINDS,
            actions=_actions(visit.lang),
            departments=_named(visit, "department"),
            people=_named(visit, "person"),
            entry=_entry(visit, given["subject"], asked.get("entry", "")),
        )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(day(text)) if text else None
    except ValueError:
        return None


def _called(visit: Visit, row: Values) -> str:
    try:
        return visit.look.voice.in_year(row["subject"])
    except (NotFound, KeyError):
        return str(row["subject"])


def _actions(lang: str) -> list[tuple[str, str]]:
    return sorted(words.catalogue(lang)["action"].items(), key=lambda one: one[1])


def _named(visit: Visit, kind: str) -> list[tuple[str, str]]:
    found = [row.key.partition(":")[2] for row in of_kind(visit.session, kind)]
    return sorted(((one, visit.look.voice.name(one)) for one in found), key=by_sound)


def _entry(visit: Visit, subject: str, number: str) -> Values | None:
    """The entry that is opened, with its values as text."""
    if not subject or not whole(number):
        return None
    found = traced.entry(visit.look, subject, whole(number))
    kind = subject.partition(":")[0]
    for one in found["changes"]:
        last = one["place"][-1]
        one |= {side: _written(visit, one[side], last) for side in ("before", "after")}
        one["place"] = " › ".join(_piece(visit, piece, kind) for piece in one["place"] if ":" not in piece)
    return {**found, "called": _called(visit, found), "kind": kind}


def _piece(visit: Visit, code: str, kind: str) -> str:
    """One part of a place in a record of a kind, in words where there are any."""
    known = words.catalogue(visit.lang)
    for section in ("web.record", "stage", f"state.{kind}", "state.appraisal", "grade", "action"):
        if code in known.get(section, {}):
            return known[section][code]
    return visit.look.voice.name(code)


def _written(visit: Visit, value: Any, name: str) -> str:
    """The value `name` of a record as text: points with decimals, a deadline by its day, a person by name."""
    if value is None:
        return ""
    if isinstance(value, str):
        at = _instant(value)
        return _called_by(visit, value, name) if at is None else second(at, visit.look.zone)
    if isinstance(value, dict) and {"due", "who"} <= value.keys():
        return f"{value['due']}（{visit.look.voice.who(value['who'])}）"
    if isinstance(value, int) and (name == "points" or isinstance(value, bool)):
        flag = words.word("web.matters", "yes" if value else "no", visit.lang)
        return flag if isinstance(value, bool) else show(value)
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return words.listed([_called_by(visit, one, name) for one in value], visit.lang)
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def _instant(text: str) -> datetime | None:
    """The instant a text of a record is; None for any other, also for one somebody typed that only looks like it."""
    try:
        return datetime.fromisoformat(text) if _INSTANT.fullmatch(text) else None
    except ValueError:
        return None


def _called_by(visit: Visit, code: str, name: str) -> str:
    """A text or code below `name` in a record, in words where there are any."""
    sections = (words.catalogue(visit.lang)[section] for section in _CODED.get(name, ()))
    return next((one[code] for one in sections if code in one), visit.look.voice.name(code))


def _verify_page(request: Request) -> Response:
    with visiting(request, "verification") as visit:
        return page(visit, "verify.html", "verify", verdict=None, lines=(), fault="", typed="", checked_at="")


def _verify(entered: Entered) -> Response:
    """Check the whole history now, against a checkpoint that the reader has kept if they send one."""
    service = service_of(entered.request)
    with visiting(entered.request, "verification") as visit:
        hidden = bool(untold(visit.look))
        lang = visit.lang
    text, fault = entered.text("checkpoint"), ""
    against = None
    if text:
        try:
            against = checkpoints.decoded(text.encode())
        except CheckpointDamaged as damaged:
            fault = words.phrase("history.checkpoint", damaged.code, lang)
    verdict = None if fault else verify(service.database, against)
    with visiting(entered.request, "verification") as visit:
        told = document(verdict, lang) if verdict else None
        lines = list(verdict_lines(verdict, lang, service.zone)) if verdict else []
        if hidden and verdict and verdict.digest:
            lines = [line for line in lines if verdict.digest not in line]
        at = visit.now
        return page(
            visit, "verify.html", "verify", verdict=told, lines=lines, fault=fault, typed=text, checked_at=at
        )


ROUTES: Final = (
    read("/history", _page),
    read("/verify", _verify_page),
    take("/verify", _verify),
)
