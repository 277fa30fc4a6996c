"""What a reader is not shown, in the answers themselves: points before the proposal, names, complainants."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.conftest import Api, ApiAt
from tests.api.test_reads_sight import planted
from tests.cast import (
    ADMIN,
    AUDITOR,
    CLERK,
    DISCIPLINE,
    GENERAL,
    HEAD,
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
from workflows import ledger

HERE = f"/cycles/2025/appraisals/{GENERAL}"
THERE = f"/cycles/2025/appraisals/{PERSONNEL}"
RESULTS = "/cycles/2025/results"


def read(api: Api, path: str, who: str) -> Any:
    answer = api.get(path, who)
    assert answer.status_code == 200, answer.text
    return answer.json()


def items(api: Api, path: str, who: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = read(api, path, who)["items"]
    return found


def test_before_the_proposal_a_department_sees_neither_its_points_nor_who_marks_it(api_at: ApiAt) -> None:
    api = api_at("pending")
    liaison, clerk = read(api, HERE, LIAISON[GENERAL]), read(api, HERE, CLERK)
    assert clerk["sum"] == "100.00"
    assert len(clerk["lines"]) > 30
    assert (liaison["sum"], liaison["sums"], liaison["team"], liaison["result"]) == (None, None, None, None)
    assert liaison["lines"] == items(api, f"{HERE}/lines", LIAISON[GENERAL]) == []
    assert [form for form in liaison["forms"].values() if form["text"] is None] == []
    assert not any(member in api.get(HERE, LIAISON[GENERAL]).text for member in REVIEWERS)


def test_from_the_proposal_on_it_sees_its_own_sheet_whole(api_at: ApiAt) -> None:
    api = api_at("pending")
    api.city.whole("propose")
    liaison, clerk = read(api, HERE, LIAISON[GENERAL]), read(api, HERE, CLERK)
    for part in ("sum", "sums", "lines", "result"):
        assert liaison[part] == clerk[part]
    assert liaison["result"]["rank"] == 1
    assert api.get(f"{HERE}/marks", LIAISON[GENERAL]).status_code == 200
    api.city.whole("withdraw_proposal")
    assert read(api, HERE, LIAISON[GENERAL])["sum"] is None


def test_deductions_it_is_told_of_when_they_are_written(api_at: ApiAt) -> None:
    api = api_at("reviewing")
    api.city.deduct(GENERAL)
    api.city.mark(GENERAL)
    mine = items(api, f"{HERE}/lines", LIAISON[GENERAL])
    assert [(line["part"], line["points"]) for line in mine] == [("deduction", "-1.00")]
    assert mine[0]["source"] == f"finding:2025:{GENERAL}:1"
    row = items(api, f"{HERE}/history?limit=1000", LIAISON[GENERAL])
    assert [one["data"]["lines"] for one in row if (one["data"] or {}).get("lines")] != []
    leader = items(api, f"{HERE}/lines", LEADER[GENERAL])
    assert {line["part"] for line in leader} == {"leader"}


def test_its_history_hides_the_review_until_the_proposal_and_the_seals_always(api_at: ApiAt) -> None:
    api = api_at("pending")
    rows = items(api, f"{HERE}/history?limit=1000", LIAISON[GENERAL])
    whole = items(api, f"{HERE}/history?limit=1000", CLERK)
    assert [row["number"] for row in rows] == [row["number"] for row in whole]
    closed = {row["action"] for row in rows if row["actor"] is None}
    assert {"assign", "complete"} <= closed
    assert "accept" not in closed
    assert [row for row in rows if row["actor"] is None and (row["data"] or row["reason"])] == []
    lines = [row for row in rows if (row["data"] or {}).get("lines")]
    assert lines == []
    assert {row["hash"] for row in rows} == {None}
    text = api.get(f"{HERE}/history?limit=1000", LIAISON[GENERAL]).text
    assert not any(member in text for member in REVIEWERS)
    api.city.whole("propose")
    told = items(api, f"{HERE}/history?limit=1000", LIAISON[GENERAL])
    assert [row["number"] for row in told if (row["data"] or {}).get("lines")] != []


def test_the_list_is_everybodys_from_the_proposal_on_and_others_points_never(api_at: ApiAt) -> None:
    api = api_at("pending")
    everybody = (LIAISON[GENERAL], REVIEWERS[0], LEADER[PERSONNEL], INSPECTOR)
    for who in everybody:
        assert read(api, RESULTS, who) == {"year": 2025, "status": "none", "version": None, "results": []}
    api.city.whole("propose")
    shown = {row["department"]: row for row in read(api, RESULTS, LIAISON[GENERAL])["results"]}
    assert shown[GENERAL]["total"] == "100.00"
    others = [row for department, row in shown.items() if department != GENERAL]
    public = {"version", "department", "name", "category", "grade"}
    assert [{name for name, value in row.items() if value is not None} for row in others] == [public] * 2
    grades = [row["grade"] for row in read(api, RESULTS, REVIEWERS[0])["results"]]
    assert grades == ["excellent", "good", "failed"]
    in_charge = read(api, RESULTS, LEADER[PERSONNEL])["results"]
    assert {row["department"] for row in in_charge if row["total"]} == {DISCIPLINE, PERSONNEL}
    assert all(row["total"] for row in read(api, RESULTS, CLERK)["results"])


def test_a_proposal_taken_back_is_no_longer_shown_but_stays_with_the_office(api_at: ApiAt) -> None:
    api = api_at("pending")
    api.city.whole("propose")
    api.city.whole("withdraw_proposal")
    assert read(api, RESULTS, LIAISON[GENERAL])["status"] == "none"
    assert read(api, f"{RESULTS}?status=proposed&version=1", LIAISON[GENERAL])["status"] == "none"
    assert read(api, f"{RESULTS}/versions", LIAISON[GENERAL]) == []
    assert [one["status"] for one in read(api, f"{RESULTS}/versions", CLERK)] == ["proposed"]
    assert len(read(api, f"{RESULTS}?status=proposed", CLERK)["results"]) == 3


@pytest.mark.parametrize("who", [HEAD[GENERAL], OFFICE_AT_HOME[GENERAL]])
def test_a_department_has_no_ear_in_the_office_or_the_group(api_at: ApiAt, who: str) -> None:
    """Whoever is at home in a department is not told its points early by being of the office or the group too."""
    api = api_at("pending")
    assert read(api, HERE, who)["sum"] is None
    assert read(api, THERE, who)["sum"] == "99.00"
    assert items(api, f"{HERE}/lines", who) == []
    assert api.get(f"{HERE}/beside", who).status_code == 404
    assert api.get(f"{THERE}/beside", who).status_code == 200
    for path in (f"{HERE}/history?limit=1000", f"/history?subject=appraisal:2025:{GENERAL}&limit=1000"):
        assert [row for row in items(api, path, who) if (row["data"] or {}).get("lines")] == []
    there = items(api, f"/history?subject=appraisal:2025:{PERSONNEL}&limit=1000", who)
    assert [row for row in there if (row["data"] or {}).get("lines")] != []
    api.city.whole("propose")
    assert read(api, HERE, who)["sum"] == "100.00"


def test_a_member_sees_others_marks_once_the_review_is_complete(api_at: ApiAt) -> None:
    api = api_at("reviewing")
    api.city.give_marks(GENERAL)
    mine = read(api, f"{HERE}/marks", REVIEWERS[0])
    assert [one["member"] for one in mine] == [REVIEWERS[0]]
    sheet = read(api, f"{HERE}/beside", REVIEWERS[0])
    beside = sheet["indicators"][0]
    assert ([given["member"] for given in beside["marks"]], beside["mean"]) == ([REVIEWERS[0]], None)
    assert len(read(api, f"{HERE}/marks", CLERK)) == 3
    api.city.move(GENERAL, "complete")
    assert len(read(api, f"{HERE}/marks", REVIEWERS[0])) == 3


def test_a_leader_sees_when_forms_are_due_and_not_what_they_say(api_at: ApiAt) -> None:
    sheet = read(api_at("running"), HERE, LEADER[GENERAL])
    plan = sheet["forms"]["plan"]
    assert (plan["due"], plan["text"], plan["targets"], plan["missing"]) == ("2025-02-28", None, None, None)
    assert (sheet["targets"], sheet["receipts"]) == (None, [])


def test_lists_hold_what_is_the_readers_and_nothing_else(api_at: ApiAt) -> None:
    api = api_at("running")
    assert {row["department"] for row in items(api, "/cycles/2025/board", LIAISON[GENERAL])} == {GENERAL}
    assert {row["department"] for row in items(api, "/cycles/2025/board", LEADER[PERSONNEL])} == {
        DISCIPLINE,
        PERSONNEL,
    }
    assert items(api, "/cycles/2025/appraisals", REVIEWERS[0]) == []
    assert len(items(api, "/cycles/2025/appraisals", MEMBER)) == 3
    due = items(api, "/deadlines/due?until=2025-12-31", LIAISON[GENERAL])
    assert {row["department"] for row in due} == {GENERAL}
    assert [row["person"] for row in items(api, "/people", LIAISON[GENERAL])] == [LIAISON[GENERAL]]
    posts = {row["department"]: row["posts"] for row in items(api, "/departments", LIAISON[GENERAL])}
    assert posts[GENERAL]["head"] == HEAD[GENERAL]
    assert posts[PERSONNEL] is None


def test_letters_are_shown_to_whoever_they_are_for_and_their_words_not_to_administrators(
    api_at: ApiAt,
) -> None:
    api = api_at("reviewing")
    mine = items(api, "/mail?limit=1000", LIAISON[GENERAL])
    assert mine
    assert {one["to"]["person"] for one in mine} == {LIAISON[GENERAL], HEAD[GENERAL]}
    assert {one["subject"] for one in mine} <= {f"appraisal:2025:{GENERAL}", ""}
    assert items(api, "/mail", ADMIN) == []
    assert read(api, "/mail/counts", ADMIN)["counts"] == read(api, "/mail/counts", CLERK)["counts"]
    letter = read(api, f"/mail/{mine[0]['id']}", LIAISON[GENERAL])
    assert letter["body"]
    assert api.get(f"/mail/{mine[0]['id']}", ADMIN).status_code == 404


# --- matters ---


def test_a_department_sees_a_matter_once_it_was_told_and_never_who_complained(api_at: ApiAt) -> None:
    api = api_at("running")
    name = "某某市民"
    complaint = {
        "text": "窗口态度生硬",
        "complainant": ledger.digest(f"salt\n{name}"),
        "visits": {"investigating": 1},
    }
    rows: dict[str, tuple[str, dict[str, Any]]] = {
        f"complaint:2025:{GENERAL}:1": ("investigating", complaint),
        f"complaint:2025:{GENERAL}:2": ("received", {"text": "尚未核查"}),
        f"finding:2025:{GENERAL}:1": ("recorded", {"text": "尚未告知"}),
        f"finding:2025:{GENERAL}:2": ("notified", {"text": "已告知"}),
    }
    with planted(api.city, rows, f"salt\n{name}"):
        own = items(api, "/cycles/2025/complaints", LIAISON[GENERAL])
        assert [(one["matter"], one["record"]) for one in own] == [(1, {"text": "窗口态度生硬"})]
        assert name not in api.get(f"/cycles/2025/complaints/{GENERAL}/1", LIAISON[GENERAL]).text
        assert api.get(f"/cycles/2025/complaints/{GENERAL}/2", LIAISON[GENERAL]).status_code == 404
        assert read(api, f"/cycles/2025/complaints/{GENERAL}/1", INSPECTOR)["record"]["complainant"] == name
        assert read(api, f"/cycles/2025/complaints/{GENERAL}/1", AUDITOR)["record"]["complainant"] == name
        at_home = read(api, f"/cycles/2025/complaints/{GENERAL}/1", OFFICE_AT_HOME[GENERAL])
        assert "complainant" not in at_home["record"]
        for untold in ("complaints", "findings"):
            assert [
                one["matter"] for one in items(api, f"/cycles/2025/{untold}", OFFICE_AT_HOME[GENERAL])
            ] == [1 if untold == "complaints" else 2]
        assert [one["matter"] for one in items(api, "/cycles/2025/findings", LIAISON[GENERAL])] == [2]
        assert items(api, "/cycles/2025/findings", LIAISON[PERSONNEL]) == []
        assert len(items(api, "/cycles/2025/findings", INSPECTOR)) == 2


def test_what_falls_due_tells_of_no_matter_the_department_was_not_told_of(api_at: ApiAt) -> None:
    api = api_at("running")
    about = {
        "year": 2025,
        "department": GENERAL,
        "on": "2025-01-09",
        "text": "窗口态度生硬",
        "source": "call",
    }
    key = api.city.do("complaint", person(CLERK), action="receive", **about)["subject"]

    def due(who: str) -> set[str]:
        return {row["subject"] for row in items(api, "/deadlines/due?until=2025-12-31", who)}

    assert key in due(CLERK)
    assert key not in due(LIAISON[GENERAL])
    api.city.do("complaint", person(CLERK), action="investigate", subject=key)
    assert key in due(LIAISON[GENERAL])
    assert key not in due(LIAISON[PERSONNEL])


def test_what_waits_for_a_second_person_is_shown_to_the_office_but_not_of_ones_own_department(
    api_at: ApiAt,
) -> None:
    api = api_at("running")
    for department in (GENERAL, PERSONNEL):
        api.city.ask(department, "exempt", for_body("group"))

    def waiting(who: str) -> list[str]:
        return [row["subject"].rpartition(":")[2] for row in items(api, "/pending-acts", who)]

    assert waiting(CLERK) == waiting(AUDITOR) == [GENERAL, PERSONNEL]
    assert waiting(OFFICE_AT_HOME[GENERAL]) == [PERSONNEL]
    assert waiting(LIAISON[GENERAL]) == waiting(INSPECTOR) == []


def test_nothing_a_department_writes_makes_a_kept_text_readable(api_at: ApiAt) -> None:
    """Of an honour the name is what was written, even where it is the digest of a text that is kept."""
    api, name = api_at("running"), "张某某"
    about = {
        "year": 2025,
        "department": GENERAL,
        "on": "2025-01-09",
        "text": "窗口态度生硬",
        "source": "call",
    }
    complaint = api.city.do("complaint", person(CLERK), action="receive", complainant=name, **about)[
        "subject"
    ]
    kept = api.city.row(complaint).record["complainant"]
    for number, digest in enumerate((kept, ledger.digest(name)), 1):
        api.city.apply(GENERAL, award=digest, granted_by=digest)
        mine = read(api, f"/cycles/2025/bonuses/{GENERAL}/{number}", LIAISON[GENERAL])["record"]
        assert (mine["award"], mine["granted_by"]) == (digest, digest)
    seen = read(api, f"/cycles/2025/complaints/{GENERAL}/1", INSPECTOR)["record"]
    assert (seen["complainant"], seen["text"]) == (name, "窗口态度生硬")


def test_who_of_the_team_decided_on_evidence_is_told_to_the_department_from_the_proposal_on(
    api_at: ApiAt,
) -> None:
    api = api_at("pending")
    sha = "0" * 64
    version = {"1": {"sha256": sha, "name": "照片.pdf", "by": LIAISON[GENERAL]}}

    def by(number: int, who: str) -> str:
        path = f"/cycles/2025/evidence/{GENERAL}/{number}"
        [listed] = [one for one in items(api, "/cycles/2025/evidence", who) if one["matter"] == number]
        one = read(api, path, who)["record"]["decided"]["by"]
        assert listed["record"]["decided"]["by"] == one
        return str(one)

    rows: dict[str, tuple[str, dict[str, Any]]] = {
        f"evidence:2025:{GENERAL}:{number}": (
            "refused",
            {"about": "plan", "version": 1, "versions": version, "decided": {"by": who, "version": 1}},
        )
        for number, who in ((1, REVIEWERS[0]), (2, CLERK))
    }
    with planted(api.city, rows):
        assert [by(1, LIAISON[GENERAL]), by(2, LIAISON[GENERAL])] == ["team", "office"]
        assert [by(1, CLERK), by(1, REVIEWERS[1])] == [REVIEWERS[0]] * 2
        api.city.whole("propose")
        assert [by(1, LIAISON[GENERAL]), by(2, LIAISON[GENERAL])] == [REVIEWERS[0], CLERK]


def test_the_history_tells_nobody_at_home_of_what_their_department_was_not_told(api_at: ApiAt) -> None:
    api = api_at("running")
    about = {"year": 2025, "department": GENERAL, "on": "2025-01-09", "text": "窗口态度生硬"}
    found = {**about, "item": "score.deduct.1", "source": "covert_visit", "severity": "typical"}
    key = api.city.do("finding", person(CLERK), action="record", **found)["subject"]
    path = f"/history?subject={key}"
    assert [row["action"] for row in items(api, path, CLERK)] == ["record"]
    assert items(api, path, OFFICE_AT_HOME[GENERAL]) == []
    assert api.get(f"/cycles/2025/findings/{GENERAL}/1", OFFICE_AT_HOME[GENERAL]).status_code == 404
    api.city.do("finding", person(CLERK), action="notify", subject=key)
    assert [row["action"] for row in items(api, path, OFFICE_AT_HOME[GENERAL])] == ["notify", "record"]
