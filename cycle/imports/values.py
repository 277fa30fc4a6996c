"""The cells of each kind of row as the plain values its operation asks for; every faulty cell is a fault."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

from cycle.grading_files.cells import Cells
from cycle.grading_files.columns import Row, is_blank
from cycle.grading_files.faults import Fault
from cycle.imports import columns
from workflows import words
from workflows.registry_guards import APART, BUSINESS_ROLES
from workflows.rulebook import GRADES, Rulebook
from workflows.scoring import folded, to_hundredths

MAX_TEXT: Final = 2000
_MAX_COUNT: Final = 100_000_000
_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_EMAIL = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
_BETWEEN = re.compile(r"[、,，;；]")
_UNSEEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
_OF_KIND: Final = {
    "department": ("category", "aliases", "liaison", "head", "leader"),
    "person": ("email", "home", "roles", "office_head"),
}
"""What a roster says of each kind and of no other."""


@dataclass(frozen=True, slots=True)
class Choice:
    """The codes a cell may mean, by everything each of them is called."""

    codes: Mapping[str, str]
    offered: str

    @classmethod
    def of(cls, known: Mapping[str, Sequence[str]]) -> Choice:
        """From the words of each code, its own text beside them; the last of them is what is offered."""
        codes: dict[str, str] = {}
        for code, called in known.items():
            for one in (code, *called):
                codes.setdefault(folded(one).casefold(), code)
        return cls(codes, " ".join(called[-1] if called else code for code, called in known.items()))

    @classmethod
    def worded(cls, section: str, codes: Sequence[str]) -> Choice:
        """Codes by the words of one section, in every language."""
        langs = tuple(reversed(words.LANGS))
        return cls.of({code: tuple(words.word(section, code, lang) for lang in langs) for code in codes})

    def meant(self, text: str) -> str:
        """The code meant by a text; empty where it is none of them."""
        return self.codes.get(folded(text).casefold(), "")


_KINDS: Final = Choice.of({"department": ("department", "部门"), "person": ("person", "人员")})
_YES_OR_NO: Final = Choice.of({"no": ("no", "false", "0", "否"), "yes": ("yes", "true", "1", "是")})


@dataclass
class Values:
    """Reads rows of one file. `blank` counts those a template offered and nobody filled in.

    What cells may mean is looked up in the rulebook and the words once, when the first of them is read.
    """

    file: str
    book: Rulebook
    year: int
    cells: Cells = field(init=False)
    blank: int = 0
    missing: dict[str, None] = field(default_factory=dict)
    """Columns the file does not have and a row of it needs."""

    def __post_init__(self) -> None:
        self.cells = Cells(self.file)

    def read(self, kind: str, rows: Sequence[Row]) -> tuple[list[dict[str, Any]], list[Fault]]:
        """The rows without a fault as plain values, and all faults in the order of the rows."""
        seen: dict[tuple[str, ...], int] = {}
        found = []
        for row in rows:
            before = len(self.cells.faults)
            values = _READERS[kind](self, row)
            if values is None:
                self.blank += 1
                continue
            self._once(kind, row, seen)
            if len(self.cells.faults) == before:
                found.append({"row": row.number, **values})
        absent = [Fault(self.file, "column_missing", 1, column) for column in self.missing]
        return found, [*absent, *self.cells.faults]

    def _once(self, kind: str, row: Row, seen: dict[tuple[str, ...], int]) -> None:
        names = [name for name in columns.IDENTITY[kind] if name in row.cells]
        own = tuple(folded(row.cells[name]).casefold() for name in names)
        if names and any(own) and seen.setdefault(own, row.number) != row.number:
            self.cells.fault(row, names[-1], "row_twice", {"first": str(seen[own])})

    def text(self, row: Row, column: str, *, required: bool = True, lines: bool = False) -> str:
        """A text without hidden characters, empty where it is a fault; line breaks only where `lines`."""
        if required and column not in row.cells:
            self.missing[column] = None
        text = self.cells.text(row, column, required=required) or ""
        allowed = "\n\r\t" if lines else ""
        if any(unicodedata.category(mark) in _UNSEEN and mark not in allowed for mark in text):
            self.cells.fault(row, column, "hidden_character")
            return ""
        if len(text) > MAX_TEXT:
            self.cells.fault(row, column, "text_long", {"most": str(MAX_TEXT)})
            return ""
        return text

    @cached_property
    def categories(self) -> Choice:
        """The categories of departments."""
        entries = columns.entries(self.book, "categories")
        return Choice.of({code: (entry["en"], entry["zh"]) for code, entry in entries.items()})

    @cached_property
    def roles(self) -> Choice:
        """The roles a person may have."""
        return Choice.worded("role", sorted(BUSINESS_ROLES | APART))

    @cached_property
    def grades(self) -> Choice:
        """The grades."""
        return Choice.worded("grade", GRADES)

    @cached_property
    def indicators(self) -> Choice:
        """What is marked."""
        return Choice.of({one.id: (one.en, one.zh) for one in self.book.indicators})

    @cached_property
    def questions(self) -> Choice:
        """What is asked in the public rating."""
        entries = columns.entries(self.book, "parts")["public"]
        return Choice.of({code: (entry["en"], entry["zh"]) for code, entry in entries.items()})

    @cached_property
    def levels(self) -> tuple[str, ...]:
        """The levels of the public rating."""
        return tuple(columns.levels(self.book))

    def chosen(self, row: Row, column: str, known: Choice) -> str:
        """The code meant by a code or by one of its words."""
        return self.code(row, column, self.text(row, column), known)

    def code(self, row: Row, column: str, text: str, known: Choice) -> str:
        """The code meant by one text of a cell."""
        code = known.meant(text)
        if text and not code:
            self.cells.fault(row, column, "not_known", {"known": known.offered})
        return code or text

    def several(self, row: Row, column: str, *, required: bool) -> list[str]:
        """Texts with commas of either width, semicolons or enumeration marks between them."""
        text = self.text(row, column, required=required)
        return [one.strip() for one in _BETWEEN.split(text) if one.strip()]

    def formed(
        self, row: Row, column: str, pattern: re.Pattern[str], code: str, *, required: bool = True
    ) -> str:
        """A text of a form; empty where it may be missing."""
        text = self.text(row, column, required=required)
        if text and not pattern.fullmatch(text):
            self.cells.fault(row, column, code)
        return text

    def identifier(self, row: Row, column: str, *, required: bool = True) -> str:
        """An id as it may stand in a key."""
        return self.formed(row, column, _ID, "id_malformed", required=required)

    def item(self, row: Row, known: Choice) -> str:
        """An item of the rulebook by its id or its words; what it is not, the rules refuse."""
        text = self.text(row, "item")
        return known.meant(text) or text


def _roster(values: Values, row: Row) -> dict[str, Any] | None:
    kind = values.chosen(row, "kind", _KINDS)
    found: dict[str, Any] = {
        "kind": kind,
        "id": values.identifier(row, "id"),
        "name": values.text(row, "name"),
    }
    for other, names in _OF_KIND.items():
        for name in names:
            if kind in _OF_KIND and other != kind and not is_blank(row.cells.get(name, "")):
                values.cells.fault(row, name, "not_of_kind")
    if kind == "department":
        posts = {post: values.identifier(row, post, required=False) for post in ("liaison", "head", "leader")}
        aliases = values.several(row, "aliases", required=False)
        category = values.chosen(row, "category", values.categories)
        return {**found, "category": category, "aliases": aliases, **posts}
    if kind == "person":
        return {**found, **_entry(values, row)}
    return found


def _entry(values: Values, row: Row) -> dict[str, Any]:
    """What is said of a person beside their name."""
    given = values.several(row, "roles", required=True)
    roles = [values.code(row, "roles", text, values.roles) for text in given]
    blank = is_blank(row.cells.get("office_head", ""))
    return {
        "email": values.formed(row, "email", _EMAIL, "email_malformed"),
        "home": values.identifier(row, "home"),
        "roles": list(dict.fromkeys(roles)),
        "office_head": not blank and values.chosen(row, "office_head", _YES_OR_NO) == "yes",
    }


def _marks(values: Values, row: Row) -> dict[str, Any] | None:
    """None where neither points nor a reason is given: a member does not fill in another's rows."""
    if all(is_blank(row.cells.get(name, "")) for name in ("points", "reason")):
        return None
    points = values.cells.number(row, "points", 0, None)
    return {
        "department": values.text(row, "department"),
        "member": values.text(row, "member", required=False),
        "item": values.item(row, values.indicators),
        "points": 0 if points is None else to_hundredths(points),
        "reason": values.text(row, "reason", required=False, lines=True),
    }


