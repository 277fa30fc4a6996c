"""A department's home: what is due from it and by when, whose turn it is, what is missing, and how it has done."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from cycle import facts as gathering
from cycle.board import city, department, desk, ledger, matters, registers
from cycle.board.passed import Passed, passed
from cycle.board.windows import windows
from cycle.board.year import board_of
from cycle.correspondence.letterhead import letterhead
from cycle.operations import forms
from cycle.sight import may_ask
from cycle.web import mending
from cycle.web.entry import Visit, visiting
from cycle.web.pages import page
from cycle.web.taking import read
from cycle.web.years_chart import chart
from workflows import words
from workflows.errors import NotFound, Refused

Values = dict[str, Any]

ANSWERS: Final[Mapping[str, str]] = {
    "finding.notified": "finding_answer",
    "finding.confirmed": "finding_rectify",
    "complaint.investigating": "complaint_hear",
}
"""What a department does where the clock of a matter is its own, by the deadline's state."""

_OURS: Final = ("liaison", "head")
_FILED: Final = ("plan", "midyear", "yearend", "rectification")


def _page(request: Request) -> Response:
    year = int(request.path_params["year"])
    with visiting(request, "appraisal") as visit:
        own = sorted(visit.look.reader.own)
        asked = request.query_params.get("department", "")
        if asked or len(own) == 1:
            return page(visit, "department/home.html", "home", **_values(visit, year, asked or own[0], own))
        rows = [row for row in board_of(visit.look, year) if row["department"] in own]
        return page(visit, "department/choose.html", "home", year=year, rows=rows)


def _values(visit: Visit, year: int, name: str, own: list[str]) -> Values:
    look = visit.look
    row = department.of_reader(look, visit.service, year, name)
    cycle = city.cycle_values(look, city.cycle_of(look, year))
    past = passed(look, year, name).get(name, {})
    years = registers.years(look, name) if may_ask(look.reader, "years") else []
    scored = _scored(visit, year, name, years)
    return {
        "year": year,
        "row": row,
        "own": own,
        "cycle": cycle,
        "years": [one["year"] for one in city.cycles(look) if not _elsewhere(one)],
        "passed": past,
        "windows": windows(look, year),
        "turn": turn(visit, row, cycle),
        "also": _also(visit, year, name),
        "score": scored,
        "result": next((one for one in years if scored and one["year"] == scored["year"]), None),
        "file": years,
        "chart": chart(years),
        "recorded": _recorded(visit, year, name, row),
        "counts": _counts(past),
        "matters": _matters(visit, year, name),
        "contact": letterhead(visit.session).contact,
        "objection_days": gathering.rulebook_of(visit.session, city.cycle_of(look, year)).objection_days,
    }


def turn(visit: Visit, row: Values, cycle: Values) -> Values:
    """What the head of the page says: a sentence by the state, what is missing, and the one next step.

    `say` is the code of the sentence, `form` the form it is about, `returned` what was sent back by itself.
    """
    state = str(row["state"])
    form, _, phase = state.partition(".")
    here = f"/{row['year']}/departments/{row['department']}/forms/{form}"
    filed = row["forms"].get(form) if form in _FILED else None
    found: Values = {
        "say": phase or state,
        "form": form,
        "path": here if filed else "",
        "unmet": [],
        "returned": [],
        "why": None,
        "draft": "",
        "begun": False,
    }
    if filed is None or phase != "drafting":
        return found | {"say": _resting(state, cycle)}
    actions = {one["action"]: one for one in row["actions"]}
    unmet = actions["submit"]["unmet"] if "submit" in actions else filed["missing"] or []
    why = _sent_back(visit, row)
    found |= {
        "say": _drafting(row, actions, filed, mended=why is None or why["mended"]),
        "unmet": mending.located(unmet, here, signs="sign_off" in actions),
        "returned": [
            {**one, "href": f"{here}#{mending.part_anchor(one['part'])}"} for one in filed["returned"] or []
        ],
        "why": why,
        "may_write": "save_form" in actions,
        "may_ask": "ask_extension" in actions and not actions["ask_extension"]["unmet"],
    }
    if "save_form" in actions:
        found["draft"] = _draft(visit, row["subject"])
        found["begun"] = bool(found["draft"] or filed["text"] or filed["targets"] or filed["marks"])
    return found


def _elsewhere(cycle: Values) -> bool:
    """Whether a year was not run here: its results are kept elsewhere, or nobody knows them."""
    return bool(cycle["imported"] or cycle["unrecorded"])


def _resting(state: str, cycle: Values) -> str:
    if state == "none" and _elsewhere(cycle):
        return "elsewhere"
    if state == "grading.proposed":
        return "proposed" if cycle["objections_until"] else "pending"
    return state.partition(".")[2] or state


