"""A form as the department writes it, its head signs it and it is handed in; drafts, returns, more time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from httpx2 import Response
from lxml import html
from lxml.html import HtmlElement

from cycle.operations.forms import content_of
from tests.cast import (
    CLERK,
    DISCIPLINE,
    FOURTH_REVIEWER,
    GENERAL,
    HEAD,
    LEADER,
    LIAISON,
    REVIEWERS,
    book,
    codes,
    person,
)
from tests.filled_forms import target, whole
from tests.held import YEAR, key_of
from tests.web.conftest import Desk, DeskAt

SCRIPT = "<script>alert(1)</script>"
KEY = key_of(GENERAL)


def path(form: str = "plan", department: str = GENERAL, year: int = YEAR) -> str:
    return f"/{year}/departments/{department}/forms/{form}"


def fields(content: Mapping[str, Any]) -> dict[str, str]:
    """A content as its page's fields; points in hundredths become what people type."""
    found = {"content[text]": content.get("text", "")}
    for name in ("targets", "marks"):
        for key, entry in content.get(name, {}).items():
            for inner, value in entry.items():
                typed = f"{value / 100:.2f}" if isinstance(value, int) else value
                found[f"content[{name}][{key}][{inner}]"] = typed
    return found


def send(desk: Desk, did: str, who: str, content: Mapping[str, Any] | None = None, **more: str) -> Response:
    """Send the form from the page as it is now shown to them."""
    page = desk.page(path(), who)
    shown = page.cssselect("input[name=seen]")
    bound = {one.get("name"): one.get("value") for one in page.cssselect("input[name=digest]")}
    seen = {"seen": shown[0].get("value")} if shown else {}
    given = fields(content) if content is not None else {}
    return desk.post(path(), who, {"do": did, **seen, **bound, **given, **more})


def plan(**changes: str) -> dict[str, Any]:
    """A whole plan."""
    return {**whole("plan", YEAR, book()), "targets": {"1": target(YEAR, **changes)}}


def read(answer: Response) -> HtmlElement:
    return html.fromstring(answer.text)


def test_a_plan_is_saved_signed_handed_in_and_withdrawn_without_any_script(desk_at: DeskAt) -> None:
    desk = desk_at("running")
    liaison, head = LIAISON[GENERAL], HEAD[GENERAL]
    saved = send(desk, "save", liaison, plan())
    assert saved.status_code == 303
    assert "已办：保存" in desk.page(saved.headers["location"], liaison).cssselect(".note")[0].text_content()
    assert desk.city.form(GENERAL, "plan").get("gaps") is None
    assert send(desk, "handover", liaison, plan()).status_code == 303
    reading = desk.page(path(), head)
    assert not reading.cssselect("textarea[name^=content]")
    assert "办理时限压缩三成" in reading.text_content()
    assert send(desk, "sign_off", head).status_code == 303
    assert send(desk, "submit", liaison, plan()).status_code == 303
    assert desk.city.state(GENERAL) == "plan.submitted"
    assert [row["action"] for row in desk.city.history(KEY)] == [
        "open_plan",
        "save_form",
        "hand_over",
        "sign_off",
        "submit",
    ]
    assert send(desk, "withdraw", liaison).status_code == 303
    assert desk.city.state(GENERAL) == "plan.drafting"


def test_the_head_is_told_once_of_each_text_that_waits_for_the_signature(desk_at: DeskAt) -> None:
    desk = desk_at("running")
    liaison = LIAISON[GENERAL]

    def told() -> list[tuple[str, ...]]:
        return desk.city.select("SELECT recipient, title FROM outbox WHERE kind = 'to_sign' ORDER BY number")

    assert send(desk, "save", liaison, plan()).status_code == 303
    assert told() == []
    assert send(desk, "handover", liaison, plan()).status_code == 303
    ((who, title),) = told()
    assert who == HEAD[GENERAL]
    assert "已送王立群签批" in desk.page(path(), liaison).cssselect("aside")[0].text_content()
    assert "办公室年度计划已填写完整，请签批" in title
    again = send(desk, "handover", liaison, plan())
    assert "没有改动" in desk.page(again.headers["location"], liaison).text_content()
    assert len(told()) == 1
    assert send(desk, "handover", liaison, plan(owner="督查科")).status_code == 303
    assert len(told()) == 2


def test_an_incomplete_form_is_not_handed_over_nor_is_one_handed_over_twice(desk_at: DeskAt) -> None:
    desk = desk_at("running")
    liaison = LIAISON[GENERAL]
    send(desk, "save", liaison, {"text": "正文"})
    assert codes(lambda: desk.city.ask(GENERAL, "hand_over", person(liaison))) == ["form_entry_missing"]
    send(desk, "handover", liaison, plan())
    assert codes(lambda: desk.city.ask(GENERAL, "hand_over", person(liaison))) == ["form_handed_over"]
    desk.city.move(GENERAL, "sign_off")
    desk.city.move(GENERAL, "submit")
    desk.city.move(GENERAL, "send_back", due="2025-03-07")
    assert desk.city.ask(GENERAL, "hand_over", person(liaison))["number"]


