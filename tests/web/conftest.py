"""People at the pages: a city at a stage, and whoever of the cast has signed in at a browser of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

import pytest
from httpx2 import Response
from lxml import html
from starlette.applications import Starlette
from starlette.testclient import TestClient

from cycle.documents import portable
from cycle.operations import sessions
from cycle.settings import Settings
from cycle.web.app import build
from cycle.web.entry import COOKIE
from tests.cast import City, CityAt, city_at, templates
from tests.doors import signed_in

__all__ = ["city_at", "templates"]


@pytest.fixture(scope="package", autouse=True)
def no_libreoffice() -> Iterator[None]:
    """What is answered must not depend on what else is installed on this machine."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(portable, "program", lambda: None)
        yield


@dataclass
class Desk:
    """A city whose pages are looked at; each person has a browser with a session begun for them."""

    city: City
    app: Starlette
    settings: Settings
    open_: ExitStack
    browsers: dict[str, TestClient] = field(default_factory=dict)
    begun: dict[str, sessions.Begun] = field(default_factory=dict)

    def browser(self, who: str = "") -> TestClient:
        """Somebody's browser; without a name one at which nobody has signed in."""
        if who not in self.browsers:
            client = self.open_.enter_context(
                TestClient(self.app, follow_redirects=False, raise_server_exceptions=False)
            )
            if who:
                begun = signed_in(self.city, who, self.settings)
                client.cookies.set(COOKIE, begun.cookie)
                self.begun[who] = begun
            self.browsers[who] = client
        return self.browsers[who]

    def speak(self, who: str, lang: str) -> None:
        """Have somebody's browser show its pages in another language."""
        self.browser(who)
        now = self.city.clock.now()
        with self.city.service.database.read() as session:
            standing = sessions.find(session, self.begun[who].cookie, now, self.settings)
        assert standing is not None
        sessions.speak(self.city.service, standing, lang)

    def get(self, path: str, who: str = "", /, **query: str) -> Response:
        """Look at a page."""
        return self.browser(who).get(path, params=query or None)

    def post(self, path: str, who: str, fields: Mapping[str, Any] | None = None, /, **more: Any) -> Response:
        """Send a form as its page would, with the session's own token."""
        browser = self.browser(who)
        sent = {"csrf": self.begun[who].csrf, **(fields or {}), **more}
        return browser.post(path, data=sent)

    def page(self, path: str, who: str, /, **query: str) -> html.HtmlElement:
        """A page that is there, read."""
        answer = self.get(path, who, **query)
        assert answer.status_code == 200, (answer.status_code, answer.text[:2000])
        return html.fromstring(answer.text)


DeskAt = Callable[..., Desk]


@pytest.fixture
def desk_at(city_at: CityAt) -> Iterator[DeskAt]:
    """Makes a city at a stage with its pages; further arguments are settings."""
    with ExitStack() as open_:

        def make(stage: str, **settings: Any) -> Desk:
            city = city_at(stage)
            chosen = Settings(**settings)
            return Desk(city, build(city.service, chosen), chosen, open_)

        yield make
