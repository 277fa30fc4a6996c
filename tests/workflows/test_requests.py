"""Which honour counts, which receipts a move asks for, and what acknowledging them changes: without a database."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from tests.workflows.test_workdays import CALENDAR
from tests.workflows.worlds import (
    APPLICATION,
    BOOK,
    asked,
    depart,
    extra,
    machine_of,
    record,
    world,
)
from workflows.bonus_guards import Honour, counting, folded, sameness
from workflows.effects import effect
from workflows.engine import route
from workflows.facts import Line
from workflows.matter_effects import matter_effect
from workflows.receipts import ASKED_FOR, Receipt, outstanding

NATIONAL, REGION, DIVISION = "score.bonus.national", "score.bonus.region", "score.bonus.division"
OUTSTANDING, ARTICLE = "score.bonus.outstanding", "score.bonus.article"

# --- which honour counts ---


def chosen(*honours: Honour, **changes: Any) -> set[str]:
    return set(counting(replace(BOOK, **changes), honours))


def test_the_name_of_an_honour_is_compared_without_width_case_or_blanks_around() -> None:
    assert folded(" ＩＳＯ９００１　先进 ") == folded("iso9001 先进")
    assert folded("先进") != folded("先进集体")
    assert folded("文 明\u3000单\u200b位\u202e") == folded("文明单位")
    assert folded("\u200b \ufeff") == ""


def test_of_one_honour_at_several_levels_the_highest_counts_whatever_the_order() -> None:
    low, high = Honour("1", DIVISION, "文明单位", line="l"), Honour("2", NATIONAL, "文明单位 ")
    assert chosen(low, high) == chosen(high, low) == {"2"}
    assert chosen(low, Honour("3", REGION, "平安单位")) == {"1", "3"}


def test_of_equals_the_one_with_its_line_stays() -> None:
    first, second = Honour("1", REGION, "a"), Honour("2", REGION, "A", line="l")
    assert chosen(first, second) == {"2"}
    assert chosen(first, replace(second, line="")) == {"1"}


def test_a_rulebook_may_let_every_level_count() -> None:
    low, high = Honour("1", DIVISION, "a"), Honour("2", NATIONAL, "a")
    assert chosen(low, high, same_award_once=False) == {"1", "2"}


def test_an_article_counts_once_by_its_title_and_an_achievement_by_application() -> None:
    assert chosen(Honour("1", ARTICLE, "文"), Honour("2", ARTICLE, "文"), same_award_once=False) == {"1"}
    assert chosen(Honour("1", ARTICLE, "文"), Honour("2", NATIONAL, "文")) == {"1", "2"}
    assert chosen(Honour("1", OUTSTANDING, ""), Honour("2", OUTSTANDING, "")) == {"1", "2"}


@pytest.mark.parametrize("item", [OUTSTANDING, ARTICLE])
def test_an_item_given_once_a_year_counts_once_whatever_it_is_called(item: str) -> None:
    once = tuple(replace(bonus, per="once") if bonus.id == item else bonus for bonus in BOOK.bonuses)
    assert chosen(Honour("1", item, "a"), Honour("2", item, "b"), bonuses=once) == {"1"}
    assert sameness(BOOK, "score.bonus.none", "a") == "honour a"


@pytest.mark.parametrize(("item", "who"), [(OUTSTANDING, "chief"), (ARTICLE, "group"), (REGION, "group")])
def test_who_decides_depends_on_what_is_applied_for(item: str, who: str) -> None:
    there = depart(world("bonus", "examined"), record(item=item))
    for action in ("approve", "refuse"):
        assert route(machine_of("bonus"), there.facts, action, there.now).who == (who,)
    applied = depart(world("bonus", "applied"), record(item=item))
    examining = route(machine_of("bonus"), applied.facts, "examine", applied.now).who
    assert examining == (("group",) if item == OUTSTANDING else ("group", "office"))


def test_an_achievement_is_applied_for_without_a_document_or_a_name() -> None:
    achievement = extra(record={"item": OUTSTANDING, "award": "", "granted_by": ""})
    there = depart(world("bonus", "none"), achievement, asked(document=""))
    assert there.step("apply").after == "applied"
    article = extra(record={**APPLICATION, "item": ARTICLE, "collective": False})
    assert depart(world("bonus", "none"), article).codes("apply") == set()


# --- which receipts a move asks for ---


def receipts(machine: str, state: str, action: str, *departures: Any) -> dict[str, Any]:
    """What a move changes in the receipts of its subject."""
    there = depart(world(machine, state, action), *departures)
    make = effect if machine == "appraisal" else matter_effect
    found: dict[str, Any] = make(there.facts, there.step(action), there.now).record.get("receipts", {})
    return found


RESULT = {"result": {"version": 1, "grade": "good"}, "grade": "good", "lines": (), "reversals": ()}


@pytest.mark.parametrize(
    ("state", "action", "departures"),
    [
        ("plan.submitted", "send_back", ()),
        ("plan.accepted", "reopen", ()),
        ("grading.pending", "propose", (extra(**RESULT),)),
        ("grading.proposed", "ratify", (extra(**RESULT),)),
        ("grading.ratified", "amend", (extra(**RESULT), asked(lines=()))),
        ("grading.ratified", "start_rectification", ()),
        ("plan.drafting", "exempt", ()),
        ("exempted", "reinstate", ()),
        ("plan.drafting", "record_line", (asked(lines=(Line("deduction", "score.deduct.1"),)),)),
    ],
)
def test_what_a_department_is_told_of_its_year_waits_for_its_receipt(
    state: str, action: str, departures: tuple[Any, ...]
) -> None:
    told = {"what": action, "on": "2025-06-10"}
    assert receipts("appraisal", state, action, *departures) == {"7": told}


@pytest.mark.parametrize(
    ("machine", "state", "action"),
    [
        ("bonus", "examined", "approve"),
        ("bonus", "examined", "refuse"),
        ("bonus", "approved", "overturn"),
        ("objection", "filed", "uphold"),
        ("objection", "filed", "dismiss"),
    ],
)
def test_a_decision_on_what_a_department_asked_for_waits_for_its_receipt(
    machine: str, state: str, action: str
) -> None:
    assert receipts(machine, state, action) == {"6": {"what": action, "on": "2025-06-10"}}


@pytest.mark.parametrize(
    ("machine", "state", "action", "departures"),
    [
        ("appraisal", "plan.submitted", "accept", ()),
        ("appraisal", "grading.pending", "reopen", ()),
        (
            "appraisal",
            "plan.drafting",
            "record_line",
            (asked(lines=(Line("bonus", "score.bonus.article"),)),),
        ),
        ("bonus", "applied", "examine", ()),
        ("bonus", "applied", "withdraw", ()),
        ("bonus", "approved", "recount", ()),
        ("objection", "filed", "withdraw", ()),
        ("objection", "filed", "set_aside", ()),
    ],
)
def test_what_is_no_news_to_the_department_waits_for_nothing(
    machine: str, state: str, action: str, departures: tuple[Any, ...]
) -> None:
    assert receipts(machine, state, action, *departures) == {}


def test_acknowledging_says_who_and_when_and_a_noted_call_what_was_said() -> None:
    seen = {"by": "p-office", "on": "2025-06-10"}
    assert receipts("appraisal", "closed", "acknowledge") == {"5": {"seen": seen}}
    noted = {**seen, "told": "because"}
    assert receipts("bonus", "refused", "note_receipt") == {"5": {"seen": noted}}


def test_every_move_that_asks_for_a_receipt_is_one_of_its_machine() -> None:
    for kind, actions in ASKED_FOR.items():
        assert actions <= set(machine_of(kind).actions)
        assert {"acknowledge", "note_receipt"} <= set(machine_of(kind).actions)


def test_what_is_not_acknowledged_is_late_after_two_working_days() -> None:
    kept = {
        "12": {"what": "exempt", "on": "2025-06-06"},
        "9": {"what": "send_back", "on": "2025-06-05", "seen": {"by": "p", "on": "2025-06-06"}},
        "7": {"what": "ratify", "on": "2025-06-05"},
    }
    found = list(outstanding({"receipts": kept}, 2, CALENDAR))
    assert found == [
        Receipt(7, "ratify", date(2025, 6, 5), date(2025, 6, 9)),
        Receipt(12, "exempt", date(2025, 6, 6), date(2025, 6, 10)),
    ]
    assert [found[0].late(date(2025, 6, day)) for day in (9, 10)] == [False, True]
    assert list(outstanding({}, 2, CALENDAR)) == []
