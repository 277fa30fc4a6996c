"""The sheets that go with the papers: read back by another program, they say what the ledger and the results say."""

from __future__ import annotations

import io
from decimal import Decimal
from typing import Any

from python_calamine import CalamineWorkbook

from cycle.documents.papers import make
from cycle.documents.spreadsheet import Form, Formula, Value, write_sheet
from tests.cast import DEPARTMENTS, GENERAL, LIAISON, PERSONNEL, City, CityAt, book, codes
from tests.documents.conftest import looking
from tests.held import YEAR, key_of


def rows(content: bytes) -> list[list[Any]]:
    return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()


def sheet(city: City, kind: str, department: str = "", who: str = "") -> list[list[Any]]:
    with looking(city, who) as at:
        name, content = make(at, kind, YEAR, department)
    assert name.endswith(".xlsx")
    return rows(content)


def test_the_score_sheet_has_every_indicator_and_adds_up_to_the_result(city_at: CityAt) -> None:
    city = city_at("reviewing")
    city.deduct(PERSONNEL)
    city.to_pending()
    city.to_ratified()
    found = sheet(city, "score_sheet", PERSONNEL)
    header = found.index(["部分", "考评内容", "满分", "得分", "说明"])
    body = found[header + 1 :]
    central = [row for row in body if row[0] == "集中考评" and row[1] != "小计"]
    assert [row[2] for row in central] == [indicator.points / 100 for indicator in book().indicators]
    assert len(central) == 26
    ((c, p, lead, deducted, bonus, total),) = city.select(
        "SELECT central, public, leader, deductions, bonus, total FROM result"
        " WHERE department = :d AND status = 'ratified'",
        d=PERSONNEL,
    )
    sums = [row[3] for row in body if row[1] == "小计"]
    assert [round(one * 100) for one in sums] == [c, p, lead, -deducted, bonus]
    assert (body[-1][0], round(body[-1][3] * 100)) == ("综合评分", total)
    assert f"第{city.appraisal(PERSONNEL).number}条" in str(found[2][0])


def test_a_bonus_above_the_cap_is_taken_off_in_its_own_row(city_at: CityAt) -> None:
    city = city_at("pending")
    for _ in range(2):
        city.honour(GENERAL)
    city.to_ratified()
    found = sheet(city, "score_sheet", GENERAL)
    assert [row[3] for row in found if row[0] == "加分"] == [3, 3, -1, 5]
    assert found[-1][3] == 105


def test_a_department_takes_its_sheet_once_its_points_are_proposed(city_at: CityAt) -> None:
    city = city_at("pending")
    who = LIAISON[GENERAL]
    with looking(city, who) as at:
        assert codes(lambda: make(at, "score_sheet", YEAR, GENERAL)) == ["paper_points_untold"]
    assert sheet(city, "score_sheet", GENERAL)[-1][3] == 100  # the office's own machine sees it
    city.whole("propose")
    whole, own = sheet(city, "score_sheet", GENERAL), sheet(city, "score_sheet", GENERAL, who)
    row = city.appraisal(GENERAL)
    told = f"依据：2025年度办公室的部门年度考评流转记录第{row.number}条"
    assert (whole[2][0], own[2][0]) == (f"{told}，{row.hash[:16]}", told)
    assert own[:2] + own[3:] == whole[:2] + whole[3:]


def test_a_sheet_of_every_department_is_not_called_after_one(city_at: CityAt) -> None:
    city = city_at("pending")
    city.to_ratified()
    with looking(city) as at:
        names = {kind: make(at, kind, YEAR, GENERAL).name for kind in ("ranking", "settlement", "mail_log")}
    assert names == {
        "ranking": "2025年度考评结果排名表.xlsx",
        "settlement": "2025年度兑现奖惩表.xlsx",
        "mail_log": "2025年度信件收发记录（办公室）.xlsx",
    }


def test_the_ranking_and_the_settlement_are_those_of_the_results(city_at: CityAt) -> None:
    city = city_at("ratified")
    ranking = sheet(city, "ranking")
    columns = [ranking[0].index(name) for name in ("部门编号", "排名", "综合评分", "等次")]
    assert [[row[at] for at in columns] for row in ranking[1:]] == [
        [department, rank, total, grade]
        for department, rank, total, grade in zip(
            DEPARTMENTS, (1, 2, 3), (100, 99.5, 99), ("优秀", "良好", "不达标"), strict=True
        )
    ]
    settled = sheet(city, "settlement")
    assert [row[settled[0].index("发放比例")] for row in settled[1:]] == [110, 105, 80]


def test_the_history_and_the_letters_are_those_of_the_year_alone(city_at: CityAt) -> None:
    city = city_at("pending again")
    told = sheet(city, "history")
    keys = [row[told[0].index("事项编号")] for row in told[1:]]
    assert {key.split(":")[1] for key in keys} == {str(YEAR)}
    assert keys.count(key_of(GENERAL)) == city.appraisal(GENERAL).number
    letters = sheet(city, "mail_log")
    ((count,),) = city.select("SELECT count(*) FROM outbox WHERE subject LIKE :of", of=f"%:{YEAR}%")
    assert len(letters) - 1 == count > 10


def test_a_formula_carries_what_it_comes_to_for_programs_that_do_not_compute() -> None:
    one = Decimal("1.50")
    table: list[list[Value]] = [["=1", one], ["和", Formula("=SUM(B3:B3)", one)]]
    made = write_sheet("a", ["甲", "乙"], table, Form(("题",), (9, 9)))
    assert rows(made) == [["题", ""], ["甲", "乙"], ["=1", 1.5], ["和", 1.5]]
    assert made == write_sheet("a", ["甲", "乙"], table, Form(("题",), (9, 9)))
