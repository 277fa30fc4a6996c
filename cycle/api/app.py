"""The application that answers programs: its routes, and what surrounds each of them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI, Request
from fastapi.responses import Response
from fastapi.routing import APIRoute

from cycle.api import (
    act_routes,
    docs,
    drafts,
    evidence,
    health,
    imports,
    papers,
    pending,
    problems,
    reads,
    tokens,
)
from cycle.api.body_limit import Awaited, BodyLimit
from cycle.api.envelope import Envelope
from cycle.api.limits import Rates
from cycle.api.metrics import Figures
from cycle.api.noted import Noted
from cycle.api.threads import read_in_few_threads
from cycle.service import Service
from cycle.settings import Settings


def build(service: Service, settings: Settings) -> FastAPI:
    """The application for one office's service. Nothing is read or written before the first request."""
    app = FastAPI(
        openapi_url=docs.OPENAPI,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=_few_threads,
        generate_unique_id_function=_operation_id,
    )
    app.state.service = service
    app.state.settings = settings
    app.state.rates = Rates(settings.api_rate, settings.api_failures)
    app.state.figures = figures = Figures()
    app.state.awaited = awaited = Awaited()
    problems.mount(app)
    for router in (
        tokens.router,
        pending.router,
        evidence.router,
        imports.router,
        drafts.router,
        act_routes.router(),
        reads.router,
        papers.router,
        health.router,
    ):
        app.include_router(router)
    docs.mount(app)
    # The last added is the outermost.
    wider = (*evidence.wider(settings), *imports.wider())
    most = settings.api_body_limit
    app.add_middleware(BodyLimit, most=most, too_large=_too_large, awaited=awaited, wider=wider)
    app.add_middleware(Envelope)
    app.add_middleware(Noted, figures=figures)
    return app


def _too_large(request: Request) -> Response:
    return problems.document(request, "body_too_large")


def _operation_id(route: APIRoute) -> str:
    return route.name


@asynccontextmanager
async def _few_threads(_app: FastAPI) -> AsyncIterator[None]:
    read_in_few_threads()
    yield
