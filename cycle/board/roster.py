"""The roster as it is looked up: departments with who holds their posts, people with what they held. Plain values."""

from __future__ import annotations

from typing import Any, Final

from cycle import queries
from cycle.board import city
from cycle.board.look import Look
from cycle.board.names import coded
from cycle.people import name_on
from cycle.sight import SIGHT, Seen, shows
from workflows import words
from workflows.errors import Refused, Unmet
from workflows.registry_guards import POSTS

Values = dict[str, Any]

_FOREVER: Final = "9999-12-31"


def require_reader(look: Look) -> None:
    """Raises Refused for whoever does not see the whole register, but at most their own entry."""
    if not shows(look.reader, "person", Seen()):
        readers = [role for role, scope in SIGHT["person"].items() if scope == "all"]
        raise Refused(Unmet("role_missing", {"roles": ",".join(readers)}))


def departments(look: Look) -> list[Values]:
    """Every department there is or was, by id: its category in words, and who holds each post today by name."""
    categories = coded(look.session, look.voice.lang)["category"]
    found = []
    for one in city.departments(look, every=True):
        held = one["posts"] or dict.fromkeys(POSTS)
        names = {post: look.voice.name(who) if who else None for post, who in held.items()}
        called = {entry["name"] for entry in one["names"]} - {one["name"]}
        category = categories.get(one["category"], one["category"])
        found.append({**one, "category_word": category, "holders": names, "former": sorted(called)})
    return found


def department(look: Look, code: str) -> Values:
    """One department with its names and posts over time, the latest first, and what became of others. Raises NotFound.

    A post held today has no end, or one ahead: `now` says so.
    """
    row = city.department_of(look, code)
    today = look.today.isoformat()
    posts = [
        {**entry, "now": entry["from"] <= today < (entry["until"] or _FOREVER)}
        for entry in city.posts(look, code)
    ]
    categories = coded(look.session, look.voice.lang)["category"]
    return {
        **city.department_values(look, row),
        "category_word": categories.get(row.record["category"], row.record["category"]),
        "posts_held": {post: _latest(posts, post) for post in POSTS},
        "names": sorted(row.record["names"], key=lambda entry: str(entry["from"]), reverse=True),
        "dissolved_on": row.record.get("dissolved_on"),
        "successor": row.record.get("successor"),
        "absorbed": list(row.record.get("absorbed", ())),
    }


def _latest(posts: list[Values], post: str) -> list[Values]:
    return sorted((one for one in posts if one["post"] == post), key=lambda one: one["from"], reverse=True)


def people(look: Look) -> list[Values]:
    """The people the reader sees, by id, with the posts they hold today."""
    held = _held_today(look)
    return [
        {
            **one,
            "home_name": look.voice.name(one["home"]),
            "office_head": bool(one.get("office_head")),
            "role_words": [words.word("role", role, look.voice.lang) for role in one["roles"]],
            "held": held.get(one["person"], []),
        }
        for one in city.people(look)
    ]


def _held_today(look: Look) -> dict[str, list[Values]]:
    found: dict[str, list[Values]] = {}
    for one in city.departments(look):
        for post, who in (one["posts"] or {}).items():
            if who:
                found.setdefault(who, []).append(
                    {"post": post, "department": one["department"], "name": one["name"]}
                )
    return found


def person(look: Look, code: str) -> Values:
    """One person with every post they held, the latest first. Raises NotFound."""
    row = city.person_of(look, code)
    today = look.today.isoformat()
    held = [
        {
            "post": entry["post"],
            "department": each.department,
            "name": name_on(each.record, look.today),
            "from": entry["from"],
            "until": entry.get("until"),
            "now": entry["from"] <= today < entry.get("until", _FOREVER),
        }
        for each in queries.of_kind(look.session, "department")
        if shows(look.reader, "posts", Seen(each.department))
        for entry in each.record["posts"]
        if entry["person"] == code
    ]
    held.sort(key=lambda one: (one["from"], one["department"]), reverse=True)
    return {
        **city.person_values(row),
        "number": row.number,
        "home_name": look.voice.name(row.record["home"]),
        "posts_held": held,
    }


def homes(look: Look) -> list[tuple[str, str]]:
    """Every home somebody has or may have, with what it is called: departments, and places outside the roster."""
    known = {one["home"] for one in city.people(look)}
    known |= {one["department"] for one in city.departments(look)}
    return [(one, look.voice.name(one)) for one in sorted(known)]
