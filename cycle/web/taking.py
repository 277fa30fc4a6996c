"""Routes: a page is read in a thread; a form is taken only from who was shown it, then handled in a thread.

`read` and `take` make the routes of a module of pages. What a handler raises becomes a page: see `troubles`.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.convertors import Convertor, register_url_convertor
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
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
_WHOLE: Final = re.compile(r"[0-9]{1,9}")


class _Year(Convertor[int]):
    """Four digits in a path: `{year:year}`."""

    regex = "[1-9][0-9]{3}"

    def convert(self, value: str) -> int:
        """The number."""
        return int(value)

    def to_string(self, value: int) -> str:
        """The digits."""
        return f"{value:04}"


class _Number(Convertor[int]):
    """The number of a matter or of a piece of evidence in a path: `{number:number}`."""

    regex = "[1-9][0-9]{0,8}"

    def convert(self, value: str) -> int:
        """The number."""
        return int(value)

    def to_string(self, value: int) -> str:
        """The digits."""
        return str(value)


register_url_convertor("year", _Year())
register_url_convertor("number", _Number())


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
        async with form_of(request, files=MOST_FILES, fields=MOST_FIELDS) as form:
            guard.check_csrf(request, form, standing)
            entered = Entered(request, who, form, standing.lang or who.lang)
            return await run_in_threadpool(handler, entered)

    return Route(path, endpoint, methods=["POST"])


@asynccontextmanager
async def form_of(request: Request, *, files: int, fields: int) -> AsyncIterator[FormData]:
    """The form of a request, of at most so many files and fields. Raises HTTPException for what is none."""
    try:
        form = await request.form(max_files=files, max_fields=fields, max_part_size=_PART_BYTES)
    except UnicodeError as broken:
        raise HTTPException(400) from broken
    try:
        yield _sound(form)
    finally:
        await form.close()


def _sound(form: FormData) -> FormData:
    """The form with U+FFFD for what no text may hold: a NUL, or half of a surrogate pair."""
    fields = [(name, _text(value)) for name, value in form.multi_items()]
    return form if fields == form.multi_items() else FormData(fields)


def _text(value: str | UploadFile) -> str | UploadFile:
    if not isinstance(value, str):
        return value
    return re.sub("[\0\ud800-\udfff]", "\ufffd", value)


def _who(request: Request) -> tuple[Standing, Person]:
    """Who sends a form, before anything of it is read: nobody else fills our disk. Raises NotSignedIn."""
    service = service_of(request)
    with service.database.read() as session:
        return standing_of(request, session, service.clock.now())


def back(path: str) -> Response:
    """On to a page after a form was taken; only to a path of our own."""
    return RedirectResponse(local(path), 303)


def whole(text: str) -> int:
    """A whole number as an address or a hidden field has it; 0 for any other text."""
    return int(text) if _WHOLE.fullmatch(text) else 0


def local(path: str, otherwise: str = "/") -> str:
    """The path if it is one of our own, else `otherwise`: nobody is sent elsewhere by an address they were given."""
    sound = path.startswith("/") and not path.startswith("//") and "\\" not in path and path.isprintable()
    return path if sound else otherwise
