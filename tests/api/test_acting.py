"""What is done over the interface: by whom, once, on what was seen, with a second person where one is needed."""

from __future__ import annotations

import pytest
from httpx2 import Response

from cycle.operations.catalogue import OPERATIONS
from cycle.operations.perform import confirm
from tests.api.conftest import ROOT, Api, ApiAt
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
    PERSONNEL,
    person,
)
from tests.held import COLLEAGUE, key_of

PLACE = f"/cycles/2025/appraisals/{GENERAL}"
SAVE = f"{PLACE}/save_form"
TEXT = {"text": "年度工作计划"}


def told(answer: Response) -> tuple[int, str]:
    """Status and code of a problem."""
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    return answer.status_code, answer.json()["code"]


def save(api: Api, **headers: str) -> Response:
    return api.post(SAVE, LIAISON[GENERAL], TEXT, **headers)


def test_an_act_moves_its_subject_and_says_where_it_stands(api_at: ApiAt) -> None:
    api = api_at("running")
    answer = api.post(SAVE, LIAISON[GENERAL], {**TEXT, "occurred_on": "2025-01-09"})
    row = api.city.appraisal(GENERAL)
    assert answer.status_code == 200
    assert answer.headers["etag"] == f'"{row.number}"'
    assert answer.json() == {
        "subject": key_of(GENERAL),
        "action": "save_form",
        "before": "plan.drafting",
        "after": "plan.drafting",
        "number": row.number,
    }
    assert api.city.last(key_of(GENERAL))["occurred_on"] == "2025-01-09"


def test_an_act_without_fields_needs_no_body(api_at: ApiAt) -> None:
    api = api_at("running")
    save(api)
    assert api.post(f"{PLACE}/sign_off", HEAD[GENERAL]).status_code == 200
    assert api.post(f"{PLACE}/sign_off", HEAD[GENERAL], {}).status_code == 200


def test_another_departments_year_is_not_there(api_at: ApiAt) -> None:
    api = api_at("running")
    rows = api.city.rows()
    for path in (PLACE, "/cycles/2025/appraisals/nobody", "/cycles/1999/appraisals/nobody"):
        assert told(api.post(f"{path}/submit", LIAISON[DISCIPLINE])) == (404, "not_found")
    assert told(api.post(f"/cycles/2025/findings/{GENERAL}/1/answer", LIAISON[DISCIPLINE], TEXT)) == (
        404,
        "not_found",
    )
    assert api.city.rows() > rows  # the tokens issued, nothing else
    assert api.city.last(key_of(GENERAL))["action"] == "open_plan"


@pytest.mark.parametrize(
    ("who", "action", "code"),
    [
        (LIAISON[GENERAL], "accept", "role_missing"),
        (LIAISON[GENERAL], "sign_off", "relation_missing"),
        (OFFICE_AT_HOME[GENERAL], "chase", "recused"),
    ],
)
def test_want_of_permission_is_forbidden_and_named(api_at: ApiAt, who: str, action: str, code: str) -> None:
    api = api_at("running")
    if action == "accept":
        api.city.file(GENERAL)
    answer = api.post(f"{PLACE}/{action}", who, {"reason": "x"})
    assert told(answer) == (403, code)
    assert [unmet["code"] for unmet in answer.json()["unmet"]] == [code]


def test_a_refusal_names_every_condition_in_the_readers_language(api_at: ApiAt) -> None:
    api = api_at("running")
    answers = {
        lang: api.post(f"{PLACE}/submit", LIAISON[GENERAL], **({"Accept_Language": lang} if lang else {}))
        for lang in ("", "en", "zh-CN,en;q=0.5", "fr, en;q=0.8", "zh;q=0.1, en-GB", "en;q=x")
    }
    for lang, answer in answers.items():
        assert told(answer) == (409, "refused")
        english = lang in ("en", "fr, en;q=0.8", "zh;q=0.1, en-GB")
        assert answer.headers["content-language"] == ("en" if english else "zh-CN")
        for unmet in answer.json()["unmet"]:
            assert unmet["message"].endswith(".") == english
            assert unmet["message"] in answer.json()["detail"]
    codes = [unmet["code"] for unmet in answers[""].json()["unmet"]]
    assert codes == ["form_empty"]
    empty = api.post(f"{PLACE}/send_back", CLERK, {"due": "2025-03-03"})
    assert [unmet["code"] for unmet in empty.json()["unmet"]] == ["wrong_state"]


