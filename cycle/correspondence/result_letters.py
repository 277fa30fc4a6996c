"""Letters about points and grades: a deduction written, grades proposed, ratified, amended; and about cases."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from cycle import queries, queries_board
from cycle.correspondence.duty_letters import said
from cycle.correspondence.moved import Kind, Moved
from cycle.correspondence.writer import Writer
from cycle.db import Statement
from cycle.queries_board import LedgerLine
from workflows import words
from workflows.duties import owed
from workflows.rulebook import Rulebook
from workflows.scoring import show

Fields = dict[str, Any]
_PARTS = (
    ("central", "central"),
    ("public", "public"),
    ("leader", "leader"),
    ("deductions", "deduction"),
    ("bonus", "bonus"),
)
_LOSING = ("central", "public", "leader", "deduction")
_TELLING = (
    *(key for key, _ in _PARTS),
    "total",
    "rank",
    "category_rank",
    "grade",
    "movement",
    "category_movement",
)


def _deduction(_writer: Writer, moved: Moved, lang: str) -> Fields:
    names = words.names_of(moved.facts.rulebook, lang)
    lines = [
        {
            "item": names[line["item"]],
            "clause": line["item"],
            "points": show(line["points"]),
            "note": line["note"],
            "matter": _matter(line["source"], lang),
        }
        for line in moved.lines
    ]
    return {"document": moved.document, "lines": lines}


def _matter(source: str | None, lang: str) -> str:
    """What wrote a deduction, as the department knows it; empty where an amendment did."""
    if not source:
        return ""
    kind, number = source.partition(":")[0], source.rpartition(":")[2]
    return words.phrase("letter", f"of_{kind}", lang, number=number)


def _result(writer: Writer, moved: Moved, lang: str) -> Fields:
    result: Mapping[str, Any] = moved.facts.asked.extra["result"]
    parts = [
        {"part": _named(part, lang), "points": _signed(part, result[key])}
        for key, part in _PARTS
        if result[key] is not None
    ]
    return {
        "category": _category(moved.facts.rulebook, result["category"], lang),
        "grade": words.word("grade", result["grade"], lang),
        "rank": result["rank"],
        "category_rank": result["category_rank"],
        "total": show(result["total"]),
        "parts": parts,
        "lost": _lost(writer, moved, lang),
    }


def _category(book: Rulebook, category: str, lang: str) -> str:
    figure = book.figure(f"categories.{category}")
    return figure.zh if lang == "zh" else figure.en


def _named(part: str, lang: str) -> str:
    name = words.word("part", part, lang)
    return name[:1].upper() + name[1:]


def _signed(part: str, points: int) -> str:
    """Points as they enter the sum: results hold deductions as what was taken."""
    if part == "deduction":
        return show(-points)
    return f"+{show(points)}" if part == "bonus" and points else show(points)


class _Full(NamedTuple):
    """What there was to get for an item, in hundredths; `place` is where the rulebook has it."""

    points: int
    clause: str
    place: int


def _lost(writer: Writer, moved: Moved, lang: str) -> list[Fields]:
    """Part by part every point short of what there was to get, with the reason written beside it."""
    full = _full(moved.facts.rulebook)
    short: dict[str, list[LedgerLine]] = {part: [] for part in _LOSING}
    for line in queries_board.every_line(writer.session, moved.key):
        stands = not line.reverses and not line.reversed_by
        if stands and line.part in short and line.points < full[line.part, line.item].points:
            short[line.part].append(line)
    names = words.names_of(moved.facts.rulebook, lang)
    return [
        {
            "part": _named(part, lang),
            "points": show(sum(line.points - full[part, line.item].points for line in lines)),
            "lines": [_loss(line, full[part, line.item], names[line.item]) for line in _placed(lines, full)],
        }
        for part, lines in short.items()
        if lines
    ]


def _placed(lines: list[LedgerLine], full: Mapping[tuple[str, str], _Full]) -> list[LedgerLine]:
    return sorted(lines, key=lambda line: full[line.part, line.item].place)


def _loss(line: LedgerLine, full: _Full, name: str) -> Fields:
    """`full` is empty where there is no full mark: a deduction."""
    return {
        "item": name,
        "clause": full.clause,
        "full": show(full.points) if full.points else "",
        "points": show(line.points - full.points),
        "note": line.note,
    }


def _full(book: Rulebook) -> dict[tuple[str, str], _Full]:
    entries = [("central", each.id, each.points, each.id) for each in book.indicators]
    for part, items in book.parts.items():
        clauses = {item: book.figure(f"parts.{part}.{item}").clause for item in items}
        entries += [(part, item, points, clauses[item]) for item, points in items.items()]
    entries += [("deduction", each.id, 0, each.id) for each in book.deductions]
    return {
        (part, item): _Full(points, clause, at) for at, (part, item, points, clause) in enumerate(entries)
    }


def _proposed(writer: Writer, moved: Moved, lang: str) -> Fields:
    """The window as the act counts it (review.objection): so many working days from the day of the proposal."""
    days = moved.facts.rulebook.objection_days
    return {**_result(writer, moved, lang), "window_ends": moved.facts.calendar.add(writer.today, days)}


def _ratified(writer: Writer, moved: Moved, lang: str) -> Fields:
    result = moved.facts.asked.extra["result"]
    return {
        **_result(writer, moved, lang),
        "movement": result["movement"],
        "failed": result["grade"] == "failed",
        "consequences": [said(duty, lang) for duty in owed(result["grade"], "", (), moved.facts.rulebook)],
        "document": moved.document,
    }


def _amended(writer: Writer, moved: Moved, lang: str) -> Fields:
    version = moved.facts.asked.extra["result"]["version"]
    return {**_ratified(writer, moved, lang), "reason": moved.reason, "version": version}


_PROPOSED = Statement(
    "SELECT 1 FROM outbox WHERE subject = :subject AND kind = 'grades_proposed'"
    " AND status IN ('sent', 'sending', 'unknown')"
)
_UNSAID = Statement(
    "UPDATE outbox SET status = 'void', next_at = NULL WHERE subject = :subject AND kind = 'grades_proposed'"
    " AND status IN ('pending', 'retry', 'failed')"
)


def _was_told(writer: Writer, moved: Moved) -> bool:
    """Only who may have had the proposal hears that it is withdrawn; what has not left does not leave."""
    _UNSAID.run(writer.session, subject=moved.key)
    return _PROPOSED.run(writer.session, subject=moved.key).fetchone() is not None


def _proposal_withdrawn(_writer: Writer, moved: Moved, _lang: str) -> Fields:
    return {"reason": moved.reason}


def _has_changed(writer: Writer, moved: Moved) -> bool:
    """An amendment gives everybody a new version; told are those for whom it changes anything."""
    result = moved.facts.asked.extra["result"]
    before = queries.result_of_version(
        writer.session, moved.year, moved.department, int(result["version"]) - 1
    )
    return before is None or any(before[key] != result[key] for key in _TELLING)


def _report(writer: Writer, moved: Moved, lang: str) -> Fields:
    said: Fields = moved.facts.asked.extra["letter"][lang]
    return {**said, "link": _case(writer, moved)}


def _case(writer: Writer, moved: Moved) -> str:
    """The page of the case, not of the department's year."""
    return writer.link("cases", str(moved.year), moved.department)


def _withdrawn(writer: Writer, moved: Moved, lang: str) -> Fields:
    return {
        "link": _case(writer, moved),
        "reason": words.word("letter", "no_ground", lang),
        "document": moved.document,
        "digest": moved.record["report_data"],
    }


KINDS: dict[str, Kind] = {
    "deduction_written": Kind(_deduction),
    "grades_proposed": Kind(_proposed),
    "proposal_withdrawn": Kind(_proposal_withdrawn, worth_saying=_was_told),
    "grades_ratified": Kind(_ratified),
    "grades_amended": Kind(_amended, worth_saying=_has_changed),
    "escalation_report": Kind(_report),
    "escalation_withdrawn": Kind(_withdrawn),
}
