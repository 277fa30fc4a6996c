"""What a trial names: every row that would write something, before and after, and who may be there under another id."""

from __future__ import annotations

from typing import Any

import pytest

from cycle.board.look import look
from cycle.board.row_changes import told_groups
from cycle.imports.importing import Imported, import_file
from cycle.operations.import_changes import RowChange, Written
from cycle.permissions import Act
from tests.cast import CLERK, GENERAL, HEAD, REVIEWERS, City, CityAt, for_body, person
from tests.held import YEAR
from tests.hostile_files import HEAD as PEOPLE
from tests.hostile_files import MARKS, csv_text

KNOWN = ("人员", "p-wen-jingxing", "文景行", "wen.jingxing@fagai.example", "fagai", "考核组成员")
SLIP = ("人员", "p-wen-jingxin", *KNOWN[2:])
NEW = ("人员", "p-new", "新人", "new@new.example", "newdep", "考核组成员")
DEPARTMENT = (*PEOPLE, "类别", "别名", "填报员", "主要负责人", "分管领导")
NEWDEP = ("部门", "newdep", "新局", "", "", "", "群团单位", "", "", "p-wang-liqun", "")


def tried(city: City, kind: str, text: str, act: Act, **how: Any) -> Imported:
    year = None if kind == "roster" else YEAR
    asked = {"dry_run": True, "year": year, **how}
    return import_file(city.service, kind, "a.csv", act, content=text.encode(), **asked)


def told(city: City, done: Imported, lang: str = "zh", most: int = 50) -> list[tuple[str, int, list[str]]]:
    """Each group: its word, how many rows, and the lines of those shown."""
    with city.service.database.read() as session:
        at = look(session, city.clock.now(), city.service.zone, lang)
        found = told_groups(at, done.changes, most)
    return [(one["word"], one["count"], [row["line"] for row in one["rows"]]) for one in found]


def test_a_roster_names_whom_it_would_register_and_what_it_would_change(city_at: CityAt) -> None:
    city = city_at("registered")
    moved = (*KNOWN[:3], "wen@new.example", "fagai", "考核组成员、察访核验员")
    rows = [(*row, *[""] * 5) for row in (moved, NEW)]
    done = tried(city, "roster", csv_text(*rows, NEWDEP, head=DEPARTMENT), person(CLERK))
    assert (done.taken, done.sound) == (3, True)
    assert told(city, done) == [
        (
            "新增人员",
            1,
            ["第3行：新人（p-new）；邮箱：new@new.example；所在单位：新局；角色：考核组成员"],
        ),
        (
            "变更人员",
            1,
            [
                "第2行：文景行（p-wen-jingxing）；邮箱：wen.jingxing@fagai.example→wen@new.example；"
                "角色：考核组成员→考核组成员、察访核验员"
            ],
        ),
        ("新增部门", 1, ["第4行：新局（newdep）；类别：群团单位；主要负责人：王立群"]),
    ]
    (new, *_) = told(city, done, "en")
    assert new[0] == "new people"
    assert new[2] == ["row 3: 新人 (p-new); e-mail: new@new.example; home: 新局; roles: reviewer"]


def test_a_slip_in_an_id_is_seen_from_whom_the_new_person_is_like(city_at: CityAt) -> None:
    city = city_at("registered")
    twin = ("人员", "p-new2", "新人", "NEW@new.example", "newdep", "考核组成员")
    by_mail = ("人员", "p-other", "另一人", "wen.jingxing@fagai.example", "fagai", "考核组成员")
    done = tried(city, "roster", csv_text(NEW, SLIP, twin, by_mail, KNOWN, head=PEOPLE), person(CLERK))
    assert (done.same, len(done.changes.rows)) == (1, 4)
    assert {one.about[0]: one.alike for one in done.changes.rows} == {
        "p-new": (),
        "p-wen-jingxin": ("p-wen-jingxing",),
        "p-new2": ("p-new",),
        "p-other": ("p-wen-jingxing", "p-wen-jingxin"),
    }
    with city.service.database.read() as session:
        at = look(session, city.clock.now(), city.service.zone, "zh")
        (group,) = told_groups(at, done.changes, 2)
    assert (group["count"], group["left"]) == (4, 2)
    first, second = group["rows"]
    assert (first["row"], second["row"]) == (3, 4), "who is like somebody is shown before anybody else"
    assert first["alike"] == [{"person": "p-wen-jingxing", "name": "文景行"}]
    assert first["warning"] == "与文景行（p-wen-jingxing）同名或者邮箱相同；是同一人的，请改用原有的编号"
    assert second["warning"].startswith("与新人（p-new）同名")


