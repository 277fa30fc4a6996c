"""Departments with names and posts, people, working days, confirmed figures: what outlives a year."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from cycle import facts as gathering
from cycle import queries
from cycle.keys import split_key
from cycle.operations import alarms, decisions, forms, left_open
from cycle.operations.advance import (
    Desk,
    Given,
    advance,
    answer,
    consider,
    look_around,
    open_desk,
    write_all,
)
from cycle.operations.appraisals import day_of
from cycle.operations.decisions import Ladders
from cycle.operations.duties import hand_back
from cycle.operations.perform import Answer, Arguments, Transaction
from cycle.operations.register_lock import one_at_a_time
from workflows import rulebook as rulebooks
from workflows import words
from workflows.clocks import Clock
from workflows.deadlines import Deadline, Term, moved_due, recomputed
from workflows.errors import NotFound, Refused, Unmet
from workflows.facts import Asked
from workflows.one_line import one_line
from workflows.registry_guards import POST_ROLES
from workflows.rulebook import Rulebook
from workflows.workdays import Calendar, local_day, thaw

FOREVER = "2000-01-01"
"""Since when names and posts of the first roster hold, where it does not say."""


def _advance(work: Transaction, key: str, action: str, asked: Asked) -> Answer:
    return answer(
        advance(work.session, key, action, act=work.act, clock=work.clock, zone=work.zone, asked=asked)
    )


@one_at_a_time
def register_person(work: Transaction, arguments: Arguments) -> Answer:
    """Register a person: `id`, `name`, `email`, `home`, `roles`, `office_head`, `lang` of their letters."""
    record: dict[str, Any] = {key: arguments[key] for key in ("name", "email", "home", "roles")}
    one_line(arguments["name"], "name")
    record |= _lang(arguments)
    if arguments.get("office_head"):
        record["office_head"] = True
    extra = {"record": record, "roles": arguments["roles"]}
    return _advance(work, f"person:{arguments['id']}", "register", Asked(extra=extra))


@one_at_a_time
def change_person(work: Transaction, arguments: Arguments) -> Answer:
    """Change a person's entry, with a reason: `id` and what changes, fields as in `register_person`."""
    row = queries.subject(work.session, f"person:{arguments['id']}")
    if row is None:
        raise NotFound(f"person:{arguments['id']}")
    one_line(arguments.get("name", ""), "name")
    fields = ("name", "email", "home", "roles", "office_head")
    record = {key: arguments[key] for key in fields if key in arguments} | _lang(arguments)
    extra = {"record": record, "roles": record.get("roles", row.record["roles"])}
    return _advance(work, row.key, "change", Asked(extra=extra))


def _lang(arguments: Arguments) -> dict[str, str]:
    """The language of somebody's letters, where one is given. Raises Refused."""
    if "lang" not in arguments:
        return {}
    if arguments["lang"] not in words.LANGS:
        raise Refused(Unmet("lang_unknown", {"language": str(arguments["lang"])}))
    return {"lang": arguments["lang"]}


@one_at_a_time
def leave(work: Transaction, arguments: Arguments) -> Answer:
    """A person leaves on a day, with a reason; posts they hold need a new holder first: `id`, `on`.

    The duties they own go back to the office; the answer names them (`handed_back`).
    """
    on = day_of(arguments.get("on"))
    day = on.isoformat() if on else ""
    held = [
        Unmet("post_held", {"post": entry["post"], "department": row.department})
        for row in queries.of_kind(work.session, "department")
        for entry in row.record["posts"]
        if row.state == "active"
        and entry["person"] == arguments["id"]
        and entry.get("until", "9999-12-31") > day
    ]
    if held:
        raise Refused(*held)
    extra = {"record": {"left_on": day}}
    done = _advance(work, f"person:{arguments['id']}", "leave", Asked(on=on, extra=extra))
    return {**done, "handed_back": hand_back(work, arguments["id"])}


@one_at_a_time
def recategorise(work: Transaction, arguments: Arguments) -> Answer:
    """Put a department in another category: `department`, `category`."""
    row = _department(work, arguments["department"])
    extra = {"record": {"category": arguments["category"]}}
    return _advance(work, row.key, "recategorise", Asked(stage=arguments["category"], extra=extra))


