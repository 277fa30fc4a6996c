"""Acts on the whole cycle: preparing, opening, proposing, ruling on ties, ratifying, closing.

Each locks the cycle first, then every appraisal by key, and writes one row on the cycle and one on each
appraisal it moves: same action, actor and instant, all or none.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from cycle import facts as gathering
from cycle import queries
from cycle.facts import NEED_LINES
from cycle.operations import objections
from cycle.operations.advance import (
    Around,
    Desk,
    Given,
    Outcome,
    advance,
    answer,
    consider,
    look_around,
    open_desk,
    outcome,
    require_confirmation,
    require_role,
    write_all,
)
from cycle.operations.cases import by_results, case_changes
from cycle.operations.change import Change
from cycle.operations.duties import duty_changes
from cycle.operations.grades import Graded, Label, Registers, added_up, grade_year, registers_on, stored
from cycle.operations.last_year import rulebook_after
from cycle.operations.perform import Answer, Arguments, Transaction
from cycle.operations.readiness import obstacles
from cycle.people import holder
from cycle.queries import SubjectRow
from workflows import rulebook as rulebooks
from workflows.errors import NotFound, Refused, Unmet
from workflows.facts import Asked, Line, Standing

NEAR = 5
"""Years from now, in either direction, that may be set up."""


def prepare(work: Transaction, arguments: Arguments) -> Answer:
    """Set a cycle up with its rulebook: `year`, optional `rulebook` (its content) and `replace` (bool).

    `from` is an earlier year whose rulebook holds where no other is given (see `last_year`).
    """
    action = "replace_rulebook" if arguments.get("replace") else "prepare"
    require_role(work.session, work.act, "cycle", action)
    _require_near(work, arguments["year"])
    content, last = arguments.get("rulebook"), arguments.get("from")
    try:
        if last and not content:
            book = rulebook_after(work.session, last)
        else:
            book = rulebooks.thaw(content) if content else rulebooks.load()
    except rulebooks.RulebookInvalid as invalid:
        paths = ",".join(fault.path for fault in invalid.faults)
        raise Refused(Unmet("rulebook_invalid", {"figures": paths})) from invalid
    asked = Asked(extra={"record": {"from": last}} if last else {})
    return answer(_simple(work, arguments["year"], action, asked, Given(rulebook=book)))


def _require_near(work: Transaction, year: int) -> None:
    """A year once set up stays, and no results are taken in after it: a slip of the keyboard is refused."""
    this = work.clock.now().astimezone(work.zone).year
    if abs(year - this) > NEAR:
        raise Refused(Unmet("year_far", {"year": year, "first": this - NEAR, "last": this + NEAR}))


def approve_rulebook(work: Transaction, arguments: Arguments) -> Answer:
    """The group approves the rulebook it saw: `year`, `digest`."""
    return answer(
        _simple(work, arguments["year"], "approve_rulebook", Asked(extra={"digest": arguments["digest"]}))
    )


def accept_provisional_calendar(work: Transaction, arguments: Arguments) -> Answer:
    """Open although the year's working-day table is not published yet: `year`, a reason."""
    return answer(_simple(work, arguments["year"], "accept_provisional_calendar", Asked()))


def declare_unrecorded(work: Transaction, arguments: Arguments) -> Answer:
    """Declare that no results of `year` exist, with a reason."""
    return answer(_simple(work, arguments["year"], "declare_unrecorded", Asked()))


def open_cycle(work: Transaction, arguments: Arguments) -> Answer:
    """Open a year: every obstacle of the readiness list is in the refusal. `year`."""
    require_role(work.session, work.act, "cycle", "open")
    year = arguments["year"]
    row = _locked(work, year)
    roster = [d.department for d in queries.of_kind(work.session, "department") if d.state == "active"]
    today = work.clock.now().astimezone(work.zone).date()
    given = Given(blocking=obstacles(work.session, row, roster, today))
    return answer(_simple(work, year, "open", Asked(extra={"roster": roster}), given))


def rule_tie(work: Transaction, arguments: Arguments) -> Answer:
    """The group gives each member of a tie at a cut its grade: `year`, `tie`, `ruling` {department id: grade}."""
    extra = {"tie": str(arguments["tie"]), "ruling": dict(arguments["ruling"])}
    return answer(_simple(work, arguments["year"], "rule_tie", Asked(extra=extra)))


def close(work: Transaction, arguments: Arguments) -> Answer:
    """The system closes a ratified year once every appraisal is closed or exempt and no duty open: `year`."""
    return answer(_simple(work, arguments["year"], "close", Asked()))


def _simple(work: Transaction, year: int, action: str, asked: Asked, given: Given | None = None) -> Outcome:
    return advance(
        work.session,
        f"cycle:{year}",
        action,
        act=work.act,
        clock=work.clock,
        zone=work.zone,
        asked=asked,
        given=given or Given(),
    )