def test_a_change_of_a_departments_name_or_post_is_named_with_what_stands(city_at: CityAt) -> None:
    city = city_at("registered")
    row = city.row(f"department:{GENERAL}").record
    cells = ("部门", GENERAL, "党委办公室", "", "", "", "党委工作部门", "、".join(row["aliases"]))
    text = csv_text((*cells, HEAD[GENERAL], "", ""), head=DEPARTMENT)
    ((word, count, (line,)),) = told(city, tried(city, "roster", text, person(CLERK)))
    assert (word, count) == ("变更部门", 1)
    assert line == "第2行：办公室（bangongshi）；名称：办公室→党委办公室；填报员：魏思远→王立群"


def test_marks_counts_and_results_are_named_by_department_member_and_item(city_at: CityAt) -> None:
    city = city_at("reviewing")
    city.at(f"{YEAR}-12-20")
    member = REVIEWERS[0]
    first = {"item": "content.1.1", "points": 100, "reason": "材料不全"}
    city.ask(GENERAL, "mark", person(member), marks=[first])
    rows = [
        ("办公室", "", "content.1.1", "1.5", "材料不全"),
        ("组织部", "", "content.1.1", "2", ""),
        ("无此局", "", "content.1.1", "2", ""),
    ]
    done = tried(city, "marks", csv_text(*rows, head=MARKS), Act(member))
    assert [(one.row, one.what, one.written) for one in done.changes.rows] == [
        (2, "changed_mark", (Written("points", 100, 150),)),
        (3, "new_mark", (Written("points", None, 200),)),
    ]
    (new, changed) = told(city, done)
    assert new[2][0].startswith("第3行：组织部，文景行，")
    assert changed[2][0].endswith("；分值：1.00→1.50")
    head = ("部门", "评议项目", "满意", "基本满意", "一般", "不满意")
    counted = csv_text(("办公室", "问卷调查", "9", "1", "0", "0"), head=head)
    assert told(city, tried(city, "survey", counted, person(CLERK))) == [
        ("新录评议份数", 1, ["第2行：办公室，问卷调查；份数：满意9、基本满意1、一般0、不满意0"])
    ]
    city = city_at("registered")
    results = csv_text(("纪委", "1", "优秀"), head=("部门", "排名", "等次"))
    assert told(city, tried(city, "results", results, person(CLERK), year=YEAR - 1)) == [
        ("新录往年结果", 1, ["第2行：纪委；排名：1；等次：优秀"])
    ]


def test_rows_that_are_refused_would_write_nothing(city_at: CityAt) -> None:
    city = city_at("running")
    rows = [("办公室", "", item, "1", "材料不全") for item in ("content.1.1", "content.1.2", "content.1.3")]
    done = tried(city, "marks", csv_text(*rows, head=MARKS), Act(REVIEWERS[0]))
    assert (done.left_out, done.changes.rows) == (3, [])


def test_what_waits_is_named_as_well_and_what_was_taken_in_is_not(city_at: CityAt) -> None:
    city = city_at("reviewing")
    city.at(f"{YEAR}-12-20")
    text = csv_text(("办公室", "文景行", "content.1.1", "2", ""), head=MARKS)
    waits = tried(city, "marks", text, for_body("team"), dry_run=False)
    assert (bool(waits.pending), [one.what for one in waits.changes.rows]) == (True, ["new_mark"])
    done = tried(city, "marks", text, Act(REVIEWERS[0]), dry_run=False)
    assert (done.taken, done.changes.rows) == (1, ())


def test_marks_to_be_confirmed_again_are_named_though_they_stay(city_at: CityAt) -> None:
    city = city_at("reviewing")
    city.at(f"{YEAR}-12-20")
    city.give_marks(GENERAL)
    city.move(GENERAL, "complete")
    city.move(GENERAL, "reopen")
    done = tried(
        city, "marks", csv_text(("办公室", "", "content.1.1", "2", ""), head=MARKS), Act(REVIEWERS[0])
    )
    about = (GENERAL, REVIEWERS[0], "content.1.1")
    assert list(done.changes.rows) == [RowChange(2, "mark_again", about, (Written("points", None, 200),))]
    assert done.taken == 1


@pytest.mark.parametrize("count", [3, 120])
def test_a_long_list_is_cut_and_says_how_much_it_leaves_out(city_at: CityAt, count: int) -> None:
    city = city_at("registered")
    rows = [("人员", f"p-{n}", f"新人{n}", f"n{n}@new.example", "x", "考核组成员") for n in range(count)]
    done = tried(city, "roster", csv_text(*rows, head=PEOPLE), person(CLERK))
    with city.service.database.read() as session:
        (group,) = told_groups(look(session, city.clock.now(), city.service.zone, "zh"), done.changes, 50)
    shown = min(count, 50)
    assert (group["count"], len(group["rows"]), group["left"]) == (count, shown, count - shown)
