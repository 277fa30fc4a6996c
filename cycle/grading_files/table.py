"""A CSV, XLSX or JSON file as rows of text. Row 1 is the header; nothing is interpreted yet."""

import codecs
import csv
import io
import json
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path

from cycle.documents import spreadsheet
from cycle.grading_files.faults import Fault, FileRefused
from cycle.grading_files.json_results import rows_of_results

Rows = list[list[str]]

MAX_BYTES = spreadsheet.MAX_FILE
MAX_ROWS = spreadsheet.MAX_ROWS
SCORE_KINDS = (".csv", ".xlsx")
PREVIOUS_KINDS = (".csv", ".xlsx", ".json")
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@dataclass(frozen=True, slots=True)
class Table:
    """`year` is what a JSON document says of all its rows, empty where nothing does."""

    rows: Rows
    year: str = ""


def read_table(file: str, kinds: Collection[str]) -> Table:
    """The whole file. The ending of its name says what it is. Raises FileRefused."""
    return parse_table(file, _content(file), kinds)


def parse_table(file: str, content: bytes, kinds: Collection[str]) -> Table:
    """What a file of that name holds, from its content. Raises FileRefused."""
    kind = Path(file).suffix.lower()
    if kind not in kinds:
        raise FileRefused(Fault(file, "format", data={"why": "kind", "kinds": " ".join(kinds)}))
    if len(content) > MAX_BYTES:
        raise FileRefused(Fault(file, "format", data={"why": "large"}))
    reader: Callable[[str, bytes], Table] = {".csv": _csv, ".xlsx": _xlsx, ".json": _json}[kind]
    table = reader(file, content)
    if len(table.rows) > MAX_ROWS:
        raise FileRefused(Fault(file, "format", data={"why": "large"}))
    return table


def _content(file: str) -> bytes:
    try:
        with Path(file).open("rb") as stream:
            return stream.read(MAX_BYTES + 1)
    except (OSError, ValueError) as missing:  # ValueError: a NUL in the path
        raise FileRefused(Fault(file, "file_missing")) from missing


def _decoded(file: str, content: bytes) -> str:
    """Strictly UTF-8, else strictly GB18030; never a guess with replacement characters."""
    if content.startswith(_UTF16) or b"\0" in content:
        raise FileRefused(Fault(file, "encoding"))
    for encoding in ("utf-8", "gb18030"):
        try:
            return content.decode(encoding).removeprefix("\ufeff")
        except UnicodeDecodeError:
            continue
    raise FileRefused(Fault(file, "encoding"))


def _csv(file: str, content: bytes) -> Table:
    """One entry a record, as a spreadsheet counts rows: a quoted line break starts no new row."""
    # newline="" leaves line ends inside quotes alone and takes CR, LF and CRLF outside.
    reader = csv.reader(io.StringIO(_decoded(file, content), newline=""), strict=True)
    rows: Rows = []
    try:
        for row in reader:
            rows.append(row)
            if len(rows) > MAX_ROWS:
                break
    except csv.Error as broken:
        raise FileRefused(Fault(file, "format", row=len(rows) + 1, data={"why": "csv"})) from broken
    return Table(rows)


def _xlsx(file: str, content: bytes) -> Table:
    try:
        return Table(spreadsheet.read_first_sheet(content))
    except spreadsheet.Damaged as broken:
        raise FileRefused(Fault(file, "format", data={"why": "xlsx"})) from broken
    except spreadsheet.TooLarge as large:
        raise FileRefused(Fault(file, "format", data={"why": "large"})) from large


def _json(file: str, content: bytes) -> Table:
    text = _decoded(file, content)
    try:
        document: object = json.loads(text, parse_float=str, parse_constant=str)
        return Table(*rows_of_results(document))
    except (ValueError, RecursionError) as broken:  # ValueError: no JSON, no results, or an endless integer
        raise FileRefused(Fault(file, "format", data={"why": "json"})) from broken
