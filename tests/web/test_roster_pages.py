"""The roster: departments and people looked up, one of each over time, and their entries registered and changed."""

from __future__ import annotations

from typing import Any

import pytest
from lxml import html

from tests.cast import (
    ADMIN,
    AUDITOR,
    CLERK,
    DEPARTMENTS,
    DISCIPLINE,
    GENERAL,
    HEAD,
    LIAISON,
    PAPER,
    REVIEWERS,
    person,
)
from tests.held import YEAR
from tests.web.conftest import Desk, DeskAt
from tests.web.doorway import read

NEW = {
    "id": "p-xin-lai",
    "name": "新来<b>",
    "email": "xin.lai@example.gov.cn",
    "home": GENERAL,
    "roles": ["department", "reviewer"],
    "lang": "zh",
}


@pytest.fixture
def desk(desk_at: DeskAt) -> Desk:
    made = desk_at("running")
    made.browser(CLERK)
    return made


def entry(page: html.HtmlElement) -> dict[str, Any]:
    """The form of an entry as its page fills it in."""
    found: dict[str, Any] = {}
    for name, value in page.forms[-1].form_values():
        found[name] = [*found.get(name, []), value] if name == "roles" else value
    return found


def listed(page: html.HtmlElement) -> list[str]:
    """Whom or what a list names, by id."""
    return [a.get("href").rpartition("/")[2] for a in page.cssselect("tbody th a")]


def test_departments_stand_there_with_who_holds_their_posts(desk: Desk) -> None:
    page = desk.page("/roster", CLERK)
    assert sorted(listed(page)) == sorted(DEPARTMENTS)
    row = next(
        tr for tr in page.cssselect("tbody tr") if GENERAL in listed(page) and GENERAL in tr.text_content()
    )
    for posts in (LIAISON, HEAD):
        assert row.cssselect(f'a[href="/roster/people/{posts[GENERAL]}"]')
    assert row.cssselect(f'a[href="/do/department_appoint?department={GENERAL}&back=/roster"]')


def test_a_department_is_found_by_its_name_and_by_who_serves_it(desk: Desk) -> None:
    head = desk.city.row(f"person:{HEAD[DISCIPLINE]}").record["name"]
    assert listed(desk.page("/roster", CLERK, q=head)) == [DISCIPLINE]
    assert listed(desk.page("/roster", CLERK, q=DISCIPLINE)) == [DISCIPLINE]
    assert "没有符合条件的部门" in desk.page("/roster", CLERK, q="<script>").text_content()


def test_a_post_nobody_holds_is_to_be_seen_at_once(desk: Desk) -> None:
    desk.city.do(
        "register_department", person(CLERK), id="xinbu", name="新部门", category="party", aliases=[]
    )
    page = desk.page("/roster", CLERK, only="vacant")
    assert listed(page) == ["xinbu"]
    assert page.text_content().count("空缺") >= 3


def test_one_department_shows_its_posts_and_names_over_time(desk: Desk) -> None:
    other = LIAISON[DISCIPLINE]
    act = person(CLERK)
    desk.city.do("appoint", act, department=GENERAL, post="liaison", person=other, on=f"{YEAR}-01-08")
    desk.city.do("rename", act, department=GENERAL, name="综合<i>办公室", on=f"{YEAR}-01-09")
    page = desk.page(f"/roster/departments/{GENERAL}", CLERK)
    held = page.cssselect('section[aria-labelledby="post-liaison"] tbody tr')
    told = [[td.text_content().strip() for td in tr] for tr in held]
    assert [row[1:] for row in told] == [
        [f"{YEAR}-01-08", "—", "在任"],
        ["建册起", f"{YEAR}-01-08", "已卸任"],
    ]
    assert other in told[0][0]
    assert LIAISON[GENERAL] in told[1][0]
    names = page.cssselect('section[aria-labelledby="names"] tbody th')
    assert names[0].text_content() == "综合<i>办公室"
    acts = {a.get("href").partition("?")[0] for a in page.cssselect('section[aria-labelledby="acts"] a')}
    assert acts == {
        f"/do/department_{one}" for one in ("appoint", "rename", "recategorise", "absorb", "dissolve")
    }
    for one in acts:
        assert desk.get(f"{one}?department={GENERAL}", CLERK).status_code == 200
    recategorise = desk.page(f"/do/department_recategorise?department={GENERAL}", CLERK)
    assert recategorise.cssselect("select[name=category] option[value=mass]")


