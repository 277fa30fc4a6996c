"""Every paper opens again and says what the results, the ledger and the history say."""

from __future__ import annotations

import pytest

from cycle.documents.papers import PAPERS, make
from tests.cast import (
    CLERK,
    DEPARTMENTS,
    DISCIPLINE,
    GENERAL,
    HEAD,
    LEADER,
    PAPER,
    PERSONNEL,
    City,
    CityAt,
    codes,
    person,
)
from tests.documents.conftest import Read, close, find, looking, propose_handling
from tests.held import YEAR, key_of
from workflows.errors import NotFound

AGAIN = YEAR + 1


def read(city: City, kind: str, department: str = "", year: int = YEAR) -> Read:
    with looking(city) as at:
        name, content = make(at, kind, year, department)
    assert name.endswith(".docx")
    return Read(content)


def refused(city: City, kind: str, department: str = "", year: int = YEAR) -> list[str]:
    with looking(city) as at:
        return codes(lambda: make(at, kind, year, department))


def called(city: City, department: str) -> str:
    return str(city.row(f"department:{department}").record["names"][-1]["name"])


def person_called(city: City, who: str) -> str:
    return str(city.row(f"person:{who}").record["name"])


def seal(city: City, key: str) -> str:
    row = city.row(key)
    return f"流转记录第{row.number}条，{row.hash[:16]}"


def test_the_circular_names_every_grade_and_who_is_commended_and_has_to_rectify(city_at: CityAt) -> None:
    city = city_at("ratified")
    paper = read(city, "circular")
    names = {department: called(city, department) for department in DEPARTMENTS}
    assert f"优秀等次1个：{names[GENERAL]}。" in paper.text
    assert f"良好等次1个：{names[DISCIPLINE]}。" in paper.text
    assert "达标等次：无。" in paper.text
    assert f"对评为优秀等次的{names[GENERAL]}予以通报表彰" in paper.text
    assert f"评为不达标等次的{names[PERSONNEL]}，应当于2026年3月9日前递交书面整改意见" in paper.text
    assert "取消部门（单位）和主要负责人年度评先评优资格，公务员评优比例降低5个百分点" in paper.text
    assert "已于2026年1月20日经机关绩效考评工作领导小组审定（绩效办〔2025〕1号）" in paper.text
    assert [row[1:] for row in paper.rows("序号")] == [
        [names[GENERAL], "党委工作部门", "优秀"],
        [names[DISCIPLINE], "党委工作部门", "良好"],
        [names[PERSONNEL], "党委工作部门", "不达标"],
    ]
    assert "绩效办通〔2026〕　号" in paper.text
    assert f"考评年度{YEAR}{seal(city, f'cycle:{YEAR}')}" in paper.text
    assert "名次升降" not in paper.text  # there is no year before to compare with
    assert "— " in paper.footers


def test_who_rose_and_fell_stands_in_the_circular_as_in_the_results(city_at: CityAt) -> None:
    city = city_at("pending again")
    city.to_ratified(AGAIN)
    items = ("score.deduct.3", "score.deduct.4")
    lines = [{"part": "deduction", "item": item} for item in items]
    city.at("2027-02-01")
    city.whole("amend", AGAIN, changes=[{"department": GENERAL, "lines": lines}])
    paper = read(city, "circular", year=AGAIN)
    movements = "SELECT department, previous_category_rank, category_rank FROM result WHERE year = 2026 AND version = 2"
    moved = {called(city, name): [str(before), str(now)] for name, before, now in city.select(movements)}
    rows = paper.rows("部门（单位）")
    assert {row[0]: row[2:4] for row in rows} == moved
    assert [row[4] for row in rows] == ["上升1", "持平", "下降1"]
    assert "名次上升的1个，下降的1个，持平的1个" in paper.text
    assert "以本通报为准" in paper.text  # the results were amended
    assert f"其中{called(city, PERSONNEL)}已连续两个以上考评年度不达标" in paper.text


