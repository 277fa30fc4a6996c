"""One screen a department for whoever marks it: 26 indicators, what stands beside each, mark and reason.

The form saves whatever is filled in; a mark below the most needs its reason. It ends when every member has marked
every indicator and the office or a member completes it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from cycle import facts as gathering
from cycle import queries
from cycle.board import department
from cycle.board.look import Look
from cycle.board.year import board_of
from cycle.sight import Seen, shows
from cycle.web import done
from cycle.web.doing import BY_NAME, asked
from cycle.web.entry import Visit, visiting
from cycle.web.forms import Unusable, hundredths
from cycle.web.pages import page
from cycle.web.taking import Entered, back, read, take
from workflows import words
from workflows.errors import Refused
from workflows.rulebook import Rulebook
from workflows.scoring import show

Values = dict[str, Any]

STATE: Final = "central_review.marking"
_BEFORE: Final = ("none.", "plan.", "midyear.", "yearend.")
"""Beginnings of the states in which nobody marks yet."""
_MARK: Final = re.compile(r"marks\[([0-9]{1,4})\]\[([a-z]+)\]", re.ASCII)


def _list(request: Request) -> Response:
    year = int(request.path_params["year"])
    with visiting(request, "beside") as visit:
        return page(visit, "marking_list.html", "marking", year=year, rows=_mine(visit, year))


def _mine(visit: Visit, year: int) -> list[Values]:
    """The departments the visitor marks, with how far they have come; of the office, those that are being marked."""
    look, found = visit.look, []
    office = look.reader.whole
    opens = _opens(look, year).isoformat()
    for row in board_of(look, year):
        key = f"appraisal:{year}:{row['department']}"
        subject = queries.subject(look.session, key)
        if subject is None or not shows(look.reader, "beside", _seen(subject)):
            continue
        team = subject.record.get("team", ())
        if not office and visit.person.id not in team:
            continue
        if office and row["state"] != STATE:
            continue
        marks = subject.record.get("marks", {})
        found.append(
            {
                **row,
                "now": row["state"] == STATE,
                "opens": opens if _is_before(row["state"]) else "",
                "given": len(marks.get(visit.person.id, {})),
                "by_member": [(look.voice.name(one), len(marks.get(one, {}))) for one in team],
            }
        )
    return found


def _opens(look: Look, year: int) -> date:
    """The day from which there is something to mark."""
    cycle = queries.subject(look.session, f"cycle:{year}")
    return gathering.rulebook_of(look.session, cycle).opens("central_review", year)


def _is_before(state: str) -> bool:
    return f"{state}.".startswith(_BEFORE)


def _seen(subject: queries.SubjectRow) -> Seen:
    return Seen(subject.department, team=tuple(subject.record.get("team", ())))


def _page(request: Request) -> Response:
    with visiting(request, "beside") as visit:
        return _sheet(visit, int(request.path_params["year"]), request.path_params["department"])


def _sheet(
    visit: Visit,
    year: int,
    name: str,
    *,
    given: Mapping[str, str] | None = None,
    faults: Mapping[str, str] | None = None,
    refused: Refused | None = None,
) -> Response:
    look = visit.look
    beside = department.beside(look, year, name)
    values = department.of_reader(look, visit.service, year, name)
    book = gathering.rulebook_of(look.session, queries.subject(look.session, f"cycle:{year}"))
    acts = {one["action"]: one for one in values["actions"]}
    member = visit.person.id in beside["team"]
    wrong = dict(faults or {}) | _refused_cells(beside["indicators"], refused, given or {})
    rows = [
        _indicator(visit, one, place, given or {}, wrong) for place, one in enumerate(beside["indicators"])
    ]
    return page(
        visit,
        "marking.html",
        "marking",
        status=409 if refused else 422 if faults else 200,
        year=year,
        row=values,
        groups=_groups(look, book, rows),
        mine=_mine(visit, year),
        acts=acts,
        waiting=_waiting(visit, acts.get("complete")),
        member=member,
        opens=_opens(look, year).isoformat() if _is_before(values["state"]) else "",
        marked=sum(1 for one in rows if one["mark"]),
        total=show(sum(hundredths(one["mark"]) or 0 for one in rows)),
        count=len(rows),
        told=[one for one in rows if one["points_wrong"]] if faults else [],
        in_the_way=[{**one, "place": _place(rows, one)} for one in look.voice.entries(refused.unmet)]
        if refused
        else [],
    )


def _refused_cells(
    indicators: Sequence[Values], refused: Refused | None, given: Mapping[str, str]
) -> dict[str, str]:
    """The cells of the form a refusal is about, by the name of their field; empty texts are worded at the cell."""
    places = {one["item"]: place for place, one in enumerate(indicators)}
    found = {}
    for unmet in refused.unmet if refused else ():
        if unmet.code == "points_out_of_range":
            found[f"marks[{places[str(unmet.data['item'])]}][points]"] = ""
        if unmet.code == "mark_without_reason":
            for item in str(unmet.data["items"]).split(","):
                found[f"marks[{places[item]}][reason]"] = ""
    return {name: text for name, text in found.items() if name in given}


def _place(rows: Sequence[Values], entry: Values) -> int | None:
    """The row of the indicator that a refusal is about, the first where it is about several; None where of none."""
    item = str(entry["data"].get("item") or entry["data"].get("items", "")).partition(",")[0]
    return next((row["place"] for row in rows if row["item"] == item), None)


def _waiting(visit: Visit, complete: Values | None) -> str:
    """What the review waits for, in a few words: the reader's own marks, or those of the other members."""
    unmet = complete["unmet"] if complete else []
    members = [str(one["data"].get("member", "")) for one in unmet]
    if not unmet or visit.person.id in members:
        return "own" if unmet else ""
    if not all(members):
        return str(unmet[0]["message"])
    names = dict.fromkeys(visit.look.voice.name(one) for one in members)
    return words.phrase("web.marking", "team_waits", visit.lang, who=words.listed(list(names), visit.lang))


