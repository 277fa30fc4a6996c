"""A department's points line by line, its objections, its targets' progress, as its people see and do them."""

from __future__ import annotations

from typing import Any

from lxml import html

from tests.cast import (
    ADMIN,
    AUDITOR,
    CLERK,
    DISCIPLINE,
    GENERAL,
    LEADER,
    LIAISON,
    OFFICE_AT_HOME,
    PERSONNEL,
    REVIEWERS,
)
from tests.held import YEAR, key_of
from tests.web.conftest import Desk, DeskAt

SCORE = f"/{YEAR}/departments/{GENERAL}/score"
PROGRESS = f"/{YEAR}/departments/{GENERAL}/progress"
WHO = LIAISON[GENERAL]
SCRIPT = "<script>alert(1)</script>"


def proposed(desk: Desk) -> Desk:
    """The general office lost half a point of its marks and one by a finding, and was given three."""
    desk.city.deduct(GENERAL, note="窗口无人值守")
    desk.city.honour(GENERAL)
    desk.city.to_pending(lost=(50, 0, 100))
    desk.city.whole("propose")
    return desk


def test_before_the_proposal_there_are_no_marks_and_no_sum(desk_at: DeskAt) -> None:
    desk = desk_at("reviewing")
    desk.city.deduct(GENERAL, note="窗口无人值守")
    desk.city.give_marks(GENERAL, lost=50)
    page = desk.page(SCORE, WHO)
    assert not page.cssselect(".sum-line, #objection")
    assert "公示后可见" in page.text_content()
    rows = page.cssselect(".own-ledger tbody tr:not(.group)")
    assert [row.cssselect("th")[0].text_content().strip() for row in rows] == ["扣分1 察访核验发现问题"]


def test_those_of_the_office_who_belong_to_the_department_are_not_told_sooner(desk_at: DeskAt) -> None:
    desk = desk_at("pending")
    page = desk.page(SCORE, OFFICE_AT_HOME[GENERAL])
    assert not page.cssselect(".sum-line, .own-ledger")
    assert "90.00" in desk.page(SCORE, CLERK).text_content()


def test_every_line_stands_with_clause_reason_by_whom_and_source_the_lost_ones_first(
    desk_at: DeskAt,
) -> None:
    desk = proposed(desk_at("reviewing"))
    page = desk.page(SCORE, WHO)
    groups = [row.cssselect("b")[0].text_content() for row in page.cssselect(".own-ledger tr.group")]
    assert groups == ["失分", "加分", "得满分"]
    lost, bonus = (page.cssselect(".own-ledger tbody")[place].text_content() for place in (0, 1))
    for fact in ("1.1", "学习责任制", "−0.50", "情况说明", "考核组文景行等3人", "12-20"):
        assert fact in lost
    for fact in ("扣分1", "−1.00", "窗口无人值守", "问题第1号", "韩雪峰"):
        assert fact in lost
    assert "+3.00" in bonus
    assert "100－1.50＋加分3.00＝101.50" in page.text_content()
    only = desk.page(f"{SCORE}?show=gained", WHO)
    assert len(only.cssselect(".own-ledger tbody tr:not(.sum)")) == 1


def test_every_line_leads_whoever_reads_the_history_to_its_entry_there(desk_at: DeskAt) -> None:
    desk = proposed(desk_at("reviewing"))
    for who in (
        AUDITOR,
        CLERK,
        OFFICE_AT_HOME[GENERAL],
    ):  # what was proposed is told to those at home there, too
        for row in desk.page(SCORE, who).cssselect(".own-ledger tbody tr:not(.group):not(.sum)"):
            *marks, entry = [a.get("href") for a in row.cssselect('a[href^="/history?"]')]
            shown = desk.page(entry, who)
            assert f"{YEAR}年度办公室" in shown.cssselect("#entry")[0].text_content()
            for path in marks:
                if "action=mark" in path:
                    said = desk.page(path, who).cssselect("main")[0].text_content()
                    assert all(desk.city.row(f"person:{one}").record["name"] in said for one in REVIEWERS)
                else:
                    assert path == entry
    for who in (WHO, LEADER[GENERAL]):
        assert not desk.page(SCORE, who).cssselect('.own-ledger a[href^="/history"]')