@one_at_a_time
def dissolve(work: Transaction, arguments: Arguments) -> Answer:
    """Dissolve a department without a successor on a day: `department`, `on`.

    The answer names the matters about it that are `undecided` still.
    """
    row = _department(work, arguments["department"])
    on = day_of(arguments.get("on"))
    extra = {"record": {"dissolved_on": on.isoformat() if on else ""}}
    done = _advance(work, row.key, "dissolve", Asked(on=on, extra=extra))
    return {**done, "undecided": left_open.about(work.session, (row.department,))}


@one_at_a_time
def register_department(work: Transaction, arguments: Arguments) -> Answer:
    """Register a department: `id`, `name`, `category`, `aliases`, `since`, `posts` {post: person id}."""
    _name_free(work, one_line(arguments["name"], "name"), arguments["id"])
    since = arguments.get("since") or FOREVER
    _people_fit(work, arguments.get("posts", {}))
    record = {
        "names": [{"name": arguments["name"], "from": since}],
        "category": arguments["category"],
        "aliases": [one_line(alias, "aliases") for alias in arguments.get("aliases", ())],
        "posts": [
            {"post": post, "person": holder, "from": since}
            for post, holder in sorted(arguments.get("posts", {}).items())
        ],
    }
    asked = Asked(stage=arguments["category"], extra={"record": record})
    return _advance(work, f"department:{arguments['id']}", "register", asked)


def _people_fit(work: Transaction, posts: Mapping[str, str]) -> None:
    """A department begins with people who are there and have the roles of their posts. Raises Refused."""
    unfit = []
    for post, holder in sorted(posts.items()):
        roles = _roles(work, holder)
        if post not in POST_ROLES:
            unfit.append(Unmet("post_unknown", {"post": post}))
        elif roles is None:
            unfit.append(Unmet("person_unknown", {"person": holder}))
        elif POST_ROLES[post] not in roles:
            unfit.append(Unmet("post_role_missing", {"post": post, "person": holder}))
    if unfit:
        raise Refused(*unfit)


def _roles(work: Transaction, person: str) -> Sequence[str] | None:
    """The roles of a person who is there; None for anybody else."""
    row = queries.subject(work.session, f"person:{person}")
    if row is None or row.state != "active":
        return None
    roles: Sequence[str] = row.record["roles"]
    return roles


@one_at_a_time
def rename(work: Transaction, arguments: Arguments) -> Answer:
    """Give a department another name from a day on; its id stays: `department`, `name`, `on`."""
    _name_free(work, one_line(arguments["name"], "name"), arguments["department"])
    row = _department(work, arguments["department"])
    on = day_of(arguments.get("on"))
    _not_before(on, [entry["from"] for entry in row.record["names"]])
    names = [*row.record["names"], {"name": arguments["name"], "from": on.isoformat() if on else ""}]
    extra = {"record": {"names": sorted(names, key=lambda entry: str(entry["from"]))}}
    return _advance(work, row.key, "rename", Asked(text=arguments["name"], on=on, extra=extra))


@one_at_a_time
def appoint(work: Transaction, arguments: Arguments) -> Answer:
    """Put a person in a post from a day on; whoever held it leaves it: `department`, `post`, `person`, `on`."""
    row = _department(work, arguments["department"])
    on = day_of(arguments.get("on"))
    start = on.isoformat() if on else ""
    _not_before(on, [e["from"] for e in row.record["posts"] if e["post"] == arguments["post"]])
    posts = [_ended(entry, arguments["post"], start) for entry in row.record["posts"]]
    posts.append({"post": arguments["post"], "person": arguments["person"], "from": start})
    roles = _roles(work, arguments["person"])
    extra = {"record": {"posts": posts}, "person_active": roles is not None, "person_roles": roles or ()}
    asked = Asked(stage=arguments["post"], member=arguments["person"], on=on, extra=extra)
    done = _advance(work, row.key, "appoint", asked)
    elsewhere = {e["person"] for e in posts if e["post"] != arguments["post"] and "until" not in e}
    held = {e["person"] for e in row.record["posts"] if e["post"] == arguments["post"]}
    forms.forget(work.session, row.department, held - elsewhere)
    return done


