"""A form that somebody else saved or handed in meanwhile: both texts are shown, and nothing goes without a choice."""

from __future__ import annotations

from lxml.html import HtmlElement

from cycle.operations.forms import content_of
from tests.cast import GENERAL, HEAD, LIAISON, book, person
from tests.filled_forms import whole
from tests.held import YEAR, key_of
from tests.web.conftest import Desk, DeskAt
from tests.web.test_filing import SCRIPT, fields, path, plan, read
from workflows.scoring import show

KEY = key_of(GENERAL)
OURS = LIAISON[GENERAL]


def bound(page: HtmlElement) -> dict[str, str]:
    """The hidden fields of the form as the page has them."""
    return {one.get("name"): one.get("value") for one in page.cssselect("#filing > input[type=hidden]")}


def compared(page: HtmlElement) -> dict[str, tuple[str, str]]:
    """The parts that differ by name: what is saved, what was typed."""
    found = {}
    for row in page.cssselect("#compare tbody tr"):
        saved, typed = (
            " ".join(" ".join(one.text_content().split()) for one in cell.cssselect(".prose"))
            for cell in row.cssselect("td")
        )
        found[row.cssselect("th")[0].text_content()] = (saved, typed)
    return found


def kept(desk: Desk, form: str = "plan") -> dict[str, object]:
    """What is saved in the form."""
    with desk.city.service.database.read() as session:
        return dict(content_of(session, desk.city.form(GENERAL, form)))


def test_what_somebody_else_saved_is_shown_by_part_beside_what_was_typed(desk_at: DeskAt) -> None:
    desk = desk_at("running")
    page = desk.page(path(), OURS)
    desk.city.save(GENERAL, text=SCRIPT)
    sent = {**bound(page), **fields(plan(owner="督查科")), "do": "save", "content[text]": "我写的"}
    answer = read(desk.post(path(), OURS, sent))
    note = answer.cssselect(".note.red")[0].text_content()
    assert "已经过时" in note
    assert "10:00" in note
    assert compared(answer) == {
        "正文": (SCRIPT, "我写的"),
        "目标1": ("责任人 综合科", "责任人 督查科"),
    }
    assert not answer.cssselect("main script")
    assert [a.get("href") for a in answer.cssselect("#compare a")] == ["#text", "#target-1"]


def test_marks_that_would_be_blanked_are_shown_with_their_points_and_accounts(desk_at: DeskAt) -> None:
    desk = desk_at("reviewing")
    desk.city.move(GENERAL, "reopen", due="2025-12-18")
    page = desk.page(path("yearend"), OURS)
    theirs = whole("yearend", YEAR, book(), "别处写的报告")
    desk.city.move(GENERAL, "save_form", content=theirs)
    blank = {"text": "", "marks": {item: {"points": "", "account": ""} for item in theirs["marks"]}}
    answer = desk.post(path("yearend"), OURS, {**bound(page), **fields(blank), "do": "save"})
    assert answer.status_code == 409
    rows = compared(read(answer))
    assert len(rows) == 1 + len(book().indicators)
    first = book().indicators[0]
    assert rows["正文"] == ("别处写的报告", "空白")
    saved, typed = rows[first.zh]
    assert show(first.points) in saved
    assert "已完成" in saved
    assert typed.count("空白") == 2


def test_saving_again_is_refused_again_until_it_is_said_that_it_overwrites(desk_at: DeskAt) -> None:
    desk = desk_at("running")
    page = desk.page(path(), OURS)
    desk.city.save(GENERAL, text="别处先保存的")
    rows = len(desk.city.history(KEY))
    typed = {**fields(plan()), "content[text]": "我写的"}
    answer = read(desk.post(path(), OURS, {**bound(page), **typed, "do": "save"}))
    for did in ("save", "handover"):
        again = desk.post(path(), OURS, {**bound(answer), **typed, "do": did})
        assert again.status_code == 409, did
        assert len(compared(read(again))) == 1
    assert len(desk.city.history(KEY)) == rows
    values = [one.get("value") for one in answer.cssselect(".actionbar button")]
    assert values == ["drop", "overwrite"]
    over = desk.post(path(), OURS, {**bound(answer), **typed, "do": "overwrite"})
    assert over.status_code == 303
    assert kept(desk)["text"] == "我写的"
    assert not desk.page(path(), OURS).cssselect("#compare")