def test_the_same_key_does_nothing_twice(api_at: ApiAt) -> None:
    api = api_at("running")
    first = save(api, Idempotency_Key="k-1")
    again = save(api, Idempotency_Key="k-1")
    assert (again.status_code, again.json()) == (200, first.json())
    assert again.headers["etag"] == first.headers["etag"]
    assert api.city.appraisal(GENERAL).number == first.json()["number"]
    other = api.post(SAVE, LIAISON[GENERAL], {"text": "别的"}, Idempotency_Key="k-1")
    assert told(other) == (409, "conflict")
    assert save(api, Idempotency_Key="k-2").json()["number"] == first.json()["number"] + 1


def test_an_act_binds_itself_to_what_was_seen(api_at: ApiAt) -> None:
    api = api_at("running")
    number = save(api).json()["number"]
    for seen in (f'"{number - 1}"', f'W/"{number}"', f"{number}", '"x"', '""', f'"{number + 1}", "1"'):
        answer = save(api, If_Match=seen)
        assert told(answer) == (412, "overtaken"), seen
        assert answer.headers["etag"] == f'"{number}"'
        assert str(number) in answer.json()["detail"]
    assert api.city.appraisal(GENERAL).number == number
    assert save(api, If_Match=f'"{number}"').status_code == 200
    assert save(api, If_Match=f'"9999", "{number + 1}"').status_code == 200
    assert save(api, If_Match="*").status_code == 200


def test_what_was_seen_is_asked_of_the_first_asking_only(api_at: ApiAt) -> None:
    """A repetition is answered as the first was, though the subject has moved by it."""
    api = api_at("running")
    number = api.city.appraisal(GENERAL).number
    bound = {"If_Match": f'"{number}"', "Idempotency_Key": "k-3"}
    assert [save(api, **bound).status_code for _ in range(2)] == [200, 200]
    assert api.city.appraisal(GENERAL).number == number + 1


def test_a_stranger_to_the_act_is_not_told_that_it_moved_on(api_at: ApiAt) -> None:
    api = api_at("running")
    answer = api.post(f"{PLACE}/submit", LIAISON[DISCIPLINE], If_Match='"77"')
    assert told(answer) == (404, "not_found")


def test_an_act_on_a_whole_year_binds_itself_too(api_at: ApiAt) -> None:
    api = api_at("pending")
    number = api.city.row("cycle:2025").number
    assert told(api.post("/cycles/2025/propose", CLERK, If_Match=f'"{number + 1}"')) == (412, "overtaken")
    done = api.post("/cycles/2025/propose", CLERK, If_Match=f'"{number}"')
    assert (done.status_code, done.json()["after"]) == (200, "proposed")
    assert set(done.json()["seats"]) == {"excellent", "good", "passed", "failed"}