@pytest.mark.parametrize("merged", ["2026-01-05", "2026-04-01", ""])
def test_a_department_that_was_merged_is_told_apart_from_those_exempted(city_at: CityAt, merged: str) -> None:
    city = city_at("pending")
    gone, kept = called(city, PERSONNEL), called(city, GENERAL)
    city.move(PERSONNEL, "exempt")
    city.departments = (GENERAL, DISCIPLINE)
    if merged == "2026-01-05":
        city.do("merge", person(CLERK), department=GENERAL, predecessors=[PERSONNEL], on=merged)
    city.to_ratified()
    if merged == "2026-04-01":  # long after the results stand: why it was exempted is another matter
        city.at("2026-04-01")
        city.do("merge", person(CLERK), department=GENERAL, predecessors=[PERSONNEL], on=merged)
    circular, grades = read(city, "circular").text, read(city, "grade_list").text
    exempt = merged != "2026-01-05"
    assert (f"免予考评1个：{gone}。" in circular) is exempt
    assert (f"免予考评的有：{gone}。" in grades) is exempt
    assert (f"因机构合并不再单独考评1个：{gone}并入{kept}。" in circular) is not exempt
    assert (f"因机构合并不再单独考评的有：{gone}并入{kept}。" in grades) is not exempt


def test_results_that_were_brought_along_are_told_without_a_day_nobody_gave(city_at: CityAt) -> None:
    city = city_at("registered")
    rows = [{"department": called(city, GENERAL), "rank": 1, "grade": "excellent"}]
    asked = {"year": YEAR - 1, "rows": rows, "source": "旧表"}
    city.do("import_results", person(CLERK), **asked)
    for kind, said in (("circular", "考评结果已经"), ("grade_list", "考评等次已经")):
        paper = read(city, kind, year=YEAR - 1)
        assert f"{said}机关绩效考评工作领导小组审定（{PAPER}）" in paper.text
        assert paper.rows("序号") == [["1", called(city, GENERAL), "—", "优秀"]]


def test_one_annex_alone_has_no_number_and_two_are_numbered(city_at: CityAt) -> None:
    city = city_at("pending again")
    one = read(city, "circular")
    assert f"附件：{YEAR}年度机关绩效考评等次名单" in one.text
    assert "附件1" not in one.text
    city.to_ratified(AGAIN)
    two = read(city, "circular", year=AGAIN)
    assert f"附件：1. {AGAIN}年度机关绩效考评等次名单" in two.text
    assert "附件1" in two.text
    assert "附件2" in two.text


def test_the_list_is_a_notice_while_it_is_proposed_and_final_once_it_is_ratified(city_at: CityAt) -> None:
    city = city_at("pending")
    assert refused(city, "grade_list") == ["paper_no_grades"]
    assert refused(city, "circular") == ["results_not_ratified"]
    city.whole("propose")
    until = city.row(f"cycle:{YEAR}").record["objections_until"]
    notice = read(city, "grade_list")
    assert "拟定等次的公示" in notice.plain
    assert f"至2026年1月{int(until[-2:])}日止" in notice.text
    assert [row[3] for row in notice.rows("序号")] == ["优秀", "良好", "不达标"]
    city.at("2026-01-20")
    city.whole("ratify")
    final = read(city, "grade_list")
    assert "等次名单的通知" in final.plain
    assert "公示期" not in final.text
    assert final.rows("序号") == notice.rows("序号")


def test_a_failed_department_is_told_every_point_it_lost(city_at: CityAt) -> None:
    city = city_at("ratified")
    paper = read(city, "rectification", PERSONNEL)
    assert f"{called(city, PERSONNEL)}：" in paper.text
    assert "综合评分为99.00分，在参加考评的3个部门（单位）中列第3名，评定等次为不达标" in paper.plain
    assert paper.rows("考评内容") == [["学习责任制", "2.00", "1.00", "1.00", "情况说明"]]
    assert "于2026年3月9日前递交由主要负责人签批的书面整改意见" in paper.text
    assert seal(city, key_of(PERSONNEL)) in paper.text
    assert refused(city, "rectification", GENERAL) == ["paper_nothing_to_rectify"]


def test_a_department_with_findings_is_given_notice_during_the_year_of_nothing_else(city_at: CityAt) -> None:
    city = city_at("running")
    key = find(city, GENERAL, severity="typical", text="窗口无人值守。")
    paper = read(city, "rectification", GENERAL)
    (row,) = paper.rows("编号")
    ((due,),) = city.select("SELECT due FROM deadline WHERE subject = :key AND status = 'open'", key=key)
    assert row == [f"{YEAR}-1", f"{YEAR}-01-08", "窗口无人值守", "察访核验发现问题", "典型", due]
    for word in ("考评失分", "综合评分", "诫勉谈话"):
        assert word not in paper.text


