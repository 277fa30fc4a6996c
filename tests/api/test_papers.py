"""Papers and the archive over the interface: issued, listed for whom they are, handed out, marked void."""

from __future__ import annotations

import io
import zipfile
from hashlib import sha256
from pathlib import Path
from urllib.parse import quote

import pytest
from httpx2 import Response

from cycle.documents import portable
from tests.api.conftest import Api, ApiAt
from tests.cast import (
    ADMIN,
    AUDITOR,
    CLERK,
    GENERAL,
    LEADER,
    LIAISON,
    MEMBER,
    OFFICE_AT_HOME,
    PERSONNEL,
    REVIEWERS,
)
from tests.documents.conftest import Read, close
from tests.held import COLLEAGUE, YEAR

ISSUE, VOID = "/papers/2026/issue_paper", "/papers/2026/void_paper"
LIST = f"/cycles/{YEAR}/papers"
ARCHIVE = f"/cycles/{YEAR}/archive"
NOTICE = {"paper": "rectification", "of_year": YEAR, "department": PERSONNEL}
CIRCULAR = {"paper": "circular", "of_year": YEAR}


def file(series: str, number: int = 1, year: int = 2026) -> str:
    return f"/papers/{year}/{quote(series)}/{number}/file"


def symbols(answer: Response) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [one["symbol"] for one in answer.json()]


def unmet(answer: Response) -> list[str]:
    return [one["code"] for one in answer.json()["unmet"]]


def test_a_paper_is_issued_listed_handed_out_and_marked_void(api_at: ApiAt) -> None:
    api = api_at("ratified")
    issued = api.post(ISSUE, CLERK, NOTICE)
    assert (issued.status_code, issued.headers["etag"]) == (200, '"1"')
    told = issued.json()
    assert (told["symbol"], told["subject"]) == ("绩效办整〔2026〕1号", "dispatch:2026")
    (one,) = api.get(LIST, CLERK).json()
    assert one["sha256"] == told["file"]
    assert (one["title"], one["department"], one["issued_on"]) == ("整改通知书", PERSONNEL, "2026-01-20")
    assert (one["by"], one["void"], one["void_reason"]) == (CLERK, False, None)
    taken = api.get(file("绩效办整"), CLERK)
    assert sha256(taken.content).hexdigest() == told["file"]
    assert "绩效办整〔2026〕1号" in Read(taken.content).text
    said = taken.headers["content-disposition"]
    assert said.startswith('attachment; filename="paper-2026-1.docx"')
    assert quote("绩效办整〔2026〕1号") in said
    assert taken.headers["x-content-type-options"] == "nosniff"
    void = api.post(VOID, CLERK, {"series": "绩效办整", "number": 1, "reason": "日期有误"})
    assert (void.status_code, void.json()["number"]) == (200, 2)
    (one,) = api.get(LIST, CLERK).json()
    assert (one["void"], one["void_reason"]) == (True, "日期有误")
    again = api.post(VOID, CLERK, {"series": "绩效办整", "number": 1, "reason": "再办"})
    assert (again.status_code, unmet(again)) == (409, ["paper_void_already"])


def test_each_is_read_by_whom_it_is_for_and_is_not_there_for_others(api_at: ApiAt) -> None:
    api = api_at("ratified")
    api.post(ISSUE, CLERK, NOTICE)
    api.post(ISSUE, CLERK, CIRCULAR)
    api.post(VOID, CLERK, {"series": "绩效办整", "number": 1, "reason": "内情"})
    both = ["绩效办通〔2026〕1号", "绩效办整〔2026〕1号"]
    for who in (CLERK, MEMBER, AUDITOR, LIAISON[PERSONNEL], LEADER[PERSONNEL]):
        assert symbols(api.get(LIST, who)) == both, who
        assert api.get(file("绩效办整"), who).status_code == 200
    assert symbols(api.get(LIST, LIAISON[GENERAL])) == both[:1]
    assert symbols(api.get(LIST, REVIEWERS[0])) == []
    assert api.get(LIST, ADMIN).status_code == 403
    for who in (LIAISON[GENERAL], LEADER[GENERAL], REVIEWERS[0]):
        assert api.get(file("绩效办整"), who).status_code == 404
    told = api.get(LIST, LIAISON[PERSONNEL]).json()[1]
    assert (told["void"], told["void_reason"], told["by"], told["by_name"]) == (True, None, None, None)


