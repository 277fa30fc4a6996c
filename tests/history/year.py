"""One appraisal year of ten departments with everything in it that a history can hold, up to an amendment.

Extensions granted and refused, returns, withdrawals, a lapse and its readmission, grace moved by an outage,
deadlines moved by a new working-day table, lines reversed, an exemption, a proposal withdrawn, a case, texts.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from cycle import calendar_seed, queries, roster, schema
from cycle.clock import VirtualClock
from cycle.db import Database
from cycle.operations.catalogue import OPERATIONS
from cycle.operations.perform import confirm, perform
from cycle.operations.setup import roster_arguments
from cycle.operations.sweep import spare, sweep
from cycle.permissions import Act
from cycle.roster import Department
from cycle.service import Service
from tests.filled_forms import whole
from workflows import rulebook

ZONE = ZoneInfo("Asia/Shanghai")
ROSTER = roster.first(roster.read(), 10)
BOOK = rulebook.load()
YEAR = 2025
OFFICE = [p for p in ROSTER.people if "office" in p.roles]
REVIEWERS = [p for p in ROSTER.people if "reviewer" in p.roles]
DEPARTMENTS = {d.id: d for d in ROSTER.departments}
LATE, SLOW, EXEMPT, WORST, *OTHERS = DEPARTMENTS


def instant(day: str, hour: int = 10) -> datetime:
    """An hour of a local day of the office."""
    return datetime.fromisoformat(day).replace(hour=hour, tzinfo=ZONE)


def office(department: str, place: int = 0) -> str:
    """Somebody of the office whose home is another than `department`."""
    return [p.id for p in OFFICE if p.home != department][place]


@dataclass
class Year:
    """A service and its virtual clock, with the acts of the year spelled briefly."""

    service: Service
    clock: VirtualClock

    def at(self, day: str, hour: int = 10) -> None:
        """Put the clock and let the system do what is due."""
        self.clock.at = instant(day, hour)
        assert not sweep(self.service).failed

    def do(self, name: str, act: Act, /, **arguments: Any) -> Any:
        return perform(self.service, OPERATIONS[name], name, act, arguments)

    def both(self, name: str, by: str, second: str, behalf: str, **arguments: Any) -> Any:
        """An act recorded on somebody's behalf and confirmed by a second person."""
        act = Act(by, on_behalf_of=behalf, document="纪要〔2025〕3号", reason="会议决定")
        waits = self.do(name, act, **arguments)
        return confirm(self.service, OPERATIONS, waits["pending"], second)

    def move(self, who: str, department: str, action: str, **arguments: Any) -> Any:
        act = Act(who, reason="理由", document="文件")
        return self.do("move", act, subject=f"appraisal:{YEAR}:{department}", action=action, **arguments)

    def file(self, department: Department, text: str) -> None:
        liaison, head = department.posts["liaison"], department.posts["head"]
        with self.service.database.read() as session:
            row = queries.subject(session, f"appraisal:{YEAR}:{department.id}")
        form = row.state.partition(".")[0] if row else ""
        written = whole(form, YEAR, BOOK, f"{text}\n“{department.name}” \\ \t\u2028é")
        self.move(liaison, department.id, "save_form", content=written)
        self.move(head, department.id, "sign_off")
        self.move(liaison, department.id, "submit")

    def accept(self, department: str) -> None:
        self.move(office(department), department, "accept")

    def mark(self, department: str, member: str, lost: int, *, paper: bool = False) -> None:
        """A member's whole sheet, so much lost on every indicator; on paper the office writes it down."""
        marks = [
            {"item": i.id, "points": max(0, i.points - lost), "reason": f"扣{lost}" if lost else ""}
            for i in BOOK.indicators
        ]
        asked: dict[str, Any] = {
            "subject": f"appraisal:{YEAR}:{department}",
            "action": "mark",
            "marks": marks,
        }
        if paper:
            by, second = office(department), office(department, 1)
            self.both("move", by, second, "team", **asked, member=member)
        else:
            self.do("move", Act(member), **asked)

    def rate(self, department: str, leader: str, points: int) -> None:
        """The office writes down what the leader gave every respect, and what the public answered."""
        by, second = office(department), office(department, 1)
        ratings = [{"item": item, "points": points} for item in BOOK.parts["leader"]]
        key = f"appraisal:{YEAR}:{department}"
        self.both("move", by, second, leader, subject=key, action="rate", ratings=ratings)
        for item in BOOK.parts["public"]:
            self.move(by, department, "record_survey", item=item, counts={"satisfied": 3, "fairly": 1})

    def deduct(self, department: str, text: str) -> str:
        """Something found by an inspection, answered and confirmed; its key."""
        by = Act(office(department))
        found = {
            "item": "score.deduct.1",
            "source": "covert_visit",
            "severity": "ordinary",
            "on": "2025-12-18",
        }
        about = {"department": department, "year": YEAR, "text": text, **found}
        key: str = self.do("finding", by, action="record", **about)["subject"]
        self.do("finding", by, subject=key, action="notify")
        liaison = Act(DEPARTMENTS[department].posts["liaison"])
        self.do("finding", liaison, subject=key, action="answer", text="属实")
        self.do("finding", by, subject=key, action="confirm")
        return key

    def honour(self, department: str, award: str) -> None:
        """A national honour, applied for, examined and approved."""
        liaison = Act(DEPARTMENTS[department].posts["liaison"], document="证书")
        asked = {"department": department, "year": YEAR, "item": "score.bonus.national", "award": award}
        given = {"granted_by": "国务院", "on": "2025-12-01", "collective": True}
        key = self.do("apply_bonus", liaison, **asked, **given)["subject"]
        by, second = office(department), office(department, 1)
        self.do("bonus", Act(by), subject=key, action="examine", text="属实")
        self.both("bonus", by, second, "group", subject=key, action="approve")


