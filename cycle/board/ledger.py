"""A department's points line by line: how much of how much, why, by whom, on what evidence; and what they add up to.

Plain values; points are text with two decimals, None where there is nothing, or nothing the reader is shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from cycle import facts as gathering
from cycle.board import department, evidence
from cycle.board.city import cycle_of
from cycle.board.decided import day_of
from cycle.board.look import Look
from cycle.sight import may_ask, shows
from workflows.engine import NONE
from workflows.errors import NotFound
from workflows.rulebook import Rulebook
from workflows.scoring import over_cap, show, to_hundredths

Values = dict[str, Any]

LOST, GAINED, FULL, STRUCK = "lost", "gained", "full", "struck"
"""Kinds of line: points lost, points beside the sum, all there were, lines that were taken back with what did so."""

_ORDER: Final = (LOST, GAINED, FULL, STRUCK)
_PARTS: Final = ("central", "public", "leader", "deduction", "bonus", "cap")
_BASE: Final = _PARTS[:3]


def ledger(look: Look, year: int, name: str) -> Values:
    """The lines the reader sees, those that cost points first, and their sums where the reader sees them all.

    Raises NotFound.
    """
    found = department.opened(look, year, name, "lines")
    book = gathering.rulebook_of(look.session, cycle_of(look, year))
    rows, deeds = department.lines(look, year, name), _deeds(look, year, name)
    files = evidence.by_subject(look, year, name)
    team = _team(look, year, name)
    lines = [_line(row, book, deeds, files) for row in rows]
    for line in lines:
        line["team"] = team if line["part"] == "central" else []
    lines.sort(key=lambda line: (_ORDER.index(line["kind"]), _PARTS.index(line["part"])))
    whole = shows(look.reader, "sums", found.of)
    return {
        "year": year,
        "department": name,
        "lines": lines,
        "counts": {kind: sum(1 for line in lines if line["kind"] == kind) for kind in _ORDER},
        "whole": whole,
        "sums": _sums(lines, book) if whole else None,
    }


def _line(
    row: Mapping[str, Any],
    book: Rulebook,
    deeds: Mapping[int, Values],
    files: Mapping[str, Sequence[Values]],
) -> Values:
    points, most = to_hundredths(row["points"]), _most(book, row["part"], row["item"])
    deed = deeds.get(_number(row["id"]), {})
    about = [*files.get(row["item"], ()), *(files.get(row["source"], ()) if row["source"] else ())]
    lost = most - points if most is not None else max(0, -points) if row["part"] == "deduction" else 0
    return {
        **row,
        "kind": _kind(row, lost, most),
        "most": None if most is None else show(most),
        "lost": show(lost) if lost else None,
        "by": deed.get("by"),
        "behalf": deed.get("behalf"),
        "on": deed.get("on"),
        "entry": deed.get("entry"),
        "evidence": len(about) if row["part"] in ("central", "deduction", "bonus") else None,
    }


def _kind(row: Mapping[str, Any], lost: int, most: int | None) -> str:
    if row["reverses"] or row["reversed_by"]:
        return STRUCK
    if row["part"] in ("bonus", "cap"):
        return GAINED
    return LOST if lost or most is None else FULL


def _most(book: Rulebook, part: str, item: str) -> int | None:
    """All the points there are for an item; None where the part has none of its own."""
    if part == "central":
        return next((one.points for one in book.indicators if one.id == item), None)
    return book.parts.get(part, {}).get(item)


def _number(line: str) -> int:
    """The history row a line was written by: `appraisal:2025:caizheng#12/3`."""
    return int(line.rpartition("#")[2].partition("/")[0])


def _deeds(look: Look, year: int, name: str) -> dict[int, Values]:
    """Who did what of this year when, by number; nothing for those who are not shown the history.

    `entry` is the place of the row in the history, for those who may open it there.
    """
    if not may_ask(look.reader, "history_of_appraisal"):
        return {}
    try:
        rows = department.history_of(look, year, name)
    except NotFound:
        return {}
    return {row["number"]: _deed(look, row) for row in rows}


def _deed(look: Look, row: Mapping[str, Any]) -> Values:
    behalf = row["on_behalf_of"]
    open_ = row["hash"] is not None and may_ask(look.reader, "history")
    return {
        "by": row["actor_name"],
        "behalf": look.voice.who(behalf) if behalf else None,
        "on": day_of(row, look.zone),
        "entry": {"subject": row["subject"], "number": row["number"]} if open_ else None,
    }


def _team(look: Look, year: int, name: str) -> list[str]:
    if not may_ask(look.reader, "team"):
        return []
    try:
        return [str(one["name"]) for one in department.team(look, year, name)]
    except NotFound:
        return []


def _sums(lines: Iterable[Mapping[str, Any]], book: Rulebook) -> Values:
    """The parts, what was lost and gained, and the total: `most` less `lost` and `gained` is `total`.

    Deductions and what was lost are positive here; a line that was taken back and what did so cancel out. Bonuses
    above the cap do not count, also before the proposal writes the line that says so; `over` is by how much they are
    above it then, else null. The points of a part nobody has marked are null.
    """
    points = dict.fromkeys(_PARTS, 0)
    marked = set()
    lost = 0
    for line in lines:
        marked.add(line["part"])
        points[line["part"]] += to_hundredths(line["points"])
        lost += to_hundredths(line["lost"] or "0") if line["kind"] == LOST else 0
    over = over_cap(points["bonus"] + points["cap"], book.bonus_cap)
    gained = points["bonus"] + points["cap"] - over
    total = sum(points.values()) - over
    return {
        "parts": [
            {
                "part": part,
                "points": show(points[part]) if part in marked else None,
                "most": show(book.components[part]),
            }
            for part in _BASE
        ],
        "deductions": show(-points["deduction"]),
        "bonus": show(gained),
        "over": show(over) if over else None,
        "most": show(total + lost - gained),
        "lost": show(lost),
        "total": show(total),
    }


def standing(look: Look, year: int, name: str) -> bool:
    """Whether there is a year of this department that was run here, and whose points the reader sees."""
    try:
        found = department.opened(look, year, name, "sums")
    except NotFound:
        return False
    return found.row.state != NONE
