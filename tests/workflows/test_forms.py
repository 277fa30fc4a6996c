"""What stands in a form: what is missing from it, how it is kept, and what its moves leave in the record."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.filled_forms import target, whole
from tests.workflows.form_refusals import content
from tests.workflows.test_effects import after, done
from tests.workflows.worlds import BOOK, asked, depart, extra, form, record, world
from workflows import forms
from workflows.ledger import canonical, digest

YEAR = 2025
FIRST, SECOND = (indicator.id for indicator in BOOK.indicators[:2])


def missing(name: str, written: dict[str, Any]) -> list[str]:
    """The gaps of a form as it would be kept."""
    return forms.gaps(name, forms.plain(written), BOOK, YEAR)


@pytest.mark.parametrize("name", forms.ENTRIES)
def test_a_whole_form_has_neither_faults_nor_gaps(name: str) -> None:
    written = whole(name, YEAR, BOOK)
    assert list(forms.faults(name, written, BOOK)) == []
    assert missing(name, written) == []


@pytest.mark.parametrize(
    ("name", "gaps"),
    [("plan", ["text", "targets"]), ("rectification", ["text"])],
)
def test_an_empty_form_lacks_what_it_is_made_of(name: str, gaps: list[str]) -> None:
    assert missing(name, {}) == gaps


@pytest.mark.parametrize(("name", "text"), [("midyear", []), ("yearend", ["text"])])
def test_only_the_half_years_review_may_go_without_a_text_and_both_need_every_mark(
    name: str, text: list[str]
) -> None:
    gaps = missing(name, {})
    assert gaps == [
        *text,
        *(f"marks.{i.id}.{part}" for i in BOOK.indicators for part in ("points", "account")),
    ]


@pytest.mark.parametrize("left_out", forms.TARGET)
def test_a_target_is_whole_with_all_it_asks_for(left_out: str) -> None:
    targets = {"1": target(YEAR), "2": target(YEAR, **{left_out: " "})}
    assert missing("plan", {"text": "一", "targets": targets}) == [f"targets.2.{left_out}"]


@pytest.mark.parametrize(
    ("due", "gaps"),
    [
        ("2025-01-01", []),
        ("2025-12-31", []),
        ("2024-12-31", ["targets.1.year"]),
        ("2026-01-01", ["targets.1.year"]),
    ],
)
def test_a_target_is_due_within_its_year(due: str, gaps: list[str]) -> None:
    assert missing("plan", {"text": "一", "targets": {"1": target(YEAR, due=due)}}) == gaps


def test_no_points_are_a_mark_and_a_blank_account_is_none() -> None:
    written = whole("midyear", YEAR, BOOK)
    written["marks"][FIRST] = {"points": 0, "account": " "}
    assert missing("midyear", written) == [f"marks.{FIRST}.account"]


def test_gaps_are_told_together_by_kind() -> None:
    gaps = [
        "text",
        "targets.2.owner",
        "targets.2.due",
        "targets.3.year",
        *(f"marks.{i}.points" for i in (FIRST, SECOND)),
    ]
    assert [(u.code, u.data) for u in forms.told("plan", YEAR, gaps)] == [
        ("form_entry_missing", {"form": "plan", "entry": "text"}),
        ("target_outside_year", {"target": "3", "year": YEAR}),
        ("target_incomplete", {"target": "2", "entries": "owner,due"}),
        ("self_mark_missing", {"count": 2, "items": f"{FIRST},{SECOND}"}),
    ]


def test_what_is_left_blank_is_not_kept() -> None:
    blank = {"text": " ", "targets": {"1": {"text": "一", "owner": ""}, "2": {"due": " "}}, "marks": {}}
    assert forms.plain(blank) == {"targets": {"1": {"text": "一"}}}
    assert forms.written(blank) == '{"targets":{"1":{"text":"一"}}}'


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ('{"text":"一"}', {"text": "一"}),
        ("第一行", {"text": "第一行"}),
        ("[1]", {"text": "[1]"}),
        ("7", {"text": "7"}),
    ],
)
def test_a_kept_text_that_is_no_content_is_the_text_alone(body: str, found: dict[str, Any]) -> None:
    assert forms.read(body) == found


def test_a_text_asked_for_by_itself_stands_in_the_content() -> None:
    there = depart(world("appraisal", "plan.drafting"), extra(content={"targets": {}, "text": "二"}))
    assert forms.asked_content(there.facts.asked) == {"targets": {}, "text": "words"}


# --- what its moves leave in the record ---


def test_a_form_is_kept_by_digest_with_what_it_lacks_and_a_change_undoes_the_signature() -> None:
    there = world("appraisal", "plan.drafting")
    found = done(there, "save_form")
    kept = canonical({"text": "words"})
    assert found.texts == (kept,)
    assert found.record["forms"]["plan"]["text"] == digest(kept)
    standing = after(there, "save_form")["forms"]["plan"]
    assert (standing["gaps"], standing["targets"]) == (["targets"], {})
    assert depart(there, record(**found.record)).codes("submit") == {"form_unsigned", "form_entry_missing"}


def test_a_whole_form_leaves_no_gaps_and_its_targets_dates_can_be_read_without_the_text() -> None:
    wide = depart(world("appraisal", "plan.drafting"), form(gaps=["text"], targets={"4": "2025-05-01"}))
    there = content(**whole("plan", YEAR, BOOK))(wide)
    standing = after(there, "save_form")["forms"]["plan"]
    assert "gaps" not in standing
    assert standing["targets"] == {"1": "2025-11-30"}


def test_the_head_signs_the_text_that_stands_there() -> None:
    there = depart(
        world("appraisal", "plan.drafting"), asked(by="p-head"), record(forms={"plan": {"signed": None}})
    )
    found = done(there, "sign_off")
    assert found.record == {"forms": {"plan": {"signed": "t1", "signed_by": "p-head"}}}


def test_parts_are_returned_with_their_reasons_until_each_is_mended() -> None:
    back = depart(world("appraisal", "midyear.submitted"), extra(returned={FIRST: "为什么", "text": "太短"}))
    returned = after(back, "send_back")["forms"]["midyear"]["returned"]
    assert returned == {FIRST: "为什么", "text": "太短"}
    there = depart(
        world("appraisal", "midyear.drafting"), form(returned=returned), extra(mended=[FIRST, SECOND])
    )
    assert after(there, "save_form")["forms"]["midyear"]["returned"] == {"text": "太短"}


def test_nothing_is_returned_any_more_once_the_form_is_handed_in() -> None:
    there = depart(world("appraisal", "midyear.drafting"), form(returned={"text": "太短"}))
    assert "returned" not in after(there, "submit")["forms"]["midyear"]


def test_a_form_sent_back_as_a_whole_returns_no_part_by_itself() -> None:
    assert "returned" not in after(world("appraisal", "plan.submitted"), "send_back")["forms"]["plan"]


def test_an_accepted_plan_sets_the_targets_and_forgets_progress_on_those_that_are_gone() -> None:
    there = depart(
        world("appraisal", "plan.submitted"),
        form(targets={"1": "2025-10-31", "3": "2025-11-30"}),
        record(targets={"1": "2025-06-30", "2": "2025-06-30"}),
        record(progress={"1": {"percent": 50}, "2": {"percent": 10}}),
    )
    kept = after(there, "accept")
    assert kept["targets"] == {"1": "2025-10-31", "3": "2025-11-30"}
    assert kept["progress"] == {"1": {"percent": 50}}
    assert kept["accepted_plan"] == "t1"


@pytest.mark.parametrize("name", ["midyear", "yearend"])
def test_accepting_another_form_leaves_the_targets_alone(name: str) -> None:
    assert "targets" not in done(world("appraisal", f"{name}.submitted"), "accept").record


def test_the_latest_word_on_a_target_counts_with_its_note_by_digest() -> None:
    there = depart(world("appraisal", "midyear.lapsed", "report_progress"), asked(by="p-liaison"))
    first = done(there, "report_progress")
    assert first.texts == ("half done",)
    assert first.record["progress"] == {
        "1": {"percent": 40, "note": digest("half done"), "on": "2025-06-10", "by": "p-liaison"}
    }
    again = depart(there, record(**first.record), extra(progress={"1": {"percent": 60}}))
    assert after(again, "report_progress")["progress"] == {
        "1": {"percent": 60, "on": "2025-06-10", "by": "p-liaison"}
    }


@pytest.mark.parametrize(
    ("before", "then", "name", "differ"),
    [
        ({"text": "一"}, {"text": "二"}, "text", True),
        ({"text": "一"}, {"text": "一"}, "text", False),
        ({"marks": {FIRST: {"points": 1}}}, {"marks": {FIRST: {"points": 2}}}, FIRST, True),
        ({"marks": {FIRST: {"points": 1}}}, {"marks": ["?"]}, FIRST, True),
        ({"targets": {"2": {"text": "一"}}}, {"targets": {"2": {"text": "一"}}}, "2", False),
        ({}, {}, "2", False),
    ],
)
def test_a_part_is_mended_where_it_differs(
    before: dict[str, Any], then: dict[str, Any], name: str, differ: bool
) -> None:
    assert forms.differ(before, then, name) is differ


def test_what_is_kept_can_be_read_again() -> None:
    written = whole("yearend", YEAR, BOOK)
    assert forms.read(forms.written(written)) == json.loads(json.dumps(written))
