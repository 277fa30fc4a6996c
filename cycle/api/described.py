"""How routes are described: words in both languages, and the problems each may answer with."""

from __future__ import annotations

from typing import Any, Final

from pydantic import BaseModel, Field

from cycle.acts.fields import both
from cycle.api.problems import MEDIA, STATUS

SCHEMA: Final = "Problem"


class UnmetCondition(BaseModel):
    """One condition that does not hold: `code` is stable, `message` is in the reader's language."""

    code: str
    about: str | None = None
    data: dict[str, str | int] = Field(default_factory=dict)
    message: str


class UnusableField(BaseModel):
    """One field that cannot be used as it was sent."""

    field: str
    code: str
    message: str


class RowFault(BaseModel):
    """What is wrong with a row of a file, or where `row` is null with the file; `line` is all of it for people."""

    file: str
    row: int | None
    column: str | None
    code: str
    value: str | None
    message: str
    line: str


class Problem(BaseModel):
    """RFC 9457, with a stable `code`, every unmet condition, every field or row of a file that cannot be used.

    `request` is what the request is called in the log of the service, as in the header X-Request-ID.
    """

    type: str
    title: str
    status: int
    detail: str
    instance: str
    code: str
    request: str
    unmet: list[UnmetCondition] = Field(default_factory=list)
    fields: list[UnusableField] = Field(default_factory=list)
    rows: list[RowFault] = Field(default_factory=list)


READ: Final = (401, 403, 404, 422, 429, 500, 503)
"""What a route that reads may answer instead."""

ACT: Final = (400, 401, 403, 404, 408, 409, 412, 413, 415, 422, 429, 500, 503)
"""What a route that acts may answer instead."""


def summary(code: str) -> str:
    """What a route is for, from the section `api`."""
    return both("api", code)


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The `responses` of a route for these statuses."""
    content = {MEDIA: {"schema": {"$ref": f"#/components/schemas/{SCHEMA}"}}}
    return {status: {"description": _titles(status), "content": content} for status in statuses}


def _titles(status: int) -> str:
    return "; ".join(both("problem", code) for code, number in STATUS.items() if number == status)
