"""What the rows of a file would write, told to a reader: by kind of change, names instead of ids, before and after."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from cycle import queries
from cycle.board.look import Look
from cycle.board.names import coded
from cycle.grading_files.wording import visible
from cycle.operations.import_changes import WHAT, Changes, RowChange, Written
from cycle.operations.import_roster import ENTRY
from workflows import words
from workflows.registry_guards import POSTS
from workflows.scoring import show

Values = dict[str, Any]

_ENTRY: Final = (*ENTRY, "lang")
_UNSAID: Final = {"office_head": False, "lang": words.LANGS[0]}
"""What holds of a person whose record does not say it."""
MOST: Final = 50
"""So many rows of a kind of change are shown to whoever tries a file."""


def told_groups(look: Look, found: Changes, most: int = MOST) -> list[Values]:
    """Each kind of change: what it is, how many rows, the first `most` of them, and how many are `left`.

    A row has its values as they are kept (points as text), `line` for people, and `warning` where somebody new is
    like somebody else; those are shown before the others, so that none of them is cut off unseen.
    """
    teller = _Teller(look, found.rows)
    told = []
    for what in WHAT:
        rows = sorted((row for row in found.rows if row.what == what), key=lambda row: not row.alike)
        if rows:
            shown = [teller.row(row) for row in rows[:most]]
            word = words.word("import_change.what", what, look.voice.lang)
            left = len(rows) - len(shown)
            told.append({"what": what, "word": word, "count": len(rows), "rows": shown, "left": left})
    return told


def of_entry(look: Look, person: str, asked: Mapping[str, Any]) -> list[str]:
    """What an entry asked for alone would say of somebody new, or otherwise of somebody: one line, or none."""
    there = queries.subject(look.session, f"person:{person}")
    said = {name: asked[name] for name in _ENTRY if name in asked}
    if there is None:
        written = [Written(name, None, value) for name, value in said.items() if value and name != "name"]
    else:
        stands = {**_UNSAID, **there.record}
        written = [
            Written(name, stands[name], value) for name, value in said.items() if stands[name] != value
        ]
    line = _Teller(look, ()).written(written)
    return [line] if line else []


def lines_of(told: Sequence[Mapping[str, Any]], lang: str) -> Iterator[str]:
    """The groups as lines for people: the kind and its count, below it the rows, each with what to look out for."""
    for group in told:
        yield words.phrase("import_change", "group", lang, what=group["word"], count=group["count"])
        for row in group["rows"]:
            yield f"  {visible(row['line'])}"
            if row["warning"]:
                yield f"    ⚠ {visible(row['warning'])}"
        if group["left"]:
            yield f"  {words.phrase('import_change', 'left', lang, count=group['left'])}"


class _Teller:
    """Words one reader's rows; those new in the file are called as it calls them."""

    def __init__(self, look: Look, rows: Sequence[RowChange]) -> None:
        self._lang = look.voice.lang
        self._names = {**look.voice.names, **{row.about[0]: row.name for row in rows if row.name}}
        self._coded = coded(look.session, self._lang)

    def row(self, row: RowChange) -> Values:
        written = self.written(row.written)
        people = [self._known(one) for one in row.alike]
        return {
            "row": row.row,
            "about": list(row.about),
            "name": self._about(row),
            "written": [_plain(one) for one in row.written],
            "alike": [{"person": one, "name": self._name(one)} for one in row.alike],
            "line": self._say("row", row=row.row, about=self._about(row), written=written),
            "warning": self._say("alike", people=words.listed(people, self._lang)) if people else None,
        }

    def written(self, several: Sequence[Written]) -> str:
        """What is written, in one line."""
        return self._say("between").join(self._written(one) for one in several)

    def _about(self, row: RowChange) -> str:
        """A person or a department with the id, which may be a slip; else the names alone."""
        if row.what.endswith(("_person", "_department")):
            return self._known(row.about[0])
        return self._say("place").join(map(self._name, row.about))

    def _known(self, one: str) -> str:
        return self._say("known", name=self._name(one), id=one)

    def _name(self, one: str) -> str:
        return self._names.get(one, one)

    def _written(self, one: Written) -> str:
        column = words.word("import_change.column", one.column, self._lang)
        after = self._value(one.column, one.after)
        if one.before is None:
            return self._say("set", column=column, after=after)
        before = self._value(one.column, one.before)
        return self._say("turned", column=column, before=before, after=after)

    def _value(self, column: str, value: Any) -> str:
        if isinstance(value, bool):
            return self._say("yes" if value else "no")
        if value in ("", None, []):
            return self._say("none")
        if column == "points":
            return show(value)
        if column == "counts":
            levels = self._coded["level"]
            counted = (f"{levels.get(level, level)}{count}" for level, count in value.items())
            return words.word("list", "between", self._lang).join(counted)
        if isinstance(value, list):
            roles = words.catalogue(self._lang)["role"]
            return words.word("list", "between", self._lang).join(roles.get(one, one) for one in value)
        return self._coded_text(column, str(value))

    def _coded_text(self, column: str, value: str) -> str:
        if column == "category":
            return self._coded["category"].get(value, value)
        if column in _SECTIONS:
            return words.catalogue(self._lang)[_SECTIONS[column]].get(value, value)
        return self._name(value) if column == "home" or column in POSTS else value

    def _say(self, code: str, **data: object) -> str:
        return words.phrase("import_change", code, self._lang, **data)


_SECTIONS: Final = {"grade": "grade", "state": "state.person", "lang": "import_change"}
"""Columns whose values are codes, with the section that words them."""


def _plain(one: Written) -> Values:
    before, after = (
        show(value) if one.column == "points" and value is not None else value
        for value in (one.before, one.after)
    )
    return {"column": one.column, "before": before, "after": after}
