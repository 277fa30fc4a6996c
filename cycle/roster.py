"""The roster: departments with their posts, and the people who hold posts and roles."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import count
from pathlib import Path
from types import MappingProxyType
from typing import Any

from cycle import roster_check
from cycle.people import Person
from cycle.roster_check import CATEGORIES, POSTS, ROLES
from cycle.roster_faults import RosterFault, RosterInvalid, fault_text
from workflows import toml_file

__all__ = [
    "CATEGORIES",
    "POSTS",
    "POSTS_FROM",
    "ROLES",
    "Department",
    "Person",
    "Roster",
    "RosterFault",
    "RosterInvalid",
    "fault_text",
    "first",
    "parse",
    "read",
]

POSTS_FROM = date(2000, 1, 1)
"""The day from which every post of a roster is held, with an open end."""

_SHIPPED = Path(__file__).with_name("sample") / "roster.toml"
_INVENTED_CATEGORIES = ("party", "government", "mass")
_SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨"
_GIVEN = (
    "安民",
    "伯川",
    "承志",
    "德明",
    "恩泽",
    "方舟",
    "广田",
    "海宁",
    "嘉树",
    "景云",
    "立新",
    "明远",
    "思齐",
)


@dataclass(frozen=True, slots=True)
class Department:
    """A department; `aliases` are offices that share it, `posts` gives the person id of each post."""

    id: str
    name: str
    category: str
    aliases: tuple[str, ...]
    posts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Roster:
    """Departments in their order, people, and the names of the homes that are no department of it."""

    departments: tuple[Department, ...]
    people: tuple[Person, ...]
    homes: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


def read(path: str | Path | None = None) -> Roster:
    """The roster of a TOML file; None is the shipped sample. Raises RosterInvalid with every fault."""
    try:
        tables = toml_file.read_tables(_SHIPPED if path is None else Path(path))
    except toml_file.UnreadableFile as error:
        raise RosterInvalid((RosterFault("", error.code, error.data),)) from error
    return parse(tables)


def parse(data: Mapping[str, object]) -> Roster:
    """The roster of the raw tables of a TOML file. Raises RosterInvalid with every fault."""
    faults = roster_check.check(data)
    if faults:
        raise RosterInvalid(faults)
    tables: Mapping[str, Any] = data
    return Roster(
        departments=tuple(_department(row) for row in tables["departments"]),
        people=tuple(_person(row) for row in tables["people"]),
        homes=MappingProxyType({key: name.strip() for key, name in tables.get("homes", {}).items()}),
    )


def first(roster: Roster, n: int) -> Roster:
    """The first `n` departments, in order; beyond the roster the rest are invented, always the same ones.

    People of a department left out stay where they have a role beside it; their home is then outside.
    """
    if n < 1:
        raise ValueError(f"a roster has at least one department, not {n}")
    kept = roster.departments[:n]
    if n <= len(roster.departments):
        return _without(roster, kept)
    leaders = _leaders(roster)
    numbers = _free_numbers(roster)
    departments, people = list(kept), list(roster.people)
    for place in range(n - len(kept)):
        department, staff = _invented(next(numbers), place, leaders[place % len(leaders)])
        departments.append(department)
        people += staff
    return replace(roster, departments=tuple(departments), people=tuple(people))


def _department(row: Mapping[str, Any]) -> Department:
    aliases = tuple(alias.strip() for alias in row.get("aliases", ()))
    posts = MappingProxyType({post: row[post] for post in POSTS})
    return Department(row["id"], row["name"].strip(), row["category"], aliases, posts)


def _person(row: Mapping[str, Any]) -> Person:
    return Person(
        id=row["id"],
        name=row["name"].strip(),
        email=row["email"],
        home=row["home"],
        roles=tuple(row["roles"]),
        office_head=row.get("office_head", False),
    )


def _without(roster: Roster, kept: tuple[Department, ...]) -> Roster:
    gone = {
        department.id: department.name
        for department in roster.departments
        if department.id not in {keeper.id for keeper in kept}
    }
    leaders = {department.posts["leader"] for department in kept}
    people = []
    for person in roster.people:
        roles = tuple(role for role in person.roles if role != "department" or person.home not in gone)
        if roles and (roles != ("leader",) or person.id in leaders):
            people.append(replace(person, roles=roles))
    return Roster(kept, tuple(people), MappingProxyType(dict(roster.homes) | gone))


def _leaders(roster: Roster) -> list[str]:
    """Leaders in charge, each once, in the order of the departments."""
    return list(dict.fromkeys(department.posts["leader"] for department in roster.departments))


def _free_numbers(roster: Roster) -> Iterator[int]:
    """Numbers for invented departments, from the first after the roster, past whatever is taken."""
    taken = {department.id for department in roster.departments} | set(roster.homes)
    taken |= {person.id.removeprefix("p-").rpartition("-")[0] for person in roster.people}
    names = {
        roster_check.fold(name)
        for department in roster.departments
        for name in (department.name, *department.aliases)
    }
    for number in count(len(roster.departments) + 1):
        if f"x{number:03d}" not in taken and f"虚拟单位{number:03d}" not in names:
            yield number


def _invented(number: int, place: int, leader: str) -> tuple[Department, tuple[Person, ...]]:
    id_ = f"x{number:03d}"
    staff = tuple(
        Person(
            id=f"p-{id_}-{post}",
            name=_SURNAMES[(2 * number + turn) % len(_SURNAMES)] + _GIVEN[(number + 5 * turn) % len(_GIVEN)],
            email=f"{post}@{id_}.example",
            home=id_,
            roles=("department",),
        )
        for turn, post in enumerate(("liaison", "head"))
    )
    posts = {"liaison": staff[0].id, "head": staff[1].id, "leader": leader}
    category = _INVENTED_CATEGORIES[place % len(_INVENTED_CATEGORIES)]
    return Department(id_, f"虚拟单位{number:03d}", category, (), MappingProxyType(posts)), staff
