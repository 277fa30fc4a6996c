"""What is answered about the city and the office's own work. Instants are UTC text, days ISO dates."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, Field

from cycle.api.reads_shapes import Day, Result, Unmet


class Me(BaseModel):
    """Who asks, and what they read for: `departments` as liaison or head, `in_charge_of` as their leader."""

    person: str
    name: str
    home: str
    roles: list[str]
    lang: str
    departments: list[str]
    in_charge_of: list[str]
    scope: Literal["read", "act"]
    today: Day
    year: int | None


class Cycle(BaseModel):
    """A year."""

    year: int
    subject: str
    state: str
    state_word: str
    number: int
    rulebook_digest: str | None
    approved: bool
    imported: bool
    unrecorded: bool
    provisional_accepted: bool
    proposals: int
    version: int
    opened_on: Day | None
    proposed_on: Day | None
    objections_until: Day | None
    ratify_by: Day | None
    ratified_on: Day | None


class Readiness(BaseModel):
    """What opening a year still needs."""

    year: int
    state: str
    ready: bool
    obstacles: list[Unmet]


class Rulebook(BaseModel):
    """The rulebook of a year, whole."""

    year: int
    name: str
    digest: str
    content: dict[str, Any]


class Figure(BaseModel):
    """A figure of a rulebook: its clause, what it rests on, other readings, whether the office confirmed it."""

    path: str
    clause: str
    evidence: str
    value: str
    other: list[str]
    to_confirm: bool
    confirmed: bool


class NamedDepartment(BaseModel):
    """A department and what it is called."""

    department: str
    name: str


class Tie(BaseModel):
    """Departments equal across a cut line, the seats they share, and the ruling by department."""

    tie: str
    departments: list[NamedDepartment]
    seats: dict[str, int]
    grade: str
    ruling: dict[str, str] | None


class Results(BaseModel):
    """One version of a year's results; `none` where there are none, or none to be seen yet."""

    year: int
    status: Literal["none", "proposed", "ratified", "imported"]
    version: int | None
    results: list[Result]


class Version(BaseModel):
    """A version of a year's results."""

    status: Literal["proposed", "ratified", "imported"]
    version: int
    departments: int


class Case(BaseModel):
    """An escalation case."""

    subject: str
    year: int
    department: str
    name: str
    consecutive_failures: int
    previous_year: int
    previous_department: str
    state: str
    state_word: str


class OneCase(Case):
    """A case with its report and what was written in its course, by action."""

    number: int
    report: str
    texts: dict[str, str]


class Department(BaseModel):
    """A department; `posts` null where they are not the reader's to see."""

    department: str
    name: str
    state: str
    category: str
    aliases: list[str]
    posts: dict[str, str | None] | None
    names: list[dict[str, str]]


class OneDepartment(Department):
    """One department by itself."""

    number: int


class Post(BaseModel):
    """Who held a post of a department, from when to when."""

    post: str
    person: str
    name: str
    since: Day = Field(alias="from")
    until: Day | None


class Person(BaseModel):
    """A person of the roster."""

    person: str
    state: str
    name: str
    email: str
    home: str
    roles: list[str]
    office_head: bool | None = None
    lang: str | None = None


class OnePerson(Person):
    """One person by themselves."""

    number: int


class CalendarYear(BaseModel):
    """A year whose working days were imported, with the number of its holidays and make-up days."""

    year: int
    holidays: int
    makeup: int


class Calendar(BaseModel):
    """One year's working days; provisional where nothing was imported: then Monday to Friday."""

    year: int
    provisional: bool
    holidays: list[Day]
    makeup: list[Day]