@pytest.mark.parametrize(
    ("who", "sent", "status", "code"),
    [
        (CLERK, {**CIRCULAR, "paper": "ranking"}, 404, "not_found"),
        (CLERK, {**CIRCULAR, "of_year": 2040}, 404, "not_found"),
        (CLERK, {**NOTICE, "department": GENERAL}, 409, "refused"),
        (CLERK, {"paper": "talk", "of_year": YEAR}, 409, "refused"),
        (CLERK, {"paper": "circular"}, 422, "invalid"),
        (CLERK, {**CIRCULAR, "values": {}}, 422, "invalid"),
        (OFFICE_AT_HOME[PERSONNEL], NOTICE, 403, "recused"),
        (MEMBER, CIRCULAR, 403, "role_missing"),
        (LIAISON[GENERAL], CIRCULAR, 403, "role_missing"),
        (LIAISON[GENERAL], {**CIRCULAR, "of_year": 2040}, 403, "role_missing"),
    ],
)
def test_what_cannot_be_issued_is_refused_and_no_number_is_given(
    api_at: ApiAt, who: str, sent: dict[str, object], status: int, code: str
) -> None:
    api = api_at("ratified")
    answer = api.post(ISSUE, who, sent)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert symbols(api.get(LIST, CLERK)) == []


def test_the_same_paper_is_issued_once_more_only_by_saying_so(api_at: ApiAt) -> None:
    api = api_at("ratified")
    assert api.post(ISSUE, CLERK, CIRCULAR).status_code == 200
    refused = api.post(ISSUE, COLLEAGUE, CIRCULAR)
    assert (refused.status_code, unmet(refused)) == (409, ["paper_issued_already"])
    assert api.post(ISSUE, COLLEAGUE, {**CIRCULAR, "again": True}).status_code == 200
    assert symbols(api.get(LIST, CLERK)) == ["绩效办通〔2026〕2号", "绩效办通〔2026〕1号"]


def test_who_may_not_issue_learns_nothing_of_what_there_would_be_to_say(api_at: ApiAt) -> None:
    api = api_at("running")
    own = OFFICE_AT_HOME[PERSONNEL]
    assert api.post(ISSUE.replace("2026", "2025"), own, NOTICE).json()["code"] == "recused"
    other = api.post(ISSUE.replace("2026", "2025"), CLERK, NOTICE)
    assert unmet(other) == ["paper_nothing_to_rectify"]


def test_papers_are_numbered_in_the_year_of_their_issue(api_at: ApiAt) -> None:
    api = api_at("ratified")
    for year in (2025, 2027):
        answer = api.post(f"/papers/{year}/issue_paper", CLERK, CIRCULAR)
        assert (answer.status_code, unmet(answer)) == (409, ["paper_year_other"])
    assert symbols(api.get(LIST, CLERK)) == []


def test_the_same_key_issues_once_and_a_register_that_has_moved_on_is_told(api_at: ApiAt) -> None:
    api = api_at("ratified")
    first = api.post(ISSUE, CLERK, CIRCULAR, Idempotency_Key="k")
    assert api.post(ISSUE, CLERK, CIRCULAR, Idempotency_Key="k").json() == first.json()
    other = api.post(ISSUE, CLERK, {**CIRCULAR, "paper": "grade_list"}, Idempotency_Key="k")
    assert other.status_code == 409
    assert api.post(ISSUE, COLLEAGUE, NOTICE, If_Match='"1"').status_code == 200
    late = api.post(ISSUE, CLERK, CIRCULAR, If_Match='"1"')
    assert (late.status_code, late.json()["code"]) == (412, "overtaken")
    assert symbols(api.get(LIST, CLERK)) == ["绩效办整〔2026〕1号", "绩效办通〔2026〕1号"]


def test_what_is_issued_here_is_what_is_read_of_the_other_years_too(api_at: ApiAt) -> None:
    api = api_at("ratified")
    api.post(ISSUE, CLERK, CIRCULAR)
    assert api.get(f"/cycles/{YEAR + 1}/papers", CLERK).status_code == 404
    assert api.get(f"/cycles/{YEAR - 1}/papers", CLERK).json() == []
    for path in (file("绩效办通", 2), file("绩效办通", 1, 2025), file("没有")):
        assert api.get(path, CLERK).status_code == 404


