"""A form's content in a file: a table of targets or of self-marks (CSV, XLSX), or the whole content (JSON).

Points in files are decimals; dates are ISO. The blank tables written here are those read here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from cycle.cli import typed
from cycle.cli.table_faults import cell_fault, told
from cycle.cli.terminal import BadInput, Language
from cycle.documents.spreadsheet import write_sheet
from cycle.grading_files.columns import Column, rows_under
from cycle.grading_files.faults import FileRefused
from cycle.grading_files.table import SCORE_KINDS, read_table
from workflows import words
from workflows.forms import ENTRIES, MARK, TARGET
from workflows.rulebook import Rulebook
from workflows.scoring import show

FIELD: Final = "--file"
BLANK_TARGETS: Final = 10
_MOST: Final = 60


def _column(name: str, *, required: bool = True) -> Column:
    return Column(name, words.word("form", f"column_{name}", "zh"), required=required)


TARGETS: Final = (_column("target", required=False), *(_column(name) for name in TARGET))
MARKS: Final = (_column("item"), *(_column(name) for name in MARK))
_MARKS_SHOWN: Final = ("item", "name", "most", "points", "account")


def read(file: str, form: str, lang: Language) -> dict[str, Any]:
    """The content of one form as `save_form` takes it. Raises BadInput, with every fault of a table."""
    if Path(file).suffix.lower() == ".json":
        return _whole(typed.read_json(file, FIELD))
    table = _table_of(form, lang)
    columns, take = (TARGETS, _target) if table == "targets" else (MARKS, _mark)
    try:
        rows = read_table(file, SCORE_KINDS).rows
    except FileRefused as refused:
        raise _invalid(file, [told(refused.fault, lang)]) from refused
    under, faults = rows_under(file, rows, columns)
    entries = [told(fault, lang) for fault in faults]
    found: dict[str, Any] = {}
    for row in () if faults else under:
        cells = {name: text.strip() for name, text in row.cells.items()}
        number, entry, wrong = take(cells, len(found) + 1)
        if number in found:
            wrong = (columns[0].name, BadInput("form_twice", value=number[:_MOST]))
        if wrong:
            entries.append(cell_fault(file, row, *wrong, lang))
        elif entry:
            found[number] = entry
    if entries:
        raise _invalid(file, entries)
    return {table: found}


def blank(form: str, book: Rulebook, lang: Language) -> bytes:
    """An XLSX table to fill in and hand to `--file`. Raises BadInput for a form that has none."""
    title = words.word("stage", form, lang)
    if _table_of(form, lang) == "targets":
        header = [_heading(column.name, lang) for column in TARGETS]
        return write_sheet(title, header, [[str(n)] for n in range(1, BLANK_TARGETS + 1)])
    names = words.names_of(book, lang)
    header = [_heading(name, lang) for name in _MARKS_SHOWN]
    return write_sheet(title, header, [[i.id, names[i.id], show(i.points)] for i in book.indicators])


def target(text: str, field: str) -> dict[str, str]:
    """A target written in one line, `text|measure|owner|due|evidence`, what stands last left out or not."""
    cells = [cell.strip() for cell in text.replace("｜", "|").split("|")]
    if len(cells) > len(TARGET):
        raise BadInput("form_target_shape", field=field, value=text)
    return {name: cell for name, cell in zip(TARGET, cells, strict=False) if cell}


def _table_of(form: str, lang: Language) -> str:
    table = ENTRIES[form][1:]
    if not table:
        raise BadInput("form_no_table", form=words.word("stage", form, lang))
    return table[0]


def _heading(name: str, lang: Language) -> str:
    return words.word("form", f"column_{name}", lang)


_Taken = tuple[str, dict[str, Any], tuple[str, BadInput] | None]
_Take = Callable[[Mapping[str, str], int], _Taken]


def _target(cells: Mapping[str, str], place: int) -> _Taken:
    entry = {name: cells[name] for name in TARGET if cells[name]}
    return cells.get("target") or str(place), entry, None


def _mark(cells: Mapping[str, str], _place: int) -> _Taken:
    entry: dict[str, Any] = {"account": cells["account"]} if cells["account"] else {}
    if cells["points"]:
        try:
            entry["points"] = typed.points(cells["points"], "points")
        except BadInput as bad:
            return cells["item"], {}, ("points", bad)
    return cells["item"], entry, None


def _whole(content: Mapping[str, Any]) -> dict[str, Any]:
    """A whole content as JSON has it; the form's own rules look at everything but the points' decimals."""
    found = {key: _texts(value) for key, value in content.items()}
    marks = found.get("marks")
    for item, mark in marks.items() if isinstance(marks, dict) else ():
        if isinstance(mark, dict) and mark.get("points") is not None:
            mark["points"] = typed.points(str(mark["points"]), f"{FIELD} marks.{item}.points")
    return found


def _texts(value: Any) -> Any:
    """Decimals as they were written: only points are numbers."""
    if isinstance(value, Mapping):
        return {key: _texts(below) for key, below in value.items()}
    if isinstance(value, list):
        return [_texts(below) for below in value]
    return str(value) if isinstance(value, Decimal) else value


def _invalid(file: str, entries: list[dict[str, Any]]) -> BadInput:
    return BadInput("form_file_invalid", entries=entries, file=file)
