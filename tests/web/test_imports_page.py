"""Files taken in at the pages: tried with every fault and all that would be written, then written whole or in part."""

from __future__ import annotations

import base64
import csv
import io
from typing import Any

import pytest
from httpx2 import Response
from lxml import html

from cycle.imports.reading import MAX_BYTES
from cycle.web.imports import MOST_SENT, _pieces
from tests.cast import (
    AUDITOR,
    CLERK,
    DEPARTMENTS,
    GENERAL,
    LIAISON,
    PAPER,
    REVIEWERS,
    WHY,
    book,
)
from tests.held import YEAR
from tests.hostile_files import HEAD as PEOPLE
from tests.hostile_files import csv_text
from tests.web.conftest import Desk, DeskAt
from tests.web.doorway import read

NEW = ("人员", "p-new", "新人<b>", "new@new.example", GENERAL, "考核组成员")
MOVED = ("人员", REVIEWERS[0], "文景行", "moved@fagai.example", "fagai", "考核组成员")
FAULTY = ("人员", "p-broken", "坏行", "nobody", GENERAL, "飞行员")
ROSTER = "/imports/roster"
LEVELS = ("满意", "基本满意", "一般", "不满意")


@pytest.fixture
def desk(desk_at: DeskAt) -> Desk:
    made = desk_at("running")
    made.browser(CLERK)
    return made


def attempt(
    desk: Desk, path: str, text: str | bytes, who: str = CLERK, name: str = "a.csv", **more: str
) -> Response:
    """Send a file to be tried."""
    content = text.encode() if isinstance(text, str) else text
    browser = desk.browser(who)
    sent = {"csrf": desk.begun[who].csrf, "do": "try", **more}
    return browser.post(path, data=sent, files={"file": (name, content)})


def kept(page: html.HtmlElement, deed: str = "write") -> dict[str, Any]:
    """The form that writes what was tried, as the page fills it in."""
    (form,) = [one for one in page.forms if one.cssselect(f'button[value="{deed}"]')]
    found: dict[str, Any] = {"do": deed}
    for name, value in form.form_values():
        found[name] = [*found.get(name, []), value] if name == "content" else value
    return found


def faults(page: html.HtmlElement) -> list[tuple[str, str]]:
    """Row and column of everything wrong."""
    rows = page.cssselect('section[aria-labelledby="faults"] tbody tr')
    return [(tr.cssselect("td")[0].text_content(), tr.cssselect("th")[0].text_content()) for tr in rows]


def test_a_blank_cell_is_to_be_filled_in_and_only_a_count_may_be_a_zero(desk: Desk) -> None:
    nameless = ("人员", "", "新人", "new@new.example", GENERAL, "考核组成员")
    page = read(attempt(desk, ROSTER, csv_text(nameless, head=PEOPLE), name="wrongcol.csv"))
    ((said,),) = [one.cssselect("td:last-child") for one in page.cssselect("tr[data-code=blank]")]
    assert said.text_content() == "“编号”为空，请填写"
    (heading,) = page.cssselect("h2#result")
    assert (heading.text_content(), heading.get("class")) == ("wrongcol.csv", "as-is")  # not capitalised
    counts = csv_text((GENERAL, "survey", "", "1", "2", "3"), head=("部门", "评议项目", *LEVELS))
    uncounted = attempt(desk, "/imports/survey", counts, year=str(YEAR), document=PAPER)
    assert "“满意”为空，请填写；没有的填零" in read(uncounted).text_content()


def test_a_trial_names_every_fault_and_all_that_would_be_written_and_writes_nothing(desk: Desk) -> None:
    before = desk.city.rows()
    answer = attempt(desk, ROSTER, csv_text(NEW, MOVED, FAULTY, head=PEOPLE), reason=WHY)
    assert answer.status_code == 200
    page = read(answer)
    assert sorted(faults(page)) == [("4", "角色"), ("4", "邮箱")]
    written = {one.get("id"): one for one in page.cssselect('h2[id^="group-"]')}
    assert set(written) == {"group-new_person", "group-changed_person"}
    assert "新人<b>（p-new）" in page.text_content()
    assert "moved@fagai.example" in page.text_content()
    assert not page.cssselect("th b, td b")
    counts = [dd.text_content().strip() for dd in page.cssselect(".counts dd")]
    assert counts == ["3", "2", "0", "0", "1"]
    assert page.cssselect('button[value="write"][aria-disabled]')
    assert desk.city.rows() == before


def test_only_the_good_rows_are_written_where_that_is_asked(desk: Desk) -> None:
    page = read(attempt(desk, ROSTER, csv_text(NEW, FAULTY, head=PEOPLE), reason=WHY))
    sent = kept(page, "write_good")
    done = desk.post(ROSTER, CLERK, sent)
    assert done.status_code == 200
    assert "1行已提交，待第二人确认" in done.text
    ((waiting,),) = desk.city.select("SELECT id FROM pending_act WHERE status = 'waiting'")
    desk.city.confirm({"pending": waiting})
    assert desk.city.row("person:p-new").record["name"] == "新人<b>"
    assert not desk.city.select("SELECT 1 FROM subject WHERE key = 'person:p-broken'")


