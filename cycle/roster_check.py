"""Judges the raw tables of a roster: first the form of every entry, then how the entries fit together."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any

from cycle.roster_faults import RosterFault

CATEGORIES: tuple[str, ...] = ("party", "government", "congress", "mass", "institution")
ROLES: tuple[str, ...] = (
    "office",
    "department",
    "reviewer",
    "inspector",
    "leader",
    "group",
    "auditor",
    "admin",
)
POSTS: Mapping[str, str] = {"liaison": "department", "head": "department", "leader": "leader"}
"""The role the holder of each post needs (org.internal)."""
ALONE: tuple[str, ...] = ("admin", "auditor")
"""Roles that are never held with another."""

Row = dict[str, Any]

_TEXT, _TEXTS, _FLAG = "text", "texts", "flag"
_DEPARTMENT = {"id": _TEXT, "name": _TEXT, "category": _TEXT, "aliases": _TEXTS} | dict.fromkeys(POSTS, _TEXT)
_PERSON = {"id": _TEXT, "name": _TEXT, "email": _TEXT, "home": _TEXT, "roles": _TEXTS, "office_head": _FLAG}
_OPTIONAL = {"aliases", "office_head"}
_SECTIONS = {"departments": _DEPARTMENT, "people": _PERSON}
_IDS = {
    "departments": re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*"),
    "people": re.compile(r"p(-[a-z0-9]+)+"),
}
_EMAIL = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")


def check(data: Mapping[str, object]) -> tuple[RosterFault, ...]:
    """Every fault; entries whose form is wrong are left out of what compares entries."""
    return tuple(_Check(data).faults())


def fold(name: str) -> str:
    """The form in which names are compared: NFKC, trimmed."""
    return unicodedata.normalize("NFKC", name).strip()


class _Check:
    def __init__(self, data: Mapping[str, object]) -> None:
        self._data = data
        self._rows: dict[str, list[tuple[str, Row]]] = {"departments": [], "people": []}
        self._homes: set[str] = set()
        self._unread: set[str] = set()
        """Sections with an entry whose id is not known, so that no reference into them is blamed."""

    def faults(self) -> Iterator[RosterFault]:
        for section, keys in _SECTIONS.items():
            yield from self._section(section, keys)
        yield from self._outside()
        for key in self._data:
            if key not in {*_SECTIONS, "homes"}:
                yield RosterFault(key, "unknown_key")
        yield from self._names()
        yield from self._posts()
        yield from self._people()

    def _section(self, section: str, keys: Mapping[str, str]) -> Iterator[RosterFault]:
        rows = self._data.get(section)
        if not isinstance(rows, list) or not rows:
            self._unread.add(section)
        if rows is None:
            yield RosterFault(section, "missing_key")
        elif not isinstance(rows, list):
            yield RosterFault(section, "wrong_type", {"expected": "list"})
        elif not rows:
            yield RosterFault(section, "empty")
        else:
            seen: set[str] = set()
            for number, row in enumerate(rows, start=1):
                yield from self._row(section, keys, (number, row), seen)

    def _row(
        self, section: str, keys: Mapping[str, str], entry: tuple[int, object], seen: set[str]
    ) -> Iterator[RosterFault]:
        number, row = entry
        path = f"{section}[{number}]"
        if not isinstance(row, dict):
            self._unread.add(section)
            yield RosterFault(path, "wrong_type", {"expected": "table"})
            return
        id_ = row.get("id")
        if isinstance(id_, str) and id_ in seen:
            yield RosterFault(f"{path}.id", "id_duplicate", {"value": id_})
        elif isinstance(id_, str) and id_.strip():
            path = f"{section}.{id_}"
            seen.add(id_)
            if not _IDS[section].fullmatch(id_):
                yield RosterFault(f"{path}.id", "id_malformed", {"value": id_})
        formed = list(_form(row, keys, path))
        yield from formed
        faulty = {fault.path.removeprefix(f"{path}.") for fault in formed}
        if "id" in faulty:
            self._unread.add(section)
        self._rows[section].append((path, {key: row[key] for key in row if key not in faulty}))

    def _outside(self) -> Iterator[RosterFault]:
        homes = self._data.get("homes", {})
        if not isinstance(homes, dict):
            self._unread.add("homes")
            yield RosterFault("homes", "wrong_type", {"expected": "table"})
            return
        for key, name in homes.items():
            self._homes.add(key)
            if not isinstance(name, str):
                yield RosterFault(f"homes.{key}", "wrong_type", {"expected": _TEXT})
            elif not name.strip():
                yield RosterFault(f"homes.{key}", "blank")
        self._homes.update(row["id"] for _, row in self._rows["departments"] if "id" in row)

    def _names(self) -> Iterator[RosterFault]:
        seen: dict[str, str] = {}
        for path, row in self._rows["departments"]:
            named = [("name", row["name"])] if "name" in row else []
            named += [("aliases", alias) for alias in row.get("aliases", [])]
            for key, name in named:
                if fold(name) in seen:
                    data = {"value": name, "other": seen[fold(name)]}
                    yield RosterFault(f"{path}.{key}", "name_duplicate", data)
                else:
                    seen[fold(name)] = str(row.get("id", path))
            if row.get("category", CATEGORIES[0]) not in CATEGORIES:
                data = {"value": row["category"], "allowed": ", ".join(CATEGORIES)}
                yield RosterFault(f"{path}.category", "category_unknown", data)

    def _posts(self) -> Iterator[RosterFault]:
        people = {row["id"]: row for _, row in self._rows["people"] if "id" in row}
        for path, row in self._rows["departments"]:
            for post, role in POSTS.items():
                if post not in row:
                    continue
                person, place = row[post], f"{path}.{post}"
                if person not in people:
                    if "people" not in self._unread:
                        yield RosterFault(place, "person_unknown", {"value": person})
                    continue
                holder = people[person]
                if role not in holder.get("roles", [role]):
                    yield RosterFault(place, "post_role", {"person": person, "role": role})
                if role == "department" and not _belongs(holder, row):
                    yield RosterFault(place, "post_home", {"person": person, "home": holder["home"]})

    def _people(self) -> Iterator[RosterFault]:
        addresses: dict[str, str] = {}
        homes_known = not self._unread & {"departments", "homes"}
        for path, row in self._rows["people"]:
            yield from _roles(row, path)
            if homes_known and "home" in row and row["home"] not in self._homes:
                yield RosterFault(f"{path}.home", "home_unknown", {"value": row["home"]})
            email = row.get("email")
            if email is None:
                continue
            if not _EMAIL.fullmatch(email):
                yield RosterFault(f"{path}.email", "email_malformed", {"value": email})
            elif email.lower() in addresses:
                data = {"value": email, "other": addresses[email.lower()]}
                yield RosterFault(f"{path}.email", "email_duplicate", data)
            else:
                addresses[email.lower()] = str(row.get("id", path))


def _belongs(holder: Row, department: Row) -> bool:
    """True also where either side could not be read, which is a fault already."""
    return "home" not in holder or "id" not in department or bool(holder["home"] == department["id"])


def _form(row: Row, keys: Mapping[str, str], path: str) -> Iterator[RosterFault]:
    for key, kind in keys.items():
        place = f"{path}.{key}"
        if key in row:
            yield from _value(row[key], kind, place, post=key in POSTS)
        elif key in POSTS:
            yield RosterFault(place, "post_missing")
        elif key not in _OPTIONAL:
            yield RosterFault(place, "missing_key")
    for key in row:
        if key not in keys:
            yield RosterFault(f"{path}.{key}", "unknown_key")


def _value(value: object, kind: str, place: str, *, post: bool) -> Iterator[RosterFault]:
    if kind == _FLAG:
        fits = isinstance(value, bool)
    elif kind == _TEXTS:
        fits = isinstance(value, list) and all(isinstance(item, str) for item in value)
    else:
        fits = isinstance(value, str)
    if not fits:
        yield RosterFault(place, "wrong_type", {"expected": kind})
    elif isinstance(value, str) and not value.strip():
        yield RosterFault(place, "post_missing" if post else "blank")
    elif isinstance(value, list) and not all(item.strip() for item in value):
        yield RosterFault(place, "blank")


def _roles(row: Row, path: str) -> Iterator[RosterFault]:
    roles, place = row.get("roles"), f"{path}.roles"
    if roles is None:
        return
    if not roles:
        yield RosterFault(place, "empty")
    for number, role in enumerate(roles):
        if role not in ROLES:
            yield RosterFault(place, "role_unknown", {"value": role, "allowed": ", ".join(ROLES)})
        elif role in roles[:number]:
            yield RosterFault(place, "role_duplicate", {"value": role})
    for role in ALONE:
        if role in roles and set(roles) != {role}:
            yield RosterFault(place, "duties_mixed", {"role": role, "roles": ", ".join(roles)})
    if row.get("office_head") and "office" not in roles:
        yield RosterFault(f"{path}.office_head", "office_head_alone")