def test_a_head_who_hands_over_to_themselves_gets_no_letter(desk_at: DeskAt) -> None:
    desk = desk_at("running")
    desk.city.save(GENERAL)
    desk.city.ask(GENERAL, "hand_over", person(HEAD[GENERAL]))
    assert desk.city.select("SELECT 1 FROM outbox WHERE kind = 'to_sign'") == []


def test_what_is_missing_is_listed_with_its_place_and_what_was_typed_is_saved(desk_at: DeskAt) -> None:
    desk = desk_at("running")
    content = {"text": "正文", "targets": {"1": {"text": "压缩时限"}}}
    answer = send(desk, "handover", LIAISON[GENERAL], content)
    assert answer.status_code == 409
    note = read(answer).cssselect(".note.red")[0]
    assert "还不能送签批，差1项" in note.text_content()
    assert [a.get("href") for a in note.cssselect("a")] == ["#target-1"]
    assert desk.city.last(KEY)["action"] == "save_form"


def test_a_fault_is_told_at_its_field_and_nothing_typed_is_lost(desk_at: DeskAt) -> None:
    desk = desk_at("reviewing")
    desk.city.move(GENERAL, "reopen", due="2025-12-18")
    rows = len(desk.city.history(KEY))
    first = book().indicators[0]
    typed = {
        f"content[marks][{first.id}][points]": "9.00",
        f"content[marks][{book().indicators[1].id}][points]": "一分半",
        "content[text]": SCRIPT,
    }
    answer = desk.post(path("yearend"), LIAISON[GENERAL], {"do": "save", **typed})
    assert answer.status_code == 409
    page = read(answer)
    wrong = page.cssselect('input[aria-invalid="true"]')
    assert [(one.get("name"), one.get("value")) for one in wrong] == list(typed.items())[:2]
    assert page.cssselect("#f-text")[0].text.strip() == SCRIPT
    assert page.cssselect(f"#m-{first.id.replace('.', chr(92) + '.')}-wrong")
    assert len(desk.city.history(KEY)) == rows


def test_points_and_days_are_read_as_people_write_them(desk_at: DeskAt) -> None:
    desk = desk_at("running")
    send(desk, "save", LIAISON[GENERAL], plan(due="2025/9/5"))
    with desk.city.service.database.read() as session:
        kept = content_of(session, desk.city.form(GENERAL, "plan"))
    assert kept["targets"]["1"]["due"] == "2025-09-05"


def test_saving_what_stands_there_already_writes_nothing(desk_at: DeskAt) -> None:
    desk = desk_at("running")
    send(desk, "save", LIAISON[GENERAL], plan())
    desk.city.move(GENERAL, "sign_off")
    rows = len(desk.city.history(KEY))
    told = send(desk, "save", LIAISON[GENERAL], plan())
    assert "没有改动" in desk.page(told.headers["location"], LIAISON[GENERAL]).text_content()
    assert len(desk.city.history(KEY)) == rows


def test_a_form_sent_twice_is_saved_once(desk_at: DeskAt) -> None:
    desk = desk_at("running")
    page = desk.page(path(), LIAISON[GENERAL])
    bound = {one.get("name"): one.get("value") for one in page.cssselect("#filing > input")}
    sent = {**bound, "do": "save", **fields(plan())}
    assert desk.post(path(), LIAISON[GENERAL], sent).status_code == 303
    rows = len(desk.city.history(KEY))
    assert desk.post(path(), LIAISON[GENERAL], sent).status_code in (303, 409)
    assert len(desk.city.history(KEY)) == rows


def test_the_head_signs_only_what_was_read(desk_at: DeskAt) -> None:
    desk = desk_at("running")
    desk.city.save(GENERAL)
    reading = desk.page(path(), HEAD[GENERAL])
    shown = {one.get("name"): one.get("value") for one in reading.cssselect("#sign input")}
    assert shown["digest"] == desk.city.form(GENERAL, "plan")["text"]
    desk.city.save(GENERAL, text="趁人不备改过的")
    answer = desk.post(path(), HEAD[GENERAL], {**shown, "do": "sign_off"})
    assert answer.status_code == 409
    assert "已经过时" in answer.text
    assert "signed" not in desk.city.form(GENERAL, "plan")


