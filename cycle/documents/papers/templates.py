"""The templates of the papers: the shipped ones, made here, and the office's own, which take their place.

`python -m cycle.documents.papers` writes the shipped ones anew. The office replaces one by a file of the
same name in `CYCLE_HOME/templates/`: a Word file with the same `{{ names }}` (docs/papers.md).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from types import ModuleType
from typing import Final

from cycle.documents.package_parts import MAX_FILE
from cycle.documents.papers.layout import (
    case_report,
    circular,
    grade_list,
    handling,
    inspection,
    rectification,
    talk,
)
from cycle.documents.papers.layout.page import document_file
from workflows.errors import Refused, Unmet

LAYOUTS: Final[Mapping[str, ModuleType]] = {
    "case_report": case_report,
    "circular": circular,
    "grade_list": grade_list,
    "handling": handling,
    "inspection": inspection,
    "rectification": rectification,
    "talk": talk,
}
"""Kind of paper to its wording."""

SHIPPED: Final = "cycle.documents"
FOLDER: Final = "templates"
_PLACE: Final = re.compile(r"\{\{.*?\}\}")


def file_name(kind: str) -> str:
    """What the template of a kind is called, shipped or the office's own."""
    return f"{kind}.docx"


def made(kind: str) -> bytes:
    """The shipped template of a kind as it is made."""
    layout = LAYOUTS[kind]
    return document_file(layout.BODY, _PLACE.sub("", layout.TITLE).replace("\n", ""))


def template(kind: str, own: Path | None) -> bytes:
    """The template of a kind: the office's own where `own` has one, else the shipped one.

    Raises Refused where the office's own cannot be read.
    """
    name = file_name(kind)
    path = own / name if own else None
    if path is None or not path.exists():
        return files(SHIPPED).joinpath(FOLDER, name).read_bytes()
    try:
        if path.stat().st_size > MAX_FILE:
            raise Refused(Unmet("paper_template_unreadable", {"file": name, "detail": "32 MB"}))
        return path.read_bytes()
    except OSError as error:
        detail = error.strerror or str(error)
        raise Refused(Unmet("paper_template_unreadable", {"file": name, "detail": detail})) from error
