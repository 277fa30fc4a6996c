"""Routes of papers and of the archive: what was issued about a year, each as a file, a closed year as a whole."""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import Response, StreamingResponse
from pydantic import BaseModel

from cycle.api.described import READ, problems
from cycle.api.entry import Secured
from cycle.api.reads_answers import Number, Word, Year, looking, summary
from cycle.api.reads_shapes import Day
from cycle.board.city import cycle_of
from cycle.documents import handed_out, portable
from cycle.documents.archive import packed
from cycle.documents.lists import MEDIA
from cycle.documents.papers import make, register
from cycle.documents.papers.paper import Stamp

router = APIRouter(prefix="/api/v1", tags=["papers"], dependencies=[Secured])

AsPdf = Annotated[bool, Query(alias="pdf")]
"""As PDF instead of .docx, where LibreOffice is on the server; refused where it is not, and for a sheet."""
SeriesPath = Annotated[str, Path(min_length=1, max_length=200, pattern=r"^[^/\x00]+$")]
KindPath = Annotated[str, Path(pattern=r"^[a-z_]+$", max_length=64)]
DIGEST: Final = "X-Manifest-SHA256"
"""The header with the digest of an archive's list of files, to be kept apart from it."""


class Paper(BaseModel):
    """A paper that was issued. `by`, `by_name` and `void_reason` are null outside of the office, group and audit.

    `year` is the year it is about, `issued_in` the calendar year of its register; `sha256` is of its file as it was
    issued: it is made again with the templates of today.
    """

    subject: str
    symbol: str
    series: str
    issued_in: int
    number: int
    paper: str
    title: str
    year: int
    department: str | None
    name: str | None
    issued_on: Day
    by: str | None
    by_name: str | None
    void: bool
    void_reason: str | None
    sha256: str


def _files(*media: str) -> dict[int | str, dict[str, Any]]:
    """What a route that hands out a file may answer."""
    content = {one: {"schema": {"type": "string", "format": "binary"}} for one in media}
    described = {"content": content, "description": "文件，另存为 / the file, to be saved"}
    return {200: described, **problems(*READ, 409)}


@router.get("/cycles/{year}/papers", summary=summary("papers"), responses=problems(*READ))
def papers(request: Request, year: Year) -> list[Paper]:
    """The newest first; those of which the reader is one whom they are for."""
    with looking(request, "results") as at:
        cycle_of(at.look, year)
        return [Paper.model_validate(one) for one in register.papers(at.look, year)]


@router.get(
    "/cycles/{year}/papers/{kind}",
    name="paper_draft",
    summary=summary("paper_draft"),
    response_class=Response,
    responses=_files(handed_out.DOCX, handed_out.PDF, MEDIA["xlsx"]),
)
def paper_draft(
    request: Request, year: Year, kind: KindPath, department: Word = "", *, as_pdf: AsPdf = False
) -> Response:
    """A paper without number and day, for those who see the business as a whole, or a sheet as the reader sees it."""
    with looking(request, "me") as at:
        made = make(at.look, kind, year, department, own=at.asked.service.templates)
    if as_pdf:
        made = portable.as_pdf(made)
    headers = handed_out.headers(made.name, f"{kind}.{made.name.rpartition('.')[2]}")
    return Response(made.content, media_type=handed_out.media_type(made.name), headers=headers)


@router.get(
    "/papers/{year}/{series}/{number}/file",
    name="paper_file",
    summary=summary("paper"),
    response_class=Response,
    responses=_files(handed_out.DOCX, handed_out.PDF),
)
def paper_file(
    request: Request, year: Year, series: SeriesPath, number: Number, *, as_pdf: AsPdf = False
) -> Response:
    """`year`, `series` and `number` are those of its symbol."""
    with looking(request, "results") as at:
        made = register.file_of(at.look, Stamp(series, year, number).symbol, at.asked.service.templates)
    if as_pdf:
        made = portable.as_pdf(made)
    headers = handed_out.headers(made.name, f"paper-{year}-{number}.{made.name.rpartition('.')[2]}")
    return Response(made.content, media_type=handed_out.media_type(made.name), headers=headers)


@router.get(
    "/cycles/{year}/archive",
    summary=summary("archive"),
    response_class=StreamingResponse,
    responses=_files(handed_out.ZIP),
)
def archive(request: Request, year: Year) -> StreamingResponse:
    """Only of a closed year. It takes its time, and one is made at a time; `verify.py` in it verifies it."""
    with looking(request, packed.RESOURCE) as at:
        packed.require_theirs(at.look, year)
        service = at.asked.service
    made = packed.packed(service, year, request.app.state.settings.home)
    headers = {
        **handed_out.headers(made.name, f"archive-{year}.zip"),
        "Content-Length": str(made.size),
        DIGEST: made.digest,
    }
    return StreamingResponse(made.pieces(), media_type=handed_out.ZIP, headers=headers)