def test_a_line_is_objected_to_from_its_row_and_the_objection_can_be_withdrawn(desk_at: DeskAt) -> None:
    desk = proposed(desk_at("reviewing"))
    page = desk.page(SCORE, WHO)
    (link,) = {a.get("href") for a in page.cssselect(".own-ledger tbody tr:nth-child(3) a[href*=objection]")}
    chosen = desk.page(link.partition("#")[0], WHO)
    (about,) = [one.get("value") for one in chosen.cssselect("#o-about option[selected]")]
    sent = {"do": "object", "about": about, "text": SCRIPT, "once": "k1"}
    told = desk.post(SCORE, WHO, sent)
    assert told.status_code == 303
    key = f"objection:{YEAR}:{GENERAL}:1"
    assert desk.city.row(key).record["about"] == about
    rows = desk.city.rows()
    desk.post(SCORE, WHO, sent)
    assert desk.city.rows() == rows
    after = desk.page(SCORE, WHO)
    assert SCRIPT in after.cssselect("#objections")[0].text_content()
    assert not after.cssselect("main script")
    assert desk.post(SCORE, WHO, {"do": "withdraw", "number": "1"}).status_code == 303
    assert desk.city.row(key).state == "withdrawn"


def test_a_refused_objection_says_why_and_keeps_what_was_written(desk_at: DeskAt) -> None:
    desk = proposed(desk_at("reviewing"))
    blank = desk.post(SCORE, WHO, {"do": "object", "about": "grade", "text": " "})
    assert blank.status_code in (409, 422)
    unknown = desk.post(SCORE, WHO, {"do": "object", "about": "nothing", "text": "请复核"})
    assert unknown.status_code == 409
    page = html.fromstring(unknown.text)
    assert page.cssselect('[data-code="objection_about_unknown"]')
    assert page.cssselect("#o-text")[0].text == "请复核"


def test_the_answer_to_an_objection_stands_with_its_reason_and_after_the_window_there_is_no_form(
    desk_at: DeskAt,
) -> None:
    desk = proposed(desk_at("reviewing"))
    key = desk.city.object(GENERAL)
    desk.city.decide(key, "dismiss")
    desk.city.at(f"{YEAR + 1}-01-13")
    page = desk.page(SCORE, WHO)
    told = page.cssselect("#objections")[0].text_content()
    assert "申诉不成立" in told
    assert "情况说明" in told
    assert not page.cssselect("#objection")
    late = desk.post(SCORE, WHO, {"do": "object", "about": "grade", "text": "请复核"})
    assert late.status_code == 409
    assert "objection_window_over" in late.text


def test_points_are_for_their_department_and_those_who_see_them(desk_at: DeskAt) -> None:
    desk = proposed(desk_at("reviewing"))
    assert desk.get(SCORE, LIAISON[DISCIPLINE]).status_code == 404
    assert desk.get(SCORE, ADMIN).status_code == 403
    for who in (CLERK, LEADER[GENERAL], REVIEWERS[0]):
        page = desk.page(SCORE, who)
        assert not page.cssselect("#objection"), who
    sent = {"do": "object", "about": "grade", "text": "代人申诉"}
    assert desk.post(SCORE, CLERK, sent).status_code == 403
    assert desk.post(SCORE, LIAISON[DISCIPLINE], sent).status_code == 404
    assert desk.post(SCORE, WHO, {"do": "nothing"}).status_code == 404
    assert not desk.city.select("SELECT key FROM subject WHERE kind = 'objection'")


def test_what_is_to_be_put_right_and_what_followed_stand_beside_the_points(desk_at: DeskAt) -> None:
    desk = desk_at("ratified")
    worst = f"/{YEAR}/departments/{PERSONNEL}"
    desk.city.move(PERSONNEL, "add_step", text=SCRIPT, due=f"{YEAR + 1}-02-20")
    page = desk.page(f"{worst}/score", LIAISON[PERSONNEL])
    assert SCRIPT in page.cssselect("#rectification")[0].text_content()
    assert "不达标" in page.cssselect(".head")[0].text_content()
    assert "取消年度评先评优资格" in page.cssselect('section[aria-labelledby="du"]')[0].text_content()
    best = desk.page(SCORE, WHO)
    assert "通报表彰" in best.cssselect('section[aria-labelledby="du"]')[0].text_content()
    form = desk.page(f"{worst}/forms/rectification", LIAISON[PERSONNEL])
    assert SCRIPT in form.cssselect("#steps")[0].text_content()
    fields = form.cssselect("#steps form [name]")
    assert {"csrf", "text", "due", "do"} <= {one.get("name") for one in fields}
    sent = {"do": "add_step", "text": "再列一项", "due": f"{YEAR + 1}-02-25"}
    assert desk.post(f"{worst}/forms/rectification", LIAISON[PERSONNEL], sent).status_code == 303
    assert len(desk.city.appraisal(PERSONNEL).record["steps"]) == 2