def _indicator(
    visit: Visit, one: Values, place: int, given: Mapping[str, str], wrong: Mapping[str, str]
) -> Values:
    own = next((mark for mark in one["marks"] if mark["member"] == visit.person.id), None)
    mark = given.get(f"marks[{place}][points]", own["points"] if own else "")
    reason = given.get(f"marks[{place}][reason]", (own["reason"] or "") if own else "")
    found = {**one, "place": place, "mark": mark, "reason": reason, "points_wrong": "", "reason_wrong": ""}
    points, why = f"marks[{place}][points]", f"marks[{place}][reason]"
    if points in wrong:
        most = {"most": one["most"]}
        found["points_wrong"] = wrong[points] or words.phrase("web.marking", "within", visit.lang, **most)
    if why in wrong:
        off = (hundredths(one["most"]) or 0) - (hundredths(mark) or 0)
        found["reason_wrong"] = words.phrase("web.marking", "needs_reason", visit.lang, points=show(off))
    return found


def _groups(look: Look, book: Rulebook, rows: list[Values]) -> list[Values]:
    """The rows under the groups of the rulebook."""
    found = []
    for group in book.groups:
        members = [row for row in rows if row["item"].startswith(f"{group.id}.")]
        found.append(
            {
                "id": group.id,
                "name": group.zh if look.voice.lang == "zh" else group.en,
                "rows": members,
                "marked": sum(1 for row in members if row["mark"]),
            }
        )
    return found


def _take(entered: Entered) -> Response:
    """Save the marks that are filled in, or complete the review."""
    request = entered.request
    year, name = int(request.path_params["year"]), request.path_params["department"]
    where, here = {"year": year, "department": name}, request.url.path
    act = "complete" if entered.text("do") == "complete" else "mark"
    try:
        answer = asked(_filled(entered) if act == "mark" else entered, BY_NAME[f"appraisal_{act}"], where)
    except (Unusable, Refused) as trouble:
        faults = _at_their_cells(entered, trouble.faults) if isinstance(trouble, Unusable) else {}
        refused = trouble if isinstance(trouble, Refused) else None
        with visiting(request, "beside") as visit:
            return _sheet(visit, year, name, given=dict(entered.items()), faults=faults, refused=refused)
    return back(done.told(here, answer))


def _at_their_cells(entered: Entered, faults: Mapping[str, str]) -> dict[str, str]:
    """Faults of the marks that were sent, by the fields of the page: those left empty were not sent."""
    sent = [_MARK.fullmatch(field) for field, _ in _filled(entered).items()]
    places = sorted({int(one[1]) for one in sent if one})
    found = {}
    for name, text in faults.items():
        at = _MARK.fullmatch(name)
        known = at is not None and int(at[1]) < len(places)
        found[f"marks[{places[int(at[1])]}][{at[2]}]" if at and known else name] = text
    return found


def _filled(entered: Entered) -> Entered:
    """The form without the indicators that have no mark yet."""
    items = entered.items()
    empty = {
        field.partition("]")[0]
        for field, value in items
        if field.startswith("marks[") and field.endswith("[points]") and not value.strip()
    }
    return entered.but([(field, value) for field, value in items if field.partition("]")[0] not in empty])


ROUTES: Final = (
    read("/{year:year}/marking", _list),
    read("/{year:year}/marking/{department}", _page),
    take("/{year:year}/marking/{department}", _take),
)
