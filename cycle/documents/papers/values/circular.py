"""考评结果通报: the values of the circular on a ratified year."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from cycle import queries
from cycle.board import registers, uses
from cycle.board.decided import last
from cycle.documents.papers.values import graded
from cycle.documents.papers.values.reading import (
    LANG,
    NONE_KNOWN,
    NUMERALS,
    Asked,
    Values,
    category_of,
    counted,
    day,
    decided,
    fit,
    head,
    listed,
    made_from,
    word,
)
from workflows import words
from workflows.rulebook import Rulebook

_LOSES: Final = {"department": "部门（单位）", "head": "主要负责人"}


def gather(at: Asked) -> Values:
    """Raises NotFound for a year unknown, Refused for one whose results do not stand."""
    known = uses.ratified_year(at.look.session, at.year)
    found = graded.results(at)
    rows = graded.grade_list(at, found["results"])
    commended = graded.with_grade(rows, "excellent")
    failed = [row for row in found["results"] if row["grade"] == "failed"]
    moved = _moved(at)
    exempt, merged = graded.exempt(at), graded.merged(at)
    return {
        **head(at),
        **made_from(at, [f"cycle:{at.year}"]),
        **decided(at, last(at.look, f"cycle:{at.year}", ("ratify", "amend", "import_results"))),
        "version": found["version"] if found["status"] == "ratified" else 1,
        "graded": len(rows),
        "grades": graded.by_grade(rows),
        "list": rows,
        "exempt": listed(exempt),
        "exempt_count": len(exempt),
        "merged": listed(merged),
        "merged_count": len(merged),
        "commended": counted(commended),
        "failed": counted(graded.with_grade(rows, "failed")),
        "again": listed([fit(row["name"]) for row in failed if row["consecutive_failures"] > 1]),
        "due": _due(at, [row["department"] for row in failed]),
        "consequences": _consequences(known.book),
        **moved,
        "numerals": _numerals(commended=bool(commended), failed=bool(failed), moved=bool(moved["moved"])),
    }


def _numerals(**there: bool) -> dict[str, str]:
    """The numeral of each section that is there; the first is that of the grades."""
    names = [name for name, is_there in there.items() if is_there]
    return {name: NUMERALS[at] for at, name in enumerate(names, start=1)}


def _consequences(book: Rulebook) -> str:
    """What a failed department loses, by the rulebook (use.failed)."""
    told = book.consequences
    lost = told["eligibility_lost"]
    who = "和".join(_LOSES[str(one)] for one in (lost if isinstance(lost, tuple) else (lost,)))
    cut = words.phrase(
        "duty.unit",
        str(told["outstanding_civil_servant_share_cut_unit"]),
        LANG,
        cut=told["outstanding_civil_servant_share_cut"],
    )
    return f"取消{who}年度评先评优资格，公务员评优比例降低{cut}"


def _due(at: Asked, departments: Sequence[str]) -> str:
    """The day by which those that failed hand in their rectification, where it is one for all."""
    found = set()
    for department in departments:
        row = queries.subject(at.look.session, f"appraisal:{at.year}:{department}")
        form: Any = row.record.get("forms", {}).get("rectification", {}) if row else {}
        found.add(form.get("original_due") or form.get("due"))
    return day(found.pop()) if len(found) == 1 else ""


def _moved(at: Asked) -> Values:
    rows = registers.movement(at.look, at.year)
    compared = [row for row in rows if row["by"] is not None]
    directions = [row["direction"] for row in compared]
    return {
        "movement_basis": word("duty.basis", rows[0]["basis"]) if rows else "",
        "moved": [
            {
                "name": fit(row["name"]),
                "category": category_of(at.book, row["category"]) or NONE_KNOWN,
                "previous": row["previous"],
                "rank": row["rank"],
                "by": _by(row["by"]),
            }
            for row in compared
        ],
        "left_out": listed([fit(row["name"]) for row in rows if row["by"] is None]),
        **{way: directions.count(way) for way in ("rose", "fell", "same")},
    }


def _by(places: int) -> str:
    return "持平" if places == 0 else f"{'上升' if places > 0 else '下降'}{abs(places)}"
