"""连续不达标专报: the values of the report as it was made when the case opened."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from cycle import queries
from cycle.board import city
from cycle.documents.papers.values.reading import LANG, Asked, Values, fit, head, made_from
from cycle.operations.report import fields_of, thawed
from cycle.operations.report.case import SheetLine
from cycle.operations.report.wording import said
from workflows.scoring import show

_MOST_YEARS: Final = 5
"""Columns a page has room for: of more years the latest."""


def gather(at: Asked) -> Values:
    """Raises NotFound where there is no case."""
    row = city.case_of(at.look, at.year, at.department)
    report = thawed(queries.text(at.look.session, row.record["report_data"]))
    fields = fields_of(report, LANG)
    return {
        **head(at),
        **made_from(at, [row.key]),
        "name": fit(fields["department"]),
        "grounds": [
            f"{line.zh}：{text}"
            for line, row in zip(report.sheets, fields["sheets"], strict=True)
            for text in row["grounds"]
        ],
        "sheets": [_row(line, row) for line, row in zip(report.sheets, fields["sheets"], strict=True)],
        "facts": [said(fact, LANG) for fact in report.facts if fact.code != "basis"],
        "years": fields["years"][-_MOST_YEARS:],
        **{
            name: fields[name]
            for name in (
                *("count", "first_line", "sums_only", "movement", "deadlines"),
                *("open_rectification", "heads", "tenures", "references", "digest"),
            )
        },
    }


def _row(line: SheetLine, row: Mapping[str, Any]) -> Values:
    return {
        "item": line.zh,
        "full": show(line.full) if line.full else "",
        "points": row["values"][-_MOST_YEARS:],
        "difference": row["difference"],
    }
