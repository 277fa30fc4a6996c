"""What results are used for, the cases of those that failed again, and a leader's week."""

from __future__ import annotations

import pytest
from lxml import html

from tests.cast import (
    ADMIN,
    AUDITOR,
    CLERK,
    DISCIPLINE,
    GENERAL,
    INSPECTOR,
    LEADER,
    LIAISON,
    MEMBER,
    PERSONNEL,
    REVIEWERS,
    THIRD,
    for_body,
)
from tests.held import YEAR
from tests.web.conftest import Desk, DeskAt

USES = f"/{YEAR}/uses"
AGAIN = YEAR + 1
SCRIPT = "<script>alert(1)</script>"


def told(page: html.HtmlElement, section: str) -> str:
    """What one sheet of a page says; empty where it is not there."""
    found = page.cssselect(f"section[aria-labelledby={section}]")
    return str(found[0].text_content()) if found else ""


def acts(page: html.HtmlElement, section: str) -> list[str]:
    """The acts that a sheet leads to."""
    links = page.cssselect(f'section[aria-labelledby={section}] a[href^="/do/"]')
    return [a.get("href") for a in links]


# --- uses ---


def test_before_ratification_the_page_says_so_and_has_no_register(desk_at: DeskAt) -> None:
    desk = desk_at("pending")
    desk.city.whole("propose")
    page = desk.page(USES, CLERK)
    assert "还没有审定" in page.cssselect(".note")[0].text_content()
    assert told(page, "settlement") == ""
    assert told(page, "duties")


def test_the_office_reads_who_does_what_next_and_takes_each_register_away(desk_at: DeskAt) -> None:
    page = desk_at("ratified").page(USES, CLERK)
    assert "待办3件，共3件" in told(page, "duties")
    assert "110%" in told(page, "settlement")
    assert "80%" in told(page, "settlement")
    assert "未记录" in told(page, "talks")
    assert f"/do/appraisal_record_talk?year={YEAR}&department={PERSONNEL}" in "".join(acts(page, "talks"))
    assert "整改填报" in told(page, "rectification")
    assert "待办1件：绩效办" in told(page, "commendation")
    for name in ("settlement", "eligibility", "commendation", "movement", "talks", "duties"):
        assert page.cssselect(f'a[href="/lists/{name}.xlsx?year={YEAR}"]'), name


def test_a_duty_is_given_an_owner_and_closed_from_its_row(desk_at: DeskAt) -> None:
    desk = desk_at("ratified")
    links = acts(desk.page(USES, CLERK), "duties")
    of_general = [link for link in links if f"department={GENERAL}" in link]
    assert [link.partition("?")[0] for link in of_general] == [
        "/do/duty_assign_owner",
        "/do/duty_close",
        "/do/duty_waive",
    ]
    for link in of_general:
        assert desk.get(link, CLERK).status_code == 200, link
    sent = {"year": str(YEAR), "department": GENERAL, "number": "1", "back": USES, "once": "a"}
    done = desk.post("/do/duty_close", CLERK, {**sent, "text": SCRIPT, "document": "绩效办〔2026〕9号"})
    assert done.status_code == 303
    assert desk.city.last(f"duty:{YEAR}:{GENERAL}:1")["action"] == "close"
    page = desk.page(done.headers["location"], CLERK)
    assert "已办" in page.cssselect(".note.green")[0].text_content()
    assert not page.cssselect("main script")
    assert "1件均已办结" in told(page, "commendation")
    assert not [link for link in acts(page, "duties") if f"department={GENERAL}" in link]
    rows = desk.city.rows()
    desk.post("/do/duty_close", CLERK, {**sent, "text": SCRIPT, "document": "绩效办〔2026〕9号"})
    assert desk.city.rows() == rows


def test_the_group_waives_and_an_auditor_does_nothing(desk_at: DeskAt) -> None:
    desk = desk_at("ratified")
    waived = {link.partition("?")[0] for link in acts(desk.page(USES, MEMBER), "duties")}
    assert waived == {"/do/duty_waive"}
    assert acts(desk.page(USES, AUDITOR), "duties") == []


