"""Broken rosters, each with exactly the faults it has."""

import copy
from collections.abc import Mapping
from typing import Any

from cycle import roster

SMALL: dict[str, Any] = {
    "departments": [
        {
            "id": "jiwei",
            "name": "纪委",
            "category": "party",
            "aliases": ["监察局"],
            "liaison": "p-ding",
            "head": "p-chen",
            "leader": "p-qin",
        },
        {"id": "keji", "name": "科技局", "category": "government"}
        | {"liaison": "p-ren", "head": "p-ren", "leader": "p-qin"},
    ],
    "people": [
        {"id": "p-qin", "name": "秦", "email": "qin@x.example", "home": "city", "roles": ["leader"]},
        {"id": "p-chen", "name": "陈喆", "email": "chen@x.example", "home": "jiwei", "roles": ["department"]},
        {"id": "p-ding", "name": "丁", "email": "ding@x.example", "home": "jiwei", "roles": ["department"]},
        {"id": "p-ren", "name": "任", "email": "ren@x.example", "home": "keji", "roles": ["department"]},
    ],
    "homes": {"city": "市领导"},
}
DELETED = object()
TABLE, LIST = {"expected": "table"}, {"expected": "list"}
ROLES = ", ".join(roster.ROLES)

Fault = tuple[str, str, dict[str, str]]


def edited(changes: Mapping[str, object]) -> dict[str, Any]:
    """The small roster with changes, each at its keys and places joined by slashes."""
    data: dict[str, Any] = copy.deepcopy(SMALL)
    for place, value in changes.items():
        *above, key = (int(step) if step.isdigit() else step for step in place.split("/"))
        table: Any = data
        for step in above:
            table = table[step]
        if value is DELETED:
            del table[key]
        else:
            table[key] = value
    return data


def _of(path: str, code: str, **data: str) -> list[Fault]:
    return [(path, code, data)]


