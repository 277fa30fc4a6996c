"""What the letters about moves are given, by cities that make them, against what their templates name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from jinja2 import Environment, meta, nodes

import notifications
from cycle.calendar_seed import seed
from cycle.jobs.passes import make_pass
from cycle.operations.announce import KINDS
from cycle.operations.evidence_files import hand_in
from notifications import outbox, rendering
from notifications.notices import Letter
from notifications.rendering import FILES, LANGUAGES, render
from tests.cast import (
    CLERK,
    DISCIPLINE,
    GENERAL,
    HEAD,
    LIAISON,
    PERSONNEL,
    REVIEWERS,
    City,
    CityAt,
    book,
    for_body,
    person,
)
from tests.held import YEAR

TEMPLATES = Path(notifications.__file__).parent / "templates"
AROUND = {"to", "lang", "event", "title"}
"""What rendering adds to the fields."""
COMMON = {"office", "contact", "link", "today", "colour", "year", "department"}
"""What the writer gives every letter, needed there or not."""
FILTERS = ("day", "long_day", "until", "counted", "breaks")
AGAIN = YEAR + 1


@pytest.fixture
def letters(monkeypatch: pytest.MonkeyPatch) -> list[Letter]:
    """Every letter that is posted, as it was written."""
    found: list[Letter] = []
    post: Callable[..., int] = outbox.post

    def noting(session: Any, written: list[Letter], **more: Any) -> int:
        found.extend(written)
        return post(session, written, **more)

    monkeypatch.setattr(outbox, "post", noting)
    return found


@cache
def named(kind: str, lang: str) -> frozenset[str]:
    """The fields the templates of a kind name, with all they extend and include."""
    environment = Environment(autoescape=True)
    environment.filters |= {name: getattr(rendering, name) for name in FILTERS}
    found: set[str] = set()
    imported: set[str] = set()
    waiting = [f"{lang}/{kind}/{file}" for file in FILES]
    while waiting:
        parsed = environment.parse((TEMPLATES / waiting.pop()).read_text(encoding="utf-8"))
        found |= meta.find_undeclared_variables(parsed)
        imported |= {each.target for each in parsed.find_all(nodes.Import)}
        waiting += [name for name in meta.find_referenced_templates(parsed) if name]
    return frozenset(found - imported - AROUND)


def table(year: int, holiday: str) -> dict[str, Any]:
    """The shipped working days of a year with one day off more."""
    days = seed([year]).content()[str(year)]
    return {"year": year, "holidays": [*days["holidays"], holiday], "makeup": days["makeup"]}


def told(city: City, kind: str, to: str) -> list[tuple[str, str, str | None]]:
    """Title, text and calendar entry of each letter of a kind to one person, the earliest first."""
    rows = city.select(
        "SELECT title, body, event FROM outbox WHERE kind = :kind AND recipient = :to ORDER BY at, key",
        kind=kind,
        to=to,
    )
    return [(title.removeprefix("〔绩效考评〕"), body, event) for title, body, event in rows]


def passed(city: City, text: str) -> None:
    city.at(text)
    make_pass(city.service, "one")


def filing(city: City) -> None:
    """A plan with everything that may become of it, short of being late."""
    city.at("2025-02-20")
    city.do("import_calendar", person(CLERK), **table(YEAR, "2025-02-28"))
    for decision in ("extend", "refuse_extension"):
        city.move(GENERAL, "ask_extension", due="2025-03-14" if decision == "extend" else "2025-03-20")
        city.move(GENERAL, decision)
    city.move(GENERAL, "chase")
    city.file(GENERAL)
    city.move(GENERAL, "send_back", due="2025-02-27")
    city.ask(GENERAL, "hand_over", person(LIAISON[GENERAL]))
    city.file(GENERAL, text="补正")
    city.move(GENERAL, "accept")
    city.move(PERSONNEL, "exempt")
    city.move(PERSONNEL, "reinstate", due="2025-03-20")


def outage(city: City) -> None:
    """Nobody looks while grace ends; afterwards it ends indeed."""
    passed(city, "2025-02-27 09:00")
    for text in ("2025-03-10 10:00", "2025-03-11 23:30", "2025-03-12 00:00"):
        passed(city, text)
    city.at("2025-03-12 10:00")
    city.move(GENERAL, "readmit", due="2025-03-20")


def found(city: City) -> None:
    """A finding and a complaint with everything that may become of them."""
    city.at("2025-02-10")
    key, act = city.deduct(GENERAL), person(CLERK)
    city.do("finding", person(HEAD[GENERAL]), action="rectify", subject=key, text="已补岗")
    city.do("finding", act, action="return", subject=key)
    city.do("finding", act, action="overturn", subject=key)
    complaint = city.deduct(GENERAL, "score.deduct.2")
    city.do("complaint", act, action="overturn", subject=complaint)


def requested(city: City) -> None:
    """Bonuses of every kind decided either way, and objections likewise."""
    kept = city.honour(GENERAL, "score.bonus.national", award="文明单位")
    city.honour(GENERAL, "score.bonus.region", award="文明单位")
    city.decide(kept, "overturn")
    vain = city.apply(GENERAL, "score.bonus.outstanding", award="", granted_by="")
    city.both("bonus", for_body("group"), action="examine", subject=vain, text="属本职工作")
    city.decide(vain, "refuse")


def evidenced(city: City, folder: Path) -> None:
    """Evidence that is not accepted."""
    city.service = replace(city.service, evidence=folder)
    arguments = {"year": YEAR, "department": GENERAL, "about": "content.2.2"}
    stream = BytesIO(b"%PDF-1.7")
    by = person(HEAD[GENERAL])
    done = hand_in(city.service, "offer_evidence", by, arguments, name="照片.pdf", stream=stream)
    city.do("evidence", person(CLERK), action="refuse", subject=done["subject"])


def objected(city: City) -> None:
    """Objections to a proposal, decided either way."""
    city.whole("propose")
    city.decide(city.object(GENERAL), "dismiss")
    city.decide(city.object(GENERAL, "points"), "uphold")


def results(city: City) -> None:
    """The third fails again, until an amendment sees the first one failing."""
    city.deduct(PERSONNEL, "score.deduct.1", AGAIN)
    city.whole("propose", AGAIN)
    with city.service.database.write() as session:
        session.driver.execute("UPDATE outbox SET status = 'sent' WHERE kind = 'grades_proposed'")
    city.whole("withdraw_proposal", AGAIN)
    city.to_ratified(AGAIN)
    city.at("2027-02-01")
    blame = {"part": "deduction", "item": "score.deduct.5.1"}
    city.whole("amend", AGAIN, changes=[{"department": GENERAL, "lines": [blame]}])
    city.do("hold_to_account", person(CLERK), year=AGAIN, department=GENERAL, text="未按部署落实")


def test_every_letter_of_a_move_is_given_what_its_templates_name_and_nothing_in_vain(
    city_at: CityAt, letters: list[Letter], tmp_path: Path
) -> None:
    filing(city_at("running"))
    evidenced(city_at("running"), tmp_path / "evidence")
    outage(city_at("running"))
    found(city_at("running"))
    requested(city_at("running"))
    objected(city_at("pending"))
    results(city_at("pending again"))
    letters[:] = [letter for letter in letters if letter.kind in KINDS]
    assert {letter.kind for letter in letters} == set(KINDS)
    for letter in letters:
        for lang in LANGUAGES:
            wanted = named(letter.kind, lang)
            assert wanted <= set(letter.fields), (letter.kind, lang)
            assert set(letter.fields) - wanted <= COMMON, (letter.kind, lang)
            assert render(replace(letter, to=replace(letter.to, lang=lang))).body


def test_a_refusal_tells_the_day_asked_for_and_the_end_of_grace_that_holds_now(city_at: CityAt) -> None:
    city = city_at("running")
    city.at("2025-03-07")  # the last day of grace
    city.move(GENERAL, "ask_extension", due="2025-03-14")
    city.move(GENERAL, "refuse_extension")
    ((title, body, _),) = told(city, "extension_decided", HEAD[GENERAL])
    assert title == "办公室年度计划不予延期"
    for line in (
        "曾申请延至：3月14日（周五）",
        "期限：2月28日（周五）24:00",
        "宽限期至：3月10日（周一）24:00",
    ):
        assert f"\n{line}\n" in body


def test_after_an_outage_the_letter_moves_the_end_of_grace_and_says_that_due_stays(city_at: CityAt) -> None:
    city = city_at("running")
    passed(city, "2025-02-27 09:00")
    passed(city, "2025-03-10 10:00")
    ((title, body, event),) = told(city, "date_moved", HEAD[GENERAL])
    assert title == "办公室年度计划宽限期调整至3月11日（周二）"
    for line in (
        "期限（不变）：2月28日（周五）24:00",
        "原定宽限期至：3月7日（周五）24:00",
        "新的宽限期至：3月11日（周二）24:00",
    ):
        assert f"\n{line}\n" in body
    assert event is None


@pytest.mark.parametrize(
    ("holiday", "titles"),
    [
        ("2025-02-28", ["办公室年度计划期限调整为3月3日（周一）"]),
        ("2025-03-05", ["办公室年度计划宽限期调整至3月10日（周一）"]),
        ("2025-03-11", []),
    ],
)
def test_a_working_day_table_is_told_of_where_it_moves_due_or_grace(
    city_at: CityAt, holiday: str, titles: list[str]
) -> None:
    city = city_at("running")
    city.at("2025-02-20")
    city.do("import_calendar", person(CLERK), **table(YEAR, holiday))
    assert [title for title, _, _ in told(city, "date_moved", HEAD[GENERAL])] == titles


def test_reviewers_are_asked_for_their_marks_and_not_for_a_form_of_their_department(city_at: CityAt) -> None:
    city = city_at("reviewing")
    city.at("2025-12-22")
    city.move(GENERAL, "chase")
    ((title, body, _),) = told(city, "chase", REVIEWERS[0])
    assert title == "催办：办公室集中考评评分还剩5个工作日"
    assert "办公室2025年度的集中考评评分至今没有完成" in body
    assert "你部门" not in body
    assert told(city, "chase", HEAD[GENERAL]) == []


def test_the_parts_of_a_proposal_add_up_as_they_are_shown(city_at: CityAt) -> None:
    city = city_at("pending")
    city.honour(GENERAL)
    city.deduct(PERSONNEL)
    city.whole("propose")
    ((_, better, _),) = told(city, "grades_proposed", HEAD[GENERAL])
    assert "\n扣分：0.00\n加分：+3.00\n综合评分：103.00\n" in better
    assert "失分" not in better
    ((_, worse, _),) = told(city, "grades_proposed", HEAD[PERSONNEL])
    assert "\n集中考评：89.00\n基层和群众评议：5.00\n领导评价：5.00\n扣分：-1.00\n加分：0.00\n" in worse
    assert "\n类别：党委工作部门\n" in worse


def test_what_was_lost_stands_by_part_in_the_order_of_the_rules_with_its_full_mark(city_at: CityAt) -> None:
    city = city_at("reviewing")
    city.at("2025-12-20")
    lost = {"content.1.2": 50, "content.1.1": 150}
    sheet = [
        {"item": i.id, "points": i.points - lost.get(i.id, 0), "reason": "记录不全"}
        for i in book().indicators
    ]
    for member in REVIEWERS:
        city.ask(PERSONNEL, "mark", person(member), marks=sheet[::-1])
    city.rate(PERSONNEL)
    city.move(PERSONNEL, "record_survey", item="survey", counts={"satisfied": 2, "fairly": 1})
    city.move(PERSONNEL, "record_survey", item="grassroots_leaders", counts={"satisfied": 9})
    city.move(PERSONNEL, "complete")
    for department in (DISCIPLINE, GENERAL):
        city.mark(department)
    city.at("2026-01-05")
    for department in (DISCIPLINE, GENERAL, PERSONNEL):
        city.move(department, "settle")
    city.deduct(PERSONNEL)
    city.whole("propose")
    ((_, body, _),) = told(city, "grades_proposed", HEAD[PERSONNEL])
    detail = body.partition("失分与扣分明细：\n")[2].partition("\n\n")[0]
    assert detail.splitlines() == [
        "集中考评：-2.00分",
        "1. 学习责任制（content.1.1，满分2.00）：-1.50分，记录不全",
        "2. 学习保障（content.1.2，满分2.00）：-0.50分，记录不全",
        "基层和群众评议：-0.20分",
        "1. 问卷调查（method.public，满分3.00）：-0.20分",
        "扣分：-1.00分",
        "1. 察访核验发现问题（score.deduct.1）：-1.00分，窗口无人值守",
    ]


def test_the_letter_to_the_group_holds_the_whole_report(city_at: CityAt) -> None:
    city = city_at("pending again")
    city.deduct(PERSONNEL, "score.deduct.1", AGAIN)
    city.to_ratified(AGAIN)
    ((text,),) = city.select(
        "SELECT text.body FROM text WHERE text.sha256 = :sha",
        sha=city.row(f"case:{AGAIN}:{PERSONNEL}").record["report"],
    )
    ((body, html),) = city.select(
        "SELECT body, html FROM outbox WHERE kind = 'escalation_report' ORDER BY key LIMIT 1"
    )
    grounds = [line.strip() for line in text.splitlines() if "窗口无人值守" in line]
    assert len(grounds) == 1
    items = [line.strip().partition("：")[0] for line in text.splitlines() if "；增减：" in line]
    assert len(items) > 30
    for said in (*grounds, *items, city.row(f"case:{AGAIN}:{PERSONNEL}").record["report_data"]):
        assert said in body
        assert said in html
    assert "    0.00 / -1.00，-1.00\n" in body
    assert "逾期（红）" not in body
