"""Duties: opened with the results they follow from, done or waived by people, revoked by amendments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from cycle import facts as gathering
from cycle import queries
from cycle.operations import left_open, matters
from cycle.operations.advance import (
    Around,
    Desk,
    Given,
    answer,
    consider,
    look_around,
    open_desk,
    unborn,
    write_all,
)
from cycle.operations.appraisals import day_of, typed
from cycle.operations.cases import by_results
from cycle.operations.change import Change
from cycle.operations.perform import Answer, Arguments, Transaction
from cycle.people import Person, belongs, person
from cycle.queries import SubjectRow
from workflows import duties as rules
from workflows import ledger
from workflows.clocks import Clock
from workflows.deadlines import Term
from workflows.duties import Duty, Veto
from workflows.errors import NotFound, Refused, Unmet
from workflows.facts import Asked
from workflows.rulebook import Rulebook

Rated = Mapping[str, tuple[str, str]]
"""Department to its grade and to who was head at ratification."""

MOVES = ("close", "waive")
"""What people do to a duty with a text or a reason; its owner is assigned apart."""


def duty_changes(desk: Desk, year: int, rated: Rated, *, around: Around, book: Rulebook) -> list[Change]:
    """The duties to open and to revoke by these results, in order of department; whose are not given stay.

    `around` is that of the year: the system asks nobody, so nobody's entry has to be read for each of them.
    """
    system = by_results(desk)
    standing: dict[str, list[SubjectRow]] = {}
    for row in queries.lock_year(desk.session, "duty", year):
        standing.setdefault(row.department, []).append(row)
    vetoes = _vetoes(desk, year)
    given = Given(permitted=True, rulebook=book)
    changes: list[Change] = []
    for department in sorted(rated):
        rows = standing.get(department, [])
        due = rules.owed(*rated[department], vetoes.get(department, ()), book)
        following = rules.follow([Duty(row.key, row.state, row.record) for row in rows], due)
        for number, record in enumerate(following.opening, start=len(rows) + 1):
            fresh = unborn(f"duty:{year}:{department}:{number}")
            asked = Asked(reason=system.act.reason, extra={"record": dict(record)})
            changes.append(consider(system, fresh, "open", asked, around=around, given=given))
        for row in rows:
            if row.key in following.revoked:
                asked = Asked(reason=system.act.reason)
                changes.append(consider(system, row, "revoke", asked, around=around, given=given))
    return changes


def still_open(desk: Desk, year: int, changes: Sequence[Change]) -> int:
    """How many duties of a year are open once `changes` are written."""
    gained = sum((change.step.after == "open") - (change.step.before == "open") for change in changes)
    return queries.open_duties(desk.session, year) + gained


def _vetoes(desk: Desk, year: int) -> dict[str, list[Veto]]:
    found: dict[str, list[Veto]] = {}
    for row in queries.vetoed(desk.session, year):
        veto = rules.veto_on(row.key, row.state, row.record)
        if veto is not None:
            found.setdefault(row.department, []).append(veto)
    return found


def follow_veto(work: Transaction, year: int, department: str) -> list[str]:
    """Open or revoke what follows from a veto decided or lifted once the results stand; the keys changed.

    Called in the transaction of the veto itself, which holds the cycle and then the appraisal: the year is not
    archived meanwhile. Before ratification nothing follows.
    Raises Refused for a veto on an archived year: a duty would open there behind everybody's back.
    """
    appraisal = queries.lock(work.session, f"appraisal:{year}:{department}")
    if appraisal is None or "ratified_on" not in appraisal.record:
        return []
    desk = open_desk(work.session, work.clock, work.zone, work.act)
    around = look_around(desk, appraisal)
    book = gathering.rulebook_of(work.session, around.cycle)
    rated = {department: (appraisal.record["result"]["grade"], appraisal.record.get("head", ""))}
    changes = duty_changes(desk, year, rated, around=around, book=book)
    opens = any(change.step.after == "open" for change in changes)
    if opens and around.cycle is not None and around.cycle.state == "closed":
        raise Refused(Unmet("year_archived", {"year": year}))
    if changes:
        write_all(by_results(desk), changes)
    return [change.row.key for change in changes]


def hold_to_account(work: Transaction, arguments: Arguments) -> Answer:
    """Open a duty that follows from no result (use.accountability): `year`, `department`, `text`, optional `due`.

    The year is held, so that it is not archived meanwhile.
    """
    year, department = (
        typed(arguments["year"], int, "year"),
        typed(arguments["department"], str, "department"),
    )
    text = typed(arguments.get("text", ""), str, "text")
    if queries.lock(work.session, f"cycle:{year}") is None:
        raise NotFound(f"cycle:{year}")
    key = matters.new_key(work, "duty", year, department)
    clause = rules.CLAUSES[rules.ACCOUNTABILITY]
    record: dict[str, Any] = {
        "duty": rules.ACCOUNTABILITY,
        "clause": clause,
        **_kept("hold_to_account", text),
    }
    asked = Asked(text=text, due=day_of(arguments.get("due")), extra={"record": record, "texts": [text]})
    return answer(matters.create(work, key, "hold_to_account", asked))


def move(work: Transaction, arguments: Arguments) -> Answer:
    """Close or waive a duty: `subject`, `action` (close, waive), for closing a `text` that says what was done."""
    action = typed(arguments["action"], str, "action")
    if action not in MOVES:
        raise Refused(Unmet("action_unknown", {"action": action}))
    row, _ = matters.hold(work, arguments["subject"], "duty")
    text = typed(arguments.get("text", ""), str, "text")
    extra = {"record": _kept(action, text), "texts": [text]} if text else {}
    return answer(matters.move(work, row, action, Asked(text=text, extra=extra)))


def hand_back(work: Transaction, owner: str) -> list[str]:
    """Whoever leaves gives their open duties back to the office, whose clock runs on; the keys of those."""
    keys = left_open.duties_of(work.session, owner)
    for key in keys:
        row, _ = matters.hold(work, key, "duty")
        if row.state != "open" or row.record.get("owner") != owner:
            continue
        desk = open_desk(work.session, work.clock, work.zone, work.act)
        asked = Asked(reason=work.act.reason, extra={"record": {"owner": None}, **_clocks_for(row, "office")})
        changed = consider(
            desk, row, "hand_back", asked, around=look_around(desk, row), given=matters.PERMITTED
        )
        write_all(desk, [changed])
    return keys


def _clocks_for(row: SubjectRow, who: str) -> dict[str, Any]:
    """The running clocks of a duty armed anew for somebody else, and those they take the place of."""
    kept: Mapping[str, Mapping[str, Any]] = row.record.get("deadlines", {})
    clocks = [
        Clock(each["state"], who, Term(date.fromisoformat(each["day"]), each["workdays"]))
        for each in kept.values()
    ]
    return {"clocks": clocks, "voids": sorted(kept)}


def assign_owner(work: Transaction, arguments: Arguments) -> Answer:
    """Give a duty to one person, whose clock it is from then on: `subject`, `owner`.

    They act for a body or inspect, and do not belong to the department it is about.
    """
    row, _ = matters.hold(work, arguments["subject"], "duty")
    owner = typed(arguments["owner"], str, "owner")
    entry = queries.subject(work.session, f"person:{owner}")
    known = None if entry is None else person(entry.key, entry.state, entry.record)
    extra = {
        "record": {"owner": owner},
        "person_active": known is not None and known.active,
        "person_roles": () if known is None else known.roles,
        "person_belongs": known is not None and _belongs(work, known, row.department),
        **_clocks_for(row, owner),
    }
    return answer(matters.move(work, row, "assign_owner", Asked(member=owner, extra=extra)))


def _belongs(work: Transaction, who: Person, department: str) -> bool:
    entry = queries.subject(work.session, f"department:{department}")
    day = work.clock.now().astimezone(work.zone).date()
    into = queries.successors(work.session)
    return belongs(who, entry.record if entry else {}, department, day, into)


def _kept(action: str, text: str) -> dict[str, Any]:
    """A text of people in the record: kept under its digest."""
    return {"texts": {action: ledger.digest(text)}}
