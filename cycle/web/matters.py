"""The matters of a year: what waits for a decision, one matter with its facts and next acts, how a new one begins."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from cycle import facts as gathering
from cycle import queries
from cycle.board import matters
from cycle.board.actions import possible
from cycle.board.decided import decision
from cycle.board.look import Look
from cycle.board.values import action_values
from cycle.sight import Reader, may_ask
from cycle.web.entry import Visit, visiting
from cycle.web.pages import page
from cycle.web.searched import by_sound
from cycle.web.taking import read
from workflows import words
from workflows.deadlines import workdays_left
from workflows.errors import NotFound, Refused, Unmet

Values = dict[str, Any]

KINDS: Final = ("finding", "complaint", "bonus", "objection", "evidence", "duty")
_BEGIN: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = {
    "finding": ("finding_record", ("office", "inspector")),
    "complaint": ("complaint_receive", ("office", "inspector")),
    "bonus": ("bonus_apply", ("department",)),
    "objection": ("objection_file", ("department",)),
    "duty": ("duty_hold_to_account", ("office", "group")),
}
"""Kind to the act that makes one, and the roles for whom the page offers it."""
_SHOWN: Final[Mapping[str, tuple[str, ...]]] = {
    "finding": ("item", "source", "severity", "on", "text", "answer", "rectification", "document", "persons"),
    "complaint": ("source", "on", "text", "complainant", "statement", "accountability", "document"),
    "bonus": ("item", "award", "granted_by", "collective", "on", "text", "opinion", "document"),
    "objection": ("about", "text"),
    "evidence": ("file", "item", "note", "decided"),
    "duty": ("duty", "clause", "owner", "texts"),
}
"""What is told of a matter of each kind, in this order; what the record has beside is the machine's own."""
_DECIDED: Final = ("finding", "complaint", "bonus", "objection")
"""Kinds whose page tells how they were decided; of a piece of evidence the facts tell it."""
_CODES: Final[Mapping[tuple[str, str], str]] = {
    ("finding", "source"): "finding.source",
    ("finding", "severity"): "finding.severity",
    ("complaint", "source"): "complaint.source",
    ("duty", "duty"): "duty",
}


def _list(request: Request) -> Response:
    year = int(request.path_params["year"])
    kind = request.path_params.get("kind", "")
    with visiting(request) as visit:
        kinds = [one for one in KINDS if may_ask(visit.look.reader, one)]
        if not kinds:
            raise Refused(Unmet("role_missing", {"roles": "office,inspector"}))
        if kind and kind not in kinds:
            raise NotFound(kind)
        rows = {one: matters.of_year(visit.look, one, year) for one in kinds}
        asked = visit.request.query_params
        open_only = not kind and "all" not in asked
        chosen = [
            {**row, **_told(visit.look, one, row)}
            for one in ([kind] if kind else kinds)
            for row in rows[one]
            if (not open_only or _to_do(row))
            and asked.get("department", row["department"]) in ("", row["department"])
            and asked.get("state", row["state"]) in ("", row["state"])
        ]
        chosen.sort(key=lambda row: (row["due"] or "9999", row["kind"], row["department"], row["matter"]))
        return page(
            visit,
            "matters.html",
            "matters",
            year=year,
            kind=kind,
            counts={one: (len(found), sum(1 for row in found if _to_do(row))) for one, found in rows.items()},
            rows=chosen,
            open_only=open_only,
            begin=_begin(visit.look.reader, kinds),
            department=asked.get("department", ""),
            departments=_departments(visit, _BEGIN[kind][1]) if kind in _BEGIN else (),
        )


def _to_do(row: Values) -> bool:
    """Whether somebody still has to do something about a matter."""
    return bool(row["undecided"] or row["deadlines"])


def _departments(visit: Visit, roles: Collection[str]) -> list[tuple[str, str]]:
    """The departments the visitor may begin a matter of that is begun by `roles`: a department's people of their own,
    all others of any but that of their home.
    """
    reader = visit.look.reader
    everybody = any(role in reader.roles for role in roles if role != "department")
    own = reader.own if "department" in roles else frozenset()
    rows = [row for row in queries.of_kind(visit.session, "department") if row.state == "active"]
    found = [
        row.department
        for row in rows
        if (everybody and not reader.at_home(row.department)) or row.department in own
    ]
    return sorted(((one, visit.look.voice.name(one)) for one in found), key=by_sound)


