"""What is published: to whom, in which versions, and the papers to take away."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from urllib.parse import unquote

import pytest
from httpx2 import Response
from lxml import html

from cycle.documents.papers import issuing
from tests.cast import (
    ADMIN,
    AUDITOR,
    CLERK,
    DISCIPLINE,
    GENERAL,
    INSPECTOR,
    LEADER,
    LIAISON,
    MEMBER,
    OFFICE_AT_HOME,
    PERSONNEL,
    REVIEWERS,
    for_body,
    person,
)
from tests.held import YEAR
from tests.web.conftest import Desk, DeskAt

RESULTS = f"/{YEAR}/results"
SCRIPT = "<script>alert(1)</script>"


def grades(page: html.HtmlElement) -> list[tuple[str, str]]:
    """The list as it stands: department and grade, in order."""
    rows = page.cssselect("table.results tbody tr:not(.group)")
    return [(row.cssselect("th")[0].text_content().strip(), _grade(row)) for row in rows]


def _grade(row: html.HtmlElement) -> str:
    return str(row.cssselect(".grade")[0].text_content())


def own(page: html.HtmlElement) -> str:
    """The sheet of one's own department; empty where there is none."""
    found = page.cssselect("section[aria-labelledby=own]")
    return str(found[0].text_content()) if found else ""


@pytest.mark.parametrize("who", [LIAISON[GENERAL], REVIEWERS[0], LEADER[PERSONNEL], INSPECTOR, CLERK])
def test_before_the_proposal_the_page_says_that_nothing_is_published(desk_at: DeskAt, who: str) -> None:
    page = desk_at("pending").page(RESULTS, who)
    assert page.cssselect("main .empty")
    assert not page.cssselect("table.results")
    assert "100.00" not in page.text_content()


def test_a_department_reads_its_own_points_and_of_the_others_their_grade(desk_at: DeskAt) -> None:
    desk = desk_at("pending")
    desk.city.whole("propose")
    page = desk.page(RESULTS, LIAISON[GENERAL])
    assert [grade for _, grade in grades(page)] == ["优秀", "良好", "不达标"]
    assert "100.00" in own(page)
    assert "99.00" not in page.text_content()
    assert "99.50" not in page.text_content()
    assert page.cssselect(f'.note a[href="/{YEAR}/departments/{GENERAL}/score#objection"]')
    (link,) = page.cssselect("table.results a.dept")
    assert link.get("href") == f"/{YEAR}/departments/{GENERAL}"
    leader = own(desk.page(RESULTS, LEADER[PERSONNEL]))
    assert "99.00" in leader
    assert "100.00" not in leader


def test_the_office_reads_the_ranking_with_all_points(desk_at: DeskAt) -> None:
    desk = desk_at("pending")
    desk.city.whole("propose")
    text = desk.page(RESULTS, CLERK).cssselect("table.results")[0].text_content()
    assert all(total in text for total in ("100.00", "99.50", "99.00"))


def test_after_the_window_nobody_is_told_that_they_may_object(desk_at: DeskAt) -> None:
    desk = desk_at("pending")
    desk.city.whole("propose")
    desk.city.at(f"{YEAR + 1}-01-20")
    note = desk.page(RESULTS, LIAISON[GENERAL]).cssselect(".note")[0]
    assert not note.cssselect("a")
    assert "申诉期已过" in note.text_content()


def test_a_proposal_taken_back_is_shown_neither_to_departments_nor_to_those_at_home_in_one(
    desk_at: DeskAt,
) -> None:
    desk = desk_at("pending")
    desk.city.whole("propose")
    desk.city.whole("withdraw_proposal")
    asked = {"status": "proposed", "version": "1"}
    for who in (LIAISON[GENERAL], REVIEWERS[0], LEADER[PERSONNEL], OFFICE_AT_HOME[GENERAL]):
        assert not grades(desk.page(RESULTS, who))
        assert desk.get(RESULTS, who, **asked).status_code == 404
    assert not grades(desk.page(RESULTS, CLERK))
    page = desk.page(RESULTS, CLERK, **asked)
    assert len(grades(page)) == 3
    assert "已经撤回" in page.cssselect(".note")[0].text_content()
    desk.city.whole("propose")
    again = desk.page(RESULTS, OFFICE_AT_HOME[GENERAL])
    assert len(grades(again)) == 3
    assert not again.cssselect("section[aria-labelledby=ch], .toc")
    assert desk.page(RESULTS, CLERK).cssselect(".toc")


