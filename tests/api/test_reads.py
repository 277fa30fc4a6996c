"""How reading goes: parts of lists, files, filters, tags, the history by cursor, and what auditors read."""

from __future__ import annotations

import csv
import io
from typing import Any

from cycle.documents.lists import MEDIA
from cycle.documents.spreadsheet import read_first_sheet
from tests.api import sight_table
from tests.api.conftest import Api, ApiAt
from tests.api.test_reads_sight import described, of_every_kind, planted
from tests.cast import (
    AUDITOR,
    CLERK,
    DEPARTMENTS,
    DISCIPLINE,
    GENERAL,
    LEADER,
    LIAISON,
    PERSONNEL,
)
from workflows import words

HERE = f"/cycles/2025/appraisals/{GENERAL}"
USES = ("settlement", "eligibility", "commendation", "movement", "talks")
AS_FILES = (
    *(f"/cycles/2025/{name}" for name in ("board", "appraisals", "results", "figures", "ties", "cases")),
    *(
        f"/cycles/2025/{name}"
        for name in ("findings", "complaints", "bonuses", "objections", "evidence", "duties")
    ),
    *(f"/cycles/2025/uses/{name}" for name in USES),
    *("/cycles/2025/receipts", f"/departments/{GENERAL}/years"),
    *(f"{HERE}/{name}" for name in ("lines", "deadlines", "history", "team")),
    *("/cycles", "/cases", "/departments", f"/departments/{GENERAL}/posts", "/people", "/calendars"),
    *("/history?kind=cycle", "/pending-acts", "/deadlines/due?until=2026-12-31"),
    *("/reminders", "/mail", "/mail/dead-letters"),
)


def read(api: Api, path: str, who: str = CLERK, **headers: str) -> Any:
    answer = api.get(path, who, **headers)
    assert answer.status_code == 200, answer.text
    return answer.json()


def items(api: Api, path: str, who: str = CLERK) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = read(api, path, who)["items"]
    return found


# --- lists ---


def test_a_list_is_read_in_parts_that_together_are_the_whole(api_at: ApiAt) -> None:
    api = api_at("running")
    whole = items(api, "/people?limit=1000")
    parts = [
        row for offset in range(0, len(whole), 60) for row in items(api, f"/people?limit=60&offset={offset}")
    ]
    assert parts == whole
    first = read(api, "/people?limit=2")
    assert (len(first["items"]), first["total"], first["limit"], first["offset"]) == (2, len(whole), 2, 0)
    assert read(api, "/people?offset=100000")["items"] == []
    for wrong in ("limit=0", "limit=1001", "offset=-1", "limit=x", "format=pdf"):
        answer = api.get(f"/people?{wrong}", CLERK)
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid")


def test_the_board_is_found_by_state_category_lamp_and_whose_turn_it_is(api_at: ApiAt) -> None:
    api = api_at("running")
    api.city.file(GENERAL)
    api.city.at("2025-02-27")

    def found(query: str) -> list[str]:
        return sorted(row["department"] for row in items(api, f"/cycles/2025/board?{query}"))

    assert found("") == sorted(DEPARTMENTS)
    assert found("state=plan.submitted") == found("turn=office") == found("lamp=red") == [GENERAL]
    assert found("state=plan") == sorted(DEPARTMENTS)
    assert found("lamp=yellow") == sorted([DISCIPLINE, PERSONNEL])
    assert found("category=none") == []
    ordered = [row["department"] for row in items(api, "/cycles/2025/board?order=roster")]
    assert ordered == sorted(DEPARTMENTS)
    assert items(api, "/cycles/2025/board")[0]["department"] == GENERAL
    assert [row["department"] for row in items(api, "/cycles/2025/appraisals?state=plan.submitted")] == [
        GENERAL
    ]