BROKEN: list[tuple[dict[str, object], list[Fault]]] = [
    ({"departments": DELETED}, _of("departments", "missing_key")),
    ({"departments": "all"}, _of("departments", "wrong_type", **LIST)),
    ({"departments": []}, _of("departments", "empty")),
    (
        {"departments/1": "keji"},
        _of("departments[2]", "wrong_type", **TABLE),
    ),
    ({"departments/1/aliases": "科协"}, _of("departments.keji.aliases", "wrong_type", expected="texts")),
    ({"departments/1/aliases": [""]}, _of("departments.keji.aliases", "blank")),
    ({"departments/0/name": " "}, _of("departments.jiwei.name", "blank")),
    ({"departments/0/chief": "p-chen"}, _of("departments.jiwei.chief", "unknown_key")),
    (
        {"departments/0/category": "club"},
        _of(
            "departments.jiwei.category",
            "category_unknown",
            value="club",
            allowed="party, government, congress, mass, institution",
        ),
    ),
    ({"departments/0/head": DELETED}, _of("departments.jiwei.head", "post_missing")),
    ({"departments/0/leader": ""}, _of("departments.jiwei.leader", "post_missing")),
    ({"departments/0/leader": "p-who"}, _of("departments.jiwei.leader", "person_unknown", value="p-who")),
    (
        {"departments/0/leader": "p-chen"},
        _of("departments.jiwei.leader", "post_role", person="p-chen", role="leader"),
    ),
    (
        {"departments/0/head": "p-ren"},
        _of("departments.jiwei.head", "post_home", person="p-ren", home="keji"),
    ),
    (
        {"departments/1/name": "监察局"},
        _of("departments.keji.name", "name_duplicate", value="监察局", other="jiwei"),
    ),
    (
        {"departments/1/aliases": [" 纪委"]},
        _of("departments.keji.aliases", "name_duplicate", value=" 纪委", other="jiwei"),
    ),
    (
        {"departments/0/aliases": ["KX(1)"], "departments/1/name": "KX(1)"},
        _of("departments.keji.name", "name_duplicate", value="KX(1)", other="jiwei"),
    ),
    (
        {"departments/1/aliases": ["科技局"]},
        _of("departments.keji.aliases", "name_duplicate", value="科技局", other="keji"),
    ),
    (
        {"departments/1/id": "jiwei"},
        [
            ("departments[2].id", "id_duplicate", {"value": "jiwei"}),
            ("departments[2].liaison", "post_home", {"person": "p-ren", "home": "keji"}),
            ("departments[2].head", "post_home", {"person": "p-ren", "home": "keji"}),
            ("people.p-ren.home", "home_unknown", {"value": "keji"}),
        ],
    ),
    (
        {"people/3/id": "p-ding"},
        [
            ("people[4].id", "id_duplicate", {"value": "p-ding"}),
            ("departments.jiwei.liaison", "post_home", {"person": "p-ding", "home": "keji"}),
            ("departments.keji.liaison", "person_unknown", {"value": "p-ren"}),
            ("departments.keji.head", "person_unknown", {"value": "p-ren"}),
        ],
    ),
    ({"people/0/name": 7}, _of("people.p-qin.name", "wrong_type", expected="text")),
    ({"people/0/email": DELETED}, _of("people.p-qin.email", "missing_key")),
    (
        {"people/0/email": "qin@localhost"},
        _of("people.p-qin.email", "email_malformed", value="qin@localhost"),
    ),
    (
        {"people/0/email": "a@x.example\nBcc: b@x.example"},
        _of("people.p-qin.email", "email_malformed", value="a@x.example\nBcc: b@x.example"),
    ),
    (
        {"people/1/email": "QIN@x.example"},
        _of("people.p-chen.email", "email_duplicate", value="QIN@x.example", other="p-qin"),
    ),
    ({"people/0/home": "nowhere"}, _of("people.p-qin.home", "home_unknown", value="nowhere")),
    (
        {"people/0/roles": ["leader", "king"]},
        _of("people.p-qin.roles", "role_unknown", value="king", allowed=ROLES),
    ),
    ({"people/0/roles": ["leader", "leader"]}, _of("people.p-qin.roles", "role_duplicate", value="leader")),
    (
        {"people/0/roles": ["leader", "admin"]},
        _of("people.p-qin.roles", "duties_mixed", role="admin", roles="leader, admin"),
    ),
    (
        {"people/0/roles": ["auditor", "leader"]},
        _of("people.p-qin.roles", "duties_mixed", role="auditor", roles="auditor, leader"),
    ),
    ({"people/0/office_head": True}, _of("people.p-qin.office_head", "office_head_alone")),
    ({"people/0/office_head": "yes"}, _of("people.p-qin.office_head", "wrong_type", expected="flag")),
    (
        {"homes": ["city"]},
        _of("homes", "wrong_type", **TABLE),
    ),
    ({"people": DELETED}, _of("people", "missing_key")),
    ({"people/0/id": 7}, _of("people[1].id", "wrong_type", expected="text")),
    ({"homes/city": 7}, _of("homes.city", "wrong_type", expected="text")),
    ({"homes/city": ""}, _of("homes.city", "blank")),
    ({"posts": {}}, _of("posts", "unknown_key")),
    (
        {
            "departments/0/leader": DELETED,
            "departments/1/category": 5,
            "people/2/email": "ding",
            "people/3/roles": [],
        },
        [
            ("departments.jiwei.leader", "post_missing", {}),
            ("departments.keji.category", "wrong_type", {"expected": "text"}),
            ("departments.keji.liaison", "post_role", {"person": "p-ren", "role": "department"}),
            ("departments.keji.head", "post_role", {"person": "p-ren", "role": "department"}),
            ("people.p-ding.email", "email_malformed", {"value": "ding"}),
            ("people.p-ren.roles", "empty", {}),
        ],
    ),
]
