"""Figures of a rulebook changed: shown first with all that follows, then asked for on the version that was seen."""

from __future__ import annotations

from typing import Any

import pytest
from lxml import html

from cycle.board.figures import changed, figure_of
from tests.cast import CLERK, GENERAL, MEMBER, PAPER, REVIEWERS, WHY, book, person
from tests.held import YEAR
from tests.web.conftest import Desk, DeskAt
from tests.web.doorway import read
from workflows import corrections, rulebook

PATH = f"/{YEAR}/setup/change"
CAP = "score.bonus_cap"
FIRST, SECOND = "indicators.content.1.1", "indicators.content.1.2"
TWO = {f"v[{FIRST}]": "1", f"v[{SECOND}]": "3"}
GIVEN = {"reason": WHY, "document": PAPER}


def fields(page: html.HtmlElement, deed: str) -> dict[str, Any]:
    """The fields of the form of a deed as its page fills them in."""
    return next(found for form in page.forms if (found := dict(form.form_values())).get("do") == deed)


def look(desk: Desk, who: str, values: dict[str, str], path: str = PATH) -> Any:
    """Ask what would change, from the form as the page fills it in."""
    return desk.post(path, who, {**fields(desk.page(path, who), "look"), **GIVEN, **values})


@pytest.fixture
def desk(desk_at: DeskAt) -> Desk:
    made = desk_at("running")
    made.browser(CLERK)
    made.browser(MEMBER)
    return made


def test_any_figure_can_be_changed_and_the_reading_given_up_becomes_the_other() -> None:
    whole = rulebook.load()
    assert changed(whole, {one.path: one.value for one in whole.figures}).digest == whole.digest
    new = changed(whole, {CAP: "15"})
    assert (new.figure(CAP).value, new.figure(CAP).other) == ("15", ("5",))
    assert {figure_of(one.path) for one in corrections.differences(whole, new)} == {CAP}
    with pytest.raises(KeyError):
        changed(whole, {"score.nothing": "1"})


def test_what_would_change_is_shown_and_nothing_is_written(desk: Desk) -> None:
    before = desk.city.rows()
    answer = look(desk, CLERK, TWO)
    assert answer.status_code == 200
    ahead = read(answer).cssselect('section[aria-labelledby="ahead"]')[0]
    rows = [[cell.text_content() for cell in tr] for tr in ahead.cssselect("tbody tr")]
    assert rows == [["学习责任制", "2", "1"], ["学习保障", "2", "3"]]
    assert desk.city.rows() == before


def test_a_field_of_that_name_that_is_no_figure_changes_nothing(desk: Desk) -> None:
    answer = desk.post(PATH, CLERK, {**GIVEN, "do": "look", "v": "5"})
    assert answer.status_code == 422
    assert 'data-code="nothing_changed"' in answer.text


def test_a_figure_that_is_a_word_is_chosen_or_told_in_words(desk: Desk) -> None:
    page = desk.page(PATH, CLERK)
    (skips,) = page.cssselect('select[name="v[readings.skip_exempt_years]"]')
    assert [(one.get("value"), one.text) for one in skips.iter("option")] == [("true", "是"), ("false", "否")]
    (held,) = page.cssselect('input[name="v[consequences.talk_held_by]"]')
    assert "分管领导" in held.getparent().getparent().text_content()
    answer = look(desk, CLERK, {"v[readings.skip_exempt_years]": "false"})
    assert "否" in read(answer).cssselect('section[aria-labelledby="ahead"] tbody')[0].text_content()


def test_the_group_corrects_and_a_second_person_of_the_office_confirms(desk: Desk) -> None:
    sent = fields(read(look(desk, CLERK, TWO)), "change")
    told = desk.post(PATH, CLERK, sent)
    assert "waits=" in told.headers["location"]
    again = desk.post(PATH, CLERK, sent)
    assert again.headers["location"] == told.headers["location"]
    desk.city.confirm({"pending": told.headers["location"].rpartition("=")[2]})
    made = desk.city.last(f"cycle:{YEAR}")
    assert (made["action"], made["on_behalf_of"], made["document"]) == ("correct_rulebook", "group", PAPER)
    assert "1 分" in " ".join(
        desk.page(f"/{YEAR}/setup/rules", CLERK)
        .cssselect(f'tr[data-figure="{FIRST}"]')[0]
        .text_content()
        .split()
    )


def test_a_change_that_was_overtaken_is_kept_and_looked_at_anew(desk: Desk) -> None:
    sent = fields(read(look(desk, CLERK, TWO)), "change")
    theirs = {f"v[{FIRST}]": "1.5", f"v[{SECOND}]": "2.5"}
    other = desk.post(PATH, MEMBER, fields(read(look(desk, MEMBER, theirs)), "change"))
    desk.city.confirm({"pending": other.headers["location"].rpartition("=")[2]})
    answer = desk.post(PATH, CLERK, sent)
    assert answer.status_code == 409
    page = read(answer)
    assert page.cssselect('[data-code="conflict"]')
    anew = fields(page, "look")
    assert {name: anew[name] for name in (*TWO, *GIVEN)} == {**TWO, **GIVEN}
    ahead = read(desk.post(PATH, CLERK, anew))
    assert "waits=" in desk.post(PATH, CLERK, fields(ahead, "change")).headers["location"]


