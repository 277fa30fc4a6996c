"""The auditor's pages: any point followed to person, minute and document; the verdict; and what waits, and letters."""

from __future__ import annotations

import json
import re
from datetime import date

import pytest
from lxml import html

from cycle.checkpoint import encoded
from cycle.verify import take_checkpoint
from tests.cast import (
    AUDITOR,
    CLERK,
    DISCIPLINE,
    GENERAL,
    LIAISON,
    MEMBER,
    OFFICE_AT_HOME,
    THIRD,
    book,
    for_body,
    person,
)
from tests.held import COLLEAGUE, YEAR
from tests.web.conftest import DeskAt
from workflows.wake import stamp


def test_an_entry_shows_who_why_and_what_it_changed(desk_at: DeskAt) -> None:
    desk = desk_at("running")
    desk.city.at(f"{YEAR}-02-10")
    desk.city.file(GENERAL)
    desk.city.move(GENERAL, "send_back", due=f"{YEAR}-02-28")
    row = desk.city.last(f"appraisal:{YEAR}:{GENERAL}")
    query = {"subject": f"appraisal:{YEAR}:{GENERAL}", "entry": str(row["number"])}
    entry = desk.page("/history", AUDITOR, **query).cssselect(".entry")[0].text_content()
    for told in ("韩雪峰", row["reason"], row["document"], row["previous"], "与存值一致", "年度计划待审"):
        assert told in entry, told
    assert "期限" in entry


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_an_entry_says_what_it_changed_in_words_and_when_in_the_office_s_time(
    desk_at: DeskAt, lang: str
) -> None:
    desk = desk_at("reviewing")
    desk.city.at(f"{YEAR}-12-18 10:30")
    desk.speak(AUDITOR, lang)
    desk.city.move(GENERAL, "chase")
    desk.city.give_marks(GENERAL)
    key = f"appraisal:{YEAR}:{GENERAL}"
    places, values = set(), []
    for row in desk.city.history(key):
        page = desk.page("/history", AUDITOR, subject=key, entry=str(row["number"]))
        assert not page.cssselect("form .meta")[0].text_content().startswith("appraisal:")
        cells = page.cssselect(".entry tbody tr")
        places |= {part for one in cells for part in one.cssselect("th")[0].text_content().split(" › ")}
        values += [one.text_content() for line in cells for one in line.cssselect("td")]
    codes_left = {part for part in places if re.fullmatch("[a-z_]+_[a-z_]+", part)}
    if lang == "zh":
        codes_left = {part for part in places if re.search("[a-z]", part)}
    assert codes_left == set()
    assert [one for one in values if re.search(r"\dT\d\d:\d\d", one)] == []
    assert "2.00" in values
    assert page.cssselect(".entry time")[0].text_content().startswith(f"{YEAR}-12-18 10:30:00.000000+08:00")
    assert page.cssselect("table.history time")[0].text_content() == f"{YEAR}-12-18 10:30:00"


def test_days_of_the_search_are_read_as_people_write_them(desk_at: DeskAt) -> None:
    desk = desk_at("running")
    desk.city.at(f"{YEAR}-02-10")
    desk.city.file(GENERAL)
    found = desk.page("/history", AUDITOR, since="２０２５年２月１０日", department=GENERAL)
    told = found.cssselect("table.history tbody time")
    assert {one.text_content()[:10] for one in told} == {f"{YEAR}-02-10"}


def test_rows_are_found_by_department_person_action_and_sort_of_act(desk_at: DeskAt) -> None:
    desk = desk_at("running")
    desk.city.at(f"{YEAR}-02-10")
    desk.city.file(GENERAL)
    desk.city.both("move", for_body("group"), subject=f"appraisal:{YEAR}:{DISCIPLINE}", action="exempt")
    found = desk.page("/history", AUDITOR, only="on_behalf").cssselect("table.history tbody tr")
    assert found
    assert all("代" in row.text_content() for row in found)
    submitted = desk.page("/history", AUDITOR, department=GENERAL, action="submit")
    assert len(submitted.cssselect("table.history tbody tr")) == 1
    by = desk.page("/history", AUDITOR, who=LIAISON[GENERAL], actor_kind="person")
    assert "签批" not in by.cssselect("table.history tbody")[0].text_content()
    nothing = desk.page("/history", AUDITOR, since=f"{YEAR + 5}-01-01")
    assert "没有符合条件的记录" in nothing.text_content()


def test_what_was_done_outside_office_hours_is_found(desk_at: DeskAt) -> None:
    desk = desk_at("running")
    desk.city.at(f"{YEAR}-02-10 10:00")
    desk.city.file(GENERAL)
    desk.city.at(f"{YEAR}-02-10 22:30")
    desk.city.move(GENERAL, "take_up")
    found = desk.page("/history", AUDITOR, only="outside_hours", department=GENERAL)
    actions = [
        row.cssselect("th")[0].text_content().strip() for row in found.cssselect("table.history tbody tr")
    ]
    assert actions == ["受理"]