def test_a_department_reads_its_own_and_the_circulars(desk_at: DeskAt) -> None:
    desk = desk_at("ratified")
    page = desk.page(USES, LIAISON[PERSONNEL])
    assert "80%" in told(page, "settlement")
    assert "110%" not in page.text_content()
    assert acts(page, "duties") == []
    excellent = desk.page(USES, LIAISON[DISCIPLINE])
    assert "办公室" in told(excellent, "commendation")
    assert "待办" not in told(excellent, "commendation")
    assert "没有后续事项" in told(excellent, "duties")
    assert "没有需要诫勉谈话" in told(excellent, "talks")
    leader = desk.page(USES, LEADER[PERSONNEL])
    assert "组织部" in told(leader, "talks")


def test_the_uses_are_not_for_reviewers_inspectors_or_the_administrator(desk_at: DeskAt) -> None:
    desk = desk_at("ratified")
    for who in (REVIEWERS[0], INSPECTOR, ADMIN):
        assert desk.get(USES, who).status_code == 403
    assert desk.get(USES).headers["location"].startswith("/sign-in")
    assert desk.post(USES, CLERK).status_code == 405


# --- cases ---


def failed_again(desk: Desk) -> str:
    """The personnel department fails a second time: where its case stands."""
    desk.city.to_ratified(AGAIN)
    return f"/cases/{AGAIN}/{PERSONNEL}"


def test_a_case_tells_its_facts_its_heads_and_what_comes_next(desk_at: DeskAt) -> None:
    desk = desk_at("pending again")
    case = failed_again(desk)
    listed = desk.page("/cases", CLERK)
    row = listed.cssselect("tbody tr")[0].text_content()
    assert "2年" in row
    assert f"{YEAR}年" in row
    assert "领导小组" in row
    page = desk.page(case, CLERK)
    assert "均为" in told(page, "report")
    assert "99.00" in told(page, "sheets")
    (study,) = acts(page, "next")
    assert study.startswith(f"/do/case_study?year={AGAIN}&department={PERSONNEL}&back={case}")
    assert desk.get(study, CLERK).status_code == 200
    assert "代领导小组登记" in told(page, "next")
    assert acts(desk.page(case, LEADER[PERSONNEL]), "next") == []


def test_the_course_of_a_case_is_told_with_its_grounds(desk_at: DeskAt) -> None:
    desk = desk_at("pending again")
    case = failed_again(desk)
    key = f"case:{AGAIN}:{PERSONNEL}"
    desk.city.both("case", for_body("group"), subject=key, action="study", text=SCRIPT)
    page = desk.page(case, CLERK)
    assert SCRIPT in told(page, "course")
    assert not page.cssselect("main script")
    assert "绩效办〔2025〕1号" in told(page, "course")
    leader = desk.page(case, LEADER[PERSONNEL])
    assert SCRIPT in told(leader, "course")
    assert "韩雪峰" not in told(leader, "course")
    assert "/do/case_propose_handling" in "".join(acts(page, "next"))


def test_the_course_of_a_case_is_dated_by_the_calendar_of_the_office(desk_at: DeskAt) -> None:
    desk = desk_at("pending again")
    case = failed_again(desk)
    desk.city.at(f"{AGAIN + 2}-01-01 00:30")
    key = f"case:{AGAIN}:{PERSONNEL}"
    desk.city.both("case", for_body("group"), subject=key, action="study", text=SCRIPT)
    day = desk.page(case, CLERK).cssselect('section[aria-labelledby="course"] time')[-1]
    assert day.text_content() == f"01-01{AGAIN + 2}"


def test_a_case_is_for_the_office_the_group_and_its_leader(desk_at: DeskAt) -> None:
    desk = desk_at("pending again")
    case = failed_again(desk)
    for who in (CLERK, MEMBER, AUDITOR, LEADER[PERSONNEL]):
        assert desk.get(case, who).status_code == 200
        assert len(desk.page("/cases", who).cssselect("tbody tr")) == 1
    assert LEADER[GENERAL] != LEADER[PERSONNEL]
    assert desk.get(case, LEADER[GENERAL]).status_code == 404
    assert not desk.page("/cases", LEADER[GENERAL]).cssselect("tbody tr")
    for who in (LIAISON[PERSONNEL], REVIEWERS[0], ADMIN):
        assert desk.get(case, who).status_code == 403
        assert desk.get("/cases", who).status_code == 403
    assert desk.get(f"/cases/{AGAIN}/{GENERAL}", CLERK).status_code == 404
    assert desk.get(case).headers["location"].startswith("/sign-in")
    assert desk.post(case, CLERK).status_code == 405