def test_all_is_written_or_nothing(desk: Desk) -> None:
    page = read(attempt(desk, ROSTER, csv_text(NEW, FAULTY, head=PEOPLE)))
    before = desk.city.rows()
    refused = desk.post(ROSTER, CLERK, {**kept(page, "write_good"), "do": "write"})
    assert refused.status_code == 409
    assert sorted(faults(read(refused))) == [("3", "角色"), ("3", "邮箱")]
    assert desk.city.rows() == before


def counted(desk: Desk, satisfied: int = 7) -> str:
    """A survey filled in, from its own template."""
    made = desk.get(f"/imports/survey/template.csv?year={YEAR}", CLERK)
    rows = list(csv.reader(io.StringIO(made.content.decode("utf-8-sig"))))
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(rows[0])
    for row in rows[1:]:
        writer.writerow([*row[:2], satisfied, *[0] * (len(row) - 3)])
    return out.getvalue()


def test_what_was_tried_is_written_byte_for_byte_and_once(desk_at: DeskAt) -> None:
    desk = desk_at("reviewing")
    text = counted(desk)
    tried = attempt(desk, "/imports/survey", text, year=str(YEAR), document=PAPER)
    page = read(tried)
    assert tried.status_code == 200
    assert "没有问题，可以写入" in page.text_content(), page.cssselect("main")[0].text_content()[:900]
    sent = kept(page)
    assert base64.b64decode("".join(sent["content"])) == text.encode()
    before = desk.city.rows()
    done = desk.post("/imports/survey", CLERK, sent)
    assert f"已写入{len(DEPARTMENTS) * 2}行" in done.text
    rows = desk.city.rows()
    assert rows > before
    again = desk.post("/imports/survey", CLERK, sent)
    assert again.status_code == 200
    assert "同一份文件已经登记过" in again.text
    assert desk.city.rows() == rows
    last = desk.city.last(f"appraisal:{YEAR}:{GENERAL}")
    assert (last["action"], last["actor"]) == ("record_survey", CLERK)
    same = read(attempt(desk, "/imports/survey", text, year=str(YEAR), document=PAPER))
    assert "与现有内容完全相同" in same.text_content()
    assert not same.cssselect('button[value="write"]')


def test_a_document_that_was_missing_is_added_without_the_file_being_looked_for_again(
    desk_at: DeskAt,
) -> None:
    desk = desk_at("registered")
    rows = "部门,排名,等次\n" + "\n".join(
        f"{desk.city.row(f'department:{one}').record['names'][-1]['name']},{at},良好"
        for at, one in enumerate(DEPARTMENTS, start=1)
    )
    year = str(YEAR - 1)
    refused = attempt(desk, "/imports/results", rows, year=year)
    page = read(refused)
    assert refused.status_code in (200, 409)
    assert "依据" in page.cssselect("main")[0].text_content()
    (again,) = [one for one in page.forms if one.cssselect("input[type=file]")]
    kept_ = {name: value for name, value in again.form_values() if name != "file"}
    assert kept_["name"] == "a.csv"
    sound = desk.post("/imports/results", CLERK, {**kept_, "document": PAPER})
    assert "没有问题，可以写入" in sound.text
    done = desk.post("/imports/results", CLERK, kept(read(sound)))
    assert f"已写入{len(DEPARTMENTS)}行" in done.text
    assert desk.city.row(f"cycle:{year}").record["imported"]


def test_a_years_results_are_never_written_in_part(desk_at: DeskAt) -> None:
    desk = desk_at("registered")
    page = read(
        attempt(
            desk,
            "/imports/results",
            "部门,排名,等次\n没有这个部门,1,良好\n",
            year=str(YEAR - 1),
            document=PAPER,
        )
    )
    assert faults(page)
    assert not page.cssselect('button[value="write_good"]')
    assert "只能整份写入" in page.text_content()


def test_a_reviewer_takes_in_their_own_sheet_and_nothing_else(desk_at: DeskAt) -> None:
    desk = desk_at("reviewing")
    who = REVIEWERS[0]
    assert desk.get("/imports", who).headers["location"] == "/imports/marks"
    made = desk.get(f"/imports/marks/template.csv?year={YEAR}", who)
    rows = list(csv.DictReader(io.StringIO(made.content.decode("utf-8-sig"))))
    assert {row["考核人员"] for row in rows} == {who}
    full = {one.id: one.points for one in book().indicators}
    mine = [(row["部门"], who, row["条款"], f"{full[row['条款']] / 100:g}", "") for row in rows]
    head = ("部门", "考核人员", "条款", "分值", "理由")
    page = read(attempt(desk, "/imports/marks", csv_text(*mine, head=head), who, year=str(YEAR)))
    done = desk.post("/imports/marks", who, kept(page))
    assert f"已写入{len(mine)}行" in done.text
    assert desk.city.last(f"appraisal:{YEAR}:{GENERAL}")["actor"] == who
    assert desk.get(ROSTER, who).status_code == 403
    assert attempt(desk, ROSTER, csv_text(NEW, head=PEOPLE), who).status_code == 403
    assert desk.get("/imports/roster/template.csv", who).status_code == 403