def test_an_act_that_needs_a_second_person_waits_for_one(api_at: ApiAt) -> None:
    api = api_at("running")
    wish = {"reason": "机构撤并", "document": "市委〔2025〕3号", "on_behalf_of": "group"}
    waits = api.post(f"{PLACE}/exempt", CLERK, wish)
    assert waits.status_code == 202
    name = waits.json()["pending"]
    assert waits.json() == {"pending": name, "subject": key_of(GENERAL)}
    assert waits.headers["location"] == f"/api/v1/pending-acts/{name}"
    assert told(api.post(f"/pending-acts/{name}/confirm", CLERK)) == (403, "second_person_same")
    assert told(api.post(f"/pending-acts/{name}/confirm", LIAISON[DISCIPLINE])) == (404, "not_found")
    for one in (OFFICE_AT_HOME[GENERAL], LIAISON[GENERAL], HEAD[GENERAL]):
        for action in ("confirm", "drop"):
            found, none = (api.post(f"/pending-acts/{n}/{action}", one) for n in (name, "0" * 16))
            assert told(found) == told(none) == (404, "not_found")
            assert found.json()["detail"] == none.json()["detail"]
    assert told(api.post(f"/pending-acts/{name}/drop", COLLEAGUE)) == (403, "not_own_act")
    assert api.city.state(GENERAL) == "plan.drafting"
    done = api.post(f"/pending-acts/{name}/confirm", COLLEAGUE, Idempotency_Key="c-1")
    assert (done.status_code, done.json()["after"]) == (200, "exempted")
    assert api.post(f"/pending-acts/{name}/confirm", COLLEAGUE, Idempotency_Key="c-1").json() == done.json()
    assert told(api.post(f"/pending-acts/{name}/confirm", COLLEAGUE)) == (409, "conflict")
    last = api.city.last(key_of(GENERAL))
    assert (last["actor"], last["on_behalf_of"], last["confirmed_by"]) == (CLERK, "group", COLLEAGUE)


def test_who_entered_a_waiting_act_takes_it_back(api_at: ApiAt) -> None:
    api = api_at("running")
    changed = api.post(f"/people/{MEMBER}/change", CLERK, {"reason": "改名", "name": "赵卫"})
    name = changed.json()["pending"]
    assert api.post(f"/pending-acts/{name}/drop", CLERK).json() == {
        "dropped": name,
        "operation": "change_person",
    }
    assert told(api.post(f"/pending-acts/{name}/confirm", COLLEAGUE)) == (409, "conflict")
    assert told(api.post(f"/pending-acts/{'0' * 16}/drop", CLERK)) == (404, "not_found")


def test_whose_number_was_seen_is_not_asked_again_at_the_confirmation(api_at: ApiAt) -> None:
    """By then the act is judged by the facts of then."""
    api = api_at("running")
    number = api.city.appraisal(GENERAL).number
    wish = {"reason": "x", "document": "y", "on_behalf_of": "group"}
    name = api.post(f"{PLACE}/exempt", CLERK, wish, If_Match=f'"{number}"').json()["pending"]
    save(api)
    assert api.post(f"/pending-acts/{name}/confirm", COLLEAGUE).json()["after"] == "exempted"


def test_an_inspector_records_what_concerns_any_department_but_their_own(api_at: ApiAt) -> None:
    api = api_at("running")
    wish = {
        "item": "score.deduct.1",
        "source": "covert_visit",
        "severity": "ordinary",
        "on": "2025-01-09",
        "text": "窗口无人值守",
    }
    path = f"/cycles/2025/findings/{PERSONNEL}/record"
    done = api.post(path, INSPECTOR, wish)
    assert (done.status_code, done.json()["subject"]) == (200, f"finding:2025:{PERSONNEL}:1")
    assert told(api.post(path, LIAISON[PERSONNEL], wish)) == (403, "role_missing")
    assert told(api.post(path, LIAISON[GENERAL], wish)) == (404, "not_found")


def test_registers_are_kept_over_the_interface(api_at: ApiAt) -> None:
    api = api_at("running")
    registered = api.post(
        "/departments", CLERK, {"id": "dashuju", "name": "大数据局", "category": "government"}
    )
    assert registered.json()["subject"] == "department:dashuju"
    renamed = {"name": "数据局", "on": "2025-02-01", "document": "市委〔2025〕9号"}
    assert api.post("/departments/dashuju/rename", CLERK, renamed).json()["number"] == 2
    days = {"holidays": ["2027-01-01"], "makeup": [], "document": "国办〔2026〕1号"}
    assert api.post("/calendars/2027/import", CLERK, days).json()["after"] == "current"
    assert api.post("/mail/pause", CLERK, {"reason": "试运行"}).json()["after"] == "paused"
    assert told(api.post("/departments/nobody/rename", CLERK, {**renamed, "name": "无此局"})) == (
        404,
        "not_found",
    )