def test_what_was_entered_after_its_day_is_found(desk_at: DeskAt) -> None:
    desk = desk_at("running")
    desk.city.at(f"{YEAR}-02-10")
    desk.city.file(GENERAL)
    desk.city.ask(GENERAL, "take_up", person(CLERK, occurred_on=date(YEAR, 2, 9)))
    found = desk.page("/history", AUDITOR, only="late", department=GENERAL)
    assert len(found.cssselect("table.history tbody tr")) == 1


def test_a_text_that_only_looks_like_an_instant_is_shown_as_it_is(desk_at: DeskAt) -> None:
    desk = desk_at("running")
    text = f"{YEAR}-99-99T99:99:99.000000Z"
    key = desk.city.deduct(GENERAL, note=text)
    page = desk.page("/history", AUDITOR, subject=key, entry="1")
    assert text in page.cssselect(".entry")[0].text_content()


def test_what_an_auditor_reads_is_noted(desk_at: DeskAt) -> None:
    desk = desk_at("running")
    desk.page("/history", AUDITOR, department=GENERAL)
    desk.page(f"/{YEAR}/departments/{GENERAL}", AUDITOR)
    noted = [path for (path,) in desk.city.select("SELECT path FROM read_log ORDER BY seq")]
    assert noted[0] == f"/history?department={GENERAL}"
    assert noted[-1] == f"/{YEAR}/departments/{GENERAL}"


def test_the_rows_of_ones_own_department_are_told_without_what_is_not_published(desk_at: DeskAt) -> None:
    desk = desk_at("reviewing")
    desk.city.at(f"{YEAR}-12-20")
    desk.city.give_marks(GENERAL, lost=37)
    own = OFFICE_AT_HOME[GENERAL]
    row = desk.city.last(f"appraisal:{YEAR}:{GENERAL}")
    query = {"subject": f"appraisal:{YEAR}:{GENERAL}", "entry": str(row["number"])}
    assert desk.get("/history", own, **query).status_code == 404
    assert "公示后可见" in desk.page("/history", own, department=GENERAL, action="mark").text_content()


def test_the_history_is_verified_on_demand_also_against_a_kept_checkpoint(desk_at: DeskAt) -> None:
    desk = desk_at("running")
    desk.page("/verify", AUDITOR)
    whole = desk.post("/verify", AUDITOR)
    assert "历史完整" in whole.text
    _, made = take_checkpoint(desk.city.service.database, stamp(desk.city.clock.now()))
    assert made is not None
    text = encoded(made).decode()
    compared = desk.post("/verify", AUDITOR, checkpoint=text).text
    assert "历史完整" in compared
    local = desk.city.clock.now().astimezone(desk.city.service.zone)
    assert f"对照的检查点：{local:%Y-%m-%d %H:%M:%S}制作" in compared
    damaged = json.loads(text)
    damaged["rows"] += 1
    told = desk.post("/verify", AUDITOR, checkpoint=json.dumps(damaged)).text
    assert "不能用" in told
    assert "历史完整" not in told
    unread = desk.post("/verify", AUDITOR, checkpoint="乱写")
    assert "不能用" in unread.text
    (field,) = html.fromstring(unread.text).cssselect('textarea[aria-invalid="true"]')
    assert field.text == "乱写", "what was pasted is not lost"


def test_an_act_that_waits_is_confirmed_by_a_second_person_and_by_nobody_else(desk_at: DeskAt) -> None:
    desk = desk_at("running")
    asked = desk.city.do("move", for_body("group"), subject=f"appraisal:{YEAR}:{DISCIPLINE}", action="exempt")
    page = desk.page("/decisions", COLLEAGUE)
    assert "免予考评" in page.text_content()
    form = page.cssselect(f'form[action="/decisions/{asked["pending"]}"]')[0]
    assert form.cssselect("button[value=confirm]")
    own = desk.page("/decisions", CLERK)
    assert not own.cssselect("button[value=confirm]")
    refused = desk.post(f"/decisions/{asked['pending']}", CLERK, do="confirm", once="k1")
    assert refused.status_code == 409
    assert 'data-code="second_person_same"' in refused.text
    assert desk.post(f"/decisions/{asked['pending']}", LIAISON[GENERAL], do="confirm").status_code == 404
    done = desk.post(f"/decisions/{asked['pending']}", COLLEAGUE, do="confirm", once="k2")
    assert done.status_code == 303
    assert desk.city.state(DISCIPLINE) == "exempted"
    after = desk.page(done.headers["location"], COLLEAGUE)
    assert "没有待确认的事项" in after.text_content()
    (note,) = after.cssselect(".note.green")
    assert "免予考评" in note.text_content()
    assert not desk.page(done.headers["location"], THIRD).cssselect(".note.green")


