"""Forms through the whole of an operation: contents kept, parts returned and mended, progress, drafts."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from cycle.db import Statement
from cycle.operations import forms
from tests.cast import CLERK, DISCIPLINE, GENERAL, HEAD, LIAISON, City, CityAt, book, codes, person
from tests.filled_forms import target, whole
from tests.held import YEAR, key_of
from workflows.errors import NotFound

KEY = key_of(GENERAL)
FIRST = book().indicators[0].id
OURS = LIAISON[GENERAL]


@pytest.fixture
def city(city_at: CityAt) -> City:
    return city_at("running")


def in_midyear(city: City) -> None:
    """The plan accepted, the half-year's review open."""
    city.at("2025-02-10")
    city.file(GENERAL)
    city.move(GENERAL, "accept")
    city.at("2025-07-01 09:00")
    city.sweep()


def kept(city: City, form: str) -> dict[str, Any]:
    """What stands in a form."""
    with city.service.database.read() as session:
        return dict(forms.content_of(session, city.form(GENERAL, form)))


def test_a_content_is_kept_whole_by_its_digest_and_signed_as_it_stands(city: City) -> None:
    written = whole("plan", YEAR, book(), "我们的计划")
    city.move(GENERAL, "save_form", content=written)
    assert kept(city, "plan") == written
    city.move(GENERAL, "sign_off")
    city.move(GENERAL, "save_form", content=written | {"targets": {"1": target(YEAR, owner="法规科")}})
    assert codes(lambda: city.move(GENERAL, "submit")) == ["form_unsigned"]


def test_what_is_missing_is_said_when_the_form_is_handed_in_and_not_before(city: City) -> None:
    in_midyear(city)
    city.move(GENERAL, "save_form", content={"marks": {FIRST: {"points": 100}}})
    city.move(GENERAL, "sign_off")
    assert codes(lambda: city.move(GENERAL, "submit")) == ["self_mark_missing", "account_missing"]
    city.file(GENERAL)
    assert city.state(GENERAL) == "midyear.submitted"


@pytest.mark.parametrize(
    ("arguments", "refusal"),
    [
        ({"content": ["正文"]}, "value_unusable"),
        ({"content": {"text": "一", "marks": {}}}, "form_entry_unknown"),
        ({"content": {"targets": {"1": {"due": "soon"}}}}, "target_malformed"),
        ({"content": {"targets": {"1": {"due": 1.5}}}}, "value_unusable"),
        ({"content": {"text": "\0"}}, "value_unusable"),
    ],
)
def test_what_cannot_be_kept_is_refused_and_nothing_is_written(
    city: City, arguments: dict[str, Any], refusal: str
) -> None:
    before = city.rows()
    assert codes(lambda: city.move(GENERAL, "save_form", **arguments)) == [refusal]
    assert city.rows() == before


def test_single_parts_are_returned_and_each_is_cleared_when_it_is_mended(city: City) -> None:
    in_midyear(city)
    city.file(GENERAL)
    city.move(GENERAL, "send_back", due="2025-07-15", items={FIRST: "材料不足", "text": "太短"})
    assert city.form(GENERAL, "midyear")["returned"] == {FIRST: "材料不足", "text": "太短"}
    city.save(GENERAL)  # nothing in it differs
    assert city.form(GENERAL, "midyear")["returned"] == {FIRST: "材料不足", "text": "太短"}
    city.save(GENERAL, text="写得长了一些")
    assert city.form(GENERAL, "midyear")["returned"] == {FIRST: "材料不足"}
    city.move(GENERAL, "sign_off")
    city.move(GENERAL, "submit")
    assert "returned" not in city.form(GENERAL, "midyear")


def test_a_broken_content_is_refused_while_parts_wait_to_be_mended(city: City) -> None:
    in_midyear(city)
    city.file(GENERAL)
    city.move(GENERAL, "send_back", due="2025-07-15", items={FIRST: "材料不足"})
    assert codes(lambda: city.move(GENERAL, "save_form", content={"marks": ["?"]})) == [
        "form_entry_malformed"
    ]


@pytest.mark.parametrize("items", [["text"], "text", 7])
def test_parts_to_return_are_named_with_their_reasons(city: City, items: Any) -> None:
    city.file(GENERAL)
    asked = {"due": "2025-02-20", "items": items}
    assert codes(lambda: city.move(GENERAL, "send_back", **asked)) == ["value_unusable"]


