"""What the board does for many departments at once, and what it leaves to the page of each."""

from __future__ import annotations

import pytest

from tests.cast import CLERK, GENERAL
from tests.held import YEAR, key_of
from tests.web.conftest import Desk, DeskAt

BOARD = f"/{YEAR}/board"


def shown(desk: Desk, *departments: str) -> list[str]:
    """What the board sends for departments that are ticked: each with where it stands there."""
    boxes = [box.get("value", "") for box in desk.page(BOARD, CLERK).cssselect("input[name=pick]")]
    return [box for box in boxes if box.partition(":")[0] in departments]


def planned(desk_at: DeskAt) -> Desk:
    """A plan accepted in February: the half-year opens in July."""
    desk = desk_at("running")
    desk.city.at(f"{YEAR}-02-10")
    desk.city.file(GENERAL)
    desk.city.move(GENERAL, "accept")
    return desk


def test_a_stage_is_not_opened_from_the_board_before_its_day(desk_at: DeskAt) -> None:
    desk = planned(desk_at)
    told = desk.post(BOARD, CLERK, {"do": "onward", "once": "k", "pick": shown(desk, GENERAL)})
    assert "推进1个：办成0，未办1" in told.text
    assert "半年自评7月1日（周二）开始，要提前，请到部门页办理" in told.text
    assert desk.city.state(GENERAL) == "plan.accepted"
    desk.city.at(f"{YEAR}-07-01")
    desk.browsers.clear()
    desk.post(BOARD, CLERK, {"do": "onward", "once": "k2", "pick": shown(desk, GENERAL)})
    assert desk.city.state(GENERAL) == "midyear.drafting"


def test_the_page_of_an_act_says_that_it_comes_before_its_day(desk_at: DeskAt) -> None:
    desk = planned(desk_at)
    where = {"year": str(YEAR), "department": GENERAL}
    page = desk.page("/do/appraisal_open_midyear", CLERK, **where)
    assert "半年自评7月1日（周二）开始，现在办是提前" in page.cssselect(".note.yellow")[0].text_content()
    desk.city.at(f"{YEAR}-07-01")
    desk.browsers.clear()
    assert not desk.page("/do/appraisal_open_midyear", CLERK, **where).cssselect(".note")


def test_the_page_of_a_department_offers_it_without_urging_it(desk_at: DeskAt) -> None:
    desk = planned(desk_at)
    place = f"/{YEAR}/departments/{GENERAL}"
    (link,) = desk.page(place, CLERK).cssselect('a.btn[href*="appraisal_open_midyear"]')
    assert "btn-primary" not in link.get("class")
    assert "半年自评7月1日（周二）开始，现在办是提前" in link.getparent().getparent().text_content()
    desk.city.at(f"{YEAR}-07-01")
    desk.browsers.clear()
    (link,) = desk.page(place, CLERK).cssselect('a.btn[href*="appraisal_open_midyear"]')
    assert "btn-primary" in link.get("class")
    assert "提前" not in link.getparent().getparent().text_content()


def test_who_was_moved_on_meanwhile_is_not_moved_on_again(desk_at: DeskAt) -> None:
    """Two of the office have the same board open: each step is taken by whoever saw where it begins."""
    desk = planned(desk_at)
    desk.city.at(f"{YEAR}-07-01")
    ticked = shown(desk, GENERAL)
    desk.city.move(GENERAL, "open_midyear")
    desk.city.file(GENERAL)
    before = desk.city.rows()
    for once, (ticks, why) in enumerate(
        [
            (ticked, "有人先办了一步"),
            ([f"{GENERAL}:midyear.submitted:x"], "有人先办了一步"),
            ([GENERAL], "没有绩效办要推进的动作"),
        ]
    ):
        told = desk.post(BOARD, CLERK, {"do": "onward", "once": f"k{once}", "pick": ticks})
        assert "推进1个：办成0，未办1" in told.text
        assert why in told.text
    assert desk.city.state(GENERAL) == "midyear.submitted"
    assert desk.city.rows() == before


def test_a_bulk_sent_twice_is_told_as_done_twice_and_done_once(desk_at: DeskAt) -> None:
    desk = desk_at("running")
    desk.city.at(f"{YEAR}-02-10")
    desk.city.file(GENERAL)
    form = {"do": "onward", "once": "k", "pick": shown(desk, GENERAL)}
    assert "推进1个：办成1，未办0" in desk.post(BOARD, CLERK, form).text
    rows = desk.city.rows()
    assert "推进1个：办成1，未办0" in desk.post(BOARD, CLERK, form).text
    assert desk.city.rows() == rows


@pytest.mark.parametrize("did", ["chase", "onward"])
@pytest.mark.parametrize("picked", [[], ["nowhere"]])
def test_a_bulk_with_nobody_ticked_says_so(desk_at: DeskAt, did: str, picked: list[str]) -> None:
    desk = desk_at("running")
    desk.browser(CLERK)
    before = desk.city.rows()
    told = desk.post(BOARD, CLERK, {"do": did, "once": "k", "pick": picked})
    assert told.status_code == 422
    assert "还没有选部门" in told.text
    assert desk.city.rows() == before
    assert "还没有选部门" not in desk.get(BOARD, CLERK).text


def test_a_department_with_two_clocks_is_named_once_in_the_week(desk_at: DeskAt) -> None:
    desk = desk_at("running")
    desk.city.at(f"{YEAR}-02-21")
    desk.city.move(GENERAL, "ask_extension", due=f"{YEAR}-03-10")
    assert {due for _who, due, _grace in desk.city.open_deadlines(key_of(GENERAL))} == {f"{YEAR}-02-28"}
    lines = [line.text_content() for line in desk.page(BOARD, CLERK).cssselect(".week p")]
    named = [line.count("办公室") for line in lines if "到期日" in line]
    assert named == [1], lines


def test_a_request_for_more_time_stands_on_the_board_and_with_what_is_to_be_reviewed(desk_at: DeskAt) -> None:
    desk = desk_at("running")
    desk.city.at(f"{YEAR}-02-20")
    assert "申请延期" not in desk.get(BOARD, CLERK).text
    desk.city.move(GENERAL, "ask_extension", due=f"{YEAR}-03-10")
    place = f"/{YEAR}/departments/{GENERAL}"
    (asked,) = desk.page(BOARD, CLERK).cssselect(f'tr.told td a[href="{place}"]')
    assert asked.text_content() == "申请延期待决定"
    page = desk.page(f"/{YEAR}/review", CLERK)
    (row,) = page.cssselect("tbody tr")
    assert "申请延期待决定" in row.text_content()
    assert row.cssselect("a.btn")[0].get("href") == place
    assert page.cssselect(f'nav a[href="/{YEAR}/review"] .n')[0].text_content() == "1"
    desk.city.move(GENERAL, "extend", due=f"{YEAR}-03-10")
    assert "申请延期待决定" not in desk.get(BOARD, CLERK).text
    assert not desk.page(f"/{YEAR}/review", CLERK).cssselect("tbody tr")
