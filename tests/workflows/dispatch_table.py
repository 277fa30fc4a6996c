"""What the register of papers does, written out by hand, and what stands in its way."""

from __future__ import annotations

from collections.abc import Mapping

from tests.workflows.broken_facts import Broken, row
from tests.workflows.worlds import extra, facts, record

MOVES: Mapping[str, Mapping[str, str]] = {"none": {"issue_paper": "kept"}, "kept": {}}
STAYS: Mapping[str, str] = {"kept": "issue_paper void_paper"}
WHO: Mapping[str, str] = {"office": "issue_paper void_paper"}
ENDS = {"kept"}
REFUSALS: Mapping[str, tuple[Broken, ...]] = {
    "issue_paper": (
        row("paper_number_other", extra(number=3)),
        row("paper_number_other", extra(number=5)),
        row("paper_number_other", extra(series="another")),
        row("", extra(series="another", number=1)),
        row("paper_year_other", facts(year=2024)),
        row("paper_year_other", facts(year=2026)),
        row("paper_issued_already", extra(alike={"symbol": "甲〔2025〕2号", "on": "2025-06-02"})),
        row("", extra(alike=None)),
        row("paper_year_other paper_number_other", facts(year=2026), extra(number=0)),
    ),
    "void_paper": (
        row("paper_number_unknown", extra(number=4)),
        row("paper_number_unknown", extra(number=0)),
        row("paper_number_unknown", extra(series="another", number=1)),
        row("paper_void_already", record(void={"series": {"3": True}})),
        row("", record(void={"series": {"2": True}})),
        row("", extra(number=1)),
        row("", facts(year=2024)),
    ),
}
