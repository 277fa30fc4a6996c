"""Routes: a page is read in a thread; a form is taken only from who was shown it, then handled in a thread.

`read` and `take` make the routes of a module of pages. What a handler raises becomes a page: see `troubles`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.convertors import Convertor, register_url_convertor
from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from cycle.operations.sessions import Standing
from cycle.people import Person
from cycle.web import guard
from cycle.web.entry import service_of, standing_of

MOST_FIELDS: Final = 4000
MOST_FILES: Final = 20
_PART_BYTES: Final = 1_000_000


class _Year(Convertor[int]):
    """Four digits in a path: `{year:year}`."""

    regex = "[1-9][0-9]{3}"

    def convert(self, value: str) -> int:
        """The number."""
        return int(value)

    def to_string(self, value: int) -> str:
        """The digits."""
        return f"{value:04}"


register_url_convertor("year", _Year())


@dataclass(frozen=True)
class Entered:
    """A form somebody sent: who, and what is in it."""

    request: Request
    person: Person
    form: FormData
    lang: str = "zh"

    def text(self, name: str) -> str:
        """A field's text; empty where there is none, or a file."""
        value = self.form.get(name)
        return value.strip() if isinstance(value, str) else ""

    def items(self) -> list[tuple[str, str]]:
        """Every field that is text, in the order of the form."""
        return [(name, value) for name, value in self.form.multi_items() if isinstance(value, str)]

    def but(self, items: list[tuple[str, str]]) -> Entered:
        """The same form with other fields."""
        fields: list[tuple[str, str | UploadFile]] = list(items)
        return Entered(self.request, self.person, FormData(fields), self.lang)


def read(path: str, handler: Callable[[Request], Response]) -> Route:
    """A page."""
    return Route(path, handler, methods=["GET"])


def take(path: str, handler: Callable[[Entered], Response]) -> Route:
    """Where a form is sent to."""

    async def endpoint(request: Request) -> Response:
        standing, who = await run_in_threadpool(_who, request)
        async with request.form(
            max_files=MOST_FILES, max_fields=MOST_FIELDS, max_part_size=_PART_BYTES
        ) as form:
            guard.check_csrf(request, form, standing)
            entered = Entered(request, who, form, standing.lang or who.lang)
            return await run_in_threadpool(handler, entered)

    return Route(path, endpoint, methods=["POST"])


def _who(request: Request) -> tuple[Standing, Person]:
    """Who sends a form, before anything of it is read: nobody else fills our disk. Raises NotSignedIn."""
    service = service_of(request)
    with service.database.read() as session:
        return standing_of(request, session, service.clock.now())


def back(path: str) -> Response:
    """On to a page after a form was taken; only to a path of our own."""
    return RedirectResponse(local(path), 303)


def local(path: str, otherwise: str = "/") -> str:
    """The path if it is one of our own, else `otherwise`: nobody is sent elsewhere by an address they were given."""
    sound = path.startswith("/") and not path.startswith("//") and "\\" not in path and path.isprintable()
    return path if sound else otherwise
