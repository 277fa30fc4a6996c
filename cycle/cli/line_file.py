"""A CSV or XLSX file of ledger lines: one row a line, columns 分项 条款 分值 说明 (part item points note)."""

from __future__ import annotations

from typing import Any

from cycle.cli import typed
from cycle.cli.terminal import BadInput, Language
from cycle.grading_files.columns import Column, Row, rows_under
from cycle.grading_files.faults import Fault, FileRefused
from cycle.grading_files.table import SCORE_KINDS, read_table
from cycle.grading_files.wording import as_json, line
from workflows import words

COLUMNS = (
    Column("part", "分项"),
    Column("item", "条款"),
    Column("points", "分值", required=False),
    Column("note", "说明", required=False),
)


def read(file: str, lang: Language) -> list[dict[str, Any]]:
    """The lines as arguments of `record_line`, points in hundredths. Raises BadInput with every fault."""
    try:
        table = read_table(file, SCORE_KINDS)
    except FileRefused as refused:
        raise _invalid(file, [_told(refused.fault, lang)]) from refused
    rows, faults = rows_under(file, table.rows, COLUMNS)
    entries = [_told(fault, lang) for fault in faults]
    lines = []
    if not faults:
        for row in rows:
            taken, wrong = _line(file, row, lang)
            lines.append(taken)
            entries += wrong
    if entries:
        raise _invalid(file, entries)
    return lines


def _invalid(file: str, entries: list[dict[str, Any]]) -> BadInput:
    return BadInput("lines_invalid", entries=entries, file=file)


def _told(fault: Fault, lang: Language) -> dict[str, Any]:
    return {**as_json(fault, lang), "line": line(fault, lang)}


def _line(file: str, row: Row, lang: Language) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """One line, and what is wrong with its cells."""
    found: dict[str, Any] = {}
    wrong: list[dict[str, Any]] = []
    cells = {name: text.strip() for name, text in row.cells.items()}
    try:
        found["part"] = typed.part(cells["part"], "part")
    except BadInput as bad:
        wrong.append(_entry(file, row, "part", bad, lang))
    found["item"] = cells["item"]
    if not found["item"]:
        wrong.append(_entry(file, row, "item", BadInput("bad_item", field="item"), lang))
    if cells.get("points"):
        try:
            found["points"] = typed.points(cells["points"], "points")
        except BadInput as bad:
            wrong.append(_entry(file, row, "points", bad, lang))
    if cells.get("note"):
        found["note"] = cells["note"]
    return found, wrong


def _entry(file: str, row: Row, column: str, bad: BadInput, lang: Language) -> dict[str, Any]:
    message = words.phrase("cli", bad.code, lang, **bad.data)
    return {
        "file": file,
        "row": row.number,
        "column": column,
        "code": bad.code,
        "value": row.cells.get(column, ""),
        "message": message,
        "line": f"{file}:{row.number}:{column}: {message}",
    }
