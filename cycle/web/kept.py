"""Pages kept as they were written, for as long as nothing has changed that they were written from.

Whoever looks is found out and may be refused as ever; a page is kept for one person. The session's token and the key
of the form belong to one answer only: what is kept has stand-ins in their place.
"""

from __future__ import annotations

import secrets
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from threading import Lock
from typing import Any, Final

from starlette.responses import HTMLResponse, Response

from cycle.board.moment import Moment
from cycle.web.entry import Visit
from cycle.web.places import places
from cycle.web.unwritten import MARK

MOST: Final = 32
_CSRF: Final = secrets.token_hex(32)
_ONCE: Final = secrets.token_hex(32)
_STAND_INS: Final[Mapping[str, Any]] = {"csrf": _CSRF, "once": lambda: _ONCE}
_OF_ONE_ANSWER: Final = ("done", "waits", MARK)
"""What an address says of the act just done: told once, and by what the history holds."""


class Kept:
    """The pages of one moment, the latest asked for last. Safe for threads."""

    def __init__(self) -> None:
        self._moment: Moment | None = None
        self._pages: OrderedDict[Hashable, Response] = OrderedDict()
        self._lock = Lock()

    def find(self, moment: Moment, key: Hashable) -> Response | None:
        """The page kept under `key`; None also where it is of another moment."""
        with self._lock:
            if moment != self._moment or key not in self._pages:
                return None
            self._pages.move_to_end(key)
            return self._pages[key]

    def keep(self, moment: Moment, key: Hashable, page: Response) -> None:
        """Keep a page; those of another moment go."""
        with self._lock:
            if moment != self._moment:
                self._pages.clear()
                self._moment = moment
            self._pages[key] = page
            while len(self._pages) > MOST:
                self._pages.popitem(last=False)


def kept(visit: Visit, moment: Moment, write: Callable[[Mapping[str, Any]], Response]) -> Response:
    """The page `write` writes with the values it is given, written anew only where none of this moment is kept.

    Whatever it shows has to follow from the moment, the person, their language, the address and the counts of the
    bar. It has one form at most that carries a key of its own.
    """
    asked = visit.request
    if any(name in asked.query_params for name in _OF_ONE_ANSWER):
        return write({})
    pages: Kept = asked.app.state.kept
    key = (visit.person.id, visit.lang, asked.url.path, asked.url.query, places(visit))
    page = pages.find(moment, key)
    if page is None:
        page = write(_STAND_INS)
        pages.keep(moment, key, page)
    text = bytes(page.body)
    for stand_in, own in ((_CSRF, visit.standing.csrf), (_ONCE, secrets.token_hex(16))):
        text = text.replace(stand_in.encode(), own.encode())
    return HTMLResponse(text, page.status_code, {"Content-Language": page.headers["content-language"]})
