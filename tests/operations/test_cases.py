"""Failing in two recorded years running: the case, its report, and what people do with it."""

from __future__ import annotations

import pytest

from tests.cast import (
    CLERK,
    DISCIPLINE,
    GENERAL,
    HEAD,
    LEADER,
    MEMBER,
    OTHER_MEMBER,
    PERSONNEL,
    SUCCESSOR,
    City,
    CityAt,
    book,
    codes,
    for_body,
    person,
)
from tests.held import YEAR, key_of
from workflows.errors import NotFound

AGAIN = YEAR + 1
CASE = f"case:{AGAIN}:{PERSONNEL}"


@pytest.fixture
def city(city_at: CityAt) -> City:
    """The third department failed last year and is about to fail again."""
    return city_at("pending again")


def report(city: City, case: str = CASE) -> str:
    ((text,),) = city.select("SELECT body FROM text WHERE sha256 = :sha", sha=city.row(case).record["report"])
    return str(text)


def cases(city: City) -> list[tuple[str, str]]:
    return city.select("SELECT key, state FROM subject WHERE kind = 'case' ORDER BY key")


def test_the_second_failure_running_opens_a_case_by_the_system_and_tells_the_group_and_the_leader(
    city: City,
) -> None:
    city.whole("propose", AGAIN)
    assert cases(city) == []  # a proposal accuses nobody
    city.at("2027-01-20")
    answer = city.whole("ratify", AGAIN)
    assert answer["cases"] == [CASE]
    row = city.row(CASE)
    assert (row.state, row.record["consecutive_failures"]) == ("opened", 2)
    assert (row.record["previous_year"], row.record["previous_department"]) == (YEAR, PERSONNEL)
    assert city.last(CASE)["actor"] == "system"
    told = city.select("SELECT kind, recipient FROM outbox WHERE subject = :key", key=CASE)
    assert {kind for kind, _ in told} == {"escalation_report"}
    assert {recipient for _, recipient in told} >= {MEMBER, OTHER_MEMBER, LEADER[PERSONNEL]}


def test_the_first_line_says_when_the_heads_differ(city: City) -> None:
    city.at("2027-01-06")
    newcomer = {"department": PERSONNEL, "post": "head", "person": HEAD[GENERAL], "on": "2026-06-01"}
    city.do("appoint", person(CLERK), **newcomer)
    city.whole("propose", AGAIN)
    city.at("2027-01-20")
    city.whole("ratify", AGAIN)
    assert report(city).splitlines()[0] == (
        "请注意：各年度主要负责人不是同一人（2025年度李堃，2026年度王立群）。"
    )


def test_ratification_froze_who_was_head_whatever_is_entered_later(city: City) -> None:
    late = {"department": PERSONNEL, "post": "head", "person": HEAD[GENERAL], "on": "2026-01-10"}
    city.do("appoint", person(CLERK), **late)  # ten days before the year before was ratified
    city.to_ratified(AGAIN)
    assert report(city).splitlines()[0] == (
        "请注意：各年度主要负责人不是同一人（2025年度李堃，2026年度王立群）。"
    )


def test_a_correction_that_takes_the_ground_away_revokes_the_case_and_another_reopens_it(city: City) -> None:
    city.to_ratified(AGAIN)
    blame = {"department": GENERAL, "lines": [{"part": "deduction", "item": "score.deduct.5.1"}]}
    city.at("2027-02-01")
    assert city.whole("amend", AGAIN, changes=[blame])["cases"] == [CASE]
    assert cases(city) == [(CASE, "revoked")]
    assert city.state(PERSONNEL, AGAIN) == "closed"
    city.at("2027-02-02")
    ((line,),) = city.select("SELECT id FROM line WHERE item = 'score.deduct.5.1'")
    city.whole("amend", AGAIN, changes=[{"department": GENERAL, "reverse": [line]}])
    assert cases(city) == [(CASE, "opened")]
    assert [row["action"] for row in city.history(CASE)] == ["open", "revoke", "open"]
    assert "revoked" not in city.row(CASE).record
    assert city.state(PERSONNEL, AGAIN) == "rectification.drafting"


def test_a_case_goes_to_the_group_then_the_committee_and_is_closed_by_the_office(city: City) -> None:
    city.to_ratified(AGAIN)

    def move(action: str, body: str, text: str = "") -> None:
        act = for_body(body) if body else person(CLERK)
        answer = city.do("case", act, subject=CASE, action=action, text=text)
        if "pending" in answer:
            city.confirm(answer)

    assert codes(lambda: move("approve", "committee")) == ["wrong_state"]
    move("study", "group")
    move("propose_handling", "group", "建议组织处理")
    assert codes(lambda: move("approve", "group")) == ["behalf_not_possible"]
    assert codes(lambda: move("approve", "")) == ["role_missing"]
    move("approve", "committee")
    move("close", "")
    assert cases(city) == [(CASE, "closed")]
    sha = city.row(CASE).record["texts"]["propose_handling"]
    assert city.select("SELECT body FROM text WHERE sha256 = :sha", sha=sha) == [("建议组织处理",)]


