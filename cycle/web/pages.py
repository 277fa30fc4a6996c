"""Writes pages: templates, what every page has (places, texts, language), and how days, instants and points look.

Texts stand in the words, section `web.NAME` of a page and `web` of all pages; a template asks `t('code', n=5)`.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, urlencode

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from cycle import __version__
from cycle.sight import may_ask
from cycle.web import done, shown
from cycle.web.entry import Visit, language
from cycle.web.places import Place, places
from workflows import words

STATIC: Final = Path(__file__).with_name("static")
_VENDOR: Final = {
    "bootstrap": "vendor/bootstrap-5.3.9/bootstrap.min.css",
    "htmx": "vendor/htmx.org-2.0.11/htmx.min.js",
}


@dataclass(frozen=True, slots=True)
class Texts:
    """The texts of one page in one language: its own section first, then what all pages have."""

    section: str
    lang: str

    def __call__(self, code: str, /, **data: object) -> str:
        """One text. Raises KeyError where there is none."""
        known = words.catalogue(self.lang)
        own = known.get(self.section, {})
        text = own[code] if code in own else known["web"][code]
        return text.format_map(data)

    def word(self, section: str, code: str) -> str:
        """A text of another section: a role, a stage, a grade."""
        return words.word(section, code, self.lang)

    def give(self, codes: Iterable[str]) -> list[str]:
        """What whoever acts still has to give, each once, by the codes of the conditions it meets."""
        known = words.catalogue(self.lang)["web.give"]
        return list(dict.fromkeys(known.get(code, known["other"]) for code in codes))

    def action(self, code: str, kind: str = "") -> str:
        """An action as an imperative."""
        return words.action(code, self.lang, kind)


@cache
def _environment() -> Environment:
    made = Environment(
        loader=PackageLoader("cycle.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals |= {"vendor": _VENDOR, "version": __version__, "once": lambda: secrets.token_hex(16)}
    made.filters |= {
        "points": shown.points,
        "signed": shown.signed,
        "short": shown.short,
        "iso": shown.iso,
        "size": shown.size,
        "segment": lambda text: quote(str(text), safe=""),
        "query": urlencode,
    }
    return made


def page(visit: Visit, template: str, section: str, /, *, status: int = 200, **values: Any) -> Response:
    """A page for whoever has signed in. `section` is the part of the words its texts stand in."""
    given = {
        "visit": visit,
        "places": places(visit),
        "here": visit.request.url.path,
        "csrf": visit.standing.csrf,
        "moment": lambda at: shown.moment(at, visit.look.zone),
        "second": lambda at, whole=False: shown.second(at, visit.look.zone, whole=whole),
        "clock_time": lambda at: shown.clock_time(at, visit.look.zone),
        "long_day": lambda day: shown.long_day(day, visit.lang),
        "last_moment": lambda day: shown.last_moment(day, visit.lang),
        "name": visit.look.voice.name,
        "who": visit.look.voice.who,
        "sees": lambda resource: may_ask(visit.look.reader, resource),
        "today": visit.look.today,
        "done": done.note(visit),
        **values,
    }
    return _written(template, Texts(f"web.{section}", visit.lang), given, status)


def bare(request: Request, template: str, section: str, /, *, status: int = 200, **values: Any) -> Response:
    """A page for somebody who has not signed in: no places, no names."""
    here = request.url.path
    nobody: tuple[Place, ...] = ()
    texts = Texts(f"web.{section}", language(request))
    return _written(template, texts, {"visit": None, "places": nobody, "here": here, **values}, status)


def _written(template: str, texts: Texts, given: Mapping[str, Any], status: int) -> Response:
    text = _environment().get_template(template).render(t=texts, lang=texts.lang, **given)
    return HTMLResponse(text, status, {"Content-Language": "zh-CN" if texts.lang == "zh" else "en"})