def _drafting(row: Values, actions: Values, filed: Values, *, mended: bool) -> str:
    """Which sentence says what to do with a form that is being written."""
    unmet = actions["submit"]["unmet"] if "submit" in actions else []
    if row["sent_back"] and not (mended and not filed["returned"]):
        return "returned_parts" if filed["returned"] else "returned"
    if "submit" in actions and not unmet:
        return "ready"
    if {one["code"] for one in unmet} == {"form_unsigned"}:
        return "sign" if "sign_off" in actions else "unsigned"
    return "late" if (row["workdays_left"] or 0) < 0 else "drafting"


def _sent_back(visit: Visit, row: Values) -> Values | None:
    """Who sent the form back when and why, if that is how it came here; `mended`: it was saved anew since."""
    if not row["sent_back"] or not may_ask(visit.look.reader, "history_of_appraisal"):
        return None
    try:
        told = department.history_of(visit.look, row["year"], row["department"])
    except NotFound:
        return None
    returns = [place for place, one in enumerate(told) if one["action"] in ("send_back", "reopen")]
    if not returns:
        return None
    last = told[returns[-1]]
    mended = any(one["action"] == "save_form" for one in told[returns[-1] :])
    return {**{name: last[name] for name in ("at", "actor_name", "reason")}, "mended": mended}


def _draft(visit: Visit, key: str) -> str:
    """When the reader's own draft was kept; empty where there is none."""
    try:
        found = forms.draft_read(visit.service, visit.person.id, key)
    except (Refused, NotFound):
        return ""
    return found.at if found else ""


def _also(visit: Visit, year: int, name: str) -> list[Values]:
    """What else is due from the department, of any year, the nearest first."""
    if not may_ask(visit.look.reader, "due"):
        return []
    found = []
    for one in desk.due(visit.look, until=date.max):
        mine = one["department"] == name and one["who"] in _OURS
        if not mine or (one["kind"] == "appraisal" and one["year"] == year):
            continue
        found.append({**one, "word": _word(visit, one), "path": _path(one), "act": _act(one, year, name)})
    return found


def _word(visit: Visit, one: Values) -> str:
    """What is due, by the state whose clock runs."""
    known = words.catalogue(visit.lang)["letter.form"]
    form = str(one["state"]).partition(".")[0]
    return known.get(one["state"]) or words.word("stage", form, visit.lang)


def _path(one: Values) -> str:
    if one["kind"] != "appraisal":
        matter = str(one["subject"]).rpartition(":")[2]
        return f"/{one['year']}/matters/{one['kind']}/{one['department']}/{matter}"
    form, _, phase = str(one["state"]).partition(".")
    here = f"/{one['year']}/departments/{one['department']}"
    return f"{here}/forms/{form}" if phase == "drafting" and form in _FILED else here


def _act(one: Values, year: int, name: str) -> str:
    """Where a matter is answered; empty where it is not an answer that is due."""
    act = ANSWERS.get(one["state"])
    if act is None:
        return ""
    matter = str(one["subject"]).rpartition(":")[2]
    back = f"/{year}/home?department={name}"
    return f"/do/{act}?year={one['year']}&department={name}&number={matter}&back={back}"


def _scored(visit: Visit, year: int, name: str, years: list[Values]) -> Values | None:
    """The points of the year, or of the latest before it whose points the reader sees."""
    known = [year, *(one["year"] for one in years if one["year"] < year)]
    for one in known:
        if ledger.standing(visit.look, one, name):
            return ledger.ledger(visit.look, one, name)
    return None


def _recorded(visit: Visit, year: int, name: str, row: Values) -> list[Values]:
    """What was taken off and added so far this year, as long as the points are not told."""
    if row["sums"] is not None or row["state"] == "none":
        return []
    try:
        lines: list[Values] = ledger.ledger(visit.look, year, name)["lines"]
    except NotFound:
        return []
    return [one for one in lines if one["part"] in ("deduction", "bonus", "cap")]


def _counts(past: Mapping[str, Passed]) -> Values:
    """How often forms were sent back this year, and handed in late or not at all."""
    return {
        "returns": sum(one.returns for one in past.values()),
        "late": sum(1 for one in past.values() if one.late or one.lapsed),
    }


def _matters(visit: Visit, year: int, name: str) -> list[Values]:
    """The objections of the department, and its other matters that are not decided yet."""
    found = []
    for kind in ("objection", "finding", "complaint", "bonus"):
        if may_ask(visit.look.reader, kind):
            found += [
                {**one, "kind": kind}
                for one in matters.of_year(visit.look, kind, year)
                if one["department"] == name and (one["undecided"] or kind == "objection")
            ]
    return found


ROUTES: Final = (read("/{year:year}/home", _page),)