def test_every_list_can_be_taken_away_as_a_file_in_the_readers_words(api_at: ApiAt) -> None:
    api = api_at("ratified")
    with planted(api.city, of_every_kind(9), "专报"):
        for path in AS_FILES:
            join = "&" if "?" in path else "?"
            whole = read(api, path if path.endswith("/results") else f"{path}{join}limit=1000")
            rows = whole.get("items", whole.get("results"))
            book = api.get(f"{path}{join}format=xlsx", CLERK)
            assert (book.status_code, book.headers["content-type"]) == (200, MEDIA["xlsx"]), path
            sheet = read_first_sheet(book.content)
            text = api.get(f"{path}{join}format=csv", CLERK, Accept_Language="en")
            assert (text.status_code, text.headers["content-type"]) == (200, MEDIA["csv"]), path
            assert text.headers["content-disposition"].startswith("attachment; filename=")
            table = list(csv.reader(io.StringIO(text.content.decode("utf-8-sig"))))
            assert len(table) == len(sheet) == len(rows) + 1, path
            zh, en = (words.catalogue(lang)["list.column"].values() for lang in words.LANGS)
            assert set(sheet[0]) <= set(zh), path
            assert set(table[0]) <= set(en), path


def test_points_are_numbers_in_a_file(api_at: ApiAt) -> None:
    api = api_at("ratified")
    sheet = read_first_sheet(api.get("/cycles/2025/results?format=xlsx", CLERK).content)
    total = sheet[0].index("综合评分")
    assert [row[total] for row in sheet[1:]] == ["100", "99.5", "99"]
    text = api.get("/cycles/2025/results?format=csv", CLERK).content.decode("utf-8-sig")
    assert [row["综合评分"] for row in csv.DictReader(io.StringIO(text))] == ["100.00", "99.50", "99.00"]


def test_a_file_holds_what_its_reader_sees_and_no_more(api_at: ApiAt) -> None:
    api = api_at("ratified")
    text = api.get("/cycles/2025/results?format=csv", LIAISON[GENERAL]).content.decode("utf-8-sig")
    totals = {row["部门编号"]: row["综合评分"] for row in csv.DictReader(io.StringIO(text))}
    assert totals == {GENERAL: "100.00", DISCIPLINE: "", PERSONNEL: ""}
    people = api.get("/people?format=csv", LIAISON[GENERAL]).content.decode("utf-8-sig")
    assert len(people.splitlines()) == 2


# --- single objects ---


def test_a_single_object_has_its_number_as_tag_and_is_not_sent_twice(api_at: ApiAt) -> None:
    api = api_at("running")
    api.city.save(GENERAL)
    for path in ("/cycles/2025", HERE, f"{HERE}/forms/plan", f"/departments/{GENERAL}", f"/people/{CLERK}"):
        first = api.get(path, CLERK)
        tag = first.headers["etag"]
        assert tag == f'"{first.json()["number"]}"'
        for known in (tag, f"W/{tag}", f'"99999", {tag}', "*"):
            again = api.get(path, CLERK, If_None_Match=known)
            assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag), path
        assert api.get(path, CLERK, If_None_Match='"99999"').status_code == 200
        assert first.headers["vary"] == "Accept-Language, Authorization"
    tag = api.get(HERE, CLERK).headers["etag"]
    api.city.file(GENERAL)
    assert api.get(HERE, CLERK, If_None_Match=tag).json()["state"] == "plan.submitted"


def test_the_sheet_lists_what_its_reader_may_do(api_at: ApiAt) -> None:
    api = api_at("running")
    mine = {one["action"] for one in read(api, HERE, LIAISON[GENERAL])["actions"]}
    assert {"save_form", "submit", "ask_extension"} <= mine
    assert "extend" not in mine
    assert read(api, HERE, AUDITOR)["actions"] == []


def test_one_reads_who_one_is_and_for_whom(api_at: ApiAt) -> None:
    api = api_at("running")
    liaison, leader = read(api, "/me", LIAISON[GENERAL]), read(api, "/me", LEADER[PERSONNEL])
    assert (liaison["departments"], liaison["in_charge_of"], liaison["scope"]) == ([GENERAL], [], "read")
    assert {DISCIPLINE, PERSONNEL} <= set(leader["in_charge_of"])
    assert (liaison["year"], liaison["today"]) == (2025, "2025-01-10")


