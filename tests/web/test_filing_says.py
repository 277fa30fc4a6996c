"""What the page of a form says of what was typed: nothing to save, points that are none, what is left to do."""

from __future__ import annotations

import pytest

from cycle.web.doing import BY_NAME
from cycle.web.forms import Unusable, sent
from tests.cast import CLERK, GENERAL, HEAD, LIAISON, book, person
from tests.held import YEAR, key_of
from tests.web.conftest import DeskAt
from tests.web.every_page import PAGES
from tests.web.test_filing import path, read, send

HOME = f"/{YEAR}/home"


def test_saving_an_empty_form_says_that_there_is_nothing_and_still_what_is_missing(desk_at: DeskAt) -> None:
    desk = desk_at("running")
    told = send(desk, "save", LIAISON[GENERAL], {"text": ""})
    page = desk.page(told.headers["location"], LIAISON[GENERAL])
    notes = [one.text_content() for one in page.cssselect(".note")]
    assert any("还什么都没有填" in one for one in notes)
    assert not any("没有改动" in one for one in notes)
    assert any("报送还差1项" in one for one in notes)
    assert [row["action"] for row in desk.city.history(key_of(GENERAL))] == ["open_plan"]


@pytest.mark.parametrize("typed", ["五", "abc", "1e1", "4.555"])
def test_points_that_are_none_are_refused_by_how_they_are_to_be_written(desk_at: DeskAt, typed: str) -> None:
    desk = desk_at("reviewing")
    desk.city.move(GENERAL, "reopen", due="2025-12-18")
    first = book().indicators[0].id
    given = {"do": "save", f"content[marks][{first}][points]": typed}
    page = read(desk.post(path("yearend"), LIAISON[GENERAL], given))
    (wrong,) = page.cssselect("td .wrong")
    assert "填数字，最多两位小数" in wrong.text_content()
    (entry,) = page.cssselect('.note.red [data-code="self_mark_malformed"]')
    assert "填数字，最多两位小数" in entry.text_content()
    assert "表样" not in page.text_content()


@pytest.mark.parametrize("typed", ["一半", "40.5", "-1", "101"])
def test_progress_that_is_none_is_refused_by_what_it_may_be(typed: str) -> None:
    with pytest.raises(Unusable) as refused:
        sent(BY_NAME["appraisal_report_progress"], [("progress[1][percent]", typed)], "zh")
    assert refused.value.faults == {"progress[1][percent]": "应为0至100的整数，如60"}


def test_what_waits_for_the_signature_leads_to_signing_not_to_filling_in(desk_at: DeskAt) -> None:
    desk = desk_at("running")
    desk.city.save(GENERAL)
    for page in (desk.page(HOME, HEAD[GENERAL]), desk.page(path(), HEAD[GENERAL])):
        (link,) = page.cssselect('[data-code="form_unsigned"] a')
        assert (link.text_content(), link.get("href")) == ("去签批", f"{path()}#sign")


def test_the_button_says_begin_until_something_is_written(desk_at: DeskAt) -> None:
    desk = desk_at("running")
    liaison = LIAISON[GENERAL]

    def buttons() -> set[str]:
        page = desk.page(HOME, liaison)
        return {one.text_content() for one in page.cssselect(f'a.btn-primary[href="{path()}"]')}

    assert buttons() == {"开始填报"}
    desk.post(f"{path()}/draft", liaison, {"content[text]": "写了一点"})
    assert buttons() == {"继续填报"}
    desk.post(path(), liaison, {"do": "save", "content[text]": "写了一点"})
    assert buttons() == {"继续填报"}


def test_english_titles_and_headings_begin_with_a_capital(desk_at: DeskAt) -> None:
    desk = desk_at("reviewing")
    acts = [
        (f"/do/{act}?year={YEAR}&department={GENERAL}&back=/", CLERK)
        for act in ("finding_record", "mail_pause")
    ]
    about = {"department": GENERAL, "year": YEAR, "on": "2025-01-10", "text": "台账不全"}
    found = {**about, "item": "score.deduct.1", "source": "open_visit", "severity": "ordinary"}
    desk.city.do("finding", person(CLERK), action="record", **found)
    low = []
    for at, who in (*PAGES, *acts, (f"/{YEAR}/matters/finding/{GENERAL}/1", CLERK)):
        desk.speak(who, "en")
        answer = desk.get(at, who)
        if answer.is_success:
            said = [one.text_content() for one in read(answer).cssselect("title, h1")]
            low += [(at, one) for one in said if one[:1].islower()]
        else:
            assert answer.is_redirect, at
    assert low == []


def test_a_request_for_more_time_is_a_sentence_that_may_wrap(desk_at: DeskAt) -> None:
    desk = desk_at("running")
    send(desk, "ask_extension", LIAISON[GENERAL], due="2025-03-10", reason="数据未到")
    (lamp,) = desk.page(path(), LIAISON[GENERAL]).cssselect("#extension .lamp")
    assert "text-wrap" in lamp.get("class").split()
