"""Forms become what an act is asked with: numbers, days, lists, as people write them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cycle.web.doing import BY_NAME
from cycle.web.forms import Unusable, narrow, sent, unfolded


def test_names_with_brackets_are_what_stands_below() -> None:
    items = [("a", "1"), ("b[x.y]", "2"), ("c[0][p]", "3"), ("c[1][p]", "4"), ("d", "5"), ("d", "6")]
    assert unfolded(items) == {
        "a": "1",
        "b": {"x.y": "2"},
        "c": {"0": {"p": "3"}, "1": {"p": "4"}},
        "d": ["5", "6"],
    }


@pytest.mark.parametrize(
    ("act", "items", "values"),
    [
        (
            "appraisal_send_back",
            [("due", "2026-12-01"), ("reason", " 不全 ")],
            {"due": "2026-12-01", "reason": "不全"},
        ),
        ("appraisal_send_back", [("due", "２０２６年１２月１日")], {"due": "2026-12-01"}),
        ("appraisal_send_back", [("due", "2026/12/1")], {"due": "2026-12-01"}),
        (
            "appraisal_send_back",
            [("due", "2026-12-01"), ("items[content.1.1]", "缺表"), ("items[text]", "  ")],
            {"due": "2026-12-01", "items": {"content.1.1": "缺表"}},
        ),
        (
            "appraisal_mark",
            [("marks[0][item]", "content.1.1"), ("marks[0][points]", "１．５"), ("marks[0][reason]", "")],
            {"marks": [{"item": "content.1.1", "points": 150}]},
        ),
        (
            "appraisal_report_progress",
            [("progress[1][percent]", "４０"), ("progress[1][note]", "　")],
            {"progress": {"1": {"percent": 40}}},
        ),
        (
            "appraisal_record_survey",
            [("item", "x"), ("counts[satisfied]", "１１０"), ("counts[neutral]", "18")],
            {"item": "x", "counts": {"satisfied": 110, "neutral": 18}},
        ),
        (
            "appraisal_rule_missing",
            [("lines[0][part]", "public"), ("lines[0][item]", "x"), ("lines[0][points]", "－２．５０")],
            {"lines": [{"part": "public", "item": "x", "points": -250}]},
        ),
        ("appraisal_ask_extension", [("due", "２０２６．１２．４")], {"due": "2026-12-04"}),
        ("appraisal_ask_extension", [("due", "2026年12月4日")], {"due": "2026-12-04"}),
        (
            "appraisal_carry_over",
            [("matter", "m"), ("new_year", "２０２７")],
            {"matter": "m", "new_year": 2027},
        ),
        ("appraisal_acknowledge", [("receipts", "３"), ("receipts", "１２")], {"receipts": [3, 12]}),
        ("appraisal_acknowledge", [("receipts", "3"), ("receipts", "12")], {"receipts": [3, 12]}),
        ("appraisal_acknowledge", [("receipts", "3")], {"receipts": [3]}),
        ("cycle_rule_tie", [("tie", "1"), ("ruling[a]", "good")], {"tie": "1", "ruling": {"a": "good"}}),
        ("bonus_apply", [("item", "x"), ("on", "2026-01-02"), ("collective", "1")], None),
        ("appraisal_accept", [("csrf", "x"), ("nonsense", "y")], {}),
    ],
)
def test_fields_come_out_as_the_act_takes_them(
    act: str, items: list[tuple[str, str]], values: dict[str, Any] | None
) -> None:
    found = sent(BY_NAME[act], items, "zh")
    if values is None:
        assert found["collective"] is True
    else:
        assert found == values


@pytest.mark.parametrize(
    ("act", "items", "field"),
    [
        ("appraisal_send_back", [("due", "明天")], "due"),
        ("appraisal_send_back", [], "due"),
        ("appraisal_mark", [("marks[0][item]", "c"), ("marks[0][points]", "1.555")], "marks[0][points]"),
        ("appraisal_mark", [("marks[0][item]", "c"), ("marks[0][points]", "1e3")], "marks[0][points]"),
        ("appraisal_acknowledge", [("receipts", "三")], "receipts[0]"),
        ("department_appoint", [("post", "king"), ("person", "p"), ("on", "2026-01-01")], "post"),
    ],
)
def test_what_cannot_be_used_is_named_with_its_field(
    act: str, items: list[tuple[str, str]], field: str
) -> None:
    with pytest.raises(Unusable) as refused:
        sent(BY_NAME[act], items, "zh")
    assert field in refused.value.faults
    assert all(text for text in refused.value.faults.values())


@pytest.mark.parametrize(
    ("act", "name", "typed", "text"),
    [
        ("appraisal_send_back", "due", "明天", "应为日期，如2026年12月4日"),
        ("appraisal_mark", "marks[0][points]", "1.555", "应为分值，最多两位小数，如1.80"),
        ("department_appoint", "person", "王 五", "只能用小写字母、数字和连字符"),
        ("appraisal_acknowledge", "receipts", "三", "应为整数"),
    ],
)
def test_what_is_wrong_is_said_as_people_fill_it_in_not_as_programs_send_it(
    act: str, name: str, typed: str, text: str
) -> None:
    with pytest.raises(Unusable) as refused:
        sent(BY_NAME[act], [(name, typed)], "zh")
    assert text in refused.value.faults.values()


@given(
    st.lists(st.tuples(st.text(max_size=20), st.text(max_size=20)), max_size=8),
    st.sampled_from(sorted(BY_NAME)),
)
def test_whatever_is_sent_is_taken_or_refused_never_broken(items: list[tuple[str, str]], act: str) -> None:
    fields = [
        (f"{name}{tail}", value) for tail, value in items for name in ("due", "marks", "items", "receipts")
    ]
    assert _outcome(act, [*items, *fields]) in ("taken", "refused")


def _outcome(act: str, items: list[tuple[str, str]]) -> str:
    try:
        sent(BY_NAME[act], items, "en")
    except Unusable as refused:
        return "refused" if refused.faults and all(refused.faults.values()) else "refused without a reason"
    return "taken"


@given(st.text())
def test_narrowing_twice_is_narrowing_once(text: str) -> None:
    assert narrow(narrow(text)) == narrow(text)
