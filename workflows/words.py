"""What people read: the texts of codes, in Chinese and English, from `words/zh.toml`, `words/zh/*.toml` and the
same in English. A topic has a file of its own; what is of no topic stands in `zh.toml`.

A section is a table of those files; a table within a table is named with a dot (`state.appraisal`), and several
files may write into one section. A new section needs nothing here: write it into both languages and ask for it
with `word` or `phrase`. An unknown language, section or code raises KeyError: a missing text is a fault of ours,
never shown as a code.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import cache, lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from workflows.engine import NONE
from workflows.errors import Unmet
from workflows.machines import MACHINES
from workflows.rulebook import Bonus, Deduction, Indicator, Rulebook
from workflows.rulebook_build import keyed
from workflows.scoring import show

LANGS: Final = ("zh", "en")

Catalogue = Mapping[str, Mapping[str, str]]
Names = Mapping[str, str]

_FOLDER = Path(__file__).with_name("words")

_SECTIONS: Final = {
    "entries": "form_entry",
    "entry": "form_entry",
    "form": "stage",
    "part": "part",
    "post": "post",
    "role": "role",
    "roles": "role",
    "window": "stage",
}
"""Data whose value is a code of one section."""

_LISTS: Final = frozenset(
    {"departments", "entries", "figures", "from", "items", "matters", "members", "roles", "seats", "steps"}
)
"""Data that holds several values, written with commas between them."""

_EITHER: Final = frozenset({("role_missing", "roles"), ("wrong_state", "from")})
"""Lists of which one is enough."""

_DAYS: Final = frozenset({"cutoff", "day", "due", "earliest", "opens", "today", "until"})
"""Data that holds an ISO date."""

_POINTS: Final = frozenset(
    {("points_fixed", "points"), ("points_out_of_range", "points"), ("points_out_of_range", "most")}
)
"""Where a number is points in hundredths."""

_FORM_PARTS: Final = frozenset({("part_reason_missing", "name")})
"""Data that names a part of a form."""

_ECHOED: Final = {
    ("action_unknown", "action"): "action",
    ("behalf_not_possible", "principal"): "role",
    ("item_unknown", "part"): "part",
    ("post_unknown", "post"): "post",
    ("role_unknown", "roles"): "role",
    ("roles_not_apart", "roles"): "role",
    ("stage_not_movable", "window"): "stage",
}
"""Where what was asked for is repeated, known or not: the one place a code may be shown as it came."""


@cache
def catalogue(lang: str) -> Catalogue:
    """Every text of one language by section and code. Raises KeyError for a language there is none of."""
    if lang not in LANGS:
        raise KeyError(lang)
    sections: dict[str, dict[str, str]] = {}
    for path in files(lang):
        _flatten(tomllib.loads(path.read_text(encoding="utf-8")), "", sections)
    return MappingProxyType({name: MappingProxyType(texts) for name, texts in sections.items()})


def files(lang: str) -> tuple[Path, ...]:
    """The files one language's texts stand in."""
    return (_FOLDER / f"{lang}.toml", *sorted((_FOLDER / lang).glob("*.toml")))


def _flatten(table: Mapping[str, Any], name: str, into: dict[str, dict[str, str]]) -> None:
    """Add one file's texts. Raises ValueError where a text stands twice."""
    texts = {code: text for code, text in table.items() if isinstance(text, str)}
    if texts:
        known = into.setdefault(name, {})
        if twice := known.keys() & texts.keys():
            raise ValueError(f"{name}: {', '.join(sorted(twice))} stands in two files")
        known.update(texts)
    for below, inner in table.items():
        if isinstance(inner, Mapping):
            _flatten(inner, f"{name}.{below}" if name else below, into)


def word(section: str, code: str, lang: str) -> str:
    """The text of a code as it stands in the file, placeholders included."""
    return catalogue(lang)[section][code]


def phrase(section: str, code: str, lang: str, **data: object) -> str:
    """The text of a code with its placeholders filled. Raises KeyError also for a placeholder not given."""
    return word(section, code, lang).format_map(data)


def state(machine: str, code: str, lang: str) -> str:
    """A state of one machine; `none` is a subject that does not exist yet, whatever the machine."""
    return word("state", code, lang) if code == NONE else word(f"state.{machine}", code, lang)


