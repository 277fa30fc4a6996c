"""Lists of departments and people to choose from or look through stand in the order in which they are spoken."""

from __future__ import annotations

from typing import Any, Final

import pytest
from pypinyin import lazy_pinyin

from tests.cast import ADMIN, AUDITOR, CLERK, GENERAL, INSPECTOR, REVIEWERS, for_body, person
from tests.held import YEAR
from tests.web.conftest import Desk, DeskAt

NEW: Final[dict[str, Any]] = {
    "id": "zz-new",
    "name": "阿克苏路办",
    "category": "party",
    "posts": {"leader": "p-zz-leader"},
}
"""A department whose id stands last and whose name first, by sound though not by code point; so does its leader's."""
LATE: Final[tuple[dict[str, Any], ...]] = (
    {"id": "p-zz-leader", "name": "阿里木", "roles": ["leader"], "home": "city-leaders"},
    {"id": "p-zz-new", "name": "艾山", "roles": ["reviewer"], "home": "zz-new"},
)
CHOSEN: Final = (
    ("/history", AUDITOR, "select[name=department] option"),
    ("/history", AUDITOR, "select[name=who] option"),
    (f"/{YEAR}/matters/finding", INSPECTOR, "select[name=department] option"),
    (f"/do/appraisal_assign?year={YEAR}&department={GENERAL}&back=/", CLERK, "select[name=member] option"),
    ("/roster/new-person", CLERK, "datalist#homes option"),
)
LISTED: Final = (
    ("/roster", CLERK, "tbody th a"),
    ("/roster/people", CLERK, "tbody th a"),
    ("/weekly", CLERK, ".tabs a[href*='leader=']"),
)


def spoken(names: list[str]) -> list[list[str]]:
    """Names as they are spoken."""
    return [lazy_pinyin(name.strip()) for name in names]


def with_a_late_comer(desk: Desk) -> Desk:
    """A department is founded, and somebody of it, whose ids say nothing of their names."""
    leader, reviewer = ({**one, "email": f"{one['id']}@zz.example"} for one in LATE)
    desk.city.both("register_person", person(CLERK), **leader)
    desk.city.do("register_department", person(CLERK), **NEW)
    desk.city.both("register_person", person(CLERK), **reviewer)
    return desk


@pytest.mark.parametrize(("path", "who", "css"), [*CHOSEN, *LISTED])
def test_names_stand_in_the_order_of_their_sound(desk_at: DeskAt, path: str, who: str, css: str) -> None:
    desk = with_a_late_comer(desk_at("running"))
    bare, _, query = path.partition("?")
    asked = dict(pair.split("=") for pair in query.split("&") if pair)
    found = desk.page(bare, who, **asked).cssselect(css)
    names = [one.text_content() for one in found if one.get("value") != ""]
    assert len(names) > 2
    assert spoken(names) == sorted(spoken(names))
    assert names != sorted(names)


def test_accounts_stand_in_the_order_of_their_names(desk_at: DeskAt) -> None:
    desk = with_a_late_comer(desk_at("running"))
    names = [one.text_content() for one in desk.page("/accounts", ADMIN).cssselect("tbody th a")]
    assert len(names) > len(REVIEWERS)
    assert spoken(names) == sorted(spoken(names))


def test_a_body_is_chosen_as_it_is_ordered_by_the_rules(desk_at: DeskAt) -> None:
    """What is no name keeps the order it is given in."""
    desk = desk_at("running")
    page = desk.page("/do/appraisal_exempt", CLERK, year=str(YEAR), department=GENERAL, back="/")
    assert [one.get("value") for one in page.cssselect("select[name=on_behalf_of] option")] == ["", "group"]
    assert for_body("group").on_behalf_of == "group"
