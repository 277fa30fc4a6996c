"""A ratified year corrected at its page: tried first, then asked for as it was tried, then confirmed by another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import pytest
from httpx2 import Response
from lxml import html

from tests.cast import (
    AUDITOR,
    CLERK,
    DISCIPLINE,
    GENERAL,
    LIAISON,
    MEMBER,
    OTHER_MEMBER,
    PAPER,
    PERSONNEL,
    THIRD,
    WHY,
    book,
    for_body,
)
from tests.held import YEAR, key_of
from tests.operations.test_amending import AGAIN_BLAMED, BLAME, amend, line_of
from tests.web.conftest import Desk, DeskAt
from tests.web.doorway import read

PATH: Final = f"/{YEAR}/amend"
CYCLE: Final = f"cycle:{YEAR}"
BLAMED: Final = {"lines[0][what]": "deduction:score.deduct.5.1"}
GIVEN: Final = {"reason": WHY, "document": PAPER}
FIRST: Final = book().indicators[0]


@pytest.fixture
def desk(desk_at: DeskAt) -> Desk:
    made = desk_at("ratified")
    for who in (CLERK, MEMBER):
        made.browser(who)
    return made


def fields(page: html.HtmlElement, deed: str) -> dict[str, Any]:
    """The fields of the form of a deed as its page fills them in; a name that comes more than once is a list."""
    form = next(one for one in page.forms if one.fields.get("do") == deed)
    found: dict[str, Any] = {}
    for name, value in form.form_values():
        found[name] = [*found[name], value] if name in found else [value]
    return {name: values[0] if len(values) == 1 else values for name, values in found.items()}


def look(desk: Desk, values: dict[str, Any], who: str = CLERK, department: str = GENERAL) -> Response:
    """Try an amendment, from the form as the page fills it in."""
    page = desk.page(PATH, who, department=department)
    return desk.post(PATH, who, {**fields(page, "look"), **GIVEN, **values})


def differences(page: html.HtmlElement) -> dict[str, list[str]]:
    """Department to its cells in the table of what would change."""
    rows = page.cssselect(".differences tr[data-department]")
    return {
        row.get("data-department"): [" ".join(cell.text_content().split()) for cell in row] for row in rows
    }


def refusals(answer: Response) -> list[str]:
    """The codes of all that is in the way."""
    return [one.get("data-code") for one in read(answer).cssselect(".unmet [data-code]")]


def pending(answer: Response) -> str:
    """What waits now."""
    assert answer.status_code == 303, answer.text[:2000]
    return str(answer.headers["location"].rpartition("waits=")[2])


def test_a_department_is_chosen_first_and_its_standing_lines_can_be_ticked(desk: Desk) -> None:
    page = desk.page(PATH, CLERK)
    assert {one.get("value") for one in page.cssselect("#whose option")} == {
        "",
        *(GENERAL, DISCIPLINE, PERSONNEL),
    }
    assert not page.cssselect("form[method=post] [name=reverse]")
    page = desk.page(PATH, CLERK, department=GENERAL)
    standing = desk.city.select(
        "SELECT id FROM line WHERE subject = :key AND reversed_by IS NULL AND reverses IS NULL AND part <> 'cap'",
        key=key_of(GENERAL),
    )
    assert {one.get("value") for one in page.cssselect("[name=reverse]")} == {line for (line,) in standing}
    (first, *_) = page.cssselect('[name="lines[0][what]"]')
    words = {one.get("value"): one.text for one in first.iter("option")}
    assert words["deduction:score.deduct.5.1"].endswith("（−3.00分）")
    assert words[f"central:{FIRST.id}"] == f"{FIRST.zh}（满分{FIRST.points / 100:.2f}）"
    assert len(page.cssselect('[name$="[what]"]')) == 5


def test_what_would_change_is_shown_as_the_preview_tells_it_and_nothing_is_written(desk: Desk) -> None:
    before = desk.city.rows()
    answer = look(desk, BLAMED)
    assert answer.status_code == 200, refusals(answer)
    page = read(answer)
    told = differences(page)
    assert list(told) == [GENERAL, DISCIPLINE, PERSONNEL]
    assert told[GENERAL][1] == "100.00 → 97.00"
    assert [told[one][3] for one in told] == ["优秀 → 不达标", "良好 → 优秀", "不达标 → 良好"]
    assert desk.city.rows() == before
    kept = fields(page, "look")
    assert (kept["lines[0][what]"], kept["reason"], kept["document"]) == (*BLAMED.values(), WHY, PAPER)


def test_it_is_asked_for_as_it_was_tried_and_takes_effect_once_another_confirms(desk: Desk) -> None:
    sent = fields(read(look(desk, {**BLAMED, "lines[0][note]": "迟报"})), "amend")
    told = desk.post(PATH, CLERK, sent)
    waits = pending(told)
    assert desk.post(PATH, CLERK, sent).headers["location"] == told.headers["location"]
    assert "待第二人确认" in desk.page(told.headers["location"], CLERK).cssselect(".note")[0].text_content()
    assert desk.city.row(CYCLE).record["version"] == 1
    desk.city.confirm({"pending": waits})
    made = desk.city.last(CYCLE)
    assert (made["action"], made["on_behalf_of"], made["document"], made["reason"]) == (
        *("amend", "group"),
        *(PAPER, WHY),
    )
    assert desk.city.row(CYCLE).record["version"] == 2
    line = desk.city.select(
        "SELECT points, note FROM line WHERE subject = :key AND part = 'deduction'", key=key_of(GENERAL)
    )
    assert line == [(-300, "迟报")]


def test_a_line_is_reversed_and_written_anew_with_full_width_digits(desk: Desk) -> None:
    line = line_of(desk.city, GENERAL, FIRST.id)
    survey = {"lines[3][what]": "bonus:score.bonus.national"}
    wish = {"reverse": line, "lines[1][what]": f"central:{FIRST.id}", "lines[1][points]": "０．２"}
    answer = look(desk, {**wish, **survey}, MEMBER)
    assert answer.status_code == 200, refusals(answer)
    sent = fields(read(answer), "amend")
    assert (sent["reverse"], sent["lines[1][points]"], sent["lines[3][what]"]) == (
        *(line, "０．２"),
        survey["lines[3][what]"],
    )
    desk.city.confirm({"pending": pending(desk.post(PATH, MEMBER, sent))}, OTHER_MEMBER)
    ((points,),) = desk.city.select(
        "SELECT points FROM line WHERE subject = :key AND item = :item AND reversed_by IS NULL AND reverses IS NULL",
        key=key_of(GENERAL),
        item=FIRST.id,
    )
    assert points == 20
    assert desk.city.last(CYCLE)["on_behalf_of"] in ("", None)


def test_several_lines_are_reversed_and_stay_ticked(desk: Desk) -> None:
    two = [line_of(desk.city, GENERAL, one.id) for one in book().indicators[:2]]
    refused = look(desk, {"reverse": two})
    assert (refused.status_code, refusals(refused)) == (409, ["part_missing"])
    page = read(refused)
    assert [one.get("value") for one in page.cssselect("[name=reverse][checked]")] == sorted(two)
    assert not page.cssselect("#ahead")


@pytest.mark.parametrize(
    ("values", "codes"),
    [
        ({}, ["amendment_empty"]),
        ({**BLAMED, "reason": "", "document": ""}, ["reason_missing", "document_missing"]),
        (
            {"lines[0][what]": "leader:team", "lines[0][points]": "99"},
            ["points_out_of_range", "line_already"],
        ),
        ({"lines[0][what]": "gift:team", "lines[0][points]": "1"}, ["item_unknown"]),
    ],
)
def test_all_that_is_in_the_way_is_told_and_what_was_typed_stays(
    desk: Desk, values: dict[str, str], codes: Sequence[str]
) -> None:
    before = desk.city.rows()
    answer = look(desk, {**values, "lines[4][note]": ""})
    assert answer.status_code == 409
    assert sorted(refusals(answer)) == sorted(codes)
    kept = fields(read(answer), "look")
    known = {name: value for name, value in values.items() if not value.startswith("gift")}
    assert {name: kept.get(name, "") for name in known} == known
    assert desk.city.rows() == before


def test_what_cannot_be_read_is_marked_at_its_own_row(desk: Desk) -> None:
    wish = {**BLAMED, "lines[2][points]": "很多", "lines[2][note]": "只写了分值"}
    answer = look(desk, wish)
    assert answer.status_code == 422
    page = read(answer)
    assert {one.get("name") for one in page.cssselect("[aria-invalid]")} == {
        *("lines[2][what]", "lines[2][points]")
    }
    assert page.cssselect("#l2-points-wrong")[0].text == "应为分值，最多两位小数，如1.80"
    assert "有2处要改" in page.cssselect(".note.red")[0].text_content()
    assert fields(page, "look")["lines[2][points]"] == "很多"


def test_the_same_ground_once_more_is_asked_for_by_a_tick(desk: Desk) -> None:
    twice = {**BLAMED, "lines[1][what]": BLAMED["lines[0][what]"]}
    refused = look(desk, twice)
    assert refusals(refused) == ["line_again"]
    told = read(refused).cssselect(".unmet")[0].text_content()
    assert "再记一笔" in told
    assert "again" not in told
    assert look(desk, {**twice, "lines[1][again]": "1"}).status_code == 200


def test_a_tie_the_correction_makes_is_ruled_on_at_the_page(desk: Desk) -> None:
    wish = {
        "reverse": line_of(desk.city, PERSONNEL, FIRST.id),
        "lines[0][what]": f"central:{FIRST.id}",
        "lines[0][points]": f"{(FIRST.points - 50) / 100:.2f}",
    }
    refused = look(desk, wish, department=PERSONNEL)
    assert refusals(refused) == ["tie_unruled"]
    page = read(refused)
    assert {one.get("name") for one in page.cssselect("#ties select")} == {
        f"rulings[{DISCIPLINE}]",
        f"rulings[{PERSONNEL}]",
    }
    ruled = {f"rulings[{DISCIPLINE}]": "failed", f"rulings[{PERSONNEL}]": "good"}
    answer = desk.post(PATH, CLERK, {**fields(page, "look"), **ruled})
    assert answer.status_code == 200, refusals(answer)
    desk.city.confirm({"pending": pending(desk.post(PATH, CLERK, fields(read(answer), "amend")))})
    assert desk.city.row(CYCLE).record["ties"]["2.1"]["ruling"] == {DISCIPLINE: "failed", PERSONNEL: "good"}
    (tie,) = desk.page(f"/{YEAR}/grading", MEMBER).cssselect('section[aria-labelledby^="tie-"]')
    assert "已裁定" in tie.text_content()


def test_an_amendment_tried_on_an_older_version_is_not_made_and_what_was_typed_stays(desk: Desk) -> None:
    sent = fields(read(look(desk, {**BLAMED, "lines[0][note]": "迟报"})), "amend")
    amend(desk.city, {**BLAME, "department": PERSONNEL})
    before = desk.city.rows()
    answer = desk.post(PATH, CLERK, sent)
    assert (answer.status_code, refusals(answer)) == (409, ["conflict"])
    kept = fields(read(answer), "look")
    assert (kept["lines[0][note]"], kept["reason"]) == ("迟报", WHY)
    assert desk.city.rows() == before
    again = read(desk.post(PATH, CLERK, kept))
    assert pending(desk.post(PATH, CLERK, fields(again, "amend")))


def test_who_confirms_reads_the_lines_and_the_differences_in_words(desk: Desk) -> None:
    line = line_of(desk.city, GENERAL, FIRST.id)
    lines = [{"part": "central", "item": FIRST.id, "points": 20, "note": "算错"}, *AGAIN_BLAMED]
    change = {"department": GENERAL, "reverse": [line], "lines": lines}
    desk.city.do("amend", for_body("group"), year=YEAR, changes=[change])
    desk.browser(THIRD)
    before = desk.city.rows()
    page = desk.page("/decisions", THIRD)
    assert desk.city.rows() == before
    told = [one.text_content() for one in page.cssselect("section ul.plain li")]
    assert (
        f"办公室：冲销集中考评 {FIRST.zh} {FIRST.points / 100:.2f}（台账第{line.rpartition('#')[2]}笔）"
        in told
    )
    assert f"办公室：集中考评 {FIRST.zh} 0.20 算错" in told
    assert any(one.startswith("办公室：扣分") and one.endswith("（再记一笔）") for one in told)
    assert differences(page)[GENERAL][1] == "100.00 → 95.20"
    assert differences(page)[GENERAL][3] == "优秀 → 不达标"


def test_who_confirms_is_told_where_what_waits_no_longer_fits(desk: Desk) -> None:
    desk.city.do("amend", for_body("group"), year=YEAR, changes=[BLAME])
    amend(desk.city, {**BLAME, "department": PERSONNEL})
    page = desk.page("/decisions", CLERK)
    assert "名单已换版本" in page.cssselect("section .note.yellow")[0].text_content()
    assert not differences(page)


def test_every_line_of_an_amendment_that_waits_is_told(desk: Desk) -> None:
    lines = [
        {"part": "deduction", "item": "score.deduct.5.1", "again": True, "note": f"第{n}次"}
        for n in range(12)
    ]
    desk.city.do("amend", for_body("group"), year=YEAR, changes=[{"department": GENERAL, "lines": lines}])
    told = desk.page("/decisions", CLERK).cssselect("section ul.plain")[0].text_content()
    assert all(f"第{n}次" in told for n in range(12))


def test_the_page_is_reached_from_the_results_the_points_the_grading_room_and_its_act(desk: Desk) -> None:
    points = f"/{YEAR}/departments/{GENERAL}/score"
    for path, link in (
        (f"/{YEAR}/results", PATH),
        (f"/{YEAR}/grading", PATH),
        (points, f"{PATH}?department={GENERAL}"),
    ):
        assert desk.page(path, CLERK).cssselect(f'a[href="{link}"]'), path
    for who in (AUDITOR, LIAISON[GENERAL]):
        assert not desk.page(points, who).cssselect(f'a[href^="{PATH}"]')
    led = desk.get("/do/cycle_amend", CLERK, year=str(YEAR))
    assert (led.status_code, led.headers["location"]) == (303, PATH)
    assert desk.get("/do/cycle_amend", AUDITOR, year=str(YEAR)).status_code == 403


def test_a_year_that_is_not_ratified_has_nothing_to_correct(desk_at: DeskAt) -> None:
    desk = desk_at("pending")
    assert "审定以后才能更正" in desk.page(PATH, CLERK).cssselect("main")[0].text_content()
    assert not desk.page(f"/{YEAR}/results", CLERK).cssselect(f'a[href="{PATH}"]')
    assert desk.post(PATH, CLERK, {"do": "look", "department": GENERAL, **BLAMED}).status_code == 404


def test_what_is_no_department_or_deed_is_not_found(desk: Desk) -> None:
    assert desk.get(PATH, CLERK, department="nobody").status_code == 404
    for sent in (
        {"do": "other", "department": GENERAL},
        {"do": "look"},
        {"do": "look", "department": "nobody"},
    ):
        assert desk.post(PATH, CLERK, sent).status_code == 404
    odd = {"lines": "x", "lines[0]": "y", "rulings": "z", "lines[0][what][x]": "q", "rulings[a][b]": "c"}
    assert desk.post(PATH, CLERK, {"do": "look", "department": GENERAL, **odd}).status_code == 409
    desk.browser(AUDITOR)
    assert desk.post(PATH, AUDITOR, {"do": "look", "department": GENERAL}).status_code == 403


def test_what_was_typed_is_text_and_nothing_else(desk: Desk) -> None:
    wish = {**BLAMED, "lines[0][note]": "<b>", "lines[1][points]": '"><i>', "reason": "理由<b>"}
    answer = look(desk, wish)
    assert not read(answer).cssselect("main b, main i")
    assert "理由&lt;b&gt;" in answer.text
    kept = fields(read(answer), "look")
    assert (kept["lines[0][note]"], kept["lines[1][points]"], kept["reason"]) == ("<b>", '"><i>', "理由<b>")
