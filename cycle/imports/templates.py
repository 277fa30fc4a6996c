"""Files to fill in: the headings, and every row that is known beforehand."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from cycle import queries
from cycle.db import Session
from cycle.documents.lists import ENDINGS, listed
from cycle.imports.columns import columns, entries, levels
from cycle.imports.importing import rulebook
from cycle.people import holder, name_on
from cycle.queries import SubjectRow
from cycle.service import Service
from workflows import marking, words
from workflows.registry_guards import POSTS
from workflows.rulebook import Rulebook
from workflows.scoring import show
from workflows.workdays import local_day

Cells = Mapping[str, str | int]


@dataclass(frozen=True, slots=True)
class Template:
    """A file's content, and how many rows stand under its headings."""

    content: bytes
    rows: int


@dataclass(frozen=True, slots=True)
class _Desk:
    session: Session
    book: Rulebook
    lang: str
    day: date
    year: int
    member: str


def template(
    service: Service, kind: str, ending: str, lang: str, *, year: int | None = None, member: str = ""
) -> Template:
    """The file of a kind (importing.KINDS) to fill in; `ending` is one of ENDINGS, headings in `lang`.

    Those of a year need `year`; `member` leaves the rows of one member in a sheet of marks.
    """
    book = rulebook(service, year)
    with service.database.read() as session:
        day = local_day(service.clock.now(), service.zone)
        rows = list(_ROWS[kind](_Desk(session, book, lang, day, year or 0, member)))
    head = [(column.name, column.zh if lang == "zh" else column.name) for column in columns(kind, book)]
    head[3:3] = [(name, words.phrase("import_beside", name, lang)) for name in _BESIDE.get(kind, ())]
    table = [[row.get(name, "") for name, _ in head] for row in rows]
    return Template(listed(ENDINGS[ending], kind, [title for _, title in head], table), len(rows))


_BESIDE: Final = {"marks": ("indicator", "most")}
"""Columns that only tell whoever fills in the others."""


def _roster(desk: _Desk) -> Iterator[Cells]:
    categories = entries(desk.book, "categories")
    for row in _active(desk.session, "department"):
        record = row.record
        yield {
            "kind": words.word("import_kind", "department", desk.lang),
            "id": row.department,
            "name": record["names"][-1]["name"],
            "category": categories[record["category"]][desk.lang],
            "aliases": "、".join(record["aliases"]),
            **{post: holder(record, post, desk.day) for post in POSTS},
        }
    for row in _active(desk.session, "person"):
        record = row.record
        yield {
            "kind": words.word("import_kind", "person", desk.lang),
            "id": row.key.partition(":")[2],
            "name": record["name"],
            "email": record["email"],
            "home": record["home"],
            "roles": "、".join(words.word("role", role, desk.lang) for role in record["roles"]),
            "office_head": words.word("import_kind", "yes", desk.lang) if record.get("office_head") else "",
        }


def _active(session: Session, kind: str) -> Sequence[SubjectRow]:
    return [row for row in queries.of_kind(session, kind) if row.state == "active"]


def _marks(desk: _Desk) -> Iterator[Cells]:
    for appraisal, name in _appraised(desk):
        for member in marking.team(appraisal.record) or [""]:
            if desk.member in ("", member):
                for indicator in desk.book.indicators:
                    yield {
                        "department": name,
                        "member": member,
                        "item": indicator.id,
                        "indicator": indicator.zh if desk.lang == "zh" else indicator.en,
                        "most": show(indicator.points),
                    }


def _survey(desk: _Desk) -> Iterator[Cells]:
    items: Mapping[str, Mapping[str, Any]] = entries(desk.book, "parts")["public"]
    blank = dict.fromkeys(levels(desk.book), "")
    for _, name in _appraised(desk):
        for entry in items.values():
            yield {"department": name, "item": entry[desk.lang], **blank}


def _appraised(desk: _Desk) -> Iterator[tuple[SubjectRow, str]]:
    """The appraisals of the year that count, with what their department is called."""
    names = {
        row.department: name_on(row.record, desk.day) for row in queries.of_kind(desk.session, "department")
    }
    for row in queries.of_year(desk.session, "appraisal", desk.year):
        if row.state != "exempted":
            yield row, names[row.department]


def _results(desk: _Desk) -> Iterator[Cells]:
    for row in _active(desk.session, "department"):
        yield {"department": name_on(row.record, desk.day), "year": desk.year or ""}


_ROWS: Final[Mapping[str, Callable[[_Desk], Iterator[Cells]]]] = {
    "roster": _roster,
    "marks": _marks,
    "survey": _survey,
    "results": _results,
}