def _survey(values: Values, row: Row) -> dict[str, Any] | None:
    """None where no level has a count."""
    if all(is_blank(row.cells.get(name, "")) for name in values.levels):
        return None
    return {
        "department": values.text(row, "department"),
        "item": values.item(row, values.questions),
        "counts": {name: values.cells.integer(row, name, 0, _MAX_COUNT) or 0 for name in values.levels},
    }


def _results(values: Values, row: Row) -> dict[str, Any] | None:
    """None where neither rank nor grade is given."""
    if all(is_blank(row.cells.get(name, "")) for name in ("rank", "grade")):
        return None
    year = values.cells.integer(row, "year", 1, 9999, required=False)
    if year not in (None, values.year):
        values.cells.fault(row, "year", "year_differs", {"year": str(values.year)})
    return {
        "department": values.text(row, "department"),
        "rank": values.cells.integer(row, "rank", 1),
        "grade": values.chosen(row, "grade", values.grades),
        "category_rank": values.cells.integer(row, "category_rank", 1, required=False),
        "consecutive_failures": values.cells.integer(row, "consecutive_failures", 0, required=False),
    }


_READERS: Final[Mapping[str, Callable[[Values, Row], dict[str, Any] | None]]] = {
    "roster": _roster,
    "marks": _marks,
    "survey": _survey,
    "results": _results,
}
