"""What befalls departments and people: exempt, reinstated, merged, founded, renamed, a new head."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from cycle.people import Person
from cycle.permissions import Act
from cycle.queries import SubjectRow
from cycle.simulation import files
from cycle.simulation.events import Event
from cycle.simulation.hour import Hour
from workflows.machines.appraisal import BEFORE_PROPOSAL
from workflows.rulebook import Rulebook

FOUNDED = ("大数据服务中心", "行政审批服务局", "城市更新办", "应急管理服务中心", "老龄服务中心", "水务综合办")
SURNAMES = ("白", "程", "丁", "方", "高", "何", "蒋", "柯", "林", "马", "倪", "潘")
GIVEN = ("建平", "晓岚", "志远", "文静", "国强", "雅琴", "永健", "思源", "春华", "立群", "婉清")
NOTICE_DAYS = 6
"""Working days given to a department that joins or comes back; the rulebook asks for five."""

Appraisals = Mapping[str, SubjectRow]


def happen(hour: Hour, year: int, event: Event, appraisals: Appraisals, book: Rulebook) -> bool:
    """Let one event happen if its day has come and it has not happened yet. True where something was done."""
    if hour.today < event.on:
        return False
    if event.kind == "head":
        return _listed(hour, year, event, book)
    return _KINDS[event.kind](hour, year, event, appraisals)


def _exempt(hour: Hour, row: SubjectRow | None, reason: str) -> bool:
    if row is None or row.state not in BEFORE_PROPOSAL:
        return False
    document = hour.document("领导小组纪要", "exempt", row.key)
    asked = {"subject": row.key, "action": "exempt"}
    return hour.behalf("group", row.department, "move", document, reason=reason, **asked)


def _exemption(hour: Hour, _year: int, event: Event, appraisals: Appraisals) -> bool:
    return _exempt(hour, appraisals.get(event.department), "承担上级专项任务，本年度免予考评")


def _pause(hour: Hour, _year: int, event: Event, appraisals: Appraisals) -> bool:
    row = appraisals.get(event.department)
    if hour.today < event.until:
        return _exempt(hour, row, "机构调整，暂免考评")
    if row is None or row.state != "exempted":
        return False
    document = hour.document("领导小组纪要", "reinstate", row.key)
    due = hour.add(hour.today, NOTICE_DAYS).isoformat()
    asked = {"subject": row.key, "action": "reinstate", "due": due}
    return hour.behalf("group", row.department, "move", document, reason="机构调整完成，恢复考评", **asked)


def _merger(hour: Hour, _year: int, event: Event, appraisals: Appraisals) -> bool:
    """One department takes another in and goes on under a name that shows both."""
    absorbed = hour.city.departments[event.other]
    if absorbed.state != "active":
        return False
    _exempt(hour, appraisals.get(event.other), "机构合并，并入其他单位")
    kept, taken = (hour.city.name(d, hour.today) for d in (event.department, event.other))
    on, document = hour.today.isoformat(), hour.document("编办", "merger", event.department)
    act = Act(hour.clerk(event.department, event.other), document=document, reason="机构合并")
    name = hour.city.free_name(f"{kept}（{taken}）")
    hour.alone("merge", act, department=event.department, predecessors=[event.other], on=on)
    hour.alone("rename", act, department=event.department, name=name, on=on)
    return True


def _union(hour: Hour, year: int, event: Event, appraisals: Appraisals) -> bool:
    """Two departments end, one takes their place, with the people of the first."""
    ending = [event.department, event.other]
    if hour.city.departments[event.other].state != "active":
        return _enrol(hour, year, event.founded, appraisals)
    for department in ending:
        _exempt(hour, appraisals.get(department), "机构合并，由新单位承接")
    posts = {p: hour.city.post(event.department, p, hour.today) for p in ("liaison", "head", "leader")}
    names = [hour.city.name(d, hour.today) for d in ending]
    _found(hour, event.founded, f"{names[0]}{names[1]}联合办", event.department, posts)
    document = hour.document("编办", "union", event.founded)
    act = Act(hour.clerk(event.founded, *ending), document=document, reason="机构合并")
    hour.alone("merge", act, department=event.founded, predecessors=ending, on=hour.today.isoformat())
    return True


def _founding(hour: Hour, year: int, event: Event, appraisals: Appraisals) -> bool:
    department = event.department
    if department in hour.city.departments:
        return _enrol(hour, year, department, appraisals)
    alike = hour.plan.draws.pick(sorted(hour.city.departments), "founded like", year)
    posts = {post: _newcomer(hour, department, post, year) for post in ("liaison", "head")}
    posts["leader"] = hour.city.post(alike, "leader", hour.today)
    _found(hour, department, FOUNDED[year % len(FOUNDED)], alike, posts)
    return True


def _found(hour: Hour, department: str, name: str, alike: str, posts: Mapping[str, str]) -> None:
    asked: dict[str, Any] = {
        "id": department,
        "name": hour.city.free_name(name),
        "category": hour.city.departments[alike].record["category"],
        "since": hour.today.isoformat(),
        "posts": dict(posts),
    }
    hour.alone("register_department", Act(hour.clerk(department)), **asked)


def _enrol(hour: Hour, year: int, department: str, appraisals: Appraisals) -> bool:
    """The half-day after it was founded: into the stage that is open, with its own dates."""
    if department in appraisals or hour.city.departments[department].state != "active":
        return False
    due = hour.add(hour.today, NOTICE_DAYS * 2).isoformat()
    key = f"appraisal:{year}:{department}"
    return hour.move(hour.clerk(department), key, "enrol", due=due, reason="年中新设机构")


def _renaming(hour: Hour, year: int, event: Event, _appraisals: Appraisals) -> bool:
    record = hour.city.departments[event.department].record
    if any(entry["from"].startswith(f"{year}-") for entry in record["names"]):
        return False
    old = hour.city.name(event.department, hour.today)
    name = hour.city.free_name(old.removeprefix("市") if old.startswith("市") else f"市{old}")
    document = hour.document("编办", "rename", event.department, year)
    act = Act(hour.clerk(event.department), document=document)
    asked = {"department": event.department, "name": name, "on": hour.today.isoformat()}
    return hour.alone("rename", act, **asked)


def _listed(hour: Hour, year: int, event: Event, book: Rulebook) -> bool:
    """A new head comes in with the list of the personnel department, person and post at once.

    By hand where the department's name cannot stand in a file.
    """
    department, post = event.department, event.kind
    newcomer = _invented(hour, department, post, year)
    if newcomer.id in hour.city.people or hour.city.departments[department].state != "active":
        return False
    return files.appointed(hour, post, newcomer, book) or _appointment(hour, year, event, {})


def _appointment(hour: Hour, year: int, event: Event, _appraisals: Appraisals) -> bool:
    row = hour.city.departments[event.department]
    newcomer = _person_id(event.department, event.kind, year)
    if newcomer in hour.city.people or row.state != "active":
        return False
    _newcomer(hour, event.department, event.kind, year)
    asked = {"department": event.department, "post": event.kind, "person": newcomer}
    return hour.alone("appoint", Act(hour.clerk(event.department)), **asked, on=hour.today.isoformat())


def _person_id(department: str, post: str, year: int) -> str:
    return f"p-{department}-{post}-{year}"


def _invented(hour: Hour, department: str, post: str, year: int) -> Person:
    """Somebody new to the department."""
    draws, person = hour.plan.draws, _person_id(department, post, year)
    name = draws.pick(SURNAMES, "surname", person) + draws.pick(GIVEN, "given", person)
    return Person(person, name, f"{post}.{year}@{department}.example", department, ("department",))


def _newcomer(hour: Hour, department: str, post: str, year: int) -> str:
    person = _invented(hour, department, post, year)
    first, second = hour.city.office(department, hour.today.isoformat())
    hour.together(
        "register_person",
        Act(first.id),
        second,
        id=person.id,
        name=person.name,
        email=person.email,
        home=person.home,
        roles=list(person.roles),
    )
    return person.id


_KINDS: Mapping[str, Callable[[Hour, int, Event, Appraisals], bool]] = {
    "exemption": _exemption,
    "pause": _pause,
    "merger": _merger,
    "union": _union,
    "founding": _founding,
    "renaming": _renaming,
    "liaison": _appointment,
}
