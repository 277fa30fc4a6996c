"""The city as a reader sees it: years, departments, posts, people, working days, ties, cases. Plain values."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from cycle import facts as gathering
from cycle import queries
from cycle.board.look import Look
from cycle.operations.readiness import confirmed_figures, obstacles
from cycle.people import holder, name_on
from cycle.queries import SubjectRow
from cycle.sight import Seen, seen, shows
from workflows.errors import NotFound
from workflows.registry_guards import POSTS

Values = dict[str, Any]

_DATES: Final = ("opened_on", "proposed_on", "objections_until", "ratify_by", "ratified_on")


def cycle_of(look: Look, year: int) -> SubjectRow:
    """The cycle of a year. Raises NotFound where there is none."""
    row = queries.subject(look.session, f"cycle:{year}")
    if row is None:
        raise NotFound(f"cycle:{year}")
    return row


def cycles(look: Look) -> list[Values]:
    """Every year known here, the latest first."""
    rows = queries.of_kind(look.session, "cycle")
    return [cycle_values(look, row) for row in sorted(rows, key=lambda row: -row.year)]


def cycle_values(look: Look, row: SubjectRow) -> Values:
    """A year: where it stands, by which rulebook, its dates. What tells of single departments is left out."""
    record = row.record
    return {
        "year": row.year,
        "subject": row.key,
        "state": row.state,
        "state_word": look.voice.state("cycle", row.state),
        "number": row.number,
        "rulebook_digest": record.get("rulebook_digest"),
        "approved": bool(record.get("approved")),
        "imported": bool(record.get("imported")),
        "unrecorded": bool(record.get("unrecorded")),
        "provisional_accepted": bool(record.get("provisional_accepted")),
        "proposals": record.get("proposals", 0),
        "version": record.get("version", 0),
        **{name: record.get(name) for name in _DATES},
    }


def readiness(look: Look, year: int) -> Values:
    """What still stands in the way of opening a year that is being prepared."""
    cycle = cycle_of(look, year)
    roster = [d.department for d in queries.of_kind(look.session, "department") if d.state == "active"]
    preparing = cycle.state == "preparing"
    found = obstacles(look.session, cycle, roster, look.today) if preparing else []
    entries = look.voice.entries(found)
    return {"year": year, "state": cycle.state, "ready": not entries, "obstacles": entries}


def rulebook_values(look: Look, year: int) -> Values:
    """The rulebook a year is run by, its figures with what each rests on and whether the office confirmed it."""
    cycle = cycle_of(look, year)
    book = gathering.rulebook_of(look.session, cycle)
    return {"year": year, "name": book.name, "digest": book.digest, "content": book.content()}


def figures(look: Look, year: int | None = None) -> list[Values]:
    """Every figure of a year's rulebook, or of the shipped one: its clause, its evidence, whether it is confirmed."""
    cycle = cycle_of(look, year) if year else None
    book = gathering.rulebook_of(look.session, cycle)
    confirmed = confirmed_figures(look.session, book)
    needed = {figure.path for figure in book.to_confirm()}
    return [
        {
            "path": one.path,
            "clause": one.clause,
            "evidence": one.evidence,
            "value": one.value,
            "other": list(one.other),
            "to_confirm": one.path in needed,
            "confirmed": confirmed.get(one.path) == one.value,
        }
        for one in book.figures
    ]


def ties(look: Look, year: int) -> list[Values]:
    """The groups equal across a cut line of a year, with the seats they share and the group's ruling."""
    found: dict[str, Any] = cycle_of(look, year).record.get("ties", {}) or {}
    return [
        {
            "tie": name,
            "departments": [
                {"department": one, "name": look.voice.name(one)} for one in found[name]["departments"]
            ],
            "seats": found[name]["seats"],
            "grade": found[name]["grade"],
            "ruling": found[name].get("ruling"),
        }
        for name in sorted(found, key=_numbers)
    ]


def _numbers(tie: str) -> list[int]:
    """The parts of a tie's name: of an amended version it is `2.1`."""
    return [int(part) for part in tie.split(".")]