def test_drafts_and_sheets_are_handed_out_as_far_as_they_are_theirs(api_at: ApiAt) -> None:
    api = api_at("ratified")
    draft = api.get(f"{LIST}/rectification?department={PERSONNEL}", MEMBER)
    assert "绩效办整〔2026〕　号" in Read(draft.content).text
    assert draft.headers["content-disposition"].startswith('attachment; filename="rectification.docx"')
    sheet = api.get(f"{LIST}/ranking", LIAISON[GENERAL])
    assert sheet.headers["content-disposition"].startswith('attachment; filename="ranking.xlsx"')
    assert zipfile.is_zipfile(io.BytesIO(sheet.content))
    assert unmet(api.get(f"{LIST}/rectification", CLERK)) == ["paper_department_missing"]
    for path, who, status in (
        (f"{LIST}/circular", LIAISON[GENERAL], 403),
        (f"{LIST}/history", LIAISON[GENERAL], 403),
        (f"{LIST}/score_sheet?department={PERSONNEL}", LIAISON[GENERAL], 404),
        (f"{LIST}/nothing", CLERK, 404),
        ("/cycles/2040/papers/circular", CLERK, 404),
    ):
        assert api.get(path, who).status_code == status, path
    assert symbols(api.get(LIST, CLERK)) == []


def test_papers_are_handed_out_as_pdf_where_the_server_makes_them(
    api_at: ApiAt, monkeypatch: pytest.MonkeyPatch
) -> None:
    api = api_at("ratified")
    draft = f"{LIST}/circular"
    assert unmet(api.get(f"{draft}?pdf=true", CLERK)) == ["pdf_missing"]
    monkeypatch.setattr(portable, "pdf", lambda content: b"%PDF of " + content)
    made = api.get(f"{draft}?pdf=true", CLERK)
    assert (made.headers["content-type"], made.content[:8]) == ("application/pdf", b"%PDF of ")
    assert made.headers["content-disposition"].startswith('attachment; filename="circular.pdf"')
    api.post(ISSUE, CLERK, NOTICE)
    issued = api.get(f"{file('绩效办整')}?pdf=true", CLERK)
    assert (issued.headers["content-type"], issued.content[:8]) == ("application/pdf", b"%PDF of ")
    assert 'filename="paper-2026-1.pdf"' in issued.headers["content-disposition"]
    sheet = api.get(f"{LIST}/ranking?pdf=true", CLERK)
    assert (sheet.status_code, unmet(sheet)) == (409, ["pdf_of_papers"])


def taken(api: Api, who: str) -> Response:
    return api.get(ARCHIVE, who)


def test_the_archive_of_a_closed_year_is_one_file_for_office_and_auditors(
    api_at: ApiAt, tmp_path: Path
) -> None:
    api = api_at("ratified", home=tmp_path / "home")
    early = taken(api, CLERK)
    assert (early.status_code, unmet(early)) == (409, ["archive_after_closing"])
    close(api.city)
    answer = taken(api, CLERK)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/zip"
    assert int(answer.headers["content-length"]) == len(answer.content)
    assert f'filename="archive-{YEAR}.zip"' in answer.headers["content-disposition"]
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        folder = archive.namelist()[0].partition("/")[0]
        manifest = archive.read(f"{folder}/manifest.sha256")
    assert sha256(manifest).hexdigest() == answer.headers["x-manifest-sha256"]
    assert taken(api, AUDITOR).content == answer.content
    for who in (MEMBER, ADMIN, LIAISON[GENERAL], LEADER[GENERAL], REVIEWERS[0]):
        assert taken(api, who).status_code == 403, who
    assert list((tmp_path / "home").iterdir()) == []


def test_what_auditors_take_away_is_written_down(api_at: ApiAt, tmp_path: Path) -> None:
    api = api_at("ratified", home=tmp_path)
    api.post(ISSUE, CLERK, CIRCULAR)
    for path in (LIST, file("绩效办通"), ARCHIVE):
        api.get(path, AUDITOR)
    noted = [path for (path,) in api.city.select("SELECT path FROM read_log ORDER BY seq")]
    assert noted == [f"/api/v1{LIST}", "/api/v1/papers/2026/绩效办通/1/file", f"/api/v1{ARCHIVE}"]


def test_a_history_that_does_not_verify_is_no_archive(api_at: ApiAt, tmp_path: Path) -> None:
    api = api_at("ratified", home=tmp_path)
    close(api.city)
    key = f"appraisal:{YEAR}:{GENERAL}"
    kept = api.city.row(key).state
    with api.city.service.database.write() as session:
        session.driver.execute(f"UPDATE subject SET state = 'plan.drafting' WHERE key = '{key}'")
    answer = taken(api, CLERK)
    with api.city.service.database.write() as session:
        session.driver.execute(f"UPDATE subject SET state = '{kept}' WHERE key = '{key}'")
    assert (answer.status_code, unmet(answer)) == (409, ["archive_unverified"])
    assert answer.json()["unmet"][0]["data"] == {"count": 1}
