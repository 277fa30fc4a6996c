"""The grading room: who gets which grade, what stops the decision, and what a change would do."""

from __future__ import annotations

from typing import Any

import pytest
from lxml import html

from cycle.web import grading
from cycle.web.grading import rulings
from tests.cast import (
    ADMIN,
    AUDITOR,
    CLERK,
    DEPARTMENTS,
    GENERAL,
    LIAISON,
    MEMBER,
    OFFICE_AT_HOME,
    PAPER,
    WHY,
    for_body,
)
from tests.held import YEAR
from tests.web.conftest import Desk, DeskAt

ROOM = f"/{YEAR}/grading"


def test_the_ranking_is_that_of_the_proposal_that_follows(desk_at: DeskAt) -> None:
    desk = desk_at("pending")
    before = rows(desk.page(ROOM, MEMBER))
    desk.city.whole("propose")
    after = rows(desk.page(ROOM, MEMBER))
    results = desk.page(f"/{YEAR}/grading", CLERK)
    assert before == after
    assert rows(results) == after
    assert [row[0] for row in after] == sorted(row[0] for row in after)


def rows(page: html.HtmlElement) -> list[tuple[int, str, str]]:
    """Rank, department and grade as the table has them."""
    found = []
    for row in page.cssselect("table.ranking tbody tr"):
        if row.cssselect("a.dept"):
            rank = int(row.cssselect("td.num")[0].text.strip())
            grade = row.cssselect(".grade")[0].text_content()
            found.append((rank, row.cssselect("a.dept")[0].get("href").rpartition("/")[2], grade))
    return found


def test_what_if_tells_what_would_change_and_changes_nothing(desk_at: DeskAt) -> None:
    desk = desk_at("pending")
    ranked = rows(desk.page(ROOM, MEMBER))
    count = desk.city.rows()
    page = desk.page(ROOM, MEMBER, who=ranked[-1][1], change="＋5")
    told = page.cssselect("#what-if")[0].getparent().getparent()
    assert f"{ranked[-1][0]} → 1" in told.text_content()
    assert rows(page) == ranked
    assert desk.city.rows() == count
    nonsense = desk.page(ROOM, MEMBER, who=ranked[-1][1], change="很多")
    assert rows(nonsense) == ranked


def tied(desk: Desk) -> dict[str, Any]:
    """A proposal in which two departments are equal across a cut, as its tie stands."""
    desk.city.to_pending(lost=(0, 0, 100))
    tie: dict[str, Any] = desk.city.whole("propose")["ties"]["1"]
    return tie


def test_what_the_group_ruled_on_a_tie_holds_in_what_if_too(desk_at: DeskAt) -> None:
    desk = desk_at("reviewing")
    tie = tied(desk)
    grades = [grade for grade, seats in tie["seats"].items() for _ in range(seats)]
    ruling = dict(zip(tie["departments"], grades, strict=True))
    desk.city.both("rule_tie", for_body("group"), year=YEAR, tie="1", ruling=ruling)
    (third,) = set(DEPARTMENTS) - set(tie["departments"])
    page = desk.page(ROOM, CLERK, who=third, change="0.01")
    changed = page.cssselect('section[aria-labelledby="what-if"] tbody tr')
    assert len(changed) == 1, [row.text_content() for row in changed]


@pytest.mark.parametrize(
    ("seats", "ways"), [((1, 1), 2), ((2, 2), 6), ((1, 11), 12), ((3, 3), 0), ((9, 31), 0)]
)
def test_every_way_to_give_out_the_seats_of_a_tie_is_offered_while_they_are_few(
    seats: tuple[int, int], ways: int
) -> None:
    departments = [{"department": f"d{n}"} for n in range(sum(seats))]
    found = rulings({"departments": departments, "seats": {"excellent": seats[0], "good": seats[1]}})
    assert len(found) == ways
    assert all(list(one.values()).count("excellent") == seats[0] for one in found)


