"""What goes wrong, as RFC 9457 problem documents: a stable code, words in the reader's language, never a trace.

A route raises what the operations raise (Refused, Conflict, NotFound) or a `Problem`; the handlers here word it.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from cycle.acts.fields import ID_PATTERN
from cycle.api.language import language
from cycle.board import names
from cycle.db import UNREACHABLE, DatabaseUnfit, Overtaken
from cycle.logs import REQUEST, place
from cycle.service import Service
from workflows import words
from workflows.errors import Conflict, NotFound, Outdated, Refused, Unmet
from workflows.rulebook import RulebookInvalid
from workflows.workdays import local_day

LOG: Final = logging.getLogger("cycle.api")
MEDIA: Final = "application/problem+json"
HOME: Final = "/api/v1/problems"

STATUS: Final[Mapping[str, int]] = MappingProxyType(
    {
        "malformed": 400,
        "version_unused": 400,
        "unauthenticated": 401,
        "forbidden": 403,
        "token_reads_only": 403,
        "not_found": 404,
        "method_not_allowed": 405,
        "too_slow": 408,
        "conflict": 409,
        "refused": 409,
        "overtaken": 412,
        "body_too_large": 413,
        "media_type": 415,
        "invalid": 422,
        "too_many_requests": 429,
        "unexpected": 500,
        "unavailable": 503,
        "ending": 503,
    }
)
"""Every code of a problem and its status. Beside them a refusal for want of permission bears its own code."""

PERMISSION: Final = frozenset(
    {
        "role_missing",
        "relation_missing",
        "recused",
        "own_record",
        "behalf_not_possible",
        "second_person_same",
        "second_person_same_home",
        "not_own_act",
    }
)
"""Codes of refusals for want of permission: 403."""

UNUSABLE: Final = frozenset({"value_unusable", "text_too_long", "not_one_line", "date_malformed"})
"""Codes of refusals because a value cannot be used, whatever the circumstances: 422."""

_BETWEEN: Final = {"zh": "；", "en": " "}
_BY_STATUS: Final = {
    400: "malformed",
    404: "not_found",
    405: "method_not_allowed",
    408: "too_slow",
    413: "body_too_large",
    503: "ending",
}


class Problem(Exception):
    """Something of the surface itself is in the way: `code` is one of STATUS, `data` fills its sentence."""

    def __init__(self, code: str, *, headers: Mapping[str, str] | None = None, **data: object) -> None:
        super().__init__(code)
        self.code = code
        self.data = data
        self.headers = dict(headers or {})


def document(
    request: Request,
    code: str,
    *,
    detail: str = "",
    unmet: Sequence[Mapping[str, Any]] = (),
    fields: Sequence[Mapping[str, Any]] = (),
    rows: Sequence[Mapping[str, Any]] = (),
    headers: Mapping[str, str] | None = None,
    data: Mapping[str, object] = MappingProxyType({}),
) -> JSONResponse:
    """One problem. A code that is not in STATUS is one of permission."""
    lang = language(request)
    known = code if code in STATUS else "forbidden"
    body: dict[str, Any] = {
        "type": f"{HOME}#{known}",
        "title": words.word("problem", known, lang),
        "status": STATUS[known],
        "detail": detail or words.phrase("problem.detail", known, lang, **data),
        "instance": request.url.path,
        "code": code,
        "request": REQUEST.get(),
    }
    if unmet:
        body["unmet"] = list(unmet)
    if fields:
        body["fields"] = list(fields)
    if rows:
        body["rows"] = list(rows)
    said = {"Content-Language": "zh-CN" if lang == "zh" else "en", "Vary": "Accept-Language"}
    return JSONResponse(body, STATUS[known], {**said, **(headers or {})}, MEDIA)


def mount(app: FastAPI) -> None:
    """Word everything that can go wrong in a route."""
    for kind, handler in (
        (Problem, _problem),
        (Refused, _refused),
        (RulebookInvalid, _unsound),
        (Outdated, _outdated),
        (Conflict, _conflict),
        (NotFound, _not_found),
        (RequestValidationError, _invalid),
        (HTTPException, _http),
        (Overtaken, _unavailable),
        (DatabaseUnfit, _unavailable),
        *((error, _unavailable) for error in UNREACHABLE),
    ):
        app.add_exception_handler(kind, handler)


def _problem(request: Request, error: Any) -> JSONResponse:
    return document(request, error.code, headers=error.headers, data=error.data)


def _refused(request: Request, error: Any) -> JSONResponse:
    """Every unmet condition with its sentence, as a value and in words."""
    lang = language(request)
    told = entries(request, error.unmet)
    detail = _BETWEEN[lang].join(entry["message"] for entry in told)
    return document(request, barring([unmet.code for unmet in error.unmet]), detail=detail, unmet=told)


def barring(codes: Sequence[str]) -> str:
    """The code of the problem that a refusal with these codes is."""
    barred = [code for code in codes if code in PERMISSION]
    return barred[0] if barred else "invalid" if codes and set(codes) <= UNUSABLE else "refused"


def entries(request: Request, unmet: Sequence[Unmet]) -> list[dict[str, Any]]:
    """Unmet conditions as plain values with their sentences."""
    lang, service = language(request), _service(request)
    with service.database.read() as session:
        called = names.called(session, local_day(service.clock.now(), service.zone), lang)
    return [
        {
            "code": each.code,
            "about": each.about or None,
            "data": dict(each.data),
            "message": words.say(each, lang, called),
        }
        for each in unmet
    ]


def _service(request: Request) -> Service:
    service: Service = request.app.state.service
    return service


def _unsound(request: Request, error: Any) -> JSONResponse:
    paths = ",".join(fault.path for fault in error.faults)
    return _refused(request, Refused(Unmet("rulebook_invalid", {"figures": paths})))


def _outdated(request: Request, error: Any) -> JSONResponse:
    return document(
        request, "overtaken", headers={"ETag": f'"{error.number}"'}, data={"number": error.number}
    )


def _conflict(request: Request, error: Any) -> JSONResponse:
    """Where only the database gave way to another transaction there is nothing to decide anew: ask again."""
    if isinstance(error.__cause__, Overtaken):
        return _unavailable(request, error)
    return document(request, "conflict")


def _not_found(request: Request, _error: Any) -> JSONResponse:
    return document(request, "not_found")


def _invalid(request: Request, error: Any) -> JSONResponse:
    """Which field of what was sent cannot be used; a body that is no JSON at all is malformed."""
    found = error.errors()
    if any(fault["type"] == "json_invalid" for fault in found):
        return document(request, "malformed")
    lang = language(request)
    fields = [
        {
            "field": ".".join(str(part) for part in fault["loc"] if part != "body") or "body",
            "code": fault["type"],
            "message": _wording(fault, lang),
        }
        for fault in found
    ]
    return document(request, "invalid", fields=fields)


def _wording(fault: Mapping[str, Any], lang: str) -> str:
    known, about = words.catalogue(lang)["problem.field"], fault.get("ctx", {})
    code = "id_pattern" if about.get("pattern") == ID_PATTERN else fault["type"]
    text = known.get(code, known["other"])
    return text.format_map({key: value for key, value in about.items() if key != "error"})


def _http(request: Request, error: Any) -> JSONResponse:
    return document(request, _BY_STATUS.get(error.status_code, "malformed"), headers=error.headers)


def _unavailable(request: Request, error: Any) -> JSONResponse:
    LOG.warning("database unavailable", exc_info=error, extra={"fields": place(request.scope)})
    return document(request, "unavailable", headers={"Retry-After": "5"})
