"""整改通知书: the values of the notice to a department that failed, or that has findings to put right."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from cycle import queries_board
from cycle.board import department, year
from cycle.documents.papers.values import found, graded
from cycle.documents.papers.values.reading import (
    LANG,
    NUMERALS,
    Asked,
    Values,
    day,
    fit,
    head,
    made_from,
)
from workflows import words
from workflows.errors import Refused, Unmet
from workflows.rulebook import Rulebook
from workflows.scoring import show


def gather(at: Asked) -> Values:
    """Raises NotFound where there is no such appraisal, Refused where the department has nothing to put right."""
    opened = department.opened(at.look, at.year, at.department, "rectification")
    result = graded.ratified(at)
    failed = result is not None and result["grade"] == "failed"
    open_ = [
        row
        for row in found.standing(at)
        if row["department"] == at.department and row["state"] == "confirmed"
    ]
    form: Mapping[str, Any] = opened.row.record.get("forms", {}).get("rectification", {})
    if not failed and not open_ and not form:
        raise Refused(Unmet("paper_nothing_to_rectify", {"year": at.year, "name": at.name}))
    lines = [
        line
        for line in department.lines(at.look, at.year, at.department)
        if not line["reverses"] and not line["reversed_by"]
    ]
    lost, taken = (_lost(at.book, lines), _taken(at.book, lines)) if failed else ([], [])
    listed = [{**found.told(at, row), "due": _due(at, row["subject"])} for row in open_]
    parts = {"lost": lost, "taken": taken, "found": listed}
    due = form.get("due", "")
    return {
        **head(at),
        **made_from(at, [opened.row.key, *(row["subject"] for row in open_)]),
        "name": at.name,
        "failed": failed,
        "total": result["total"] if failed and result else "",
        "rank": result["rank"] if failed and result else "",
        "graded": len(year.results(at.look, at.year)["results"]) if failed else 0,
        **parts,
        "numerals": {
            name: NUMERALS[place] for place, name in enumerate(name for name, part in parts.items() if part)
        },
        "demands": [
            {"numeral": NUMERALS[place], "text": text}
            for place, text in enumerate(_demands(due, failed=failed, findings=bool(open_)))
        ],
    }


def _lost(book: Rulebook, lines: Sequence[Values]) -> list[Values]:
    """What was had of less than the full mark, most lost first; in the order of the rules where as much was."""
    full = {one.id: one.points for one in book.indicators}
    full |= {item: points for items in book.parts.values() for item, points in items.items()}
    names = words.names_of(book, LANG)
    order = list(full)
    short = []
    for line in lines:
        if line["part"] not in ("central", "public", "leader") or line["item"] not in full:
            continue
        lost = full[line["item"]] - _hundredths(line["points"])
        if lost > 0:
            short.append((lost, line))
    short.sort(key=lambda one: (-one[0], order.index(one[1]["item"])))
    return [
        {
            "item": names[line["item"]],
            "full": show(full[line["item"]]),
            "points": line["points"],
            "short": show(lost),
            "note": fit(line["note"]),
        }
        for lost, line in short
    ]


def _taken(book: Rulebook, lines: Sequence[Values]) -> list[Values]:
    names = words.names_of(book, LANG)
    return [
        {
            "item": names.get(line["item"], line["item"]),
            "points": show(-_hundredths(line["points"])),
            "note": fit(line["note"]),
        }
        for line in lines
        if line["part"] == "deduction"
    ]


def _hundredths(text: str) -> int:
    return int(text.replace(".", ""))


def _due(at: Asked, key: str) -> str:
    """The day by which a finding is to be put right; empty where no clock runs."""
    clocks = queries_board.open_of(at.look.session, key)
    return clocks[0].deadline.due.isoformat() if clocks else ""


def _demands(due: str, *, failed: bool, findings: bool) -> Iterator[str]:
    if due:
        yield f"于{day(due)}前递交由主要负责人签批的书面整改意见，逐项写明整改措施和完成时限。"
    if findings:
        yield "对待整改的问题，在所列期限内完成整改，并书面报告整改情况。"
    yield "整改措施逐项落实，接受核验；未通过核验的，继续整改。"
    if failed:
        yield "主要负责人应当接受分管领导的诫勉谈话。"
