"""The review teams: every department by every reviewer, as many of them assigned or released at once as are ticked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from cycle.acts.asking import ask
from cycle.board.city import cycle_of
from cycle.board.teams import teams
from cycle.web.board import pinyin
from cycle.web.doing import BY_NAME
from cycle.web.entry import Visit, service_of, visiting
from cycle.web.pages import page
from cycle.web.setup import require_office
from cycle.web.taking import Entered, read, take
from workflows import words
from workflows.errors import Conflict, Refused, Unmet

Values = dict[str, Any]

_BETWEEN: Final = "/"
"""Between a department and a reviewer in the value of a cell: in no id."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one change: `action` assign or release, of whom, done or the sentences why not."""

    action: str
    member: str
    done: bool
    why: Sequence[str] = ()


def _page(request: Request) -> Response:
    with visiting(request, "team") as visit:
        return _teams(visit, int(request.path_params["year"]))


def _teams(
    visit: Visit,
    year: int,
    *,
    outcomes: Mapping[str, Sequence[Outcome]] | None = None,
    wanted: Mapping[str, set[str]] | None = None,
    reason: str = "",
    told: str = "",
) -> Response:
    look = visit.look
    if not look.reader.whole:
        raise Refused(Unmet("role_missing", {"roles": "office,group,auditor"}))
    found = teams(look, year)
    rows = sorted(found["departments"], key=lambda row: (not row["short"], pinyin(row)))
    short = visit.request.query_params.get("show", "") == "short"
    changed = [one for several in (outcomes or {}).values() for one in several]
    failed = any(not one.done for one in changed)
    return page(
        visit,
        "teams.html",
        "teams",
        status=422 if told else 409 if failed else 200,
        year=year,
        state=look.voice.state("cycle", cycle_of(look, year).state),
        size=found["size"],
        rows=[row for row in rows if not short or row["short"] or row["department"] in (outcomes or {})],
        total=len(rows),
        lacking=sum(1 for row in rows if row["short"]),
        short=short,
        reviewers=found["reviewers"],
        office="office" in look.reader.roles,
        acting="office" in look.reader.roles and any(row["open"] and not row["own"] for row in rows),
        outcomes=outcomes or {},
        changed=changed,
        wanted=wanted or {},
        reason=reason,
        told=told,
    )


def _take(entered: Entered) -> Response:
    """Assign whoever is ticked and was not, release whoever was and is not; each is an act of its own.

    Whoever comes is taken in before others go, so that no team is left empty meanwhile.
    """
    request, year = entered.request, int(entered.request.path_params["year"])
    with visiting(request, "team") as visit:
        require_office(visit)
    was, now = _cells(entered, "was"), _cells(entered, "m")
    outcomes: dict[str, list[Outcome]] = {}
    for department in sorted(was.keys() | now.keys()):
        before, after = was.get(department, set()), now.get(department, set())
        for action, members in (("assign", after - before), ("release", before - after)):
            for member in sorted(members):
                done = _one(entered, year, department, action, member)
                outcomes.setdefault(department, []).append(done)
    with visiting(request, "team") as visit:
        told = "" if outcomes else "nothing_changed"
        failed = {d for d, several in outcomes.items() if any(not one.done for one in several)}
        wanted = {department: now.get(department, set()) for department in failed}
        reason = entered.text("reason") if failed else ""
        return _teams(visit, year, outcomes=outcomes, wanted=wanted, reason=reason, told=told)


def _cells(entered: Entered, name: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for field, value in entered.items():
        department, between, member = value.partition(_BETWEEN)
        if field == name and between:
            found.setdefault(department, set()).add(member)
    return found


def _one(entered: Entered, year: int, department: str, action: str, member: str) -> Outcome:
    where = {"year": year, "department": department}
    values = {"member": member}
    if action == "release" and entered.text("reason"):
        values["reason"] = entered.text("reason")
    key = f"{entered.text('once')}-{action}-{department}-{member}" if entered.text("once") else None
    try:
        ask(
            service_of(entered.request),
            entered.person,
            BY_NAME[f"appraisal_{action}"],
            where,
            values,
            key=key,
        )
    except Refused as refused:
        with visiting(entered.request, "team") as visit:
            told = visit.look.voice.entries(refused.unmet)
        return Outcome(action, member, done=False, why=[one["message"] for one in told])
    except Conflict:
        why = words.phrase("web.trouble", "conflict", entered.lang)
        return Outcome(action, member, done=False, why=[why])
    return Outcome(action, member, done=True)


ROUTES: Final = (read("/{year:year}/teams", _page), take("/{year:year}/teams", _take))
