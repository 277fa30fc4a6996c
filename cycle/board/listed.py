"""The cells of a list as people read them: codes in words, the office's clock, people and departments by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import Any, Final

from cycle.board.look import Look
from cycle.board.names import coded
from cycle.board.pending import operation_word
from cycle.documents.lists import Cell
from workflows import words
from workflows.engine import NONE
from workflows.matters import MATTERS
from workflows.objection_guards import ABOUT

Values = Mapping[str, Any]


class Teller:
    """Words one reader's cells. What has no word is shown as it is: an id, or what a later version wrote."""

    def __init__(self, look: Look) -> None:
        self.look = look
        self.lang = look.voice.lang

    @cached_property
    def _categories(self) -> Mapping[str, str]:
        return coded(self.look.session, self.lang)["category"]

    def cell(self, told: str, value: Any, row: Values) -> Cell:
        """One value, told as `told` says: one of `_TOLD`, a section of the words, or as it is where that is empty."""
        if isinstance(value, list):
            between = words.word("list", "between", self.lang)
            return between.join(str(self.cell(told, one, row)) for one in value)
        if value is None:
            return None
        if told in _TOLD:
            return _TOLD[told](self, value, row)
        if isinstance(value, Mapping):
            return None
        if isinstance(value, bool):
            return words.word("list.value", "yes" if value else "no", self.lang)
        return _worded(told, value, self.lang)

    def points(self, value: Any, _row: Values) -> Cell:
        return Decimal(value)

    def name(self, value: Any, _row: Values) -> Cell:
        return self.look.voice.name(value)

    def who(self, value: Any, _row: Values) -> Cell:
        return self.look.voice.who(value)

    def category(self, value: Any, _row: Values) -> Cell:
        return self._categories.get(str(value), str(value))

    def instant(self, value: Any, _row: Values) -> Cell:
        return datetime.fromisoformat(value).astimezone(self.look.zone).strftime("%Y-%m-%d %H:%M:%S")

    def state(self, value: Any, row: Values) -> Cell:
        """A state of the kind of subject the row is about; a deadline of a matter names its kind itself."""
        kind = str(row.get("subject") or row.get("id")).partition(":")[0]
        return self.look.voice.state(kind, value.removeprefix(f"{kind}.") or NONE)

    def operation(self, _value: Any, row: Values) -> Cell:
        return operation_word(row, self.lang)

    def about(self, value: Any, _row: Values) -> Cell:
        """What evidence or an objection is about: a form, a target, a matter, the grade, the points, an item."""
        if value in ABOUT:
            return words.word("cli", f"objection_{value}", self.lang)
        if value in words.catalogue(self.lang)["stage"]:
            return words.word("stage", value, self.lang)
        kind, _, number = value.partition(".")
        if kind == "target":
            return words.phrase("cli", "evidence_target", self.lang, number=number)
        kind, number = value.partition(":")[0], value.rpartition(":")[2]
        if kind in MATTERS:
            word = words.word("kind", kind, self.lang)
            return words.phrase("letter", "numbered", self.lang, kind=word, number=number)
        return self.look.voice.name(value)

    def evidence(self, value: Any, _row: Values) -> Cell:
        """What a figure rests on."""
        return words.catalogue(self.lang)["cli"].get(f"evidence_{value}", str(value))

    def rung(self, value: Any, _row: Values) -> Cell:
        """When a rung comes: as the window opens, so many working days before or after the last one, as grace ends."""
        known = words.catalogue(self.lang)["reminder.rung"]
        if value in known:
            return known[value]
        days = int(value)
        code = "due" if not days else "before" if days < 0 else "after"
        return known[code].format(days=abs(days))

    def file(self, value: Any, _row: Values) -> Cell:
        return _newest(value).get("name")

    def handed_in(self, value: Any, _row: Values) -> Cell:
        return _newest(value).get("on")


def _worded(section: str, value: Any, lang: str) -> Cell:
    found: Cell = words.catalogue(lang)[section].get(value, value) if section else value
    return found


def _newest(versions: Mapping[str, Mapping[str, Any]]) -> Mapping[str, Any]:
    return versions[max(versions, key=int)] if versions else {}


_TOLD: Final[Mapping[str, Callable[[Teller, Any, Values], Cell]]] = {
    "points": Teller.points,
    "name": Teller.name,
    "who": Teller.who,
    "category": Teller.category,
    "instant": Teller.instant,
    "state": Teller.state,
    "operation": Teller.operation,
    "about": Teller.about,
    "evidence": Teller.evidence,
    "rung": Teller.rung,
    "file": Teller.file,
    "handed_in": Teller.handed_in,
}
