"""The figures of a rulebook by the clause each rests on, and the rulebook with some of them changed. Plain values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from cycle import facts as gathering
from cycle import queries
from cycle.board.look import Look
from cycle.operations.readiness import confirmed_figures
from workflows import corrections, words
from workflows.rulebook import Figure, Rulebook
from workflows.rulebook_build import keyed

Values = dict[str, Any]

SECTIONS: Final = ("subject", "content", "method", "score", "grade", "use", "org", "")
"""The parts of the regulation, by how its clauses begin; the last are figures no clause is behind."""
_HOLDS: Final = ("value", "points", "percent")
"""Under which name a figure holds its value, by what kind of value it is."""


def book_of(look: Look, year: int) -> Rulebook:
    """The rulebook a year is run by; the shipped one where there is no such year."""
    return gathering.rulebook_of(look.session, queries.subject(look.session, f"cycle:{year}"))


def by_clause(look: Look, book: Rulebook) -> dict[str, list[Values]]:
    """Every figure with its name, what it rests on, and whether it is, or has to be, confirmed.

    `readings` are its value and what else the text may say, each with its words; `unit` is value, points or percent.
    By section of the regulation, in the order of the rulebook; sections without a figure are left out.
    """
    confirmed = confirmed_figures(look.session, book)
    needed = {figure.path for figure in book.to_confirm()}
    content: Any = keyed(book.content())
    found: dict[str, list[Values]] = {section: [] for section in SECTIONS}
    for one in book.figures:
        zh = look.voice.lang == "zh"
        found[one.clause.partition(".")[0]].append(
            {
                "path": one.path,
                "clause": one.clause,
                "name": one.zh if zh else one.en,
                "note": one.note_zh if zh else one.note_en,
                "evidence": one.evidence,
                "value": one.value,
                "readings": [
                    (reading, shown(reading, look.voice.lang)) for reading in (one.value, *one.other)
                ],
                "unit": _holds(content, one.path),
                "to_confirm": one.path in needed,
                "confirmed": confirmed.get(one.path) == one.value,
            }
        )
    return {section: rows for section, rows in found.items() if rows}


def shown(value: str, lang: str) -> str:
    """A value as people read it: codes in words, one after the other where there are several."""
    known = words.catalogue(lang)["figure.value"]
    if value in known:
        return known[value]
    parts = value.split(",")
    if known.keys() & set(parts):
        return words.word("list", "between", lang).join(known.get(part, _number(part)) for part in parts)
    return _number(value)


def _number(value: str) -> str:
    return f"−{value[1:]}" if value.startswith("-") and value[1:].isdigit() else value


def changed(book: Rulebook, values: Mapping[str, str]) -> Rulebook:
    """The rulebook with other values of figures, by path. The reading given up becomes the other reading.

    Raises KeyError for a path there is none of, ValueError for text where a number stands, RulebookInvalid.
    """
    content: Any = keyed(book.content())
    asked: dict[str, str] = {}
    for path, value in values.items():
        figure = book.figure(path)
        asked[f"{path}.{_holds(content, path)}"] = value
        if value in figure.other:
            asked[f"{path}.other"] = ",".join(_other(figure, value))
    return corrections.with_values(book, asked)


def _other(figure: Figure, chosen: str) -> list[str]:
    return [figure.value if other == chosen else other for other in figure.other]


def figure_of(path: str) -> str:
    """The figure a path of `corrections.differences` is about."""
    figure, _, last = path.rpartition(".")
    return figure if last in (*_HOLDS, "other") else path


def _holds(content: Any, path: str) -> str:
    """Under which name the figure at `path` holds its value; keys may hold dots themselves."""
    table = _at(content, path)
    return next((name for name in _HOLDS if name in table), "value")


def _at(table: Any, path: str) -> Any:
    if not path:
        return table
    for key in sorted(table, key=len, reverse=True):
        if (path == key or path.startswith(f"{key}.")) and isinstance(table[key], dict):
            found = _at(table[key], path[len(key) + 1 :])
            if found is not None:
                return found
    return None
