"""A file that is handed in with the fields of its act, as one form."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, Final

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from starlette.datastructures import UploadFile

from cycle.acts.fields import Sent
from cycle.api.problems import Problem

FORM_BYTES: Final = 65_536
"""What a form holds beside its file."""


def form_of(model: type[Sent]) -> dict[str, Any]:
    """The description of a form with one file and the fields of `model`."""
    schema = model.model_json_schema()
    file = {"type": "string", "contentMediaType": "application/octet-stream"}
    schema["properties"] = {"file": file, **schema["properties"]}
    schema["required"] = ["file", *schema.get("required", ())]
    return {"requestBody": {"required": True, "content": {"multipart/form-data": {"schema": schema}}}}


@asynccontextmanager
async def handed_in(
    request: Request, model: type[Sent]
) -> AsyncIterator[tuple[UploadFile, str, dict[str, Any]]]:
    """The file, its name, and the fields that were sent. Raises Problem, RequestValidationError."""
    if not request.headers.get("content-type", "").casefold().startswith("multipart/form-data"):
        raise Problem("media_type")
    async with request.form(max_files=1, max_fields=20, max_part_size=FORM_BYTES) as form:
        file = form.get("file")
        if not isinstance(file, UploadFile) or not file.filename:
            raise missing("file")
        values = _sent(model, {name: value for name, value in form.items() if name != "file"})
        yield file, file.filename, values


def missing(field: str) -> RequestValidationError:
    """What is raised where a field has to be there and is not."""
    return RequestValidationError([{"type": "missing", "loc": ("body", field), "msg": "", "input": None}])


def _sent(model: type[Sent], values: Mapping[str, Any]) -> dict[str, Any]:
    try:
        return model.model_validate(values).model_dump(exclude_none=True)
    except ValidationError as error:
        raise RequestValidationError(
            [{**fault, "loc": ("body", *fault["loc"])} for fault in error.errors()]
        ) from error
