"""How far the targets of the year have come, by the department's own word."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from cycle.board import department, evidence
from cycle.web import done
from cycle.web.doing import BY_NAME, asked
from cycle.web.entry import Visit, visiting
from cycle.web.forms import Unusable, below, kept, narrow, unfolded
from cycle.web.pages import page
from cycle.web.taking import Entered, back, read, take
from cycle.web.troubles import theirs
from workflows.errors import NotFound, Refused

Values = dict[str, Any]

_PATH: Final = "/{year:year}/departments/{department}/progress"


def _place(request: Request) -> tuple[int, str]:
    return int(request.path_params["year"]), request.path_params["department"]


def _page(request: Request) -> Response:
    year, name = _place(request)
    with visiting(request, "forms") as visit:
        return progress_page(visit, year, name)


def progress_page(
    visit: Visit,
    year: int,
    name: str,
    *,
    given: Mapping[str, Any] | None = None,
    refused: Refused | None = None,
    faults: Mapping[str, str] | None = None,
) -> Response:
    """The targets of the accepted plan; after a refusal with what is wrong and what was typed."""
    department.opened(visit.look, year, name, "forms")
    row = department.of_reader(visit.look, visit.service, year, name)
    actions = {one["action"] for one in row["actions"]}
    return page(
        visit,
        "department/progress.html",
        "progress",
        status=409 if refused else 422 if faults else 200,
        year=year,
        row=row,
        may_report="report_progress" in actions,
        given=given or {},
        files=evidence.by_subject(visit.look, year, name),
        in_the_way=visit.look.voice.entries(refused.unmet) if refused else [],
        faults=faults or {},
        unchanged="unchanged" in visit.request.query_params,
    )


def _take(entered: Entered) -> Response:
    """Report of the targets that were changed on the page, and of no others."""
    year, name = _place(entered.request)
    where = {"year": year, "department": name}
    path = f"/{year}/departments/{name}/progress"
    typed = below(unfolded(entered.items()), "progress")
    given: Values = {number: said for number, said in typed.items() if isinstance(said, Mapping)}
    with visiting(entered.request, "forms") as visit:
        known = department.of_reader(visit.look, visit.service, year, name)["targets"]
    if known is None:
        raise NotFound(path)
    same = {str(one["target"]) for one in known if not _changed(one, given.get(str(one["target"]), {}))}
    if given and given.keys() <= same:
        return back(f"{path}?unchanged=1")
    items = [(field, value) for field, value in entered.items() if not _of(field, same)]
    try:
        return back(done.told(path, asked(entered.but(items), BY_NAME["appraisal_report_progress"], where)))
    except (Refused, Unusable) as trouble:
        if isinstance(trouble, Refused) and not theirs(trouble):
            raise
        with visiting(entered.request, "forms") as visit:
            return progress_page(
                visit,
                year,
                name,
                given=given,
                refused=trouble if isinstance(trouble, Refused) else None,
                faults=trouble.faults if isinstance(trouble, Unusable) else None,
            )


def _changed(target: Values, said: Mapping[str, Any]) -> bool:
    percent = "" if target["percent"] is None else str(target["percent"])
    typed = narrow(str(said.get("percent", percent))), kept(str(said.get("note", target["note"])))
    return typed != (percent, target["note"])


def _of(field: str, numbers: set[str]) -> bool:
    """Whether a field is about one of these targets."""
    return field.startswith("progress[") and field[9:].partition("]")[0] in numbers


ROUTES: Final = (read(_PATH, _page), take(_PATH, _take))
