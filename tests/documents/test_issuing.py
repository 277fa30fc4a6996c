"""Papers issued: numbered without a gap, kept, made again to the byte, never given a number twice."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from cycle.cli.paper import ABOUT
from cycle.documents.papers import PAPERS, SHEETS, issuing, make
from cycle.documents.papers.layout.markup import paragraph
from cycle.documents.papers.layout.page import document_file
from cycle.documents.papers.paper import filled
from tests.cast import (
    CLERK,
    GENERAL,
    LIAISON,
    OFFICE_AT_HOME,
    PERSONNEL,
    City,
    CityAt,
    codes,
    for_body,
    person,
)
from tests.documents.conftest import Read, find, looking
from tests.held import COLLEAGUE, YEAR
from workflows.errors import Conflict, NotFound, Refused

KEY = "dispatch:2026"
CIRCULAR, NOTICE = "绩效办通〔2026〕", "绩效办整〔2026〕"


def issue(
    city: City,
    kind: str = "circular",
    department: str = "",
    who: str = CLERK,
    *,
    again: bool = False,
    **more: Any,
) -> issuing.Numbered:
    return issuing.issue(city.service, person(who, **more), kind, YEAR, department, again=again)


def listed(city: City) -> list[issuing.Issued]:
    with looking(city) as at:
        return issuing.issued(at)


def test_each_series_counts_by_itself_from_one_without_a_gap(city_at: CityAt) -> None:
    city = city_at("ratified")
    symbols = [
        issue(city, *asked, again=True).answer["symbol"]
        for asked in (
            ("circular",),
            ("rectification", PERSONNEL),
            ("grade_list",),
            ("talk", PERSONNEL),
            ("circular",),
        )
    ]
    assert symbols == [
        f"{CIRCULAR}1号",
        f"{NOTICE}1号",
        f"{CIRCULAR}2号",
        "绩效办谈〔2026〕1号",
        f"{CIRCULAR}3号",
    ]
    assert city.row(KEY).record["numbers"] == {"绩效办通": 3, "绩效办整": 1, "绩效办谈": 1}
    assert [one.symbol for one in listed(city)] == symbols
    assert {one.by for one in listed(city)} == {CLERK}
    assert [row["action"] for row in city.history(KEY)] == ["issue_paper"] * 5


def test_an_issued_paper_has_its_number_and_its_day_and_the_history_has_its_seal(city_at: CityAt) -> None:
    city = city_at("ratified")
    made, answer = issue(city)
    paper = Read(made.content)
    assert f"{CIRCULAR}1号" in paper.text
    assert "2026年1月20日" in paper.text
    told = city.last(KEY)["data"]
    assert (told["paper"], told["year"], told["department"]) == ("circular", YEAR, "")
    assert told["file"] == answer["file"] == sha256(made.content).hexdigest()
    row = city.row(f"cycle:{YEAR}")
    assert f"流转记录第{row.number}条，{row.hash[:16]}" in paper.text  # issuing leaves the year itself alone


def test_it_is_made_again_to_the_byte_whatever_has_happened_since(city_at: CityAt) -> None:
    city = city_at("ratified")
    first = issue(city, "rectification", PERSONNEL).made
    city.at("2026-02-10")
    city.move(PERSONNEL, "ask_extension", due="2026-03-20")
    city.move(PERSONNEL, "extend")
    with looking(city) as at:
        again = issuing.again(at, issuing.find(at, f"{NOTICE}1号"))
        draft = make(at, "rectification", YEAR, PERSONNEL)
    assert again == (first, True)
    assert "3月20日" in Read(draft.content).text
    assert "3月20日" not in Read(again.made.content).text


def test_with_another_template_it_says_the_same_and_says_that_it_looks_different(
    city_at: CityAt, tmp_path: Path
) -> None:
    city = city_at("ratified")
    issue(city)
    (tmp_path / "circular.docx").write_bytes(document_file(paragraph("Body", "{{ symbol }} {{ date }}"), "x"))
    with looking(city) as at:
        made, same = issuing.again(at, issuing.find(at, f"{CIRCULAR}1号"), tmp_path)
    assert not same
    assert f"{CIRCULAR}1号 2026年1月20日" in Read(made.content).text


def test_a_void_paper_keeps_its_number(city_at: CityAt) -> None:
    city = city_at("ratified")
    issue(city)
    void = {"series": "绩效办通", "issued_in": 2026, "number": 1}
    assert codes(lambda: city.do("void_paper", replace(person(CLERK), reason=""), **void)) == [
        "reason_missing"
    ]
    city.do("void_paper", person(CLERK), **void)
    assert codes(lambda: city.do("void_paper", person(CLERK), **void)) == ["paper_void_already"]
    assert codes(lambda: city.do("void_paper", person(CLERK), **{**void, "number": 2})) == [
        "paper_number_unknown"
    ]
    with pytest.raises(NotFound):
        city.do("void_paper", person(CLERK), **{**void, "issued_in": 2025})
    assert issue(city).answer["symbol"] == f"{CIRCULAR}2号"
    assert [bool(one.void) for one in listed(city)] == [True, False]


def test_numbers_begin_anew_with_the_calendar_year_of_the_issue(city_at: CityAt) -> None:
    city = city_at("ratified")
    issue(city)
    city.at("2027-01-04")
    assert issue(city, again=True).answer["symbol"] == "绩效办通〔2027〕1号"
    assert [one.year for one in listed(city)] == [YEAR, YEAR]


@pytest.mark.parametrize("key", ["", "k"])
def test_whoever_is_overtaken_gets_the_next_number(
    city_at: CityAt, monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    city, fill = city_at("ratified"), filled
    others: list[str] = []

    def overtaken(*given: Any) -> bytes:
        if not others:
            others.append("begun")
            others.append(issue(city, "grade_list", who=COLLEAGUE).answer["symbol"])
        return fill(*given)

    monkeypatch.setattr(issuing, "filled", overtaken)
    made, answer = issue(city, key=key)
    assert answer["symbol"] == f"{CIRCULAR}2号"
    assert f"{CIRCULAR}2号" in Read(made.content).text
    assert others[1:] == [f"{CIRCULAR}1号"]


def test_the_same_paper_is_not_issued_twice_while_it_stands(city_at: CityAt) -> None:
    city = city_at("ratified")
    issue(city)
    issue(city, "rectification", PERSONNEL)
    for kind, department in (("circular", ""), ("rectification", PERSONNEL)):
        assert codes(partial(issue, city, kind, department, who=COLLEAGUE)) == ["paper_issued_already"]
    city.at("2027-01-04")
    with pytest.raises(Refused) as refused:
        issue(city)
    assert refused.value.unmet[0].data == {"symbol": f"{CIRCULAR}1号", "on": "2026-01-20"}
    city.do("void_paper", person(CLERK), series="绩效办通", issued_in=2026, number=1)
    assert issue(city).answer["symbol"] == "绩效办通〔2027〕1号"
    assert issue(city, again=True).answer["symbol"] == "绩效办通〔2027〕2号"


def test_whoever_is_overtaken_by_the_same_paper_is_told_so(
    city_at: CityAt, monkeypatch: pytest.MonkeyPatch
) -> None:
    city, fill = city_at("ratified"), filled
    others: list[str] = []

    def overtaken(*given: Any) -> bytes:
        if not others:
            others.append("begun")
            issue(city, who=COLLEAGUE)
        return fill(*given)

    monkeypatch.setattr(issuing, "filled", overtaken)
    assert codes(lambda: issue(city)) == ["paper_issued_already"]
    assert [one.by for one in listed(city)] == [COLLEAGUE]


def test_a_paper_about_no_department_is_not_issued_or_drafted_with_one(city_at: CityAt) -> None:
    city = city_at("ratified")
    assert codes(lambda: issue(city, "circular", GENERAL)) == ["paper_department_needless"]
    with looking(city) as at:
        assert codes(lambda: make(at, "circular", YEAR, GENERAL)) == ["paper_department_needless"]


def test_a_number_out_of_turn_or_of_another_year_is_refused(city_at: CityAt) -> None:
    city = city_at("ratified")
    asked = {"paper": "circular", "series": "甲", "symbol": "x", "year": YEAR, "department": "", "file": "f"}
    for number in (0, 2):
        wrong = {**asked, "values": {}, "issued_in": 2026, "number": number}
        assert codes(partial(city.do, "issue_paper", person(CLERK), **wrong)) == ["paper_number_other"]
    late = {**asked, "values": {}, "issued_in": 2025, "number": 1}
    assert codes(lambda: city.do("issue_paper", person(CLERK), **late)) == ["paper_year_other"]
    assert city.select("SELECT key FROM subject WHERE kind = 'dispatch'") == []


def test_only_the_office_issues_and_nobody_what_is_about_their_own_department(city_at: CityAt) -> None:
    city = city_at("ratified")
    own = OFFICE_AT_HOME[PERSONNEL]
    assert codes(lambda: issue(city, "rectification", PERSONNEL, who=own)) == ["recused"]
    assert issue(city, "circular", who=own).answer["number"] == 1
    issue(city, "rectification", PERSONNEL)
    void = {"series": "绩效办整", "issued_in": 2026, "number": 1}
    assert codes(lambda: city.do("void_paper", person(own), **void)) == ["recused"]
    for who in ("p-zhao-weidong", "p-yan-shouzheng", "p-cheng-xinyu", "p-gao-fengyi"):
        assert codes(partial(issue, city, who=who)) == ["role_missing"]
    act = for_body("group")
    assert codes(lambda: issuing.issue(city.service, act, "circular", YEAR)) == ["behalf_not_possible"]


def test_nothing_is_numbered_where_there_is_nothing_to_issue(city_at: CityAt) -> None:
    city = city_at("ratified")
    assert codes(lambda: issue(city, "talk", GENERAL)) == ["paper_not_failed"]
    assert codes(lambda: issue(city, "inspection")) == ["paper_no_findings"]
    city.service = replace(city.service, templates=Path("no such folder"))
    with pytest.raises(NotFound):
        issue(city, "ranking")
    assert city.select("SELECT key FROM subject WHERE kind = 'dispatch'") == []


def test_the_same_key_gives_the_paper_also_when_there_is_nothing_to_issue_any_more(city_at: CityAt) -> None:
    city = city_at("running")
    key = find(city, GENERAL, severity="ordinary", text="桌牌缺失")
    first = issue(city, "rectification", GENERAL, key="k")
    for action, who in (("rectify", LIAISON[GENERAL]), ("verify", CLERK)):
        city.do("finding", person(who), subject=key, action=action, text="已改")
    assert issue(city, "rectification", GENERAL, key="k") == first
    for other in ("", "other"):
        again = partial(issue, city, "rectification", GENERAL, key=other)
        assert codes(again) == ["paper_nothing_to_rectify"]
    assert len(listed(city)) == 1


def test_asking_twice_with_one_key_issues_once(city_at: CityAt) -> None:
    city = city_at("ratified")
    first = issue(city, key="k")
    assert issue(city, key="k") == first
    with pytest.raises(Conflict):
        issue(city, "grade_list", key="k")
    assert len(listed(city)) == 1


@pytest.mark.parametrize("typed", [f"{CIRCULAR}1号", "绩效办通[2026]1", " 绩效办通［2026］1号 "])
def test_a_symbol_is_understood_as_people_type_it(typed: str) -> None:
    assert issuing.parsed(typed) == ("绩效办通", 2026, 1)


@pytest.mark.parametrize(
    "typed", ["", "绩效办通", "绩效办通〔2026〕号", "绩效办通〔2026〕0号", "〔2026〕1号"]
)
def test_what_is_no_symbol_is_nowhere(typed: str) -> None:
    with pytest.raises(NotFound):
        issuing.parsed(typed)


def test_every_kind_says_on_the_command_line_what_it_is() -> None:
    assert set(ABOUT) == {*PAPERS, *SHEETS}
