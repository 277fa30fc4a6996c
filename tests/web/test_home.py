"""A department's home: what is due from it, what is missing and where it is mended, and how it has done."""

from __future__ import annotations

from lxml.html import HtmlElement

from cycle.web.years_chart import chart
from tests.cast import (
    CLERK,
    DISCIPLINE,
    GENERAL,
    HEAD,
    INSPECTOR,
    LEADER,
    LIAISON,
    PERSONNEL,
    REVIEWERS,
    book,
    person,
)
from tests.held import YEAR, key_of
from tests.web.conftest import Desk, DeskAt

HOME = f"/{YEAR}/home"
PLAN = f"/{YEAR}/departments/{GENERAL}/forms/plan"
SCRIPT = "<script>alert(1)</script>"


def turn(page: HtmlElement) -> str:
    """What the head of the page says is to be done."""
    return str(page.cssselect("#due")[0].text_content())


def mends(page: HtmlElement) -> list[str]:
    """Where what is missing can be mended."""
    return [a.get("href") for a in page.cssselect(".turn .unmet a")]


def test_the_liaison_reads_what_is_due_by_when_what_is_missing_and_where_to_mend_it(desk_at: DeskAt) -> None:
    page = desk_at("running").page(HOME, LIAISON[GENERAL])
    assert turn(page) == "填报年度计划，2月28日（周五）24:00前报送"
    assert "轮到填报员" in page.cssselect(".turn p")[0].text_content()
    assert mends(page) == [f"{PLAN}#text"]
    assert page.cssselect(f'.turn a.btn-primary[href="{PLAN}"]')
    strip = page.cssselect(".stages li")
    assert [li.get("class") for li in strip] == ["now", *[None] * 6]
    assert "02-28到期" in strip[0].text_content()
    assert "12-11至12-29" in strip[3].text_content()


def test_each_thing_that_is_missing_has_its_own_place(desk_at: DeskAt) -> None:
    desk = desk_at("running")
    content = {"targets": {"1": {"text": "压缩时限", "due": "2024-05-01"}, "3": {"text": "完成"}}}
    desk.city.move(GENERAL, "save_form", content=content)
    found = mends(desk.page(HOME, LIAISON[GENERAL]))
    assert found == [f"{PLAN}#text", f"{PLAN}#target-1", f"{PLAN}#target-1", f"{PLAN}#target-3"]
    assert f"{PLAN}#sign" in mends(desk.page(HOME, HEAD[GENERAL]))


def test_the_head_is_told_that_a_whole_form_waits_for_the_signature(desk_at: DeskAt) -> None:
    desk = desk_at("running")
    desk.city.save(GENERAL)
    assert "等你签批" in turn(desk.page(HOME, HEAD[GENERAL]))
    page = desk.page(HOME, LIAISON[GENERAL])
    assert "等主要负责人签批" in turn(page)
    assert "轮到主要负责人" in page.cssselect(".turn")[0].text_content()
    assert "轮到填报员" not in page.cssselect(".turn")[0].text_content()
    desk.city.move(GENERAL, "sign_off")
    assert turn(desk.page(HOME, LIAISON[GENERAL])).startswith("年度计划已签批")


def test_what_was_sent_back_is_named_with_its_reason_and_its_place_until_it_is_mended(
    desk_at: DeskAt,
) -> None:
    desk = desk_at("running")
    desk.city.file(GENERAL)
    desk.city.move(GENERAL, "send_back", due="2025-03-07", items={"1": SCRIPT})
    page = desk.page(HOME, LIAISON[GENERAL])
    assert turn(page).startswith("补正年度计划1项，3月7日（周五）24:00前重新报送")
    assert "韩雪峰退回" in page.cssselect(".turn")[0].text_content()
    assert f"{PLAN}#target-1" in mends(page)
    assert SCRIPT in page.cssselect(".turn")[0].text_content()
    assert not page.cssselect(".turn script")
    desk.city.move(GENERAL, "save_form", content={"text": "正文", "targets": {"1": {"text": "改过的目标"}}})
    assert "补正" not in turn(desk.page(HOME, LIAISON[GENERAL]))