def test_what_happens_beside_a_form_does_not_keep_it_from_being_signed(desk_at: DeskAt) -> None:
    desk = desk_at("running")
    desk.city.save(GENERAL)
    reading = desk.page(path(), HEAD[GENERAL])
    shown = {one.get("name"): one.get("value") for one in reading.cssselect("#sign input")}
    desk.city.move(GENERAL, "chase")
    assert desk.post(path(), HEAD[GENERAL], {**shown, "do": "sign_off"}).status_code == 303


def test_the_head_may_write_in_it_and_sign_what_was_typed_in_one_step(desk_at: DeskAt) -> None:
    desk = desk_at("running")
    desk.city.save(GENERAL)
    page = desk.page(f"{path()}?write=1", HEAD[GENERAL])
    bound = {one.get("name"): one.get("value") for one in page.cssselect("#filing > input")}
    told = desk.post(path(), HEAD[GENERAL], {**bound, **fields(plan(owner="办公室")), "do": "sign_off"})
    assert told.status_code == 303
    form = desk.city.form(GENERAL, "plan")
    assert form["signed"] == form["text"]
    assert [row["action"] for row in desk.city.history(KEY)][-2:] == ["save_form", "sign_off"]


def test_who_comes_second_keeps_what_they_typed_and_is_told_so(desk_at: DeskAt) -> None:
    desk = desk_at("running")
    page = desk.page(path(), LIAISON[GENERAL])
    bound = {one.get("name"): one.get("value") for one in page.cssselect("#filing > input")}
    desk.city.save(GENERAL, text="别处先保存的")
    rows = len(desk.city.history(KEY))
    answer = desk.post(path(), LIAISON[GENERAL], {**bound, "do": "save", "content[text]": "我写的"})
    assert answer.status_code == 409
    assert "已经过时" in answer.text
    assert read(answer).cssselect("#f-text")[0].text.strip() == "我写的"
    assert len(desk.city.history(KEY)) == rows
    assert desk.page(path(), LIAISON[GENERAL]).cssselect("#f-text")[0].text.strip() == "我写的"


def test_a_draft_is_kept_while_somebody_types_and_is_nobody_elses(desk_at: DeskAt) -> None:
    desk = desk_at("running")
    rows = len(desk.city.history(KEY))
    kept = desk.post(f"{path()}/draft", LIAISON[GENERAL], fields(plan(text="还在写")))
    assert kept.status_code == 200
    assert "已存草稿10:00" in kept.text
    assert "<html" not in kept.text
    page = desk.page(path(), LIAISON[GENERAL])
    assert page.cssselect('[name="content[targets][1][text]"]')[0].text.strip() == "还在写"
    assert "草稿" in page.cssselect("form.note")[0].text_content()
    assert "还在写" not in desk.get(f"{path()}?write=1", HEAD[GENERAL]).text
    assert len(desk.city.history(KEY)) == rows
    dropped = desk.post(path(), LIAISON[GENERAL], {"do": "drop"})
    assert dropped.status_code == 303
    assert "还在写" not in desk.get(path(), LIAISON[GENERAL]).text


def test_a_draft_that_cannot_be_kept_says_why_in_its_place(desk_at: DeskAt) -> None:
    desk = desk_at("running")
    long = desk.post(f"{path()}/draft", LIAISON[GENERAL], {"content[text]": "a" * 200_001})
    assert "草稿没有存上" in long.text
    assert "太长" in long.text
    assert desk.post(f"{path('midyear')}/draft", LIAISON[GENERAL], fields({})).status_code == 404
    assert desk.post(f"{path()}/draft", CLERK, fields({})).status_code == 200
    assert "草稿没有存上" in desk.post(f"{path()}/draft", CLERK, fields({})).text
    assert desk.post(f"{path()}/draft", LIAISON[DISCIPLINE], fields({})).status_code == 404
    assert desk.get(f"{path()}/draft", LIAISON[GENERAL]).status_code == 405


def test_more_targets_are_made_room_for_and_what_was_typed_stays(desk_at: DeskAt) -> None:
    desk = desk_at("running")
    rows = len(desk.city.history(KEY))
    assert len(desk.page(path(), LIAISON[GENERAL]).cssselect("fieldset.target")) == 3
    answer = send(desk, "more", LIAISON[GENERAL], {"text": "写了一半", "targets": {"1": {"text": SCRIPT}}})
    page = read(answer)
    assert len(page.cssselect("fieldset.target")) == 7
    assert page.cssselect("#f-text")[0].text.strip() == "写了一半"
    assert page.cssselect('[name="content[targets][1][text]"]')[0].text.strip() == SCRIPT
    assert len(desk.city.history(KEY)) == rows