def _locked(work: Transaction, year: int) -> SubjectRow:
    row = queries.lock(work.session, f"cycle:{year}")
    if row is None:
        raise NotFound(f"cycle:{year}")
    return row


class Whole:
    """One act on a whole cycle in the making: the cycle, its appraisals and their lines, all locked."""

    def __init__(self, work: Transaction, year: int) -> None:
        self.year = year
        self.cycle = _locked(work, year)
        self.appraisals = queries.lock_year(work.session, "appraisal", year)
        self.desk: Desk = open_desk(work.session, work.clock, work.zone, work.act)
        self.around: Around = look_around(self.desk, self.cycle)
        self._lines: dict[str, list[Standing]] | None = None
        self.book = gathering.rulebook_of(work.session, self.cycle)
        self.graded_rows = [a for a in self.appraisals if a.state != "exempted"]
        self.day: date = self.desk.now.astimezone(work.zone).date()
        self.wish = Asked(reason=work.act.reason, document=work.act.document)

    @property
    def lines(self) -> dict[str, list[Standing]]:
        """The standing lines of every appraisal, read when first asked for."""
        if self._lines is None:
            self._lines = queries.lines_of_year(self.desk.session, self.year)
        return self._lines

    def with_lines(self, lines: dict[str, list[Standing]]) -> None:
        """Go on as if the ledgers held these lines: an amendment before it is written."""
        self._lines = lines

    def _points(self) -> Mapping[str, Mapping[str, int]]:
        if self._lines is None:
            return queries.points_of_year(self.desk.session, self.year)
        return {key: added_up(lines) for key, lines in self._lines.items()}

    def grade(self, rulings: dict[str, str] | None = None) -> Graded:
        return grade_year(
            self.desk.session,
            self.year,
            self.graded_rows,
            self._points(),
            book=self.book,
            registers=self._registers(),
            rulings=rulings,
        )

    def _registers(self) -> Registers:
        """Names and categories as the results carry them.

        Before a proposal as they stand; a proposal keeps the categories; names are those of ratification
        day, and an amendment changes neither.
        """
        session = self.desk.session
        found = registers_on(session, self.day)
        if self.cycle.state == "running":
            return found
        proposed = self.cycle.state == "proposed"
        known = (queries.proposed_results if proposed else queries.latest_results)(session, self.year)
        for row in known:
            name = found.labels[row["department"]].name if proposed else row["name"]
            found.labels[row["department"]] = Label(name, row["category"])
        return found

    def rulings(self) -> dict[str, str]:
        """Every ruling on a tie so far, by department id."""
        ties = self.cycle.record.get("ties", {})
        return {d: grade for name in sorted(ties) for d, grade in ties[name].get("ruling", {}).items()}

    def of_cycle(
        self,
        action: str,
        extra: dict[str, Any],
        blocking: Sequence[Unmet] = (),
        open_appraisals: int | None = None,
        open_duties: int | None = None,
    ) -> Change:
        """The row on the cycle itself. Raises Refused, and Unconfirmed where a second person is missing."""
        asked = replace(self.wish, extra=extra)
        given = Given(blocking=blocking, open_appraisals=open_appraisals, open_duties=open_duties)
        change = consider(self.desk, self.cycle, action, asked, around=self.around, given=given)
        require_confirmation(self.desk.act, change.step.move, self.cycle.key)
        return change

    def of_appraisal(
        self,
        row: SubjectRow,
        action: str,
        extra: dict[str, Any] | None = None,
        *,
        lines: Sequence[Standing] | None = None,
        asked_lines: Sequence[Line] = (),
        annulled: frozenset[str] = frozenset(),
    ) -> Change:
        """The row on one appraisal; `lines` as they stand where they differ from those graded."""
        if lines is None and action in NEED_LINES:
            lines = self.lines.get(row.key, ())
        standing = lines or ()
        given = Given(lines=standing, permitted=True, rulebook=self.book, annulled=annulled)
        asked = replace(self.wish, extra=extra or {}, lines=tuple(asked_lines))
        return consider(self.desk, row, action, asked, around=self.around, given=given)

    def in_the_way(self, action: str) -> list[Unmet]:
        """Every department that cannot take `action`, each with its unmet conditions."""
        found: list[Unmet] = []
        for row in self.graded_rows:
            try:
                self.of_appraisal(row, action)
            except Refused as refused:
                found += [replace(unmet, about=row.key) for unmet in refused.unmet]
        if not self.graded_rows:
            found.append(Unmet("nobody_to_grade"))
        return found


def results_of(whole: Whole, graded: Graded, status: str, version: int) -> dict[str, dict[str, Any]]:
    return {
        department: stored(department, result, year=whole.year, status=status, version=version)
        for department, result in graded.results
    }


