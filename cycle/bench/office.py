"""A small office in the middle of a year: the cast, and the moves that benches repeat."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from cycle import schema
from cycle.calendar_seed import seed
from cycle.clock import VirtualClock
from cycle.db import Database
from cycle.operations.catalogue import OPERATIONS
from cycle.operations.perform import confirm, perform
from cycle.operations.sweep import sweep
from cycle.permissions import Act
from cycle.service import Service
from workflows import rulebook

ZONE = ZoneInfo("Asia/Shanghai")
YEAR = 2025
PATTERN = "d00000"
"""The one department that is led through the year by hand; copies take its place with another id."""

APPRAISAL = f"appraisal:{YEAR}:{PATTERN}"
DEPARTMENT = f"department:{PATTERN}"
BOOK = rulebook.load()
REVIEWERS = ("p-r1", "p-r2", "p-r3")
POSTS = {"liaison": "p-liaison", "head": "p-head", "leader": "p-leader"}
PLAN_DAY = datetime(YEAR, 1, 13, 10, tzinfo=ZONE)
"""Within the plan's window, and early enough for any number of rounds of filing and sending back."""


def _people() -> Iterator[tuple[str, str, str]]:
    yield from ((f"p-o{n}", f"home-{n}", "office") for n in (1, 2, 3))
    yield from ((person, f"home-{person}", "reviewer") for person in REVIEWERS)
    yield from (("p-liaison", PATTERN, "department"), ("p-head", PATTERN, "department"))
    yield "p-leader", "home-leaders", "leader"


def _cast() -> dict[str, Any]:
    people = [
        {"id": p, "name": p, "email": f"{p}@bench.example", "home": home, "roles": [role]}
        for p, home, role in _people()
    ]
    department = {"id": PATTERN, "name": f"部门{PATTERN}", "category": "government", "posts": POSTS}
    calendar = seed(range(YEAR - 1, YEAR + 2)).content()
    return {"people": people, "departments": [department], "calendars": calendar}


class Office:
    """A service on a scratch database whose clock stands where it is put; not `durable` where nothing is timed."""

    def __init__(self, url: str, *, durable: bool = True) -> None:
        self.database = Database(url, durable=durable)
        self.clock = VirtualClock(datetime(YEAR, 1, 2, 10, tzinfo=ZONE))
        self.service = Service(self.database, self.clock, ZONE)

    def do(self, operation: str, act: Act, **arguments: Any) -> dict[str, Any]:
        """One operation, confirmed by a second person of the office where it needs one."""
        answer = perform(self.service, OPERATIONS[operation], operation, act, arguments)
        if "pending" in answer:
            return confirm(self.service, OPERATIONS, answer["pending"], "p-o2")
        return answer

    def move(self, act: Act, action: str, **arguments: Any) -> None:
        """One move of the pattern department's appraisal."""
        self.do("move", act, subject=APPRAISAL, action=action, **arguments)

    def at(self, month: int, day: int, year: int = YEAR) -> None:
        """Put the clock at ten in the morning of a day, and let it do what is due by then."""
        self.clock.at = datetime(year, month, day, 10, tzinfo=ZONE)
        sweep(self.service)

    def close(self) -> None:
        """Give the database's connections back."""
        self.database.close()


OFFICE = Act("p-o1", reason="bench", document="bench")


def opened(url: str) -> Office:
    """A year opened on an empty database: the pattern department drafts its plan. What is timed opens it anew."""
    office = Office(url, durable=False)
    schema.upgrade(office.database)
    office.do("install", Act("roster", kind="import", document="bench"), **_cast())
    office.do("declare_unrecorded", OFFICE, year=YEAR - 1)
    office.do("prepare", OFFICE, year=YEAR)
    for figure in BOOK.to_confirm():
        office.do("confirm_figure", OFFICE, figure=figure.path)
    office.do("approve_rulebook", for_group(), year=YEAR, digest=BOOK.digest)
    office.do("open", OFFICE, year=YEAR)
    office.at(PLAN_DAY.month, PLAN_DAY.day)
    return office


def for_group() -> Act:
    """The office acting for the group."""
    return Act("p-o1", on_behalf_of="group", reason="bench", document="bench")


def content(form: str, text: str) -> dict[str, Any]:
    """A whole form: the plan with a target for each third of the year, the reviews with every self-mark."""
    if form == "plan":
        dates = [f"{YEAR}-{month:02}-28" for month in (4, 8, 12)]
        targets = [
            {"text": text[:30], "measure": "x", "owner": "x", "evidence": "x", "due": d} for d in dates
        ]
        return {"text": text, "targets": {str(n): one for n, one in enumerate(targets, start=1)}}
    marks = {i.id: {"points": i.points, "account": "已按要求完成，台账齐全"} for i in BOOK.indicators}
    return {"text": text, "marks": marks}


def filing(number: int) -> tuple[Act, str, dict[str, Any]]:
    """The `number`-th of the moves that can go on for ever: file, sign, submit, have it sent back, file again.

    Who acts, the action and what it asks for. Together they store a text, arm and void deadlines and tell
    the liaison and the head.
    """
    due = (PLAN_DAY + timedelta(days=14)).date().isoformat()
    asked: tuple[tuple[Act, str, dict[str, Any]], ...] = (
        (
            Act("p-liaison"),
            "save_form",
            {"content": content("plan", f"工作计划第 {number} 稿：" + "按期完成各项任务。" * 20)},
        ),
        (Act("p-head"), "sign_off", {}),
        (Act("p-liaison"), "submit", {}),
        (Act("p-o1", reason="请补充完成时限"), "send_back", {"due": due}),
    )
    return asked[number % len(asked)]


def lead_to_review(office: Office) -> None:
    """Lead the pattern department from its plan to its central review, with a team that may mark."""
    for stage in ("plan", "midyear", "yearend"):
        opens = max(BOOK.opens(stage, YEAR), PLAN_DAY.date())
        office.at(opens.month, opens.day)
        office.move(Act("p-liaison"), "save_form", content=content(stage, stage))
        office.move(Act("p-head"), "sign_off")
        office.move(Act("p-liaison"), "submit")
        office.move(OFFICE, "accept")
    for reviewer in REVIEWERS:
        office.move(OFFICE, "assign", member=reviewer)
    opens = BOOK.opens("central_review", YEAR)
    office.at(opens.month, opens.day)


def lead_to_grading(office: Office) -> None:
    """Lead the pattern department from its plan to the eve of the proposal, every ledger line written."""
    lead_to_review(office)
    _write_ledger(office)
    office.move(OFFICE, "complete")
    after = after_cutoff()
    office.at(after.month, after.day, after.year)
    office.move(OFFICE, "settle")


def _write_ledger(office: Office) -> None:
    marks = [{"item": i.id, "points": i.points} for i in BOOK.indicators]
    for reviewer in REVIEWERS:
        office.move(Act(reviewer), "mark", marks=marks)
    ratings = [{"item": item, "level": "excellent"} for item in BOOK.parts["leader"]]
    office.move(for_leader(), "rate", ratings=ratings)
    for item in BOOK.parts["public"]:
        office.move(OFFICE, "record_survey", item=item, counts={"satisfied": 100})


def for_leader() -> Act:
    """The office writing down the leader's rating."""
    return Act("p-o1", on_behalf_of="p-leader", document="bench")


def after_cutoff() -> datetime:
    """A morning on which the ledger is complete and grades may be proposed."""
    return datetime.combine(BOOK.cutoff_date(YEAR), time(10), ZONE) + timedelta(days=5)
