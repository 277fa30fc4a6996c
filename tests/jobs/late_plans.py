"""Plans that are late, and what superiors are told of them."""

from __future__ import annotations

from cycle.correspondence.matters import form_of
from tests.cast import (
    CLERK,
    DISCIPLINE,
    GENERAL,
    LEADER,
    City,
    person,
)
from tests.jobs.mailbox import Mail, new_digests

# The plan is due on Friday 28 February: +1 is Monday 3 March, +3 the fifth, +5 the seventh.
ONE, OTHER = LEADER[DISCIPLINE], LEADER[GENERAL]
LEADERS, GROUP = "分管部门的逾期事项", "报领导小组的逾期事项"
OWN = "本人或者绩效办应办的事项"
PLAN, RECTIFICATION = (form_of(f"{form}.drafting", "zh") for form in ("plan", "rectification"))


def fire(city: City, day: str) -> None:
    """Let the rungs of a day fire at nine, before digests are written."""
    city.at(f"{day} 09:00")
    city.sweep()


def held(city: City, *days: str) -> None:
    """Let rungs fire while digests are held."""
    city.do("hold_digests", person(CLERK))
    for day in days:
        fire(city, day)


def released(city: City, at: str) -> dict[str, Mail]:
    city.at(at)
    city.do("release_digests", person(CLERK))
    return new_digests(city)


def appointed(city: City, department: str, who: str, day: str) -> None:
    city.do("appoint", person(CLERK), department=department, post="leader", person=who, on=day)
