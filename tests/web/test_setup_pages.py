"""A year prepared: what is missing and where it is mended, its rulebook, the next year, dates moved for all."""

from __future__ import annotations

from typing import Any

import pytest
from lxml import html

from cycle.board.figures import changed
from tests.cast import AUDITOR, CLERK, GENERAL, LIAISON, MEMBER, PAPER, WHY, City, book, person
from tests.held import COLLEAGUE, YEAR
from tests.web.conftest import Desk, DeskAt
from tests.web.doorway import read
from workflows import rulebook

SETUP = f"/{YEAR}/setup"
CAP = "score.bonus_cap"


def fields(page: html.HtmlElement, deed: str) -> dict[str, Any]:
    """The fields of the form of a deed as its page fills them in."""
    for form in page.forms:
        found = dict(form.form_values())
        if found.get("do") == deed:
            return found
    raise AssertionError(deed)


def codes(page: html.HtmlElement) -> list[str]:
    """The conditions that do not hold, in their order."""
    return [one.get("data-code") for one in page.cssselect(".unmet [data-code]")]


def prepared(city: City, year: int = YEAR) -> None:
    city.whole("prepare", year, rulebook=book().content())


@pytest.fixture
def desk(desk_at: DeskAt) -> Desk:
    """A year is being prepared: its figures are confirmed, nothing else is done."""
    made = desk_at("installed")
    prepared(made.city)
    made.browser(CLERK)
    return made


def test_each_obstacle_leads_to_where_it_is_mended_and_the_rest_is_told_as_met(desk: Desk) -> None:
    page = desk.page(SETUP, CLERK)
    assert codes(page) == ["rulebook_not_approved"]
    met = [one.get("data-met") for one in page.cssselect("[data-met]")]
    assert "figures_unconfirmed" in met
    assert "post_vacant" in met
    assert page.cssselect(".unmet [data-code] a")[0].get("href") == "#approve"
    assert page.cssselect("#approve")
    assert page.cssselect("button[aria-disabled]")
    assert not page.cssselect('a[href^="/do/cycle_open"]')


def test_every_kind_of_obstacle_has_its_way_on(desk_at: DeskAt) -> None:
    desk = desk_at("registered")
    desk.city.at("2027-01-02")
    prepared(desk.city, 2027)
    desk.city.do("leave", person(CLERK), id=COLLEAGUE, on="2027-01-02")
    page = desk.page("/2027/setup", CLERK)
    ways = {
        one.get("data-code"): [a.get("href") for a in one.cssselect("a")]
        for one in page.cssselect("[data-code]")
    }
    assert ways["year_before_unknown"] == [
        "/imports/results?year=2026",
        "/do/cycle_declare_unrecorded?year=2026&back=/2027/setup",
    ]
    assert ways["calendar_missing"] == [
        "/do/calendar_import?year=2027&back=/2027/setup",
        "/do/cycle_accept_provisional_calendar?year=2027&back=/2027/setup",
    ]
    for path in [href for hrefs in ways.values() for href in hrefs if href.startswith("/")]:
        assert desk.get(path, CLERK).status_code == 200, path


def test_the_group_approves_the_very_text_it_was_shown(desk: Desk) -> None:
    sent = {**fields(desk.page(SETUP, MEMBER), "approve"), "document": PAPER}
    assert sent["digest"] == book().digest
    assert "on_behalf_of" not in sent
    told = desk.post(SETUP, MEMBER, sent)
    assert told.status_code == 303
    again = desk.post(SETUP, MEMBER, sent)
    assert again.headers["location"] == told.headers["location"]
    history = desk.city.history(f"cycle:{YEAR}")
    assert [one["action"] for one in history] == ["prepare", "approve_rulebook"]
    page = desk.page(SETUP, CLERK)
    assert codes(page) == []
    assert page.cssselect(f'a[href="/do/cycle_open?year={YEAR}&back=/{YEAR}/board"]')
    assert not page.cssselect("#approve")


def test_on_behalf_of_the_group_a_second_person_is_waited_for(desk: Desk) -> None:
    sent = {**fields(desk.page(SETUP, CLERK), "approve"), "document": PAPER}
    assert sent["on_behalf_of"] == "group"
    assert "?waits=" in desk.post(SETUP, CLERK, sent).headers["location"]
    assert desk.city.last(f"cycle:{YEAR}")["action"] == "prepare"