def planned(desk: Desk) -> Desk:
    desk.city.at(f"{YEAR}-02-10")
    desk.city.file(GENERAL)
    desk.city.move(GENERAL, "accept")
    return desk


def progress(percent: str, note: str = "", **more: Any) -> dict[str, Any]:
    return {"progress[1][percent]": percent, "progress[1][note]": note, **more}


def test_progress_is_reported_of_targets_that_were_changed_only(desk_at: DeskAt) -> None:
    desk = planned(desk_at("running"))
    told = desk.post(PROGRESS, WHO, progress("４０", SCRIPT, once="k1"))
    assert told.status_code == 303
    assert desk.city.appraisal(GENERAL).record["progress"]["1"]["percent"] == 40
    page = desk.page(PROGRESS, WHO)
    assert page.cssselect('[name="progress[1][note]"]')[0].text == SCRIPT
    rows = desk.city.rows()
    same = desk.post(PROGRESS, WHO, progress("40", SCRIPT))
    assert "没有改动" in desk.page(same.headers["location"], WHO).text_content()
    assert desk.city.rows() == rows
    assert desk.city.last(key_of(GENERAL))["action"] == "report_progress"
    reading = desk.page(PROGRESS, CLERK)
    assert "40%" in reading.text_content()
    assert not reading.cssselect("main button")


def test_a_note_of_several_lines_that_was_left_as_it_was_is_no_report(desk_at: DeskAt) -> None:
    """Browsers send the ends of lines otherwise than they are kept."""
    desk = planned(desk_at("running"))
    assert desk.post(PROGRESS, WHO, progress("40", "开工\r\n完工", once="k1")).status_code == 303
    rows = desk.city.rows()
    same = desk.post(PROGRESS, WHO, progress("40", "开工\r\n完工", once="k2"))
    assert same.headers["location"] == f"{PROGRESS}?unchanged=1"
    assert desk.city.rows() == rows


def test_progress_that_cannot_be_is_refused_at_its_field_and_kept_there(desk_at: DeskAt) -> None:
    desk = planned(desk_at("running"))
    for typed in ("140", "一半"):
        answer = desk.post(PROGRESS, WHO, progress(typed, "写了说明"))
        assert answer.status_code == 422
        page = html.fromstring(answer.text)
        (field,) = page.cssselect('[aria-invalid="true"]')
        assert field.get("value") == typed
        assert page.cssselect('[name="progress[1][note]"]')[0].text == "写了说明"


def test_progress_is_for_the_department_alone_and_begins_with_an_accepted_plan(desk_at: DeskAt) -> None:
    desk = desk_at("running")
    assert "审定后" in desk.page(PROGRESS, WHO).text_content()
    planned(desk)
    desk.browsers.clear()
    assert desk.get(PROGRESS, LIAISON[DISCIPLINE]).status_code == 404
    assert desk.post(PROGRESS, LIAISON[DISCIPLINE], progress("10")).status_code == 404
    assert desk.post(PROGRESS, CLERK, progress("10")).status_code == 403
    assert "progress" not in desk.city.appraisal(GENERAL).record


def test_bonuses_above_the_cap_do_not_count_before_the_proposal_says_so(desk_at: DeskAt) -> None:
    desk = desk_at("running")
    for _ in range(2):
        desk.city.honour(GENERAL)
    page = desk.page(SCORE, CLERK)
    (line,) = page.cssselect(".sum-line")
    told = [one.text_content() for one in line.cssselect(".v")]
    assert told == ["—", "—", "—", "0.00", "5.00", "5.00"]
    assert "加分超出上限1.00分" in page.text_content()
    assert "−0.00" not in page.text_content()


def test_at_the_cap_nothing_is_said_of_it(desk_at: DeskAt) -> None:
    desk = proposed(desk_at("reviewing"))
    page = desk.page(SCORE, WHO)
    told = [one.text_content() for one in page.cssselect(".sum-line .v")]
    assert told[4] == "3.00"
    assert "超出上限" not in page.text_content()
