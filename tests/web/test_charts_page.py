"""The charts of a year: each with its table, and nothing drawn that its reader may not see."""

from __future__ import annotations

import pytest
from lxml import html

from cycle.web.pages import STATIC
from tests.cast import (
    ADMIN,
    CLERK,
    DEPARTMENTS,
    GENERAL,
    LEADER,
    LIAISON,
    OFFICE_AT_HOME,
    PERSONNEL,
    REVIEWERS,
)
from tests.held import YEAR
from tests.web.conftest import DeskAt

CHARTS = f"/{YEAR}/charts"
EVERY = {"going", "lateness", "quota", "composition", "movement", "years"}


def sections(page: html.HtmlElement) -> dict[str, html.HtmlElement]:
    """The sheets of the page by name."""
    return {one.get("aria-labelledby"): one for one in page.cssselect(".charts > section")}


def figures(section: html.HtmlElement) -> list[list[str]]:
    """The rows of a sheet's table."""
    return [
        [" ".join(cell.text_content().split()) for cell in row.cssselect("th, td")]
        for row in section.cssselect("table tbody tr")
    ]


def said(section: html.HtmlElement) -> str:
    """What a sheet's drawing says to whoever does not see it."""
    return " ".join(svg.get("aria-label") for svg in section.cssselect("svg"))


def test_every_drawing_says_its_figures_and_has_its_table(desk_at: DeskAt) -> None:
    page = desk_at("ratified").page(CHARTS, CLERK)
    found = sections(page)
    assert set(found) == EVERY - {"movement"}  # nothing compares with a year that was not recorded
    for name, section in found.items():
        assert section.cssselect("table"), name
        assert name == "years" or section.cssselect('svg[role="img"][aria-label]'), name
    assert "100.00" in said(found["composition"])
    assert "优秀100.00起" in said(found["quota"])
    assert "计划 3" in said(found["going"])
    assert "年度计划 按时3个" in said(found["lateness"])
    assert not page.cssselect("[style], main script")


def test_the_tables_hold_what_is_drawn(desk_at: DeskAt) -> None:
    found = sections(desk_at("ratified").page(CHARTS, CLERK))
    assert [row[1] for row in figures(found["going"])] == ["3", "3", "3", "3", "3", "3", "0"]
    assert figures(found["lateness"])[0] == ["年度计划", "3", "0", "0", "0", "0"]
    assert [row[3] for row in figures(found["quota"])] == ["1", "1", "0", "1"]
    assert [row[-1] for row in figures(found["composition"])] == ["100.00", "99.50", "99.00"]
    bars = found["composition"].cssselect("rect.b-central")
    widths = [float(bar.get("width")) for bar in bars]
    assert len(widths) == 3
    assert widths == sorted(widths, reverse=True)


def test_ranks_are_compared_with_the_year_before(desk_at: DeskAt) -> None:
    desk = desk_at("pending again")
    section = sections(desk.page(f"/{YEAR + 1}/charts", CLERK))["movement"]
    assert len(section.cssselect("line, path.moved")) == 3
    assert len(figures(section)) == 3


def test_late_forms_are_counted_by_how_late_they_came(desk_at: DeskAt) -> None:
    desk = desk_at("running")
    general, discipline, personnel = DEPARTMENTS
    for day, department in (("02-10", general), ("03-03", discipline), ("03-06", personnel)):
        desk.city.at(f"{YEAR}-{day}")
        desk.city.file(department)
    desk.city.move(general, "send_back", due=f"{YEAR}-03-20")
    found = sections(desk.page(CHARTS, CLERK))
    assert figures(found["lateness"]) == [["年度计划", "1", "1", "1", "0", "1"]]
    assert "还没有部门办结" in found["going"].text_content()


@pytest.mark.parametrize("who", [LIAISON[GENERAL], REVIEWERS[0], LEADER[PERSONNEL]])
def test_before_the_proposal_neither_points_nor_grades_are_drawn(desk_at: DeskAt, who: str) -> None:
    page = desk_at("pending").page(CHARTS, who)
    found = sections(page)
    assert not {"composition", "movement"} & set(found)
    assert "等次还没有公示" in found["quota"].text_content()
    text = html.tostring(page, encoding="unicode")
    assert not [total for total in ("100.00", "99.50", "99.00") if total in text]


def test_whoever_is_at_home_in_a_department_sees_a_trial_without_it(desk_at: DeskAt) -> None:
    page = desk_at("pending").page(CHARTS, OFFICE_AT_HOME[GENERAL])
    assert "你所在的办公室" in page.cssselect(".note")[0].text_content()
    assert [row[-1] for row in figures(sections(page)["composition"])] == ["99.50", "99.00"]
    assert "100.00" not in html.tostring(page, encoding="unicode")


def test_a_trial_is_drawn_for_the_office_once_all_points_are_in(desk_at: DeskAt) -> None:
    partial = desk_at("reviewing").page(CHARTS, CLERK)
    assert "还有3个部门的分值没有齐" in partial.cssselect(".note")[0].text_content()
    assert not {"composition", "movement"} & set(sections(partial))
    trial = desk_at("pending").page(CHARTS, CLERK)
    assert "试算" in trial.cssselect(".note")[0].text_content()
    assert "99.50" in said(sections(trial)["composition"])


def test_a_department_sees_its_own_bar_and_no_axis_of_totals(desk_at: DeskAt) -> None:
    desk = desk_at("pending")
    desk.city.whole("propose")
    page = desk.page(CHARTS, LIAISON[GENERAL])
    found = sections(page)
    assert set(found) == {"quota", "composition", "years"}
    assert [row[-1] for row in figures(found["composition"])] == ["100.00"]
    assert len(found["quota"].cssselect("svg")) == 1
    assert "99.00" not in html.tostring(page, encoding="unicode")
    desk.city.whole("withdraw_proposal")
    assert "composition" not in sections(desk.page(CHARTS, LIAISON[GENERAL]))


def test_one_department_over_the_years_is_chosen_among_those_one_may_see(desk_at: DeskAt) -> None:
    desk = desk_at("ratified")
    page = desk.page(CHARTS, CLERK, department=PERSONNEL)
    assert "99.00" in sections(page)["years"].text_content()
    assert desk.get(CHARTS, LIAISON[GENERAL], department=PERSONNEL).status_code == 404
    assert "years" not in sections(desk.page(CHARTS, REVIEWERS[0]))


def test_the_charts_are_not_the_administrators(desk_at: DeskAt) -> None:
    desk = desk_at("running")
    assert desk.get(CHARTS, ADMIN).status_code == 403
    assert desk.get(CHARTS).headers["location"].startswith("/sign-in")
    assert desk.post(CHARTS, CLERK).status_code == 405
    assert desk.get("/2019/charts", CLERK).status_code == 404


def test_nothing_is_carried_along_to_draw_with() -> None:
    assert not list(STATIC.glob("vendor/echarts*"))
    assert "echarts" not in (STATIC / "vendor" / "manifest.json").read_text(encoding="utf-8")