def test_progress_is_reported_on_the_targets_of_the_accepted_plan(city: City) -> None:
    assert codes(lambda: city.move(GENERAL, "report_progress", progress={"1": {"percent": 1}})) == [
        "wrong_state"
    ]
    in_midyear(city)
    city.move(GENERAL, "report_progress", progress={"1": {"percent": 40, "note": "过半在望"}})
    said = city.appraisal(GENERAL).record["progress"]["1"]
    assert (said["percent"], said["on"], said["by"]) == (40, "2025-07-01", OURS)
    assert "过半在望" not in str(city.last(KEY))
    assert city.select("SELECT body FROM text WHERE sha256 = :sha", sha=said["note"]) == [("过半在望",)]
    elsewhere = person(LIAISON[DISCIPLINE])
    refused = codes(lambda: city.ask(GENERAL, "report_progress", elsewhere, progress={"1": {"percent": 1}}))
    assert refused == ["relation_missing"]


def test_the_accepted_targets_stay_while_a_reopened_plan_is_rewritten(city: City) -> None:
    in_midyear(city)
    city.move(GENERAL, "reopen", due="2025-07-20")
    city.move(GENERAL, "save_form", content={"text": "新稿", "targets": {"2": target(YEAR)}})
    record = city.appraisal(GENERAL).record
    with city.service.database.read() as session:
        assert forms.accepted_targets(session, record) == {"1": target(YEAR)}
    city.move(GENERAL, "sign_off")
    city.move(GENERAL, "submit")
    city.move(GENERAL, "accept")
    with city.service.database.read() as session:
        assert forms.accepted_targets(session, city.appraisal(GENERAL).record) == {"2": target(YEAR)}


def test_before_a_plan_is_accepted_there_are_no_targets(city: City) -> None:
    with city.service.database.read() as session:
        assert forms.accepted_targets(session, city.appraisal(GENERAL).record) == {}
        assert forms.content_of(session, city.form(GENERAL, "plan")) == {}


# --- drafts ---


def test_a_draft_is_kept_as_typed_without_history_until_its_writer_saves(city: City) -> None:
    before = city.rows()
    half = {"text": "写到一半", "targets": {"1": {"due": "2025-1"}}, "note": "1.5"}
    forms.draft_save(city.service, OURS, KEY, {"text": "开头"})
    city.at("2025-01-10 11:00")
    forms.draft_save(city.service, OURS, KEY, half)
    forms.draft_save(city.service, HEAD[GENERAL], KEY, {"text": "另一个人的"})
    found = forms.draft_read(city.service, OURS, KEY)
    assert found is not None
    assert (found.form, found.content, found.at) == ("plan", half, "2025-01-10T03:00:00.000000Z")
    assert city.rows() == before
    city.save(GENERAL)
    assert forms.draft_read(city.service, OURS, KEY) is None
    theirs = forms.draft_read(city.service, HEAD[GENERAL], KEY)
    assert theirs is not None
    assert theirs.content == {"text": "另一个人的"}


def test_a_draft_knows_what_was_saved_when_it_was_begun(city: City) -> None:
    assert forms.draft_save(city.service, OURS, KEY, {"text": "开头"}).base == ""
    city.save(GENERAL)
    saved = city.form(GENERAL, "plan")["text"]
    assert forms.draft_save(city.service, OURS, KEY, {"text": "接着写"}).base == saved
    forms.draft_save(city.service, OURS, KEY, {"text": "早就开着的一页"}, base="")
    found = forms.draft_read(city.service, OURS, KEY)
    assert found is not None
    assert (found.content, found.base) == ({"text": "早就开着的一页"}, "")


def test_a_draft_kept_without_what_it_was_begun_from_is_read_as_it_is(city: City) -> None:
    forms.draft_save(city.service, OURS, KEY, {"text": "开头"})
    with city.service.database.write() as session:
        Statement("UPDATE form_draft SET content = :content").run(session, content='{"text": "旧稿"}')
    found = forms.draft_read(city.service, OURS, KEY)
    assert found is not None
    assert (found.content, found.base) == ({"text": "旧稿"}, None)


def drafts(city: City) -> set[tuple[str, str]]:
    """Whose drafts of which form are kept."""
    return {(str(form), str(who)) for form, who in city.select("SELECT form, person FROM form_draft")}


