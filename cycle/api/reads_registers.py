"""Routes that read registers: a year's receipts, what its results are used for, a department over the years."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from fastapi import APIRouter, Request
from pydantic import BaseModel

from cycle.api.described import problems
from cycle.api.entry import Secured
from cycle.api.reads_answers import (
    LISTED,
    Department,
    Page,
    Paged,
    Values,
    Word,
    Year,
    looking,
    page,
    summary,
)
from cycle.api.reads_register_shapes import Commended, FileYear, Lost, Moved, ReceiptOfYear, Settled, Talk
from cycle.board import registers
from cycle.board.look import Look

router = APIRouter(prefix="/api/v1", tags=["reading"], dependencies=[Secured])

USES: Final[tuple[tuple[str, Callable[[Look, int], list[Values]], type[BaseModel]], ...]] = (
    ("settlement", registers.settlement, Settled),
    ("eligibility", registers.eligibility, Lost),
    ("commendation", registers.commendation, Commended),
    ("movement", registers.movement, Moved),
    ("talks", registers.talks, Talk),
)
"""What a ratified year's results are used for: the name in the path (and of the resource and the file), its rows."""


@router.get(
    "/cycles/{year}/receipts",
    summary=summary("receipts"),
    response_model=Page[ReceiptOfYear],
    responses={**LISTED},
)
def receipts(
    *, request: Request, paging: Paged, year: Year, department: Word = "", late: bool | None = None
) -> Any:
    """What departments have still to acknowledge; `late`: the working days for it are over."""
    with looking(request, "receipts") as at:
        rows = [
            row
            for row in registers.receipts(at.look, year)
            if department in ("", row["department"]) and late in (None, row["late"])
        ]
        return page(at.look, "receipts", rows, paging)


@router.get(
    "/departments/{department}/years",
    summary=summary("years"),
    response_model=Page[FileYear],
    responses={**LISTED},
)
def years(request: Request, paging: Paged, department: Department) -> Any:
    """Every year with results of this department, the latest first."""
    with looking(request, "years") as at:
        return page(at.look, "years", registers.years(at.look, department), paging)


def _use(name: str, rows: Callable[[Look, int], list[Values]]) -> Callable[..., Any]:
    def use(request: Request, paging: Paged, year: Year) -> Any:
        """Refused (409, `results_not_ratified`) until the results stand."""
        with looking(request, name) as at:
            return page(at.look, name, rows(at.look, year), paging)

    return use


for _name, _rows, _shape in USES:
    router.add_api_route(
        f"/cycles/{{year}}/uses/{_name}",
        _use(_name, _rows),
        name=_name,
        summary=summary(_name),
        response_model=Page[_shape],  # type: ignore[valid-type] # a model of the table
        responses={**LISTED, **problems(409)},
    )
