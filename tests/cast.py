"""The people and departments every test knows, and what they commonly do.

Three departments under the shipped regulation, its quota changed so that of three one is excellent, one good
and one failed. Whoever acts by default has a home outside the three, so that nobody is recused by accident.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, Final

import pytest

from cycle import calendar_seed, roster, schema
from cycle.clock import VirtualClock
from cycle.db import Database
from cycle.operations.perform import Answer
from cycle.operations.setup import roster_arguments
from cycle.operations.sweep import Swept, sweep
from cycle.permissions import Act
from cycle.service import Service
from tests import postgres
from tests.filled_forms import whole
from tests.held import YEAR, ZONE, Held, disagreements, instant
from tests.operations.templates import Templates
from workflows import rulebook
from workflows.errors import Refused, Unmet
from workflows.finding_guards import COMPLAINT
from workflows.rulebook import Rulebook

DISCIPLINE, GENERAL, PERSONNEL = "jiwei", "bangongshi", "zuzhi"
DEPARTMENTS: Final = (GENERAL, DISCIPLINE, PERSONNEL)  # as keys sort
ROSTER: Final = roster.first(roster.read(), 3)
LIAISON: Final = {d.id: d.posts["liaison"] for d in ROSTER.departments}
HEAD: Final = {d.id: d.posts["head"] for d in ROSTER.departments}
LEADER: Final = {d.id: d.posts["leader"] for d in ROSTER.departments}
SUCCESSOR = "united"  # not registered at first; whoever merges is served by the people of the third
for _posts in (LIAISON, HEAD, LEADER):
    _posts[SUCCESSOR] = _posts[PERSONNEL]

CLERK, THIRD = "p-han-xuefeng", "p-wu-siqi"  # office like COLLEAGUE, homes outside the three
OFFICE_AT_HOME: Final = {DISCIPLINE: "p-yin-zhaolun", GENERAL: "p-duan-wenjing", PERSONNEL: "p-li-xiaotang"}
MEMBER, OTHER_MEMBER = "p-zhao-weidong", "p-he-xiulan"  # of the leading group, homes outside the three
REVIEWERS: Final = ("p-wen-jingxing", "p-yi-shuheng", "p-lai-suzhen")
FOURTH_REVIEWER = "p-tang-guoan"
INSPECTOR = "p-gao-fengyi"
AUDITOR, ADMIN = "p-yan-shouzheng", "p-cheng-xinyu"

WHY, PAPER = "情况说明", "绩效办〔2025〕1号"

BY_LIAISON: Final = frozenset(
    {"save_form", "submit", "withdraw", "ask_extension", "add_step", "report_progress"}
)
BY_GROUP: Final = frozenset({"exempt", "reinstate", "rule_missing"})
WHOLE_BY_GROUP: Final = frozenset({"approve_rulebook", "rule_tie", "ratify", "amend"})


def marks(lost: int = 0) -> list[dict[str, Any]]:
    """A whole sheet with every point there is, `lost` hundredths less on the first indicator."""
    full = [{"item": i.id, "points": i.points} for i in book().indicators]
    first = {**full[0], "points": book().indicators[0].points - lost, "reason": WHY if lost else ""}
    return [first, *full[1:]]


@cache
def book() -> Rulebook:
    """The municipal rulebook with a quota for three: excellent, good and failed one each."""
    content: Any = rulebook.load().content()
    for grade, share in {"excellent": 33, "good": 33, "passed": 1, "failed": 33}.items():
        content["quota"][grade]["percent"] = share
    return rulebook.thaw(content)


def refusals(call: Callable[[], object]) -> tuple[Unmet, ...]:
    """Every unmet condition that `call` is refused for."""
    with pytest.raises(Refused) as caught:
        call()
    return caught.value.unmet


def codes(call: Callable[[], object]) -> list[str]:
    """The codes of every unmet condition that `call` is refused for."""
    return [unmet.code for unmet in refusals(call)]


def person(name: str, **more: Any) -> Act:
    """An act of one person with a reason and a document, so that neither is what is missing."""
    return replace(Act(name, reason=WHY, document=PAPER), **more)


def for_body(body: str, **more: Any) -> Act:
    """What the clerk records on behalf of a body or of a leader."""
    return person(CLERK, on_behalf_of=body, **more)


@dataclass(slots=True)
class City(Held):
    """A service with its clock in hand, and the verbs of the cast. `departments` are those a year is run for."""

    departments: tuple[str, ...] = DEPARTMENTS

    def move(self, department: str, action: str, year: int = YEAR, /, **asked: Any) -> Answer:
        """Move one appraisal the usual way: by whom it is usual, with reason and document, confirmed if need be."""
        act = self._usual(department, action)
        answer = self.ask(department, action, act, year, **asked)
        return self.confirm(answer) if "pending" in answer else answer

    def _usual(self, department: str, action: str) -> Act:
        if action in BY_LIAISON:
            return person(LIAISON[department])
        posts = {"sign_off": HEAD, "rate": LEADER}
        if action in posts:
            return person(posts[action][department])
        bodies = {
            **dict.fromkeys(BY_GROUP, "group"),
            "confirm_marks": "team",
            "record_talk": LEADER.get(department, ""),
        }
        return for_body(bodies[action]) if action in bodies else person(CLERK)

    def whole(self, operation: str, year: int = YEAR, /, **arguments: Any) -> Answer:
        """An act on the whole cycle the usual way."""
        if operation in WHOLE_BY_GROUP:
            return self.both(operation, for_body("group"), year=year, **arguments)
        return self.do(operation, person(CLERK), year=year, **arguments)

    def sweep(self) -> Swept:
        """One pass of the clock."""
        swept = self.sweep_whatever()
        assert not swept.failed, swept.failed
        return swept

    def sweep_whatever(self) -> Swept:
        """A pass that may find something broken."""
        return sweep(self.service)

    def save(self, department: str, year: int = YEAR, text: str = "正文") -> Answer:
        """Write everything the form now open asks for."""
        form = self.state(department, year).partition(".")[0]
        return self.move(department, "save_form", year, content=whole(form, year, book(), text))

    def file(self, department: str, year: int = YEAR, text: str = "正文") -> None:
        """Write a form, have it signed and hand it in."""
        self.save(department, year, text)
        self.move(department, "sign_off", year)
        self.move(department, "submit", year)

    def mark(self, department: str, year: int = YEAR, *, lost: int = 0) -> None:
        """Give every point there is, `lost` hundredths less on the first indicator, and complete the review."""
        self.give_marks(department, year, lost=lost)
        self.rate(department, year)
        self.survey(department, year)
        self.move(department, "complete", year)

    def give_marks(self, department: str, year: int = YEAR, *, lost: int = 0) -> None:
        """Every member of the team marks every indicator alike, each in their own name."""
        for member in self.appraisal(department, year).record["team"]:
            self.ask(department, "mark", person(member), year, marks=marks(lost))

    def rate(self, department: str, year: int = YEAR) -> None:
        """The leader gives every point of every respect."""
        given = [{"item": item, "points": points} for item, points in book().parts["leader"].items()]
        self.move(department, "rate", year, ratings=given)

    def survey(self, department: str, year: int = YEAR) -> None:
        """Everybody asked is satisfied."""
        for item in book().parts["public"]:
            self.move(department, "record_survey", year, item=item, counts={"satisfied": 10})

    def deduct(
        self, department: str, item: str = "score.deduct.1", year: int = YEAR, /, note: str = "窗口无人值守"
    ) -> str:
        """Have points deducted the way they are: told, answered, decided. The finding or complaint, by its key."""
        act, answer = person(CLERK), person(LIAISON[department])
        on = min(self.clock.now().astimezone(ZONE).date().isoformat(), f"{year}-12-31")
        about = {"department": department, "year": year, "on": on, "text": note}
        if item == COMPLAINT:
            kind, steps = "complaint", (("investigate", act), ("hear", answer), ("substantiate", act))
            key: str = self.do(kind, act, action="receive", source="visit", **about)["subject"]
        else:
            kind, steps = "finding", (("notify", act), ("answer", answer), ("confirm", act))
            found = {**about, "item": item, "source": "open_visit", "severity": "ordinary", "again": True}
            key = self.do(kind, act, action="record", **found)["subject"]
        for action, who in steps:
            self.do(kind, who, action=action, subject=key, text=WHY)
        return key

    def assign(self, department: str, year: int = YEAR) -> None:
        """Give a department its review team."""
        for member in REVIEWERS:
            self.move(department, "assign", year, member=member)

    def apply(
        self, department: str, item: str = "score.bonus.national", year: int = YEAR, /, **more: Any
    ) -> str:
        """Apply for a bonus, for an honour nobody else names unless `award` says so; the application's key."""
        given = {"award": f"先进集体第{self.rows()}号", "granted_by": "上级机关", "on": f"{year}-01-08"}
        asked = {"department": department, "year": year, "item": item, "collective": True, "text": "成绩突出"}
        act = person(LIAISON[department])
        return str(self.do("apply_bonus", act, **{**asked, **given, **more})["subject"])

    def decide(self, key: str, action: str = "approve", **more: Any) -> Answer:
        """Decide on a bonus application the usual way, or on an objection: on behalf of whoever decides."""
        kind = key.partition(":")[0]
        chief = kind == "bonus" and self.row(key).record["item"] == "score.bonus.outstanding"
        body = "chief" if chief and action != "overturn" else "group"
        return self.both(kind, for_body(body), subject=key, action=action, **more)

    def honour(
        self, department: str, item: str = "score.bonus.national", year: int = YEAR, /, **more: Any
    ) -> str:
        """A bonus applied for, examined and approved; the application's key. Who is settled is reopened for it."""
        settled = self.state(department, year) == "grading.pending"
        if settled:
            self.move(department, "reopen", year)
        key = self.apply(department, item, year, **more)
        self.both("bonus", for_body("group"), subject=key, action="examine", text="情况属实")
        self.decide(key)
        if settled:
            self.move(department, "settle", year)
        return key

    def object(self, department: str, about: str = "grade", year: int = YEAR, /, **more: Any) -> str:
        """Object to what is proposed; the objection's key."""
        asked = {"department": department, "year": year, "about": about, "text": "请复核"}
        return str(self.do("file_objection", person(LIAISON[department]), **{**asked, **more})["subject"])

    def close_duties(self, year: int = YEAR) -> None:
        """Do whatever a year's results left to be done."""
        for (key,) in self.select(
            "SELECT key FROM subject WHERE kind = 'duty' AND year = :year AND state = 'open' ORDER BY key",
            year=year,
        ):
            self.do("duty", person(CLERK), subject=key, action="close", text="已办结")

    def open_year(self, year: int = YEAR) -> None:
        """Prepare and open a year on its second of January, and let the plans open on the tenth."""
        self.at(f"{year}-01-02")
        self.whole("prepare", year, rulebook=book().content())
        self.whole("approve_rulebook", year, digest=book().digest)
        self.whole("open", year)
        self.at(f"{year}-01-10 00:00")
        self.sweep()

    def to_central_review(self, year: int = YEAR) -> None:
        """File and accept the three forms of every department, each in its window, and open central review."""
        for filed, window in (("02-10", "plan"), ("07-05", "midyear"), ("11-15", "yearend")):
            self.at(f"{year}-{filed}")
            self.sweep()
            for department in self.departments:
                self.file(department, year, text=window)
                self.move(department, "accept", year)
        for department in self.departments:
            self.assign(department, year)
        self.at(f"{year}-12-11 00:00")
        self.sweep()

    def to_pending(self, year: int = YEAR, lost: Sequence[int] = (0, 50, 100)) -> None:
        """Mark every department, `lost` by each in the order of the departments, and settle them after the year."""
        self.at(f"{year}-12-20")
        for department, less in zip(self.departments, lost, strict=True):
            self.mark(department, year, lost=less)
        self.at(f"{year + 1}-01-05")
        for department in self.departments:
            self.move(department, "settle", year)

    def to_ratified(self, year: int = YEAR) -> None:
        """Propose, wait for the window to end, ratify and sweep."""
        self.whole("propose", year)
        self.at(f"{year + 1}-01-20")
        self.whole("ratify", year)
        self.sweep()


