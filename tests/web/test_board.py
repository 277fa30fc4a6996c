"""The board as whoever may see it looks at it and works from it."""

from __future__ import annotations

from tests.cast import CLERK, DISCIPLINE, GENERAL, LEADER, LIAISON, OFFICE_AT_HOME, PERSONNEL, person
from tests.held import YEAR
from tests.web.conftest import DeskAt
from tests.web.test_board_bulk import shown

BOARD = f"/{YEAR}/board"


def test_whoever_is_late_stands_first_with_whose_turn_it_is(desk_at: DeskAt) -> None:
    desk = desk_at("running")
    desk.city.at(f"{YEAR}-02-10")
    desk.city.file(GENERAL)
    desk.city.at(f"{YEAR}-03-04")
    board = desk.page(BOARD, CLERK)
    rows = [row for row in board.cssselect("table.board tbody tr") if row.cssselect("a.dept")]
    first = rows[0]
    assert first.cssselect("a.dept")[0].get("href") in {
        f"/{YEAR}/departments/{one}" for one in (DISCIPLINE, GENERAL, PERSONNEL)
    }
    assert "red" in first.cssselect(".lamp")[0].get("class")
    assert "逾期" in first.text_content()
    assert {row.cssselect("a.dept")[0].get("href").rpartition("/")[2] for row in rows} >= {
        DISCIPLINE,
        GENERAL,
        PERSONNEL,
    }


def test_the_board_says_which_year_it_is_of_and_what_its_signs_mean(desk_at: DeskAt) -> None:
    page = desk_at("running").page(BOARD, CLERK)
    assert f"{YEAR}年度" in page.cssselect(".head .meta")[0].text_content()
    assert "迟报2个工作日" in page.cssselect(".sheet > footer")[0].text_content()


def test_the_members_of_a_team_are_counted_and_named_to_whoever_asks(desk_at: DeskAt) -> None:
    desk = desk_at("reviewing")
    cells = desk.page(BOARD, CLERK).cssselect("td.who span")
    assert {cell.text for cell in cells} == {"考核组3人"}
    assert all(len(cell.get("title").split("、")) == 3 for cell in cells)
    assert "考核组" in desk.page(BOARD, LEADER[GENERAL]).cssselect("td.who")[0].text_content()


def test_a_count_is_the_filter_for_those_it_counts(desk_at: DeskAt) -> None:
    desk = desk_at("running")
    desk.city.at(f"{YEAR}-02-10")
    desk.city.file(GENERAL)
    office = desk.page(BOARD, CLERK, turn="office")
    assert [a.get("href") for a in office.cssselect("a.dept")] == [f"/{YEAR}/departments/{GENERAL}"]
    tab = next(a for a in office.cssselect(".tabs a") if "绩效办" in a.text_content())
    assert tab.cssselect(".n")[0].text_content() == "1"


def test_a_search_finds_by_the_first_letters_of_the_name_and_a_miss_says_so(desk_at: DeskAt) -> None:
    desk = desk_at("running")
    name = desk.page(BOARD, CLERK).cssselect(f'a[href="/{YEAR}/departments/{DISCIPLINE}"]')[0].get("title")
    found = desk.page(BOARD, CLERK, q=name[:2])
    assert f"/{YEAR}/departments/{DISCIPLINE}" in [a.get("href") for a in found.cssselect("a.dept")]
    nobody = desk.page(BOARD, CLERK, q="没有这样的部门")
    assert "没有符合条件的部门" in nobody.text_content()


def test_several_are_reminded_at_once_and_each_row_tells_its_result(desk_at: DeskAt) -> None:
    desk = desk_at("running")
    desk.city.at(f"{YEAR}-02-10")
    desk.city.file(GENERAL)
    desk.browser(CLERK)
    before = desk.city.rows()
    form = {"do": "chase", "once": "k1", "pick": [DISCIPLINE, GENERAL]}
    told = desk.post(BOARD, CLERK, form)
    assert told.status_code == 200
    assert "催办2个：发出1，未办1" in told.text
    assert "✓ 已催办" in told.text
    assert desk.city.rows() == before + 1
    assert desk.city.last(f"appraisal:{YEAR}:{DISCIPLINE}")["action"] == "chase"


