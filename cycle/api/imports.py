"""Files of rows over the interface: tried or taken in as the command does it, and templates to fill in.

Who may never ask for what a file holds is refused before any of it is read; of the rest each row is judged by itself.
"""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, Field

from cycle.acts.asking import act_of
from cycle.acts.fields import COMMON, Day, Line, Sent
from cycle.api.act_routes import PREFIX, UNBOUND, Key
from cycle.api.described import READ, RowFault, problems, summary
from cycle.api.entry import Acting, ActRoute, Caller, Secured, service_of
from cycle.api.handed_in import FORM_BYTES, form_of, handed_in, missing
from cycle.api.language import language
from cycle.api.paths import YearText
from cycle.api.problems import barring, document
from cycle.api.reads_answers import looking
from cycle.api.threads import in_act_threads
from cycle.board.look import look
from cycle.board.row_changes import told_groups
from cycle.documents.lists import MEDIA
from cycle.grading_files.wording import visible
from cycle.imports.importing import OF_A_YEAR, Imported, import_file
from cycle.imports.reading import MAX_BYTES
from cycle.imports.templates import template
from cycle.imports.wording import entries
from cycle.sight import Seen, shows
from workflows import words
from workflows.errors import Refused, Unmet

router = APIRouter(
    prefix=f"{PREFIX}/imports/{{kind}}", tags=["imports"], dependencies=[Secured], route_class=ActRoute
)

Kind = Literal["roster", "marks", "survey", "results"]
"""`importing.KINDS`."""


class ImportSent(Sent):
    """What comes with a file."""

    dry_run: Annotated[bool, Field(description="只试导，什么也不写 / try it and write nothing")] = False
    accept_good_rows: Annotated[
        bool, Field(description="有问题的行留下，其余照导 / leave out the rows that something is wrong with")
    ] = False
    year: Annotated[YearText | None, Field(description="年度，名册不用 / the year, but for a roster")] = None
    on: Annotated[
        Day | None,
        Field(description="名册中新名称和任职的起始日 / from when a roster's new names and posts hold"),
    ] = None
    reason: Line | None = None
    document: Line | None = None
    on_behalf_of: Line | None = None


class Written(BaseModel):
    """One column that a row would write; `before` is null where nothing stands."""

    column: str
    before: Any
    after: Any


class Alike(BaseModel):
    """Somebody with the same name or e-mail address as somebody new."""

    person: str
    name: str


class ChangedRow(BaseModel):
    """What one row would write: what it is about by ids and names; `line` is all of it for people.

    `warning` where somebody new is like somebody else, perhaps one and the same under another id.
    """

    row: int
    about: list[str]
    name: str
    written: list[Written]
    alike: list[Alike]
    line: str
    warning: str | None


class ChangedRows(BaseModel):
    """The rows of one kind of change: `count` of them, the first ones in `rows`, `left` not shown."""

    what: str
    word: str
    count: int
    rows: list[ChangedRow]
    left: int


class ImportAnswer(BaseModel):
    """What became of the rows; with `dry_run` or `pending`, what would. `faults` says what is wrong with the rest.

    `changes` names the rows that a trial would write, or that wait for a second person.
    """

    kind: str
    file: str
    rows: int
    taken: int
    same: int
    blank: int
    left_out: int
    dry_run: bool
    again: bool
    other_sheets: int
    pending: str | None
    changes: list[ChangedRows]
    faults: list[RowFault]


def wider() -> tuple[tuple[re.Pattern[str], int], ...]:
    """The paths that take a file, and how many bytes."""
    return ((re.compile(rf"{PREFIX}/imports/[a-z]+"), MAX_BYTES + FORM_BYTES),)


@router.post(
    "",
    summary=summary("import_file"),
    response_model=None,
    responses={
        **UNBOUND,
        200: {"model": ImportAnswer},
        202: {"model": ImportAnswer, "description": "待第二人确认 / waits for a second person"},
    },
    openapi_extra=form_of(ImportSent),
)
async def import_rows(request: Request, caller: Acting, kind: Kind, key: Key = None) -> JSONResponse:
    service = service_of(request)
    async with handed_in(request, ImportSent) as (file, called, sent):
        act = act_of(caller.person, {name: sent.get(name) for name in COMMON}, key, token=caller.token)
        if kind in OF_A_YEAR and "year" not in sent:
            raise missing("year")
        how = {
            "dry_run": sent["dry_run"],
            "accept_good": sent["accept_good_rows"],
            "year": sent["year"] if kind in OF_A_YEAR else None,
            "on": sent.get("on", "") if kind == "roster" else "",
        }
        name = PurePosixPath(called.replace("\\", "/")).name

        def take() -> JSONResponse:
            done = import_file(service, kind, name, act, content=file.file.read(MAX_BYTES + 1), **how)
            return _answered(request, caller, done, accept_good=how["accept_good"])

        return await in_act_threads(take)


def _answered(request: Request, caller: Caller, done: Imported, *, accept_good: bool) -> JSONResponse:
    """What was tried, done or waits; a refusal names every fault: 422 for the file's own, else as the rules refuse."""
    service, lang = service_of(request), language(request)
    with service.database.read() as session:
        at = look(session, service.clock.now(), service.zone, lang, caller.person)
        changed = told_groups(at, done.changes)
    wrong = entries(done, lang, at.voice.names)
    if wrong and not done.dry_run and not (accept_good and (done.written or done.same)):
        code = "invalid" if done.faults else barring([one.unmet.code for one in done.refused])
        detail = words.phrase("api", "import_refused", lang, file=visible(done.file))
        return document(request, code, detail=detail, rows=wrong)
    answer: dict[str, Any] = {
        name: getattr(done, name)
        for name in ("kind", "file", "rows", "taken", "same", "blank", "left_out", "dry_run", "again")
    }
    answer |= {"other_sheets": done.others, "pending": done.pending or None}
    answer |= {"changes": changed, "faults": wrong}
    where = {"Location": f"{PREFIX}/pending-acts/{done.pending}"}
    return JSONResponse(answer, 202, where) if done.pending else JSONResponse(answer)


@router.get(
    "/template",
    summary=summary("import_template"),
    response_class=Response,
    responses={
        200: {
            "content": {
                "text/csv": {"schema": {"type": "string"}},
                MEDIA["xlsx"]: {"schema": {"type": "string", "format": "binary"}},
            },
            "description": "待填的表 / the file to fill in",
        },
        **problems(*READ),
    },
)
def import_template(
    request: Request,
    kind: Kind,
    format: Annotated[Literal["csv", "xlsx"], Query()] = "csv",  # noqa: A002 - its name in the query
    year: Annotated[int | None, Query(ge=1000, le=9999)] = None,
    member: Annotated[
        str, Query(max_length=64, description="只要这名考核人员的打分表 / one member's sheet of marks")
    ] = "",
) -> Response:
    with looking(request, "template") as at:
        own = Seen(person=member if kind == "marks" else "")
        if not shows(at.look.reader, "template", own):
            raise Refused(Unmet("role_missing", {"roles": "office"}))
        lang = at.asked.lang
    if kind in OF_A_YEAR and year is None:
        raise RequestValidationError(
            [{"type": "missing", "loc": ("query", "year"), "msg": "", "input": None}]
        )
    made = template(service_of(request), kind, f".{format}", lang, year=year, member=member)
    saved = {"Content-Disposition": f'attachment; filename="{kind}.{format}"'}
    return Response(made.content, media_type=MEDIA[format], headers=saved)
