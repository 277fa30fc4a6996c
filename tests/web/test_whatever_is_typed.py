"""Whatever is typed into any field of any form: it is taken or refused, never breaks a page, and stays text."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Final

import pytest
from httpx2 import Response
from lxml import html

from cycle.acts.table import ROWS
from tests.cast import (
    ADMIN,
    AUDITOR,
    CLERK,
    GENERAL,
    HEAD,
    INSPECTOR,
    LEADER,
    LIAISON,
    MEMBER,
    REVIEWERS,
)
from tests.held import YEAR, ZONE
from tests.web import page_table
from tests.web.conftest import Desk, DeskAt
from tests.web.test_evidence_pages import PDF, hand_in, with_files
from workflows.workdays import local_day

MARKUP: Final = "<script>hostile()</script>\"'><img src=x onerror=hostile()>{{ 7*7 }}{0}%s"
RAW: Final = ("<script>hostile", "<img src=x", 'onerror=hostile()>"', "\"'><img")
"""What stands in a page only where markup was not kept text."""

TEXTS: Final = (
    MARKUP,
    "零\0尾\u202e转\u200b\ufeff\u2028",
    "9" * 5000,
    "9e999999",
    "NaN",
    "－１.５",
    '=HYPERLINK("http://x")\r\nSet-Cookie: a=b',
    "长" * 60_000,
    "../../etc/passwd",
    "'; DROP TABLE subject; --",
    " ",
)
PEOPLE: Final = (
    *(CLERK, MEMBER, AUDITOR, ADMIN, LIAISON[GENERAL], HEAD[GENERAL], REVIEWERS[0], LEADER[GENERAL]),
    INSPECTOR,
)
_LEAVES: Final = ("/sign-out", "/account")
"""Forms by which somebody would leave."""


def pages(stage: str) -> Iterator[str]:
    """The pages of the table at a stage, and those of every act."""
    for line in page_table.TABLE[stage].strip().splitlines():
        method, path, *_ = line.split()
        if method == "GET" and "{letter}" not in path and "/papers/" not in path and ".csv" not in path:
            yield path.format(year=YEAR, department=GENERAL, pending="x")
    for row in ROWS:
        yield f"/do/{row.name}?year={YEAR}&department={GENERAL}&number=1&person={REVIEWERS[2]}&back=/mail"


def fields(form: html.HtmlElement, text: str, today: date) -> list[tuple[str, str]]:
    """A form filled in: `text` wherever somebody types, a choice wherever one is made, a day that may fit."""
    found = []
    for one in form.cssselect("input[name], textarea[name], select[name]"):
        name, kind = one.get("name"), one.get("type", "text") if one.tag == "input" else one.tag
        if kind == "select":
            values = [each.get("value") for each in one.cssselect("option") if each.get("value")]
            found += [(name, values[0])] if values else []
        elif kind in ("hidden", "checkbox", "radio"):
            found.append((name, one.get("value") or ""))
        elif kind == "date":
            found.append((name, (today + timedelta(days=20 if "due" in name else 0)).isoformat()))
        elif kind not in ("file", "submit", "button"):
            found.append((name, text))
    return found


def buttons(form: html.HtmlElement) -> Iterator[list[tuple[str, str]]]:
    """What each button of a form sends along."""
    named = form.cssselect("button[name], input[type=submit][name]")
    for one in named:
        yield [(one.get("name"), one.get("value") or "")]
    if not named:
        yield []


def send(desk: Desk, who: str, path: str, items: list[tuple[str, str]]) -> Response:
    sent: dict[str, list[str]] = {}
    for name, value in items:
        sent.setdefault(name, []).append(value)
    return desk.browser(who).post(path, data=sent)


def fault(answer: Response) -> str:
    """What is wrong with an answer; empty where nothing is."""
    if answer.status_code >= 500:
        return "broke"
    return "markup" if any(raw in answer.text for raw in RAW) else ""


def typed_everywhere(desk: Desk, who: str, stage: str, texts: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Every form of every page somebody is shown, each sent with one of the texts: where, and what came of it.

    Besides `done` or `answered`: `broke` or `markup`.
    """
    today = local_day(desk.city.clock.now(), ZONE)
    for turn, path in enumerate(pages(stage)):
        answer = desk.get(path, who)
        if answer.status_code != 200 or "text/html" not in answer.headers["content-type"]:
            continue
        for form in html.fromstring(answer.text).cssselect("main form[method=post]"):
            where = form.get("action") or path.partition("?")[0]
            for at, button in enumerate(buttons(form)):
                if where in _LEAVES:
                    continue
                text = texts[(turn + at) % len(texts)]
                told = send(desk, who, where, [*fields(form, text, today), *button])
                done = told.status_code == 303
                if done:
                    told = desk.get(told.headers["location"], who)
                yield f"{who} {where} {text[:9]!r}", fault(told) or ("done" if done else "answered")


@pytest.mark.parametrize("stage", ["running", pytest.param("reviewing", marks=pytest.mark.look)])
def test_whatever_is_typed_is_taken_or_refused_and_stays_text(
    desk_at: DeskAt, stage: str, tmp_path: Path
) -> None:
    desk = desk_at(stage)
    hand_in(with_files(desk, tmp_path / "files"), ("<script>hostile().pdf", PDF), about="plan")
    whole = desk.city.service.database.dialect == "sqlite" and stage == "reviewing"
    asking = PEOPLE if whole else PEOPLE[:: len(PEOPLE) // 2]
    found = [
        one
        for texts in ((MARKUP,), TEXTS)
        for who in asking
        for one in typed_everywhere(desk, who, stage, texts)
    ]
    assert {one for one in found if one[1] not in ("done", "answered")} == set()
    assert sum(1 for _, came in found if came == "done") > len(asking)
    read = {(who, path): fault(desk.get(path, who)) for who in asking for path in pages(stage)}
    assert {one: came for one, came in read.items() if came} == {}