def test_a_merged_department_leads_to_the_one_it_went_into(desk: Desk) -> None:
    act = person(CLERK)
    desk.city.do("merge", act, department=GENERAL, predecessors=[DISCIPLINE], on=f"{YEAR}-01-09")
    gone = desk.page(f"/roster/departments/{DISCIPLINE}", CLERK)
    assert gone.cssselect(f'a[href="/roster/departments/{GENERAL}"]')
    assert not gone.cssselect('section[aria-labelledby="acts"]')
    assert listed(desk.page("/roster", CLERK, state="closed")) == [DISCIPLINE]
    assert desk.page(f"/roster/departments/{GENERAL}", CLERK).cssselect(
        f'a[href="/roster/departments/{DISCIPLINE}"]'
    )


def test_people_are_found_by_role_and_by_name(desk: Desk) -> None:
    page = desk.page("/roster/people", CLERK, role="reviewer")
    assert set(REVIEWERS) <= set(listed(page))
    assert all("考核组成员" in tr.text_content() for tr in page.cssselect("tbody tr"))
    assert listed(desk.page("/roster/people", CLERK, q="hxf")) == [CLERK]
    own = desk.page(f"/roster/people/{LIAISON[GENERAL]}", CLERK)
    assert own.cssselect(f'section[aria-labelledby="posts"] a[href="/roster/departments/{GENERAL}"]')


def test_a_person_is_registered_once_a_second_person_confirms(desk: Desk) -> None:
    page = desk.page("/roster/new-person", CLERK)
    sent = {**entry(page), **NEW}
    told = desk.post("/roster/new-person", CLERK, sent)
    assert "waits=" in told.headers["location"]
    again = desk.post("/roster/new-person", CLERK, sent)
    assert again.headers["location"] == told.headers["location"]
    desk.city.confirm({"pending": told.headers["location"].rpartition("=")[2]})
    record = desk.city.row("person:p-xin-lai").record
    assert (record["roles"], record["name"]) == (["department", "reviewer"], "新来<b>")
    shown = desk.page("/roster/people", CLERK, q="p-xin-lai")
    assert listed(shown) == ["p-xin-lai"]
    assert not shown.cssselect("th b")


def test_what_is_wrong_with_an_entry_is_told_and_the_rest_is_kept(desk: Desk) -> None:
    before = desk.city.rows()
    wrong = {**NEW, "email": "nobody", "id": "P X"}
    answer = desk.post("/roster/new-person", CLERK, wrong)
    assert answer.status_code == 422
    page = read(answer)
    assert {one.get("id") for one in page.cssselect('[aria-invalid="true"]')} == {"email", "id"}
    assert entry(page)["roles"] == ["department", "reviewer"]
    assert entry(page)["name"] == "新来<b>"
    apart = desk.post("/roster/new-person", CLERK, {**NEW, "roles": ["admin", "office"]})
    assert apart.status_code == 409
    assert read(apart).cssselect('[data-code="roles_not_apart"]')
    assert desk.city.rows() == before


def test_a_change_holds_only_what_is_another_than_it_was(desk: Desk) -> None:
    who = REVIEWERS[0]
    path = f"/roster/people/{who}"
    stands = entry(desk.page(path, CLERK))
    assert stands["roles"] == desk.city.row(f"person:{who}").record["roles"]
    same = desk.post(path, CLERK, {**stands, "reason": "没改"})
    assert (same.status_code, 'data-code="nothing_changed"' in same.text) == (422, True)
    sent = {**stands, "roles": [*stands["roles"], "inspector"], "office_head": "1", "reason": "轮岗"}
    told = desk.post(path, CLERK, sent)
    desk.city.confirm({"pending": told.headers["location"].rpartition("=")[2]})
    made = desk.city.last(f"person:{who}")
    assert made["reason"] == "轮岗"
    assert made["data"]["record"] == {"roles": ["reviewer", "inspector"], "office_head": True}
    now = entry(desk.page(path, CLERK))
    assert now["office_head"] == "1"
    del now["office_head"]
    back = desk.post(path, CLERK, {**now, "reason": "卸任"})
    desk.city.confirm({"pending": back.headers["location"].rpartition("=")[2]})
    assert desk.city.last(f"person:{who}")["data"]["record"] == {"office_head": False}