def start(database: Database, day: str = "2025-01-02") -> Year:
    """The year's service over a database."""
    clock = VirtualClock(instant(day))
    return Year(Service(database, clock, ZONE), clock)


def build(database: Database) -> None:
    """Fill an empty database with the year."""
    schema.upgrade(database)
    year = start(database)
    _open(year)
    _file(year)
    _review(year)
    _grade(year)


def _open(year: Year) -> None:
    first, second = OFFICE[0].id, OFFICE[1].id
    roster_act = Act("roster", kind="import", document="roster.toml")
    year.do("install", roster_act, **roster_arguments(ROSTER, calendar_seed.seed(range(2024, 2027))))
    rows: list[dict[str, Any]] = [
        {"department": d.name, "rank": place, "grade": "failed" if d.id == WORST else "good"}
        for place, d in enumerate(ROSTER.departments, start=1)
    ]
    year.do("import_results", Act(first, reason="旧表", document="旧表"), year=2024, rows=rows, source="旧表")
    year.do("prepare", Act(first), year=YEAR)
    for figure in BOOK.to_confirm():
        year.do("confirm_figure", Act(first, document="文件"), figure=figure.path)
    year.both("approve_rulebook", first, second, "group", year=YEAR, digest=BOOK.digest)
    year.do("open", Act(first, document="文件"), year=YEAR)


def _file(year: Year) -> None:
    late, slow = DEPARTMENTS[LATE], DEPARTMENTS[SLOW]
    year.at("2025-01-10", 0)
    year.at("2025-02-10")
    year.move(slow.posts["liaison"], SLOW, "ask_extension", due="2025-03-10")
    year.move(office(SLOW), SLOW, "extend")
    year.move(slow.posts["liaison"], SLOW, "ask_extension", due="2025-03-20")
    year.move(office(SLOW), SLOW, "refuse_extension")
    for one in ROSTER.departments:
        if one.id not in (LATE, SLOW):
            year.file(one, "计划")
    year.move(DEPARTMENTS[OTHERS[0]].posts["liaison"], OTHERS[0], "withdraw")
    year.file(DEPARTMENTS[OTHERS[0]], "计划二")
    year.move(office(OTHERS[1]), OTHERS[1], "send_back", due="2025-02-20")
    year.file(DEPARTMENTS[OTHERS[1]], "计划二")
    year.move(office(OTHERS[2]), OTHERS[2], "take_up")
    table = {"holidays": ["2025-03-06", "2025-03-07"], "makeup": ["2025-03-08"]}
    year.do("import_calendar", Act(OFFICE[0].id, kind="import", document="通知"), year=YEAR, **table)
    year.clock.at = instant("2025-03-12")
    spare(year.service, instant("2025-03-05"))
    year.at("2025-03-25")  # both have lapsed
    year.move(office(LATE), LATE, "readmit", due="2025-04-10")
    year.move(office(SLOW), SLOW, "readmit", due="2025-04-10")
    year.file(late, "计划")
    year.file(slow, "计划")
    for department in DEPARTMENTS:
        year.accept(department)
    year.do(
        "rename", Act(OFFICE[0].id, document="文件"), department=OTHERS[3], name="新名局", on="2025-05-01"
    )
    for day, text in (("2025-07-05", "半年"), ("2025-11-15", "年终")):
        year.at(day)
        for one in ROSTER.departments:
            year.file(one, text)
            year.accept(one.id)