def test_another_text_than_was_shown_is_not_approved_and_what_was_typed_stays(desk: Desk) -> None:
    sent = {**fields(desk.page(SETUP, MEMBER), "approve"), "document": "文件<script>"}
    refused = desk.post(SETUP, MEMBER, {**sent, "digest": rulebook.load().digest})
    assert refused.status_code == 409
    page = read(refused)
    assert page.cssselect(".note.red [data-code]")
    assert page.cssselect("#document")[0].get("value") == "文件<script>"
    assert not page.cssselect("main script")


def test_the_next_year_begins_with_the_rulebook_of_an_earlier_one(desk_at: DeskAt) -> None:
    desk = desk_at("running")
    sent = fields(desk.page(SETUP, CLERK), "prepare")
    assert (sent["new_year"], sent["from"]) == (str(YEAR + 1), str(YEAR))
    told = desk.post(SETUP, CLERK, sent)
    assert told.headers["location"].startswith(f"/{YEAR + 1}/setup?done=")
    assert "已办：筹备年度" in desk.browser(CLERK).get(told.headers["location"]).text
    assert desk.city.row(f"cycle:{YEAR + 1}").record["rulebook_digest"] == book().digest
    assert not [
        one for one in desk.page(SETUP, CLERK).forms if dict(one.form_values()).get("do") == "prepare"
    ]


@pytest.mark.parametrize("year", ["", "二〇二六", "99999", "0026"])
def test_a_year_that_is_none_is_not_prepared(desk_at: DeskAt, year: str) -> None:
    desk = desk_at("running")
    desk.browser(CLERK)
    before = desk.city.rows()
    answer = desk.post(SETUP, CLERK, {"do": "prepare", "new_year": year, "from": ""})
    assert answer.status_code == 422
    assert read(answer).cssselect("#new_year")[0].get("aria-invalid") == "true"
    assert desk.city.rows() == before


def test_a_city_without_a_year_is_shown_how_to_begin(desk_at: DeskAt) -> None:
    desk = desk_at("registered")
    page = desk.page(SETUP, CLERK)
    assert f"{YEAR}年度还没有筹备" in page.text_content()
    assert fields(page, "prepare")["new_year"] == str(YEAR)


def test_the_rulebook_stands_there_figure_by_figure_with_what_each_rests_on(desk: Desk) -> None:
    page = desk.page(f"{SETUP}/rules", CLERK)
    rows = {one.get("data-figure"): one for one in page.cssselect("[data-figure]")}
    assert sorted(rows) == sorted(figure.path for figure in book().figures)
    cap = [td.text_content().strip() for td in rows[CAP].cssselect("td, th")]
    assert cap == ["score.bonus.cap", "加分上限", "5 分", "有歧义", "15 分", "✓ 已确认"]
    assert "分管领导" in rows["consequences.talk_held_by"].text_content()
    assert "−20 %" in rows["award_rates.failed"].text_content()
    ours = desk.page(f"{SETUP}/rules", CLERK, show="ours")
    assert {one.get("data-figure") for one in ours.cssselect("[data-figure]")} == {
        figure.path for figure in book().figures if figure.evidence == "ours"
    }
    assert "没有要确认的数字" in desk.page(f"{SETUP}/rules", CLERK, show="to_confirm").text_content()


def test_doubtful_figures_are_confirmed_by_a_document_several_at_once(desk_at: DeskAt) -> None:
    desk = desk_at("registered")
    desk.city.do("prepare", person(CLERK), year=YEAR, rulebook=_other().content())
    path = f"{SETUP}/rules?show=to_confirm"
    desk.browser(CLERK)
    page = desk.page(f"{SETUP}/rules", CLERK, show="to_confirm")
    assert [one.get("data-figure") for one in page.cssselect("[data-figure]")] == [CAP]
    assert page.cssselect("tr[data-figure] button[name=only]")
    none = desk.post(path, CLERK, {"document": PAPER})
    assert (none.status_code, 'data-code="none_picked"' in none.text) == (422, True)
    refused = desk.post(path, CLERK, {"pick": [CAP, "windows.plan.due"], "once": "a"})
    assert refused.status_code == 409
    assert "确认2处：办成0，未办2" in refused.text
    before = desk.city.rows()
    sent = {"pick": [CAP], "document": "会议纪要<b>", "once": "b"}
    done = desk.post(path, CLERK, sent)
    assert done.status_code == 200
    assert "✓ 已确认" in read(done).cssselect(f'tr[data-figure="{CAP}"]')[0].text_content()
    desk.post(path, CLERK, sent)
    assert desk.city.rows() == before + 1
    made = desk.city.last("regulation:municipal")
    assert (made["action"], made["actor"], made["document"]) == ("confirm", CLERK, "会议纪要<b>")