def _not_before(on: date | None, starts: Sequence[str]) -> None:
    """What holds from a day on comes after all that held before it."""
    if on is not None and starts and on.isoformat() <= max(starts):
        raise Refused(Unmet("day_not_after", {"day": max(starts)}))


def _ended(entry: dict[str, str], post: str, on: str) -> dict[str, str]:
    if entry["post"] != post or entry.get("until", on) < on:
        return entry
    return {**entry, "until": on}


@one_at_a_time
def merge(work: Transaction, arguments: Arguments) -> Answer:
    """Record that a department absorbed others on a day: `department`, `predecessors`, `on`.

    The predecessors are dissolved in the same transaction; exempting their running appraisals and enrolling
    the successor are acts of their own. The answer names the matters about them that are `undecided` still.
    """
    row = _department(work, arguments["department"])
    on = day_of(arguments.get("on"))
    day = on.isoformat() if on else ""
    predecessors = [p for p in arguments["predecessors"] if p != row.department]
    absorbed = [*row.record.get("absorbed", ()), *({"department": p, "on": day} for p in predecessors)]
    extra = {"record": {"absorbed": absorbed}, "predecessors": predecessors}
    done = _advance(work, row.key, "absorb", Asked(on=on, extra=extra))
    for predecessor in predecessors:
        gone = {"record": {"dissolved_on": day, "successor": row.department}}
        _advance(work, _department(work, predecessor).key, "dissolve", Asked(on=on, extra=gone))
    return {**done, "undecided": left_open.about(work.session, predecessors)}


def _department(work: Transaction, department: str) -> queries.SubjectRow:
    row = queries.lock(work.session, f"department:{department}")
    if row is None:
        raise NotFound(f"department:{department}")
    return row


def _name_free(work: Transaction, name: str, department: str) -> None:
    """No other department has or had the name: none that stands, none that a year will still grade."""
    for row in queries.of_kind(work.session, "department"):
        taken = {entry["name"] for entry in row.record["names"]} | set(row.record["aliases"])
        if row.department == department or name not in taken:
            continue
        if row.state == "active" or _to_be_graded(work, row.department):
            raise Refused(Unmet("name_taken", {"name": name, "department": row.department}))


def _to_be_graded(work: Transaction, department: str) -> bool:
    """Whether a department, dissolved or not, has an appraisal that a proposal or ratification will count."""
    for cycle in queries.of_kind(work.session, "cycle"):
        if cycle.state in ("running", "proposed"):
            appraisal = queries.subject(work.session, f"appraisal:{cycle.year}:{department}")
            if appraisal is not None and appraisal.state != "exempted":
                return True
    return False


def confirm_figure(work: Transaction, arguments: Arguments) -> Answer:
    """The office confirms a figure the received text does not show for certain: `figure` its path in the book.

    Optional `rulebook`: its content, where another than the shipped one is meant (org.interpretation).
    """
    content = arguments.get("rulebook")
    book = rulebooks.thaw(content) if content else rulebooks.load()
    path = arguments["figure"]
    figure = next((f for f in book.figures if f.path == path), None)
    record: dict[str, Any] = {}
    if figure is not None:
        entry = {
            "value": figure.value,
            "clause": figure.clause,
            "by": work.act.actor,
            "document": work.act.document,
        }
        record = {"figures": {path: entry}}
    outcome = advance(
        work.session,
        f"regulation:{book.name}",
        "confirm",
        act=work.act,
        clock=work.clock,
        zone=work.zone,
        asked=Asked(step=path, extra={"record": record}),
        given=Given(rulebook=book),
    )
    return answer(outcome)


