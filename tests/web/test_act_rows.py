"""Acts that hold a list or a count for each of several things: their forms have a control for every part of them."""

from __future__ import annotations

import pytest
from lxml import html

from tests.cast import CLERK, GENERAL, LIAISON, PERSONNEL, book
from tests.held import YEAR
from tests.web.conftest import Desk, DeskAt

HERE = f"year={YEAR}&department={GENERAL}&back=/"


def form(page: html.HtmlElement) -> dict[str, str]:
    (found,) = page.cssselect("form.sheet.narrow")
    return {name: value or "" for name, value in found.form_values()}


def names(page: html.HtmlElement, within: str) -> list[str]:
    return [one.get("name") for one in page.cssselect(f"fieldset.rows [name^='{within}[']")]


def words_of(page: html.HtmlElement, name: str) -> list[str]:
    return [one.text_content() for one in page.cssselect(f"select[name='{name}'] option")][1:]


def confirmed(desk: Desk) -> None:
    """Another of the office confirms what waits."""
    ((waits,),) = desk.city.select("SELECT id FROM pending_act WHERE status = 'waiting'")
    desk.city.confirm({"pending": waits})


def settled(desk: Desk) -> None:
    """The year is past its cut-off, and nobody has rated the department."""
    city = desk.city
    city.at("2025-12-20")
    city.give_marks(GENERAL)
    city.move(GENERAL, "complete")
    city.at("2026-01-05")
    city.move(GENERAL, "settle")


@pytest.mark.parametrize(("lang", "word"), [("zh", "满意"), ("en", "Satisfied")])
def test_answers_on_paper_are_typed_level_by_level(desk_at: DeskAt, lang: str, word: str) -> None:
    desk = desk_at("reviewing")
    desk.speak(CLERK, lang)
    page = desk.page(f"/do/appraisal_record_survey?{HERE}", CLERK)
    assert names(page, "counts") == [f"counts[{level}]" for level in book().levels["public"]]
    assert word in page.cssselect("fieldset.rows .one-entry")[0].text_content()
    asked = form(page) | {
        "item": "survey",
        "counts[satisfied]": "５０",
        "counts[neutral]": "50",
        "document": "问卷〔2025〕1号",
    }
    told = desk.post("/do/appraisal_record_survey", CLERK, asked)
    assert told.status_code == 303, told.text
    kept = desk.city.appraisal(GENERAL).record["survey"]["survey"]["counts"]
    assert kept == {"satisfied": 50, "fairly": 0, "neutral": 50, "dissatisfied": 0}


def test_the_group_rules_on_missing_points_line_by_line(desk_at: DeskAt) -> None:
    desk = desk_at("reviewing")
    settled(desk)
    path = "/do/appraisal_rule_missing"
    page = desk.page(f"{path}?{HERE}", CLERK)
    assert names(page, "lines")[:4] == [
        "lines[0][part]",
        "lines[0][item]",
        "lines[0][points]",
        "lines[0][note]",
    ]
    assert words_of(page, "lines[0][part]") == ["基层和群众评议", "领导评价"]
    respects = list(book().parts["leader"])
    asked = form(page) | {"document": "LDXZ-9 2026-01-05", "on_behalf_of": "group"}
    for place, item in enumerate(respects):
        asked |= {
            f"lines[{place}][part]": "leader",
            f"lines[{place}][item]": item,
            f"lines[{place}][points]": "0.80",
        }
    blank = desk.post(path, CLERK, asked | {"lines[0][points]": "八成"})
    assert blank.status_code == 422
    again = html.fromstring(blank.text)
    (wrong,) = again.cssselect("fieldset.rows [aria-invalid=true]")
    assert (wrong.get("name"), wrong.get("value")) == ("lines[0][points]", "八成")
    assert again.cssselect("[name='lines[1][item]'] option[selected]")[0].get("value") == respects[1]
    without = desk.post(path, CLERK, asked)
    assert (without.status_code, "理由" in without.text) == (409, True)
    told = desk.post(path, CLERK, asked | {"reason": "分管领导因病没有评价"})
    assert told.status_code == 303, told.text
    confirmed(desk)
    points = desk.city.select(
        "SELECT item, points FROM line WHERE subject = :key AND part = 'leader' ORDER BY item",
        key=f"appraisal:{YEAR}:{GENERAL}",
    )
    assert points == [(item, 80) for item in sorted(respects)]


def test_the_office_enters_a_leaders_paper_respect_by_respect(desk_at: DeskAt) -> None:
    desk = desk_at("reviewing")
    page = desk.page(f"/do/appraisal_rate?{HERE}", CLERK)
    assert words_of(page, "ratings[4][level]") == ["好", "较好", "一般", "差"]
    ((leader, _),) = [(one.get("value"), 0) for one in page.cssselect("[name=on_behalf_of] option")[1:]]
    asked = form(page) | {"on_behalf_of": leader, "document": "评价表 2025-12-12"}
    for place, item in enumerate(book().parts["leader"]):
        asked |= {f"ratings[{place}][item]": item, f"ratings[{place}][level]": "good"}
    told = desk.post("/do/appraisal_rate", CLERK, asked)
    assert told.status_code == 303, told.text
    confirmed(desk)
    assert desk.city.select("SELECT sum(points) FROM line WHERE part = 'leader'") == [(400,)]


def test_who_loses_an_award_is_named_with_the_post(desk_at: DeskAt) -> None:
    desk = desk_at("pending")
    finding = desk.city.deduct(PERSONNEL, "score.deduct.5.3")
    _, year, department, number = finding.split(":")
    where = f"year={year}&department={department}&number={number}&back=/"
    page = desk.page(f"/do/finding_veto?{where}", CLERK)
    assert words_of(page, "persons[2][post]") == ["当事人", "主要负责人", "分管副职"]
    asked = form(page) | {
        "persons[0][name]": "卓　远",
        "persons[0][post]": "head",
        "persons[2][name]": "雷鸣",
        "persons[2][post]": "person",
        "on_behalf_of": "group",
        "document": "LDXZ-8 2026-01-05",
        "reason": "一票否决",
    }
    told = desk.post("/do/finding_veto", CLERK, asked)
    assert told.status_code == 303, told.text
    confirmed(desk)
    kept = desk.city.row(finding).record["veto"]["persons"]
    assert [(one["name"], one["post"]) for one in kept] == [("卓　远", "head"), ("雷鸣", "person")]


def test_what_is_acknowledged_is_chosen_and_is_no_hindrance(desk_at: DeskAt) -> None:
    desk = desk_at("running")
    desk.city.at("2025-02-10")
    desk.city.file(GENERAL)
    desk.city.move(GENERAL, "send_back", due="2025-02-20")
    liaison = LIAISON[GENERAL]
    year = desk.page(f"/{YEAR}/departments/{GENERAL}", liaison)
    shown = next(one for one in year.cssselect("main a") if "/do/appraisal_acknowledge" in one.get("href"))
    told = shown.getparent().getparent().text_content()
    assert "要签收的内容" in told
    assert "暂不能办" not in told
    page = desk.page(shown.get("href"), liaison)
    number = str(desk.city.appraisal(GENERAL).number)
    (choice,) = page.cssselect("select[name=receipts] option")
    assert (choice.get("value"), choice.text_content()) == (number, "2025-02-10　退回")
    assert (
        desk.post("/do/appraisal_acknowledge", liaison, form(page) | {"receipts": number}).status_code == 303
    )
    assert desk.city.appraisal(GENERAL).record["receipts"][number]["seen"]["by"] == liaison
