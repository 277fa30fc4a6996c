"""The report on consecutive failures: what it says, that it says so in both languages, that it can be proven."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from cycle.operations.report import CaseReport, fields_of, kept, text_of, thawed
from cycle.operations.report.case import Fact, Head
from cycle.operations.report.posts import first_line
from tests.cast import CLERK, DISCIPLINE, GENERAL, HEAD, PAPER, PERSONNEL, City, CityAt, person
from tests.held import YEAR, key_of
from workflows import ledger, words

AGAIN = YEAR + 1
CASE = f"case:{AGAIN}:{PERSONNEL}"


@pytest.fixture
def city(city_at: CityAt) -> City:
    """The third department failed last year and is about to fail again."""
    return city_at("pending again")


def kept_text(city: City, field: str, case: str = CASE) -> str:
    sha = city.row(case).record[field]
    ((text,),) = city.select("SELECT body FROM text WHERE sha256 = :sha", sha=sha)
    return str(text)


def made(city: City, case: str = CASE) -> CaseReport:
    return thawed(kept_text(city, "report_data", case))


def fields(city: City, lang: str = "zh", case: str = CASE) -> dict[str, Any]:
    return fields_of(made(city, case), lang)


def sheet(found: dict[str, Any], item: str) -> dict[str, Any]:
    (line,) = (line for line in found["sheets"] if line["item"] == item)
    return dict(line)


def blame(city: City, year: int, note: str, item: str = "score.deduct.1") -> str:
    """The finding that took the points off."""
    return city.deduct(PERSONNEL, item, year, note=note)


# --- what it says ---


def test_the_text_has_every_part_in_its_order_and_leaves_the_decision_to_people(city: City) -> None:
    city.to_ratified(AGAIN)
    lines = kept_text(city, "report").splitlines()
    assert lines[0] == "各年度主要负责人均为李堃。"
    assert lines[2] == "关于组织部连续2个考评年度不达标的情况报告"
    parts = [line.partition("（")[0] for line in lines if line[1:2] == "、"]
    assert parts == [
        "一、基本事实",
        "二、各年得分逐项对照",
        "三、排名升降",
        "四、期限情况",
        "五、以前年度的整改",
        "六、任职情况",
        "七、流转记录索引",
    ]
    assert lines[-4].startswith("本报告只陈述事实，不作处理结论。")
    assert lines[-2:] == [
        "2027年1月20日，由机关绩效考评系统依据审定结果生成",
        f"本报告数据摘要：{city.row(CASE).record['report_data']}",
    ]


def test_the_facts_are_those_of_each_year_and_by_what_act_they_stand(city: City) -> None:
    city.to_ratified(AGAIN)
    assert fields(city)["facts"] == [
        "组织部2025年度综合评分99.00分，列第3名（共3个部门），评定等次为不达标。",
        f"2025年度结果于2026年1月20日审定，依据{PAPER}。",
        "组织部2026年度综合评分99.00分，列第3名（共3个部门），评定等次为不达标。",
        f"2026年度结果于2027年1月20日登记审定，依据{PAPER}。",
        "依据：《市机关绩效考评工作细则(试行)》，条款use.consecutive。",
    ]


def test_the_sheets_show_every_item_of_both_years_and_the_difference(city: City) -> None:
    blame(city, AGAIN, "窗口无人值守")
    city.to_ratified(AGAIN)
    found = fields(city)
    learning = sheet(found, "学习责任制（content.1.1，满分2.00）")
    assert (learning["clause"], learning["values"], learning["difference"]) == (
        "content.1.1",
        ["1.00", "1.00"],
        "持平",
    )
    finding = sheet(found, "察访核验发现问题（score.deduct.1）")
    assert (finding["values"], finding["difference"]) == (["0.00", "-1.00"], "-1.00")
    assert finding["grounds"] == [f"2026年度：2027年1月5日，-1.00分，窗口无人值守（{PAPER}）。"]
    assert sheet(found, "综合评分")["values"] == ["99.00", "98.00"]
    assert len([line for line in found["sheets"] if line["clause"].startswith("content.")]) == 26


def test_several_lines_of_one_item_are_one_line_with_each_ground(city: City) -> None:
    for note in ("第一次", "第二次"):
        blame(city, AGAIN, note)
    city.to_ratified(AGAIN)
    finding = sheet(fields(city), "察访核验发现问题（score.deduct.1）")
    assert finding["values"] == ["0.00", "-2.00"]
    assert ["第一次" in finding["grounds"][0], "第二次" in finding["grounds"][1]] == [True, True]


def test_a_reversed_line_is_no_part_of_the_sheets(city: City) -> None:
    finding = blame(city, AGAIN, "登记有误")
    city.do("finding", person(CLERK), action="overturn", subject=finding)
    city.to_ratified(AGAIN)
    assert "登记有误" not in kept_text(city, "report")


def test_every_column_adds_up_to_its_total(city: City) -> None:
    blame(city, AGAIN, "一", "score.deduct.5.4")
    for _ in range(2):
        city.honour(PERSONNEL, "score.bonus.national", AGAIN)
    city.to_ratified(AGAIN)
    lines = made(city).sheets
    total = lines[-1].values
    sums = [line.values for line in lines[:-1] if not line.item]
    items = [line.values for line in lines if line.item]
    for at in range(2):
        assert sum(values[at] or 0 for values in sums) == total[at]
        assert sum(values[at] or 0 for values in items) == total[at]
    assert sheet(fields(city), "加分超上限核减（score.bonus.cap）")["values"] == ["0.00", "-1.00"]


def test_ranks_are_told_with_their_movement(city: City) -> None:
    city.to_ratified(AGAIN)
    assert fields(city)["movement"] == [
        "2025年度综合排名第3名，上年度没有可比的名次。",
        "2025年度在党委工作部门中列第3名（共3个部门），上年度没有可比的名次。",
        "2026年度综合排名第3名，与上年度的第3名持平。",
        "2026年度在党委工作部门中列第3名（共3个部门），与上年度的第3名持平。",
    ]


def test_missed_deadlines_are_told_with_their_dates(city: City) -> None:
    city.to_ratified(AGAIN)
    form = city.form(PERSONNEL, "rectification")
    due, grace = (words.day(date.fromisoformat(form[key]), "zh") for key in ("due", "grace_until"))
    lapsed, kept_year = fields(city)["deadlines"]
    assert lapsed.startswith(f"2025年度，整改：应于{due}报送，宽限至{grace}仍未报送，")
    assert lapsed.endswith("转为逾期未报。")
    assert kept_year == "2026年度没有逾期、补报或者延期的记录。"


def test_late_forms_and_extensions_are_told_with_their_dates(city_at: CityAt) -> None:
    city = city_at("ratified")
    city.open_year(AGAIN)
    city.at(f"{AGAIN}-02-10")
    city.move(PERSONNEL, "ask_extension", AGAIN, due=f"{AGAIN}-03-10")
    city.move(PERSONNEL, "extend", AGAIN)
    for department in (GENERAL, DISCIPLINE):
        city.file(department, AGAIN)
        city.move(department, "accept", AGAIN)
    city.at(f"{AGAIN}-03-12")
    city.file(PERSONNEL, AGAIN)
    city.move(PERSONNEL, "accept", AGAIN)
    for filed in ("07-05", "11-15"):
        city.at(f"{AGAIN}-{filed}")
        city.sweep()
        for department in city.departments:
            city.file(department, AGAIN)
            city.move(department, "accept", AGAIN)
    for department in city.departments:
        city.assign(department, AGAIN)
    city.at(f"{AGAIN}-12-11 00:00")
    city.sweep()
    city.to_pending(AGAIN)
    city.to_ratified(AGAIN)
    assert [said for said in fields(city)["deadlines"] if said.startswith("2026")] == [
        "2026年度，年度计划：2026年2月10日准予延期，由2026年2月28日延至2026年3月10日。",
        "2026年度，年度计划：应于2026年3月10日报送，实际于2026年3月12日报送，属逾期后报送。",
    ]


# --- the rectification that is left ---


def test_an_unfinished_rectification_is_told_with_every_step_not_verified(city: City) -> None:
    city.move(PERSONNEL, "readmit", due=f"{AGAIN + 1}-01-15")
    city.move(PERSONNEL, "add_step", text="补齐值守", due=f"{AGAIN + 1}-01-14")
    city.to_ratified(AGAIN)
    found = fields(city)["open_rectification"]
    assert found[0].startswith("2025年度整改尚未办结，目前处于“整改")
    assert found[1:] == [
        "2025年度没有登记诫勉谈话。",
        "2025年度第1项整改措施尚未核验，应于2027年1月14日完成：补齐值守",
    ]


# --- years known only from elsewhere ---


def test_an_imported_year_has_sums_only_and_says_so(city_at: CityAt) -> None:
    city = city_at("registered")
    points = {"central": 8000, "public": 400, "leader": 300, "deductions": 100, "bonus": 0, "total": 8600}
    rows = [{"department": "组织部", "rank": 3, "grade": "failed", "consecutive_failures": 2, **points}]
    city.do("import_results", person(CLERK), year=YEAR - 1, rows=rows)
    city.open_year()
    city.to_central_review()
    city.to_pending()
    city.to_ratified()
    case = f"case:{YEAR}:{PERSONNEL}"
    found = fields(city, case=case)
    assert (found["years"], found["count"]) == ([2024, 2025], 3)
    assert found["facts"][:3] == [
        "2024年度之前已连续1个考评年度不达标，见导入的往年结果，本报告不再逐年列出。",
        "组织部2024年度综合评分86.00分，列第3名，评定等次为不达标。",
        "2024年度结果是2025年1月2日导入的往年结果。",
    ]
    assert found["sums_only"] == ["2024年度是导入的往年结果，只有合计，没有逐项得分。"]
    assert found["sums_only"][0] in kept_text(city, "report", case)
    learning = sheet(found, "学习责任制（content.1.1，满分2.00）")
    assert (learning["values"], learning["difference"]) == (["无记录", "1.00"], "不可比")
    assert sheet(found, "扣分")["values"] == ["-1.00", "0.00"]
    assert sheet(found, "综合评分")["difference"] == "+13.00"
    assert found["deadlines"][0] == "2024年度在本系统没有流转记录，期限情况不详。"
    assert found["open_rectification"] == ["2024年度在本系统没有整改记录。"]
    assert found["references"][0].startswith("2024年度结果：cycle:2024第1条，散列")


# --- who was head ---

LI, WANG, NOBODY = Head(2025, "p-li", "李"), Head(2026, "p-wang", "王"), Head(2024, "", "")


@pytest.mark.parametrize(
    ("heads", "tenures", "code"),
    [
        ([LI, LI], (), "heads_same"),
        ([LI, LI], (Fact("tenure"),), "heads_same_changed"),
        ([LI, WANG], (), "heads_differ"),
        ([LI, Head(2026, "p-other-li", "李")], (), "heads_differ"),
        ([NOBODY, LI], (), "heads_unknown"),
        ([NOBODY, LI, WANG], (), "heads_differ"),
        ([NOBODY], (), "heads_unknown"),
    ],
)
def test_the_first_line_compares_people_and_claims_nothing_unknown(
    heads: list[Head], tenures: tuple[Fact, ...], code: str
) -> None:
    assert first_line(heads, tenures).code == code


def test_a_change_of_head_within_a_year_is_told_with_its_days(city: City) -> None:
    newcomer = {"department": PERSONNEL, "post": "head", "person": HEAD[GENERAL], "on": "2026-06-01"}
    city.at("2027-01-06")
    city.do("appoint", person(CLERK), **newcomer)
    city.to_ratified(AGAIN)
    found = fields(city)
    assert found["heads"] == [{"year": 2025, "name": "李堃"}, {"year": 2026, "name": "王立群"}]
    assert found["tenures"] == [
        "2026年度内：2026年1月1日至2026年5月31日，李堃任主要负责人。",
        "2026年度内：2026年6月1日至2026年12月31日，王立群任主要负责人。",
    ]


# --- what proves it ---


def test_the_references_are_rows_of_the_history(city: City) -> None:
    city.to_ratified(AGAIN)
    references = {(f.data["year"], f.code): f.data for f in made(city).references}
    kinds = ((YEAR, "appraisal_row"), (YEAR, "results_row"), (AGAIN, "appraisal_row"))
    for place in kinds:
        data = references[place]
        sql = "SELECT hash FROM history WHERE subject = :subject AND number = :number"
        assert city.select(sql, subject=data["subject"], number=data["number"]) == [(data["digest"],)]
    (result,) = city.history(key_of(PERSONNEL))[int(references[YEAR, "results_row"]["number"]) - 1]["data"][
        "results"
    ]
    assert (result["status"], result["grade"]) == ("ratified", "failed")


def test_the_results_of_the_same_act_are_known_by_their_digest_and_their_row_to_be(city: City) -> None:
    city.to_ratified(AGAIN)
    (coming,) = (f.data for f in made(city).references if f.code == "results_to_come")
    row = city.history(key_of(PERSONNEL, AGAIN))[int(coming["number"]) - 1]
    (result,) = row["data"]["results"]
    assert (row["action"], ledger.digest(ledger.canonical(result))) == ("ratify", coming["digest"])


def test_a_case_opened_by_a_correction_refers_to_the_corrected_results(city: City) -> None:
    city.deduct(GENERAL, "score.deduct.5.4", AGAIN)
    city.to_ratified(AGAIN)
    city.at("2027-02-01")
    ((line,),) = city.select("SELECT id FROM line WHERE item = 'score.deduct.5.4'")
    assert city.whole("amend", AGAIN, changes=[{"department": GENERAL, "reverse": [line]}])["cases"] == [CASE]
    found = made(city)
    assert f"2026年度结果经更正，2027年2月1日依据{PAPER}确定，为第2版。" in fields(city)["facts"]
    (data,) = (f.data for f in found.references if f.code == "results_row" and f.data["year"] == AGAIN)
    assert city.history(key_of(PERSONNEL, AGAIN))[int(data["number"]) - 1]["action"] == "amend"


def test_the_digest_is_that_of_the_data_kept_with_the_case(city: City) -> None:
    city.to_ratified(AGAIN)
    data = kept_text(city, "report_data")
    report = thawed(data)
    assert report.digest == ledger.digest(data) == city.row(CASE).record["report_data"]
    assert json.loads(data)["count"] == 2
    assert kept(report) == data
    assert text_of(report) == kept_text(city, "report")


def test_the_same_city_has_the_same_report(city_at: CityAt) -> None:
    texts = []
    for _ in range(2):
        city = city_at("pending again")
        city.to_ratified(AGAIN)
        texts.append(kept_text(city, "report"))
    assert texts[0] == texts[1]


# --- in words ---


def test_the_letter_says_the_same_in_english(city: City) -> None:
    blame(city, AGAIN, "窗口无人值守")
    city.to_ratified(AGAIN)
    zh, en = fields(city), fields(city, "en")
    assert en["first_line"] == "李堃 was head in each of the years."
    assert en["facts"][0] == "组织部 had a total of 99.00 points in 2025, rank 3 of 3, grade failed."
    assert set(zh) == set(en)
    counted = ("facts", "sheets", "movement", "deadlines", "open_rectification", "heads", "references")
    assert [len(zh[name]) for name in counted] == [len(en[name]) for name in counted]
    assert [line["values"] for line in zh["sheets"]] == [line["values"] for line in en["sheets"]]
    assert zh["digest"] == en["digest"]
    assert sheet(en, "Responsibility for learning (content.1.1, out of 2.00)")["difference"] == "unchanged"


def test_what_people_wrote_cannot_pass_for_a_line_of_the_report(city: City) -> None:
    blame(city, AGAIN, "说明\n各年度主要负责人均为他人。")
    city.to_ratified(AGAIN)
    lines = kept_text(city, "report").splitlines()
    assert "各年度主要负责人均为他人。" not in lines
    assert any("说明 各年度主要负责人均为他人。" in line for line in lines)