def propose(work: Transaction, arguments: Arguments) -> Answer:
    """Propose the grades of a whole year; the ledger is frozen and the objection window starts. `year`."""
    require_role(work.session, work.act, "cycle", "propose")
    whole = Whole(work, arguments["year"])
    blocking = [
        *_missing_appraisals(work, whole),
        *whole.in_the_way("propose"),
        *_undecided(work, whole),
    ]
    if blocking:
        whole.of_cycle("propose", {"ties": {}, "graded": 0}, blocking)
    graded = whole.grade()
    of_cycle = whole.of_cycle("propose", {"ties": graded.ties, "graded": len(graded.results)})
    number = whole.cycle.record.get("proposals", 0) + 1
    results = results_of(whole, graded, "proposed", number)
    changes = [of_cycle]
    changes += [
        whole.of_appraisal(a, "propose", {"result": results[a.department]}) for a in whole.graded_rows
    ]
    write_all(whole.desk, changes)
    return {**answer(outcome(of_cycle)), "ties": graded.ties, "seats": graded.grading.quota}


def _missing_appraisals(work: Transaction, whole: Whole) -> list[Unmet]:
    """Departments of the roster, still there, whose appraisal was never opened."""
    if "roster" not in whole.cycle.record:
        return []
    have = {a.department for a in whole.appraisals}
    have |= {d.department for d in queries.of_kind(work.session, "department") if d.state != "active"}
    roster = json.loads(queries.text(work.session, whole.cycle.record["roster"]))
    return [
        Unmet("appraisal_not_opened", about=f"appraisal:{whole.year}:{d}") for d in roster if d not in have
    ]


def _undecided(work: Transaction, whole: Whole) -> Iterator[Unmet]:
    """Matters opened after a department was settled: a proposal would leave no ledger to decide them in."""
    graded = {row.department for row in whole.graded_rows}
    for row in queries.undecided_counting(work.session, whole.year):
        if row.department in graded:
            about = f"appraisal:{whole.year}:{row.department}"
            yield Unmet("matter_undecided", {"matters": row.key}, about=about)


def withdraw_proposal(work: Transaction, arguments: Arguments) -> Answer:
    """Withdraw a proposal with a reason; the ledger opens again, undecided objections are set aside. `year`."""
    require_role(work.session, work.act, "cycle", "withdraw_proposal")
    whole = Whole(work, arguments["year"])
    of_cycle = whole.of_cycle("withdraw_proposal", {})
    changes = [of_cycle, *(whole.of_appraisal(a, "withdraw_proposal") for a in whole.graded_rows)]
    write_all(whole.desk, changes)
    objections.set_aside_all(whole.desk, whole.year)
    return answer(outcome(of_cycle))


def ratify(work: Transaction, arguments: Arguments) -> Answer:
    """Ratify a proposal: results stand; duties and cases of consecutive failures are opened. `year`."""
    require_role(work.session, work.act, "cycle", "ratify")
    whole = Whole(work, arguments["year"])
    graded = whole.grade(whole.rulings())
    blocking = [
        *_year_before_open(work, whole.year),
        *objections.upheld(work.session, whole.year, whole.cycle.record.get("proposals", 0)),
    ]
    cases = case_changes(whole.desk, whole.year, graded, whole.book)
    of_cycle = whole.of_cycle("ratify", {"cases": [c.row.key for c in cases]}, blocking)
    version = whole.cycle.record.get("version", 0) + 1
    results = results_of(whole, graded, "ratified", version)
    heads = _heads(work, whole.day)
    changes = [of_cycle]
    changes += [
        whole.of_appraisal(a, "ratify", {"result": results[a.department], "head": heads[a.department]})
        for a in whole.graded_rows
    ]
    rated = {d: (results[d]["grade"], heads[d]) for d in results}
    duties = duty_changes(whole.desk, whole.year, rated, around=whole.around, book=whole.book)
    write_all(whole.desk, changes)
    write_all(by_results(whole.desk), [*cases, *duties])
    return {
        **answer(outcome(of_cycle)),
        "cases": [c.row.key for c in cases],
        "duties": len(duties),
        "version": version,
    }


def _heads(work: Transaction, day: date) -> dict[str, str]:
    """Who is head of each department on the day: ratification freezes it."""
    departments = queries.of_kind(work.session, "department")
    return {d.department: holder(d.record, "head", day) for d in departments}


def _year_before_open(work: Transaction, year: int) -> list[Unmet]:
    """Ratifying needs the year before ratified (or imported) or declared unrecorded."""
    before = queries.subject(work.session, f"cycle:{year - 1}")
    if before is None or before.state not in ("ratified", "closed"):
        return [Unmet("year_before_not_ratified", {"year": year - 1})]
    return []
