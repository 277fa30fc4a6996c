"""A tie is a matter of each department in it."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

from cycle.permissions import Act
from tests.cast import (
    CLERK,
    MEMBER,
    OFFICE_AT_HOME,
    OTHER_MEMBER,
    PAPER,
    WHY,
    CityAt,
    codes,
    for_body,
)


def test_nobody_of_a_tied_department_rules_on_the_tie_or_confirms_the_ruling(city_at: CityAt) -> None:
    city = city_at("reviewing")
    city.to_pending(lost=(0, 0, 100))
    tie = city.whole("propose")["ties"]["1"]
    own = tie["departments"][0]
    city.both("change_person", Act(CLERK, reason=WHY), id=MEMBER, home=own)
    grades = [grade for grade, seats in tie["seats"].items() for _ in range(seats)]
    ruling = dict(zip(tie["departments"], grades, strict=True))
    asked: dict[str, Any] = {"year": 2025, "tie": "1", "ruling": ruling}
    home = OFFICE_AT_HOME[own]
    for act in (Act(MEMBER, reason=WHY, document=PAPER), replace(for_body("group"), actor=home)):
        assert codes(partial(city.do, "rule_tie", act, **asked)) == ["recused"]
    waits = city.do("rule_tie", for_body("group"), **asked)
    assert codes(lambda: city.confirm(waits, home)) == ["recused"]
    assert city.last("cycle:2025")["action"] == "propose"
    city.do("rule_tie", Act(OTHER_MEMBER, reason=WHY, document=PAPER), **asked)
    assert city.row("cycle:2025").record["ties"]["1"]["ruling"] == ruling