def test_a_submitted_form_leaves_nobodys_draft_behind(city: City) -> None:
    city.save(GENERAL)
    forms.draft_save(city.service, OURS, KEY, {"text": "旧稿"})
    forms.draft_save(city.service, LIAISON[DISCIPLINE], key_of(DISCIPLINE), {"text": "别处"})
    city.move(GENERAL, "sign_off")
    city.move(GENERAL, "submit")
    assert drafts(city) == {("plan", LIAISON[DISCIPLINE])}


def test_a_lapsed_form_leaves_nobodys_draft_behind(city: City) -> None:
    in_midyear(city)
    forms.draft_save(city.service, OURS, KEY, {"text": "旧稿"})
    city.at("2025-08-30")
    city.sweep()
    assert city.state(GENERAL) == "midyear.lapsed"
    assert drafts(city) == set()


def test_who_leaves_a_post_leaves_no_draft_for_a_later_return(city: City) -> None:
    forms.draft_save(city.service, OURS, KEY, {"text": "旧稿"})
    forms.draft_save(city.service, HEAD[GENERAL], KEY, {"text": "首长的"})
    post = {"department": GENERAL, "post": "liaison"}
    city.do("appoint", person(CLERK), **post, person=LIAISON[DISCIPLINE], on="2025-01-20")
    assert drafts(city) == {("plan", HEAD[GENERAL])}
    forms.draft_save(city.service, OURS, KEY, {"text": "任期最后几天"})
    city.do("appoint", person(CLERK), **post, person=OURS, on="2025-01-30")
    assert drafts(city) == {("plan", HEAD[GENERAL])}


def test_a_refused_save_leaves_the_draft(city: City) -> None:
    forms.draft_save(city.service, OURS, KEY, {"text": "开头"})
    assert codes(lambda: city.move(GENERAL, "save_form", text=" ")) == ["text_missing"]
    assert forms.draft_read(city.service, OURS, KEY) is not None


def test_a_draft_can_be_dropped_and_dropping_none_is_harmless(city: City) -> None:
    forms.draft_save(city.service, OURS, KEY, {"text": "开头"})
    assert forms.draft_drop(city.service, OURS, KEY) == "plan"
    assert forms.draft_drop(city.service, OURS, KEY) == "plan"
    assert forms.draft_read(city.service, OURS, KEY) is None


@pytest.mark.parametrize(
    ("who", "code"),
    [
        (CLERK, "role_missing"),
        (LIAISON[DISCIPLINE], "relation_missing"),
        ("nobody", "person_unknown"),
    ],
)
def test_only_who_may_save_the_form_keeps_sees_and_drops_a_draft(city: City, who: str, code: str) -> None:
    assert codes(lambda: forms.draft_save(city.service, who, KEY, {"text": "一"})) == [code]
    assert codes(lambda: forms.draft_read(city.service, who, KEY)) == [code]
    assert codes(lambda: forms.draft_drop(city.service, who, KEY)) == [code]
    assert city.select("SELECT count(*) FROM form_draft") == [(0,)]


def test_no_draft_is_kept_where_nothing_is_to_be_filled_in(city: City) -> None:
    city.file(GENERAL)
    assert codes(lambda: forms.draft_save(city.service, OURS, KEY, {"text": "一"})) == ["wrong_state"]
    with pytest.raises(NotFound):
        forms.draft_save(city.service, OURS, "cycle:2025", {"text": "一"})


def test_a_draft_has_a_longest_length_and_no_letters_that_could_not_be_handed_back(city: City) -> None:
    for broken in ("\0", "\ud800"):
        assert codes(partial(forms.draft_save, city.service, OURS, KEY, {"text": broken})) == [
            "value_unusable"
        ]
    forms.draft_save(city.service, OURS, KEY, {"text": "\u202e"})
    found = forms.draft_read(city.service, OURS, KEY)
    assert found is not None
    assert found.content == {"text": "\u202e"}
    long = {"text": "字" * forms.MOST_DRAFT}
    assert codes(lambda: forms.draft_save(city.service, OURS, KEY, long)) == ["form_too_long"]
    assert codes(lambda: forms.draft_save(city.service, OURS, KEY, {"text": {1, 2}})) == ["value_unusable"]
