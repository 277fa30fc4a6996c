"""What stands in the way of opening a year: everything at once, so that the office can work it off."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date

from cycle import facts as gathering
from cycle import queries
from cycle.db import Session
from cycle.people import Person, holder, person
from cycle.queries import SubjectRow
from workflows.corrections import item_of, points_of
from workflows.errors import Unmet
from workflows.registry_guards import POSTS
from workflows.rulebook import Rulebook

OFFICE_HOMES = 3
"""One acts and one confirms where the third is recused (org.office)."""


def obstacles(session: Session, cycle: SubjectRow, roster: Sequence[str], today: date) -> list[Unmet]:
    """Every condition for opening `cycle` that does not hold."""
    book = gathering.rulebook_of(session, cycle)
    people = {p.id: p for p in (person(r.key, r.state, r.record) for r in queries.of_kind(session, "person"))}
    return [
        *_rulebook_approved(cycle, book),
        *figures_unconfirmed(session, book),
        *_departments_reachable(session, roster, people, today),
        *_office_manned(people),
        *_year_before_known(session, cycle.year),
        *_calendar_known(session, cycle),
        *_carried_decidable(session, cycle, book),
    ]


def _rulebook_approved(cycle: SubjectRow, book: Rulebook) -> Iterator[Unmet]:
    if cycle.record.get("approved") != book.digest:
        yield Unmet("rulebook_not_approved", {"digest": book.digest[:12]})


def confirmed_figures(session: Session, book: Rulebook) -> dict[str, str]:
    """The figures confirmed for this rulebook, path to the value confirmed; another value does not count."""
    row = queries.subject(session, f"regulation:{book.name}")
    return {path: entry["value"] for path, entry in (row.record.get("figures", {}) if row else {}).items()}


def figures_unconfirmed(session: Session, book: Rulebook) -> Iterator[Unmet]:
    """The figures of a rulebook that the office has to confirm and has not (org.interpretation)."""
    confirmed = confirmed_figures(session, book)
    missing = [f.path for f in book.to_confirm() if confirmed.get(f.path) != f.value]
    if missing:
        yield Unmet("figures_unconfirmed", {"count": len(missing), "figures": ",".join(missing)})


def _departments_reachable(
    session: Session, roster: Sequence[str], people: dict[str, Person], today: date
) -> Iterator[Unmet]:
    if not roster:
        yield Unmet("roster_empty")
    records = {row.department: row.record for row in queries.of_kind(session, "department")}
    for department in roster:
        for post in POSTS:
            found = people.get(holder(records[department], post, today))
            if found is None or not found.active or "@" not in found.email:
                yield Unmet("post_vacant", {"post": post}, about=f"department:{department}")


def _office_manned(people: dict[str, Person]) -> Iterator[Unmet]:
    homes = Counter(p.home for p in people.values() if p.active and "office" in p.roles)
    if len(homes) < OFFICE_HOMES:
        yield Unmet("office_homes_few", {"have": len(homes), "need": OFFICE_HOMES})


def _year_before_known(session: Session, year: int) -> Iterator[Unmet]:
    before = queries.subject(session, f"cycle:{year - 1}")
    if before is None or before.state == "preparing":
        yield Unmet("year_before_unknown", {"year": year - 1})


def _carried_decidable(session: Session, cycle: SubjectRow, book: Rulebook) -> Iterator[Unmet]:
    """What was carried over into the year can be decided by its rulebook."""
    carried = queries.undecided_counting(session, cycle.year)
    items = {item_of(row.kind, row.record) for row in carried} - points_of(book).keys()
    if items:
        yield Unmet("carried_items_missing", {"items": ",".join(sorted(item for _, item in items))})


def _calendar_known(session: Session, cycle: SubjectRow) -> Iterator[Unmet]:
    if queries.subject(session, f"calendar:{cycle.year}") is None and not cycle.record.get(
        "provisional_accepted"
    ):
        yield Unmet("calendar_missing", {"year": cycle.year})