def _other() -> rulebook.Rulebook:
    return changed(book(), {CAP: "15"})


def test_a_date_is_moved_for_all_after_it_was_shown_whom_it_moves(desk_at: DeskAt) -> None:
    desk = desk_at("running")
    path = f"{SETUP}/dates"
    given = {"stage": "plan", "due": f"{YEAR}-03-05", "reason": WHY, "document": PAPER}
    desk.browser(CLERK)
    before = desk.city.rows()
    shown = desk.post(path, CLERK, {**fields(desk.page(path, CLERK), "look"), **given})
    assert shown.status_code == 200
    page = read(shown)
    assert "3个部门改期" in page.text_content()
    assert f"{YEAR}-02-28 → {YEAR}-03-05" in page.text_content()
    assert desk.city.rows() == before
    sent = fields(page, "move")
    assert {name: sent[name] for name in given} == given
    waits = desk.post(path, CLERK, sent)
    assert "waits=" in waits.headers["location"]
    desk.city.confirm({"pending": waits.headers["location"].rpartition("=")[2]})
    assert desk.city.last(f"cycle:{YEAR}")["action"] == "move_dates"
    assert f"{YEAR}-02-28" in desk.page(path, CLERK).cssselect("table")[0].text_content()


def test_a_date_that_cannot_be_moved_is_refused_with_everything_in_the_way(desk_at: DeskAt) -> None:
    desk = desk_at("running")
    path = f"{SETUP}/dates"
    bad = {"do": "look", "stage": "plan", "due": f"{YEAR}-01-05"}
    refused = desk.post(path, CLERK, bad)
    assert refused.status_code == 409
    assert set(codes(read(refused))) >= {"due_not_later", "due_past"}
    assert read(refused).cssselect("#due")[0].get("value") == f"{YEAR}-01-05"
    assert desk.post(path, CLERK, {"do": "look", "stage": "plan", "due": "x"}).status_code == 422
    assert desk.post(path, CLERK, {"do": "other"}).status_code == 404


@pytest.mark.parametrize("part", ["", "/rules", "/change", "/dates"])
def test_setup_is_read_by_those_who_see_the_whole_and_done_by_the_office(desk_at: DeskAt, part: str) -> None:
    desk = desk_at("running")
    assert desk.get(f"{SETUP}{part}", AUDITOR).status_code == 200
    assert desk.get(f"{SETUP}{part}", MEMBER).status_code == 200
    assert desk.get(f"{SETUP}{part}", LIAISON[GENERAL]).status_code == 403
    assert desk.get(f"{SETUP}{part}").headers["location"].startswith("/sign-in")
    page = desk.page(f"{SETUP}{part}", AUDITOR)
    assert not page.cssselect("main input[type=text], main textarea, main button.btn-primary")
    before = desk.city.rows()
    sent = {
        "do": {"": "prepare", "/rules": "", "/change": "look", "/dates": "move"}[part],
        "new_year": str(YEAR + 1),
        "pick": CAP,
        "stage": "plan",
        "due": f"{YEAR}-03-05",
        "reason": WHY,
        "document": PAPER,
        f"v[{CAP}]": "15",
    }
    for who in (AUDITOR, LIAISON[GENERAL]):
        assert desk.post(f"{SETUP}{part}", who, sent).status_code == 403, who
    assert desk.city.rows() == before


def test_years_there_are_none_of_have_no_dates_and_no_change(desk_at: DeskAt) -> None:
    desk = desk_at("running")
    for path in ("/2033/setup/dates", "/2033/setup/change"):
        assert desk.get(path, CLERK).status_code == 404
    assert desk.get("/2033/setup/rules", CLERK).status_code == 200