# --- the week ---


def late(desk: Desk, on: str = f"{YEAR}-03-04") -> None:
    """Two plans of three are in; the days for them are over."""
    desk.city.at(f"{YEAR}-02-10")
    for department in (GENERAL, DISCIPLINE):
        desk.city.file(department)
    desk.city.at(on)


def test_a_leader_reads_what_is_late_and_what_falls_due_of_their_departments_alone(desk_at: DeskAt) -> None:
    desk = desk_at("running")
    late(desk)
    page = desk.page("/weekly", LEADER[PERSONNEL])
    assert "组织部" in told(page, "late")
    assert "逾期" in told(page, "late")
    assert "办公室" not in page.cssselect("main")[0].text_content()
    assert desk.page("/weekly", LEADER[PERSONNEL]).cssselect('.topnav a[href="/weekly"][aria-current]')
    other = desk.page("/weekly", LEADER[GENERAL])
    assert "绩效办" in told(other, "late")  # what is late there is the office's own review
    assert "组织部" not in other.cssselect("main")[0].text_content()


@pytest.mark.parametrize(("on", "sheet"), [("02-20", "quiet"), ("02-21", "soon"), ("03-01", "late")])
def test_a_form_comes_on_the_sheet_seven_days_before_its_last_one(
    desk_at: DeskAt, on: str, sheet: str
) -> None:
    desk = desk_at("running")
    desk.city.at(f"{YEAR}-{on}")
    page = desk.page("/weekly", LEADER[PERSONNEL])
    assert [one for one in ("late", "soon", "quiet") if "组织部" in told(page, one)] == [sheet]


def test_the_office_reads_the_sheet_of_any_leader(desk_at: DeskAt) -> None:
    desk = desk_at("running")
    late(desk)
    page = desk.page("/weekly", CLERK, leader=LEADER[PERSONNEL])
    assert "组织部" in told(page, "late")
    assert page.cssselect(f'a[href="/weekly?leader={LEADER[GENERAL]}"]')
    assert desk.get("/weekly", CLERK).status_code == 200
    assert desk.get("/weekly", CLERK, leader="nobody").status_code == 404
    assert desk.get("/weekly", LEADER[GENERAL], leader=LEADER[PERSONNEL]).status_code == 404


def test_the_sheet_is_for_leaders_and_those_who_prepare_it(desk_at: DeskAt) -> None:
    desk = desk_at("running")
    for who in (LIAISON[GENERAL], REVIEWERS[0], INSPECTOR, ADMIN):
        assert desk.get("/weekly", who).status_code == 403
    assert desk.get("/weekly").headers["location"].startswith("/sign-in")
    assert desk.post("/weekly", CLERK).status_code == 405


def test_letters_of_the_week_are_told_to_those_who_may_read_them_and_older_ones_are_not(
    desk_at: DeskAt,
) -> None:
    desk = desk_at("running")
    desk.city.at(f"{YEAR}-02-10")
    desk.city.file(PERSONNEL)
    desk.city.move(PERSONNEL, "send_back", due=f"{YEAR}-03-07")
    office = desk.page("/weekly", CLERK, leader=LEADER[PERSONNEL])
    assert "退回" in told(office, "letters")
    (link, *_) = office.cssselect("section[aria-labelledby=letters] th a")
    assert desk.get(link.get("href"), CLERK).status_code == 200
    assert "没有信件" in told(desk.page("/weekly", LEADER[PERSONNEL]), "letters")
    desk.city.at(f"{YEAR}-02-18")
    later = desk.page("/weekly", THIRD, leader=LEADER[PERSONNEL])
    assert "没有信件" in told(later, "letters")
