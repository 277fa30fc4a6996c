"""The letters: what waits, what was sent, what nobody could be reached with; the switch that keeps all of them back."""

from __future__ import annotations

from typing import Any, Final

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from cycle.board import post_office
from cycle.web.entry import visiting
from cycle.web.pages import page
from cycle.web.taking import read, whole
from workflows import words

MANY: Final = 50
Values = dict[str, Any]


def _page(request: Request) -> Response:
    """The office's post office; everybody else's own letters."""
    office = request.url.path == "/mail"
    with visiting(request, "outbox" if office else "letter") as visit:
        asked = request.query_params
        status = asked.get("status", "")
        offset = whole(asked.get("offset", ""))
        rows, total = post_office.letters(
            visit.look, status=status, kind=asked.get("kind", ""), limit=MANY, offset=min(offset, 10**6)
        )
        return page(
            visit,
            "mail.html",
            "mail",
            rows=[_answered(one, visit.lang) for one in rows],
            total=total,
            offset=offset,
            many=MANY,
            chosen=status,
            statuses=tuple(words.catalogue(visit.lang)["mail.status"]),
            standing=post_office.standing(visit.look) if office else None,
            acts="office" in visit.look.reader.roles,
        )


def _letter(request: Request) -> Response:
    with visiting(request, "letter") as visit:
        letter = post_office.letter(visit.look, request.path_params["key"])
        return page(visit, "letter.html", "mail", letter=_answered(letter, visit.lang))


def _answered(letter: Values, lang: str) -> Values:
    """A letter with what came back of it in words."""
    said = post_office.answered(letter["status"], letter["code"], letter["answer"], lang)
    return {**letter, "said": said}


def _shown(request: Request) -> Response:
    """A letter as it is sent, in a frame of its own: its styles are its own, and nothing in it runs."""
    with visiting(request, "letter") as visit:
        letter = post_office.letter(visit.look, request.path_params["key"])
        return HTMLResponse(
            letter["html"] or "",
            headers={
                "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox;"
                " frame-ancestors 'self'",
                "X-Frame-Options": "SAMEORIGIN",
            },
        )


ROUTES: Final = (
    read("/mail", _page),
    read("/letters", _page),
    read("/letters/{key:path}/shown", _shown),
    read("/letters/{key:path}", _letter),
)
