"""The roster is read whole or refused with every fault; the shipped one fits the regulation."""

import re
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cycle import roster
from cycle.roster import Department, Person, Roster, RosterFault, RosterInvalid, fault_text
from cycle.roster_faults import TEXTS
from tests.broken_rosters import BROKEN, SMALL, Fault, edited
from workflows import rulebook

SHIPPED = Path(roster.__file__).with_name("sample") / "roster.toml"
SAMPLE = roster.read()


def faults_of(data: Mapping[str, object]) -> tuple[RosterFault, ...]:
    with pytest.raises(RosterInvalid) as caught:
        roster.parse(data)
    return caught.value.faults


@pytest.mark.parametrize(("changes", "expected"), BROKEN)
def test_a_broken_roster_is_refused_with_exactly_its_faults(
    changes: dict[str, object], expected: list[Fault]
) -> None:
    found = [(fault.path, fault.code, dict(fault.data)) for fault in faults_of(edited(changes))]
    assert found == expected


def test_an_id_of_the_wrong_form_is_a_fault_of_the_department_and_of_the_person() -> None:
    data = edited({"departments/1/id": "Keji 局", "people/3/home": "Keji 局"})
    data["people"].append(SMALL["people"][0] | {"id": "qin", "email": "q@x.example"})
    assert [(fault.path, fault.code) for fault in faults_of(data)] == [
        ("departments.Keji 局.id", "id_malformed"),
        ("people.qin.id", "id_malformed"),
    ]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_fault_of_the_table_has_words_in_both_languages(lang: str) -> None:
    for changes, _ in BROKEN:
        for fault in faults_of(edited(changes)):
            text = fault_text(fault, lang)
            assert not re.search(r"[{}]", text)
            assert (re.search(r"[\u4e00-\u9fff]", TEXTS[fault.code][lang == "en"]) is not None) == (
                lang == "zh"
            )


def test_every_code_with_words_is_met_by_a_test() -> None:
    met = {code for _, faults in BROKEN for _, code, _ in faults}
    assert set(TEXTS) - met == {"file_missing", "encoding", "toml_syntax", "id_malformed"}


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4) | st.dates(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=5,
)


def _places(value: object, above: str = "") -> list[str]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    found: list[str] = []
    for key, item in inner:
        found += [f"{above}{key}", *_places(item, f"{above}{key}/")]
    return found


@given(place=st.sampled_from(_places(SMALL)), junk=JUNK)
def test_whatever_stands_at_a_place_it_is_read_or_refused_in_words(place: str, junk: object) -> None:
    faults: tuple[RosterFault, ...] = ()
    try:
        assert len(roster.parse(edited({place: junk})).departments) == 2
    except RosterInvalid as invalid:
        faults = invalid.faults
    assert all(fault_text(fault, lang) for fault in faults for lang in ("zh", "en"))


def test_a_file_that_cannot_be_read_is_a_fault(tmp_path: Path) -> None:
    path = tmp_path / "roster.toml"
    for content, code in ((b"departments = [\n", "toml_syntax"), ("#局".encode("gb18030"), "encoding")):
        path.write_bytes(content)
        with pytest.raises(RosterInvalid) as caught:
            roster.read(path)
        assert [fault.code for fault in caught.value.faults] == [code]
    with pytest.raises(RosterInvalid, match=r"roster: The file no\.toml is not there\."):
        roster.read(tmp_path / "no.toml")


