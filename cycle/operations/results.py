"""Results of a year kept elsewhere, and amendments of a year ratified here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from cycle import facts as gathering
from cycle import queries
from cycle.operations.advance import Given, advance, answer, outcome, write_all
from cycle.operations.appraisals import asked_of, typed
from cycle.operations.cases import SYSTEM, case_changes
from cycle.operations.cycles import Whole, results_of
from cycle.operations.perform import Answer, Arguments, Transaction
from cycle.operations.storing import Change
from cycle.queries import SubjectRow
from workflows.errors import Refused, Unmet
from workflows.facts import Asked, Line, Standing
from workflows.grading import Result
from workflows.guards import parts_missing
from workflows.ledger_guards import fixed_points, line_faults
from workflows.rulebook import Rulebook
from workflows.scoring import folded

RESULT_NUMBERS = (
    "central",
    "public",
    "leader",
    "base",
    "deductions",
    "bonus",
    "total",
    "category_rank",
    "previous_rank",
    "previous_category_rank",
    "movement",
    "category_movement",
)


def import_results(work: Transaction, arguments: Arguments) -> Answer:
    """Take in the results of a year before the first: `year`, `rows`, `source`.

    Rows: {department (name or alias), rank, grade, and whatever else of a result is known; points in
    hundredths}. Every unknown or doubled name is in the refusal; nothing is written then.
    """
    year = arguments["year"]
    names = _names(work)
    rates = gathering.rulebook_of(work.session, None).award_rates
    blocking: list[Unmet] = []
    seen: set[str] = set()
    results = []
    for row in arguments["rows"]:
        department = names.get(folded(row["department"]))
        if department is None:
            blocking.append(Unmet("department_unknown", {"department": row["department"]}))
            continue
        if department in seen:
            blocking.append(Unmet("department_twice", {"department": row["department"]}))
        seen.add(department)
        results.append(_imported(year, department, row, rates))
    extra = {"results": results, "source": arguments.get("source", "")}
    done = advance(
        work.session,
        f"cycle:{year}",
        "import_results",
        act=work.act,
        clock=work.clock,
        zone=work.zone,
        asked=Asked(extra=extra),
        given=Given(blocking=blocking),
    )
    return {**answer(done), "departments": len(results)}


def _names(work: Transaction) -> dict[str, str]:
    """Every name a department ever had, and its aliases, folded, to its id; present names win."""
    found: dict[str, str] = {}
    rows = queries.of_kind(work.session, "department")
    for row in rows:
        for alias in row.record["aliases"]:
            found.setdefault(folded(alias), row.department)
    for row in rows:
        for entry in row.record["names"]:
            found[folded(entry["name"])] = row.department
    return found


def _imported(year: int, department: str, row: Mapping[str, Any], rates: Mapping[str, int]) -> dict[str, Any]:
    grade = typed(row["grade"], str, "grade")
    if grade not in rates:
        raise Refused(Unmet("value_unusable", {"field": "grade"}))
    failures = row.get("consecutive_failures")
    failures = (
        (1 if grade == "failed" else 0) if failures is None else typed(failures, int, "consecutive_failures")
    )
    return {
        "year": year,
        "status": "imported",
        "version": 1,
        "department": department,
        "name": row["department"],
        "category": row.get("category"),
        "rank": typed(row["rank"], int, "rank"),
        "grade": grade,
        "consecutive_failures": failures,
        "escalated": failures >= 2,
        **{
            field: None if row.get(field) is None else typed(row[field], int, field)
            for field in RESULT_NUMBERS
        },
        "previous_grade": row.get("previous_grade"),
        "award_rate": rates[grade],
    }


def amend(work: Transaction, arguments: Arguments) -> Answer:
    """Correct a ratified year: a new version of the results, the old one stays (product: `amend`).

    `year`; `changes`: [{department, reverse: [line ids], lines: [{part, item, points}]}]; `rulings`
    {department id: grade} for ties at a cut that the correction makes or keeps.
    """
    whole = Whole(work, arguments["year"])
    changes: Mapping[str, Mapping[str, Any]] = {c["department"]: c for c in arguments["changes"]}
    blocking = _unfit(whole, changes)
    before = {r["department"]: r for r in queries.latest_results(work.session, whole.year)}
    amended = {key: _amended(whole, key, lines, changes) for key, lines in whole.lines.items()}
    caps = {key: _cap_line(whole, lines) for key, lines in amended.items()}
    whole.lines = amended
    rulings = {**whole.rulings(), **arguments.get("rulings", {})}
    graded = whole.grade(rulings)
    blocking += _unruled(graded.ties, rulings)
    results = results_of(whole, graded, "ratified", _next_version(whole))
    differences = _differences(before, dict(graded.results))
    parts = [_of_appraisal(whole, row, results, changes, caps) for row in whole.graded_rows]
    opened = sum(1 for part in parts if part.step.after not in ("closed", "exempted"))
    version = _next_version(whole)
    ties = {
        # A name of its own in each version: a patch would merge into the tie that had this one before.
        f"{version}.{name}": {**tie, "ruling": {d: rulings.get(d) for d in tie["departments"]}}
        for name, tie in graded.ties.items()
    }
    extra = {
        "ties": {**dict.fromkeys(whole.cycle.record.get("ties", {})), **ties},
        "differences": differences,
    }
    of_cycle = whole.of_cycle("amend", extra, blocking, open_appraisals=opened)
    write_all(whole.desk, [of_cycle, *parts])
    cases = case_changes(whole.desk, whole.year, graded, whole.book)
    write_all(replace(whole.desk, act=SYSTEM), cases)
    return {**answer(outcome(of_cycle)), "differences": differences, "cases": [c.row.key for c in cases]}


def _next_version(whole: Whole) -> int:
    return int(whole.cycle.record.get("version", 0)) + 1


def differences(work: Transaction, arguments: Arguments) -> Answer:
    """What an amendment would change, without writing: the same arguments as `amend`."""
    whole = Whole(work, arguments["year"])
    changes = {c["department"]: c for c in arguments["changes"]}
    unfit = _unfit(whole, changes)
    if unfit:
        raise Refused(*unfit)
    before = {r["department"]: r for r in queries.latest_results(work.session, whole.year)}
    whole.lines = {key: _amended(whole, key, lines, changes) for key, lines in whole.lines.items()}
    graded = whole.grade({**whole.rulings(), **arguments.get("rulings", {})})
    return {"differences": _differences(before, dict(graded.results)), "ties": graded.ties}


def _unfit(whole: Whole, changes: Mapping[str, Mapping[str, Any]]) -> list[Unmet]:
    """Changes that name what is not there (departments, lines, items, amounts) or leave a part without points."""
    found = [] if changes else [Unmet("amendment_empty")]
    rows = {row.department: row for row in whole.graded_rows}
    for department in sorted(changes):
        if department not in rows:
            found.append(Unmet("department_unknown", {"department": department}))
            continue
        key = rows[department].key
        unmet = _unfit_lines(whole.book, whole.lines.get(key, ()), changes[department])
        found += [replace(u, about=key) for u in unmet]
    return found


def _unfit_lines(book: Rulebook, lines: Sequence[Standing], change: Mapping[str, Any]) -> Iterator[Unmet]:
    gone = set(change.get("reverse", ()))
    yield from (Unmet("line_unknown", {"line": name}) for name in sorted(gone - {line.id for line in lines}))
    asked = asked_of(change).lines
    kept = {(line.part, line.item) for line in lines if line.id not in gone}
    yield from line_faults(book, asked, kept)
    yield from parts_missing(book, kept | {(line.part, line.item) for line in asked})


def _amended(
    whole: Whole, key: str, lines: Sequence[Standing], changes: Mapping[str, Mapping[str, Any]]
) -> list[Standing]:
    """The standing lines after the change, the cap line left out: it is written anew where it still applies."""
    change = changes.get(key.split(":")[2])
    if change is None:
        return list(lines)
    gone = set(change.get("reverse", ()))
    kept = [line for line in lines if line.id not in gone and line.part != "cap"]
    return kept + [
        Standing("", line.part, line.item, _signed(whole, line)) for line in asked_of(change).lines
    ]


def _signed(whole: Whole, line: Line) -> int:
    if line.part == "deduction":
        return -(fixed_points(whole.book, line) or 0)
    return (fixed_points(whole.book, line) if line.part == "bonus" else line.points) or 0


def _cap_line(whole: Whole, lines: Sequence[Standing]) -> int:
    """What a new cap line takes off, negative; 0 where the cap is not reached or already has its line."""
    if any(line.part == "cap" for line in lines):
        return 0
    return min(0, whole.book.bonus_cap - sum(line.points for line in lines if line.part == "bonus"))


def _of_appraisal(
    whole: Whole,
    row: SubjectRow,
    results: Mapping[str, Mapping[str, Any]],
    changes: Mapping[str, Mapping[str, Any]],
    caps: Mapping[str, int],
) -> Change:
    change = changes.get(row.department, {})
    standing = queries.lines(whole.desk.session, row.key)
    reversals = list(change.get("reverse", ()))
    if change:
        reversals += [line.id for line in standing if line.part == "cap"]
    extra = {
        "result": results[row.department],
        "grade": results[row.department]["grade"],
        "reversals": reversals,
        "cap_line": caps.get(row.key, 0) if change else 0,
    }
    return whole.of_appraisal(row, "amend", extra, lines=standing, asked_lines=asked_of(change).lines)


def _unruled(ties: Mapping[str, Any], rulings: Mapping[str, str]) -> list[Unmet]:
    found = []
    for name, tie in sorted(ties.items()):
        given = sorted(rulings.get(d, "") for d in tie["departments"])
        seats = sorted(grade for grade, count in tie["seats"].items() for _ in range(count))
        if given != seats:
            found.append(Unmet("tie_unruled", {"tie": name, "departments": ",".join(tie["departments"])}))
    return found


def _differences(
    before: Mapping[str, Mapping[str, Any]], after: Mapping[str, Result]
) -> list[dict[str, Any]]:
    found = []
    for department in sorted(after):
        old, new = before.get(department, {}), after[department]
        changed = {
            field: {"before": old.get(field), "after": getattr(new, field)}
            for field in ("total", "rank", "category_rank", "grade", "award_rate", "consecutive_failures")
            if old.get(field) != getattr(new, field)
        }
        if changed:
            found.append({"department": department, **changed})
    return found
