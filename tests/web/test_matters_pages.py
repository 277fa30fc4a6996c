"""Matters on pages: what waits, one with its facts and next acts, how a new one begins."""

from __future__ import annotations

from cycle.web.matters import KINDS
from tests.cast import (
    CLERK,
    DISCIPLINE,
    GENERAL,
    INSPECTOR,
    LIAISON,
    MEMBER,
    OFFICE_AT_HOME,
    for_body,
    person,
)
from tests.held import YEAR
from tests.web.conftest import Desk, DeskAt
from tests.web.doorway import read

SCRIPT = "<script>alert(1)</script>"


def record(desk: Desk, who: str = INSPECTOR, text: str = "窗口无人值守") -> str:
    """An inspector records a finding on the spot, by the form; where it stands."""
    page = desk.page("/do/finding_record", who, year=str(YEAR), department=GENERAL, back=f"/{YEAR}/matters")
    form = page.cssselect("main form")[0]
    fields = {one.get("name"): one.get("value") for one in form.cssselect("input[type=hidden]")}
    items = [one.get("value") for one in form.cssselect("select[name=item] option")]
    assert "score.deduct.1" in items
    sent = {
        **fields,
        "item": "score.deduct.1",
        "source": "open_visit",
        "severity": "ordinary",
        "on": f"{YEAR}-01-09",
        "text": text,
    }
    answer = desk.post("/do/finding_record", who, sent)
    assert answer.status_code == 303, answer.text
    return f"/{YEAR}/matters/finding/{GENERAL}/1"


def test_an_inspector_records_a_finding_on_the_spot_and_the_history_has_it(desk_at: DeskAt) -> None:
    desk = desk_at("running")
    path = record(desk)
    assert desk.city.last(f"finding:{YEAR}:{GENERAL}:1")["actor"] == INSPECTOR
    page = desk.page(path, INSPECTOR)
    assert "窗口无人值守" in page.text_content()
    assert [a for a in page.cssselect("aside a") if "finding_notify" in a.get("href")]


def test_whether_it_is_another_one_is_asked_only_where_there_is_one_like_it(desk_at: DeskAt) -> None:
    desk = desk_at("running")
    form = {"year": str(YEAR), "department": GENERAL, "back": f"/{YEAR}/matters"}
    assert not desk.page("/do/finding_record", INSPECTOR, **form).cssselect("input[name=again]")
    record(desk)
    again = {"source": "open_visit", "severity": "ordinary", "on": f"{YEAR}-01-09", "text": "窗口无人值守"}
    sent = {**form, "item": "score.deduct.1", **again}
    refused = desk.post("/do/finding_record", INSPECTOR, sent)
    assert 'data-code="finding_again"' in refused.text
    assert 'name="again"' in refused.text
    assert desk.post("/do/finding_record", INSPECTOR, {**sent, "again": "1"}).status_code == 303
    assert desk.city.row(f"finding:{YEAR}:{GENERAL}:2").state == "recorded"


def test_the_calendar_says_what_kind_of_matter_falls_due_and_leads_to_it(desk_at: DeskAt) -> None:
    desk = desk_at("running")
    path = record(desk)
    desk.city.do("finding", person(CLERK), action="notify", subject=f"finding:{YEAR}:{GENERAL}:1")
    (link,) = desk.page("/calendar", CLERK).cssselect(f'section[aria-labelledby=due] a[href="{path}"]')
    assert link.text.startswith("问题（")
    second = {"item": "score.deduct.1", "source": "open_visit", "severity": "ordinary", "on": f"{YEAR}-01-09"}
    where = {"year": str(YEAR), "department": GENERAL, "back": "/"}
    assert (
        desk.post("/do/finding_record", INSPECTOR, {**where, **second, "text": "另一处"}).status_code == 303
    )
    desk.city.do("finding", person(CLERK), action="notify", subject=f"finding:{YEAR}:{GENERAL}:2")
    rows = desk.page("/calendar", CLERK).cssselect(
        'section[aria-labelledby=due] a[href*="/matters/finding/"]'
    )
    assert [one.get("href").rpartition("/")[2] for one in rows] == ["1", "2"]


def test_a_matter_not_told_yet_is_not_there_for_the_department_nor_for_its_people(desk_at: DeskAt) -> None:
    desk = desk_at("running")
    path = record(desk)
    for who in (LIAISON[GENERAL], LIAISON[DISCIPLINE], OFFICE_AT_HOME[GENERAL]):
        assert desk.get(path, who).status_code == 404, who
    desk.city.do("finding", person(CLERK), action="notify", subject=f"finding:{YEAR}:{GENERAL}:1")
    assert desk.get(path, LIAISON[GENERAL]).status_code == 200
    assert desk.get(path, LIAISON[DISCIPLINE]).status_code == 404


def test_what_was_decided_and_is_still_to_be_put_right_is_counted_as_it_is_listed(desk_at: DeskAt) -> None:
    desk = desk_at("running")
    record(desk)
    for action, more in (("notify", {}), ("answer", {"text": "属实"}), ("confirm", {})):
        who = LIAISON[GENERAL] if action == "answer" else CLERK
        desk.city.do("finding", person(who), action=action, subject=f"finding:{YEAR}:{GENERAL}:1", **more)
    listed = desk.page(f"/{YEAR}/matters", CLERK)
    assert len(listed.cssselect("tbody tr")) == 1
    assert listed.cssselect(".tabs a[aria-current] .n")[0].text_content() == "1"
    assert not listed.cssselect("tbody .lamp.green")


