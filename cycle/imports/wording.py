"""What a reader is told of a file: each fault with its file, row, column, and what to do about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from cycle.grading_files import wording
from cycle.grading_files.faults import Fault
from cycle.imports.columns import counted
from cycle.imports.importing import Imported
from workflows import words

_LONGEST_VALUE = 60


def entries(imported: Imported, lang: str, names: Mapping[str, str]) -> list[dict[str, Any]]:
    """Everything wrong with a file as plain values, in the order of its rows; `line` is one line for people.

    `names` are the reader's names of ids, as for `words.say`.
    """
    found = [
        _entry(
            imported, lang, (one.row, one.column or ""), (one.code, one.value, _sentence(imported, one, lang))
        )
        for one in imported.faults
    ]
    found += [
        _entry(
            imported, lang, (one.row, one.column), (one.unmet.code, None, words.say(one.unmet, lang, names))
        )
        for one in imported.refused
    ]
    return sorted(found, key=lambda one: one["row"] or 0)


def _entry(
    imported: Imported, lang: str, place: tuple[int | None, str], fault: tuple[str, str | None, str]
) -> dict[str, Any]:
    (row, column), (code, value, message) = place, fault
    places = (wording.visible(imported.file), str(row or ""), _heading(imported, column, lang))
    where = ":".join(filter(None, places))
    return {
        "file": imported.file,
        "row": row,
        "column": column or None,
        "code": code,
        "value": None if value is None else _shown(value),
        "message": message,
        "line": f"{where}: {message}",
    }


def _heading(imported: Imported, column: str, lang: str) -> str:
    return imported.headings.get(column, column) if lang == "zh" else column


def _sentence(imported: Imported, fault: Fault, lang: str) -> str:
    column = _heading(imported, fault.column or "", lang)
    if fault.code == "blank" and not counted(imported.kind, fault.column or ""):
        return words.phrase("import", "empty", lang, heading=column)
    if fault.code in words.catalogue(lang)["import"]:
        data = {**fault.data, "heading": column, "value": _shown(fault.value or "")}
        return words.phrase("import", fault.code, lang, **data)
    return wording.sentence(replace(fault, column=column), lang)


def _shown(value: str) -> str:
    shown = wording.visible(value)
    return shown if len(shown) <= _LONGEST_VALUE else shown[:_LONGEST_VALUE] + "…"
