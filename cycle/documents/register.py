"""A table of words and whole numbers as a file for a spreadsheet program, CSV or XLSX: the same bytes every time."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from typing import Final

from cycle.documents import spreadsheet

KINDS: Final = (".csv", ".xlsx")
"""The endings of a file's name that there is a form for."""

Value = str | int | None

_NUMBER = re.compile(r"[-+]?[0-9]+(\.[0-9]+)?")
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def register_bytes(kind: str, title: str, header: Sequence[str], rows: Iterable[Sequence[Value]]) -> bytes:
    """The file's content; `kind` is one of KINDS. Raises spreadsheet.TextTooLong for XLSX.

    A CSV file has a byte order mark and CRLF. Text in it that a program would take for a formula begins with an
    apostrophe; in XLSX text is text by itself.
    """
    if kind == ".xlsx":
        return spreadsheet.write_sheet(title[:31], header, rows)
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(header)
    for row in rows:
        writer.writerow([_safe(value) for value in row])
    return text.getvalue().encode("utf-8-sig")


def _safe(value: Value) -> str:
    if value is None:
        return ""
    text = str(value)
    return f"'{text}" if text.startswith(_FORMULA) and not _NUMBER.fullmatch(text) else text