def test_what_is_saved_after_the_choice_was_shown_is_not_overwritten_by_it(desk_at: DeskAt) -> None:
    desk = desk_at("running")
    page = desk.page(path(), OURS)
    desk.city.save(GENERAL, text="别处先保存的")
    typed = {**fields(plan()), "content[text]": "我写的"}
    answer = read(desk.post(path(), OURS, {**bound(page), **typed, "do": "save"}))
    desk.city.save(GENERAL, text="又有人保存的")
    late = desk.post(path(), OURS, {**bound(answer), **typed, "do": "overwrite"})
    assert late.status_code == 409
    assert compared(read(late)) == {"正文": ("又有人保存的", "我写的")}
    assert kept(desk)["text"] == "又有人保存的"


def test_a_draft_begun_before_somebody_else_saved_says_so_whenever_it_is_shown(desk_at: DeskAt) -> None:
    desk = desk_at("running")
    page = desk.page(path(), OURS)
    desk.city.save(GENERAL, text="别处先保存的")
    typed = {**fields(plan()), "content[text]": "我写的"}
    assert desk.post(f"{path()}/draft", OURS, {**bound(page), **typed}).status_code == 200
    later = desk.page(path(), OURS)
    assert compared(later) == {"正文": ("别处先保存的", "我写的")}
    assert desk.post(path(), OURS, {**bound(later), **typed, "do": "save"}).status_code == 409
    more = read(desk.post(path(), OURS, {**bound(later), **typed, "do": "more"}))
    assert desk.post(path(), OURS, {**bound(more), **typed, "do": "save"}).status_code == 409
    assert kept(desk)["text"] == "别处先保存的"
    dropped = desk.post(path(), OURS, {**bound(later), **typed, "do": "drop"})
    assert dropped.status_code == 303
    after = desk.page(path(), OURS)
    assert not after.cssselect("#compare")
    assert after.cssselect("#f-text")[0].text.strip() == "别处先保存的"


def test_a_draft_of_what_is_saved_now_is_saved_without_more_ado(desk_at: DeskAt) -> None:
    desk = desk_at("running")
    desk.city.save(GENERAL, text="保存过的")
    typed = {**fields(plan()), "content[text]": "接着写的"}
    desk.post(f"{path()}/draft", OURS, {**bound(desk.page(path(), OURS)), **typed})
    page = desk.page(path(), OURS)
    assert not page.cssselect("#compare")
    assert desk.post(path(), OURS, {**bound(page), **typed, "do": "save"}).status_code == 303
    assert kept(desk)["text"] == "接着写的"


def test_who_hands_in_what_is_handed_in_already_is_told_by_whom_and_when(desk_at: DeskAt) -> None:
    desk = desk_at("running")
    desk.city.save(GENERAL)
    desk.city.move(GENERAL, "sign_off")
    page = desk.page(path(), OURS)
    desk.city.ask(GENERAL, "submit", person(HEAD[GENERAL]))
    typed = {**fields(plan(owner="督查科")), "content[text]": "晚了一步"}
    rows = len(desk.city.history(KEY))
    for did in ("submit", "save"):
        answer = desk.post(path(), OURS, {**bound(page), **typed, "do": did})
        assert answer.status_code == 409, did
        told = read(answer)
        note = told.cssselect(".note")[0].text_content()
        assert "年度计划已由王立群于" in note, did
        assert "10:00报送" in note, did
        assert "差1项" not in note, did
        assert compared(told)["正文"][1] == "晚了一步"
        assert compared(told)["目标1"] == ("责任人 综合科", "责任人 督查科")
        assert "晚了一步" not in told.cssselect("#text")[0].text_content()
    alike = read(desk.post(path(), OURS, {**bound(page), **fields(plan()), "do": "submit"}))
    assert "王立群" in alike.cssselect(".note")[0].text_content()
    assert not alike.cssselect("#compare")
    assert len(desk.city.history(KEY)) == rows


def test_who_withdraws_what_was_handed_in_meanwhile_finds_what_they_typed_as_a_draft(desk_at: DeskAt) -> None:
    desk = desk_at("running")
    desk.city.save(GENERAL)
    desk.city.move(GENERAL, "sign_off")
    page = desk.page(path(), OURS)
    desk.city.ask(GENERAL, "submit", person(HEAD[GENERAL]))
    typed = {**fields(plan(owner=SCRIPT)), "content[text]": "晚了一步"}
    told = read(desk.post(path(), OURS, {**bound(page), **typed, "do": "submit"}))
    sent = {one.get("name"): one.get("value") for one in told.cssselect("#sign input")}
    assert desk.post(path(), OURS, {**sent, "do": "withdraw"}).status_code == 303
    assert desk.city.state(GENERAL) == "plan.drafting"
    after = desk.page(path(), OURS)
    assert not after.cssselect("#compare")
    assert after.cssselect("#f-text")[0].text.strip() == "晚了一步"
    assert after.cssselect('[name="content[targets][1][owner]"]')[0].get("value") == SCRIPT