def test_the_group_is_told_in_january_what_waits_from_the_year_before(desk_at: DeskAt) -> None:
    desk = desk_at("pending")
    desk.city.whole("propose")
    desk.city.whole("prepare", YEAR + 1, rulebook=book().content())
    desk.city.whole("approve_rulebook", YEAR + 1, digest=book().digest)
    desk.city.whole("open", YEAR + 1)
    desk.city.object(GENERAL)
    page = desk.page("/decisions", MEMBER)
    assert page.cssselect(f'a[href="/{YEAR}/matters/objection/{GENERAL}/1"]')
    assert "申诉 1 2025年度" in page.text_content()


def test_whoever_entered_an_act_takes_it_back(desk_at: DeskAt) -> None:
    desk = desk_at("running")
    asked = desk.city.do("move", for_body("group"), subject=f"appraisal:{YEAR}:{DISCIPLINE}", action="exempt")
    assert desk.post(f"/decisions/{asked['pending']}", CLERK, do="drop").status_code == 303
    assert not desk.page("/decisions", CLERK).cssselect("form[action^='/decisions/']")
    assert desk.city.state(DISCIPLINE) == "plan.drafting"


def test_a_letter_is_shown_to_whom_it_was_written_and_cannot_run(desk_at: DeskAt) -> None:
    desk = desk_at("running")
    desk.city.at(f"{YEAR}-02-10")
    desk.city.file(GENERAL)
    desk.city.move(GENERAL, "send_back", due=f"{YEAR}-02-28")
    link = desk.page("/letters", LIAISON[GENERAL]).cssselect("a.clip")[0].get("href")
    assert desk.get(link, LIAISON[GENERAL]).status_code == 200
    assert desk.get(link, LIAISON[DISCIPLINE]).status_code == 404
    shown = desk.get(f"{link}/shown", LIAISON[GENERAL])
    assert "script" not in shown.text
    assert "sandbox" in shown.headers["content-security-policy"]
    assert desk.get(f"{link}/shown", LIAISON[DISCIPLINE]).status_code == 404


def test_the_switch_that_pauses_all_mail_is_logged_and_seen(desk_at: DeskAt) -> None:
    desk = desk_at("running")
    desk.page("/mail", CLERK)
    answer = desk.post("/do/mail_pause", CLERK, back="/mail", reason="服务器检修", once="k")
    assert answer.status_code == 303, answer.text
    page = desk.page("/mail", CLERK).text_content()
    assert "全部信件已暂停" in page
    assert "服务器检修" in page


def test_what_several_people_owe_about_one_thing_is_one_line_of_the_calendar(desk_at: DeskAt) -> None:
    desk = desk_at("reviewing")
    rows = desk.page("/calendar", CLERK, year=str(YEAR)).cssselect("section tbody tr")
    said = [" ".join(row.text_content().split()) for row in rows]
    assert len(said) == len(set(said))
    assert any(all(name in one for name in ("文景行", "易书恒", "赖素珍")) for one in said)


def test_a_calendar_shows_holidays_make_up_days_and_what_falls_due(desk_at: DeskAt) -> None:
    desk = desk_at("running")
    page = desk.page("/calendar", CLERK, year="2025")
    months = page.cssselect("table.month")
    assert len(months) == 12
    october = months[9]
    off = [one.text_content() for one in october.cssselect("td.rest.changed")]
    assert any(text.startswith("1") for text in off)
    on = [one.text_content() for one in months[8].cssselect("td.changed:not(.rest)")]
    assert any(text.startswith("28") for text in on)
    assert "年度计划填报" in page.text_content()


def test_every_list_is_taken_away_as_a_file(desk_at: DeskAt) -> None:
    desk = desk_at("running")
    for name in ("people", "departments", "mail", "calendars", "figures"):
        answer = desk.get(f"/lists/{name}.csv", CLERK)
        assert answer.status_code == 200, name
        assert "attachment" in answer.headers["content-disposition"]
    assert desk.get("/lists/board.xlsx", CLERK, year=str(YEAR)).content[:2] == b"PK"
    assert desk.get("/lists/board.xlsx", CLERK).status_code == 404
    assert desk.get("/lists/nonsense.csv", CLERK).status_code == 404


def test_what_is_to_be_acknowledged_is_an_act_in_words(desk_at: DeskAt) -> None:
    desk = desk_at("running")
    desk.city.at("2025-02-10")
    desk.city.file(GENERAL)
    desk.city.move(GENERAL, "send_back", due="2025-02-20")
    key = f"appraisal:{YEAR}:{GENERAL}"
    page = desk.page("/history", AUDITOR, subject=key, entry=str(desk.city.appraisal(GENERAL).number))
    told = [one.text_content() for one in page.cssselect(".entry tbody td")]
    assert "退回" in told
    assert [one for one in told if "send_back" in one] == []
