"""What outlives a year: people with their roles, departments with names and posts, mergers."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Any

import pytest

from cycle.people import holder, name_on
from tests.cast import (
    AUDITOR,
    CLERK,
    DISCIPLINE,
    GENERAL,
    HEAD,
    LIAISON,
    OFFICE_AT_HOME,
    PERSONNEL,
    City,
    CityAt,
    codes,
    for_body,
    person,
)
from tests.held import COLLEAGUE, key_of
from workflows.errors import NotFound

NEWCOMER = {"id": "p-new", "name": "新人", "email": "new@new.example", "home": GENERAL}


@pytest.fixture
def city(city_at: CityAt) -> City:
    return city_at("installed")


def register(city: City, *roles: str) -> None:
    city.both("register_person", person(CLERK), **NEWCOMER, roles=list(roles))


@pytest.mark.parametrize(
    "roles",
    [
        ("admin", "auditor"),
        *(("admin", role) for role in ("office", "group", "reviewer", "inspector", "leader", "department")),
        *(("auditor", role) for role in ("office", "group", "reviewer", "inspector", "leader", "department")),
    ],
)
def test_admin_and_auditor_are_never_held_together_nor_with_a_business_role(
    city: City, roles: tuple[str, ...]
) -> None:
    assert codes(lambda: register(city, *roles)) == ["roles_not_apart"]
    register(city, roles[0])
    change = {"id": NEWCOMER["id"], "roles": list(roles)}
    assert codes(lambda: city.do("change_person", person(CLERK), **change)) == ["roles_not_apart"]


def test_business_roles_are_held_together(city: City) -> None:
    register(city, "department", "group", "leader")
    last = city.last("person:p-new")
    assert last["data"]["record"]["roles"] == ["department", "group", "leader"]
    assert (last["actor"], last["confirmed_by"]) == (CLERK, COLLEAGUE)


def test_an_unknown_role_is_refused(city: City) -> None:
    assert codes(lambda: register(city, "king")) == ["role_unknown"]


def test_a_person_is_registered_once_and_changed_with_a_reason(city: City) -> None:
    register(city, "reviewer")
    assert codes(lambda: register(city, "reviewer")) == ["wrong_state"]
    assert codes(lambda: city.do("change_person", person(CLERK, reason=""), id="p-new", home="x")) == [
        "reason_missing"
    ]
    city.both("change_person", person(CLERK), id="p-new", home=DISCIPLINE)
    assert city.row("person:p-new").record["home"] == DISCIPLINE
    with pytest.raises(NotFound):
        city.do("change_person", person(CLERK), id="p-nobody", home="x")


def test_nobody_undoes_a_recusal_by_moving_their_own_home(city_at: CityAt) -> None:
    city = city_at("running")
    city.at("2025-02-10")
    city.file(PERSONNEL)
    own = OFFICE_AT_HOME[PERSONNEL]
    assert codes(lambda: city.do("change_person", person(own), id=own, home="x")) == ["own_record"]
    moved = city.do("change_person", person(CLERK), id=own, home="x")
    assert codes(lambda: city.confirm(moved, own)) == ["own_record"]
    assert codes(lambda: city.confirm(moved, CLERK)) == ["second_person_same"]
    assert codes(lambda: city.ask(PERSONNEL, "accept", person(own))) == ["recused"]
    assert city.row(f"person:{own}").record["home"] == PERSONNEL


def test_nobody_brings_in_their_own_second_person(city: City) -> None:
    made = {**NEWCOMER, "roles": ["office"]}
    waits = city.do("register_person", person(CLERK), **made)
    assert codes(lambda: city.confirm(waits, NEWCOMER["id"])) == ["person_unknown"]
    with pytest.raises(NotFound):
        city.do("change_person", person(CLERK), id=NEWCOMER["id"], home="x")


@pytest.mark.parametrize("name", ["group", "committee", "team", "office", "system", "scheduler", "import"])
def test_an_id_that_stands_for_a_body_a_role_or_the_system_is_nobodys(city: City, name: str) -> None:
    asked = {**NEWCOMER, "id": name, "roles": ["leader"]}
    assert codes(lambda: city.do("register_person", person(CLERK), **asked)) == ["id_reserved"]


def test_a_post_is_given_to_whoever_has_its_role(city_at: CityAt) -> None:
    city = city_at("running")
    wrong = (("liaison", AUDITOR), ("head", CLERK), ("leader", HEAD[DISCIPLINE]))
    found = [codes(partial(appoint, city, post, who, "2025-01-10")) for post, who in wrong]
    assert found == [["post_role_missing"]] * 3
    new = {"id": "new", "name": "新局", "category": "party", "posts": {"head": AUDITOR, "king": CLERK}}
    assert codes(lambda: city.do("register_department", person(CLERK), **new)) == [
        "post_role_missing",
        "post_unknown",
    ]


def test_a_holder_whose_role_was_taken_may_nothing(city_at: CityAt) -> None:
    city = city_at("running")
    city.both("change_person", person(CLERK), id=LIAISON[GENERAL], roles=["auditor"])
    assert codes(lambda: city.move(GENERAL, "save_form", text="一")) == ["role_missing"]


@pytest.mark.parametrize(
    ("operation", "more"),
    [
        ("rename", {"name": "新名"}),
        ("recategorise", {"category": "mass"}),
        ("appoint", {"post": "head", "person": HEAD[DISCIPLINE]}),
        ("dissolve", {}),
        ("merge", {"predecessors": [DISCIPLINE]}),
    ],
)
def test_nobody_of_the_office_acts_on_the_entry_of_their_own_department(
    city_at: CityAt, operation: str, more: dict[str, object]
) -> None:
    city = city_at("running")
    asked = {"department": GENERAL, "on": "2025-01-10", **more}
    before = city.rows()
    assert codes(lambda: city.do(operation, person(OFFICE_AT_HOME[GENERAL]), **asked)) == ["recused"]
    if operation == "merge":
        assert codes(lambda: city.do(operation, person(OFFICE_AT_HOME[DISCIPLINE]), **asked)) == ["recused"]
    assert city.rows() == before
    city.do(operation, person(OFFICE_AT_HOME[PERSONNEL]), **asked)


def appoint(city: City, post: str, who: str, on: str, department: str = GENERAL) -> None:
    city.do("appoint", person(CLERK), department=department, post=post, person=who, on=on)


def test_a_post_is_held_from_a_day_on_and_the_holder_before_leaves_it(city: City) -> None:
    appoint(city, "head", HEAD[PERSONNEL], "2025-06-01")
    record = city.row(f"department:{GENERAL}").record
    assert holder(record, "head", date(2025, 5, 31)) == HEAD[GENERAL]
    assert holder(record, "head", date(2025, 6, 1)) == HEAD[PERSONNEL]
    assert holder(record, "liaison", date(2025, 6, 1)) == LIAISON[GENERAL]


def test_the_holder_on_the_day_may_act_and_the_one_before_may_not(city_at: CityAt) -> None:
    city = city_at("running")
    appoint(city, "liaison", LIAISON[PERSONNEL], "2025-02-01")
    city.at("2025-01-31 23:59")
    city.move(GENERAL, "save_form", text="一")
    city.at("2025-02-01 00:00")
    assert codes(lambda: city.move(GENERAL, "save_form", text="二")) == ["relation_missing"]
    city.ask(GENERAL, "save_form", person(LIAISON[PERSONNEL]), text="二")


def test_an_appointment_names_a_known_post_a_person_and_a_day(city: City) -> None:
    assert codes(lambda: appoint(city, "king", "p-nobody", "")) == [
        "post_unknown",
        "day_missing",
        "person_unknown",
    ]
    with pytest.raises(NotFound):
        appoint(city, "head", HEAD[GENERAL], "2025-02-01", department="nobody")


def test_a_department_keeps_its_id_over_a_new_name(city: City) -> None:
    rename = {"department": GENERAL, "name": "综合办公室"}
    assert codes(lambda: city.do("rename", person(CLERK), **rename)) == ["day_missing"]
    assert codes(lambda: city.do("rename", person(CLERK, document=""), **rename, on="2025-06-01")) == [
        "document_missing"
    ]
    city.do("rename", person(CLERK), **rename, on="2025-06-01")
    record = city.row(f"department:{GENERAL}").record
    assert name_on(record, date(2025, 5, 31)) == "办公室"
    assert name_on(record, date(2025, 6, 1)) == "综合办公室"


@pytest.mark.parametrize("name", ["纪委", "监察局"])
def test_a_name_or_alias_of_another_department_is_taken(city: City, name: str) -> None:
    assert codes(
        lambda: city.do("rename", person(CLERK), department=GENERAL, name=name, on="2025-06-01")
    ) == ["name_taken"]
    new = {"id": "new", "name": name, "category": "party"}
    assert codes(lambda: city.do("register_department", person(CLERK), **new)) == ["name_taken"]


def test_the_name_of_a_dissolved_department_is_free_once_no_year_grades_it(city_at: CityAt) -> None:
    city = city_at("running")
    city.do("dissolve", person(CLERK), department=DISCIPLINE, on="2025-01-10")
    wish = {"department": GENERAL, "name": "纪委", "on": "2025-01-10"}
    assert codes(lambda: city.do("rename", person(CLERK), **wish)) == ["name_taken"]
    new = {"id": "new", "name": "纪委", "category": "party"}
    assert codes(lambda: city.do("register_department", person(CLERK), **new)) == ["name_taken"]
    city.move(DISCIPLINE, "exempt")
    city.do("rename", person(CLERK), **wish)
    assert name_on(city.row(f"department:{GENERAL}").record, date(2025, 1, 10)) == "纪委"


def test_two_departments_of_one_name_are_never_proposed(city_at: CityAt) -> None:
    city = city_at("pending")
    city.at("2026-01-06")
    merge(city, on="2026-01-06")
    wish = {"department": GENERAL, "name": "组织部", "on": "2026-01-06"}
    assert codes(lambda: city.do("rename", person(CLERK), **wish)) == ["name_taken"]
    city.whole("propose")
    assert codes(lambda: city.do("rename", person(CLERK), **wish)) == ["name_taken"]
    city.at("2026-01-20")
    city.whole("ratify")
    city.do("rename", person(CLERK), **{**wish, "on": "2026-01-20"})


def test_a_department_is_registered_once(city: City) -> None:
    again = {"id": GENERAL, "name": "办公室", "category": "party"}
    assert codes(lambda: city.do("register_department", person(CLERK), **again)) == ["wrong_state"]


def test_a_blank_name_is_no_name(city: City) -> None:
    assert codes(lambda: city.do("rename", person(CLERK), department=GENERAL, name=" ", on="2025-06-01")) == [
        "name_missing"
    ]


def merge(city: City, **more: object) -> None:
    asked = {"department": GENERAL, "predecessors": [PERSONNEL], "on": "2025-06-02", **more}
    city.do("merge", person(CLERK), **asked)


def test_a_merger_dissolves_the_predecessors_and_the_successor_goes_on_with_its_id(city_at: CityAt) -> None:
    city = city_at("running")
    city.at("2025-06-02")
    merge(city)
    gone = city.row(f"department:{PERSONNEL}")
    assert (gone.state, gone.record["successor"]) == ("closed", GENERAL)
    assert city.row(f"department:{GENERAL}").record["absorbed"] == [
        {"department": PERSONNEL, "on": "2025-06-02"}
    ]
    city.move(PERSONNEL, "exempt")
    city.do("rename", person(CLERK), department=GENERAL, name="办公室(组织部)", on="2025-06-02")
    assert city.state(PERSONNEL) == "exempted"
    assert city.state(GENERAL) == "plan.drafting"


def test_a_new_successor_is_enrolled_and_only_it_is_in_next_years_roster(city_at: CityAt) -> None:
    city = city_at("running")
    city.at("2025-06-02")
    posts = {"liaison": LIAISON[GENERAL], "head": HEAD[GENERAL], "leader": "p-zhao-qiming"}
    new = {"id": "united", "name": "合并办", "category": "party", "posts": posts}
    city.do("register_department", person(CLERK), **new)
    merge(city, department="united", predecessors=[GENERAL, PERSONNEL])
    for predecessor in (GENERAL, PERSONNEL):
        city.move(predecessor, "exempt")
    city.do("move", person(CLERK), subject=key_of("united"), action="enrol", due="2025-06-13")
    assert city.state("united") == "plan.drafting"
    city.whole("prepare", 2026)
    city.whole("approve_rulebook", 2026, digest=city.row("cycle:2026").record["rulebook_digest"])
    city.whole("open", 2026)
    city.at("2026-01-10 00:00")
    opened = [key for key, action in city.sweep().moved if action == "open_plan"]
    assert opened == [key_of(DISCIPLINE, 2026), key_of("united", 2026)]


@pytest.mark.parametrize(
    ("more", "refusal"),
    [
        ({"predecessors": []}, ["predecessors_missing"]),
        ({"predecessors": [GENERAL]}, ["predecessors_missing"]),
        ({"on": ""}, ["day_missing"]),
        ({"on": "2025-06-03"}, ["day_ahead"]),
    ],
)
def test_a_merger_names_its_day_and_its_predecessors(
    city: City, more: dict[str, object], refusal: list[str]
) -> None:
    city.at("2025-06-02")
    assert codes(lambda: merge(city, **more)) == refusal


def test_a_merger_with_an_unknown_or_dissolved_predecessor_leaves_nothing_behind(city: City) -> None:
    city.at("2025-06-02")
    before = city.rows()
    with pytest.raises(NotFound):
        merge(city, predecessors=[DISCIPLINE, "nobody"])
    assert city.rows() == before
    merge(city)
    assert codes(lambda: merge(city, department=DISCIPLINE)) == ["wrong_state"]
    assert city.row(f"department:{DISCIPLINE}").number == 1


def test_a_department_merged_before_its_plan_opened_keeps_nobody_from_proposing(city_at: CityAt) -> None:
    city = city_at("installed")
    city.whole("prepare")
    city.whole("approve_rulebook", digest=city.row("cycle:2025").record["rulebook_digest"])
    city.whole("open")
    city.at("2025-01-05")
    merge(city, on="2025-01-05")
    city.at("2025-01-10 00:00")
    assert key_of(PERSONNEL) not in [key for key, _ in city.sweep().moved]
    assert codes(lambda: city.whole("propose")) == ["wrong_state", "wrong_state"]


def test_nobody_acts_on_registers_on_behalf_of_others(city: City) -> None:
    assert codes(
        lambda: city.do("merge", for_body("group"), department=GENERAL, predecessors=[PERSONNEL])
    ) == ["behalf_not_possible"]


def test_a_person_leaves_on_a_day_once_no_post_is_held(city_at: CityAt) -> None:
    city = city_at("running")
    city.at("2025-02-01")
    gone = LIAISON[GENERAL]
    assert codes(lambda: city.do("leave", person(CLERK), id=gone, on="2025-02-01")) == ["post_held"]
    appoint(city, "liaison", LIAISON[PERSONNEL], "2025-02-01")
    assert codes(lambda: city.do("leave", person(CLERK), id=gone)) == ["post_held"]
    assert codes(lambda: city.do("leave", person(CLERK), id=gone, on="2025-02-02")) == ["day_ahead"]
    city.do("leave", person(CLERK), id=gone, on="2025-02-01")
    assert (city.row(f"person:{gone}").state, city.row(f"person:{gone}").record["left_on"]) == (
        "closed",
        "2025-02-01",
    )
    assert codes(lambda: city.move(GENERAL, "save_form", text="一")) == ["person_unknown"]
    assert codes(lambda: appoint(city, "liaison", gone, "2025-03-01")) == ["person_unknown"]


def test_leaving_needs_a_day_and_a_reason(city: City) -> None:
    register(city, "reviewer")
    bare = person(CLERK, reason="")
    assert codes(lambda: city.do("leave", bare, id="p-new")) == ["reason_missing", "day_missing"]


def test_a_department_is_put_in_another_category_by_document(city: City) -> None:
    assert codes(
        lambda: city.do("recategorise", person(CLERK, document=""), department=GENERAL, category="x")
    ) == ["document_missing", "category_unknown"]
    city.do("recategorise", person(CLERK), department=GENERAL, category="government")
    assert city.row(f"department:{GENERAL}").record["category"] == "government"


def test_a_department_is_dissolved_without_a_successor(city_at: CityAt) -> None:
    city = city_at("running")
    bare = person(CLERK, reason="", document="")
    assert codes(lambda: city.do("dissolve", bare, department=GENERAL)) == [
        "reason_missing",
        "document_missing",
        "day_missing",
    ]
    later = {"department": GENERAL, "on": "2025-02-01"}
    assert codes(lambda: city.do("dissolve", person(CLERK), **later)) == ["day_ahead"]
    city.at("2025-02-01")
    city.do("dissolve", person(CLERK), **later)
    assert city.row(f"department:{GENERAL}").state == "closed"
    city.move(GENERAL, "exempt")


def test_names_and_holders_follow_one_another_in_time(city: City) -> None:
    appoint(city, "head", HEAD[PERSONNEL], "2025-06-01")
    assert codes(lambda: appoint(city, "head", HEAD[DISCIPLINE], "2025-06-01")) == ["day_not_after"]
    appoint(city, "liaison", LIAISON[PERSONNEL], "2025-05-01")
    city.do("rename", person(CLERK), department=GENERAL, name="甲", on="2025-06-01")
    earlier = {"department": GENERAL, "name": "乙", "on": "2025-05-31"}
    assert codes(lambda: city.do("rename", person(CLERK), **earlier)) == ["day_not_after"]


def test_whoever_is_put_in_a_post_is_registered_first(city: City) -> None:
    new = {"id": "new", "name": "新局", "category": "party", "posts": {"head": "p-nobody", "liaison": "p-no"}}
    assert codes(lambda: city.do("register_department", person(CLERK), **new)) == ["person_unknown"] * 2
    strange = {"id": "new", "name": "新局", "category": "x"}
    assert codes(lambda: city.do("register_department", person(CLERK), **strange)) == ["category_unknown"]


@pytest.mark.parametrize("mark", ["\t", "\n", "\u2028", "\u202e", "\u200b"])
def test_a_name_is_one_plain_line(city_at: CityAt, mark: str) -> None:
    """Names stand in the subjects of letters: a mark that turns or breaks a line would stop every letter."""
    city = city_at("running")
    named = f"办公室{mark}二"
    wishes: list[tuple[str, dict[str, Any]]] = [
        ("rename", {"department": GENERAL, "name": named, "on": "2025-02-05"}),
        ("change_person", {"id": LIAISON[GENERAL], "name": named}),
        ("register_person", {"id": "p-new", "name": named, "email": "n@x.example", "home": "x", "roles": []}),
        ("register_department", {"id": "new", "name": named, "category": "government"}),
        ("register_department", {"id": "new", "name": "x", "aliases": [named], "category": "government"}),
    ]
    for operation, arguments in wishes:
        assert codes(partial(city.do, operation, person(CLERK), **arguments)) == ["not_one_line"]