def test_a_rejected_case_is_closed_too(city: City) -> None:
    city.to_ratified(AGAIN)
    for action, body in (("study", "group"), ("propose_handling", "group"), ("reject", "committee")):
        city.both("case", for_body(body), subject=CASE, action=action)
    city.do("case", person(CLERK), subject=CASE, action="close")
    assert cases(city) == [(CASE, "closed")]


@pytest.mark.parametrize("action", ["open", "revoke"])
def test_nobody_opens_or_revokes_a_case_by_hand(city: City, action: str) -> None:
    city.to_ratified(AGAIN)
    assert codes(lambda: city.do("case", person(CLERK), subject=CASE, action=action)) == ["role_missing"]


@pytest.mark.parametrize(
    "subject", [f"cycle:{AGAIN}", key_of(GENERAL, AGAIN), "department:jiwei", "case:2026:x"]
)
def test_the_moves_of_a_case_move_nothing_else(city: City, subject: str) -> None:
    city.whole("propose", AGAIN)
    before = city.rows()
    for action in ("withdraw_proposal", "ratify", "absorb", "study"):
        with pytest.raises(NotFound):
            city.do("case", person(CLERK), subject=subject, action=action)
    assert city.rows() == before


def test_a_successor_inherits_a_predecessors_failure_and_the_report_names_it(city_at: CityAt) -> None:
    city = city_at("ratified")
    posts = {"liaison": "p-xue-jun", "head": "p-li-kun", "leader": "p-qin-guodong"}
    new = {"id": SUCCESSOR, "name": "新组织部", "category": "party", "posts": posts}
    city.do("register_department", person(CLERK), **new)
    city.do("merge", person(CLERK), department=SUCCESSOR, predecessors=[PERSONNEL], on="2026-01-20")
    city.departments = (GENERAL, DISCIPLINE, SUCCESSOR)
    city.at("2026-01-21")
    city.whole("prepare", AGAIN, rulebook=book().content())
    city.whole("approve_rulebook", AGAIN, digest=city.row(f"cycle:{AGAIN}").record["rulebook_digest"])
    city.whole("open", AGAIN)
    city.sweep()
    city.to_central_review(AGAIN)
    city.to_pending(AGAIN)
    city.to_ratified(AGAIN)
    case = f"case:{AGAIN}:{SUCCESSOR}"
    assert cases(city) == [(case, "opened")]
    assert city.row(case).record["previous_department"] == PERSONNEL
    text = report(city, case)
    assert "组织部2025年度综合评分99.00分，列第3名（共3个部门），评定等次为不达标。" in text
    assert "组织部是新组织部的合并前单位，其2025年度结果由新组织部承接。" in text
    assert text.splitlines()[0] == "各年度主要负责人均为李堃。"


def test_an_exempt_year_between_two_failures_is_skipped(city_at: CityAt) -> None:
    city = city_at("registered")
    rows = [{"department": "组织部", "rank": 3, "grade": "failed"}]
    city.do("import_results", person(CLERK), year=YEAR - 1, rows=rows)
    city.open_year()
    city.move(PERSONNEL, "exempt")
    city.departments = (GENERAL, DISCIPLINE)
    city.to_central_review()
    city.to_pending(lost=(0, 50))
    city.to_ratified()
    city.departments = (GENERAL, DISCIPLINE, PERSONNEL)
    city.open_year(AGAIN)
    city.to_central_review(AGAIN)
    city.to_pending(AGAIN)
    city.to_ratified(AGAIN)
    assert cases(city) == [(CASE, "opened")]
    assert city.row(CASE).record["previous_year"] == YEAR - 1
    assert "2025年度免予考评，按细则的读法不计入，也不中断连续计算。" in report(city)


def test_a_year_without_record_ends_the_chain(city_at: CityAt) -> None:
    city = city_at("registered")
    rows = [{"department": "组织部", "rank": 3, "grade": "failed"}]
    city.do("import_results", person(CLERK), year=YEAR - 2, rows=rows)
    city.whole("declare_unrecorded", YEAR - 1)
    city.open_year()
    city.to_central_review()
    city.to_pending()
    city.to_ratified()
    assert cases(city) == []
    assert city.select("SELECT consecutive_failures FROM result WHERE grade = 'failed' AND year = 2025") == [
        (1,),
        (1,),
    ]
