"""Routes that read the matters of a year: two for each kind, a list and one matter by its number.

A kind's fields stand in `record` as its operations keep them; what not everybody sees of them is named in
`cycle.board.matters.HIDDEN`, who sees the kind at all in `cycle.sight`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from fastapi import APIRouter, Request, Response

from cycle.api.entry import Secured
from cycle.api.reads_answers import (
    LISTED,
    TAGGED,
    Department,
    Known,
    Number,
    Page,
    Paged,
    Word,
    Year,
    looking,
    page,
    summary,
    tagged,
)
from cycle.api.reads_shapes import Matter
from cycle.board import matters
from workflows.matters import MATTERS

PLURAL: Final = {"bonus": "bonuses", "duty": "duties", "evidence": "evidence"}
"""What the matters of a kind are called in a path, where it is not the kind with an s."""

router = APIRouter(prefix="/api/v1", tags=["reading"], dependencies=[Secured])


def plural(kind: str) -> str:
    """The matters of a kind in a path."""
    return PLURAL.get(kind, f"{kind}s")


def _list(kind: str) -> Callable[..., Any]:
    def listed(
        *,
        request: Request,
        paging: Paged,
        year: Year,
        department: Word = "",
        state: Word = "",
        undecided: bool | None = None,
    ) -> Any:
        with looking(request, kind) as at:
            rows = [
                row
                for row in matters.of_year(at.look, kind, year)
                if department in ("", row["department"])
                and state in ("", row["state"])
                and undecided in (None, row["undecided"])
            ]
            return page(at.look, plural(kind), rows, paging)

    return listed


def _one(kind: str) -> Callable[..., Any]:
    def one(
        *,
        request: Request,
        response: Response,
        year: Year,
        department: Department,
        number: Number,
        known: Known = None,
    ) -> Any:
        with looking(request, kind) as at:
            values = matters.one(at.look, kind, year, department, number)
            return tagged(response, known, values["number"], values)

    return one


for _kind in MATTERS:
    _many = "evidences" if plural(_kind) == _kind else plural(_kind)
    router.add_api_route(
        f"/cycles/{{year}}/{plural(_kind)}",
        _list(_kind),
        name=f"{_kind}_list",
        summary=summary(_many),
        response_model=Page[Matter],
        responses={**LISTED},
    )
    router.add_api_route(
        f"/cycles/{{year}}/{plural(_kind)}/{{department}}/{{number}}",
        _one(_kind),
        name=_kind,
        summary=summary(_kind),
        response_model=Matter,
        responses={**TAGGED},
    )
