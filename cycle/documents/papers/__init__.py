"""The office's papers in the form of GB/T 9704, and its sheets: made from the read models, numbered when issued."""

from __future__ import annotations

from pathlib import Path

from cycle.board.look import Look
from cycle.documents.papers.kinds import PAPERS
from cycle.documents.papers.paper import Made, draft, safe
from cycle.documents.papers.sheets import SHEETS, sheet
from workflows.errors import NotFound

__all__ = ["PAPERS", "SHEETS", "Made", "make"]


def make(look: Look, kind: str, year: int, department: str = "", *, own: Path | None = None) -> Made:
    """A paper as a draft, or a sheet, as `look` may see it: what to call the file, and its bytes.

    `own` is the folder of the office's own templates. Raises NotFound for a kind, a year or a department there is none
    of; Refused where there is nothing to say, it is not the reader's to make, or a template is broken.
    """
    if kind in PAPERS:
        return draft(look, kind, year, department, own=own)
    if kind not in SHEETS:
        raise NotFound(f"paper:{kind}")
    name = f"（{safe(look.voice.name(department))}）" if department and not SHEETS[kind].whole else ""
    return Made(f"{year}年度{SHEETS[kind].title}{name}.xlsx", sheet(look, kind, year, department))
