"""What was typed, as values: dates, points, texts, words in either language. Each fault names its field."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from cycle.cli.terminal import BadInput
from workflows import words
from workflows.rulebook import GRADES
from workflows.scoring import folded, to_hundredths

PARTS = ("central", "public", "leader", "deduction", "bonus")
RATED = ("central", "public", "leader")
POSTS = ("liaison", "head", "leader")
_DIGITS = 10
_ID = re.compile(r"[a-z0-9][a-z0-9-]*")


def is_id(text: str) -> bool:
    """Whether a text may be the id of a department or a person."""
    return bool(_ID.fullmatch(text))


def day(text: str, field: str) -> date | None:
    """An ISO date; None for nothing. Raises BadInput for anything else."""
    if not text:
        return None
    try:
        return date.fromisoformat(folded(text))
    except ValueError as error:
        raise BadInput("bad_date", field=field, value=text) from error


def iso(text: str, field: str) -> str:
    """An ISO date checked and kept as text; empty for nothing."""
    found = day(text, field)
    return found.isoformat() if found else ""


def points(text: str | Decimal, field: str) -> int:
    """Points as a decimal, in hundredths, half up. Raises BadInput for what is no number or endless."""
    try:
        found = to_hundredths(text)
    except ValueError as error:
        raise BadInput("bad_points", field=field, value=str(text)) from error
    if len(str(abs(found))) > _DIGITS:
        raise BadInput("bad_points", field=field, value=str(text))
    return found


def chosen(text: str, section: str, known: Sequence[str], field: str) -> str:
    """A code, given as itself or as its word in either language. Raises BadInput naming those there are in both."""
    wanted = folded(text).casefold()
    for code in known:
        if wanted in (code, *(words.word(section, code, lang).casefold() for lang in words.LANGS)):
            return code
    raise BadInput("bad_choice", field=field, value=text, known=listed(section, known))


def listed(section: str, known: Sequence[str]) -> str:
    """Codes as they may be typed, each with its Chinese word."""
    return " | ".join(f"{code} {words.word(section, code, words.LANGS[0])}" for code in known)


def part(text: str, field: str = "PART") -> str:
    """A part of the ledger; the headings of score sheets are known too."""
    headings = {words.word("cli", f"column_{code}", lang): code for code in RATED for lang in words.LANGS}
    return headings.get(folded(text)) or chosen(text, "part", PARTS, field)


def grade(text: str, field: str) -> str:
    """A grade."""
    return chosen(text, "grade", GRADES, field)


def post(text: str, field: str = "POST") -> str:
    """A post of a department."""
    return chosen(text, "post", POSTS, field)


def content(text: str, file: str) -> str:
    """A text given directly or by a file; empty where neither is."""
    if text and file:
        raise BadInput("text_twice")
    return read_text(file, "--text-file") if file else text


def read_bytes(file: str, field: str) -> bytes:
    """A file's bytes. Raises BadInput where it cannot be read."""
    try:
        return Path(file).read_bytes()
    except (OSError, ValueError) as error:
        raise BadInput("file_unreadable", field=field, file=file) from error


def read_text(file: str, field: str) -> str:
    """A UTF-8 file's text without a byte order mark. Raises BadInput where it is none."""
    try:
        return read_bytes(file, field).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadInput("file_not_utf8", field=field, file=file) from error


def read_json(file: str, field: str) -> Mapping[str, Any]:
    """A JSON object, numbers with a point as exact decimals. Raises BadInput where it is none."""
    try:
        found = json.loads(read_text(file, field), parse_float=Decimal)
    except (ValueError, RecursionError) as error:
        raise BadInput("file_not_json", field=field, file=file) from error
    if not isinstance(found, dict):
        raise BadInput("file_not_json", field=field, file=file)
    return found


def line(text: str, appraisal: str) -> str:
    """A ledger line's id; its number alone (`12/1`) means one of that appraisal."""
    return text if "#" in text else f"{appraisal}#{text}"
