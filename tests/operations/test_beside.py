"""What stands beside each indicator when a department is marked."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from cycle.board.beside import Beside, MarkSheet, Setback, mark_sheet
from cycle.board.sheet import Target
from cycle.operations.evidence_files import hand_in
from tests.cast import GENERAL, LIAISON, PERSONNEL, REVIEWERS, City, CityAt, book, marks, person
from tests.filled_forms import target
from tests.held import YEAR, ZONE, key_of
from workflows.errors import NotFound

FIRST = book().indicators[0]
ONE, TWO, THREE = REVIEWERS


def sheet_of(city: City, department: str = GENERAL, year: int = YEAR) -> MarkSheet:
    """The sheet as it stands."""
    with city.service.database.read() as session:
        return mark_sheet(session, key_of(department, year), ZONE)


def by_item(sheet: MarkSheet) -> dict[str, Beside]:
    """Its indicators by clause."""
    return {one.item: one for one in sheet.indicators}


def test_a_troubled_year_stands_beside_the_indicators_it_is_about(city_at: CityAt, tmp_path: Path) -> None:
    city = city_at("running")
    city.service = replace(city.service, evidence=tmp_path / "evidence")
    city.at("2025-03-04")  # due on the last of February
    city.file(GENERAL, text="一、办文\n二、办会")
    city.move(GENERAL, "send_back", due="2025-03-14")
    city.file(GENERAL, text="一、办文\n二、办会")
    city.move(GENERAL, "accept")
    city.move(GENERAL, "report_progress", progress={"1": {"percent": 60, "note": "窗口已合并"}})
    about = {"year": YEAR, "department": GENERAL, "about": FIRST.id}
    pdf = io.BytesIO(b"%PDF-1.7\n one")
    hand_in(city.service, "offer_evidence", person(LIAISON[GENERAL]), about, name="记录.pdf", stream=pdf)
    complaint = city.deduct(GENERAL, "score.deduct.2", note="答复超期")
    city.deduct(GENERAL, "score.deduct.1")
    absence = city.deduct(GENERAL, "score.deduct.4", note="运动会缺席")
    for day in ("07-01", "08-01", "11-10", "12-09"):
        city.at(f"2025-{day} 00:00")
        city.sweep()
    city.assign(GENERAL)
    city.at("2025-12-11 00:00")
    city.sweep()

    found = by_item(sheet_of(city))
    assert found["content.2.1"].plan == "一、办文\n二、办会"
    reported = Target("1", target(YEAR), 60, "窗口已合并", "2025-03-04")
    assert found["content.2.2"].targets == (reported,)
    assert found["content.2.3"].setbacks == (
        Setback(date(2025, 3, 4), "plan", "late_submit", ""),
        Setback(date(2025, 3, 4), "plan", "send_back", "情况说明"),
        Setback(date(2025, 8, 1), "midyear", "lapse", ""),
        Setback(date(2025, 12, 9), "yearend", "lapse", ""),
        Setback(date(2025, 12, 11), "yearend", "report_missing", ""),
    )
    assert [(m.key, m.state, m.on, m.text) for m in found["content.3.3"].matters] == [
        (complaint, "substantiated", "2025-03-04", "答复超期")
    ]
    assert [(m.key, m.text) for m in found["content.4.2"].matters] == [(absence, "运动会缺席")]
    assert [m.text for m in found[FIRST.id].evidence] == ["记录.pdf"]
    bare = [one for item, one in found.items() if item not in ("content.2.1", "content.2.2", "content.2.3")]
    assert not any(one.plan or one.targets or one.setbacks for one in bare)
    assert {one.self_points for one in found.values()} == {None}


def test_the_own_mark_last_years_points_and_the_marks_so_far_stand_beside_every_indicator(
    city_at: CityAt,
) -> None:
    city = city_at("ratified")
    city.open_year(YEAR + 1)
    city.to_central_review(YEAR + 1)
    city.ask(PERSONNEL, "mark", person(ONE), YEAR + 1, marks=marks(100))
    city.ask(PERSONNEL, "mark", person(TWO), YEAR + 1, marks=marks()[:1])
    sheet = sheet_of(city, PERSONNEL, YEAR + 1)
    assert (sheet.team, sheet.done, sheet.unconfirmed) == (REVIEWERS, (ONE,), ())
    first = sheet.indicators[0]
    assert (first.most, first.last_year) == (FIRST.points, FIRST.points - 100)
    assert (first.self_form, first.self_points, first.account) == ("yearend", FIRST.points, "已完成")
    assert [(given.member, given.points) for given in first.marks] == [
        (ONE, FIRST.points - 100),
        (TWO, FIRST.points),
    ]
    assert (first.mean, first.spread) == (None, "open")
    city.ask(PERSONNEL, "acknowledge_spread", person(TWO), YEAR + 1, items=[FIRST.id])
    first = sheet_of(city, PERSONNEL, YEAR + 1).indicators[0]
    assert (first.spread, first.acknowledged_by) == ("acknowledged", TWO)


def test_there_is_no_sheet_where_there_is_no_appraisal(city_at: CityAt) -> None:
    city = city_at("installed")
    with pytest.raises(NotFound):
        sheet_of(city)