@pytest.mark.parametrize(
    "query", [{"status": "x", "version": "1"}, {"status": "ratified"}, {"version": "²", "status": "ratified"}]
)
def test_a_version_there_is_none_of_is_no_page(desk_at: DeskAt, query: dict[str, str]) -> None:
    desk = desk_at("ratified")
    assert desk.get(RESULTS, CLERK, **query).status_code == 404
    assert desk.get(RESULTS, CLERK, status="ratified", version="2").status_code == 404
    assert desk.get("/2019/results", CLERK).status_code == 404


def amended(desk: Desk) -> None:
    """The first of all loses three points after ratification, and its grade with them."""
    desk.city.at(f"{YEAR + 1}-02-10")
    line = {"part": "deduction", "item": "score.deduct.5.1", "note": SCRIPT}
    desk.city.whole("amend", changes=[{"department": GENERAL, "lines": [line]}])


def test_a_version_says_what_it_changed_against_the_one_before_and_why(desk_at: DeskAt) -> None:
    desk = desk_at("ratified")
    amended(desk)
    page = desk.page(RESULTS, CLERK)
    changed = page.cssselect("section[aria-labelledby=ch]")[0]
    rows = [row.text_content() for row in changed.cssselect("tbody tr")]
    assert len(rows) == 3
    assert "优秀 → 不达标" in rows[0] + rows[1] + rows[2]
    assert "100.00 → 97.00" in "".join(rows)
    assert "情况说明" in page.cssselect("section[aria-labelledby=why]")[0].text_content()
    first = desk.page(RESULTS, CLERK, status="ratified", version="1")
    assert "现为第2版" in first.text_content()
    told = desk.page(RESULTS, LIAISON[DISCIPLINE])
    seen = told.cssselect("section[aria-labelledby=ch]")[0].text_content()
    assert "优秀 → 不达标" in seen
    assert "97.00" not in told.text_content()
    assert not told.cssselect("section[aria-labelledby=why]")


def test_the_list_is_taken_away_in_the_version_that_is_shown(desk_at: DeskAt) -> None:
    desk = desk_at("ratified")
    amended(desk)
    files = {}
    for query in ("", "?status=ratified&version=1", "?status=proposed&version=1"):
        page = desk.page(f"{RESULTS}{query}", CLERK)
        (link,) = (a.get("href") for a in page.cssselect('a[href^="/lists/results.xlsx"]'))
        files[query] = desk.get(link.replace(".xlsx", ".csv"), CLERK)
    newest, first, proposed = files.values()
    assert "97.00" in newest.text
    assert "97.00" not in first.text + proposed.text
    assert 'filename="results.csv"' in newest.headers["content-disposition"]
    assert f'filename="results-{YEAR}-ratified-1.csv"' in first.headers["content-disposition"]
    of_department = desk.get(str(first.url), LIAISON[DISCIPLINE]).text
    assert "100.00" not in of_department
    assert "优秀" in of_department


@pytest.mark.parametrize("query", ["&status=ratified&version=9", "&status=x&version=1", "&version=1"])
def test_no_list_is_taken_away_of_a_version_there_is_none_of(desk_at: DeskAt, query: str) -> None:
    desk = desk_at("ratified")
    assert desk.get(f"/lists/results.xlsx?year={YEAR}", CLERK).status_code == 200
    assert desk.get(f"/lists/results.xlsx?year={YEAR}{query}", CLERK).status_code == 404


def named(answer: Response) -> str:
    """What the file is called."""
    assert answer.status_code == 200, answer.text[:500]
    header = str(answer.headers["content-disposition"])
    assert header.startswith("attachment; ")
    return unquote(header.partition("UTF-8''")[2])


def test_the_office_takes_drafts_and_departments_what_was_issued(desk_at: DeskAt) -> None:
    desk = desk_at("ratified")
    links = [a.get("href") for a in desk.page(RESULTS, CLERK).cssselect("section[aria-labelledby=pp] a")]
    assert f"/papers/circular?year={YEAR}" in links
    taken = desk.get(f"/papers/circular?year={YEAR}", CLERK)
    assert named(taken) == f"{YEAR}年度考评结果通报.docx"
    assert zipfile.is_zipfile(io.BytesIO(taken.content))
    for kind in ("circular", "grade_list"):
        assert desk.get(f"/papers/{kind}?year={YEAR}", LIAISON[GENERAL]).status_code == 403
    assert named(desk.get(f"/papers/ranking?year={YEAR}", LIAISON[GENERAL])).endswith(".xlsx")
    assert "还没有印发" not in desk.page(RESULTS, CLERK).text_content()


