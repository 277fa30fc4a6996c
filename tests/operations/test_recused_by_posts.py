"""Recusal follows where somebody belongs on the day: by home, by a post, by what was merged."""

from __future__ import annotations

from functools import partial
from typing import Any

from cycle.permissions import Act
from tests.cast import (
    CLERK,
    DISCIPLINE,
    GENERAL,
    HEAD,
    LEADER,
    LIAISON,
    OFFICE_AT_HOME,
    PERSONNEL,
    REVIEWERS,
    SUCCESSOR,
    THIRD,
    WHY,
    City,
    CityAt,
    codes,
    for_body,
    person,
)
from tests.held import COLLEAGUE, YEAR


def in_post(city: City, name: str, *roles: str) -> None:
    """Somebody of another home is from the next day on the liaison of the general office."""
    held = city.row(f"person:{name}").record["roles"]
    by = THIRD if name == COLLEAGUE else COLLEAGUE
    city.both("change_person", person(CLERK), by=by, id=name, roles=[*held, "department", *roles])
    city.at("2025-12-20")
    city.do("appoint", person(CLERK), department=GENERAL, post="liaison", person=name, on="2025-12-21")
    city.at("2025-12-22")


def about(department: str = GENERAL) -> dict[str, Any]:
    found = {"item": "score.deduct.1", "source": "open_visit", "severity": "ordinary", "text": "窗口无人"}
    return {"department": department, "year": YEAR, "on": "2025-03-03", **found}


def test_whoever_holds_a_post_does_not_act_for_the_office_there_nor_confirm(city_at: CityAt) -> None:
    city = city_at("reviewing")
    in_post(city, COLLEAGUE)
    reopened = {"due": "2025-12-30"}
    assert codes(partial(city.ask, GENERAL, "reopen", person(COLLEAGUE), **reopened)) == ["recused"]
    recorded = partial(city.do, "finding", person(COLLEAGUE), action="record")
    assert codes(partial(recorded, **about())) == ["recused"]
    assert recorded(**about(PERSONNEL))["after"] == "recorded"
    appointed = {"department": GENERAL, "post": "head", "person": HEAD[PERSONNEL], "on": "2025-12-23"}
    assert codes(partial(city.do, "appoint", person(COLLEAGUE), **appointed)) == ["recused"]
    waits = city.ask(GENERAL, "exempt", for_body("group"))
    assert codes(lambda: city.confirm(waits, COLLEAGUE)) == ["recused"]


def test_whoever_holds_a_post_marks_no_sheet_there_and_joins_no_team(city_at: CityAt) -> None:
    city = city_at("reviewing")
    marking = REVIEWERS[0]
    in_post(city, marking)
    sheet = {"marks": [{"item": "content.1.1", "points": 0, "reason": "未完成"}]}
    assert codes(partial(city.ask, GENERAL, "mark", person(marking), **sheet)) == ["recused"]
    on_paper = partial(city.ask, GENERAL, "mark", for_body("team"), member=marking, **sheet)
    assert "member_recused" in codes(on_paper)
    city.move(GENERAL, "release", member=marking)
    assert codes(lambda: city.move(GENERAL, "assign", member=marking)) == ["member_recused"]


def test_those_of_a_department_merged_away_withdraw_from_what_took_it_over(city_at: CityAt) -> None:
    city = city_at("running")
    city.at("2025-03-03")
    posts = {"liaison": LIAISON[PERSONNEL], "head": HEAD[PERSONNEL], "leader": LEADER[PERSONNEL]}
    united = {
        "id": SUCCESSOR,
        "name": "联合局",
        "category": city.row(f"department:{GENERAL}").record["category"],
    }
    city.do("register_department", person(CLERK), **united, posts=posts, since="2025-03-03")
    merged = {"department": SUCCESSOR, "predecessors": [GENERAL, PERSONNEL], "on": "2025-03-03"}
    city.do("merge", person(CLERK), **merged)
    city.move(SUCCESSOR, "enrol", due="2025-03-20")
    city.file(SUCCESSOR)
    for of in (GENERAL, PERSONNEL):
        accept = partial(city.ask, SUCCESSOR, "accept", Act(OFFICE_AT_HOME[of], reason=WHY))
        assert codes(accept) == ["recused"]
    waits = city.ask(SUCCESSOR, "exempt", for_body("group"))
    assert codes(lambda: city.confirm(waits, OFFICE_AT_HOME[GENERAL])) == ["recused"]
    assert city.ask(SUCCESSOR, "accept", person(OFFICE_AT_HOME[DISCIPLINE]))["after"] == "plan.accepted"


def test_those_of_a_tied_department_by_their_post_do_not_rule_on_the_tie(city_at: CityAt) -> None:
    city = city_at("reviewing")
    in_post(city, COLLEAGUE)
    city.to_pending(lost=(0, 0, 0))
    tie = city.whole("propose")["ties"]["1"]
    assert GENERAL in tie["departments"]
    grades = [grade for grade, seats in tie["seats"].items() for _ in range(seats)]
    ruling = dict(zip(tie["departments"], grades, strict=True))
    waits = city.do("rule_tie", for_body("group"), year=YEAR, tie="1", ruling=ruling)
    assert codes(lambda: city.confirm(waits, COLLEAGUE)) == ["recused"]
    assert city.confirm(waits, THIRD)["subject"] == f"cycle:{YEAR}"
