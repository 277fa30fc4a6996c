"""What somebody is still writing in a form, kept as they type: no act yet, and nobody else's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Final

from fastapi import APIRouter, Body, Depends, Request, Response
from pydantic import BaseModel

from cycle.acts.asking import require_sight
from cycle.acts.fields import Content as ContentSent
from cycle.acts.fields import Sent
from cycle.api.act_routes import PREFIX, only_json
from cycle.api.described import ACT, problems, summary
from cycle.api.entry import Acting, ActRoute, Caller, Secured, service_of
from cycle.api.paths import IdPath, YearPath
from cycle.operations import forms
from cycle.operations.forms import FormDraft
from workflows.errors import NotFound

router = APIRouter(
    prefix=f"{PREFIX}/cycles/{{year}}/appraisals/{{department}}/draft",
    tags=["draft"],
    dependencies=[Secured],
    route_class=ActRoute,
)

_READ: Final = {**problems(*(status for status in ACT if status not in (408, 412, 413, 415)))}
_WRITE: Final = {**problems(*(status for status in ACT if status != 412))}


class DraftSent(Sent):
    """What is in the form so far; nothing of it is checked yet."""

    content: ContentSent


class Draft(BaseModel):
    """A draft of the form now open, and since when it is kept as it is."""

    form: str
    content: Mapping[str, Any]
    at: str


@router.get("", summary=summary("draft"), responses=_READ)
def draft(request: Request, caller: Acting, year: YearPath, department: IdPath) -> Draft:
    key = _visible(request, caller, year, department)
    found = forms.draft_read(service_of(request), caller.person.id, key)
    if found is None:
        raise NotFound(key)
    return _shown(found)


@router.put("", summary=summary("draft_save"), responses=_WRITE, dependencies=[Depends(only_json)])
def draft_save(
    request: Request, caller: Acting, year: YearPath, department: IdPath, sent: Annotated[DraftSent, Body()]
) -> Draft:
    key = _visible(request, caller, year, department)
    return _shown(forms.draft_save(service_of(request), caller.person.id, key, sent.content))


@router.delete("", summary=summary("draft_drop"), status_code=204, responses=_READ)
def draft_drop(request: Request, caller: Acting, year: YearPath, department: IdPath) -> Response:
    key = _visible(request, caller, year, department)
    forms.draft_drop(service_of(request), caller.person.id, key)
    return Response(status_code=204)


def _visible(request: Request, caller: Caller, year: int, department: str) -> str:
    """The key of the department's year. Raises NotFound where the caller may not know of it."""
    key = f"appraisal:{year}:{department}"
    require_sight(service_of(request), caller.person, key)
    return key


def _shown(found: FormDraft) -> Draft:
    return Draft(form=found.form, content=found.content, at=found.at)
