"""The report in words: the fields of its letter in either language, and the Chinese text that is kept."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from cycle.operations.report.case import CaseReport, Fact, SheetLine, Value
from workflows import words
from workflows.scoring import show

_DAYS = frozenset({"before", "due", "grace_until", "on", "until"})
_POINTS = frozenset({"points", "total"})
_SECTIONS = {"form": "stage", "grade": "grade"}


def fields_of(report: CaseReport, lang: str) -> dict[str, Any]:
    """The fields of the letter `escalation_report`, worded in `lang`.

    Of `sheets`, `item` and `values` (one for each of `years`) make a whole line; `clause`, `difference` and
    `grounds` stand beside them for who has the room.
    """
    return {
        "department": report.department,
        "count": report.count,
        "first_line": said(report.first_line, lang, listed=_heads(report, lang)),
        "years": list(report.years),
        "facts": _all(report.facts, lang),
        "sheets": [_row(line, lang) for line in report.sheets],
        "sums_only": _all(report.sums_only, lang),
        "movement": _all(report.movement, lang),
        "deadlines": _all(report.deadlines, lang),
        "open_rectification": _all(report.open_rectification, lang),
        "heads": [{"year": head.year, "name": _named(head.name, lang)} for head in report.heads],
        "tenures": _all(report.tenures, lang),
        "references": _all(report.references, lang),
        "digest": report.digest,
    }


def said(fact: Fact, lang: str, **more: str) -> str:
    """One fact as a sentence. Text that people wrote is kept on one line, so that it cannot pass for ours."""
    told = {key.removesuffix(f".{lang}"): _told(key, value, lang) for key, value in fact.data.items()}
    return words.phrase("report", fact.code, lang, **told, **more)


def _told(key: str, value: Value, lang: str) -> str:
    if key in _DAYS:
        return words.day(date.fromisoformat(str(value)), lang)
    if key in _POINTS:
        return show(int(value))
    if section := _SECTIONS.get(key):
        return words.word(section, str(value), lang)
    return _one_line(str(value))


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _all(facts: Sequence[Fact], lang: str) -> list[str]:
    return [said(fact, lang) for fact in facts]


def _named(name: str, lang: str) -> str:
    return _one_line(name) or words.word("report", "unregistered", lang)


def _heads(report: CaseReport, lang: str) -> str:
    pieces = (
        words.phrase("report", "in_year", lang, year=head.year, what=_named(head.name, lang))
        for head in report.heads
    )
    return words.word("report", "between", lang).join(pieces)


def _row(line: SheetLine, lang: str) -> dict[str, Any]:
    return {
        "item": _item(line, lang),
        "clause": line.clause,
        "values": [_points(value, lang) for value in line.values],
        "difference": _difference(line.difference, lang),
        "grounds": _all(line.grounds, lang),
    }


def _item(line: SheetLine, lang: str) -> str:
    name = line.zh if lang == "zh" else line.en
    if not line.item:
        return name
    code = "item_of" if line.full else "item"
    return words.phrase("report", code, lang, name=name, clause=line.clause, full=show(line.full))


def _points(value: int | None, lang: str) -> str:
    return words.word("report", "no_record", lang) if value is None else show(value)


def _difference(value: int | None, lang: str) -> str:
    if value is None:
        return words.word("report", "incomparable", lang)
    if value == 0:
        return words.word("report", "unchanged", lang)
    return f"+{show(value)}" if value > 0 else show(value)


def text_of(report: CaseReport) -> str:
    """The whole report in Chinese. Its first line says whether the years had the same head."""
    fields = fields_of(report, "zh")
    sections = (
        ("facts", fields["facts"]),
        ("sheets", [*fields["sums_only"], *_sheet_text(report, fields)]),
        ("movement", fields["movement"]),
        ("deadlines", fields["deadlines"]),
        ("rectification", fields["open_rectification"] or [words.word("report", "nothing_open", "zh")]),
        ("heads", [*_head_lines(fields), *fields["tenures"]]),
        ("references", fields["references"]),
    )
    lines = [fields["first_line"], "", _zh("title", name=fields["department"], count=report.count), ""]
    lines += [_zh("addressed"), ""]
    for number, (code, texts) in enumerate(sections, start=1):
        lines += [f"{'一二三四五六七'[number - 1]}、{_zh(f'heading_{code}')}", *texts, ""]
    lines += [_zh("people_decide"), ""]
    lines += [_zh("made", day=words.day(date.fromisoformat(report.made_on), "zh"))]
    lines += [_zh("digest_of", digest=report.digest)]
    return "\n".join(lines) + "\n"


def _zh(code: str, **data: object) -> str:
    return words.phrase("report", code, "zh", **data)


def _head_lines(fields: dict[str, Any]) -> list[str]:
    return [_zh("head", year=head["year"], name=head["name"]) for head in fields["heads"]]


def _sheet_text(report: CaseReport, fields: dict[str, Any]) -> Iterator[str]:
    """Sums at the margin, items below them, grounds below their item."""
    for line, row in zip(report.sheets, fields["sheets"], strict=True):
        pieces = zip(report.years, row["values"], strict=True)
        values = _zh("between").join(_zh("in_year", year=year, what=value) for year, value in pieces)
        whole = _zh("line", item=row["item"], values=values, difference=row["difference"])
        yield f"　　{whole}" if line.item else whole
        yield from (f"　　　　{ground}" for ground in row["grounds"])
