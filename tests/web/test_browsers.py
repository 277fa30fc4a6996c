"""A whole year in real browsers: office, department, reviewer, leader and group each do their part, then the auditor.

Beside it every page is looked at as it is: nothing serious for who cannot see well, nothing asked for elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.cast import (
    AUDITOR,
    CLERK,
    DEPARTMENTS,
    GENERAL,
    HEAD,
    INSPECTOR,
    LEADER,
    LIAISON,
    REVIEWERS,
    City,
    CityAt,
    city_at,
    person,
    templates,
)
from tests.doors import PASSWORD, account
from tests.held import COLLEAGUE, YEAR
from tests.web.browsers import CHROMIUM, Browsers, Engine, browsers_at
from tests.web.every_page import PAGES

__all__ = ["city_at", "templates"]

pytestmark = pytest.mark.skipif(not CHROMIUM, reason="no Chromium here")

ROOT = Path(__file__).parents[2]
PHONE = 390
_SMALL = """() => [...document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary")]
  .filter((one) => !one.closest(".visually-hidden, .skip, .prose, dd, p, .foot"))
  .filter((one) => one.getBoundingClientRect().width > 1)
  .filter((one) => (one.closest("label") ?? one).getBoundingClientRect().height < 43.5)
  .map((one) => [one.tagName, one.textContent.trim().slice(0, 30), one.getBoundingClientRect().height])"""
"""What can be tapped and is lower than a finger; links within a sentence apart."""
OTHERS = [one for one in DEPARTMENTS if one != GENERAL]
BrowsersAt = Callable[[str], Browsers]


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    """One Chromium for all of these tests."""
    with ExitStack() as stack:
        yield Engine(stack)


@pytest.fixture
def browsers_of(city_at: CityAt, engine: Engine) -> Iterator[BrowsersAt]:
    """Makes browsers at a city at a stage; afterwards nothing may have been asked for outside, nothing broken."""
    with ExitStack() as open_:
        made: list[Browsers] = []

        def make(stage: str) -> Browsers:
            made.append(open_.enter_context(browsers_at(city_at(stage), engine)))
            return made[-1]

        yield make
        assert [one for each in made for one in each.seen] == []


@pytest.mark.look
def test_a_year_goes_by_in_the_browsers_of_its_people(browsers_of: BrowsersAt) -> None:
    at = browsers_of("running")
    city = at.city
    assert isinstance(city, City)
    _plan(at, city)
    for filed, stage in (("07-05", "midyear"), ("11-15", "yearend")):
        city.at(f"{YEAR}-{filed}")
        city.sweep()
        for department in DEPARTMENTS:
            city.file(department, YEAR, text=stage)
        _accept_all(at)
    for department in DEPARTMENTS:
        city.assign(department)
    _review(at, city)
    _grade(at, city)
    _audit(at)
    assert city.state(GENERAL) in ("closed", "rectification.drafting")


def _plan(at: Browsers, city: City) -> None:
    """The clerk signs in by password; a plan is filed, signed, sent back with a reason, mended and accepted."""
    city.at(f"{YEAR}-02-10")
    account(city, CLERK)
    page = at.of("")
    page.goto(f"{at.place}/{YEAR}/board")
    page.get_by_label("账号").fill(CLERK)
    page.get_by_label("密码").fill(PASSWORD)
    at.press(page, "登录", "body")
    assert page.url.endswith(f"/{YEAR}/board")
    _file_plan(at)
    page = at.go(CLERK, f"/{YEAR}/review/{GENERAL}")
    page.locator('input[name="verdict[1]"][value=return]').check()
    page.locator('textarea[name="items[1]"]').fill("请写明衡量标准")
    page.locator("input[name=reason]").fill("目标不够具体")
    said = at.press(page, "退回补正")
    assert "已办：退回" in said
    page = at.go(LIAISON[GENERAL], f"/{YEAR}/home")
    assert "补正" in page.inner_text("main")
    page = at.go(LIAISON[GENERAL], "/letters")
    page.get_by_role("link", name=re.compile("退回补正")).first.click()
    page.wait_for_selector("iframe")
    assert "目标不够具体" in page.frame_locator("iframe").locator("body").inner_text()
    _sign_and_submit(at)
    for department in OTHERS:
        city.file(department)
    _accept_all(at)
    assert {city.state(one) for one in DEPARTMENTS} == {"plan.accepted"}


def _file_plan(at: Browsers) -> None:
    """The liaison writes the plan with one target; what is half written survives as a draft."""
    page = at.go(LIAISON[GENERAL], f"/{YEAR}/departments/{GENERAL}/forms/plan")
    page.locator('[name="content[text]"]').fill("围绕年度重点工作，提高办事效率。")
    target = {
        "text": "窗口事项办理时限压缩三成",
        "measure": "平均办理时长",
        "owner": "办公室",
        "due": f"{YEAR}-11-30",
        "evidence": "系统统计表",
    }
    for name, value in target.items():
        page.locator(f'[name="content[targets][1][{name}]"]').fill(value)
    at.press(page, "送主要负责人签批")
    _sign_and_submit(at)


def _sign_and_submit(at: Browsers) -> None:
    """The head signs what stands; whoever of the two is next hands it in."""
    page = at.go(HEAD[GENERAL], f"/{YEAR}/departments/{GENERAL}/forms/plan")
    at.press(page, "签批")
    page = at.go(LIAISON[GENERAL], f"/{YEAR}/departments/{GENERAL}/forms/plan")
    at.press(page, "报送")
    assert at.city.state(GENERAL) == "plan.submitted"


def _accept_all(at: Browsers) -> None:
    """The clerk accepts what waits from the board, several at once."""
    page = at.go(CLERK, f"/{YEAR}/board?turn=office")
    page.locator("input[data-all]").first.check()
    for box in page.locator("input[name=pick]").all():
        box.check()
    said = at.press(page, "推进")
    assert "未办0" in said, said


def _review(at: Browsers, city: City) -> None:
    """A member marks by keyboard, a leader rates at the telephone, an inspector records a finding on the spot."""
    city.at(f"{YEAR}-12-11 00:00")
    city.sweep()
    city.at(f"{YEAR}-12-20")
    page = at.go(REVIEWERS[0], f"/{YEAR}/marking/{GENERAL}")
    cells = page.locator("input.mark[data-most]")
    cells.first.focus()
    for _ in range(cells.count()):
        page.keyboard.press("=")
    assert page.locator("[data-marked]").inner_text() == str(cells.count())
    assert page.locator("[data-sum]").inner_text() == "90.00"
    at.press(page, "保存评分")
    assert len(city.appraisal(GENERAL).record["marks"][REVIEWERS[0]]) == cells.count()
    page = at.go(LEADER[GENERAL], f"/{YEAR}/charge/{GENERAL}", PHONE)
    for respect in page.locator("fieldset.ask").all():
        respect.locator("label", has_text="较好").click()
    at.press(page, "保存")
    page = at.go(INSPECTOR, f"/{YEAR}/matters/finding", PHONE)
    page.locator("select[name=department]").select_option(GENERAL)
    at.press(page, "登记")
    page.locator("select[name=item]").select_option("score.deduct.1")
    page.locator("select[name=source]").select_option("open_visit")
    page.locator("select[name=severity]").select_option("ordinary")
    page.locator("input[name=on]").fill(f"{YEAR}-12-19")
    page.locator("textarea[name=text]").fill("窗口无人值守")
    at.press(page, "记录问题")
    page = at.go(INSPECTOR, f"/{YEAR}/matters/finding/{GENERAL}/1")
    page.get_by_role("link", name="办理").first.click()
    page.wait_for_load_state()
    assert city.row(f"finding:{YEAR}:{GENERAL}:1").state == "recorded"
    city.do("finding", person(CLERK), action="drop", subject=f"finding:{YEAR}:{GENERAL}:1")


def _grade(at: Browsers, city: City) -> None:
    """Everybody is marked and settled; the year is proposed, objected to, ruled on and ratified by two people."""
    for place, department in enumerate(DEPARTMENTS):
        if department == GENERAL:
            city.give_marks(department)
            city.survey(department)
            city.move(department, "complete")
        else:
            city.mark(department, lost=50 * (place + 1))
    city.at(f"{YEAR + 1}-01-05")
    page = at.go(CLERK, f"/{YEAR}/board")
    for box in page.locator("input[name=pick]").all():
        if (box.get_attribute("value") or "").partition(":")[0] in DEPARTMENTS:
            box.check()
    assert "未办0" in at.press(page, "推进")
    page = at.go(CLERK, f"/{YEAR}/grading")
    page.get_by_role("link", name="公示等次").click()
    page.wait_for_load_state()
    assert "已办" in at.press(page, "公示等次")
    page = at.go(LIAISON[GENERAL], f"/{YEAR}/departments/{GENERAL}/score")
    assert "综合评分" in page.inner_text("main")
    city.at(f"{YEAR + 1}-01-20")
    page = at.go(CLERK, f"/do/cycle_ratify?year={YEAR}&back=/{YEAR}/grading")
    page.locator("input[name=document]").fill("领导小组纪要〔2026〕1号")
    page.locator("select[name=on_behalf_of]").select_option("group")
    assert "第二人确认" in at.press(page, "审定")
    page = at.go(COLLEAGUE, "/decisions")
    at.press(page, "确认")
    assert city.row(f"cycle:{YEAR}").state == "ratified"
    city.sweep()


def _audit(at: Browsers) -> None:
    """The auditor follows a move to person, minute and document, and verifies the whole."""
    page = at.go(AUDITOR, f"/history?department={GENERAL}&action=send_back")
    page.locator("a.code").first.click()
    page.wait_for_load_state()
    said = page.inner_text(".entry")
    assert "目标不够具体" in said
    assert "与存值一致" in said
    page = at.go(AUDITOR, "/verify")
    assert "历史完整" in at.press(page, "立即核验")


@pytest.mark.look
def test_no_page_is_in_the_way_of_who_cannot_see_or_use_a_mouse(browsers_of: BrowsersAt) -> None:
    at = browsers_of("reviewing")
    at.city.at(f"{YEAR}-12-12")
    found = []
    for path, who in PAGES:
        page = at.go(who, path)
        found += at.look(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= 1440, path
    assert found == []


@pytest.mark.look
def test_whatever_is_tapped_on_a_telephone_has_room_for_a_finger(browsers_of: BrowsersAt) -> None:
    at = browsers_of("reviewing")
    at.city.at(f"{YEAR}-12-12")
    assert isinstance(at.city, City)
    at.city.deduct(GENERAL)
    telephones = (LIAISON[GENERAL], LEADER[GENERAL], INSPECTOR, REVIEWERS[0])
    small = {}
    for path, who in [*PAGES, ("/sign-in", "")]:
        if who in telephones or not who:
            page = at.go(who, path, PHONE)
            assert page.evaluate("document.documentElement.scrollWidth") <= PHONE, path
            small[path] = page.evaluate(_SMALL)
    assert {path: found for path, found in small.items() if found} == {}


@pytest.mark.look
def test_marks_are_counted_while_they_are_typed_whatever_their_width(browsers_of: BrowsersAt) -> None:
    at = browsers_of("reviewing")
    at.city.at(f"{YEAR}-12-12")
    page = at.go(REVIEWERS[0], f"/{YEAR}/marking/{GENERAL}")
    page.locator("input.mark").nth(0).fill("１．５")
    page.locator("input.mark").nth(1).focus()
    page.keyboard.press("=")
    assert page.inner_text("[data-marked]") == "2"
    assert page.inner_text("[data-sum]") == "3.50"
    assert page.evaluate("document.activeElement.name") == "marks[2][points]"
    assert isinstance(at.city, City)
    at.city.move(GENERAL, "reopen", due=f"{YEAR}-12-18")
    page = at.go(LIAISON[GENERAL], f"/{YEAR}/departments/{GENERAL}/forms/yearend")
    whole = page.inner_text("[data-filled]")
    assert "已填26/26项" in whole
    page.locator(".selfmarks input.mark").nth(0).fill("０．５０")
    page.locator(".selfmarks textarea").nth(1).fill("")
    page.locator(".selfmarks input.mark").nth(0).press("Enter")
    assert "已填25/26项" in page.inner_text("[data-filled]")
    assert "NaN" not in page.inner_text("[data-filled]")
    assert page.evaluate("document.activeElement.name") == "content[marks][content.1.2][points]"
    assert page.url.endswith("/forms/yearend"), "Enter goes to the next mark and sends nothing"


def test_a_sheet_is_marked_by_the_keyboard_alone(browsers_of: BrowsersAt) -> None:
    at = browsers_of("reviewing")
    at.city.at(f"{YEAR}-12-12")
    page = at.go(REVIEWERS[0], f"/{YEAR}/marking/{GENERAL}")
    page.locator("input.mark").first.focus()
    page.keyboard.type("1.5")
    page.keyboard.press("Tab")
    page.keyboard.type("缺台账")
    page.keyboard.press("Tab")
    for _ in range(page.locator("input.mark").count() - 1):
        page.keyboard.press("=")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.inner_text("[data-marked]") == "26"
    given = at.city.appraisal(GENERAL).record["marks"][REVIEWERS[0]]
    assert given["content.1.1"]["points"] == 150
    assert len(given) == 26


@pytest.mark.look
def test_everything_is_reached_by_keyboard(browsers_of: BrowsersAt) -> None:
    at = browsers_of("running")
    page = at.go(CLERK, f"/{YEAR}/board")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.name") == "q"
    page.keyboard.press("Escape")
    page = at.go(CLERK, f"/{YEAR}/board")
    page.keyboard.press("Tab")
    assert "跳到正文" in page.evaluate("document.activeElement.textContent")
    page.keyboard.press("Enter")
    page.wait_for_url("**/board#main")


@pytest.mark.parametrize("readme", ["README.md", "README.zh-CN.md"])
def test_the_walk_of_the_readme_ends_at_the_letter(browsers_of: BrowsersAt, readme: str) -> None:
    """What the README says to press is there, in its order; its last step shows the reason in the letter."""
    text = (ROOT / readme).read_text(encoding="utf-8")
    steps = re.findall(r"^[1-4]\. .*(?:\n   .*)*", text, re.MULTILINE)
    sign_in, waiting, review, back, send, mail = re.findall(r"\*\*(.+?)\*\*", " ".join(steps))
    at = browsers_of("running")
    at.city.at(f"{YEAR}-02-10")
    assert isinstance(at.city, City)
    at.city.file(GENERAL)
    account(at.city, CLERK)
    page = at.of("")
    page.goto(at.place)
    page.get_by_label("账号").fill(CLERK)
    page.get_by_label("密码").fill(PASSWORD)
    at.press(page, sign_in, "body")
    page.get_by_role("link", name=waiting).first.click()
    page.locator("main").get_by_role("link", name=review, exact=True).first.click()
    page.get_by_label(back).first.check()
    page.locator("textarea:visible").first.fill("请补充签到表")
    page.get_by_label("总的理由").fill("材料不全")
    at.press(page, send)
    page.get_by_role("link", name=mail).first.click()
    page.locator("a.clip").first.click()
    page.wait_for_selector("iframe")
    assert "材料不全" in page.frame_locator("iframe").locator("body").inner_text()
