"""Where everything of a chart stands: lengths reckoned from figures, table by table."""

from __future__ import annotations

from datetime import date

import pytest

from cycle.web import charts
from cycle.web.chart_labels import WIDTH, clipped, spread, width_of
from cycle.web.charts import Made, bars, came_in, moves, quota, staircase, swarm

PARTS = {"central": "集中", "public": "群众", "leader": "领导", "bonus": "加分"}


@pytest.mark.parametrize(
    ("text", "width"), [("", 0.0), ("考评", 24.0), ("ab", 13.44), ("9", 6.72), ("第9名", 30.72)]
)
def test_a_han_letter_is_as_wide_as_high_and_others_narrower(text: str, width: float) -> None:
    assert width_of(text) == pytest.approx(width)


@pytest.mark.parametrize(
    ("text", "most", "shown"),
    [
        ("卫生局", 40, "卫生局"),
        ("劳动和社会保障局", 60, "劳动和社…"),
        ("教育局（残联、体育局）", 40, "教育局"),
        ("卫生局", 5, "…"),
    ],
)
def test_a_name_is_cut_where_it_does_not_fit_second_names_first(text: str, most: float, shown: str) -> None:
    assert clipped(text, most) == shown


@pytest.mark.parametrize(
    ("wanted", "widths", "expected"),
    [
        ([], [], []),
        ([50.0], [20.0], [50.0]),
        ([50.0, 150.0], [20.0, 20.0], [50.0, 150.0]),
        ([50.0, 52.0], [20.0, 20.0], [50.0, 78.0]),
        ([52.0, 50.0], [20.0, 20.0], [78.0, 50.0]),
        ([195.0, 198.0], [20.0, 20.0], [162.0, 190.0]),
        ([0.0], [20.0], [10.0]),
        ([100.0, 100.0], [150.0, 150.0], [75.0, 233.0]),
    ],
)
def test_labels_of_a_row_keep_clear_of_each_other_and_stay_near_their_place(
    wanted: list[float], widths: list[float], expected: list[float]
) -> None:
    assert spread(wanted, widths, 0, 200) == expected


def test_a_bar_begins_at_zero_and_its_parts_follow_each_other() -> None:
    made = Made("办公室", {"central": 8000, "public": 400, "leader": 400, "bonus": 200}, 0, "90.00")
    half = Made("纪委", {"central": 4000, "public": 0, "leader": 300, "bonus": 200}, 0, "45.00")
    drawn = bars([made, half], PARTS)
    first, second = drawn.bars
    assert [block.kind for block in first.blocks] == ["central", "public", "leader", "bonus"]
    assert first.blocks[0].x == charts.NAME
    for left, right in zip(first.blocks, first.blocks[1:], strict=False):
        assert left.x + left.width == pytest.approx(right.x, abs=0.11)
    whole = sum(block.width for block in first.blocks)
    assert sum(block.width for block in second.blocks) == pytest.approx(whole / 2, abs=0.2)
    assert [block.kind for block in second.blocks] == ["central", "leader", "bonus"]
    assert second.y - first.y == charts.ROW
    assert first.end + width_of("100.00") <= WIDTH
    assert [label.text for label in drawn.labels] == list(PARTS.values())


@pytest.mark.parametrize(("taken", "given", "shown"), [(0, 900, 0), (300, 900, 300), (1200, 900, 900)])
def test_what_was_deducted_is_taken_off_the_end_and_never_more_than_there_is(
    taken: int, given: int, shown: int
) -> None:
    one = bars([Made("纪委", {"central": given}, taken, "x")], PARTS).bars[0]
    if not shown:
        assert one.taken is None
        return
    assert one.taken is not None
    end = one.blocks[-1].x + one.blocks[-1].width
    assert one.taken.x + one.taken.width == pytest.approx(end, abs=0.11)
    assert one.taken.width == pytest.approx(one.blocks[-1].width * shown / given, abs=0.11)


def test_of_nobody_there_is_a_drawing_without_bars() -> None:
    assert bars([], PARTS).bars == ()
    assert bars([], PARTS).labels == ()


def test_a_stage_rises_by_one_with_each_department_that_is_through_it() -> None:
    first, last = date(2025, 1, 1), date(2025, 12, 31)
    ends = {"plan": [date(2025, 2, 1), date(2025, 2, 1), date(2025, 3, 1)], "midyear": [], "yearend": [last]}
    words = {"plan": "计划", "midyear": "半年", "yearend": "年终"}
    drawn = staircase(ends, 3, words, first=first, last=last, today=date(2025, 7, 2))
    plan, yearend = drawn.stairs
    assert (plan.stage, plan.count, plan.label.text) == ("plan", 3, "计划 3")
    assert plan.path.count("V") == 2
    levels = {count: y for y, count in drawn.levels}
    assert plan.label.to_y == levels[3]
    assert plan.path.partition("H")[0].endswith(f" {levels[0]:g}")
    assert yearend.label.x + width_of("年终 1") / 2 <= WIDTH + 0.1
    assert [month for _, month in drawn.months] == list(range(1, 13))
    assert drawn.today is not None
    assert 200 < drawn.today < 240