def _begin(reader: Reader, kinds: list[str]) -> dict[str, str]:
    """What the reader may begin here, by kind: the name of the act."""
    return {
        kind: act
        for kind, (act, roles) in _BEGIN.items()
        if kind in kinds and not set(roles).isdisjoint(reader.roles)
    }


def _told(look: Look, kind: str, row: Values) -> Values:
    """What the list and the page show of a matter beside its own values."""
    deadline = row["deadlines"][0] if row["deadlines"] else None
    due = deadline["due"] if deadline else None
    calendar = gathering.standing_calendar(look.session)
    return {
        "kind": kind,
        "due": due,
        "left": workdays_left(look.today, date.fromisoformat(due), calendar) if due else None,
        "whose": look.voice.who(deadline["who"]) if deadline else "",
        "title": _title(look, kind, row["record"]),
    }


def _title(look: Look, kind: str, record: Mapping[str, Any]) -> str:
    if kind == "duty":
        return words.word("duty", record["duty"], look.voice.lang)
    if kind == "evidence":
        return file_name(record)
    if kind == "bonus":
        return str(record.get("award", ""))
    if record.get("item"):
        return look.voice.name(str(record["item"]))
    return str(record.get("text", ""))[:40]


def file_name(record: Mapping[str, Any]) -> str:
    """What the latest file of a piece of evidence is called; empty where the reader is not told."""
    latest = record.get("versions", {}).get(str(record.get("version", "")), {})
    return str(latest.get("name", ""))


def _page(request: Request) -> Response:
    where = request.path_params
    year, kind, name, number = int(where["year"]), where["kind"], where["department"], int(where["number"])
    with visiting(request) as visit:
        if kind not in KINDS or not may_ask(visit.look.reader, kind):
            raise NotFound(kind)
        row = matters.one(visit.look, kind, year, name, number)
        here = f"/{year}/matters/{kind}/{name}/{number}"
        return page(
            visit,
            "matter.html",
            "matters",
            year=year,
            kind=kind,
            row={**row, **_told(visit.look, kind, row)},
            facts=_facts(visit.look, kind, row["record"]),
            decision=decision(visit.look, row["subject"]) if kind in _DECIDED else None,
            actions=_actions(visit, row["subject"]),
            query=f"year={year}&department={name}&number={number}&back={here}",
        )


def _facts(look: Look, kind: str, record: Mapping[str, Any]) -> list[tuple[str, str]]:
    found = []
    for field in _SHOWN[kind]:
        value = record.get(field)
        if value in (None, "", {}, []):
            continue
        found.append((field, _said(look, kind, field, value)))
    return found


def _said(look: Look, kind: str, field: str, value: Any) -> str:
    lang = look.voice.lang
    if (kind, field) in _CODES:
        return words.word(_CODES[kind, field], str(value), lang)
    if isinstance(value, bool):
        return words.word("web.matters", "yes" if value else "no", lang)
    if field == "persons":
        return words.word("web", "comma", lang).join(_beside(one["name"], one["post"], lang) for one in value)
    if isinstance(value, Mapping):
        told = [str(look.voice.name(str(each))) for each in value.values()]
        return words.word("web", "semicolon", lang).join(told)
    if field == "about" and value in ("grade", "points"):
        return words.word("web.matters", f"about_{value}", lang)
    return look.voice.name(str(value))


def _beside(name: str, post: str, lang: str) -> str:
    return words.phrase("web", "beside", lang, name=name, more=words.word("finding.post", post, lang))


def _actions(visit: Visit, key: str) -> list[Values]:
    row = queries.subject(visit.session, key)
    if row is None:
        return []
    voice = visit.look.voice
    found = [
        action_values(voice, one) for one in possible(visit.service, visit.session, row, visit.person.id)
    ]
    return [{**one, "word": words.action(one["action"], voice.lang, row.kind)} for one in found]


ROUTES: Final = (
    read("/{year:year}/matters", _list),
    read("/{year:year}/matters/{kind}", _list),
    read("/{year:year}/matters/{kind}/{department}/{number:number}", _page),
)
