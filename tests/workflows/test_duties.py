"""Which duties follow from results and vetoes, and how the awards of a year are settled."""

from __future__ import annotations

from typing import Any

import pytest

from tests.workflows.worlds import BOOK
from workflows.duties import CLAUSES, Duty, Veto, follow, owed, veto_on
from workflows.settlement import settlement

PERSONS = ({"name": "王某", "post": "person"}, {"name": "李某", "post": "head"})
VETO = Veto("finding:2025:a:1", PERSONS)
ELIGIBILITY = {
    "duty": "eligibility",
    "clause": "use.failed",
    "head": "p-1",
    "loses": ["department", "head"],
}
SHARE = {"duty": "civil_servant_share", "clause": "use.failed", "cut": 5, "unit": "percentage_points"}
COMMENDATION = {"duty": "commendation", "clause": "use.excellent"}
AWARD = {
    "duty": "award_lost",
    "clause": "use.reward",
    "finding": "finding:2025:a:1",
    "persons": list(PERSONS),
    "loses": ["person", "head", "deputy"],
}
ACCOUNT = {"duty": "accountability", "clause": "use.accountability"}


@pytest.mark.parametrize(
    ("grade", "expected"),
    [("failed", [ELIGIBILITY, SHARE]), ("excellent", [COMMENDATION]), ("good", []), ("passed", [])],
)
def test_a_grade_brings_the_duties_of_its_clause(grade: str, expected: list[dict[str, Any]]) -> None:
    assert owed(grade, "p-1", (), BOOK) == expected


def test_a_veto_takes_the_award_whatever_the_grade() -> None:
    assert owed("good", "p-1", (VETO,), BOOK) == [AWARD]
    assert owed("excellent", "p-1", (VETO,), BOOK) == [COMMENDATION, AWARD]


@pytest.mark.parametrize(
    ("state", "veto", "stands"),
    [
        ("confirmed", {"persons": list(PERSONS)}, True),
        ("verified", {"persons": list(PERSONS)}, True),
        ("dropped", {"persons": list(PERSONS)}, False),
        ("confirmed", None, False),
    ],
)
def test_a_veto_stands_while_its_finding_does(state: str, veto: Any, stands: bool) -> None:
    assert veto_on("finding:2025:a:1", state, {"veto": veto}) == (VETO if stands else None)


@pytest.mark.parametrize("state", ["open", "closed", "waived"])
def test_what_stands_or_was_decided_on_is_not_opened_again(state: str) -> None:
    standing = [Duty("d1", state, {**ELIGIBILITY, "owner": "p-9"})]
    assert follow(standing, [ELIGIBILITY, SHARE]).opening == [SHARE]


@pytest.mark.parametrize("state", ["open", "closed", "waived"])
def test_what_lost_its_ground_is_revoked_whatever_became_of_it(state: str) -> None:
    found = follow([Duty("d1", state, ELIGIBILITY), Duty("d2", "open", ACCOUNT)], [])
    assert (found.opening, found.revoked) == ([], ["d1"])


def test_what_was_revoked_stays_so_and_comes_back_as_a_new_duty() -> None:
    found = follow([Duty("d1", "revoked", ELIGIBILITY)], [ELIGIBILITY])
    assert (found.opening, found.revoked) == ([ELIGIBILITY], [])


def test_a_veto_on_another_finding_or_naming_others_is_another_duty() -> None:
    other = {**AWARD, "persons": [PERSONS[0]]}
    elsewhere = {**AWARD, "finding": "finding:2025:a:2"}
    found = follow([Duty("d1", "open", AWARD)], [other, elsewhere])
    assert (found.opening, found.revoked) == ([other, elsewhere], ["d1"])


def test_every_duty_rests_on_a_clause_of_the_uses() -> None:
    assert {clause.partition(".")[0] for clause in CLAUSES.values()} == {"use"}


def result(department: str, grade: str, rate: int) -> dict[str, Any]:
    base = {"department": department, "name": f"{department}局", "category": "government", "rank": 1}
    return {**base, "grade": grade, "award_rate": rate}


def test_a_settlement_gives_each_department_its_share_and_names_who_gets_nothing() -> None:
    results = [result("a", "excellent", 10), result("b", "failed", -20)]
    first, last = settlement(results, {"a": [VETO]})
    assert (first.rate, first.share, last.share) == (10, 110, 80)
    assert [(lost.name, lost.post, lost.finding) for lost in first.forfeits] == [
        ("王某", "person", VETO.finding),
        ("李某", "head", VETO.finding),
    ]
    assert last.forfeits == ()