def action(code: str, lang: str, machine: str = "") -> str:
    """An action as an imperative; `machine` where the same code means another thing for its subjects."""
    own = catalogue(lang).get(f"action.{machine}", {})
    return own[code] if code in own else word("action", code, lang)


def day(on: date, lang: str) -> str:
    """A date as it stands in a sentence."""
    return phrase("date", "day", lang, year=on.year, month=word("month", str(on.month), lang), day=on.day)


def listed(texts: Sequence[str], lang: str, last: str = "last") -> str:
    """Several texts as one enumeration: all of them, or any one of them where `last` is `either`."""
    if len(texts) < 2:
        return "".join(texts)
    return word("list", "between", lang).join(texts[:-1]) + word("list", last, lang) + texts[-1]


def say(unmet: Unmet, lang: str, names: Names = MappingProxyType({})) -> str:
    """What is in the way and what to do next, as one text.

    `names` are the reader's names of what the rules know by id only: items of the rulebook (`names_of`),
    departments, people, matters. An id without a name is shown as it is.
    """
    told = {key: _told(unmet, key, str(value), lang, names) for key, value in unmet.data.items()}
    return phrase("unmet", unmet.code, lang, **told)


def _told(unmet: Unmet, key: str, value: str, lang: str, names: Names) -> str:
    """One value of a refusal's data, in words."""
    if (unmet.code, key) in _POINTS:
        return show(int(value))
    if (unmet.code, key) in _FORM_PARTS:
        return form_part(value, lang, names)
    if key in _DAYS:
        return day(date.fromisoformat(value), lang)
    tell = _teller(unmet, key, lang, names)
    if key not in _LISTS:
        return tell(value)
    last = "either" if (unmet.code, key) in _EITHER else "last"
    return listed([tell(piece) for piece in value.split(",")], lang, last)


def _teller(unmet: Unmet, key: str, lang: str, names: Names) -> Callable[[str], str]:
    """How one piece of `key` is worded."""
    if section := _ECHOED.get((unmet.code, key)):
        known = catalogue(lang)[section]
        return lambda piece: known.get(piece) or names.get(piece, piece)
    if section := _SECTIONS.get(key):
        return lambda piece: word(section, piece, lang)
    if key in ("state", "from"):
        return lambda piece: state(_machine(unmet), piece, lang)
    if key == "action":
        return lambda piece: action(piece, lang, _machine(unmet))
    if key == "seats":
        return lambda piece: _seat(piece, lang)
    return lambda piece: names.get(piece, piece)


def _seat(piece: str, lang: str) -> str:
    grade, _, count = piece.partition("=")
    return phrase("list", "counted", lang, name=word("grade", grade, lang), count=count)


def _machine(unmet: Unmet) -> str:
    """Which machine's states and actions a refusal speaks of."""
    if "machine" in unmet.data:
        return str(unmet.data["machine"])
    if unmet.code == "cycle_not_running":
        return "cycle"
    asked, at = unmet.data.get("action"), unmet.data.get("state", NONE)
    for name, machine in MACHINES.items():
        if asked in machine.actions and at in (*machine.states, NONE):
            return name
    raise KeyError(asked)


def form_part(code: str, lang: str, names: Names = MappingProxyType({})) -> str:
    """A part of a form: its text, a target by its number, an indicator by the reader's name."""
    if code.isdigit():
        return phrase("form", "target", lang, number=code)
    return catalogue(lang)["form_entry"].get(code) or names.get(code, code)


@lru_cache(maxsize=16)
def names_of(rulebook: Rulebook, lang: str) -> Names:
    """What a rulebook calls its items: indicators, parts of the ratings, deductions, bonuses, categories, by id."""
    entries: list[Indicator | Deduction | Bonus] = [
        *rulebook.indicators,
        *rulebook.deductions,
        *rulebook.bonuses,
    ]
    found = {entry.id: entry.zh if lang == "zh" else entry.en for entry in entries}
    content: Any = keyed(rulebook.content())
    found.update({name: entry[lang] for name, entry in content["categories"].items()})
    parts = content["parts"]
    for items in parts.values():
        found.update({name: entry[lang] for name, entry in items.items()})
    return MappingProxyType(found)
