"""Files of rows taken in: tried first, with everything that is wrong and all that would be written, then written.

What was tried goes back to the browser within the page and comes again with the form that writes it: byte for byte the
file that was looked at, with nothing kept here meanwhile, nothing to be cleared away, at whatever process it arrives.
It is judged anew when it comes, as any file is. A browser keeps a field of any length; a part of a form is taken up to
a bound, so the content is cut into as many fields as it needs. The form that tries another file has it as well, unless
it is large: so a reason or a document that was missing can be added without looking for the file again.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import PurePosixPath
from typing import Any, Final

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from cycle.acts.asking import act_of
from cycle.board import city
from cycle.board.look import Look
from cycle.board.row_changes import told_groups
from cycle.documents.lists import MEDIA
from cycle.imports.columns import columns
from cycle.imports.importing import KINDS, OF_A_YEAR, WHOLE, Imported, import_file, rulebook
from cycle.imports.reading import MAX_BYTES, MAX_ROWS
from cycle.imports.templates import template
from cycle.imports.wording import entries
from cycle.sight import Seen, shows
from cycle.web.entry import Visit, service_of, visiting
from cycle.web.forms import day, narrow
from cycle.web.pages import page
from cycle.web.places import year_of
from cycle.web.setup import raise_if_forbidden, tabs
from cycle.web.shown import unmarked
from cycle.web.taking import Entered, read, take
from workflows import words
from workflows.errors import NotFound, Refused, Unmet

Values = dict[str, Any]

DEEDS: Final = ("try", "write", "write_good")
_PIECE: Final = 900_000
"""Letters of a file's content in one field: below what `taking` takes of a part."""
_KEPT_TO_TRY: Final = 1 << 20
"""A file up to so many bytes is kept beside the one in the form that writes it, to be tried again."""
MOST_SENT: Final = MAX_BYTES * 3 // 2
"""Bytes of a form that writes: the largest file as letters, and what comes with it."""
_COMMON: Final = ("reason", "document", "on_behalf_of")
_LEFT_OVER: Final = {"reason": "", "document": "", "on_behalf_of": "", "on": "", "year": ""}


@dataclass(frozen=True, slots=True)
class Given:
    """A file and what came with it; `faults` are the fields that are missing or cannot be used."""

    name: str
    content: bytes
    year: int | None
    on: str
    faults: Mapping[str, str]


def _first(request: Request) -> Response:
    """The page of the first kind the reader may take in."""
    with visiting(request, "template") as visit:
        return RedirectResponse(f"/imports/{_kinds(visit)[0]}", 303)


def _kinds(visit: Visit) -> list[str]:
    """What the reader may take in: the office everything, a reviewer their own sheet of marks."""
    own = visit.person.id
    return [
        kind
        for kind in KINDS
        if shows(visit.look.reader, "template", Seen(person=own if kind == "marks" else ""))
    ]


def _require(visit: Visit, kind: str) -> None:
    """Raises NotFound for a kind there is none of, Refused for one the reader may not take in."""
    if kind not in KINDS:
        raise NotFound(kind)
    if kind not in _kinds(visit):
        raise Refused(Unmet("role_missing", {"roles": "office"}))


def _page(request: Request) -> Response:
    kind = request.path_params["kind"]
    with visiting(request, "template") as visit:
        _require(visit, kind)
        asked = {name: request.query_params.get(name, "") for name in ("year",)}
        return _import(visit, kind, asked)


def _import(
    visit: Visit,
    kind: str,
    typed: Mapping[str, str],
    *,
    status: int = 200,
    faults: Mapping[str, str] | None = None,
    kept: Given | None = None,
    **values: Any,
) -> Response:
    year = year_of(visit)
    office = "office" in visit.look.reader.roles
    given = {**_LEFT_OVER, "on_behalf_of": "team" if office and kind == "marks" else "", **typed}
    known = [one["year"] for one in city.cycles(visit.look)]
    given["year"] = given["year"] or str(min(known, default=year) - 1 if kind in WHOLE else year)
    of = int(given["year"]) if re.fullmatch("[1-9][0-9]{3}", given["year"]) else None
    book = rulebook(visit.service, of if of in known else None)
    shown = {
        "tried": None,
        "wrong": [],
        "changes": [],
        "pieces": [],
        "refused": False,
        "in_the_way": [],
        **values,
    }
    small = kept if kept and len(kept.content) <= _KEPT_TO_TRY else None
    return page(
        visit,
        "imports/import.html",
        "imports",
        status=status,
        here=f"/{year}/setup" if office else f"/{year}/marking",
        tab=tabs(visit, year),
        kind=kind,
        kinds=_kinds(visit),
        of_a_year=kind in OF_A_YEAR,
        whole=kind in WHOLE,
        years=known,
        columns=columns(kind, book),
        given=given,
        faults=dict(faults or {}),
        office=office,
        needs_document=office and kind != "roster",
        reviews="reviewer" in visit.look.reader.roles,
        most_mb=MAX_BYTES >> 20,
        most_rows=MAX_ROWS,
        kept=small.name if small else "",
        kept_pieces=_pieces(small.content) if small else [],
        **shown,
    )