def test_the_same_bulk_sent_twice_is_done_once(desk_at: DeskAt) -> None:
    desk = desk_at("running")
    form = {"do": "chase", "once": "k1", "pick": [DISCIPLINE]}
    desk.post(BOARD, CLERK, form)
    rows = desk.city.rows()
    again = desk.post(BOARD, CLERK, form)
    assert again.status_code == 200
    assert desk.city.rows() == rows


def test_forms_under_review_are_accepted_from_the_board(desk_at: DeskAt) -> None:
    desk = desk_at("running")
    desk.city.at(f"{YEAR}-02-10")
    desk.city.file(GENERAL)
    told = desk.post(BOARD, CLERK, {"do": "onward", "once": "k", "pick": shown(desk, GENERAL, DISCIPLINE)})
    assert "推进2个：办成1，未办1" in told.text
    assert desk.city.state(GENERAL) == "plan.accepted"
    assert desk.city.state(DISCIPLINE) == "plan.drafting"


def test_a_department_sees_its_own_row_and_nothing_to_tick(desk_at: DeskAt) -> None:
    desk = desk_at("running")
    board = desk.page(BOARD, LIAISON[GENERAL])
    assert [a.get("href") for a in board.cssselect("a.dept")] == [f"/{YEAR}/departments/{GENERAL}"]
    assert not board.cssselect("input[name=pick]")
    rows = desk.city.rows()
    refused = desk.post(BOARD, LIAISON[GENERAL], {"do": "chase", "once": "k", "pick": [GENERAL, DISCIPLINE]})
    assert "✓" not in refused.text.partition("<tbody")[2]
    assert desk.city.rows() == rows


def test_a_leader_sees_the_departments_in_their_charge(desk_at: DeskAt) -> None:
    desk = desk_at("running")
    charged = {one for one in LEADER if LEADER[one] == LEADER[GENERAL]}
    board = desk.page(BOARD, LEADER[GENERAL])
    shown = {a.get("href").rpartition("/")[2] for a in board.cssselect("a.dept")}
    assert GENERAL in shown
    assert shown <= charged


def test_what_the_system_will_do_stands_beside_for_the_office_alone(desk_at: DeskAt) -> None:
    desk = desk_at("running")
    desk.city.at(f"{YEAR}-02-20")
    week = desk.page(BOARD, CLERK).cssselect(".week")
    assert week
    assert "前3天" in week[0].text_content()
    assert not desk.page(BOARD, LIAISON[GENERAL]).cssselect(".week")


def test_what_the_system_will_do_about_a_complaint_not_yet_told_is_not_for_those_at_home(
    desk_at: DeskAt,
) -> None:
    desk = desk_at("running")
    desk.city.at(f"{YEAR}-01-10")
    about = {
        "year": YEAR,
        "department": GENERAL,
        "on": f"{YEAR}-01-10",
        "text": "窗口态度生硬",
        "source": "call",
    }
    desk.city.do("complaint", person(CLERK), action="receive", **about)
    desk.city.at(f"{YEAR}-02-07")

    def week(who: str) -> str:
        return "".join(one.text_content() for one in desk.page(BOARD, who).cssselect(".week"))

    assert "已受理" in week(CLERK)
    assert "已受理" in week(OFFICE_AT_HOME[PERSONNEL])
    assert week(OFFICE_AT_HOME[GENERAL])
    assert "已受理" not in week(OFFICE_AT_HOME[GENERAL])


def test_a_year_there_is_none_of_is_no_page(desk_at: DeskAt) -> None:
    desk = desk_at("running")
    assert desk.get("/1999/board", CLERK).status_code == 404
    assert desk.get("/99999/board", CLERK).status_code == 404
