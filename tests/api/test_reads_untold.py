"""What tells of a department's points in a roundabout way, and is not told its own people before the time."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

from cycle.checkpoint import encoded
from cycle.db import Statement
from cycle.jobs.digests import write_digests
from cycle.verify import take_checkpoint
from tests.api.conftest import ApiAt
from tests.api.test_reads_hidden import items, read
from tests.api.test_reads_sight import planted
from tests.cast import (
    AUDITOR,
    CLERK,
    DISCIPLINE,
    GENERAL,
    HEAD,
    INSPECTOR,
    LIAISON,
    MEMBER,
    OFFICE_AT_HOME,
    PAPER,
    PERSONNEL,
    REVIEWERS,
    WHY,
    book,
    codes,
    for_body,
    person,
)
from tests.held import COLLEAGUE

WHOLE = "/history?limit=1000"
RESULTS = "/cycles/2025/results"
BURY = Statement(
    "UPDATE outbox SET key = 'x' || key, subject = :subject, status = 'failed', next_at = NULL WHERE key = :key"
)
LISTING = "SELECT recipient, key FROM outbox WHERE key IN (SELECT digest FROM reminder)"
AT_HOME = OFFICE_AT_HOME[GENERAL]
GROUNDS = {"reason": WHY, "document": PAPER}


def test_an_exemption_tells_nobody_what_it_changes_for_their_own_department(api_at: ApiAt) -> None:
    api = api_at("pending")
    api.city.move(DISCIPLINE, "exempt")

    def exempted(
        who: str, path: str = f"/history?subject=appraisal:2025:{DISCIPLINE}&limit=1000"
    ) -> dict[str, Any]:
        rows = items(api, path, who)
        (row,) = [row for row in rows if row["action"] == "exempt"]
        return row

    assert [one["department"] for one in exempted(CLERK)["data"]["grades_changed"]] == [PERSONNEL]
    assert exempted(AUDITOR)["hash"]
    own = f"/cycles/2025/appraisals/{DISCIPLINE}/history?limit=1000"
    for row in (exempted(OFFICE_AT_HOME[PERSONNEL]), exempted(AT_HOME), exempted(AT_HOME, own)):
        assert "seats_after" in row["data"]
        assert "grades_changed" not in row["data"]
        assert (row["hash"], row["previous"]) == (None, None)


def test_a_tie_of_a_proposal_taken_back_is_not_told_to_those_at_home_in_it(api_at: ApiAt) -> None:
    api = api_at("reviewing")
    for department in (GENERAL, DISCIPLINE, PERSONNEL):
        api.city.mark(department)
    api.city.at("2026-01-08")
    for department in (GENERAL, DISCIPLINE, PERSONNEL):
        api.city.move(department, "settle")
    api.city.whole("propose")
    api.city.whole("withdraw_proposal")

    def ties(who: str) -> Any:
        (row,) = items(api, f"{WHOLE}&subject=cycle:2025&action=propose", who)
        return row["data"]["record"].get("ties")

    assert GENERAL in str(ties(CLERK))
    assert GENERAL not in str(ties(AT_HOME))


def test_a_proposal_taken_back_is_closed_to_everybody_at_home_in_it(api_at: ApiAt) -> None:
    api = api_at("pending")
    taken_back = f"{RESULTS}?status=proposed&version=1"

    def results(path: str) -> list[int]:
        every = (AT_HOME, HEAD[GENERAL], CLERK, AUDITOR)
        return [len(read(api, path, who)["results"]) for who in every]

    api.city.whole("propose")
    assert results(f"{RESULTS}?status=proposed") == [3, 3, 3, 3]
    api.city.whole("withdraw_proposal")
    assert results(taken_back) == [0, 0, 3, 3]
    api.city.whole("propose")
    assert results(taken_back) == [0, 0, 3, 3]
    assert results(RESULTS) == [3, 3, 3, 3]


def test_a_corrected_rulebook_tells_nobody_what_it_touches_of_their_own_department(api_at: ApiAt) -> None:
    api = api_at("reviewing")
    for department in (GENERAL, PERSONNEL):
        api.city.give_marks(department)
    content: Any = book().content()
    first, second = content["indicators"][:2]
    for one, more in ((first, -1), (second, 1)):
        one["points"] = str(int(one["points"]) + more)
    asked = {"rulebook": content, "against": book().digest, "on_behalf_of": "group", **GROUNDS}
    waits = api.post("/cycles/2025/correct_rulebook", CLERK, asked)
    assert waits.status_code == 202, waits.text
    done = api.post(f"/pending-acts/{waits.json()['pending']}/confirm", AT_HOME).json()
    assert {one["subject"] for one in done["marks"]} == {f"appraisal:2025:{PERSONNEL}"}


def test_evidence_about_a_matter_not_told_is_offered_about_nothing(api_at: ApiAt, tmp_path: Path) -> None:
    api = api_at("running")
    api.city.service = replace(api.city.service, evidence=tmp_path)
    api.client.app.state.service = api.city.service  # type: ignore[attr-defined] # an application of ours
    rows: dict[str, tuple[str, dict[str, Any]]] = {
        f"complaint:2025:{GENERAL}:1": ("received", {"text": "尚未核查"}),
        f"finding:2025:{GENERAL}:1": ("recorded", {"text": "尚未告知"}),
        f"finding:2025:{GENERAL}:2": ("notified", {"text": "已告知"}),
    }

    def offered(about: str) -> tuple[int, Any]:
        answer = api.client.post(
            f"/api/v1/cycles/2025/evidence/{GENERAL}/offer",
            data={"about": about},
            files={"file": ("a.txt", b"x", "text/plain")},
            headers=api.headers(LIAISON[GENERAL]),
        )
        told = answer.json()
        return answer.status_code, [(one["code"], one["data"]) for one in told.get("unmet", ())]

    with planted(api.city, rows, "x"):
        untold = [offered(f"{kind}:2025:{GENERAL}:1") for kind in ("complaint", "finding")]
        nothing = offered(f"finding:2025:{GENERAL}:9")
        assert offered(f"finding:2025:{GENERAL}:2")[0] == 200
    assert [status for status, _ in (*untold, nothing)] == [409, 409, 409]
    assert [[code for code, _ in unmet] for _, unmet in untold] == [[code for code, _ in nothing[1]]] * 2


def test_what_waits_about_a_matter_of_ones_own_department_is_not_shown_in_the_office(api_at: ApiAt) -> None:
    api = api_at("running")
    for department in (GENERAL, PERSONNEL):
        about = {"year": 2025, "department": department, "text": WHY}
        asked = api.city.do("hold_to_account", for_body("group"), **about)
        assert "pending" in asked
    api.city.do("rename", person(CLERK), department=GENERAL, name="新名", on="2025-01-10")

    def waiting(who: str) -> list[str]:
        return [row["subject"] for row in items(api, "/pending-acts", who)]

    assert [one for one in waiting(CLERK) if GENERAL in one]
    assert [one for one in waiting(AT_HOME) if GENERAL in one] == []
    assert len(waiting(AT_HOME)) == 1


def test_the_rows_of_a_file_that_waits_are_not_for_those_at_home_in_a_department_of_it(api_at: ApiAt) -> None:
    api = api_at("reviewing")
    item = book().indicators[0]
    rows = [
        {"row": n, "department": named, "member": REVIEWERS[0], "item": item.id, "points": 100, "reason": WHY}
        for n, named in enumerate(
            (GENERAL, api.city.row(f"department:{DISCIPLINE}").record["names"][-1]["name"]), 1
        )
    ]
    asked = {"kind": "marks", "file": "marks.csv", "rows": rows, "year": 2025, "on": "", "accept_good": False}
    assert "pending" in api.city.do("import_rows", for_body("team"), **asked)

    def told(who: str) -> tuple[Any, Any]:
        (one,) = items(api, "/pending-acts", who)
        return len(one["arguments"].get("rows", ())), one["arguments"].get("count")

    assert told(CLERK) == told(COLLEAGUE) == told(AUDITOR) == told(OFFICE_AT_HOME[PERSONNEL]) == (2, None)
    assert told(OFFICE_AT_HOME[DISCIPLINE]) == (0, 2)
    assert items(api, "/pending-acts", AT_HOME) == []


def test_the_review_team_is_told_of_a_complaint_once_the_department_was(api_at: ApiAt) -> None:
    api = api_at("reviewing")
    rows: dict[str, tuple[str, dict[str, Any]]] = {
        f"complaint:2025:{GENERAL}:{n}": (state, {"text": text, "source": "call", "on": "2025-01-09"})
        for n, (state, text) in enumerate((("received", "尚未核查"), ("investigating", "已告知")), 1)
    }

    def beside(who: str) -> list[str]:
        answer = api.get(f"/cycles/2025/appraisals/{GENERAL}/beside", who)
        assert "etag" not in answer.headers
        (found,) = [one for one in answer.json()["indicators"] if one["item"] == "content.3.3"]
        return [one["key"] for one in found["matters"]]

    with planted(api.city, rows, "x"):
        assert beside(REVIEWERS[0]) == [f"complaint:2025:{GENERAL}:2"]
        assert beside(CLERK) == list(rows)


def test_a_sheet_is_another_one_once_a_receipt_beside_it_is_signed(api_at: ApiAt) -> None:
    api = api_at("running")
    path = f"/cycles/2025/appraisals/{GENERAL}"
    alone = api.get(path, CLERK).headers["etag"]
    receipt = {"5": {"what": "notify", "on": "2025-01-09"}}
    rows: dict[str, tuple[str, dict[str, Any]]] = {
        f"finding:2025:{GENERAL}:1": ("notified", {"text": "已告知", "receipts": receipt})
    }
    with planted(api.city, rows, "x"):
        tag = api.get(path, CLERK).headers["etag"]
        assert re.fullmatch(rf'{alone[:-1]}\.[0-9a-f]{{8}}"', tag)
        assert api.get(path, CLERK, If_None_Match=tag).status_code == 304
        assert api.get(path, CLERK, If_None_Match=alone).status_code == 200
        bound = api.post(f"{path}/chase", CLERK, {}, If_Match=tag)
        assert bound.status_code != 412, bound.text


def test_seals_are_not_for_whom_they_could_be_tried_against_guesses(api_at: ApiAt, tmp_path: Path) -> None:
    api = api_at("pending", home=tmp_path)
    _, taken = take_checkpoint(api.city.service.database, "2025-12-10T17:00:00.000000Z")
    assert taken is not None
    (tmp_path / "checkpoints").mkdir()
    (tmp_path / "checkpoints" / "checkpoint-2025-12-10.json").write_bytes(encoded(taken))

    def seals(who: str) -> tuple[bool, bool, int]:
        (line,) = read(api, "/checkpoints", who)
        one = api.get("/checkpoints/checkpoint-2025-12-10.json", who)
        return bool(line["digest"]), bool(read(api, "/history/verify", who)["digest"]), one.status_code

    assert seals(AT_HOME) == (False, False, 404)
    assert seals(CLERK) == seals(AUDITOR) == (True, True, 200)


def test_letters_tell_nobody_at_home_of_a_matter_their_department_was_not_told_of(api_at: ApiAt) -> None:
    api = api_at("running")
    about = {
        "year": 2025,
        "department": GENERAL,
        "on": "2025-01-09",
        "text": "窗口态度生硬",
        "source": "call",
    }
    key = api.city.do("complaint", person(CLERK), action="receive", **about)["subject"]
    api.city.at("2025-02-14 09:40")
    api.city.sweep()
    assert write_digests(api.city.service) > 0
    told: dict[str, str] = dict(api.city.select(LISTING))
    assert {CLERK, COLLEAGUE} <= told.keys()
    assert AT_HOME not in told
    with api.city.service.database.write() as session:
        BURY.run(session, key=told[COLLEAGUE], subject=key)
    told[COLLEAGUE] = f"x{told[COLLEAGUE]}"  # no digest, but a letter about the matter itself

    def shown(who: str) -> tuple[set[str], set[str], set[str], list[int]]:
        letters = {one["key"] for one in items(api, "/mail?limit=1000", who)} & set(told.values())
        dead = {one["key"] for one in items(api, "/mail/dead-letters", who)}
        reminded = {one["person"] for one in items(api, f"/reminders?subject={key}", who)}
        single = [api.get(f"/mail/{told[to]}", who).status_code for to in (CLERK, COLLEAGUE)]
        return letters, dead, reminded & {AT_HOME, CLERK, COLLEAGUE}, single

    whole = (set(told.values()), {told[COLLEAGUE]}, {AT_HOME, CLERK, COLLEAGUE}, [200, 200])
    mine = {told[one] for one in (HEAD[GENERAL],) if one in told}
    assert shown(CLERK) == shown(AUDITOR) == whole
    assert shown(AT_HOME) == (set(), set(), set(), [404, 404])
    assert shown(HEAD[GENERAL]) == (mine, set(), set(), [404, 404])
    assert read(api, "/mail?limit=1", AT_HOME)["total"] == len(items(api, "/mail?limit=1000", AT_HOME))
    api.city.do("complaint", person(CLERK), action="investigate", subject=key)
    assert shown(AT_HOME) == whole


# --- who may never ask ---


NEVER: dict[str, dict[str, Any]] = {
    "/cycles/2025/amend": {"changes": [{"department": GENERAL, "reverse": ["x"]}]},
    "/cycles/2025/correct_rulebook": {"rulebook": {"name": "x"}, "against": "x"},
    "/cycles/2025/ratify": {},
    "/cycles/2025/propose": {},
    "/cycles/2025/withdraw_proposal": {},
    "/cycles/2025/open": {},
    "/cycles/2025/prepare": {"rulebook": {"name": "x"}},
    "/cycles/2025/move_dates": {"stage": "yearend", "due": "2025-12-30"},
    "/cycles/2025/import_results": {"rows": [{"department": "x", "rank": 1, "grade": "good"}]},
    f"/cycles/2025/appraisals/{PERSONNEL}/exempt": {},
    f"/cycles/2025/appraisals/{PERSONNEL}/assign": {"member": "nobody"},
    f"/cycles/2025/appraisals/{PERSONNEL}/verify": {},
}
"""What a department can never ask for, where it would be refused for other reasons as well."""

LOOKED_AHEAD = ("amend", "correct_rulebook", "move_dates")


def test_whoever_can_never_ask_for_an_act_is_told_that_and_nothing_of_its_subject(api_at: ApiAt) -> None:
    api = api_at("running")
    wrong = {}
    looked_ahead = {
        f"{path}/preview": NEVER[path] for path in NEVER if path.rpartition("/")[2] in LOOKED_AHEAD
    }
    for path, asked in {**NEVER, **looked_ahead}.items():
        answer = api.post(path, LIAISON[PERSONNEL], {**asked, **GROUNDS})
        told = answer.json()
        found = (answer.status_code, [one["code"] for one in told.get("unmet", ())])
        if found != (403, ["role_missing"]):
            wrong[path] = answer.text
    assert wrong == {}


def test_whoever_may_ask_is_still_told_where_the_subject_stands(api_at: ApiAt) -> None:
    city = api_at("running").city
    for act in (person(MEMBER), for_body("group")):
        assert codes(lambda act=act: city.do("ratify", act, year=2025)) == ["wrong_state"]  # type: ignore[misc]


def test_of_people_and_keys_that_are_not_theirs_nobody_is_told_whether_there_are_any(api_at: ApiAt) -> None:
    api = api_at("running")
    theirs = api.token(CLERK).split("_")[1]
    leave, grounds = {"on": "2025-01-09", **GROUNDS}, {"reason": WHY}
    for who in (LIAISON[GENERAL], INSPECTOR):
        for path, asked in (("/people/{}/leave", leave), ("/tokens/{}/revoke", grounds)):
            there, none = (CLERK, "p-nobody") if "people" in path else (theirs, "0" * 16)
            answers = [api.post(path.format(one), who, asked) for one in (there, none)]
            assert [one.status_code for one in answers] == [404, 404]
            assert answers[0].json()["code"] == answers[1].json()["code"]