def test_where_the_ways_are_many_the_grade_of_each_is_chosen(
    desk_at: DeskAt, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(grading, "MOST_RULINGS", 1)
    desk = desk_at("reviewing")
    tie = tied(desk)
    form = desk.page(ROOM, CLERK).cssselect('form[action$="/ties"]')[0]
    assert not form.cssselect("input[type=radio]")
    chosen = {one.get("name"): code for one, code in zip(form.cssselect("select"), tie["seats"], strict=True)}
    assert set(chosen) == {f"ruling[{one}]" for one in tie["departments"]}
    sent = {**dict(form.form_values()), **chosen, "reason": WHY, "document": PAPER}
    told = desk.post(f"{ROOM}/ties", CLERK, sent)
    desk.city.confirm({"pending": told.headers["location"].rpartition("=")[2]})
    ruled = desk.city.row(f"cycle:{YEAR}").record["ties"]["1"]["ruling"]
    assert {f"ruling[{one}]": grade for one, grade in ruled.items()} == chosen


def test_a_list_is_offered_once_there_is_one_to_take_away(desk_at: DeskAt) -> None:
    desk = desk_at("pending")
    taken = f"/lists/results.xlsx?year={YEAR}"
    assert taken not in desk.get(ROOM, CLERK).text
    desk.city.whole("propose")
    assert taken in desk.get(ROOM, CLERK).text


def test_points_that_nobody_has_given_yet_are_missing_and_not_zero(desk_at: DeskAt) -> None:
    desk = desk_at("reviewing")
    before = desk.page(ROOM, CLERK).cssselect("table.ranking tbody tr:not(.cut)")
    assert {cell.text for row in before for cell in row.cssselect("td.num")[2:5]} == {"—"}
    desk.city.rate(GENERAL)
    after = desk.page(ROOM, CLERK).cssselect(f'tr:has(a[href$="/{GENERAL}"]) td.num')
    assert [cell.text for cell in after[2:5]] == ["—", "—", "5.00"]


def test_a_department_whose_points_are_not_all_in_has_neither_grade_nor_movement_yet(desk_at: DeskAt) -> None:
    desk = desk_at("reviewing")
    desk.city.mark(GENERAL)
    page = desk.page(ROOM, CLERK, who=GENERAL, change="-1")
    for row in page.cssselect("table.ranking tbody tr:not(.cut)"):
        whole = bool(row.cssselect(f'a[href$="/{GENERAL}"]'))
        *_, movement, grade = row.cssselect("td")
        assert bool(grade.cssselect(".grade")) is whole
        assert ("分值未齐" in grade.text_content()) is not whole
        assert whole or movement.text_content() == "—"
        assert "并列" not in row.text_content()
    given = page.cssselect("section[aria-labelledby=quota] tbody b")
    assert sum(int(cell.text) for cell in given) == 1
    assert [one.get("value") for one in page.cssselect('select[name="who"] option')] == [GENERAL]
    changed = page.cssselect('section[aria-labelledby="what-if"] tbody th')
    assert len(changed) == 1
    before = desk_at("reviewing").page(ROOM, CLERK, who=GENERAL, change="1")
    assert not before.cssselect('select[name="who"], .grade.none')
    assert not before.cssselect('section[aria-labelledby="what-if"]')


def test_the_quota_is_drawn_with_its_figures_and_told_to_who_cannot_see_it(desk_at: DeskAt) -> None:
    page = desk_at("pending").page(ROOM, CLERK)
    drawn = page.cssselect("section[aria-labelledby=quota] svg")[0]
    assert drawn.get("aria-label").startswith("等次比例 优秀")
    rows = page.cssselect("section[aria-labelledby=quota] tbody tr")
    given = [int(row.cssselect("b")[0].text) for row in rows]
    assert sum(given) == len(DEPARTMENTS)
    assert all(table.cssselect("caption") for table in page.cssselect("main table"))


def test_whoever_is_at_home_in_a_department_sees_the_others_ranked_without_it(desk_at: DeskAt) -> None:
    desk = desk_at("pending")
    own = OFFICE_AT_HOME[GENERAL]
    page = desk.page(ROOM, own)
    shown = rows(page)
    assert {row[1] for row in shown} == set(DEPARTMENTS) - {GENERAL}
    assert [row[0] for row in shown] == list(range(1, len(shown) + 1))
    desk.city.whole("propose")
    assert {row[1] for row in rows(desk.page(ROOM, own))} == set(DEPARTMENTS)


def test_the_room_is_closed_to_departments_and_to_the_administrator(desk_at: DeskAt) -> None:
    desk = desk_at("pending")
    for who in (LIAISON[GENERAL], ADMIN):
        assert desk.get(ROOM, who).status_code == 403


def test_a_member_of_the_group_ratifies_in_the_room_but_proposes_nothing(desk_at: DeskAt) -> None:
    desk = desk_at("pending")
    assert acts(desk.page(ROOM, MEMBER)) == []
    desk.city.whole("propose")
    assert acts(desk.page(ROOM, MEMBER)) == ["cycle_ratify", "cycle_withdraw_proposal"]
    assert acts(desk.page(ROOM, CLERK)) == ["cycle_ratify", "cycle_withdraw_proposal"]
    assert acts(desk.page(ROOM, AUDITOR)) == []


def acts(page: html.HtmlElement) -> list[str]:
    """What the room offers to do about the whole year."""
    paths = [a.get("href") for a in page.cssselect(".head .end a")]
    return [path.removeprefix("/do/").partition("?")[0] for path in paths if path.startswith("/do/")]


def test_a_proposal_is_made_and_taken_back_from_the_room(desk_at: DeskAt) -> None:
    desk = desk_at("pending")
    link = next(a for a in desk.page(ROOM, CLERK).cssselect(".head a") if "cycle_propose" in a.get("href"))
    form = desk.browser(CLERK).get(link.get("href"))
    assert form.status_code == 200
    sent = {"year": str(YEAR), "back": ROOM, "once": "k"}
    assert desk.post("/do/cycle_propose", CLERK, sent).status_code == 303
    assert desk.city.row(f"cycle:{YEAR}").state == "proposed"
    refused = desk.post("/do/cycle_withdraw_proposal", CLERK, {**sent, "once": "k2"})
    assert 'data-code="reason_missing"' in refused.text
    assert desk.city.row(f"cycle:{YEAR}").state == "proposed"