def test_what_is_being_written_is_kept_for_who_writes_it(api_at: ApiAt) -> None:
    api = api_at("running")
    path, liaison = f"{ROOT}{PLACE}/draft", api.headers(LIAISON[GENERAL])
    assert told(api.client.get(path, headers=liaison)) == (404, "not_found")
    content = {"text": "写到一半", "targets": {"1": {"text": "目标"}}}
    rows = api.city.rows()
    kept = api.client.put(path, json={"content": content}, headers=liaison)
    assert (kept.status_code, kept.json()["form"], kept.json()["content"]) == (200, "plan", content)
    assert api.client.get(path, headers=liaison).json() == kept.json()
    assert api.city.rows() == rows
    elsewhere = api.headers(LIAISON[DISCIPLINE])
    assert told(api.client.get(path, headers=elsewhere)) == (404, "not_found")
    assert told(api.client.put(path, json={"content": {}}, headers=elsewhere)) == (404, "not_found")
    assert told(api.client.put(path, json={"content": {}}, headers=api.headers(CLERK)))[0] == 403
    assert api.client.delete(path, headers=liaison).status_code == 204
    assert told(api.client.get(path, headers=liaison)) == (404, "not_found")


def test_the_history_names_the_key_an_act_came_by_and_the_one_it_was_confirmed_by(api_at: ApiAt) -> None:
    api = api_at("running")
    keys = {who: api.token(who).split("_", 2) for who in (CLERK, COLLEAGUE, LIAISON[GENERAL])}
    save(api)
    assert api.city.last(key_of(GENERAL))["data"]["token"] == keys[LIAISON[GENERAL]][1]
    api.city.do("move", person(LIAISON[GENERAL]), subject=key_of(GENERAL), action="save_form", text="别的")
    assert "token" not in api.city.last(key_of(GENERAL))["data"]
    wish = {"reason": "x", "document": "y", "on_behalf_of": "group"}
    for department, by_command in ((GENERAL, False), (PERSONNEL, True)):
        place = f"/cycles/2025/appraisals/{department}"
        name = api.post(f"{place}/exempt", CLERK, wish).json()["pending"]
        if by_command:
            confirm(api.city.service, OPERATIONS, name, COLLEAGUE)
        else:
            api.post(f"/pending-acts/{name}/confirm", COLLEAGUE)
        data = api.city.last(key_of(department))["data"]
        assert data["token"] == keys[CLERK][1]
        assert data.get("confirmed_token") == (None if by_command else keys[COLLEAGUE][1])
    bodies = str(api.city.select("SELECT body FROM history")) + str(
        api.city.select("SELECT call FROM pending_act")
    )
    assert not any(secret in bodies for _, _, secret in keys.values())


def test_a_key_of_ones_own_and_every_key_for_the_auditor_is_shown_beside_what_was_done_by_it(
    api_at: ApiAt,
) -> None:
    api = api_at("running")
    save(api)
    name = api.token(LIAISON[GENERAL]).split("_")[1]

    def shown(who: str, path: str) -> list[str | None]:
        rows = api.get(path, who).json()["items"]
        return [(row["data"] or {}).get("token") for row in rows if row["action"] == "save_form"]

    whole = f"/history?subject={key_of(GENERAL)}"
    assert shown(AUDITOR, whole) == [name]
    assert shown(CLERK, whole) == shown(MEMBER, whole) == [None]
    assert shown(LIAISON[GENERAL], f"{PLACE}/history") == [name]
    assert shown(HEAD[GENERAL], f"{PLACE}/history") == [None]


def test_a_key_renewed_in_between_is_no_other_request(api_at: ApiAt) -> None:
    api = api_at("running")
    first = save(api, Idempotency_Key="k-9")
    api.tokens.clear()
    assert save(api, Idempotency_Key="k-9").json() == first.json()