def test_a_roster_of_ones_own_is_read_by_its_path(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_bytes(SHIPPED.read_bytes())
    assert roster.read(path) == SAMPLE
    assert roster.read(str(path)) == SAMPLE


def test_names_are_kept_as_given_but_trimmed_even_where_characters_are_rare() -> None:
    read = roster.parse(edited({"people/1/name": " 程𬭎 ", "departments/0/name": "纪委 "}))
    assert [read.people[1].name, read.departments[0].name] == ["程𬭎", "纪委"]


def test_the_categories_of_the_roster_are_those_of_the_rulebook() -> None:
    assert tuple(rulebook.load().categories) == roster.CATEGORIES


NAMED = {
    "party": (
        "纪委(监察局)、办公室(保密局、信访局、档案局、史志办)、组织部(人事局、老干部局)、"
        "宣传部(文化广播电视局、新闻出版局)、统战部(民宗局)、政法委、政研室、编办、师直党工委、机要局"
    ),
    "government": (
        "发改委、国资委、科技局(科协)、财政局、交通局、水利局、农业局、商务局、审计局、统计局、教育局(体育局)、"
        "民政局、劳动和社会保障局、卫生局(食品药品监督管理局)、人口计生委、社区指导办、机关事务管理局、国土资源局、"
        "建设局(环保局)、城建局、安监局、司法局、公安局"
    ),
    "congress": "人大机关、政协机关",
    "mass": "工会(妇联)、团委、文联、残联、工商联",
}


def _shown(department: Department) -> str:
    return department.name + (f"({'、'.join(department.aliases)})" if department.aliases else "")


@pytest.mark.parametrize("category", NAMED)
def test_the_shipped_departments_are_those_the_regulation_names_in_its_order(category: str) -> None:
    shown = [_shown(department) for department in SAMPLE.departments if department.category == category]
    assert "、".join(shown) == NAMED[category]


def test_there_are_forty_shipped_departments_as_many_as_the_rulebook_counts() -> None:
    book = rulebook.load()
    counted = {category: int(book.figure(f"categories.{category}").value) for category in book.categories}
    assert len(SAMPLE.departments) == 40
    assert counted == {
        category: sum(department.category == category for department in SAMPLE.departments)
        for category in book.categories
    }


def _holding(role: str, of: Roster = SAMPLE) -> list[Person]:
    return [person for person in of.people if role in person.roles]


def _homes(role: str) -> list[str]:
    return [person.home for person in _holding(role)]


THE_EIGHT = ["bangongshi", "jiwei", "zuzhi", "xuanchuan", "zhengfa", "danggongwei", "caizheng", "tongji"]


def test_the_shipped_group_and_office_come_from_the_eight_departments() -> None:
    assert sorted(_homes("group")) == sorted(THE_EIGHT)
    assert sorted(_homes("office")) == sorted(THE_EIGHT)
    assert [person.home for person in SAMPLE.people if person.office_head] == ["danggongwei"]
    assert not {person.id for person in _holding("office")} & {person.id for person in _holding("group")}


def test_the_shipped_reviewers_have_different_homes_and_the_leaders_one_outside() -> None:
    assert len(set(_homes("reviewer"))) == len(_homes("reviewer")) == 12
    assert set(_homes("leader")) == {"city-leaders"}
    assert len(_homes("leader")) >= 6


def test_the_shipped_auditors_and_administrator_belong_to_no_department() -> None:
    assert [len(_homes(role)) for role in ("auditor", "admin")] == [2, 1]
    assert not {*_homes("auditor"), *_homes("admin")} & {department.id for department in SAMPLE.departments}
    assert _homes("inspector")


def test_every_shipped_address_lies_in_a_reserved_domain() -> None:
    assert all(re.search(r"(\.example|@example\.org)$", person.email) for person in SAMPLE.people)
    assert all(person.id.isascii() for person in SAMPLE.people)


def test_every_leader_is_in_charge_of_some_departments_and_rare_characters_are_there() -> None:
    in_charge = {department.posts["leader"] for department in SAMPLE.departments}
    assert in_charge == {person.id for person in _holding("leader")}
    assert {"喆", "堃"} <= set("".join(person.name for person in SAMPLE.people))


def as_tables(of: Roster) -> dict[str, object]:
    return {
        "departments": [
            {"id": one.id, "name": one.name, "category": one.category, "aliases": list(one.aliases)}
            | dict(one.posts)
            for one in of.departments
        ],
        "people": [
            {"id": one.id, "name": one.name, "email": one.email, "home": one.home}
            | {"roles": list(one.roles), "office_head": one.office_head}
            for one in of.people
        ],
        "homes": dict(of.homes),
    }


@pytest.mark.parametrize("n", [1, 3, 8, 39, 40, 41, 100, 1001])
def test_any_number_of_departments_makes_a_valid_roster(n: int) -> None:
    taken = roster.first(SAMPLE, n)
    assert len(taken.departments) == n
    assert taken.departments[: min(n, 40)] == SAMPLE.departments[:n]
    assert roster.parse(as_tables(taken)) == taken


def test_taking_all_departments_changes_nothing() -> None:
    assert roster.first(SAMPLE, 40) == SAMPLE


def _counts(of: Roster) -> list[int]:
    return [
        len(_holding(role, of)) for role in ("office", "group", "reviewer", "inspector", "auditor", "admin")
    ]


def test_people_of_a_department_left_out_stay_only_for_their_other_roles() -> None:
    taken = roster.first(SAMPLE, 1)
    assert _counts(taken) == _counts(SAMPLE)
    assert [person.home for person in _holding("department", taken)] == ["jiwei", "jiwei"]
    assert [person.id for person in _holding("leader", taken)] == [taken.departments[0].posts["leader"]]
    assert taken.homes["caizheng"] == "财政局"


def test_invented_departments_are_numbered_on_and_have_staff_of_their_own() -> None:
    taken = roster.first(SAMPLE, 44)
    invented = taken.departments[40:]
    assert [(one.id, one.name, one.category) for one in invented] == [
        ("x041", "虚拟单位041", "party"),
        ("x042", "虚拟单位042", "government"),
        ("x043", "虚拟单位043", "mass"),
        ("x044", "虚拟单位044", "party"),
    ]
    assert {one.posts["leader"] for one in invented} <= {person.id for person in _holding("leader")}
    assert len({person.id for person in taken.people}) == len(SAMPLE.people) + 8
    assert {person.home for person in taken.people[-2:]} == {"x044"}


def test_the_same_departments_are_invented_every_time_and_more_only_adds() -> None:
    assert roster.first(SAMPLE, 60) == roster.first(roster.read(), 60)
    assert roster.first(SAMPLE, 60).departments == roster.first(SAMPLE, 90).departments[:60]


def test_an_invented_department_never_takes_an_id_or_name_in_use() -> None:
    data = edited({"departments/1/name": "虚拟单位003", "departments/1/id": "x004", "people/3/home": "x004"})
    taken = roster.first(roster.parse(data), 4)
    assert [one.id for one in taken.departments] == ["jiwei", "x004", "x005", "x006"]


def test_a_roster_of_no_department_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one department, not 0"):
        roster.first(SAMPLE, 0)
