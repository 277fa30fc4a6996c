"""Letters about points and grades: a deduction written, grades proposed, ratified, amended; and about cases."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from cycle import queries, queries_board
from cycle.correspondence.moved import Kind, Moved
from cycle.correspondence.writer import Writer
from workflows import words
from workflows.rulebook import Rulebook
from workflows.scoring import show

Fields = dict[str, Any]
_PARTS = (
    ("central", "central"),
    ("public", "public"),
    ("leader", "leader"),
    ("deductions", "deduction"),
    ("bonus", "bonus"),
)
_TELLING = (
    *(key for key, _ in _PARTS),
    "total",
    "rank",
    "category_rank",
    "grade",
    "movement",
    "category_movement",
)


def _deduction(_writer: Writer, moved: Moved, lang: str) -> Fields:
    names = words.names_of(moved.facts.rulebook, lang)
    lines = [
        {
            "item": names[line["item"]],
            "clause": line["item"],
            "points": show(-line["points"]),
            "note": line["note"],
        }
        for line in moved.lines
    ]
    return {"document": moved.document, "lines": lines}


def _result(writer: Writer, moved: Moved, lang: str) -> Fields:
    result: Mapping[str, Any] = moved.facts.asked.extra["result"]
    parts = [
        {"part": words.word("part", part, lang), "points": show(result[key])}
        for key, part in _PARTS
        if result[key] is not None
    ]
    return {
        "category": _category(moved.facts.rulebook, result["category"], lang),
        "grade": words.word("grade", result["grade"], lang),
        "rank": result["rank"],
        "category_rank": result["category_rank"],
        "total": show(result["total"]),
        "parts": parts,
        "lost": list(_lost(writer, moved, lang)),
    }


def _category(book: Rulebook, category: str, lang: str) -> str:
    figure = book.figure(f"categories.{category}")
    return figure.zh if lang == "zh" else figure.en


def _lost(writer: Writer, moved: Moved, lang: str) -> Iterator[dict[str, str]]:
    """Every point short of what there was to get, with the reason written beside it."""
    book = moved.facts.rulebook
    names, full = words.names_of(book, lang), _full(book)
    for line in queries_board.every_line(writer.session, moved.key):
        if line.reverses or line.reversed_by or line.part == "cap":
            continue
        missing = full.get((line.part, line.item), 0) - line.points
        if line.part != "bonus" and missing > 0:
            yield {
                "item": names.get(line.item, line.item),
                "clause": line.item,
                "points": show(missing),
                "note": line.note,
            }


def _full(book: Rulebook) -> dict[tuple[str, str], int]:
    full = {("central", indicator.id): indicator.points for indicator in book.indicators}
    for part, items in book.parts.items():
        full.update({(part, item): points for item, points in items.items()})
    return full


def _proposed(writer: Writer, moved: Moved, lang: str) -> Fields:
    """The window as the act counts it (review.objection): so many working days from the day of the proposal."""
    days = moved.facts.rulebook.objection_days
    return {**_result(writer, moved, lang), "window_ends": moved.facts.calendar.add(writer.today, days)}


def _ratified(writer: Writer, moved: Moved, lang: str) -> Fields:
    result = moved.facts.asked.extra["result"]
    return {
        **_result(writer, moved, lang),
        "movement": result["movement"],
        "failed": result["grade"] == "failed",
        "document": moved.document,
    }


def _amended(writer: Writer, moved: Moved, lang: str) -> Fields:
    version = moved.facts.asked.extra["result"]["version"]
    return {**_ratified(writer, moved, lang), "reason": moved.reason, "version": version}


def _has_changed(writer: Writer, moved: Moved) -> bool:
    """An amendment gives everybody a new version; told are those for whom it changes anything."""
    result = moved.facts.asked.extra["result"]
    before = queries.result_of_version(
        writer.session, moved.year, moved.department, int(result["version"]) - 1
    )
    return before is None or any(before[key] != result[key] for key in _TELLING)


def _report(_writer: Writer, moved: Moved, lang: str) -> Fields:
    said: Fields = moved.facts.asked.extra["letter"][lang]
    return said


def _withdrawn(_writer: Writer, moved: Moved, lang: str) -> Fields:
    return {
        "reason": words.word("letter", "no_ground", lang),
        "document": moved.document,
        "digest": moved.record["report"],
    }


def _red(_moved: Moved) -> str:
    return "red"


KINDS: dict[str, Kind] = {
    "deduction_written": Kind(_deduction),
    "grades_proposed": Kind(_proposed),
    "grades_ratified": Kind(_ratified),
    "grades_amended": Kind(_amended, worth_saying=_has_changed),
    "escalation_report": Kind(_report, _red),
    "escalation_withdrawn": Kind(_withdrawn),
}
