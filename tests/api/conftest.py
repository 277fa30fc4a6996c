"""Programs at the interface: a city at a stage, and whoever of the cast asks with a token of theirs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx2 import Response

from cycle.api.app import build
from cycle.api.limits import Rates
from cycle.clock import SystemClock
from cycle.db import Database
from cycle.documents import portable
from cycle.operations.tokens import mint
from cycle.service import Service
from cycle.settings import Settings
from tests.cast import City, CityAt, city_at, person, templates
from tests.held import ZONE

__all__ = ["city_at", "templates"]


@pytest.fixture(scope="package", autouse=True)
def no_libreoffice() -> Iterator[None]:
    """What is answered must not depend on what else is installed on this machine."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(portable, "program", lambda: None)
        yield


ROOT = "/api/v1"


@dataclass
class Api:
    """A city whose interface is asked. `settings` may be replaced before the first request."""

    city: City
    client: TestClient
    tokens: dict[tuple[str, str], str] = field(default_factory=dict)

    def token(self, who: str, scope: str = "act") -> str:
        """The text of a token of somebody, issued once by themselves."""
        if (who, scope) not in self.tokens:
            made = mint()
            asked = {"person": who, "scope": scope, "purpose": "试用", "days": 300}
            self.city.do("issue_token", person(who), id=made.id, sha256=made.sha256, **asked)
            self.tokens[who, scope] = made.text
        return self.tokens[who, scope]

    def headers(self, who: str, scope: str = "act", **more: str) -> dict[str, str]:
        """What a request of somebody begins with; other headers by name, `_` for `-`."""
        said = {name.replace("_", "-"): value for name, value in more.items()}
        return {"Authorization": f"Bearer {self.token(who, scope)}", **said}

    def get(self, path: str, who: str, **headers: str) -> Response:
        """Read with a token that reads."""
        return self.client.get(ROOT + path, headers=self.headers(who, "read", **headers))

    def post(self, path: str, who: str, body: Mapping[str, Any] | None = None, /, **headers: str) -> Response:
        """Act with a token that acts."""
        return self.client.post(
            ROOT + path, json=None if body is None else dict(body), headers=self.headers(who, **headers)
        )


ApiAt = Callable[..., Api]


@cache
def the_app() -> FastAPI:
    """One application for all: describing two hundred routes takes longer than a test."""
    return build(Service(Database("sqlite:///never-opened.db"), SystemClock(), ZONE), Settings())


def serving(service: Service, **settings: Any) -> FastAPI:
    """The application, at work for `service`; nobody asks too often unless `settings` say so."""
    app = the_app()
    chosen = Settings(**{"api_rate": 1_000_000, "api_failures": 1_000_000, **settings})
    app.state.service, app.state.settings = service, chosen
    app.state.rates = Rates(chosen.api_rate, chosen.api_failures)
    return app


@pytest.fixture
def api_at(city_at: CityAt) -> Iterator[ApiAt]:
    """Makes a city at a stage with its interface, one at a time; further arguments are settings."""
    with ExitStack() as open_:

        def make(stage: str, **settings: Any) -> Api:
            city = city_at(stage)
            return Api(city, open_.enter_context(TestClient(serving(city.service, **settings))))

        yield make