def test_an_entry_without_any_role_is_refused_and_no_other_change_slips_through(desk: Desk) -> None:
    path = f"/roster/people/{REVIEWERS[0]}"
    stands = {name: value for name, value in entry(desk.page(path, CLERK)).items() if name != "roles"}
    for email in (stands["email"], "other@example.gov.cn"):
        refused = desk.post(path, CLERK, {**stands, "email": email, "reason": "卸任"})
        assert refused.status_code == 422
        page = read(refused)
        assert [one.text for one in page.cssselect("fieldset .wrong")] == ["没有填写"]
        assert entry(page).get("roles", []) == []
        assert entry(page)["email"] == email
    assert not desk.city.select("SELECT 1 FROM pending_act WHERE status = 'waiting'")


def test_a_change_without_a_reason_is_refused_with_what_was_filled_in(desk: Desk) -> None:
    path = f"/roster/people/{REVIEWERS[0]}"
    sent = {**entry(desk.page(path, CLERK)), "email": "other@example.gov.cn", "reason": ""}
    refused = desk.post(path, CLERK, sent)
    assert refused.status_code == 409
    page = read(refused)
    assert page.cssselect('[data-code="reason_missing"]')
    assert entry(page)["email"] == "other@example.gov.cn"


def test_a_department_is_registered_with_its_people(desk: Desk) -> None:
    page = desk.page("/roster/new-department", CLERK)
    people = [one.get("value") for one in page.cssselect("#post-leader option")]
    assert CLERK not in people
    sent = {
        **entry(page),
        "id": "xinbu",
        "name": "新部门",
        "category": "party",
        "aliases": "新部、XB",
        "since": f"{YEAR}-01-06",
        "posts[liaison]": LIAISON[GENERAL],
    }
    told = desk.post("/roster/new-department", CLERK, sent)
    assert told.headers["location"].startswith("/roster/departments/xinbu?done=")
    record = desk.city.row("department:xinbu").record
    assert record["aliases"] == ["新部", "XB"]
    assert record["posts"] == [{"post": "liaison", "person": LIAISON[GENERAL], "from": f"{YEAR}-01-06"}]
    taken = desk.post("/roster/new-department", CLERK, {**sent, "id": "xinbu-2", "once": "other"})
    assert taken.status_code == 409
    assert read(taken).cssselect('[data-code="name_taken"]')
    assert read(taken).cssselect("#post-liaison option[selected]")[0].get("value") == LIAISON[GENERAL]


def test_others_read_the_roster_and_enter_nothing(desk: Desk) -> None:
    before_reading = (
        "/roster",
        "/roster/people",
        f"/roster/departments/{GENERAL}",
        f"/roster/people/{CLERK}",
    )
    for who in (AUDITOR, ADMIN):
        for path in before_reading:
            page = desk.page(path, who)
            assert not page.cssselect('main form[method="post"], a[href^="/do/"], a.btn-primary'), path
    before = desk.city.rows()
    changed = {"name": "x", "reason": "y", "roles": "office"}
    for path, sent in (
        ("/roster/new-person", NEW),
        (f"/roster/people/{REVIEWERS[0]}", changed),
        ("/roster/new-department", {"id": "x", "name": "x", "category": "party"}),
    ):
        assert desk.post(path, AUDITOR, sent).status_code == 403, path
    for path in ("/roster/new-person", "/roster/new-department"):
        assert desk.get(path, AUDITOR).status_code == 403
    assert desk.city.rows() == before


def test_a_department_sees_no_roster_of_the_city(desk: Desk) -> None:
    who = LIAISON[GENERAL]
    for path in ("/roster", "/roster/people", f"/roster/departments/{GENERAL}", f"/roster/people/{CLERK}"):
        assert desk.get(path, who).status_code == 403, path
    assert desk.get("/roster/departments/nowhere", CLERK).status_code == 404
    assert desk.get("/roster/people/p-nobody", CLERK).status_code == 404
    assert desk.post("/roster/people/p-nobody", CLERK, {"name": "x"}).status_code == 404
    assert desk.post("/roster", CLERK, {"document": PAPER}).status_code == 405
