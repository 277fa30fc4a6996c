"""What every paper reads: who issues it, by which rules, what it was made from, and words fit for a page."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final
from unicodedata import category

from cycle import facts as gathering
from cycle import queries
from cycle.board import names
from cycle.board.city import cycle_of
from cycle.board.decided import day_of
from cycle.board.look import Look
from cycle.board.untold import untold
from cycle.board.voice import Voice
from cycle.correspondence.letterhead import letterhead
from cycle.keys import split_key
from cycle.queries import SubjectRow
from cycle.sight import Seen, seen
from workflows import ledger, words
from workflows.matters import MATTERS
from workflows.rulebook import Rulebook

Values = dict[str, Any]
LANG: Final = "zh"
NUMERALS: Final = "一二三四五六七八九十"
NONE_KNOWN: Final = "—"
"""In a table where nothing is known: results brought along may have no category."""
GROUP: Final = "机关绩效考评工作领导小组"
"""The leading group's name where the letterhead does not tell it."""
_BROUGHT_ALONG: Final = "import_results"
_OF_GROUP: Final = re.compile(r"(.*领导小组)办公室")
_LISTED: Final = 3
"""More rows of the history than this are told by one digest."""
_SHORT: Final = 16
"""Letters of a hash that a paper shows."""
_UNSHOWN: Final = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_NO_XML: Final = "\ufffe\uffff"


@dataclass(frozen=True, slots=True)
class Asked:
    """One paper asked for: with which look, about which year and, where it needs one, which department."""

    look: Look
    year: int
    department: str = ""

    @property
    def cycle(self) -> SubjectRow:
        """The year. Raises NotFound."""
        return cycle_of(self.look, self.year)

    @property
    def book(self) -> Rulebook:
        """The rulebook of the year."""
        return gathering.rulebook_of(self.look.session, self.cycle)

    @property
    def name(self) -> str:
        """What the department is called."""
        return fit(self.look.voice.name(self.department))


def asked(look: Look, year: int, department: str = "") -> Asked:
    """A paper asked for; it is in Chinese, whatever language its reader reads."""
    if look.voice.lang != LANG:
        called = names.called(look.session, look.today, LANG)
        look = replace(look, voice=Voice(LANG, called))
    return Asked(look, year, department)


def head(at: Asked) -> Values:
    """Who issues it, in whose name, by which rules, of which year."""
    said = letterhead(at.look.session)
    office = fit(said.office) or words.word("letter", "office", LANG)
    of_group = _OF_GROUP.fullmatch(office)
    return {
        "office": office,
        "group": of_group[1] if of_group else GROUP,
        "contact": fit(said.contact),
        "rules": at.book.zh.replace("(", "（").replace(")", "）"),
        "year": at.year,
    }


def made_from(at: Asked, keys: Iterable[str]) -> Values:
    """The newest rows of the history of the subjects a paper was made from, and a line that names them.

    A hash that could be tried against guesses of what the reader is not told is left out.
    """
    rows = [queries.subject(at.look.session, key) for key in sorted(set(keys))]
    found = [_place(at.look, row) for row in rows if row is not None]
    return {"made_from": found, "basis": _line(at.look, found)}


def _place(look: Look, row: SubjectRow) -> Values:
    return {
        "subject": row.key,
        "number": row.number,
        "hash": row.hash if _unbiased(look, row) else None,
    }


def _unbiased(look: Look, row: SubjectRow) -> bool:
    kind, year, department = split_key(row.key)
    if kind == "cycle":
        return look.reader.whole and not untold(look, year)
    of = seen(row) if kind == "appraisal" else Seen(department)
    return look.reader.unbiased(of)


def _line(look: Look, found: Sequence[Mapping[str, Any]]) -> str:
    if len(found) <= _LISTED:
        return "；".join(_row(look, one) for one in found)
    text = f"{called(look, found[0]['subject'])}等{len(found)}个事项的流转记录"
    if any(one["hash"] is None for one in found):
        return text
    whole = ledger.heads_digest({one["subject"]: (one["number"], one["hash"]) for one in found})
    return f"{text}，合并摘要{whole[:_SHORT]}"


def _row(look: Look, one: Mapping[str, Any]) -> str:
    text = f"{called(look, one['subject'])}流转记录第{one['number']}条"
    return f"{text}，{one['hash'][:_SHORT]}" if one["hash"] else text


def called(look: Look, key: str) -> str:
    """A subject as a paper names it: kind, year, department, number."""
    kind, year, department = split_key(key)
    name = fit(look.voice.name(department)) if department else ""
    what = words.word("kind", kind, LANG)
    if not department:
        return f"{what}{year or ''}"
    number = f"第{key.rpartition(':')[2]}号" if kind in MATTERS else ""
    return f"{year}年度{name}的{what}{number}"


def decided(at: Asked, body: Mapping[str, Any] | None) -> Values:
    """When it was decided and by which document; the day is empty where results were brought along without it."""
    if body is None:
        return {"decided_on": "", "document": ""}
    untold = body["action"] == _BROUGHT_ALONG and not body["occurred_on"]
    on = "" if untold else day_of(body, at.look.zone)
    return {"decided_on": day(on), "document": fit(body["document"] or "")}


def day(iso: str | None) -> str:
    """A day in a sentence; empty for none."""
    return words.day(date.fromisoformat(iso), LANG) if iso else ""


def word(section: str, code: str) -> str:
    """The Chinese word for a code; the code where a later version wrote what this one has no word for."""
    return words.catalogue(LANG)[section].get(code, code)


def category_of(book: Rulebook, code: str | None) -> str:
    """A category by the rulebook's name; imported results may call it as they like."""
    if code in book.categories:
        return book.figure(f"categories.{code}").zh
    return fit(code or "")


def fit(text: str) -> str:
    """A text on one line, without what no page shows or what changes how the rest of it reads."""
    return " ".join("".join(" " if letter.isspace() else _shown(letter) for letter in text).split())


def paragraphs(text: str) -> list[str]:
    """A text people wrote, a paragraph for each of its lines."""
    return [line for line in (fit(piece) for piece in text.splitlines()) if line]


def _shown(letter: str) -> str:
    return "" if category(letter) in _UNSHOWN or letter in _NO_XML else letter


def listed(texts: Sequence[str]) -> str:
    """Names side by side."""
    return "、".join(texts)


def counted(texts: Sequence[str]) -> str:
    """Names side by side with how many they are; one alone without."""
    return listed(texts) + (f"{len(texts)}个部门（单位）" if len(texts) > 1 else "")
