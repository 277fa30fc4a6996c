"""Amendments of a ratified year: a new version of the results, the old one stays.

What follows from the amended results is amended with them: later years whose movement or failures running
rest on them get a new version too, and duties and cases are opened or revoked accordingly.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from cycle import queries
from cycle.operations.advance import (
    Given,
    answer,
    consider,
    outcome,
    require_confirmation,
    require_role,
    write_all,
)
from cycle.operations.annulling import Annulled, annulled, stepped_in, stepping_in
from cycle.operations.appraisals import asked_of
from cycle.operations.bonuses import line_of
from cycle.operations.cases import by_results, case_changes
from cycle.operations.change import Change
from cycle.operations.cycles import Whole, results_of
from cycle.operations.duties import duty_changes, still_open
from cycle.operations.grades import Graded
from cycle.operations.perform import Answer, Arguments, Transaction
from cycle.queries import SubjectRow
from workflows.cycle_guards import ruling_fits
from workflows.errors import Unmet
from workflows.facts import Line, Standing
from workflows.grading import Result
from workflows.guards import parts_missing
from workflows.ledger_guards import fixed_points, line_faults
from workflows.rulebook import GRADES, Rulebook
from workflows.scoring import over_cap

Changes = Mapping[str, Mapping[str, Any]]
Fresh = Mapping[str, Sequence[SubjectRow]]
"""Department to the bonus applications that step in: see `annulling.stepping_in`."""
COMPARED = (
    "total",
    "rank",
    "category_rank",
    "grade",
    "award_rate",
    "previous_rank",
    "previous_category_rank",
    "previous_grade",
    "movement",
    "category_movement",
    "consecutive_failures",
    "escalated",
)
"""What an amendment shows as different, before and after."""
_FOLLOWS = ("cases", "revoked", "later")
"""What follows from amended results: cases opened or revoked, those of them revoked, later years amended with them."""


def amend(work: Transaction, arguments: Arguments) -> Answer:
    """Correct a ratified year: a new version of the results, the old one stays (product: `amend`).

    `year`; `changes`: [{department, reverse: [line ids], lines: [{part, item, points, again}]}]; `rulings`
    {department id: grade} for ties at a cut that the correction makes or keeps. A deduction of a ground
    that has a line already says so in `again` (true). A matter whose line is reversed is annulled with it; where
    that is the application that counted for an honour, the best of the others steps in with a line in the same act,
    and a line written for its item by hand says `again` too.
    """
    decided = _asked(work, arguments)
    require_confirmation(work.act, decided.of_cycle.step.move, decided.whole.cycle.key)
    return _carried_out(work, decided)


def preview_amendment(work: Transaction, arguments: Arguments) -> Answer:
    """What `amend` would change, in its own year, in later ones and of cases: `perform.preview` undoes it again.

    Raises as the act itself, a second person apart.
    """
    decided = _asked(work, arguments)
    done = _carried_out(work, decided)
    return {name: done[name] for name in (*decided.told, *_FOLLOWS)}


def _asked(work: Transaction, arguments: Arguments) -> _Decided:
    require_role(work.session, work.act, "cycle", "amend")
    whole = Whole(work, arguments["year"])
    asked = arguments["changes"]
    changes: Changes = {c["department"]: c for c in asked}
    rulings, strange = _rulings(whole, arguments.get("rulings", {}))
    unfit = [*_doubled_departments(asked), *_unfit(whole, changes), *strange]
    if not arguments.get("rulings") and not any(c.get("reverse") or c.get("lines") for c in asked):
        unfit.append(Unmet("amendment_empty"))
    return _decided(work, whole, changes, rulings, unfit)


def _doubled_departments(asked: Sequence[Mapping[str, Any]]) -> list[Unmet]:
    """A department is corrected in one entry: of two, one would go unseen."""
    counted = Counter(change["department"] for change in asked)
    return [Unmet("department_twice", {"department": name}) for name, times in counted.items() if times > 1]


def _carried_out(work: Transaction, decided: _Decided) -> Answer:
    return {**_write(decided), "later": _carry_on(work, decided.whole.year)}


def _carry_on(work: Transaction, year: int) -> list[dict[str, Any]]:
    """Derive every later ratified year again; those that come out otherwise get a new version."""
    found = []
    for later in sorted(row.year for row in queries.of_kind(work.session, "cycle")):
        cycle = queries.subject(work.session, f"cycle:{later}")
        if later <= year or cycle is None or not cycle.record.get("ratified_on"):
            continue
        whole = Whole(work, later)
        before = {r["department"]: r for r in queries.latest_results(work.session, later)}
        if _differences(before, dict(whole.grade(whole.rulings()).results)):
            found.append({"year": later, **_write(_decided(work, whole, {}, {}, []))})
    return found


@dataclass(frozen=True, slots=True)
class _Decided:
    """An amendment that nothing is in the way of, still to be written; `told` is what it changes."""

    whole: Whole
    of_cycle: Change
    changes: Sequence[Change]
    duties: Sequence[Change]
    graded: Graded
    told: Answer


def _decided(
    work: Transaction,
    whole: Whole,
    changes: Changes,
    asked_rulings: Mapping[str, str],
    blocking: list[Unmet],
) -> _Decided:
    """The amendment as it would be. Raises Refused with all that is in its way."""
    before = {r["department"]: r for r in queries.latest_results(work.session, whole.year)}
    gone = _annulled(whole, changes)
    blocking += gone.blocking
    fresh = stepping_in(whole.desk, whole.book, whole.year, gone)
    blocking += _entered_twice(whole, changes, fresh)
    whole.with_lines({key: _amended(whole, key, lines, changes, fresh) for key, lines in whole.lines.items()})
    caps = {key: _cap_line(whole, lines) for key, lines in whole.lines.items()}
    rulings = {**whole.rulings(), **asked_rulings}
    graded = whole.grade(rulings)
    blocking += _unruled(graded.ties, rulings)
    results = results_of(whole, graded, "ratified", _next_version(whole))
    ledgers = [
        _of_appraisal(whole, row, results, changes, caps, fresh=fresh, without=gone.keys)
        for row in whole.graded_rows
    ]
    parts = [part for part, _ in ledgers]
    opened = sum(1 for part in parts if part.step.after not in ("closed", "exempted"))
    differences = _differences(before, dict(graded.results))
    extra = {"ties": _ties(whole, graded, rulings), "differences": differences}
    rated = {a.department: (results[a.department]["grade"], _head(a)) for a in whole.graded_rows}
    duties = duty_changes(whole.desk, whole.year, rated, around=whole.around, book=whole.book)
    given = Given(
        blocking=blocking, open_appraisals=opened, open_duties=still_open(whole.desk, whole.year, duties)
    )
    of_cycle = consider(
        whole.desk, whole.cycle, "amend", replace(whole.wish, extra=extra), around=whole.around, given=given
    )
    told = {
        "differences": differences,
        "ties": graded.ties,
        "annulled": [_named(change.row) for change in gone.changes],
        "steps_in": [_with_line(whole, row) for rows in fresh.values() for row in rows],
    }
    recounts = [change for _, changes in ledgers for change in changes]
    return _Decided(whole, of_cycle, [*gone.changes, *recounts, *parts], duties, graded, told)


def _write(decided: _Decided) -> Answer:
    whole, of_cycle = decided.whole, decided.of_cycle
    write_all(whole.desk, [of_cycle, *decided.changes])
    cases = case_changes(whole.desk, whole.year, decided.graded, whole.book)
    write_all(by_results(whole.desk), [*cases, *decided.duties])
    keys = [case.row.key for case in cases]
    revoked = [case.row.key for case in cases if case.step.after == "revoked"]
    return {**answer(outcome(of_cycle)), **decided.told, "cases": keys, "revoked": revoked}


def _named(row: SubjectRow) -> dict[str, Any]:
    return {"subject": row.key, "department": row.department}


def _with_line(whole: Whole, row: SubjectRow) -> dict[str, Any]:
    line = line_of(row)
    return {**_named(row), "item": line.item, "points": _signed(whole, line)}


def _ties(whole: Whole, graded: Graded, rulings: Mapping[str, str]) -> dict[str, Any]:
    """What the record says of ties: those before are gone."""
    version = _next_version(whole)
    ties = {
        # A name of its own in each version: a patch would merge into the tie that had this one before.
        f"{version}.{name}": {**tie, "ruling": {d: rulings.get(d) for d in tie["departments"]}}
        for name, tie in graded.ties.items()
    }
    return {**dict.fromkeys(whole.cycle.record.get("ties", {})), **ties}


def _head(appraisal: SubjectRow) -> str:
    """Who was head when the year was ratified; an amendment does not change that."""
    return str(appraisal.record.get("head") or "")


def _next_version(whole: Whole) -> int:
    return int(whole.cycle.record.get("version", 0)) + 1


def _rulings(whole: Whole, asked: Mapping[str, str]) -> tuple[dict[str, str], list[Unmet]]:
    """The rulings that can be, and what there is against the others: a department or a grade there is none of."""
    here = {row.department for row in whole.graded_rows}
    found = [Unmet("department_unknown", {"department": each}) for each in sorted(asked.keys() - here)]
    found += [
        Unmet("value_unusable", {"field": f"rulings.{department}"})
        for department, grade in sorted(asked.items())
        if grade not in GRADES
    ]
    return {d: grade for d, grade in asked.items() if d in here and grade in GRADES}, found


def _annulled(whole: Whole, changes: Changes) -> Annulled:
    reversed_ = frozenset(str(line) for change in changes.values() for line in change.get("reverse", ()))
    return annulled(whole.desk, whole.around, whole.lines, reversed_)


def _unfit(whole: Whole, changes: Mapping[str, Mapping[str, Any]]) -> list[Unmet]:
    """Changes that name what is not there (departments, lines, items, amounts) or leave a part without points."""
    found: list[Unmet] = []
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
    yield from _doubled(change, kept)
    yield from parts_missing(book, kept | {(line.part, line.item) for line in asked})


def _doubled(change: Mapping[str, Any], kept: Collection[tuple[str, str]]) -> Iterator[Unmet]:
    """Deductions of a ground that has its line, where nobody said that it is meant once more."""
    have = set(kept)
    for line in change.get("lines", ()):
        key = (line.get("part"), line.get("item"))
        if key[0] != "deduction":
            continue
        if key in have and line.get("again") is not True:
            yield Unmet("line_again", {"item": str(key[1])})
        have.add(key)


def _entered_twice(whole: Whole, changes: Changes, fresh: Fresh) -> Iterator[Unmet]:
    """Bonuses written by hand for an item that an application stepping in writes, not meant once more."""
    for department in sorted(fresh):
        of = {line_of(row).item: row.key for row in fresh[department]}
        for line in changes.get(department, {}).get("lines", ()):
            item = line.get("item")
            if line.get("part") == "bonus" and item in of and line.get("again") is not True:
                about = f"appraisal:{whole.year}:{department}"
                yield Unmet("bonus_steps_in", {"item": str(item), "matter": of[item]}, about)


def _amended(
    whole: Whole, key: str, lines: Sequence[Standing], changes: Changes, fresh: Fresh
) -> list[Standing]:
    """The standing lines after the change, the cap line left out: it is written anew where it still applies."""
    change = changes.get(key.split(":")[2])
    if change is None:
        return list(lines)
    gone = set(change.get("reverse", ()))
    kept = [line for line in lines if line.id not in gone and line.part != "cap"]
    written = [*asked_of(change).lines, *map(line_of, fresh.get(key.split(":")[2], ()))]
    return kept + [Standing("", line.part, line.item, _signed(whole, line)) for line in written]


def _signed(whole: Whole, line: Line) -> int:
    if line.part == "deduction":
        return -(fixed_points(whole.book, line) or 0)
    return (fixed_points(whole.book, line) if line.part == "bonus" else line.points) or 0


def _cap_line(whole: Whole, lines: Sequence[Standing]) -> int:
    """What a new cap line takes off, negative; 0 where the cap is not reached or already has its line."""
    if any(line.part == "cap" for line in lines):
        return 0
    return -over_cap(sum(line.points for line in lines if line.part == "bonus"), whole.book.bonus_cap)


def _of_appraisal(
    whole: Whole,
    row: SubjectRow,
    results: Mapping[str, Mapping[str, Any]],
    changes: Changes,
    caps: Mapping[str, int],
    *,
    fresh: Fresh,
    without: frozenset[str],
) -> tuple[Change, list[Change]]:
    """The row on one appraisal, and those on the applications whose lines it writes."""
    change = changes.get(row.department, {})
    standing = queries.lines(whole.desk.session, row.key)
    gone = set(change.get("reverse", ()))
    reversals = [line.id for line in standing if line.id in gone or (change and line.part == "cap")]
    extra = {
        "result": results[row.department],
        "grade": results[row.department]["grade"],
        "reversals": reversals,
        "cap_line": caps.get(row.key, 0) if change else 0,
    }
    asked, entering = asked_of(change).lines, fresh.get(row.department, ())
    lines = (*asked, *map(line_of, entering))
    part = whole.of_appraisal(row, "amend", extra, lines=standing, asked_lines=lines, annulled=without)
    first = len(reversals) + len(asked) + 1
    recounts = [
        stepped_in(whole.desk, whole.around, each, f"{row.key}#{row.number + 1}/{place}")
        for place, each in enumerate(entering, first)
    ]
    return part, recounts


def _unruled(ties: Mapping[str, Any], rulings: Mapping[str, str]) -> list[Unmet]:
    return [
        Unmet("tie_unruled", {"tie": name, "departments": ",".join(tie["departments"])})
        for name, tie in sorted(ties.items())
        if not ruling_fits(tie, rulings)
    ]


def _differences(
    before: Mapping[str, Mapping[str, Any]], after: Mapping[str, Result]
) -> list[dict[str, Any]]:
    found = []
    for department in sorted(after):
        old, new = before.get(department, {}), after[department]
        changed = {
            field: {"before": old.get(field), "after": getattr(new, field)}
            for field in COMPARED
            if old.get(field) != getattr(new, field)
        }
        if changed:
            found.append({"department": department, **changed})
    return found
