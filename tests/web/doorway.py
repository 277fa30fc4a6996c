"""A browser at the door: what its forms carry, and what it keeps."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any, cast

from httpx2 import Response
from lxml import html
from starlette.testclient import TestClient

from tests.doors import CHEAP, PASSWORD
from tests.web.conftest import Desk


@dataclass
class Doorway:
    """A browser at which nobody has signed in yet, at some address; `secure` where it comes by https."""

    desk: Desk
    address: str = "192.0.2.7"
    secure: bool = False

    def __post_init__(self) -> None:
        self.desk.app.state.passwords = CHEAP
        made = TestClient(
            self.desk.app,
            base_url=f"{'https' if self.secure else 'http'}://kaoping.example",
            client=(self.address, 50000),
            follow_redirects=False,
            raise_server_exceptions=False,
        )
        self.client = self.desk.open_.enter_context(made)

    def other(self, **changes: Any) -> Doorway:
        """Another browser on the same pages."""
        return replace(self, **changes)

    def form(self, path: str, which: str = "") -> dict[str, str]:
        """The fields of a page's form as they stand, the one with the button `which` or the first."""
        page = read(self.client.get(path))
        forms = [form for form in page.forms if not which or which in form.text_content()]
        return {name: value or "" for name, value in forms[0].form_values()}

    def sign_in(
        self, name: str, said: str = PASSWORD, path: str = "/sign-in", /, headers: Any = None, **fields: str
    ) -> Response:
        """Look at the page and send its form."""
        sent = {**self.form(path), "name": name, "password": said, **fields}
        return self.client.post("/sign-in", data=sent, headers=headers)

    def is_in(self) -> bool:
        """Whether somebody has signed in here."""
        return self.client.get("/account").status_code == 200

    def plant(self, secret: str) -> None:
        """The browser keeps the cookie of a session, however it came by it."""
        self.client.cookies.delete("cycle_session") if self.cookie() else None
        self.client.cookies.set("cycle_session", secret, domain="kaoping.example", path="/")

    def cookie(self, name: str = "cycle_session") -> str:
        """What the browser keeps under a name."""
        return str(self.client.cookies.get(f"__Host-{name}" if self.secure else name) or "")


def told(answer: Response) -> str:
    """What a page at the door says went wrong, by its code."""
    found = re.search(r'data-code="(\w+)"', answer.text)
    return found[1] if found else ""


def read(answer: Response) -> html.HtmlElement:
    """A page as it is read."""
    return cast("html.HtmlElement", html.fromstring(answer.text))