def test_of_a_year_without_results_here_no_paper_is_offered(desk_at: DeskAt) -> None:
    desk = desk_at("running")
    for who in (CLERK, LIAISON[GENERAL]):
        page = desk.page(f"/{YEAR - 1}/results", who)
        assert page.cssselect("section[aria-labelledby=pp]")
        assert not page.cssselect('a[href^="/papers/"]')


def test_a_sheet_holds_what_its_reader_sees(desk_at: DeskAt) -> None:
    desk = desk_at("ratified")
    office, department = (
        _cells(desk.get(f"/papers/ranking?year={YEAR}", who).content) for who in (CLERK, LIAISON[GENERAL])
    )
    assert {"100", "99.5", "99"} <= {cell.rstrip("0").rstrip(".") if "." in cell else cell for cell in office}
    assert not {"99.5", "99.50"} & department
    other = f"/papers/score_sheet?year={YEAR}&department={DISCIPLINE}"
    assert desk.get(other, LIAISON[GENERAL]).status_code == 404
    assert named(desk.get(other, LIAISON[DISCIPLINE])).endswith(".xlsx")


def _cells(content: bytes) -> set[str]:
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        sheet = file.read("xl/worksheets/sheet1.xml")
    return {str(value.text) for value in html.fromstring(sheet).iter("v")}


def test_an_issued_paper_is_found_by_its_symbol_by_whom_it_goes_to(desk_at: DeskAt) -> None:
    desk = desk_at("ratified")
    issuing.issue(desk.city.service, person(CLERK), "circular", YEAR)
    issuing.issue(desk.city.service, person(CLERK), "talk", YEAR, PERSONNEL)
    links = desk.page(RESULTS, LIAISON[GENERAL]).cssselect("section[aria-labelledby=pp] a")
    (circular,) = [a.get("href") for a in links if "symbol=" in a.get("href")]
    assert named(desk.get(circular, LIAISON[GENERAL])) == f"绩效办通〔2026〕1号{YEAR}年度考评结果通报.docx"
    assert desk.get(circular.replace("/circular?", "/talk?"), LIAISON[GENERAL]).status_code == 404
    shown = desk.page(RESULTS, LIAISON[PERSONNEL]).cssselect("section[aria-labelledby=pp] a")
    (talk,) = [a.get("href") for a in shown if "/talk?" in a.get("href")]
    assert desk.get(talk, LIAISON[PERSONNEL]).status_code == 200
    assert desk.get(talk, LIAISON[GENERAL]).status_code == 404


@pytest.mark.parametrize(
    "path", ["/papers/nothing?year=2025", "/papers/circular", "/papers/circular?year=20x5"]
)
def test_a_paper_there_is_none_of_is_no_page(desk_at: DeskAt, path: str) -> None:
    assert desk_at("ratified").get(path, CLERK).status_code == 404


def test_the_page_and_its_papers_are_only_looked_at_and_not_the_administrators(desk_at: DeskAt) -> None:
    desk = desk_at("ratified")
    for who in (ADMIN, CLERK, AUDITOR, MEMBER):
        desk.browser(who)
    rows = desk.city.rows()
    for path in (RESULTS, f"/papers/circular?year={YEAR}"):
        assert desk.get(path).headers["location"].startswith("/sign-in")
        assert desk.get(path, ADMIN).status_code == 403
        assert desk.post(path, CLERK).status_code == 405
        assert desk.get(path, AUDITOR).status_code == 200
    assert desk.get(RESULTS, MEMBER).status_code == 200
    assert desk.city.rows() == rows


@pytest.mark.parametrize(
    ("occurred", "told"), [("2026-01-19", "2026-01-19审定，2026-01-20登记"), ("", "2026-01-20审定")]
)
def test_where_the_ratification_was_entered_on_another_day_both_are_told(
    desk_at: DeskAt, occurred: str, told: str
) -> None:
    desk = desk_at("pending")
    desk.city.whole("propose")
    desk.city.at("2026-01-20")
    act = for_body("group", occurred_on=date.fromisoformat(occurred)) if occurred else for_body("group")
    desk.city.both("ratify", act, year=YEAR)
    for path, who in ((RESULTS, LIAISON[GENERAL]), (RESULTS, CLERK), (f"/{YEAR}/uses", CLERK)):
        page = desk.page(path, who).cssselect("main")[0].text_content()
        assert told in page
        assert ("登记" in page.partition("2026-01")[2][:20]) is bool(occurred)
    ground = desk.page(RESULTS, CLERK).cssselect("section[aria-labelledby=why] .meta")[0]
    assert ground.text == (occurred or "2026-01-20")[5:]
