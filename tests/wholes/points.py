"""What a year's points come to, reckoned a second time from the rows of the histories."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from cycle.db import Session
from cycle.operations.grades import added_up
from cycle.queries import latest_results, lines_of_year, points_of_year, proposed_results
from tests.cast import book
from tests.held import YEAR, instant
from tests.wholes.kept import Kept, Values
from tests.wholes.sights import published

CUT_OFF: Final = instant(f"{YEAR + 1}-01-05")
"""A day on which a year may be settled."""

DEDUCTED: Final = {
    "finding": ("confirmed", "rectified", "verified"),
    "complaint": ("substantiated", "closed"),
}
"""The states in which a matter's deduction may stand."""


def half_up(total: int, by: int) -> int:
    """A mean of points that are not negative, in hundredths."""
    return (2 * total + by) // (2 * by)


def faults(session: Session, kept: Kept) -> Iterator[str]:
    """Where the ledgers of the year do not add up."""
    written = points_of_year(session, YEAR)
    listed = lines_of_year(session, YEAR)
    for key, one in kept.of("appraisal"):
        standing = kept.standing(key)
        sums = _sums(standing)
        if written.get(key, {}) != sums or added_up(listed.get(key, ())) != sums:
            yield f"{key} adds up to {sums}, not {written.get(key)}"
        yield from _of_matters(kept, key, standing)
        yield from _of_honours(kept, key, standing)
        over = max(0, sums.get("bonus", 0) - book().bonus_cap)
        if sums.get("cap", 0) != (-over if published(one.state) else 0):
            yield f"{key} at {one.state}: {over} over the cap, {sums.get('cap', 0)} written"
    yield from _results(session, kept)


def _sums(lines: Sequence[Values]) -> dict[str, int]:
    sums: dict[str, int] = {}
    for line in lines:
        sums[line["part"]] = sums.get(line["part"], 0) + line["points"]
    return sums


def _of_matters(kept: Kept, key: str, standing: Sequence[Values]) -> Iterator[str]:
    """One line for each decided matter, of its ground and amount, and none for any other."""
    _, year, department = key.split(":")
    most = {d.id: -d.points for d in book().deductions} | {b.id: b.points for b in book().bonuses}
    of: dict[str, list[Values]] = {}
    for line in standing:
        if line["part"] in ("deduction", "bonus"):
            of.setdefault(line["source"] or "", []).append(line)
            if line["points"] != most[line["item"]]:
                yield f"{line['id']} is of {line['points']}"
    for name, one in kept.subjects.items():
        if one.kind not in DEDUCTED or one.department != department:
            continue
        if int(one.record.get("counts_in") or one.year) != int(year):
            continue
        decided = bool(one.record.get("line")) if one.state == "closed" else one.state in DEDUCTED[one.kind]
        lines = of.pop(name, [])
        outside = one.record.get("outside") or one.record.get("line") in kept.amended
        if len(lines) != (1 if decided and not outside else 0):
            yield f"{name} at {one.state} has {len(lines)} lines"
    for name, lines in of.items():
        bonus = name.startswith("bonus:") and kept.state(name) == "approved"
        if name and not (bonus and len(lines) == 1):
            yield f"{name} at {kept.state(name)} has {len(lines)} lines"


def _of_honours(kept: Kept, key: str, standing: Sequence[Values]) -> Iterator[str]:
    """Of several applications for the same honour only the best counts; what an amendment took back is left out."""
    _, year, department = key.split(":")
    points = {bonus.id: bonus.points for bonus in book().bonuses}
    best: dict[str, int] = {}
    for name, one in kept.subjects.items():
        if (one.kind, one.state, one.department) != ("bonus", "approved", department):
            continue
        if int(one.record.get("counts_in") or one.year) != int(year) or one.record.get("outside"):
            continue
        item, award = one.record["item"], one.record["award"]
        article = item if item == "score.bonus.article" else ""
        same = name if item == "score.bonus.outstanding" else f"{article} {award}"
        best[same] = max(best.get(same, 0), points[item])
    sources = {line["source"] for line in kept.lines.values() if line["id"] in kept.amended}
    if any((source or "").startswith("bonus:") for source in sources):
        return
    counted = sum(line["points"] for line in standing if (line["source"] or "").startswith("bonus:"))
    if counted != sum(best.values()):
        yield f"{key} has {counted} for honours, not {best}"


def _results(session: Session, kept: Kept) -> Iterator[str]:
    """The newest results say what the ledgers do, and rank by it."""
    state = kept.state(f"cycle:{YEAR}")
    if state not in ("proposed", "ratified", "closed"):
        return
    rows = (proposed_results if state == "proposed" else latest_results)(session, YEAR)
    graded = [key for key, one in kept.of("appraisal") if one.state != "exempted"]
    if sorted(row["department"] for row in rows) != sorted(key.split(":")[2] for key in graded):
        yield f"results of {[row['department'] for row in rows]}"
    for row in rows:
        sums = _sums(kept.standing(f"appraisal:{YEAR}:{row['department']}"))
        base = sums.get("central", 0) + sums.get("public", 0) + sums.get("leader", 0)
        total = base + sums.get("deduction", 0) + min(sums.get("bonus", 0), book().bonus_cap)
        if (row["base"], row["total"]) != (base, total):
            yield f"{row['department']} has {row['base']} and {row['total']}, not {base} and {total}"
        for other in rows:
            if row["total"] > other["total"] and row["rank"] >= other["rank"]:
                yield f"{row['department']} ranks {row['rank']} behind {other['department']}"


def central_faults(kept: Kept, key: str) -> Iterator[str]:
    """Once a review is completed every indicator holds the mean of its members' marks."""
    record: Any = kept.subjects[key].record
    sheets = [record["marks"][member] for member in record["team"]]
    lines = {line["item"]: line["points"] for line in kept.standing(key) if line["part"] == "central"}
    for indicator in book().indicators:
        given = sorted(sheet[indicator.id]["points"] for sheet in sheets)
        trimmed = given[1:-1] if len(given) >= 5 else given
        mean = half_up(sum(trimmed), len(trimmed))
        if lines.get(indicator.id) != mean:
            yield f"{key} {indicator.id}: {lines.get(indicator.id)}, the mean of {given} is {mean}"
