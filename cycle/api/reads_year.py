"""Routes that read a year: where it stands, its rulebook, its board, its results, its cases."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request, Response

from cycle import queries
from cycle.api.described import READ, problems
from cycle.api.entry import Secured
from cycle.api.reads_answers import (
    LISTED,
    TAGGED,
    Department,
    Known,
    Page,
    Paged,
    Word,
    Year,
    file,
    looking,
    page,
    summary,
    tagged,
)
from cycle.api.reads_city_shapes import (
    Case,
    Cycle,
    Figure,
    OneCase,
    Readiness,
    Results,
    Rulebook,
    Tie,
    Version,
)
from cycle.api.reads_shapes import AppraisalLine, BoardLine
from cycle.board import city
from cycle.board import year as of_year

router = APIRouter(prefix="/api/v1", tags=["reading"], dependencies=[Secured])


@router.get("/cycles", summary=summary("cycles"), response_model=Page[Cycle], responses={**LISTED})
def cycles(request: Request, paging: Paged) -> Any:
    with looking(request, "cycle") as at:
        return page(at.look, "cycles", city.cycles(at.look), paging)


@router.get("/cycles/{year}", summary=summary("cycle"), response_model=Cycle, responses={**TAGGED})
def cycle(request: Request, response: Response, year: Year, known: Known = None) -> Any:
    with looking(request, "cycle") as at:
        row = city.cycle_of(at.look, year)
        return tagged(response, known, row.number, city.cycle_values(at.look, row))


@router.get("/cycles/{year}/readiness", summary=summary("readiness"), responses=problems(*READ))
def readiness(request: Request, year: Year) -> Readiness:
    with looking(request, "readiness") as at:
        return Readiness.model_validate(city.readiness(at.look, year))


@router.get("/cycles/{year}/rulebook", summary=summary("rulebook"), responses=problems(*READ))
def rulebook(request: Request, year: Year) -> Rulebook:
    with looking(request, "rulebook") as at:
        return Rulebook.model_validate(city.rulebook_values(at.look, year))


@router.get(
    "/cycles/{year}/figures", summary=summary("figures"), response_model=Page[Figure], responses={**LISTED}
)
def rulebook_figures(request: Request, paging: Paged, year: Year) -> Any:
    with looking(request, "rulebook") as at:
        return page(at.look, "figures", city.figures(at.look, year), paging)


@router.get("/cycles/{year}/ties", summary=summary("ties"), response_model=Page[Tie], responses={**LISTED})
def ties(request: Request, paging: Paged, year: Year) -> Any:
    with looking(request, "ties") as at:
        rows = city.ties(at.look, year)
        return page(at.look, "ties", [{**row, "names": _names(row)} for row in rows], paging)


def _names(tie: dict[str, Any]) -> list[str]:
    return [one["name"] for one in tie["departments"]]


@router.get(
    "/cycles/{year}/board", summary=summary("board"), response_model=Page[BoardLine], responses={**LISTED}
)
def board(
    *,
    request: Request,
    paging: Paged,
    year: Year,
    state: Word = "",
    category: Word = "",
    lamp: Annotated[Literal["green", "blue", "yellow", "red", "grey", ""], Query()] = "",
    turn: Word = "",
    order: Annotated[Literal["late", "roster"], Query()] = "late",
) -> Any:
    """`state` is a state or a stage, `turn` a post, a role or a person."""
    with looking(request, "appraisal") as at:
        rows = [
            row
            for row in of_year.board_of(at.look, year, order=order)
            if state in ("", row["state"], row["state"].partition(".")[0])
            and category in ("", row["category"])
            and lamp in ("", row["lamp"]["colour"])
            and (not turn or turn in row["turn"])
        ]
        return page(at.look, "board", rows, paging)


@router.get(
    "/cycles/{year}/appraisals",
    summary=summary("appraisals"),
    response_model=Page[AppraisalLine],
    responses={**LISTED},
)
def appraisals(request: Request, paging: Paged, year: Year, state: Word = "", category: Word = "") -> Any:
    """`state` is a state or a stage."""
    with looking(request, "appraisal") as at:
        rows = [
            row
            for row in of_year.appraisals(at.look, year)
            if state in ("", row["state"], row["state"].partition(".")[0])
            and category in ("", row["category"])
        ]
        return page(at.look, "appraisals", rows, paging)


@router.get(
    "/cycles/{year}/results",
    summary=summary("results"),
    response_model=Results,
    responses={**LISTED},
)
def results(
    request: Request,
    year: Year,
    status: Annotated[Literal["proposed", "ratified", "imported", ""], Query()] = "",
    version: Annotated[int | None, Query(ge=1, le=10_000)] = None,
    format: Annotated[Literal["json", "csv", "xlsx"], Query()] = "json",  # noqa: A002 - its name in the query
) -> Any:
    """By default the proposal that stands, else the latest version. Not cut into pages: ranks need the whole."""
    with looking(request, "results") as at:
        found = of_year.results(at.look, year, status, version)
        return found if format == "json" else file(at.look, "results", format, found["results"])


@router.get(
    "/cycles/{year}/results/versions",
    summary=summary("result_versions"),
    responses=problems(*READ),
)
def result_versions(request: Request, year: Year) -> list[Version]:
    with looking(request, "results") as at:
        return [Version.model_validate(one) for one in of_year.versions(at.look, year)]


@router.get("/cases", summary=summary("cases"), response_model=Page[Case], responses={**LISTED})
def cases(request: Request, paging: Paged, state: Word = "") -> Any:
    with looking(request, "case") as at:
        rows = [row for row in city.cases(at.look) if state in ("", row["state"])]
        return page(at.look, "cases", rows, paging)


@router.get(
    "/cycles/{year}/cases", summary=summary("cases_of_year"), response_model=Page[Case], responses={**LISTED}
)
def cases_of_year(request: Request, paging: Paged, year: Year) -> Any:
    with looking(request, "case") as at:
        return page(at.look, "cases", city.cases(at.look, year), paging)


@router.get(
    "/cycles/{year}/cases/{department}", summary=summary("case"), response_model=OneCase, responses={**TAGGED}
)
def case(
    request: Request, response: Response, year: Year, department: Department, known: Known = None
) -> Any:
    with looking(request, "case") as at:
        row = city.case_of(at.look, year, department)
        texts = row.record.get("texts", {})
        values = {
            **city.case_values(at.look, row),
            "number": row.number,
            "report": queries.text(at.look.session, row.record["report"]),
            "texts": {action: queries.text(at.look.session, kept) for action, kept in texts.items()},
        }
        return tagged(response, known, row.number, values)