@pytest.mark.parametrize("kind", ["roster", "marks", "survey", "results"])
@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_each_template_comes_back_as_a_file_that_can_be_tried(desk: Desk, kind: str, ending: str) -> None:
    made = desk.get(f"/imports/{kind}/template.{ending}?year={YEAR}", CLERK)
    assert made.status_code == 200
    assert made.headers["content-disposition"] == f'attachment; filename="{kind}.{ending}"'
    behalf = {"on_behalf_of": "team", "document": PAPER} if kind == "marks" else {}
    named = f"{kind}.{ending}"
    tried = attempt(desk, f"/imports/{kind}", made.content, name=named, year=str(YEAR), **behalf)
    assert tried.status_code == 200
    assert not faults(read(tried))
    page = desk.page(f"/imports/{kind}", CLERK, year=str(YEAR))
    assert page.cssselect('section[aria-labelledby="columns"] tbody tr')


def test_what_is_no_table_at_all_is_said(desk: Desk) -> None:
    for name, content in (("a.pdf", b"%PDF-1.7"), ("a.xlsx", b"not a sheet"), ("a.csv", b"")):
        answer = attempt(desk, ROSTER, content, name=name)
        assert answer.status_code == 200
        assert faults(read(answer)), name
    large = attempt(desk, ROSTER, b"x" * (MAX_BYTES + 1), name="a.csv")
    assert faults(read(large))
    assert len(large.text) < MAX_BYTES  # what is too large to be read does not come back
    evil = attempt(desk, ROSTER, csv_text(NEW, head=PEOPLE), name="../<script>.csv")
    assert not read(evil).cssselect("main script")


def test_a_file_of_any_size_fits_into_the_form_that_writes_it() -> None:
    pieces = _pieces(b"x" * MAX_BYTES)
    assert all(len(piece) < 1_000_000 for piece in pieces)
    assert sum(map(len, pieces)) + 65_536 < MOST_SENT


def test_a_form_without_a_file_or_a_year_is_told_what_is_missing(desk: Desk) -> None:
    missing = desk.post("/imports/marks", CLERK, {"do": "try", "year": "x", "reason": "理由<b>"})
    assert missing.status_code == 422
    page = read(missing)
    assert {one.get("id") for one in page.cssselect('[aria-invalid="true"]')} == {"file", "year"}
    assert page.cssselect("#reason")[0].get("value") == "理由<b>"
    day = desk.post(ROSTER, CLERK, {"do": "try", "on": "2025-02-30"})
    assert day.status_code == 422
    assert desk.post(ROSTER, CLERK, {"do": "write", "name": "a.csv", "content": "§"}).status_code == 404
    assert desk.post(ROSTER, CLERK, {"do": "other"}).status_code == 404


def test_a_file_is_not_looked_for_again_where_only_its_year_was_wrong(desk_at: DeskAt) -> None:
    desk = desk_at("reviewing")
    path, text = "/imports/survey", counted(desk)
    page = read(attempt(desk, path, text, year="2O25", document=PAPER))
    assert {one.get("id") for one in page.cssselect('[aria-invalid="true"]')} == {"year"}
    (form,) = [one for one in page.forms if one.cssselect('input[name="do"][value="try"]')]
    tried = desk.post(path, CLERK, {**dict(form.form_values()), "year": str(YEAR)})
    assert tried.status_code == 200
    assert kept(read(tried))["content"] == [base64.b64encode(text.encode()).decode()]


def test_imports_are_for_the_office_and_for_reviewers(desk: Desk) -> None:
    assert desk.get("/imports", CLERK).headers["location"] == ROSTER
    before = desk.city.rows()
    for who in (AUDITOR, LIAISON[GENERAL]):
        assert desk.get("/imports", who).status_code == 403
        assert desk.get(ROSTER, who).status_code == 403
    rows = desk.city.rows()
    assert attempt(desk, ROSTER, csv_text(NEW, head=PEOPLE), AUDITOR).status_code == 403
    assert desk.city.rows() == rows >= before
    assert desk.get("/imports/nothing", CLERK).status_code == 404
    assert desk.get("/imports/roster/template.pdf", CLERK).status_code == 404
    assert desk.get("/imports/marks/template.csv", CLERK).status_code == 404
    assert desk.browser().get(ROSTER).headers["location"].startswith("/sign-in")
