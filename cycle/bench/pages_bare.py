"""The least a page over these tables can be: FastAPI, SQLModel and Jinja2 as their manuals have them.

It asks nobody who they are, hides nothing, words nothing and reckons nothing: every cell is a stored column.
Served by `uvicorn --factory cycle.bench.pages_bare:build`, the database named by the environment.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Final

import sqlalchemy as sa
from fastapi import APIRouter, Depends, FastAPI, Request
from fastapi.responses import HTMLResponse
from fastapi.templating import Jinja2Templates
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from cycle.bench.plain_api import prepare
from cycle.models import DeadlineRow, Subject

STAGES: Final = ("plan", "midyear", "yearend", "central_review", "inspection", "grading", "rectification")
templates = Jinja2Templates(Path(__file__).with_name("templates"))
router = APIRouter()


def build() -> FastAPI:
    """The application on the database at the same settings as the product's."""
    app = FastAPI()
    app.state.engine = engine = sa.create_engine(os.environ["CYCLE_BENCH_DATABASE"])
    if engine.dialect.name == "sqlite":
        sa.event.listen(engine, "connect", prepare)
    app.include_router(router)
    return app


def session_of(request: Request) -> Iterator[Session]:
    with Session(request.app.state.engine) as session:
        yield session


@router.get("/{year}/board", response_class=HTMLResponse)
def board(request: Request, session: Annotated[Session, Depends(session_of)], year: int) -> Any:
    department = aliased(Subject)
    runs = sa.and_(col(DeadlineRow.subject) == Subject.key, col(DeadlineRow.status) == "open")
    its = sa.and_(col(department.kind) == "department", col(department.department) == Subject.department)
    wanted = (
        select(Subject, department, DeadlineRow).join(department, its).join(DeadlineRow, runs, isouter=True)
    )
    wanted = wanted.where(Subject.kind == "appraisal", Subject.year == year)
    found = session.exec(wanted.order_by(col(DeadlineRow.due), col(Subject.key)))
    rows = [_row(appraisal, of, clock) for appraisal, of, clock in found]
    return templates.TemplateResponse(request, "board.html", {"year": year, "rows": rows, "stages": STAGES})


def _row(appraisal: Subject, department: Subject, clock: DeadlineRow | None) -> dict[str, Any]:
    stage, _, phase = appraisal.state.partition(".")
    return {
        "department": appraisal.department,
        "name": json.loads(department.record)["names"][-1]["name"],
        "at": STAGES.index(stage) if stage in STAGES else len(STAGES),
        "phase": phase,
        "who": clock.who if clock else "",
        "due": clock.due[5:] if clock else "",
        "grace": (clock.grace_until or "")[5:] if clock else "",
    }