def _take(entered: Entered) -> Response:
    """Try a file, or write what was tried. Raises NotFound for any other deed."""
    kind, did = entered.request.path_params["kind"], entered.text("do")
    if did not in DEEDS:
        raise NotFound(did)
    typed = {name: entered.text(name) for name in _LEFT_OVER}
    with visiting(entered.request, "template") as visit:
        _require(visit, kind)
        given = _given(entered, kind, did)
        if given.faults:
            kept = given if given.name else None
            return _import(visit, kind, typed, status=422, faults=given.faults, kept=kept)
    try:
        found = _imported(entered, kind, did, given)
    except Refused as refused:
        raise_if_forbidden(refused)
        with visiting(entered.request, "template") as visit:
            told = visit.look.voice.entries(refused.unmet)
            return _import(visit, kind, typed, status=409, in_the_way=told, kept=given)
    with visiting(entered.request, "template") as visit:
        return _answered(visit, kind, typed, given, found)


def _imported(entered: Entered, kind: str, did: str, given: Given) -> Imported:
    common = {name: entered.text(name) or None for name in _COMMON}
    return import_file(
        service_of(entered.request),
        kind,
        given.name,
        act_of(entered.person, common, entered.text("once") or None),
        dry_run=did == "try",
        accept_good=did == "write_good",
        year=given.year,
        on=given.on,
        content=given.content,
    )


def _answered(visit: Visit, kind: str, typed: Mapping[str, str], given: Given, found: Imported) -> Response:
    """What was tried, written or waits. A file that was not taken in is kept in the page, to be asked again."""
    wrong = [
        {**one, "message": unmarked(one["message"])}
        for one in entries(found, visit.lang, visit.look.voice.names)
    ]
    refused = bool(wrong) and not found.dry_run and not (found.written or found.same)
    again = found.dry_run or refused
    return _import(
        visit,
        kind,
        typed,
        status=409 if refused else 200,
        tried=found,
        size=len(given.content),
        wrong=[{**one, "heading": _heading(found, one["column"], visit.lang)} for one in wrong],
        changes=_changes(visit.look, found),
        refused=refused,
        again=again,
        pieces=_pieces(given.content) if again and found.taken else [],
        kept=given if again else None,
    )


def _heading(found: Imported, column: str | None, lang: str) -> str:
    return found.headings.get(column, column) if column and lang == "zh" else column or ""


def _changes(look: Look, found: Imported) -> list[Values]:
    """What the rows would write, or would have confirmed: of each what it is about, and what is written, in words."""
    groups = told_groups(look, found.changes)
    for group in groups:
        for row in group["rows"]:
            before = words.phrase(
                "import_change", "row", look.voice.lang, row=row["row"], about=row["name"], written=""
            )
            row["said"] = row["line"].removeprefix(before)
    return groups


def _given(entered: Entered, kind: str, did: str) -> Given:
    faults: dict[str, str] = {}
    name, content = _uploaded(entered) if did == "try" else ("", b"")
    if not name:
        name, content = entered.text("name"), _kept(entered)
    if not name:
        faults["file"] = words.phrase("web.imports", "no_file", entered.lang)
    year, on = None, ""
    if kind in OF_A_YEAR:
        text = narrow(entered.text("year"))
        if re.fullmatch("[1-9][0-9]{3}", text):
            year = int(text)
        else:
            faults["year"] = words.phrase("web.imports", "no_year", entered.lang)
    elif entered.text("on"):
        try:
            on = date.fromisoformat(day(entered.text("on"))).isoformat()
        except ValueError:
            faults["on"] = words.phrase("web.fault", "day", entered.lang)
    return Given(PurePosixPath(name.replace("\\", "/")).name, content, year, on, faults)


def _uploaded(entered: Entered) -> tuple[str, bytes]:
    file = entered.form.get("file")
    if not isinstance(file, UploadFile) or not file.filename:
        return "", b""
    return file.filename, file.file.read(MAX_BYTES + 1)


def _kept(entered: Entered) -> bytes:
    """The content of a file from the fields of its page. Raises NotFound where they are not those of one."""
    pieces = [value for name, value in entered.items() if name == "content"]
    try:
        return base64.b64decode("".join(pieces), validate=True)
    except (binascii.Error, ValueError) as broken:
        raise NotFound("content") from broken


def _pieces(content: bytes) -> Sequence[str]:
    text = base64.b64encode(content).decode()
    return [text[at : at + _PIECE] for at in range(0, len(text), _PIECE)] or [""]


def _template(request: Request) -> Response:
    """The file of a kind to fill in, with the rows that are known beforehand; a reviewer gets their own."""
    kind, ending = request.path_params["kind"], request.path_params["ending"]
    with visiting(request, "template") as visit:
        _require(visit, kind)
        if ending not in ("csv", "xlsx"):
            raise NotFound(ending)
        lang, year = visit.lang, request.query_params.get("year", "")
        member = "" if "office" in visit.look.reader.roles else visit.person.id
        if kind in OF_A_YEAR and not re.fullmatch("[1-9][0-9]{3}", year):
            raise NotFound(kind)
    of = int(year) if kind in OF_A_YEAR else None
    made = template(service_of(request), kind, f".{ending}", lang, year=of, member=member)
    saved = {"Content-Disposition": f'attachment; filename="{kind}.{ending}"'}
    return Response(made.content, media_type=MEDIA[ending], headers=saved)


ROUTES: Final = (
    read("/imports", _first),
    read("/imports/{kind}/template.{ending}", _template),
    read("/imports/{kind}", _page),
    take("/imports/{kind}", _take),
)
