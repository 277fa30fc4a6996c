"""How read models speak to one reader: their language, and the names they know things by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cycle.board.rows import BoardRow
from cycle.keys import split_key
from workflows import words
from workflows.deadlines import LAMPS
from workflows.engine import NONE
from workflows.errors import Unmet


@dataclass(frozen=True, slots=True)
class Voice:
    """One reader's language, and what they call departments, people and items, by id (`names.called`)."""

    lang: str
    names: Mapping[str, str]

    def name(self, code: str) -> str:
        """What a department, a person or an item is called; an id without a name as it is."""
        return self.names.get(code, code)

    def who(self, code: str) -> str:
        """A post, a role or a person."""
        roles = words.catalogue(self.lang)["role"]
        return roles[code] if code in roles else self.name(code)

    def is_person(self, code: str) -> bool:
        """Whether whose turn it is names a person, not a post or a role."""
        return code not in words.catalogue(self.lang)["role"]

    def state(self, kind: str, code: str) -> str:
        """A state of one kind of subject; the code where a later version wrote what this one has no word for."""
        known = words.catalogue(self.lang)["state" if code == NONE else f"state.{kind}"]
        return known.get(code, code)

    def standing(self, kind: str, code: str) -> str:
        """Where a subject stands, in words that also stand alone: of a matter with what kind it is."""
        state = self.state(kind, code.removeprefix(f"{kind}."))
        if kind == "appraisal":
            return state
        return words.phrase("web", "beside", self.lang, name=words.word("kind", kind, self.lang), more=state)

    def lamp(self, row: BoardRow) -> str:
        """The lamp's word: a lamp is never colour alone."""
        if row.state == NONE:
            return words.word("cli", "lamp_not_begun", self.lang)
        lamp = LAMPS[row.lamp]
        return lamp.zh if self.lang == "zh" else lamp.en

    def entries(self, unmet: Sequence[Unmet]) -> list[dict[str, Any]]:
        """Unmet conditions as plain values with their sentences; `name` is what `about` is called."""
        return [
            {
                "code": one.code,
                "about": one.about or None,
                "name": self.subject(one.about) if one.about else None,
                "data": dict(one.data),
                "message": words.say(one, self.lang, self.names),
            }
            for one in unmet
        ]

    def in_year(self, key: str) -> str:
        """What a subject is called with its year, where it has one. Raises NotFound for a key of no known shape."""
        kind, year, department = split_key(key)
        name = self.name(department or key.rpartition(":")[2])
        if kind == "dispatch":
            return words.phrase("cli", "of_register", self.lang, year=year)
        if kind in ("cycle", "calendar"):
            return words.phrase("cli", "of_year", self.lang, year=year)
        return words.phrase("cli", "in_year", self.lang, year=year, name=name) if year else name

    def subject(self, key: str) -> str:
        """What a subject is called: the name of its last part where the reader has one."""
        return self.name(key.rpartition(":")[2])
