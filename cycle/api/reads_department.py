"""Routes that read one department's year: the sheet and each of its parts."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Request, Response

from cycle.api.described import READ, problems
from cycle.api.entry import Secured
from cycle.api.reads_answers import (
    LISTED,
    TAGGED,
    Department,
    Known,
    Page,
    Paged,
    Year,
    looking,
    page,
    summary,
    tagged,
)
from cycle.api.reads_shapes import (
    Appraisal,
    Deadline,
    HistoryRow,
    Line,
    Marks,
    MarkSheet,
    NamedPerson,
    OneForm,
)
from cycle.board import department as sheet

HERE = "/cycles/{year}/appraisals/{department}"
FormName = Annotated[str, Path(pattern="^(plan|midyear|yearend|rectification)$")]

router = APIRouter(prefix="/api/v1", tags=["reading"], dependencies=[Secured])


@router.get(HERE, summary=summary("appraisal"), response_model=Appraisal, responses={**TAGGED})
def appraisal(
    request: Request, response: Response, year: Year, department: Department, known: Known = None
) -> Any:
    """Before the proposal a department is told of deductions and bonuses only. `actions` are the reader's own."""
    with looking(request, "appraisal") as at:
        values = sheet.of_reader(at.look, at.asked.service, year, department)
        others = [one for one in values["receipts"] or () if one["subject"] != values["subject"]]
        return tagged(response, known, values["number"], values, others)


@router.get(f"{HERE}/lines", summary=summary("lines"), response_model=Page[Line], responses={**LISTED})
def lines(request: Request, paging: Paged, year: Year, department: Department) -> Any:
    """Reversed lines too; those the reader does not see are left out."""
    with looking(request, "lines") as at:
        return page(at.look, "lines", sheet.lines(at.look, year, department), paging)


@router.get(
    f"{HERE}/deadlines", summary=summary("deadlines"), response_model=Page[Deadline], responses={**LISTED}
)
def deadlines(request: Request, paging: Paged, year: Year, department: Department) -> Any:
    with looking(request, "deadlines") as at:
        return page(at.look, "deadlines", sheet.deadlines(at.look, year, department), paging)


@router.get(
    f"{HERE}/history",
    summary=summary("appraisal_history"),
    response_model=Page[HistoryRow],
    responses={**LISTED},
)
def appraisal_history(request: Request, paging: Paged, year: Year, department: Department) -> Any:
    """The oldest first. Of its own year a department is not shown what is hidden until the proposal."""
    with looking(request, "history_of_appraisal") as at:
        return page(at.look, "history", sheet.history_of(at.look, year, department), paging)


@router.get(f"{HERE}/forms/{{form}}", summary=summary("form"), response_model=OneForm, responses={**TAGGED})
def form(
    *,
    request: Request,
    response: Response,
    year: Year,
    department: Department,
    form: FormName,
    known: Known = None,
) -> Any:
    with looking(request, "forms") as at:
        values = sheet.form(at.look, year, department, form)
        return tagged(response, known, values["number"], values)


@router.get(f"{HERE}/team", summary=summary("team"), response_model=Page[NamedPerson], responses={**LISTED})
def team(request: Request, paging: Paged, year: Year, department: Department) -> Any:
    with looking(request, "team") as at:
        return page(at.look, "team", sheet.team(at.look, year, department), paging)


@router.get(f"{HERE}/marks", summary=summary("marks"), responses=problems(*READ))
def marks(request: Request, year: Year, department: Department) -> list[Marks]:
    """A member sees their own; the others' once the review is complete. The department sees all at the proposal."""
    with looking(request, "marks") as at:
        return [Marks.model_validate(one) for one in sheet.marks(at.look, year, department)]


@router.get(f"{HERE}/beside", summary=summary("beside"), responses=problems(*READ))
def beside(request: Request, year: Year, department: Department) -> MarkSheet:
    """It has no tag: what it shows is not of one subject."""
    with looking(request, "beside") as at:
        return MarkSheet.model_validate(sheet.beside(at.look, year, department))