def _review(year: Year) -> None:
    teams = {d: [r.id for r in REVIEWERS if r.home != d][:4] for d in DEPARTMENTS}
    for department, members in teams.items():
        for member in members:
            year.move(office(department), department, "assign", member=member)
        year.move(office(department), department, "release", member=members.pop(0))
    year.at("2025-12-11", 0)
    year.at("2025-12-20")
    for place, (department, one) in enumerate(DEPARTMENTS.items()):
        lost = 150 if department == WORST else place % 5
        for number, member in enumerate(teams[department]):
            year.mark(department, member, lost, paper=number == 0)
        year.rate(department, one.posts["leader"], 90)
        year.move(office(department), department, "complete")
    wrong = year.deduct(OTHERS[0], "缺席")
    year.deduct(OTHERS[1], "窗口无人值守")
    year.do("finding", Act(office(OTHERS[0]), reason="理由"), subject=wrong, action="overturn")
    for number in range(4):
        year.honour(OTHERS[2], f"先进集体第{number}号")
    key = f"appraisal:{YEAR}:{EXEMPT}"
    year.both("move", office(EXEMPT), office(EXEMPT, 1), "group", subject=key, action="exempt")


def _grade(year: Year) -> None:
    first, second = OFFICE[0].id, OFFICE[1].id
    year.at("2026-01-05")
    for department in DEPARTMENTS:
        if department != EXEMPT:
            year.move(office(department), department, "settle")
    year.do("propose", Act(first), year=YEAR)
    year.do("withdraw_proposal", Act(first, reason="再核"), year=YEAR)
    year.do("propose", Act(first), year=YEAR)
    year.at("2026-01-20")
    with year.service.database.read() as session:
        cycle = queries.subject(session, f"cycle:{YEAR}")
    for tie, group in (cycle.record["ties"] if cycle else {}).items():
        grades = [grade for grade, count in group["seats"].items() for _ in range(count)]
        ruling = dict(zip(group["departments"], grades, strict=True))
        year.both("rule_tie", first, second, "group", year=YEAR, tie=tie, ruling=ruling)
    year.both("ratify", first, second, "group", year=YEAR)
    year.at("2026-01-21")
    _amend(year)


def _amend(year: Year) -> None:
    lines = [{"part": "deduction", "item": "score.deduct.1"}]
    with year.service.database.read() as session:
        cycle = queries.subject(session, f"cycle:{YEAR}")
    rulings = {
        d: g for tie in (cycle.record["ties"] if cycle else {}).values() for d, g in tie["ruling"].items()
    }
    changes = [{"department": WORST, "lines": lines}]
    arguments = {"year": YEAR, "changes": changes, "rulings": rulings}
    year.both("amend", OFFICE[0].id, OFFICE[1].id, "group", **arguments)
    year.at("2026-01-22")


def _away_from(department: str) -> str:
    """Somebody of the office who is not at home in the department."""
    return next(p.id for p in OFFICE if p.home != department)


def go_on(database: Database) -> None:
    """Further honest moves, from where the year stands."""
    year = start(database, "2026-02-10")
    year.file(DEPARTMENTS[WORST], "整改")
    year.do(
        "rename",
        Act(_away_from(OTHERS[4]), document="文件"),
        department=OTHERS[4],
        name="另名局",
        on="2026-03-01",
    )
