"""The least an interface over these tables can be: FastAPI and SQLModel as their manuals have them.

It asks nobody who they are, hides nothing, words nothing and seals nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Annotated, Any

import sqlalchemy as sa
from fastapi import APIRouter, Depends, FastAPI, Request
from pydantic import BaseModel
from sqlmodel import Session, col, select

from cycle.db import PRAGMAS
from cycle.models import DeadlineRow, History, LineRow, Subject

router = APIRouter()


class Row(BaseModel):
    """An appraisal; `due` is the day of the deadline that runs, where the list tells it."""

    key: str
    year: int
    department: str
    state: str
    number: int
    due: str | None = None


class Sheet(BaseModel):
    """One appraisal with its ledger lines and its deadlines."""

    subject: Subject
    lines: list[LineRow]
    deadlines: list[DeadlineRow]


class Form(BaseModel):
    text: str


def build(url: str) -> FastAPI:
    """The application on a database at the same settings as the product's."""
    app = FastAPI()
    app.state.engine = engine = sa.create_engine(url)
    if engine.dialect.name == "sqlite":
        sa.event.listen(engine, "connect", prepare)
    app.include_router(router)
    return app


def prepare(connection: Any, _record: object) -> None:
    """Give a new SQLite connection the settings of the product."""
    for name, value in PRAGMAS.items():
        connection.execute(f"PRAGMA {name} = {value}")


def session_of(request: Request) -> Iterator[Session]:
    with Session(request.app.state.engine) as session:
        yield session


InSession = Annotated[Session, Depends(session_of)]


@router.get("/{year}/appraisals", response_model=list[Row])
def appraisals(session: InSession, year: int, limit: int) -> Any:
    wanted = select(Subject).where(Subject.kind == "appraisal", Subject.year == year)
    return session.exec(wanted.order_by(Subject.department).limit(limit)).all()


@router.get("/{year}/board", response_model=list[Row])
def board(session: InSession, year: int, limit: int) -> Any:
    runs = sa.and_(col(DeadlineRow.subject) == Subject.key, col(DeadlineRow.status) == "open")
    wanted = select(Subject, DeadlineRow.due).join(DeadlineRow, runs, isouter=True)
    wanted = wanted.where(Subject.kind == "appraisal", Subject.year == year)
    found = session.exec(wanted.order_by(col(DeadlineRow.due), Subject.key).limit(limit)).all()
    return [Row.model_validate({**subject.model_dump(), "due": due}) for subject, due in found]


@router.get("/{year}/appraisals/{department}", response_model=Sheet)
def sheet(session: InSession, year: int, department: str) -> Any:
    key = f"appraisal:{year}:{department}"
    return {
        "subject": session.exec(select(Subject).where(Subject.key == key)).one(),
        "lines": session.exec(select(LineRow).where(LineRow.subject == key)).all(),
        "deadlines": session.exec(select(DeadlineRow).where(DeadlineRow.subject == key)).all(),
    }


@router.post("/{year}/appraisals/{department}/save_form", response_model=Row)
def save_form(session: InSession, year: int, department: str, form: Form) -> Any:
    row = session.exec(select(Subject).where(Subject.key == f"appraisal:{year}:{department}")).one()
    row.number += 1
    row.hash = hashlib.sha256(form.text.encode()).hexdigest()
    session.add(row)
    session.add(
        History(
            subject=row.key,
            number=row.number,
            at="2025-07-01T00:00:00.000000Z",
            action="save_form",
            body=form.text,
            hash=row.hash,
        )
    )
    session.commit()
    session.refresh(row)
    return row