def test_receipt_is_acknowledged_by_one_button_and_not_twice(desk_at: DeskAt) -> None:
    desk = desk_at("running")
    desk.city.file(GENERAL)
    desk.city.move(GENERAL, "send_back", due="2025-03-07")
    page = desk.page(HOME, LIAISON[GENERAL])
    (form,) = page.cssselect('form[action$="_acknowledge"]')
    fields = {one.get("name"): one.get("value") for one in form.cssselect("input")}
    told = desk.post(form.get("action"), LIAISON[GENERAL], fields)
    assert told.status_code == 303
    assert told.headers["location"].startswith(HOME)
    assert desk.city.last(key_of(GENERAL))["action"] == "acknowledge"
    rows = desk.city.rows()
    desk.post(form.get("action"), LIAISON[GENERAL], fields)
    assert desk.city.rows() == rows
    after = desk.page(told.headers["location"], LIAISON[GENERAL])
    assert not after.cssselect('form[action$="_acknowledge"]')
    assert "签收" in after.cssselect(".note.green")[0].text_content()


def test_a_finding_to_be_answered_is_due_as_well_and_has_its_button(desk_at: DeskAt) -> None:
    desk = desk_at("running")
    about = {"department": GENERAL, "year": YEAR, "on": "2025-01-10", "text": SCRIPT}
    found = {**about, "item": "score.deduct.1", "source": "open_visit", "severity": "ordinary"}
    key = desk.city.do("finding", person(CLERK), action="record", **found)["subject"]
    assert "察访核验问题" not in desk.page(HOME, LIAISON[GENERAL]).text_content()
    desk.city.do("finding", person(CLERK), action="notify", subject=key)
    page = desk.page(HOME, LIAISON[GENERAL])
    (act,) = [a.get("href") for a in page.cssselect("a.btn") if "finding_answer" in a.get("href")]
    assert act.startswith(f"/do/finding_answer?year={YEAR}&department={GENERAL}&number=1")
    assert desk.get(act, LIAISON[GENERAL]).status_code == 200


def _scored(desk: Desk) -> None:
    """Everybody is marked; the general office has lost half a point of its marks and one point by a finding."""
    desk.city.deduct(GENERAL, note="窗口无人值守")
    desk.city.to_pending(lost=(50, 0, 100))


def test_before_the_proposal_only_deductions_and_bonuses_are_told(desk_at: DeskAt) -> None:
    desk = desk_at("reviewing")
    _scored(desk)
    page = desk.page(HOME, LIAISON[GENERAL])
    told = page.cssselect('section[aria-labelledby="th"]')[0].text_content()
    assert "−1.00" in told
    assert "扣分1" in told
    assert "窗口无人值守" in told
    assert "评分公示后可见" in told
    assert not page.cssselect(".sum-line")
    assert "89.50" not in page.text_content()


def test_once_proposed_the_points_are_a_sum_that_adds_up_with_each_lost_line_and_its_reason(
    desk_at: DeskAt,
) -> None:
    desk = desk_at("reviewing")
    _scored(desk)
    desk.city.whole("propose")
    page = desk.page(HOME, LIAISON[GENERAL])
    assert turn(page) == "等次已公示，1月12日（周一）24:00前可以申诉"
    terms = [one.text_content() for one in page.cssselect(".sum-line .v")]
    assert terms == ["89.50", "5.00", "5.00", "1.00", "0.00", "98.50"]
    lost = [row.text_content() for row in page.cssselect(".own-ledger tbody tr")]
    assert len(lost) == 3
    assert "−0.50" in lost[0]
    assert "情况说明" in lost[0]
    assert "窗口无人值守" in lost[1]
    assert "问题第1号" in lost[1]
    assert "100－1.50＋加分0.00＝98.50" in lost[2]
    assert "89.50" not in desk.page(HOME, LIAISON[PERSONNEL]).text_content()


