"""The application that answers people: its pages, its files, and what surrounds each of them."""

from __future__ import annotations

from typing import Final

from starlette.applications import Starlette
from starlette.routing import BaseRoute, Mount
from starlette.staticfiles import StaticFiles

from cycle.service import Service
from cycle.settings import Settings
from cycle.web import (
    account,
    accounts,
    amend,
    board,
    calendar,
    cases,
    charge,
    decisions,
    department,
    doing,
    evidence,
    filing,
    first,
    grading,
    guard,
    history,
    home,
    imports,
    lists,
    marking,
    matters,
    own_year,
    papers,
    post,
    progress,
    results,
    review,
    roster,
    roster_forms,
    service,
    setup,
    setup_change,
    setup_dates,
    setup_rules,
    sign_in,
    teams,
    troubles,
    uses,
    weekly,
    year_charts,
)
from cycle.web.kept import Kept
from cycle.web.pages import STATIC

_MODULES: Final = (
    first,
    sign_in,
    account,
    accounts,
    board,
    home,
    filing,
    evidence,
    progress,
    own_year,
    department,
    review,
    matters,
    marking,
    grading,
    amend,
    charge,
    history,
    decisions,
    post,
    calendar,
    service,
    setup,
    setup_rules,
    setup_change,
    setup_dates,
    teams,
    roster_forms,
    roster,
    imports,
    lists,
    results,
    uses,
    year_charts,
    cases,
    weekly,
    papers,
    doing,
)
"""Modules of pages; each has ROUTES."""


def build(service: Service, settings: Settings) -> Starlette:
    """The pages for one office's service. Nothing is read or written before the first request."""
    routes: list[BaseRoute] = [route for module in _MODULES for route in module.ROUTES]
    routes.append(Mount("/static", StaticFiles(directory=STATIC), name="static"))
    app = Starlette(routes=routes)
    app.state.service = service
    app.state.settings = settings
    app.state.kept = Kept()
    troubles.mount(app)
    app.add_middleware(guard.Headers)
    app.add_middleware(guard.Sound)
    return app
