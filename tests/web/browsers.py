"""Real browsers at the pages: headless Chromium, one for each of the cast, at a service on a port of this machine.

Whatever a page asks for outside of this machine, logs to its console or breaks on is kept and held against it.
"""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import uvicorn
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, sync_playwright

from cycle.app import Surfaces, create_app, listen
from cycle.settings import Settings
from cycle.web.entry import COOKIE
from tests.doors import CHEAP, signed_in
from tests.held import Held

AXE: Final = Path(__file__).with_name("vendor") / "axe-core-4.14.1" / "axe.min.js"
GRAVE: Final = ("serious", "critical")
CHROMIUM: Final = shutil.which("chromium") or shutil.which("chromium-browser") or ""
_FLAGS: Final = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync")
_RUN_AXE: Final = (
    "async () => (await axe.run({preload: false})).violations.map("
    "v => [v.impact, v.id, v.nodes[0].html.slice(0, 200)])"
)
"""Style sheets are not fetched a second time: only rules on trial, which do not run, would read them."""


@contextmanager
def served(app: Surfaces) -> Iterator[str]:
    """The application on a free port of this machine; its address."""
    listening = listen("127.0.0.1", 0)
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="on"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
        listening.close()


@dataclass
class Browsers:
    """Browsers of the cast at one city. `seen` are the addresses asked for outside, and what a console said."""

    city: Held
    engine: Browser
    place: str
    settings: Settings
    seen: list[str] = field(default_factory=list)
    _contexts: dict[tuple[str, int], BrowserContext] = field(default_factory=dict)
    _pages: dict[tuple[str, int], Page] = field(default_factory=dict)

    def of(self, who: str, width: int = 1440, lang: str = "") -> Page:
        """Somebody's page; signed in anew each time, since days go by between one look and the next."""
        if (who, width) not in self._pages:
            context = self.engine.new_context(viewport={"width": width, "height": 900}, locale="zh-CN")
            context.set_default_timeout(15_000)
            page = context.new_page()
            page.on("console", self._heard)
            page.on("pageerror", lambda error: self.seen.append(f"broke: {error}"))
            page.on("request", self._asked)
            self._contexts[who, width], self._pages[who, width] = context, page
        if who:
            begun = signed_in(self.city, who, self.settings)
            cookie = {"name": COOKIE, "value": begun.cookie, "url": self.place}
            self._contexts[who, width].add_cookies([cookie])  # type: ignore[list-item] # a dict is what it takes
        return self._pages[who, width]

    def go(self, who: str, path: str, width: int = 1440) -> Page:
        """Somebody opens a page that is there."""
        page = self.of(who, width)
        answer = page.goto(self.place + path)
        assert answer is not None
        assert answer.status == 200, f"{who} {path}: {answer.status} {page.inner_text('body')[:400]}"
        return page

    def press(self, page: Page, button: str, within: str = "main") -> str:
        """Press a button by its words and wait for the page that follows; what that page says."""
        with page.expect_navigation():
            page.locator(within).get_by_role("button", name=button, exact=False).first.click()
        return page.inner_text("body")

    def look(self, page: Page) -> list[object]:
        """What axe finds serious or critical on a page."""
        page.evaluate(AXE.read_text(encoding="utf-8"))
        found: list[list[object]] = page.evaluate(_RUN_AXE)
        return [(urlsplit(page.url).path, *one) for one in found if one[0] in GRAVE]

    def _asked(self, request: Request) -> None:
        if not request.url.startswith(self.place):
            self.seen.append(f"outside: {request.url}")

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.seen.append(f"console: {message.text} {message.location.get('url', '')}")

    def close(self) -> None:
        """Shut every browser."""
        for context in self._contexts.values():
            context.close()


@dataclass
class Engine:
    """One Chromium for all tests of a worker."""

    stack: ExitStack

    @cached_property
    def browser(self) -> Browser:
        """Started when first asked for."""
        playwright = self.stack.enter_context(sync_playwright())
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=list(_FLAGS))
        self.stack.callback(started.close)
        return started


@contextmanager
def browsers_at(city: Held, engine: Engine) -> Iterator[Browsers]:
    """Browsers at a city; the letters' and sign-in's passwords cost next to nothing."""
    settings = Settings()
    app = create_app(settings, city.service)
    app.pages.state.passwords = CHEAP
    with served(app) as place:
        made = Browsers(city, engine.browser, place, settings)
        try:
            yield made
        finally:
            made.close()
