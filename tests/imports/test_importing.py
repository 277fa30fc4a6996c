"""Files of people's own taken in: all or none, tried or in earnest, once however often they are given."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from cycle import queries
from cycle.imports.importing import Imported, import_file
from cycle.imports.templates import template
from cycle.imports.wording import entries
from cycle.permissions import Act
from tests.cast import (
    CLERK,
    DEPARTMENTS,
    DISCIPLINE,
    GENERAL,
    HEAD,
    LIAISON,
    PERSONNEL,
    REVIEWERS,
    City,
    CityAt,
    codes,
    for_body,
    person,
    refusals,
)
from tests.held import COLLEAGUE, YEAR, key_of
from tests.hostile_files import HEAD as PEOPLE
from tests.hostile_files import MARKS, csv_text
from workflows import words
from workflows.errors import Conflict

NEW = ("人员", "p-new", "新人", "new@new.example", "outside", "考核组成员")
OTHER = ("person", "p-other", "另一人", "other@new.example", "newdep", "department")
KNOWN = ("人员", "p-wen-jingxing", "文景行", "wen.jingxing@fagai.example", "fagai", "考核组成员")
MIXED = ("人员", "p-mixed", "兼任", "mixed@new.example", "outside", "审计员、系统管理员")
DEPARTMENT_HEAD = (*PEOPLE, "类别", "别名", "填报员", "主要负责人", "分管领导")


def take(city: City, kind: str, text: str | bytes, act: Act, /, name: str = "a.csv", **how: Any) -> Imported:
    """A file handed in by its content."""
    content = text.encode() if isinstance(text, str) else text
    year = None if kind == "roster" else YEAR
    return import_file(city.service, kind, name, act, content=content, **{"year": year, **how})


def places(done: Imported) -> list[tuple[int | None, str | None, str]]:
    """Row, column and code of everything wrong."""
    return [(entry["row"], entry["column"], entry["code"]) for entry in entries(done, "zh", {})]


def counts(done: Imported) -> tuple[int, int, int, int]:
    """Rows taken, the same, blank, left out."""
    return done.taken, done.same, done.blank, done.left_out


def filled(city: City, kind: str, ending: str = ".csv", **columns: str) -> list[list[str]]:
    """A template as a table, some of its columns filled in alike in every row."""
    made = template(city.service, kind, ending, "zh", year=YEAR)
    rows = list(csv.reader(io.StringIO(made.content.decode("utf-8-sig"))))
    assert made.rows == len(rows) - 1
    for name, text in columns.items():
        for row in rows[1:]:
            row[rows[0].index(name)] = text
    return rows


def text_of(rows: Sequence[Sequence[str]]) -> str:
    return csv_text(*rows[1:], head=rows[0])


# --- rosters ---


def test_a_roster_waits_whole_for_a_second_person_and_is_taken_in_once(city_at: CityAt) -> None:
    city = city_at("registered")
    text = csv_text(NEW, OTHER, head=PEOPLE)
    before = city.rows()
    asked = take(city, "roster", text, person(CLERK))
    assert (counts(asked), asked.sound, asked.again) == ((2, 0, 0, 0), True, False)
    assert (bool(asked.pending), city.rows()) == (True, before)
    again = take(city, "roster", text, person(CLERK))
    assert (again.pending, again.again) == (asked.pending, True)
    assert codes(lambda: city.confirm({"pending": asked.pending}, CLERK)) == ["second_person_same"]
    done = city.confirm({"pending": asked.pending})
    assert (done["taken"], done["same"], done["subject"]) == (2, 0, "person:p-new")
    new = city.row("person:p-new").record
    assert (new["name"], new["roles"], new["home"]) == ("新人", ["reviewer"], "outside")
    after = city.rows()
    third = take(city, "roster", text, person(CLERK))
    assert (counts(third), third.pending, third.written) == ((0, 2, 0, 0), "", False)
    assert (city.rows(), after) == (after, before + 2)


def test_a_trial_and_the_import_itself_refuse_the_same_rows_and_write_nothing(city_at: CityAt) -> None:
    city = city_at("registered")
    department = ("部门", "newdep", "新局", "", "", "", "群团单位", "", "p-other", "p-nobody", "")
    rows = [(*row, *[""] * 5) for row in (NEW, OTHER, MIXED)]
    text = csv_text(*rows, department, head=DEPARTMENT_HEAD)
    before = city.rows()
    tried = take(city, "roster", text, person(CLERK), dry_run=True)
    refused = take(city, "roster", text, person(CLERK))
    assert places(tried) == [(4, "roles", "roles_not_apart"), (5, "head", "person_unknown")]
    assert (places(refused), counts(refused)) == (places(tried), counts(tried))
    assert (tried.written, refused.written, refused.pending, city.rows()) == (False, False, "", before)
    assert city.select("SELECT 1 FROM pending_act") == []
    good = take(city, "roster", text, person(CLERK), accept_good=True)
    assert (counts(good), places(good)) == ((2, 0, 0, 2), places(tried))
    assert codes(lambda: city.confirm({"pending": good.pending}, CLERK)) == ["second_person_same"]
    assert city.confirm({"pending": good.pending})["taken"] == 2
    assert city.row("person:p-other").state == "active"


def test_departments_change_as_their_row_says_and_aliases_do_not(city_at: CityAt) -> None:
    city = city_at("registered")
    rows = filled(city, "roster")
    assert counts(take(city, "roster", text_of(rows), person(CLERK))) == (0, len(rows) - 1, 0, 0)
    general = next(row for row in rows if row[1] == GENERAL)
    general[2], general[5] = "党委办公室", HEAD[GENERAL]
    before = city.rows()
    done = take(city, "roster", text_of(rows), person(CLERK), on="2025-01-02")
    assert (done.taken, done.pending, city.rows()) == (1, "", before + 2)
    record = city.row(f"department:{GENERAL}").record
    assert record["names"][-1] == {"name": "党委办公室", "from": "2025-01-02"}
    assert record["posts"][-1] == {"post": "liaison", "person": HEAD[GENERAL], "from": "2025-01-02"}
    general[4] = "保密局"
    assert places(take(city, "roster", text_of(rows), person(CLERK))) == [
        (rows.index(general) + 1, "aliases", "aliases_fixed")
    ]


def test_whoever_may_not_confirm_takes_nothing_in_and_the_file_goes_on_waiting(city_at: CityAt) -> None:
    city = city_at("registered")
    department = ("部门", "newdep", "新局", "", "", "", "群团单位", "", "", "", "")
    rows = [(*row, *[""] * 5) for row in (NEW, MIXED)]
    asked = take(
        city, "roster", csv_text(*rows, department, head=DEPARTMENT_HEAD), person(CLERK), accept_good=True
    )
    before = city.rows()
    for who in (CLERK, LIAISON[GENERAL], "p-nobody"):
        assert codes(partial(city.confirm, {"pending": asked.pending}, who))
    assert city.rows() == before
    assert city.confirm({"pending": asked.pending})["taken"] == 2


def test_where_no_row_is_good_nothing_is_accepted(city_at: CityAt) -> None:
    city = city_at("registered")
    done = take(city, "roster", csv_text(MIXED, head=PEOPLE), person(CLERK), accept_good=True)
    assert (places(done), done.written, done.pending) == ([(2, "roles", "roles_not_apart")], False, "")


def test_a_recused_colleague_does_not_stand_in_the_way_of_the_trial(city_at: CityAt) -> None:
    city = city_at("registered")
    own = csv_text((*NEW[:1], COLLEAGUE, "常胜男", "c@new.example", "elsewhere", "绩效办"), head=PEOPLE)
    asked = take(city, "roster", own, person(CLERK))
    assert (asked.sound, bool(asked.pending)) == (True, True)
    assert codes(lambda: city.confirm({"pending": asked.pending})) == ["own_record"]


# --- marks ---


def test_a_sheet_of_several_departments_is_taken_in_once_and_only_what_differs_again(city_at: CityAt) -> None:
    city = city_at("reviewing")
    city.at(f"{YEAR}-12-20")
    member = REVIEWERS[0]
    rows = filled(city, "marks")
    full = rows[0].index("满分")
    for row in rows[1:]:
        if row[1] == member:
            row[5] = row[full]
    before = city.rows()
    done = take(city, "marks", text_of(rows), Act(member))
    each = len(rows[1:]) // len(DEPARTMENTS) // len(REVIEWERS)
    assert (counts(done), done.written) == ((3 * each, 0, 6 * each, 0), True)
    assert city.rows() == before + 3
    assert len(city.row(key_of(GENERAL)).record["marks"][member]) == each
    again = take(city, "marks", text_of(rows), Act(member))
    assert (counts(again), again.written, city.rows()) == ((0, 3 * each, 6 * each, 0), False, before + 3)
    rows[1][5:] = ["1.5", "材料不全"]
    assert take(city, "marks", text_of(rows), Act(member)).taken == 1
    marks = city.row(key_of(GENERAL)).record["marks"][member]
    assert marks["content.1.1"] == {"points": 150, "reason": "材料不全"}


def test_every_faulty_mark_is_named_by_row_and_column_and_the_good_ones_can_be_kept(city_at: CityAt) -> None:
    city = city_at("reviewing")
    city.at(f"{YEAR}-12-20")
    member = REVIEWERS[0]
    bad = [
        ("办公室", member, "content.1.1", "2.00", ""),
        ("办公室", member, "content.1.2", "99", ""),
        ("办公室", member, "调研与学习报告", "1", ""),
        ("无此局", member, "content.1.1", "2", ""),
        ("组织部", REVIEWERS[1], "content.1.1", "2", ""),
        ("纪委", member, "content.9.9", "2", ""),
        ("纪委", member, "content.1.1", "两分", ""),
        ("办公室", member, "CONTENT.1.1", "2.00", ""),
    ]
    expected = [
        (3, "points", "points_out_of_range"),
        (4, "reason", "mark_without_reason"),
        (5, "department", "department_unknown"),
        (6, "member", "mark_of_another"),
        (7, "item", "item_unknown"),
        (8, "points", "not_a_number"),
        (9, "item", "row_twice"),
    ]
    text = csv_text(*bad, head=MARKS)
    before = city.rows()
    refused = take(city, "marks", text, Act(member))
    assert (places(refused), city.rows()) == ([one for one in expected if one[0] in (8, 9)], before)
    tried = take(city, "marks", text, Act(member), dry_run=True)
    assert (places(tried), city.rows()) == (expected, before)
    done = take(city, "marks", text, Act(member), accept_good=True)
    assert (places(done), counts(done), done.written) == (expected, (1, 0, 0, 7), True)
    assert list(city.row(key_of(GENERAL)).record["marks"][member]) == ["content.1.1"]
    assert "marks" not in city.row(key_of(DISCIPLINE)).record


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_fault_names_file_row_and_column_in_the_readers_language(city_at: CityAt, lang: str) -> None:
    city = city_at("reviewing")
    done = take(
        city, "marks", csv_text(("办公室", "", "content.1.1", "99", ""), head=MARKS), Act(REVIEWERS[0])
    )
    (entry,) = entries(done, lang, {})
    heading = {"zh": "分值", "en": "points"}[lang]
    assert entry["line"].startswith(f"a.csv:2:{heading}: ")
    assert (entry["row"], entry["column"]) == (2, "points")
    assert "99.00" in entry["message"]


def test_a_sheet_on_paper_is_confirmed_by_a_second_person(city_at: CityAt) -> None:
    city = city_at("reviewing")
    city.at(f"{YEAR}-12-20")
    text = csv_text(("办公室", "文景行", "content.1.1", "2", ""), head=MARKS)
    asked = take(city, "marks", text, for_body("team"))
    assert (bool(asked.pending), "marks" in city.row(key_of(GENERAL)).record) == (True, False)
    city.confirm({"pending": asked.pending})
    assert city.row(key_of(GENERAL)).record["marks"][REVIEWERS[0]] == {"content.1.1": {"points": 200}}


# --- surveys and results ---


def test_counts_become_lines_and_the_same_counts_nothing(city_at: CityAt) -> None:
    city = city_at("reviewing")
    rows = filled(city, "survey", 满意="90", 基本满意="10", 一般="0", 不满意="0")
    rows[2][2:] = ["", "", "", ""]
    undocumented = take(city, "survey", text_of(rows), replace(person(CLERK), document=""))
    assert {code for _, _, code in places(undocumented)} == {"document_missing"}
    assert counts(take(city, "survey", text_of(rows), person(CLERK))) == (5, 0, 1, 0)
    with city.service.database.read() as session:
        lines = [one for one in queries.lines(session, key_of(PERSONNEL)) if one.part == "public"]
    assert sorted((one.item, one.points) for one in lines) == [("grassroots_leaders", 196), ("survey", 294)]
    before = city.rows()
    assert counts(take(city, "survey", text_of(rows), person(CLERK))) == (0, 5, 1, 0)
    rows[1][2] = "91"
    changed = take(city, "survey", text_of(rows), person(CLERK))
    assert (places(changed), city.rows()) == ([(2, "item", "line_already")], before)


def test_a_years_results_are_taken_in_whole_and_once(city_at: CityAt) -> None:
    city = city_at("registered")
    year = YEAR - 1
    head = ("部门", "排名", "等次", "连续不达标")
    rows = [("纪委", "1", "优秀", ""), ("监察局", "2", "good", ""), ("无此局", "3", "failed", "1")]
    refused = take(city, "results", csv_text(*rows, head=head), person(CLERK), year=year)
    assert places(refused) == [(3, "department", "department_twice"), (4, "department", "department_unknown")]
    part = take(city, "results", csv_text(*rows, head=head), person(CLERK), year=year, accept_good=True)
    assert ([one[2] for one in places(part)], part.written) == (["whole_only"], False)
    rows[1:] = [("办公室", "2", "good", ""), ("组织部", "3", "failed", "1")]
    assert counts(take(city, "results", csv_text(*rows, head=head), person(CLERK), year=year)) == (3, 0, 0, 0)
    assert city.row(f"cycle:{year}").state == "closed"
    again = take(city, "results", csv_text(*rows, head=head), person(CLERK), year=year)
    assert (counts(again), again.written) == ((0, 3, 0, 0), False)


# --- files and keys ---


@pytest.mark.parametrize("ending", [".csv", ".xlsx"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_template_is_read_back(city_at: CityAt, ending: str, lang: str) -> None:
    city = city_at("reviewing")
    for kind in ("roster", "marks", "survey", "results"):
        made = template(city.service, kind, ending, lang, year=YEAR)
        who = REVIEWERS[0] if kind == "marks" else CLERK
        done = take(city, kind, made.content, person(who), name=f"a{ending}")
        assert (done.faults, done.refused, done.rows) == ((), (), made.rows), kind
        assert done.same + done.blank == made.rows > 0


def test_a_key_makes_one_file_one_act_and_is_not_used_up_by_a_trial(city_at: CityAt) -> None:
    city = city_at("reviewing")
    act = replace(person(CLERK), key="k1")
    rows = filled(city, "survey", 满意="9", 基本满意="1", 一般="0", 不满意="0")
    take(city, "survey", text_of(rows), act, dry_run=True)
    first = take(city, "survey", text_of(rows), act)
    again = take(city, "survey", text_of(rows), act)
    assert ((first.taken, first.again), (again.taken, again.again)) == ((6, False), (6, True))
    with pytest.raises(Conflict):
        take(city, "survey", text_of(rows[:3]), act)


def test_who_may_never_ask_for_its_rows_is_refused_once_and_told_nothing_of_the_file(city_at: CityAt) -> None:
    city = city_at("registered")
    stands = partial(city.select, "SELECT key, hash FROM subject ORDER BY key")
    before = stands()
    broken = csv_text(NEW, OTHER, ("人员", "P NEW", "", "nowhere", "", ""), head=PEOPLE)
    for text in (broken, csv_text(NEW, OTHER, head=PEOPLE), ""):
        refused = refusals(partial(take, city, "roster", text, person(LIAISON[GENERAL])))
        assert [(one.code, dict(one.data)) for one in refused] == [("role_missing", {"roles": "office"})]
        assert words.say(refused[0], "zh") == "这个事项由绩效办办理，请转交有权办理的人"
    assert stands() == before
    asked = {"kind": "roster", "file": "a.csv", "rows": [], "year": 0, "on": "", "accept_good": False}
    assert codes(lambda: city.do("import_rows", person(LIAISON[GENERAL]), **asked)) == ["role_missing"]


def test_a_place_that_a_fault_does_not_have_leaves_no_colon_behind(city_at: CityAt) -> None:
    city = city_at("registered")
    unreasoned = csv_text((*KNOWN[:3], "else@new.example", *KNOWN[4:]), head=PEOPLE)
    (row,) = entries(take(city, "roster", unreasoned, replace(person(CLERK), reason="")), "zh", {})
    assert (row["row"], row["column"], row["code"]) == (2, None, "reason_missing")
    assert row["line"] == f"a.csv:2: {row['message']}"
    (whole,) = entries(take(city, "roster", "", person(CLERK)), "zh", {})
    assert (whole["row"], whole["line"]) == (None, f"a.csv: {whole['message']}")