def departments(look: Look, *, every: bool = False) -> list[Values]:
    """The departments by id; dissolved ones too where `every`. Posts are as far as the reader sees them."""
    rows = queries.of_kind(look.session, "department")
    return [department_values(look, row) for row in rows if every or row.state == "active"]


def department_values(look: Look, row: SubjectRow) -> Values:
    """A department: its names, its category, and who holds its posts today."""
    posts = {post: holder(row.record, post, look.today) or None for post in POSTS}
    return {
        "department": row.department,
        "name": name_on(row.record, look.today),
        "state": row.state,
        "category": row.record["category"],
        "aliases": list(row.record["aliases"]),
        "posts": posts if shows(look.reader, "posts", Seen(row.department)) else None,
        "names": list(row.record["names"]),
    }


def department_of(look: Look, department: str) -> SubjectRow:
    """A department there is. Raises NotFound."""
    row = queries.subject(look.session, f"department:{department}")
    if row is None:
        raise NotFound(f"department:{department}")
    return row


def posts(look: Look, department: str) -> list[Values]:
    """Who held which post of a department from when to when. Raises NotFound, also where it is not to be seen."""
    row = department_of(look, department)
    if not shows(look.reader, "posts", Seen(department)):
        raise NotFound(row.key)
    return [
        {
            "post": entry["post"],
            "person": entry["person"],
            "name": look.voice.name(entry["person"]),
            "from": entry["from"],
            "until": entry.get("until"),
        }
        for entry in row.record["posts"]
    ]


def people(look: Look, *, role: str = "", state: str = "") -> list[Values]:
    """The people of the roster the reader sees, by id."""
    rows = queries.of_kind(look.session, "person")
    found = [person_values(row) for row in rows if shows(look.reader, "person", Seen(person=_id(row)))]
    return [
        one for one in found if (not role or role in one["roles"]) and (not state or one["state"] == state)
    ]


def person_of(look: Look, name: str) -> SubjectRow:
    """A person the reader sees. Raises NotFound."""
    row = queries.subject(look.session, f"person:{name}")
    if row is None or not shows(look.reader, "person", Seen(person=name)):
        raise NotFound(f"person:{name}")
    return row


def person_values(row: SubjectRow) -> Values:
    """A person's entry in the roster."""
    return {"person": _id(row), "state": row.state, **row.record}


def _id(row: SubjectRow) -> str:
    return row.key.partition(":")[2]


def calendars(look: Look) -> list[Values]:
    """The years whose working days were imported, with how many holidays and make-up days."""
    content = gathering.standing_calendar(look.session).content()
    return [
        {"year": int(year), "holidays": len(days["holidays"]), "makeup": len(days["makeup"])}
        for year, days in sorted(content.items())
    ]


def calendar_values(look: Look, year: int) -> Values:
    """One year's holidays and make-up days; `provisional` where nothing was imported."""
    standing = gathering.standing_calendar(look.session)
    days = standing.content().get(str(year), {"holidays": [], "makeup": []})
    return {"year": year, "provisional": standing.provisional(date(year, 1, 1)), **days}


def cases(look: Look, year: int | None = None) -> list[Values]:
    """The cases of consecutive failures the reader sees, by key; of one year where it is given."""
    rows = (
        queries.of_kind(look.session, "case") if year is None else queries.of_year(look.session, "case", year)
    )
    return [case_values(look, row) for row in rows if shows(look.reader, "case", seen(row))]


def case_of(look: Look, year: int, department: str) -> SubjectRow:
    """A case the reader sees. Raises NotFound."""
    row = queries.subject(look.session, f"case:{year}:{department}")
    if row is None or not shows(look.reader, "case", seen(row)):
        raise NotFound(f"case:{year}:{department}")
    return row


def case_values(look: Look, row: SubjectRow) -> Values:
    """A case; the name is the one the results give it."""
    kept = ("name", "consecutive_failures", "previous_year", "previous_department")
    return {
        "subject": row.key,
        "year": row.year,
        "department": row.department,
        **{name: row.record[name] for name in kept},
        "state": row.state,
        "state_word": look.voice.state("case", row.state),
    }
