"""The description of the interface: OpenAPI, and a page that shows it without anything from outside."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from fastapi import APIRouter, FastAPI, Request
from fastapi.openapi.utils import get_openapi
from fastapi.responses import HTMLResponse
from fastapi.staticfiles import StaticFiles
from pydantic import BaseModel

from cycle import __version__
from cycle.api.described import Problem, summary
from cycle.api.language import language
from cycle.api.problems import HOME, STATUS
from workflows import words

STATIC: Final = Path(__file__).with_name("static")
OPENAPI: Final = "/api/v1/openapi.json"
VENDOR: Final = "vendor/swagger-ui-dist-5.35.0"
_POLICY: Final = (
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; object-src 'none';"
    " frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)
_PAGE: Final = """<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<title>{title}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="static/{vendor}/swagger-ui.css">
</head>
<body>
<div id="interface"></div>
<script src="static/{vendor}/swagger-ui-bundle.js"></script>
<script src="static/docs.js"></script>
</body>
</html>
"""

router = APIRouter(prefix="/api/v1", tags=["meta"])


class ProblemKind(BaseModel):
    """A kind of problem; `code` of a problem document, or `forbidden` for every want of permission."""

    code: str
    status: int
    title: str


@router.get("/docs", include_in_schema=False)
async def docs() -> HTMLResponse:
    page = _PAGE.format(title=summary("title"), vendor=VENDOR)
    return HTMLResponse(page, headers={"Content-Security-Policy": _POLICY})


@router.get("/problems", summary=summary("problems"))
async def problem_kinds(request: Request) -> list[ProblemKind]:
    lang = language(request)
    return [
        ProblemKind(code=code, status=status, title=words.word("problem", code, lang))
        for code, status in STATUS.items()
    ]


def mount(app: FastAPI) -> None:
    """Serve the description, and have it name the problem document that every route may answer with."""
    app.include_router(router)
    app.mount("/api/v1/static", StaticFiles(directory=STATIC), name="static")
    app.openapi = lambda: _description(app)  # type: ignore[method-assign] # the framework's own way


def _description(app: FastAPI) -> dict[str, Any]:
    if app.openapi_schema is None:
        found = get_openapi(
            title=summary("title"),
            version=__version__,
            description=summary("about"),
            routes=app.routes,
            tags=app.openapi_tags,
        )
        schemas = found.setdefault("components", {}).setdefault("schemas", {})
        own = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
        schemas |= own.pop("$defs")
        schemas["Problem"] = own
        app.openapi_schema = found
    return app.openapi_schema


assert HOME == "/api/v1/problems"  # noqa: S101 - the type of every problem leads here