def test_what_is_not_there_is_not_found(api_at: ApiAt) -> None:
    api = api_at("running")
    for path in (
        *("/cycles/2031", "/cycles/2031/board", "/cycles/2031/results", "/cycles/2031/findings"),
        *(f"{HERE}/forms/midyear", "/cycles/2025/appraisals/nobody", "/departments/nobody"),
        *("/people/nobody", "/mail/0000000000", f"/cycles/2025/findings/{GENERAL}/1"),
        *(f"/cycles/2025/cases/{GENERAL}", "/checkpoints/checkpoint-2025-01-01.json"),
    ):
        answer = api.get(path, CLERK)
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found"), path
    for path in ("/cycles/99", "/cycles/2025/appraisals/A%00B", f"{HERE}/forms/none", "/checkpoints/..%2Fx"):
        assert api.get(path, CLERK).status_code in (404, 422), path


# --- the history ---


def test_the_history_is_walked_by_its_cursor_each_row_once(api_at: ApiAt) -> None:
    api = api_at("running")
    rows, cursor = [], 0
    while True:
        page = read(api, f"/history?limit=70&cursor={cursor}")
        rows += page["items"]
        if page["next"] is None:
            break
        cursor = page["next"]
    assert [row["seq"] for row in rows] == sorted({row["seq"] for row in rows}, reverse=True)
    assert len(rows) == api.city.rows()


def test_the_history_is_found_by_who_what_and_when(api_at: ApiAt) -> None:
    api = api_at("running")
    api.city.save(GENERAL)
    api.city.at("2025-01-13 23:59")
    api.city.save(DISCIPLINE)

    def found(query: str) -> list[tuple[str, str]]:
        return [(row["subject"], row["action"]) for row in items(api, f"/history?limit=1000&{query}")]

    saved = (f"appraisal:2025:{GENERAL}", "save_form")
    assert found(f"who={LIAISON[GENERAL]}") == [saved]
    assert found(f"subject=appraisal:2025:{GENERAL}") == [saved, (saved[0], "open_plan")]
    assert found("action=save_form&until=2025-01-12") == [saved]
    assert found("action=save_form&since=2025-01-13&until=2025-01-13") == [
        (f"appraisal:2025:{DISCIPLINE}", "save_form")
    ]
    assert found("action=save_form&since=2025-01-14") == []
    assert {subject for subject, _ in found("kind=cycle")} == {"cycle:2024", "cycle:2025"}
    assert found("who=p_wei-siyuan") == found("who=%25") == []
    assert len(found("since=0001-01-01&until=9999-12-31")) == api.city.rows()


def test_the_whole_history_is_verified_on_request(api_at: ApiAt) -> None:
    verdict = read(api_at("running"), "/history/verify", AUDITOR)
    assert (verdict["ok"], verdict["faulty"], verdict["replayed"]) == (True, 0, True)
    assert verdict["digest"]


def test_what_auditors_read_is_logged_before_they_see_it_and_nobody_elses(api_at: ApiAt) -> None:
    api = api_at("running")
    read(api, HERE, AUDITOR)
    read(api, f"/history?limit=1&subject=y&subject=complaint:2025:{GENERAL}:1", AUDITOR)
    padded = api.get(f"/history?pad={'A' * 600}&limit=1&subject=complaint:2025:{GENERAL}:1", AUDITOR)
    assert padded.status_code == 422
    assert api.get("/cycles/2031", AUDITOR).status_code == 404
    read(api, HERE, CLERK)
    logged = api.city.select("SELECT person, path, at FROM read_log ORDER BY seq")
    at = "2025-01-10T02:00:00.000000Z"
    history = f"/api/v1/history?limit=1&subject=complaint%3A2025%3A{GENERAL}%3A1"
    paths = [f"/api/v1{HERE}", history, "/api/v1/cycles/2031"]
    assert logged == [(AUDITOR, path, at) for path in paths]


def test_every_route_that_reads_says_what_it_may_answer() -> None:
    paths = described()
    for row in sight_table.ROUTES.split("\n"):
        if row.strip() and not row.split()[0].endswith("/file"):
            route = paths["/api/v1" + row.split()[0]]["get"]
            assert {"200", "401", "403"} <= route["responses"].keys(), row
            assert " / " in route["summary"], row
