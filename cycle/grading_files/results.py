"""What `cycle grade` gives out: one content as JSON, CSV or XLSX, the same bytes every time."""

import csv
import io
import json
from collections.abc import Iterable
from dataclasses import fields

from cycle.documents import spreadsheet
from workflows.grading import Grading, Result
from workflows.scoring import show

COLUMNS = tuple(field.name for field in fields(Result))
_POINTS = frozenset({"central", "public", "leader", "base", "deductions", "bonus", "total"})

Value = str | int | bool | None


def plain(result: Result) -> dict[str, Value]:
    """Points as strings with two decimals, everything else as it is, in the order of the columns."""
    values: dict[str, Value] = {}
    for name in COLUMNS:
        value: Value = getattr(result, name)
        values[name] = show(value) if name in _POINTS and isinstance(value, int) else value
    return values


def document(grading: Grading, *, year: int | None, rulebook: str) -> dict[str, object]:
    return {
        "year": year,
        "rulebook": rulebook,
        "departments": len(grading.results),
        "quota": grading.quota,
        "results": [plain(result) for result in grading.results],
        "ties_at_cut": [
            {"departments": list(tie.departments), "between": list(tie.between), "grade": tie.grade}
            for tie in grading.ties_at_cut
        ],
    }


def json_bytes(content: object) -> bytes:
    """UTF-8 whatever the terminal speaks; what UTF-8 cannot hold is escaped as JSON does it."""
    text = json.dumps(content, ensure_ascii=False, indent=2) + "\n"
    return text.encode("utf-8", "backslashreplace")


def csv_bytes(results: Iterable[Result]) -> bytes:
    """UTF-8 with BOM and CRLF, as spreadsheets expect it; None is empty, booleans are true and false."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for result in results:
        writer.writerow([_cell(value) for value in plain(result).values()])
    return text.getvalue().encode("utf-8-sig")


def xlsx_bytes(results: Iterable[Result]) -> bytes:
    """Points stay the exact decimals they are, as text. Raises spreadsheet.TextTooLong."""
    return spreadsheet.write_sheet("results", COLUMNS, [list(plain(result).values()) for result in results])


def _cell(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
