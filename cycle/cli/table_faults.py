"""What is wrong with a table that was given to a command: a fault of the file, or of what stands in one cell."""

from __future__ import annotations

from typing import Any

from cycle.cli.terminal import BadInput, Language
from cycle.grading_files.columns import Row
from cycle.grading_files.faults import Fault
from cycle.grading_files.wording import as_json, line
from workflows import words


def told(fault: Fault, lang: Language) -> dict[str, Any]:
    """A fault of the file, with the line people read."""
    return {**as_json(fault, lang), "line": line(fault, lang)}


def cell_fault(file: str, row: Row, column: str, bad: BadInput, lang: Language) -> dict[str, Any]:
    """A cell that cannot be used, told as a fault of the file is."""
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