def test_earlier_years_stand_in_a_table_beside_their_drawing(desk_at: DeskAt) -> None:
    desk = desk_at("ratified")
    page = desk.page(HOME, LIAISON[GENERAL])
    years = page.cssselect('section[aria-labelledby="fy"] tbody tr')
    assert [row.cssselect("th")[0].text_content() for row in years] == [str(YEAR)]
    assert not page.cssselect("svg.chart")  # one year is no course


def test_a_drawing_of_the_years_fits_its_totals_and_says_them() -> None:
    def year(of: int, total: str | None) -> dict[str, object]:
        return {"year": of, "total": total}

    drawn = chart([year(2025, "92.62"), year(2024, None), year(2023, "88.40"), year(2021, "84.10")])
    assert drawn is not None
    assert [(point.year, point.text) for point in drawn.points] == [
        (2021, "84.10"),
        (2023, "88.40"),
        (2025, "92.62"),
    ]
    assert [point.x for point in drawn.points] == [52.0, 216.0, 380.0]
    heights = [point.y for point in drawn.points]
    assert heights == sorted(heights, reverse=True)
    assert all(36 <= y <= 186 for y in heights)
    assert [label for _, label in drawn.lines] == ["80", "85", "90", "95", "100"]
    assert chart([year(2025, "92.62"), year(2024, None)]) is None


def test_equal_totals_and_negative_ones_can_be_drawn_too() -> None:
    for totals in (("90.00", "90.00"), ("-3.00", "100.00"), ("-500.00", "900.00")):
        drawn = chart([{"year": 2025, "total": totals[1]}, {"year": 2024, "total": totals[0]}])
        assert drawn is not None
        assert all(36 <= point.y <= 186 for point in drawn.points)


def test_whoever_holds_posts_in_several_departments_chooses(desk_at: DeskAt) -> None:
    desk = desk_at("running")
    given = {"post": "liaison", "person": LIAISON[GENERAL], "on": "2025-01-10"}
    desk.city.do("appoint", person(CLERK), department=DISCIPLINE, **given)
    page = desk.page(HOME, LIAISON[GENERAL])
    chosen = [a.get("href") for a in page.cssselect("table a")]
    assert sorted(chosen) == sorted(f"{HOME}?department={one}" for one in (GENERAL, DISCIPLINE))
    assert "填报年度计划" in turn(desk.page(HOME, LIAISON[GENERAL], department=DISCIPLINE))


def test_a_year_that_has_not_begun_and_one_not_run_here_say_so(desk_at: DeskAt) -> None:
    desk = desk_at("installed")
    desk.city.whole("prepare", rulebook=book().content())
    assert turn(desk.page(HOME, LIAISON[GENERAL])) == f"{YEAR}年度还没有开始"
    assert turn(desk.page(f"/{YEAR - 1}/home", LIAISON[GENERAL])) == f"{YEAR - 1}年度不是在这里办理的"


def test_a_home_is_for_its_department_and_those_who_see_its_year(desk_at: DeskAt) -> None:
    desk = desk_at("running")
    assert desk.get(HOME, LIAISON[GENERAL], department=DISCIPLINE).status_code == 404
    assert desk.get(HOME, INSPECTOR).status_code == 403
    assert "没有由你填报" in desk.page(HOME, REVIEWERS[0]).text_content()
    for who in (CLERK, LEADER[GENERAL]):
        page = desk.page(HOME, who, department=GENERAL)
        assert "填报年度计划" in turn(page)
        assert not page.cssselect(".turn .btn-primary")
        assert not page.cssselect(f'.own a[href="{PLAN}"]') or who == CLERK
    assert desk.get("/1999/home", LIAISON[GENERAL]).status_code == 404
    assert desk.post(HOME, LIAISON[GENERAL]).status_code == 405