@pytest.mark.parametrize("today", [None, date(2024, 12, 31), date(2026, 1, 1)])
def test_a_day_outside_the_drawing_is_not_on_it(today: date | None) -> None:
    drawn = staircase({}, 0, {}, first=date(2025, 1, 1), last=date(2025, 12, 31), today=today)
    assert drawn.today is None
    assert drawn.stairs == ()


GRADES = {"excellent": "优秀", "good": "良好", "passed": "达标", "failed": "不达标"}


def test_the_blocks_are_the_grades_given_and_the_lines_the_seats() -> None:
    given = {"excellent": 10, "good": 15, "passed": 13, "failed": 2}
    seats = {"excellent": 10, "good": 14, "passed": 14, "failed": 2}
    drawn = quota(given, seats, GRADES)
    assert [label for _, label in drawn.blocks] == ["优秀 10", "良好 15", "达标 13", ""]
    assert [down for _, down in drawn.cuts] == [10, 24, 38]
    good = drawn.blocks[1][0]
    assert drawn.cuts[0][0] == good.x
    assert drawn.cuts[1][0] < good.x + good.width
    assert drawn.blocks[-1][0].x + drawn.blocks[-1][0].width < WIDTH


def test_a_grade_that_nobody_has_takes_no_room() -> None:
    drawn = quota({"excellent": 0, "good": 1}, {"excellent": 1, "good": 0}, GRADES)
    assert drawn.blocks[0][0].width == 0
    assert drawn.blocks[0][1] == ""


def test_totals_alike_are_piled_and_each_grade_begins_at_its_lowest() -> None:
    rows = [("a", "excellent", 9500), ("b", "excellent", 9400), ("c", "good", 9400), ("d", "failed", 8000)]
    drawn = swarm(rows, {"excellent": "优秀94.00起", "good": "良好94.00起"})
    assert drawn is not None
    b, c = drawn.dots[1], drawn.dots[2]
    assert (b.x, b.y > c.y) == (c.x, True)
    assert drawn.dots[0].x > b.x > drawn.dots[3].x
    assert [cut.text for cut in drawn.cuts] == ["优秀94.00起", "良好94.00起"]
    assert all(cut.to_x < b.x for cut in drawn.cuts)
    assert [text for _, text in drawn.ticks] == ["80", "85", "90", "95"]


@pytest.mark.parametrize("rows", [[], [("a", "good", 9000)], [("a", "good", 9000), ("b", "passed", 9000)]])
def test_where_totals_cannot_be_told_apart_there_is_no_axis(rows: list[tuple[str, str, int]]) -> None:
    assert swarm(rows, {}) is None


@pytest.mark.parametrize(("least", "most"), [(8000, 8010), (7958, 9750), (-800, 500), (0, 1_000_000)])
def test_an_axis_holds_every_total_and_has_few_figures(least: int, most: int) -> None:
    drawn = swarm([("a", "good", most), ("b", "good", least)], {})
    assert drawn is not None
    assert 2 <= len(drawn.ticks) <= 6
    ends = drawn.ticks[0][0] - 4, drawn.ticks[-1][0] + 4
    assert all(ends[0] <= dot.x <= ends[1] for dot in drawn.dots)


def test_who_rose_moved_to_the_left_and_the_first_place_stands_there() -> None:
    rose, same, fell = moves([("a", "办公室", 9, 1), ("b", "纪委", 5, 5), ("c", "组织部", 1, 9)])
    assert (rose.by, same.by, fell.by) == (8, 0, -8)
    assert rose.now < rose.then
    assert (rose.now, rose.then) == (fell.then, fell.now)
    assert same.now == same.then
    assert rose.y < same.y < fell.y


def test_forms_of_all_stages_are_drawn_to_one_scale() -> None:
    plan = {"on_time": 30, "little": 6, "much": 3, "lapsed": 1}
    rectification = {"on_time": 2, "little": 0, "much": 0, "lapsed": 0}
    many, few = came_in({"plan": plan, "rectification": rectification})
    assert [(block.kind, count) for block, count in many.blocks] == list(plan.items())
    assert [count for _, count in few.blocks] == [2]
    assert few.blocks[0][0].width < many.blocks[1][0].width
    assert came_in({}) == ()
