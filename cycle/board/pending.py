"""An act that waits for a second person, told in a few lines: what would be done, about what, by whom, on what ground.

Names stand for ids. Of a file and of a sheet of marks the first few are told; the act as it was entered has all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

from cycle import facts as gathering
from cycle import queries, queries_board
from cycle.board import names
from cycle.board.desk import names_untold
from cycle.board.look import Look
from cycle.board.row_changes import lines_of, of_entry, told_groups
from cycle.grading_files.wording import visible
from cycle.keys import split_key
from cycle.operations.import_changes import changes
from cycle.queries_board import LedgerLine
from workflows import words
from workflows.corrections import differences
from workflows.matters import MATTERS
from workflows.rulebook import thaw
from workflows.scoring import show

Values = Mapping[str, Any]

FEW: Final = 5
"""So many rows of a kind of change are told, and twice as many marks."""
_DIGITS: Final = 12
"""Of a digest."""


def lines(look: Look, one: Values) -> list[str]:
    """One of `desk.waiting`: what would be done and who asked when, below it the grounds and what was asked for."""
    told = _Telling(look)
    say = told.say
    head = say("act", id=one["id"], what=told.what(one), actor=told.name(one["actor"]), at=told.at(one))
    return [head, *(f"    {visible(line)}" for line in _below(told, one))]


def _below(told: _Telling, one: Values) -> Iterator[str]:
    say, asked = told.say, one["arguments"]
    if one["on_behalf_of"]:
        yield say("behalf", who=told.look.voice.who(one["on_behalf_of"]))
    if one["document"]:
        yield say("document", document=one["document"])
    if one["reason"]:
        yield say("reason", reason=one["reason"])
    if one["occurred_on"]:
        yield say("occurred", day=one["occurred_on"])
    if one["operation"] == "import_rows":
        yield from _file(told, one)
    elif one["kind"] == "person":
        yield from of_entry(told.look, one["subject"].partition(":")[2], asked)
    else:
        for field, tell in _FIELDS.items():
            if asked.get(field) not in (None, "", [], {}):
                yield say(
                    "said",
                    label=words.word("waiting.field", field, told.lang),
                    value=tell(told, asked[field]),
                )
        if one["operation"] == "correct_rulebook":
            yield from _figures(told, one)
        given = _given(told, asked)
        # Of an amendment every line counts: whoever confirms it has to have read it.
        yield from given if asked.get("changes") else _many(told, given)


def _file(told: _Telling, one: Values) -> Iterator[str]:
    """How many rows would write something, and the first few of each kind; none of a department still untold."""
    look, asked = told.look, one["arguments"]
    rows = asked.get("rows")
    if rows is None or names_untold(look, one["year"] or 0, rows):
        yield told.say("hidden", count=asked["count"] if rows is None else len(rows))
        return
    found = changes(look.session, asked, one["actor"], look.today)
    yield told.say("rows", count=len(rows), changed=len(found.rows), same=found.same)
    groups = told_groups(look, found, FEW)
    yield from lines_of(groups, told.lang)
    if any(group["left"] for group in groups):
        yield told.say("all")


def _figures(told: _Telling, one: Values) -> Iterator[str]:
    """Every figure that a correction changes: whoever confirms it has to see which."""
    cycle = queries.subject(told.look.session, one["subject"])
    if cycle is not None:
        before = gathering.rulebook_of(told.look.session, cycle)
        for each in differences(before, thaw(one["arguments"]["rulebook"])):
            yield told.say("figure", path=each.path, before=each.before or "—", after=each.after or "—")


def _many(told: _Telling, found: Sequence[str]) -> Iterator[str]:
    yield from found[: 2 * FEW]
    if len(found) > 2 * FEW:
        yield told.say("left", count=len(found) - 2 * FEW)
        yield told.say("all")


def _given(told: _Telling, asked: Values) -> list[str]:
    """Points asked for, one item a line: ledger lines, marks, ratings, corrections of a year, grades."""
    found = [told.line(line) for line in asked.get("lines", ())]
    for given in (*asked.get("marks", ()), *asked.get("ratings", ())):
        level = told.coded["level"].get(given.get("level") or "", "")
        points = level if given.get("points") is None else show(given["points"])
        found.append(
            " ".join(
                filter(None, (told.name(given["item"]), points, given.get("reason") or given.get("note")))
            )
        )
    for change in asked.get("changes", ()):
        found += _corrected(told, change)
    for ruling in (asked.get("ruling"), asked.get("rulings")):
        for department, grade in (ruling or {}).items():
            value = words.word("grade", grade, told.lang)
            found.append(told.say("said", label=told.name(department), value=value))
    return found


def _corrected(told: _Telling, change: Values) -> Iterator[str]:
    name = told.name(change["department"])
    stood: dict[str, Values] = {}
    for line in change.get("reverse", ()):
        key, _, number = line.rpartition("#")
        if not stood:
            stood = {one.id: _of_line(one) for one in queries_board.every_line(told.look.session, key)}
        what = told.line(stood[line]) if line in stood else ""
        yield told.say("reversed" if what else "reversed_unknown", name=name, line=number, what=what)
    for line in change.get("lines", ()):
        again = "again" if line.get("again") else "said"
        yield told.say(again, label=name, value=told.line(line))


def _of_line(one: LedgerLine) -> Values:
    return {"part": one.part, "item": one.item, "points": one.points, "note": one.note}


class _Telling:
    """One reader's words."""

    def __init__(self, look: Look) -> None:
        self.look = look
        self.lang = look.voice.lang
        self.coded = names.coded(look.session, self.lang)

    def say(self, code: str, **data: object) -> str:
        return words.phrase("waiting", code, self.lang, **data)

    def name(self, one: str) -> str:
        return self.look.voice.name(one)

    def at(self, one: Values) -> str:
        """Since when it waits, by the office's clock."""
        at = datetime.fromisoformat(one["requested_at"]).astimezone(self.look.zone)
        return at.strftime("%Y-%m-%d %H:%M")

    def line(self, line: Values) -> str:
        """One line of the ledger."""
        points = "" if line.get("points") is None else show(line["points"])
        told = (
            words.word("part", line["part"], self.lang),
            self.name(line["item"]),
            points,
            line.get("note"),
        )
        return " ".join(filter(None, told))

    def what(self, one: Values) -> str:
        """What would be done, and about what."""
        asked = one["arguments"]
        if one["operation"] == "import_rows":
            kind = words.word("waiting.kind", asked["kind"], self.lang)
            return self.say("import", kind=kind, file=visible(asked["file"]))
        return self.say("about", name=self._subject(one), action=operation_word(one, self.lang))

    def _subject(self, one: Values) -> str:
        kind, _year, _department = split_key(one["subject"])
        if kind in MATTERS:
            number = one["subject"].rpartition(":")[2]
            name, word = self.look.voice.in_year(one["subject"]), words.word("kind", kind, self.lang)
            return self.say("matter", name=name, kind=word, number=number)
        new = one["arguments"].get("name", "")
        id_ = one["subject"].rpartition(":")[2]
        if kind == "person" and new and queries.subject(self.look.session, one["subject"]) is None:
            return words.phrase("import_change", "known", self.lang, name=new, id=id_)
        return self.look.voice.in_year(one["subject"])

    def names(self, several: Sequence[str]) -> str:
        return words.listed([self.name(one) for one in several], self.lang)

    def persons(self, several: Sequence[Values]) -> str:
        posts = words.catalogue(self.lang)["finding.post"]
        told = (
            self.say("person", name=one["name"], post=posts.get(one["post"], one["post"])) for one in several
        )
        return words.listed(list(told), self.lang)


def operation_word(one: Values, lang: str) -> str:
    """The word of what would be done: of the action asked for, else of the operation."""
    if one["operation"] == "import_rows":
        return words.word("cli", "operation_import", lang)
    action = str(one["arguments"].get("action", one["operation"])).removesuffix(f"_{one['kind']}")
    known = words.catalogue(lang)
    own = known.get(f"action.{one['kind']}", {})
    return own.get(action) or known["action"].get(action) or words.word("cli", "operation_move", lang)


_Tell = Callable[[_Telling, Any], str]


def _day(told: _Telling, day: str) -> str:
    return words.day(date.fromisoformat(day), told.lang)


_FIELDS: Final[Mapping[str, _Tell]] = {
    "stage": lambda told, stage: words.word("stage", stage, told.lang),
    "due": _day,
    "on": _day,
    "member": _Telling.name,
    "persons": _Telling.persons,
    "predecessors": _Telling.names,
    "text": lambda _told, text: str(text),
    "tie": lambda _told, tie: str(tie),
    "digest": lambda _told, digest: str(digest)[:_DIGITS],
    "against": lambda _told, digest: str(digest)[:_DIGITS],
}
"""What of an act's arguments is told by itself, and how."""