def _register(city: City) -> None:
    schema.upgrade(city.service.database)
    calendar = calendar_seed.seed((2024, 2025, 2026))
    by = Act("roster", kind="import", document=PAPER)
    city.do("install", by, **roster_arguments(ROSTER, calendar))
    for figure in book().to_confirm():
        city.do("confirm_figure", person(CLERK), figure=figure.path)


def _install(city: City) -> None:
    city.whole("declare_unrecorded", YEAR - 1)


def _run_again(city: City) -> None:
    city.open_year(YEAR + 1)
    city.to_central_review(YEAR + 1)
    city.to_pending(YEAR + 1)


STAGES: Final[Mapping[str, tuple[str, str, Callable[[City], None]]]] = {
    "registered": ("", f"{YEAR}-01-02", _register),
    "installed": ("registered", f"{YEAR}-01-02", _install),
    "running": ("installed", f"{YEAR}-01-10", City.open_year),
    "reviewing": ("running", f"{YEAR}-12-11", City.to_central_review),
    "pending": ("reviewing", f"{YEAR + 1}-01-05", City.to_pending),
    "ratified": ("pending", f"{YEAR + 1}-01-20", City.to_ratified),
    "pending again": ("ratified", f"{YEAR + 2}-01-05", _run_again),
}
"""Stage: the one it follows, the day its clock shows, how it comes about."""