def test_marks_that_are_disturbed_are_named(desk_at: DeskAt) -> None:
    desk = desk_at("reviewing")
    desk.city.give_marks(GENERAL)
    answer = look(desk, MEMBER, TWO)
    page = read(answer)
    assert answer.status_code == 200, page.cssselect("main")[0].text_content()[:900]
    assert fields(page, "change").get("on_behalf_of") is None
    told = page.cssselect('section[aria-labelledby="ahead"]')[0].text_content()
    assert "3名成员要重新确认评分" in told
    assert desk.city.row(f"person:{REVIEWERS[0]}").record["name"] in told
    assert "学习责任制" in told


def test_a_doubtful_figure_is_confirmed_first_by_the_same_document(desk: Desk) -> None:
    refused = look(desk, CLERK, {f"v[{CAP}]": "15"})
    assert refused.status_code == 409
    page = read(refused)
    assert [one.get("data-code") for one in page.cssselect(".unmet [data-code]")] == ["figures_unconfirmed"]
    assert page.cssselect(f'input[name="v[{CAP}]"]')[-1].get("value") == "15"
    confirmed = desk.post(PATH, CLERK, fields(page, "confirm"))
    assert confirmed.status_code == 200
    assert fields(read(confirmed), "change")[f"v[{CAP}]"] == "15"
    made = desk.city.last("regulation:municipal")
    assert (made["action"], made["document"]) == ("confirm", PAPER)
    assert not read(look(desk, MEMBER, {f"v[{CAP}]": "14"})).cssselect("#unconfirmed")


def test_everything_wrong_is_told_beside_its_figure_and_what_was_typed_stays(desk: Desk) -> None:
    before = desk.city.rows()
    wrong = {f"v[{FIRST}]": "<script>", "v[deadlines.grace_days]": "一", "reason": "理由<b>"}
    answer = look(desk, CLERK, wrong)
    assert answer.status_code == 422
    page = read(answer)
    faulty = {one.get("name"): one.get("value") for one in page.cssselect('[aria-invalid="true"]')}
    assert faulty["v[deadlines.grace_days]"] == "一"
    assert page.cssselect("input[name=reason]")[0].get("value") == "理由<b>"
    unbalanced = look(desk, CLERK, {f"v[{FIRST}]": "1"})
    assert unbalanced.status_code == 422
    assert "本组各指标合计" in unbalanced.text
    assert desk.city.rows() == before


def test_nothing_changed_and_nothing_known_are_said(desk: Desk) -> None:
    same = look(desk, CLERK, {})
    assert (same.status_code, 'data-code="nothing_changed"' in same.text) == (422, True)
    assert look(desk, CLERK, {"v[score.nothing]": "1"}).status_code == 422
    assert desk.post(PATH, CLERK, {"do": "other"}).status_code == 404


def test_a_reason_and_a_document_are_asked_for_with_all_else_that_is_missing(desk: Desk) -> None:
    refused = look(desk, MEMBER, {**TWO, "reason": "", "document": ""})
    assert refused.status_code == 409
    assert {one.get("data-code") for one in read(refused).cssselect(".unmet [data-code]")} >= {
        "reason_missing",
        "document_missing",
    }


def test_a_change_of_what_was_seen_no_longer_stands_is_not_made(desk: Desk) -> None:
    sent = fields(read(look(desk, MEMBER, TWO)), "change")
    desk.city.both(
        "correct_rulebook",
        person(CLERK, on_behalf_of="group"),
        year=YEAR,
        rulebook=changed(book(), {"windows.midyear.opens": "07-02"}).content(),
        against=book().digest,
    )
    before = desk.city.rows()
    refused = desk.post(PATH, MEMBER, sent)
    assert refused.status_code == 409
    assert desk.city.rows() == before


def test_while_a_year_is_prepared_the_office_changes_it_and_the_group_approves_anew(desk_at: DeskAt) -> None:
    desk = desk_at("installed")
    desk.city.whole("prepare", YEAR, rulebook=book().content())
    desk.city.whole("approve_rulebook", YEAR, digest=book().digest)
    page = read(look(desk, CLERK, {"v[windows.plan.due]": f"{'02-20'}"}))
    assert "领导小组要重新批准" in page.text_content()
    done = desk.post(PATH, CLERK, fields(page, "change"))
    assert done.headers["location"].startswith(f"/{YEAR}/setup?done=")
    record = desk.city.row(f"cycle:{YEAR}").record
    assert record["rulebook_digest"] == changed(book(), {"windows.plan.due": "02-20"}).digest
    missing = desk.page(f"/{YEAR}/setup", CLERK).cssselect(".unmet [data-code]")
    assert [one.get("data-code") for one in missing] == ["rulebook_not_approved"]
    assert desk.post(PATH, MEMBER, {**fields(page, "change"), "once": "m"}).status_code == 403


def test_a_year_that_is_over_is_not_changed(desk_at: DeskAt) -> None:
    desk = desk_at("ratified")
    assert "细则现在不能更改" in desk.page(PATH, CLERK).text_content()
    assert desk.post(PATH, CLERK, {"do": "look", **TWO, **GIVEN}).status_code == 404