def test_typical_and_key_findings_are_circulated_and_ordinary_ones_counted(city_at: CityAt) -> None:
    city = city_at("running")
    find(city, GENERAL, severity="ordinary", text="桌牌缺失")
    assert refused(city, "inspection") == ["paper_no_findings"]
    find(city, GENERAL, severity="typical", text="窗口无人值守")
    done = find(city, DISCIPLINE, severity="key", text="台账造假")
    for action, who in (("rectify", HEAD[DISCIPLINE]), ("verify", CLERK)):
        city.do("finding", person(who), action=action, subject=done, text="已改")
    paper = read(city, "inspection")
    assert "已认定问题3起，其中重点问题1起、典型问题1起、一般问题1起" in paper.plain
    assert "一、重点问题" in paper.text
    assert "二、典型问题" in paper.text
    assert "桌牌缺失" not in paper.text
    assert f"{called(city, DISCIPLINE)}：台账造假（2025年1月8日，暗访）" in paper.text
    assert "扣1.00分，整改已通过核验" in paper.text
    assert f"尚未完成整改的{called(city, GENERAL)}，" in paper.text
    assert [row[4:] for row in paper.rows("序号")] == [
        ["台账造假", "重点", "1.00"],
        ["窗口无人值守", "典型", "1.00"],
    ]


def test_the_record_of_the_talk_is_a_form_until_the_talk_is_recorded(city_at: CityAt) -> None:
    city = city_at("ratified")
    empty = read(city, "talk", PERSONNEL)
    assert person_called(city, HEAD[PERSONNEL]) in empty.text
    assert person_called(city, LEADER[PERSONNEL]) in empty.text  # who would hold it
    assert "2026年2月9日" not in empty.text
    assert refused(city, "talk", GENERAL) == ["paper_not_failed"]
    close(city)
    held = read(city, "talk", PERSONNEL)
    assert "2026年2月9日" in held.text
    assert "第一点：履职" in held.text
    assert "第二点：=整改" in held.text


def test_the_report_and_the_proposal_say_what_the_case_says(city_at: CityAt) -> None:
    city = city_at("pending again")
    city.to_ratified(AGAIN)
    case = f"case:{AGAIN}:{PERSONNEL}"
    report = read(city, "case_report", PERSONNEL, AGAIN)
    ((kept,),) = city.select("SELECT body FROM text WHERE sha256 = :sha", sha=city.row(case).record["report"])
    facts = [line for line in kept.splitlines() if "综合评分" in line and "评定等次" in line]
    assert len(facts) == 2
    for line in (kept.splitlines()[0], *facts, f"流转记录第{city.row(case).number}条"):
        assert line in report.text
    totals = [row for row in report.rows("考评内容") if row[0] == "综合评分"]
    assert totals == [["综合评分", "", "99.00", "99.00", "持平"]]
    assert refused(city, "handling", PERSONNEL, AGAIN) == ["paper_no_proposal"]
    propose_handling(city, case, "建议组织处理\n并责令整改")
    paper = read(city, "handling", PERSONNEL, AGAIN)
    assert "建议组织处理" in paper.text
    assert "并责令整改" in paper.text
    assert person_called(city, HEAD[PERSONNEL]) in paper.text
    with looking(city) as at, pytest.raises(NotFound):
        make(at, "case_report", AGAIN, GENERAL)


def test_a_paper_about_a_department_needs_one_and_a_year_needs_to_be_there(city_at: CityAt) -> None:
    city = city_at("ratified")
    for kind, paper in PAPERS.items():
        if paper.of_department:
            assert refused(city, kind) == ["paper_department_missing"]
        with looking(city) as at, pytest.raises(NotFound):
            make(at, kind, YEAR + 5, PERSONNEL if paper.of_department else "")
        with looking(city) as at, pytest.raises(NotFound):
            make(at, "no_such_paper", YEAR, PERSONNEL)


def test_the_same_paper_made_twice_is_the_same_to_the_byte(city_at: CityAt) -> None:
    city = city_at("ratified")
    with looking(city) as at:
        assert make(at, "circular", YEAR) == make(at, "circular", YEAR)


def test_the_letterhead_signs_and_names_its_leading_group(city_at: CityAt) -> None:
    city = city_at("ratified")
    city.do("set_letterhead", person(CLERK), office="某市机关绩效考评工作领导小组办公室", contact="电话12345")
    paper = read(city, "circular")
    assert "某市机关绩效考评工作领导小组办公室文件" in paper.text
    assert "经某市机关绩效考评工作领导小组审定" in paper.text