def import_calendar(work: Transaction, arguments: Arguments) -> Answer:
    """Import a year's working days: `year`, `holidays`, `makeup` (ISO dates).

    Open deadlines still ahead are armed anew by the new table, one history row each, never to less than
    three working days from now.
    """
    year = int(arguments["year"])
    days = {"holidays": sorted(arguments["holidays"]), "makeup": sorted(arguments["makeup"])}
    try:
        thaw({str(year): days})
    except ValueError as error:
        raise Refused(Unmet("calendar_contradicts", {"year": year})) from error
    queries.hold_calendars(work.session)
    before = gathering.standing_calendar(work.session)
    done = _advance(work, f"calendar:{year}", "import", Asked(extra={"record": {"days": days}}))
    desk = open_desk(work.session, work.clock, work.zone, work.act)
    moved = _redated(desk, before, gathering.standing_calendar(work.session))
    reset_alarms(desk)
    return {**done, "redated": moved}


def reset_alarms(desk: Desk) -> None:
    """Rungs count working days: every alarm is set anew by the table that holds now."""
    calendar = gathering.standing_calendar(desk.session)
    books: dict[int, Rulebook] = {}
    for watched in decisions.every(desk.session):
        year = split_key(watched.subject)[1]
        if year not in books:
            cycle = queries.subject(desk.session, f"cycle:{year}")
            books[year] = gathering.rulebook_of(desk.session, cycle)
        ladders = Ladders(calendar, books[year].rungs, desk.zone)
        alarms.put(desk.session, watched, ladders.open(desk.session, watched))


def _redated(desk: Desk, before: Calendar, calendar: Calendar) -> int:
    today = local_day(desk.now, desk.zone)
    changes = []
    for row in queries.with_open_deadlines(desk.session):
        around = look_around(desk, row)
        if row.kind == "cycle":
            book = gathering.rulebook_of(desk.session, row)
            extra = _fresh_dates(row, book, calendar, today)
        else:
            fresh = _fresh_clocks(row, before, calendar, today)
            extra = {"clocks": [c for _, c in fresh], "voids": [name for name, _ in fresh]} if fresh else {}
        if extra:
            asked = Asked(extra=extra)
            changes.append(consider(desk, row, "redate", asked, around=around, given=Given(permitted=True)))
    write_all(desk, changes)
    return sum(1 for change in changes if change.row.kind == "appraisal")


def _fresh_dates(row: queries.SubjectRow, book: Rulebook, calendar: Calendar, today: date) -> dict[str, Any]:
    """The last day for objections and the day for ratifying by the new table; empty where neither changes."""
    until, due = (date.fromisoformat(row.record[key]) for key in ("objections_until", "ratify_by"))
    proposed = date.fromisoformat(row.record["proposed_on"])
    fresh_until = _still_ahead(until, calendar.add(proposed, book.objection_days), calendar, today)
    fresh_due = _still_ahead(due, calendar.add(fresh_until, book.ratification_days), calendar, today)
    if (fresh_until, fresh_due) == (until, due):
        return {}
    return {"until": fresh_until, "due": fresh_due}


def _still_ahead(known: date, planned: date, calendar: Calendar, today: date) -> date:
    """A day told to people moves only while it is ahead, and never to less than three working days from now."""
    return known if known < today else moved_due(planned, calendar, today, current=known)


def _fresh_clocks(
    row: queries.SubjectRow, before: Calendar, calendar: Calendar, today: Any
) -> list[tuple[str, Clock]]:
    """The open deadlines of an appraisal that the calendar changes, each with the clock to arm in its place.

    Grace keeps as many working days as it had by the calendar `before`.
    """
    found = []
    for name, kept in sorted(row.record.get("deadlines", {}).items()):
        grace = day_of(kept.get("grace_until"))
        due = day_of(kept["due"])
        nominal = day_of(kept["day"])
        if due is None or nominal is None:
            continue
        grace_days = None if grace is None else before.count(due, grace)
        term = Term(nominal, kept["workdays"], None if grace_days is None else max(grace_days, 1))
        deadline = Deadline(name, kept["state"], 1, kept["who"], due, grace, kept["provisional"])
        fresh = recomputed(deadline, term, calendar, today)
        if fresh is not None:
            later = Term(fresh.due, 0, term.grace_days) if fresh.due != term.due(calendar) else term
            found.append((name, Clock(kept["state"], kept["who"], later)))
    return found