def test_a_returned_part_says_why_at_its_place(desk_at: DeskAt) -> None:
    desk = desk_at("running")
    desk.city.file(GENERAL)
    desk.city.move(GENERAL, "send_back", due="2025-03-07", items={"1": SCRIPT, "text": "请写明依据"})
    page = desk.page(path(), LIAISON[GENERAL])
    assert "请写明依据" in page.cssselect("#text .back")[0].text_content()
    assert SCRIPT in page.cssselect("#target-1 .back")[0].text_content()
    assert [a.get("href") for a in page.cssselect(".note.yellow a")] == ["#target-1", "#text"]
    assert not page.cssselect("main script")


def test_more_time_is_asked_for_on_the_page_and_a_fault_is_told_there(desk_at: DeskAt) -> None:
    desk = desk_at("running")
    early = send(desk, "ask_extension", LIAISON[GENERAL], due="2025-02-20", reason="数据未到")
    assert early.status_code == 409
    assert "还不能申请延期" in early.text
    assert read(early).cssselect("#x-due")[0].get("value") == "2025-02-20"
    unread = send(desk, "ask_extension", LIAISON[GENERAL], due="下周五", reason="数据未到")
    assert unread.status_code == 422
    (field,) = read(unread).cssselect('#x-due[aria-invalid="true"]')
    assert field.get("value") == "下周五"
    assert read(unread).cssselect("#x-reason")[0].text == "数据未到"
    told = send(desk, "ask_extension", LIAISON[GENERAL], due="2025-03-10", reason="数据未到")
    assert told.status_code == 303
    page = desk.page(path(), LIAISON[GENERAL])
    assert "已申请延到2025-03-10" in page.cssselect("#extension")[0].text_content()


def test_a_form_is_read_by_who_may_see_it_and_written_by_its_department_alone(desk_at: DeskAt) -> None:
    desk = desk_at("running")
    desk.city.save(GENERAL)
    rows = len(desk.city.history(KEY))
    reading = desk.page(path(), CLERK)
    assert "办理时限压缩三成" in reading.text_content()
    assert not reading.cssselect("main form")
    for did in ("save", "sign_off", "submit", "withdraw", "ask_extension"):
        sent = {"do": did, "due": "2025-03-10", "reason": "x", "content[text]": "不该写的"}
        assert desk.post(path(), CLERK, sent).status_code == 403, did
        assert desk.post(path(), LIAISON[DISCIPLINE], sent).status_code == 404, did
    assert len(desk.city.history(KEY)) == rows
    assert desk.get(path(), LIAISON[DISCIPLINE]).status_code == 404
    assert desk.get(path(), LEADER[GENERAL]).status_code == 403
    assert desk.get(path("midyear"), LIAISON[GENERAL]).status_code == 404
    assert desk.get(path("nothing"), LIAISON[GENERAL]).status_code == 404
    assert desk.post(path(), LIAISON[GENERAL], {"do": "nothing"}).status_code == 404


def test_whoever_marks_the_department_reads_its_forms(desk_at: DeskAt) -> None:
    desk = desk_at("reviewing")
    page = desk.page(path("yearend"), REVIEWERS[0])
    assert "已完成" in page.text_content()
    assert not page.cssselect("main form")
    assert desk.get(path("yearend"), FOURTH_REVIEWER).status_code == 404
    assert desk.get(f"/{YEAR}/home", REVIEWERS[0], department=GENERAL).status_code == 200


def test_withdrawing_what_was_taken_up_meanwhile_changes_nothing(desk_at: DeskAt) -> None:
    desk = desk_at("running")
    desk.city.file(GENERAL)
    page = desk.page(path(), LIAISON[GENERAL])
    shown = {one.get("name"): one.get("value") for one in page.cssselect("#sign input")}
    desk.city.move(GENERAL, "take_up")
    answer = desk.post(path(), LIAISON[GENERAL], {**shown, "do": "withdraw"})
    assert answer.status_code == 409
    assert "什么也没有写入" in answer.text
    assert "草稿" not in read(answer).cssselect(".note")[0].text_content()
    assert desk.city.state(GENERAL) == "plan.submitted"


def test_what_the_department_wrote_and_got_before_stands_beside_its_marks(desk_at: DeskAt) -> None:
    desk = desk_at("ratified")
    city, year = desk.city, YEAR + 1
    city.close_duties()
    city.open_year(year)
    assert (
        "办理时限压缩三成"
        in desk.page(path(year=year), LIAISON[GENERAL]).cssselect("aside")[0].text_content()
    )
    city.at(f"{year}-02-10")
    city.file(GENERAL, year)
    city.move(GENERAL, "accept", year)
    city.at(f"{year}-07-05")
    city.sweep()
    desk.browsers.clear()
    row = desk.page(path("midyear", year=year), LIAISON[GENERAL]).cssselect("tr[id^=mark-]")[0]
    first = book().indicators[0]
    assert f"上年得{first.points / 100:.2f}" in row.text_content()
    assert f"自评{first.points / 100:.2f}" in row.text_content()
