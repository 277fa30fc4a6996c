"""The page of papers: who is shown which, issued and marked void from there, the archive of a closed year."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

import pytest
from httpx2 import Response
from lxml import html

from cycle.documents import portable
from cycle.documents.papers import PAPERS, SHEETS, issuing
from tests.cast import (
    ADMIN,
    AUDITOR,
    CLERK,
    GENERAL,
    INSPECTOR,
    LEADER,
    LIAISON,
    MEMBER,
    OFFICE_AT_HOME,
    PERSONNEL,
    REVIEWERS,
    person,
)
from tests.documents.conftest import Read, close
from tests.held import COLLEAGUE, YEAR
from tests.web.conftest import Desk, DeskAt
from workflows import words

PAGE = f"/{YEAR}/papers"
ISSUE = f"{PAGE}/issue"
ARCHIVE = f"/{YEAR}/archive"
NOTICE = "绩效办整〔2026〕1号"


def register(desk: Desk, who: str) -> list[html.HtmlElement]:
    return list(desk.page(PAGE, who).cssselect("section[aria-labelledby=register] tbody tr"))


def symbols(desk: Desk, who: str) -> list[str]:
    return [row.cssselect("th")[0].text_content() for row in register(desk, who)]


def fields(page: html.HtmlElement) -> dict[str, str]:
    """What the form of an act would send as it stands."""
    (form,) = page.cssselect("main form")
    return {name: value or "" for name, value in form.form_values()}


def named(answer: Response) -> str:
    assert answer.status_code == 200, answer.text[:500]
    return unquote(answer.headers["content-disposition"].partition("filename*=UTF-8''")[2])


def issue(desk: Desk, who: str = CLERK, **chosen: str) -> Response:
    """Issue from the page, as it is shown."""
    shown = fields(desk.page(ISSUE, who, **chosen))
    return desk.post("/do/dispatch_issue_paper", who, shown)


def test_the_office_issues_from_the_page_and_takes_the_file_under_its_number(desk_at: DeskAt) -> None:
    desk = desk_at("ratified")
    forms = desk.page(PAGE, CLERK).cssselect("form.choose-paper")
    assert [form.get("action") for form in forms] == [
        f"/papers/{kind}" for kind in ("circular", "rectification", "talk", "grade_list")
    ]
    assert [one.get("value") for one in forms[1].cssselect("option")] == [PERSONNEL]
    assert forms[1].cssselect("[formaction]")[0].get("formaction") == ISSUE
    shown = fields(desk.page(ISSUE, CLERK, paper="rectification", department=PERSONNEL))
    assert (shown["paper"], shown["of_year"], shown["department"]) == (
        "rectification",
        str(YEAR),
        PERSONNEL,
    )
    told = desk.post("/do/dispatch_issue_paper", CLERK, shown)
    assert told.status_code == 303
    page = desk.page(told.headers["location"], CLERK)
    assert "已办：印发公文" in page.cssselect(".note.green")[0].text_content()
    (row,) = page.cssselect("section[aria-labelledby=register] tbody tr")
    assert row.cssselect("th")[0].text_content() == NOTICE
    taken = desk.get(row.cssselect("a")[0].get("href"), CLERK)
    assert named(taken) == f"{NOTICE}{YEAR}年度整改通知书（组织部）.docx"
    assert NOTICE in Read(taken.content).text
    told_of = desk.city.last("dispatch:2026")["data"]["file"]
    assert row.cssselect(".code")[0].get("title") == told_of


def test_sent_twice_it_is_issued_once_and_whoever_is_overtaken_looks_again(desk_at: DeskAt) -> None:
    desk = desk_at("ratified")
    shown = fields(desk.page(ISSUE, CLERK, paper="circular"))
    theirs = fields(desk.page(ISSUE, COLLEAGUE, paper="circular"))
    assert [desk.post("/do/dispatch_issue_paper", CLERK, shown).status_code for _ in range(2)] == [303, 303]
    assert symbols(desk, CLERK) == ["绩效办通〔2026〕1号"]
    issue(desk, CLERK, paper="grade_list")
    late = fields(desk.page(ISSUE, COLLEAGUE, paper="circular")) | {"seen": "1"}
    assert desk.post("/do/dispatch_issue_paper", COLLEAGUE, late).status_code == 409
    assert "seen" not in theirs  # there was no register yet
    assert symbols(desk, CLERK) == ["绩效办通〔2026〕2号", "绩效办通〔2026〕1号"]


def test_that_the_same_paper_stands_is_said_before_it_is_issued_again(desk_at: DeskAt) -> None:
    desk = desk_at("ratified")
    issue(desk, paper="circular")
    page = desk.page(ISSUE, CLERK, paper="circular")
    (told,) = page.cssselect("[data-code]")
    assert told.get("data-code") == "paper_issued_already"
    assert "绩效办通〔2026〕1号（2026-01-20印发）" in told.text_content()
    assert "again" not in told.text_content()
    assert page.cssselect("input[name=again]")
    assert issue(desk, paper="circular").status_code == 409
    shown = fields(page) | {"again": "1"}
    assert desk.post("/do/dispatch_issue_paper", CLERK, shown).status_code == 303
    assert symbols(desk, CLERK) == ["绩效办通〔2026〕2号", "绩效办通〔2026〕1号"]
    other = desk.page(ISSUE, CLERK, paper="grade_list")
    assert not other.cssselect("[data-code], input[name=again]")


def test_a_department_is_asked_for_by_those_papers_alone_that_are_about_one(desk_at: DeskAt) -> None:
    desk = desk_at("ratified")
    assert not desk.page(ISSUE, CLERK, paper="circular").cssselect("[name=department]")
    (needed,) = desk.page(ISSUE, CLERK, paper="rectification").cssselect("[name=department]")
    assert needed.get("required") is not None
    (open_yet,) = desk.page(ISSUE, CLERK).cssselect("[name=department]")
    assert open_yet.get("required") is None


def test_what_cannot_be_issued_is_said_on_the_form(desk_at: DeskAt) -> None:
    desk = desk_at("ratified")
    without = issue(desk, paper="talk")
    assert without.status_code == 409
    assert "请指明部门" in without.text
    blank = issue(desk, paper="")
    assert blank.status_code == 422
    assert 'aria-invalid="true"' in blank.text
    own = issue(desk, OFFICE_AT_HOME[PERSONNEL], paper="talk", department=PERSONNEL)
    assert own.status_code == 409
    told = html.fromstring(own.text).cssselect("[data-code]")
    assert [one.get("data-code") for one in told] == ["recused"]
    fitting = fields(desk.page(ISSUE, CLERK, paper="circular"))
    for who in (MEMBER, AUDITOR, LIAISON[GENERAL]):
        assert desk.get(f"{ISSUE}?paper=circular", who).status_code == 403
        barred = desk.post("/do/dispatch_issue_paper", who, {**fitting, "csrf": desk.begun[who].csrf})
        assert barred.status_code in (403, 409)
    assert register(desk, CLERK) == []


def test_an_issued_paper_is_marked_void_with_a_reason(desk_at: DeskAt) -> None:
    desk = desk_at("ratified")
    issue(desk, paper="talk", department=PERSONNEL)
    (row,) = register(desk, CLERK)
    place = row.cssselect("a")[1].get("href")
    assert place == f"/papers/void/2026/{quote('绩效办谈')}/1"
    shown = fields(desk.page(place, CLERK))
    refused = desk.post("/do/dispatch_void_paper", CLERK, shown)
    assert refused.status_code == 409
    told = desk.post("/do/dispatch_void_paper", CLERK, shown, reason="成文日期<b>有误")
    assert urlsplit(told.headers["location"]).path == PAGE
    (row,) = register(desk, CLERK)
    assert "已作废" in row.text_content()
    assert "成文日期<b>有误" in row.text_content()
    assert len(row.cssselect("a")) == 1  # it can still be taken, and is void for good
    (seen,) = register(desk, LIAISON[PERSONNEL])
    assert "已作废" in seen.text_content()
    assert "成文日期" not in seen.text_content()


def test_each_reader_is_shown_what_is_theirs(desk_at: DeskAt) -> None:
    desk = desk_at("ratified")
    service = desk.city.service
    issuing.issue(service, person(CLERK), "circular", YEAR)
    issuing.issue(service, person(CLERK), "rectification", YEAR, PERSONNEL)
    both = [NOTICE, "绩效办通〔2026〕1号"]
    for who in (CLERK, MEMBER, AUDITOR, LIAISON[PERSONNEL], LEADER[PERSONNEL]):
        assert symbols(desk, who) == both, who
    assert symbols(desk, LIAISON[GENERAL]) == symbols(desk, LEADER[GENERAL]) == both[1:]
    assert symbols(desk, INSPECTOR) == symbols(desk, REVIEWERS[0]) == []
    assert desk.get(PAGE, ADMIN).status_code == 403
    page = desk.page(PAGE, LIAISON[PERSONNEL])
    assert not page.cssselect("form.choose-paper, section[aria-labelledby=archive], a[href*=void]")
    assert "印发人" not in page.text_content()
    assert desk.get(f"/papers/void/2026/{quote('绩效办整')}/1", LIAISON[GENERAL]).status_code == 404


def test_the_group_and_auditors_take_drafts_and_issue_nothing(desk_at: DeskAt) -> None:
    desk = desk_at("ratified")
    issuing.issue(desk.city.service, person(CLERK), "circular", YEAR)
    for who in (MEMBER, AUDITOR):
        page = desk.page(PAGE, who)
        assert page.cssselect("form.choose-paper")
        assert not page.cssselect("[formaction], a[href*=void]")
    own = desk.page(PAGE, OFFICE_AT_HOME[PERSONNEL])
    assert own.cssselect("[formaction], a[href*=void]")


def test_what_is_about_the_own_department_is_for_others_to_mark_void(desk_at: DeskAt) -> None:
    desk = desk_at("ratified")
    issuing.issue(desk.city.service, person(CLERK), "talk", YEAR, PERSONNEL)
    assert not desk.page(PAGE, OFFICE_AT_HOME[PERSONNEL]).cssselect("a[href*=void]")
    assert desk.page(PAGE, OFFICE_AT_HOME[GENERAL]).cssselect("a[href*=void]")


def test_a_paper_is_taken_as_pdf_where_the_server_makes_them(
    desk_at: DeskAt, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = desk_at("ratified")
    issue(desk, paper="circular")
    page = desk.page(PAGE, CLERK)
    assert [one for one in page.cssselect("main a, main button") if "PDF" in one.text_content()] == []
    draft = f"/papers/circular?year={YEAR}"
    missing = desk.get(f"{draft}&as=pdf", CLERK)
    assert (missing.status_code, "LibreOffice" in missing.text) == (409, True)
    monkeypatch.setattr(portable, "program", lambda: "soffice")
    monkeypatch.setattr(portable, "pdf", lambda content: b"%PDF of " + content)
    page = desk.page(PAGE, CLERK)
    (link,) = [one for one in page.cssselect("main a") if "PDF" in one.text_content()]
    whole = desk.get(link.get("href").removesuffix("&as=pdf"), CLERK)
    taken = desk.get(link.get("href"), CLERK)
    assert named(taken) == named(whole).replace(".docx", ".pdf")
    assert (taken.headers["content-type"], taken.content) == ("application/pdf", b"%PDF of " + whole.content)
    button = page.cssselect('form[action="/papers/circular"] button[name=as]')[0]
    assert button.get("value") == "pdf"
    assert desk.get(f"{draft}&as=pdf", CLERK).content.startswith(b"%PDF of ")
    sheet = desk.get(f"/papers/ranking?year={YEAR}&as=pdf", CLERK)
    assert (sheet.status_code, "表格只有" in sheet.text) == (409, True)


def test_the_archive_is_offered_and_handed_out_once_the_year_is_closed(
    desk_at: DeskAt, tmp_path: Path
) -> None:
    desk = desk_at("ratified", home=tmp_path / "home")
    page = desk.page(PAGE, CLERK)
    assert "年度归档以后" in page.cssselect("section[aria-labelledby=archive]")[0].text_content()
    assert desk.get(ARCHIVE, CLERK).status_code == 409
    close(desk.city)
    desk.browsers.clear()  # weeks have gone by: their sessions are over
    (link,) = desk.page(PAGE, CLERK).cssselect("section[aria-labelledby=archive] a")
    taken = desk.get(link.get("href"), CLERK)
    assert named(taken) == f"{YEAR}年度机关绩效考评档案.zip"
    assert int(taken.headers["content-length"]) == len(taken.content)
    assert zipfile.ZipFile(io.BytesIO(taken.content)).testzip() is None
    assert taken.headers["cache-control"] == "no-store"
    for who in (MEMBER, ADMIN, LIAISON[GENERAL], REVIEWERS[0]):
        assert desk.get(ARCHIVE, who).status_code == 403, who
    assert list((tmp_path / "home").iterdir()) == []


def test_what_auditors_look_at_is_written_down(desk_at: DeskAt, tmp_path: Path) -> None:
    desk = desk_at("ratified", home=tmp_path)
    for path in (PAGE, ARCHIVE):
        desk.get(path, AUDITOR)
    noted = [path for (path,) in desk.city.select("SELECT path FROM read_log ORDER BY seq")]
    assert noted[:2] == [PAGE, ARCHIVE]


@pytest.mark.parametrize("lang", words.LANGS)
def test_every_kind_has_a_name_in_both_languages(desk_at: DeskAt, lang: str) -> None:
    known = words.catalogue(lang)["paper"]
    assert set(known) == {*PAPERS, "ranking", "settlement"}
    titles = {kind: one.title for kind, one in PAPERS.items()}
    titles |= {kind: one.title for kind, one in SHEETS.items()}
    if lang == "zh":
        assert known == {kind: titles[kind] for kind in known}
    desk = desk_at("ratified")
    issue(desk, paper="circular")
    desk.speak(CLERK, lang)
    shown = register(desk, CLERK)[0].text_content().casefold()
    assert known["circular"].casefold() in shown


def test_a_year_without_results_offers_neither_papers_nor_sheets(desk_at: DeskAt) -> None:
    page = desk_at("running").page(f"/{YEAR - 1}/papers", CLERK)
    assert page.cssselect("form.choose-paper") == []
    assert [one for one in page.cssselect("main a") if "/papers/" in one.get("href")] == []
