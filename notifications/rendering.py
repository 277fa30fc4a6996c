"""Letters into words: the subject line, the plain text and the HTML of one letter.

Each kind of letter is a folder of three templates a language, `templates/<lang>/<kind>/`: `subject.txt`,
`body.txt`, `body.html`. What all letters share stands beside the languages: `layout.*`, `macros.html`, and
the tables `sections.*`, `states.*`; the words of that shared part are each language's `words.txt`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache, lru_cache
from typing import Any, Final

from jinja2 import (
    Environment,
    PackageLoader,
    StrictUndefined,
    TemplateError,
    TemplateRuntimeError,
    Undefined,
    pass_context,
    pass_eval_context,
    select_autoescape,
)
from jinja2.nodes import EvalContext
from jinja2.runtime import Context
from markupsafe import Markup, escape

from notifications.errors import TemplateFault
from notifications.notices import Event, Letter

LANGUAGES = ("zh", "en")
FILES = ("subject.txt", "body.txt", "body.html")

_WEEKDAYS_ZH = "一二三四五六日"
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
# Nothing that starts a line, hides or turns the reading order may stand in a header.
_FORBIDDEN = {"Cc", "Cs", "Zl", "Zp"}
_TURNS = re.compile("[\u202a-\u202e\u2066-\u2069]")
_GAP = re.compile(r"[ \t]*\n(?:[ \t]*\n){2,}")


@dataclass(frozen=True, slots=True)
class Rendered:
    """The words of one letter. `title` is the subject line: one line without control characters."""

    title: str
    body: str
    html: str


_NAME: Final = "\ue000"
"""In place of the recipient's name where it has still to be put: a private-use character, in nobody's own text."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a letter says, whoever it is to. Two are the same where they would be written out the same."""

    lang: str
    kind: str
    text: str
    fields: Mapping[str, Any] = field(compare=False)
    event: Event | None


def render(letter: Letter) -> Rendered:
    """Return the letter in its recipient's language.

    Raises TemplateFault, naming the template, where a field is missing or of the wrong kind, or where the
    subject line would not be one line.
    """
    name = letter.to.name
    text = repr(letter.fields)
    # Where an object shows no more than its place in memory, another may come to stand there.
    if name.isprintable() and name and " at 0x" not in text:
        asked = _Asked(letter.to.lang, letter.kind, text, letter.fields, letter.event)
        shared = _shared(asked)
        if shared is not None:
            body, html = shared.body.replace(_NAME, name), shared.html.replace(_NAME, str(escape(name)))
            return Rendered(shared.title, body, html)
    return _written(letter.to.lang, letter.kind, letter.fields, letter.event, name)


@lru_cache(maxsize=32)
def _shared(asked: _Asked) -> Rendered | None:
    """The letter with the mark for the name: what is told to several is put into words once.

    None where the mark does not stand once in each text: then the name has to be part of the writing.
    """
    made = _written(asked.lang, asked.kind, asked.fields, asked.event, _NAME)
    counts = [text.count(_NAME) for text in (made.title, made.body, made.html)]
    return made if counts == [0, 1, 1] else None


def _written(lang: str, kind: str, said: Mapping[str, Any], event: Event | None, name: str) -> Rendered:
    fields = {**said, "to": name, "lang": lang, "event": event}
    of = f"{lang}/{kind}"
    headline = _one_line(of, _filled(f"{of}/subject.txt", fields))
    fields["title"] = headline
    body = _GAP.sub("\n\n", _filled(f"{of}/body.txt", fields)).strip() + "\n"
    html = _filled(f"{of}/body.html", fields).strip() + "\n"
    return Rendered(title=_prefix(lang) + headline, body=body, html=html)


def kinds() -> tuple[str, ...]:
    """Return every kind of letter there are templates for, sorted."""
    found = {name.split("/")[1] for name in _environment().list_templates() if name.count("/") == 2}
    return tuple(sorted(found))


def compile_letters() -> None:
    """Compile every template now, so that no letter has to wait for it inside a transaction."""
    environment = _environment()
    for name in environment.list_templates():
        environment.get_template(name)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("notifications"),
        undefined=StrictUndefined,
        autoescape=select_autoescape(enabled_extensions=("html",), default=False),
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    filters = (day, long_day, until, counted, breaks)
    environment.filters.update({each.__name__: each for each in filters})
    return environment


@cache
def _prefix(lang: str) -> str:
    return str(_environment().get_template(f"{lang}/words.txt").module.prefix)  # type: ignore[attr-defined]


def _filled(name: str, fields: Mapping[str, Any]) -> str:
    try:
        return _environment().get_template(name).render(fields)
    except (TemplateError, TypeError, ValueError) as fault:
        raise TemplateFault(f"{name}: {fault}") from fault


def _one_line(of: str, text: str) -> str:
    line = text.strip()
    if not line or _TURNS.search(line) or any(unicodedata.category(mark) in _FORBIDDEN for mark in line):
        raise TemplateFault(f"{of}/subject.txt: not one plain line: {line!r}")
    return line


@pass_context
def day(context: Context, value: date) -> str:
    """12月4日（周五), Friday 4 December; with the year where it is not the letter's own."""
    value = _date(value)
    named = value.year != _date(context.resolve("today")).year
    if context["lang"] == "zh":
        year = f"{value.year}年" if named else ""
        return f"{year}{value.month}月{value.day}日（周{_WEEKDAYS_ZH[value.weekday()]}）"
    year = f" {value.year}" if named else ""
    return f"{_WEEKDAYS[value.weekday()]} {value.day} {_MONTHS[value.month - 1]}{year}"


@pass_context
def long_day(context: Context, value: date) -> str:
    """2026年12月4日, 4 December 2026."""
    value = _date(value)
    if context["lang"] == "zh":
        return f"{value.year}年{value.month}月{value.day}日"
    return f"{value.day} {_MONTHS[value.month - 1]} {value.year}"


@pass_context
def until(context: Context, value: date) -> str:
    """The end of that day: 12月4日（周五）24:00, 24:00 on Friday 4 December."""
    said = day(context, value)
    return f"{said}24:00" if context["lang"] == "zh" else f"24:00 on {said}"


def counted(number: int, one: str, many: str = "") -> str:
    """1 day, 2 days; `many` where the plural is not `one` with an s."""
    return f"{number} {one if number == 1 else many or one + 's'}"


@pass_eval_context
def breaks(context: EvalContext, text: str) -> str:
    """What a person wrote in several lines: broken in HTML, in plain text set in under its first line.

    Set in, no line of it can pass for one of the letter's own.
    """
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return Markup("<br>").join(lines) if context.autoescape else "\n    ".join(lines)


def _date(value: object) -> date:
    if isinstance(value, Undefined):
        str(value)  # the refusal that names it
    if not isinstance(value, date):
        raise TemplateRuntimeError(f"{value!r} is not a date")
    return value
