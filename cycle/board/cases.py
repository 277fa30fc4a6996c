"""A case of consecutive failures as a reader sees it: the report as it was made, its course, who heads failed under.

Reading decides nothing: what is to become of a case stands in its machine.
"""

from __future__ import annotations

from typing import Any

from cycle import queries
from cycle.board import history
from cycle.board.city import case_of, case_values
from cycle.board.look import Look
from cycle.operations.report import fields_of, thawed
from cycle.queries import SubjectRow
from cycle.sight import may_ask, seen, shows

Values = dict[str, Any]


def listed(look: Look) -> list[Values]:
    """The cases the reader sees, the latest year first, each with the heads of its failed years."""
    rows = [row for row in queries.of_kind(look.session, "case") if shows(look.reader, "case", seen(row))]
    rows.sort(key=lambda row: (-row.year, row.department))
    return [{**case_values(look, row), "heads": report(look, row)["heads"]} for row in rows]


def one(look: Look, year: int, department: str) -> Values:
    """A case with its report and what was written in its course. Raises NotFound."""
    row = case_of(look, year, department)
    texts = row.record.get("texts", {})
    return {
        **case_values(look, row),
        "number": row.number,
        "report": report(look, row),
        "texts": {action: queries.text(look.session, kept) for action, kept in texts.items()},
        "course": course(look, row),
    }


def report(look: Look, row: SubjectRow) -> Values:
    """The fields of the report as it was made when the case opened, worded for the reader."""
    return fields_of(thawed(queries.text(look.session, row.record["report_data"])), look.voice.lang)


def course(look: Look, row: SubjectRow) -> list[Values]:
    """What was done, the oldest first; empty for those who do not read the history."""
    if not may_ask(look.reader, "history"):
        return []
    return history.of_subject(look, row.key, seen(row))