def open_city(url: str, stage: str, *, durable: bool = False, door: Database | None = None) -> City:
    """The city of a database that stands at `stage`, its clock put accordingly."""
    database = door or Database(url, durable=durable)
    return City(Service(database, VirtualClock(instant(STAGES[stage][1])), ZONE))


def _build(url: str, stage: str) -> None:
    """Bring a database from the stage before to `stage`; "" is the migrated empty one."""
    city = open_city(url, STAGES[stage][0] or stage if stage else "registered")
    if stage:
        STAGES[stage][2](city)
    else:
        schema.upgrade(city.service.database)
    city.service.database.close()


_SHELVES: Final[dict[str, Templates]] = {}


def shelf(kind: str, server: postgres.Server | None, tmp_path_factory: pytest.TempPathFactory) -> Templates:
    """The templates of one kind of database: one shelf for all folders of tests, whoever fills it."""
    if kind not in _SHELVES:
        before = {stage: follows for stage, (follows, _, _) in STAGES.items()}
        _SHELVES[kind] = Templates(tmp_path_factory.mktemp("templates"), before, _build, server)
    return _SHELVES[kind]


@pytest.fixture(params=["sqlite", "postgresql"], scope="session")
def templates(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Templates:
    """The templates of each kind of database in turn."""
    postgresql = request.param == "postgresql"
    server = request.getfixturevalue("postgres_server") if postgresql else None
    return shelf(request.param, server, tmp_path_factory)


CityAt = Callable[[str], City]


@pytest.fixture
def city_at(templates: Templates, tmp_path: Path) -> Iterator[CityAt]:
    """Makes a city that stands at a stage; afterwards every history adds up to what stands in the tables."""
    made: list[tuple[City, str]] = []

    def make(stage: str) -> City:
        url = templates.copy(stage, tmp_path / f"city{len(made)}.db")
        made.append((open_city(url, stage, door=templates.door(url)), url))
        return made[-1][0]

    yield make
    for city, url in made:
        faults = disagreements(city)
        templates.give_back(url)
        assert faults == []


@pytest.fixture
def service(city_at: CityAt) -> Service:
    """A service of either database, migrated, with the cast registered and 2024 declared unrecorded."""
    return city_at("installed").service
