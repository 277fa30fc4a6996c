"""A CSV or XLSX file of one member's marks: one row an indicator, columns 条款 分值 理由 (item points reason)."""

from __future__ import annotations

from typing import Any

from cycle.cli import typed
from cycle.cli.table_faults import cell_fault, told
from cycle.cli.terminal import BadInput, Language
from cycle.grading_files.columns import Column, Row, rows_under
from cycle.grading_files.faults import FileRefused
from cycle.grading_files.table import SCORE_KINDS, read_table

COLUMNS = (
    Column("item", "条款"),
    Column("points", "分值"),
    Column("reason", "理由", required=False),
)


def read(file: str, lang: Language) -> list[dict[str, Any]]:
    """The marks as arguments of `mark`, points in hundredths. Raises BadInput with every fault."""
    try:
        table = read_table(file, SCORE_KINDS)
    except FileRefused as refused:
        raise _invalid(file, [told(refused.fault, lang)]) from refused
    rows, faults = rows_under(file, table.rows, COLUMNS)
    entries = [told(fault, lang) for fault in faults]
    marks = []
    if not faults:
        for row in rows:
            taken, wrong = _mark(file, row, lang)
            marks.append(taken)
            entries += wrong
    if entries:
        raise _invalid(file, entries)
    return marks


def _invalid(file: str, entries: list[dict[str, Any]]) -> BadInput:
    return BadInput("marks_invalid", entries=entries, file=file)


def _mark(file: str, row: Row, lang: Language) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """One mark, and what is wrong with its cells."""
    cells = {name: text.strip() for name, text in row.cells.items()}
    found: dict[str, Any] = {"item": cells["item"], "reason": cells.get("reason", "")}
    wrong: list[dict[str, Any]] = []
    if not found["item"]:
        wrong.append(cell_fault(file, row, "item", BadInput("bad_item", field="item"), lang))
    try:
        found["points"] = typed.points(cells["points"], "points")
    except BadInput as bad:
        wrong.append(cell_fault(file, row, "points", bad, lang))
    return found, wrong
