"""Evidence handed in, replaced, withdrawn and saved again at the pages."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from httpx2 import Response
from lxml import html

from tests.cast import AUDITOR, CLERK, DISCIPLINE, GENERAL, LIAISON, person
from tests.held import YEAR
from tests.web.conftest import Desk, DeskAt
from tests.web.doorway import read

PLACE = f"/evidence/{YEAR}/{GENERAL}"
WHO = LIAISON[GENERAL]
PDF = b"%PDF-1.4 one"
NAME = "会议 纪要<script>.pdf"


def with_files(desk: Desk, folder: Path) -> Desk:
    """The pages of a service that has a folder for files."""
    desk.city.service = replace(desk.city.service, evidence=folder)
    desk.app.state.service = desk.city.service
    return desk


def hand_in(
    desk: Desk, *files: tuple[str, bytes], who: str = WHO, path: str = PLACE, **fields: str
) -> Response:
    browser = desk.browser(who)
    sent = {"csrf": desk.begun[who].csrf, **fields}
    return browser.post(path, data=sent, files=[("file", (name, body)) for name, body in files])


def kept(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and len(path.name) == 64]


def test_a_file_is_handed_in_listed_under_what_it_is_for_and_saved_under_its_own_name(
    desk_at: DeskAt, tmp_path: Path
) -> None:
    desk = with_files(desk_at("running"), tmp_path / "files")
    told = hand_in(desk, (NAME, PDF), about="plan", note="<script>第一次</script>", once="k1")
    assert told.status_code == 303
    page = desk.page(told.headers["location"], WHO)
    row = page.cssselect("table tbody tr")[1]
    assert NAME in row.text_content()
    assert "<script>第一次</script>" in row.text_content()
    assert "待审核" in row.text_content()
    assert not page.cssselect("main script")
    file = desk.get(f"{PLACE}/1/file", WHO)
    assert (file.status_code, file.content) == (200, PDF)
    assert file.headers["content-disposition"].startswith("attachment")
    assert "%E4%BC%9A%E8%AE%AE" in file.headers["content-disposition"]
    assert "sandbox" in file.headers["content-security-policy"]
    assert file.headers["cache-control"] == "private, no-store"
    half = desk.browser(WHO).get(f"{PLACE}/1/file", headers={"Range": "bytes=0-3"})
    assert (half.status_code, half.content) == (200, PDF)
    assert desk.city.last(f"evidence:{YEAR}:{GENERAL}:1")["action"] == "offer"


def test_the_same_form_sent_twice_hands_in_once(desk_at: DeskAt, tmp_path: Path) -> None:
    desk = with_files(desk_at("running"), tmp_path / "files")
    for _ in range(2):
        hand_in(desk, ("a.pdf", PDF), about="plan", once="k1")
    assert len(desk.page(PLACE, WHO).cssselect('a[href$="/file"]')) == 1


def test_of_several_files_those_that_fit_are_taken_and_the_others_named_with_the_reason(
    desk_at: DeskAt, tmp_path: Path
) -> None:
    desk = with_files(desk_at("running"), tmp_path / "files")
    answer = hand_in(desk, ("a.pdf", PDF), ("b.exe", b"MZ"), ("c.pdf", b"no"), about="plan")
    assert answer.status_code == 409
    page: html.HtmlElement = html.fromstring(answer.text)
    assert "有2份没有提交" in page.cssselect(".note.red")[0].text_content()
    codes = [one.get("data-code") for one in page.cssselect(".note.red [data-code]")]
    assert codes == ["evidence_type_unknown", "evidence_type_differs"]
    assert page.cssselect('option[value="plan"][selected]')
    assert [a.text for a in page.cssselect('a[href$="/file"]')] == ["a.pdf"]
    both = hand_in(desk, ("d.pdf", PDF + b"d"), ("e.pdf", PDF + b"e"), about="plan")
    assert "已提交2份" in desk.page(f"{PLACE}?files=2", WHO).text_content()
    assert both.status_code == 303
    none = hand_in(desk, about="plan")
    assert none.status_code == 409


def test_a_refused_file_says_why_and_is_replaced_and_every_version_stays(
    desk_at: DeskAt, tmp_path: Path
) -> None:
    desk = with_files(desk_at("running"), tmp_path / "files")
    hand_in(desk, ("a.pdf", PDF), about="plan")
    key = f"evidence:{YEAR}:{GENERAL}:1"
    act = person(CLERK, reason="看不清日期")
    desk.city.do("evidence", act, subject=key, action="refuse")
    assert "看不清日期" in desk.page(PLACE, WHO).text_content()
    one = desk.page(f"{PLACE}/1", WHO)
    bound = {each.get("name"): each.get("value") for each in one.cssselect("form[data-upload] input[value]")}
    same = hand_in(desk, ("a.pdf", PDF), path=f"{PLACE}/1", **{**bound, "once": "x"})
    assert same.status_code == 409
    assert "完全相同" in same.text
    told = hand_in(desk, ("b.pdf", PDF + b"2"), path=f"{PLACE}/1", **{**bound, "once": "y"})
    assert told.status_code == 303
    page = desk.page(f"{PLACE}/1", WHO)
    assert [a.text for a in page.cssselect("tbody a")] == ["b.pdf", "a.pdf"]
    assert desk.get(f"{PLACE}/1/file?version=1", AUDITOR).content == PDF
    assert desk.get(f"{PLACE}/1/file?version=9", WHO).status_code == 404
    assert desk.post(f"{PLACE}/1", WHO, {"do": "withdraw"}).status_code == 303
    assert desk.city.row(key).state == "withdrawn"
    again = desk.post(f"{PLACE}/1", WHO, {"do": "withdraw"})
    assert again.status_code == 409


def test_only_the_department_hands_in_and_only_who_may_see_it_finds_it(
    desk_at: DeskAt, tmp_path: Path
) -> None:
    folder = tmp_path / "files"
    desk = with_files(desk_at("running"), folder)
    hand_in(desk, ("a.pdf", PDF), about="plan")
    other = LIAISON[DISCIPLINE]
    assert hand_in(desk, ("b.pdf", PDF + b"b"), who=other, about="plan").status_code == 404
    for path in (PLACE, f"{PLACE}/1", f"{PLACE}/1/file"):
        assert desk.get(path, other).status_code == 404, path
        assert desk.get(path, CLERK).status_code == 200, path
    assert not desk.page(PLACE, CLERK).cssselect("form[data-upload]")
    assert hand_in(desk, ("b.pdf", PDF + b"b"), who=CLERK, about="plan").status_code == 403
    assert desk.get(f"{PLACE}/2", WHO).status_code == 404
    assert desk.get(f"{PLACE}/1000000", WHO).status_code == 404
    assert desk.post(f"{PLACE}/1", WHO, {"do": "nothing"}).status_code == 404
    assert len(kept(folder)) == 1


def test_a_form_that_was_not_shown_to_its_sender_leaves_no_file(desk_at: DeskAt, tmp_path: Path) -> None:
    folder = tmp_path / "files"
    desk = with_files(desk_at("running"), folder)
    for browser, status in ((desk.browser(), 303), (desk.browser(WHO), 403)):
        files = [("file", ("a.pdf", PDF))]
        answer = browser.post(PLACE, data={"about": "plan", "csrf": "x"}, files=files)
        assert answer.status_code == status
    assert not folder.exists()


def test_what_evidence_may_be_for_is_offered_and_nothing_once_grades_are_proposed(
    desk_at: DeskAt, tmp_path: Path
) -> None:
    desk = with_files(desk_at("pending"), tmp_path / "files")
    page = desk.page(f"{PLACE}?about=target.1", WHO)
    offered = [one.get("value") for one in page.cssselect("#u-about option")]
    assert {"plan", "yearend", "content.1.1", "target.1"} <= set(offered)
    assert page.cssselect('option[value="target.1"][selected]')
    desk.city.whole("propose")
    closed = desk.page(PLACE, WHO)
    assert not closed.cssselect("form[data-upload]")
    assert "现在不收佐证材料" in closed.text_content()
    key = desk.city.object(GENERAL)
    matter = [one.get("value") for one in desk.page(PLACE, WHO).cssselect("#u-about option")]
    assert matter == ["", key]
    assert hand_in(desk, ("a.pdf", PDF), about=key).status_code == 303


def test_the_same_file_twice_is_kept_and_said_to_be_the_same(desk_at: DeskAt, tmp_path: Path) -> None:
    desk = with_files(desk_at("running"), tmp_path / "files")
    hand_in(desk, ("一.pdf", PDF), about="plan", once="k1")
    hand_in(desk, ("二.pdf", PDF + b" other"), about="plan", once="k2")
    told = hand_in(desk, ("三.pdf", PDF), about="plan", once="k3")
    page = desk.page(told.headers["location"], WHO)
    assert [one.text_content() for one in page.cssselect("table .not")] == ["与“年度计划”的一.pdf内容相同"]
    assert "三.pdf" in page.cssselect("tr:has(.not)")[0].text_content()
    desk.city.do("evidence", person(WHO), subject=f"evidence:{YEAR}:{GENERAL}:1", action="withdraw")
    assert desk.page(PLACE, WHO).cssselect("table .not") == []


def test_what_was_done_names_the_file_and_what_was_refused_holds_no_marks(
    desk_at: DeskAt, tmp_path: Path
) -> None:
    desk = with_files(desk_at("running"), tmp_path / "files")
    told = hand_in(desk, (NAME, PDF), about="plan", once="k1")
    page = desk.page(told.headers["location"], WHO)
    assert f"“{NAME}”" in page.cssselect(".note.green")[0].text_content()
    refused = read(hand_in(desk, ("a.pdf", b"no such thing"), about="plan", once="k2"))
    (said,) = refused.cssselect("[data-code=evidence_type_differs]")
    assert "后缀pdf不符" in said.text_content()
