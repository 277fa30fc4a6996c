"""Writes letters within one transaction: names, posts, letterhead and links, in the words of each reader."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from cycle.correspondence.addressees import OFFICE, Addressees
from cycle.correspondence.letterhead import Letterhead, letterhead
from cycle.db import Session
from cycle.people import Person, name_on
from notifications import outbox
from notifications.notices import Event, Letter, Recipient
from workflows import words
from workflows.deadlines import OFFICE_HEAD
from workflows.workdays import local_day


class Writer:
    """The post of one transaction. What it reads it reads once; letters are collected, then posted together."""

    def __init__(self, session: Session, now: datetime, zone: ZoneInfo) -> None:
        self.session = session
        self.now = now
        self.zone = zone
        self.today: date = local_day(now, zone)
        self.addressees = Addressees(session, self.today)
        self._head: Letterhead | None = None
        self._letters: list[Letter] = []

    @property
    def head(self) -> Letterhead:
        """The letterhead as it stands."""
        if self._head is None:
            self._head = letterhead(self.session)
        return self._head

    def to(self, role: str, department: str = "") -> list[Recipient]:
        """Everybody behind a post or a role; where nobody is, a letter nobody can be sent, for the office to see."""
        found = [recipient(one) for one in self.addressees.of(role, department)]
        if found:
            return found
        posts = words.catalogue(words.LANGS[0])["role"]
        return [Recipient(role, posts.get(role) or self.addressees.name(role), "")]

    def each(self, roles: Iterable[str], department: str = "") -> Iterator[Recipient]:
        """Everybody behind several posts or roles, at one address once; vacant ones as in `to`."""
        written: set[str] = set()
        for role in roles:
            for to in self.to(role, department):
                if to.address not in written or not to.address:
                    written.add(to.address)
                    yield to

    def department(self, department: str) -> str:
        """What a department is called today."""
        row = self.addressees.department(department)
        return name_on(row.record, self.today) if row else department

    def write(
        self,
        kind: str,
        to: Recipient,
        key: str,
        fields: Mapping[str, Any],
        *,
        year: int = 0,
        department: str = "",
        colour: str = "",
        **more: Any,
    ) -> None:
        """Add a letter; `key` says what is told, whom is added to it. `more` as in `Letter`."""
        common = {
            "office": self.head.office or words.word("letter", "office", to.lang),
            "contact": self.head.contact or self._contact(to.lang),
            "link": self.link(*(part for part in (str(year or ""), department) if part)),
            "today": self.today,
            "colour": colour,
            "year": year,
        }
        if department:
            common["department"] = self.department(department)
        self._letters.append(Letter(f"{key}:{to.person}", kind, to, self.now, {**common, **fields}, **more))

    def link(self, *parts: str) -> str:
        """Where a page is; empty where the office has said no address."""
        return "/".join([self.head.link.rstrip("/"), *parts]) if self.head.link else ""

    def event(
        self, subject: str, state: str, number: int, day: date, title: str, *, cancelled: bool = False
    ) -> Event:
        """The calendar entry of a clock: one for each state of a subject, however often its date moves."""
        return Event(f"{subject}/{state}@{self.head.domain}", number, day, title, cancelled)

    def post(self) -> int:
        """Put the letters into the outbox; how many were not there yet."""
        if not self._letters:
            return 0
        posted = outbox.post(self.session, self._letters, domain=self.head.domain)
        self._letters = []
        return posted

    def _contact(self, lang: str) -> str:
        for role in (OFFICE_HEAD, OFFICE):
            for one in self.addressees.of(role):
                return words.phrase("letter", "contact", lang, name=one.name, email=one.email)
        return ""


def recipient(person: Person) -> Recipient:
    """A person as the post knows them."""
    return Recipient(person.id, person.name, person.email, person.lang)