def test_what_waits_is_listed_and_what_is_done_is_not(desk_at: DeskAt) -> None:
    desk = desk_at("running")
    record(desk)
    listed = desk.page(f"/{YEAR}/matters", CLERK)
    assert [a.get("href") for a in listed.cssselect("tbody th a")] == [f"/{YEAR}/matters/finding/{GENERAL}/1"]
    desk.city.do("finding", person(CLERK), action="drop", subject=f"finding:{YEAR}:{GENERAL}:1")
    assert "没有要办的事项" in desk.page(f"/{YEAR}/matters", CLERK).text_content()
    assert desk.page(f"/{YEAR}/matters/finding", CLERK).cssselect("tbody th a")


def test_a_script_in_a_text_stays_text(desk_at: DeskAt) -> None:
    desk = desk_at("running")
    path = record(desk, text=SCRIPT)
    for page in (path, f"/{YEAR}/matters", f"/{YEAR}/departments/{GENERAL}", "/history"):
        answer = desk.get(page, CLERK)
        assert answer.status_code == 200
        assert SCRIPT not in answer.text, page


def test_a_department_applies_for_a_bonus_and_follows_it(desk_at: DeskAt) -> None:
    desk = desk_at("running")
    who = LIAISON[GENERAL]
    page = desk.page(f"/{YEAR}/matters/bonus", who)
    assert [one.get("value") for one in page.cssselect("select[name=department] option")] == [GENERAL]
    sent = {
        "year": str(YEAR),
        "department": GENERAL,
        "back": f"/{YEAR}/matters/bonus",
        "item": "score.bonus.national",
        "on": f"{YEAR}-01-08",
        "award": "先进集体",
        "granted_by": "上级机关",
        "collective": "1",
        "document": "表彰〔2025〕1号",
    }
    answer = desk.post("/do/bonus_apply", who, sent)
    assert answer.status_code == 303, answer.text
    shown = desk.page(f"/{YEAR}/matters/bonus/{GENERAL}/1", who).text_content()
    assert "先进集体" in shown
    assert "上级机关" in shown


def test_who_answers_for_a_duty_is_named_from_its_page(desk_at: DeskAt) -> None:
    desk = desk_at("ratified")
    path = f"/{YEAR}/matters/duty/{GENERAL}/1"
    offered = "/do/duty_assign_owner"
    links = [a.get("href").partition("?")[0] for a in desk.page(path, CLERK).cssselect("aside a")]
    assert links == [offered, "/do/duty_close"]
    assert offered not in desk.get(path, OFFICE_AT_HOME[GENERAL]).text
    asked = {"year": str(YEAR), "department": GENERAL, "number": "1", "back": path, "owner": INSPECTOR}
    assert desk.post(offered, CLERK, asked).headers["location"].startswith(path)
    assert desk.city.row(f"duty:{YEAR}:{GENERAL}:1").record["owner"] == INSPECTOR


def test_what_a_page_offers_to_begin_can_be_begun_by_whom_it_is_offered(desk_at: DeskAt) -> None:
    desk = desk_at("running")
    offered = set()
    for who in (CLERK, INSPECTOR, MEMBER, LIAISON[GENERAL]):
        for kind in KINDS:
            answer = desk.get(f"/{YEAR}/matters/{kind}", who)
            forms = read(answer).cssselect('form[action^="/do/"]') if answer.status_code == 200 else []
            for form in forms:
                offered.add((who, kind))
                fields = dict(form.form_values(), department=GENERAL)
                assert desk.get(form.get("action"), who, **fields).status_code == 200, (who, kind)
    at_home = desk.page(f"/{YEAR}/matters/finding", OFFICE_AT_HOME[GENERAL])
    assert GENERAL not in [one.get("value") for one in at_home.cssselect("select[name=department] option")]
    assert (LIAISON[GENERAL], "bonus") in offered
    assert (CLERK, "bonus") not in offered
    assert (CLERK, "finding") in offered


def test_a_kind_or_a_number_there_is_none_of_is_no_page(desk_at: DeskAt) -> None:
    desk = desk_at("running")
    for path in ("matters/nonsense", f"matters/finding/{GENERAL}/9", f"matters/finding/{GENERAL}/0"):
        assert desk.get(f"/{YEAR}/{path}", CLERK).status_code == 404, path


def test_nobody_is_named_by_the_first_of_the_list(desk_at: DeskAt) -> None:
    page = desk_at("running").page(f"/{YEAR}/matters/finding", INSPECTOR)
    (choice,) = page.cssselect("form[action='/do/finding_record'] select[name=department]")
    assert choice.get("required") is not None
    assert choice.cssselect("option")[0].get("value") == ""
    assert choice.cssselect("option[selected]") == []


def test_a_matter_tells_how_and_by_which_document_it_was_decided(desk_at: DeskAt) -> None:
    desk = desk_at("running")
    key = desk.city.apply(GENERAL)
    path = f"/{YEAR}/matters/bonus/{GENERAL}/{key.rpartition(':')[2]}"
    assert desk.page(path, CLERK).cssselect(".decided") == []
    desk.city.both("bonus", for_body("group"), subject=key, action="examine", text="情况属实")
    desk.city.both(
        "bonus", for_body("group", document="LDXZ-7", reason="<b>符合条件"), subject=key, action="approve"
    )
    for who in (CLERK, LIAISON[GENERAL]):
        (told,) = desk.page(path, who).cssselect(".decided")
        assert "LDXZ-7" in told.text_content()
        assert "<b>符合条件" in told.text_content()
        assert str(YEAR) in told.text_content()
