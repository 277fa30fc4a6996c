"""The history's bytes: one way to write a value, one way to add rows up, and every damage named."""

import json
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows.ledger import (
    BODY_KEYS,
    Fault,
    Folded,
    Row,
    canonical,
    check,
    digest,
    fold,
    heads_digest,
    merge,
    seal,
)

KEY, NEXT = "appraisal:2025:caizheng", "appraisal:2025:jiaotong"

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**15), 10**15) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)
OBJECT = st.dictionaries(st.text(max_size=3), JSON, max_size=3)

# --- bytes ---


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"b": 1, "a": [True, None]}, '{"a":[true,null],"b":1}'),
        ({"部门": "财政局"}, '{"部门":"财政局"}'),
        ({"A": 1, "a": 2, "é": 3, "Z": 4}, '{"A":1,"Z":4,"a":2,"é":3}'),
        ('a"b\\c\n\u0001/', '"a\\"b\\\\c\\n\\u0001/"'),
        ([], "[]"),
        (-300, "-300"),
    ],
)
def test_a_value_is_written_in_one_way(value: object, text: str) -> None:
    assert canonical(value) == text


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_what_json_does_not_know_is_not_written(value: float) -> None:
    with pytest.raises(ValueError, match="JSON"):
        canonical({"x": value})


@given(JSON)
def test_what_is_written_reads_back_and_is_written_the_same_again(value: object) -> None:
    text = canonical(value)
    assert json.loads(text) == value
    assert canonical(json.loads(text)) == text
    assert "\n" not in text


@given(OBJECT)
def test_the_order_in_which_keys_came_leaves_no_trace(value: dict[str, Any]) -> None:
    assert canonical(dict(reversed(value.items()))) == canonical(value)


def test_a_digest_is_sha256_over_utf8() -> None:
    assert digest("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert digest("绩") == digest("\u7ee9")
    assert len(digest("x")) == 64


# --- merge patch: the examples of RFC 7396, those whose target and patch are objects ---


@pytest.mark.parametrize(
    ("target", "patch", "result"),
    [
        ({"a": "b"}, {"a": "c"}, {"a": "c"}),
        ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
        ({"a": "b"}, {"a": None}, {}),
        ({"a": "b", "b": "c"}, {"a": None}, {"b": "c"}),
        ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
        ({"a": "c"}, {"a": ["b"]}, {"a": ["b"]}),
        ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
        ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}),
        ({"e": None}, {"a": 1}, {"e": None, "a": 1}),
        ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
        ({"a": [None]}, {"b": [None]}, {"a": [None], "b": [None]}),
        (
            {"title": "Goodbye!", "author": {"givenName": "John", "familyName": "Doe"}, "tags": ["a", "b"]},
            {"title": "Hello!", "author": {"familyName": None}, "phoneNumber": "+01-123", "tags": ["a"]},
            {"title": "Hello!", "author": {"givenName": "John"}, "tags": ["a"], "phoneNumber": "+01-123"},
        ),
    ],
)
def test_a_patch_merges_as_the_standard_says(
    target: dict[str, Any], patch: dict[str, Any], result: dict[str, Any]
) -> None:
    before = canonical([target, patch])
    assert merge(target, patch) == result
    assert canonical([target, patch]) == before


@given(OBJECT, OBJECT)
def test_merging_twice_is_merging_once(target: dict[str, Any], patch: dict[str, Any]) -> None:
    once = merge(target, patch)
    assert merge(once, patch) == once


# --- rows ---


def body(number: int, **changes: Any) -> dict[str, Any]:
    """The body of a row of one subject's history."""
    values = dict.fromkeys(BODY_KEYS)
    values |= {
        "subject": KEY,
        "number": number,
        "at": f"2025-01-{number:02}T00:00:00.000000Z",
        "action": "save_form",
        "actor": "p-1",
        "actor_kind": "person",
        "before": "plan.drafting",
        "after": "plan.drafting",
    }
    return values | changes


def sealed(bodies: list[dict[str, Any]]) -> list[Row]:
    """Rows of `bodies`, each sealed to the one before it of the same subject."""
    heads: dict[str, str] = {}
    rows = []
    for values in bodies:
        whole = {**values, "previous": heads.get(values["subject"])}
        text, hash_ = seal(whole)
        heads[values["subject"]] = hash_
        rows.append(Row(whole["subject"], whole["number"], whole["at"], whole["action"], text, hash_))
    return rows


def altered(row: Row, **changes: Any) -> Row:
    """The row with other columns."""
    fields = ("subject", "number", "at", "action", "body", "hash")
    return Row(**{**{name: getattr(row, name) for name in fields}, **changes})


def resealed(row: Row, **changes: Any) -> Row:
    """The row with another body and the hash that fits it, as who holds the database could write it."""
    text, hash_ = seal({**json.loads(row.body), **changes})
    return altered(row, body=text, hash=hash_)


BODIES = [
    body(1, action="open_plan", before=None),
    body(2, data={"record": {"forms": {"plan": {"text": "t1", "late": True}}}, "texts": ["t1"]}),
    body(3, data={"record": {"forms": {"plan": {"late": None}}}}),
    body(4, action="submit", after="plan.submitted"),
]
ROWS = sealed(BODIES)


def fault_of(rows: list[Row]) -> Fault | None:
    """The first fault of one subject's rows."""
    ((_, fault),) = fold(rows)
    return fault


def test_a_seal_is_the_digest_of_the_text_as_written() -> None:
    text, hash_ = seal(BODIES[0])
    assert text == canonical(BODIES[0])
    assert hash_ == digest(text)
    assert sorted(json.loads(text)) == sorted(BODY_KEYS)


def test_whole_rows_add_up_to_state_and_record() -> None:
    ((folded, fault),) = fold(ROWS)
    assert fault is None
    assert (folded.subject, folded.state, folded.number) == (KEY, "plan.submitted", 4)
    assert folded.record == {"forms": {"plan": {"text": "t1"}}}
    assert folded.hash == ROWS[-1].hash
    assert set(folded.texts) == {"t1"}


def test_a_row_that_follows_gives_its_body() -> None:
    fault, found = check(ROWS[0], Folded(KEY))
    assert fault is None
    assert found["action"] == "open_plan"


GARBLED = altered(ROWS[1], body=ROWS[1].body.replace('"t1"', '"t2"'))
ZEROS = "0" * 64


def instead(row: Row) -> Callable[[list[Row]], list[Row]]:
    """Put `row` in the place of the one with its number."""
    return lambda rows: [row if row.number == kept.number else kept for kept in rows]


DAMAGE: dict[str, tuple[Callable[[list[Row]], list[Row]], str, int]] = {
    "the first row is gone": (lambda rows: rows[1:], "row_missing", 1),
    "a row in the middle is gone": (lambda rows: [*rows[:1], *rows[2:]], "row_missing", 2),
    "two rows changed places": (lambda rows: [rows[0], rows[2], rows[1], rows[3]], "row_missing", 2),
    "a row is there twice": (lambda rows: [*rows[:2], rows[1], *rows[2:]], "row_inserted", 2),
    "a byte of a body differs": (instead(GARBLED), "hash_differs", 2),
    "a hash differs": (instead(altered(ROWS[2], hash=ZEROS)), "hash_differs", 3),
    "an instant differs": (instead(altered(ROWS[3], at="2024-01-01")), "column_differs", 4),
    "an action differs": (instead(altered(ROWS[0], action="enrol")), "column_differs", 1),
    "a body was sealed again": (instead(resealed(ROWS[1], reason="x")), "chain_broken", 3),
    "a link was sealed again": (instead(resealed(ROWS[3], previous=ZEROS)), "chain_broken", 4),
    "a first row has a row before it": (instead(resealed(ROWS[0], previous=ZEROS)), "chain_broken", 1),
    "a state was left out": (instead(resealed(ROWS[3], before="plan.lapsed")), "state_jump", 4),
    "a first row has a state before it": (instead(resealed(ROWS[0], before="closed")), "state_jump", 1),
}


@pytest.mark.parametrize("name", sorted(DAMAGE))
def test_damage_is_named_with_the_first_bad_row(name: str) -> None:
    damage, code, number = DAMAGE[name]
    fault = fault_of(damage(list(ROWS)))
    assert fault is not None
    assert (fault.code, fault.subject, fault.number) == (code, KEY, number)
    assert all(isinstance(value, int | str) for value in asdict(fault).values())


@pytest.mark.parametrize("text", ["{", "[]", "null", '"x"', "{}", '{"subject":1}', "\ud800"])
def test_a_body_that_is_no_row_is_a_fault_and_no_crash(text: str) -> None:
    hash_ = digest(text) if text.isprintable() else "0" * 64
    fault = fault_of([ROWS[0], altered(ROWS[1], body=text, hash=hash_)])
    assert fault is not None
    assert fault.number == 2


@pytest.mark.parametrize(
    "data", [[1], "x", {"record": 1}, {"lines": [{}]}, {"deadlines": 3}, {"results": [{}]}]
)
def test_a_row_whose_data_makes_no_sense_is_a_fault_and_no_crash(data: object) -> None:
    fault = fault_of([ROWS[0], resealed(ROWS[1], data=data), ROWS[2]])
    assert fault is not None
    assert fault.number == 2


def test_a_subject_stops_at_its_first_fault_and_the_next_one_is_still_read() -> None:
    other = sealed([{**values, "subject": NEXT} for values in BODIES[:2]])
    found = list(fold([ROWS[0], *ROWS[2:], *other]))
    assert [(folded.subject, folded.number, fault.code if fault else "") for folded, fault in found] == [
        (KEY, 1, "row_missing"),
        (NEXT, 2, ""),
    ]


def test_a_row_moved_to_another_subject_is_noticed() -> None:
    fault = fault_of([altered(ROWS[0], subject=NEXT)])
    assert fault is not None
    assert (fault.code, fault.subject) == ("column_differs", NEXT)


def test_no_rows_add_up_to_nothing() -> None:
    assert list(fold([])) == []


# --- deadlines, lines and results ---


def test_deadlines_are_armed_by_one_row_and_voided_by_another() -> None:
    deadline = {
        "id": f"{KEY}#1.1",
        "state": "plan.drafting",
        "visit": 1,
        "who": "liaison",
        "due": "2025-02-28",
    }
    rows = sealed(
        [
            body(1, before=None, data={"deadlines": [deadline]}),
            body(2, data={"deadlines": [{**deadline, "id": f"{KEY}#2.1"}]}),
            body(3, data={"voids": [f"{KEY}#1.1", "unknown"]}),
        ]
    )
    ((folded, fault),) = fold(rows)
    assert fault is None
    assert {name: found["status"] for name, found in folded.deadlines.items()} == {
        f"{KEY}#1.1": "void",
        f"{KEY}#2.1": "open",
    }
    assert folded.deadlines[f"{KEY}#1.1"]["armed_at"] == rows[0].at


def test_a_reversed_line_names_the_one_that_reverses_it() -> None:
    line = {
        "id": "l1",
        "part": "deduction",
        "item": "score.deduct.1",
        "points": -100,
        "note": "",
        "reverses": None,
    }
    rows = sealed(
        [
            body(1, before=None, data={"lines": [line]}),
            body(2, data={"lines": [{**line, "id": "l2", "points": 100, "reverses": "l1"}]}),
        ]
    )
    ((folded, _),) = fold(rows)
    assert {name: (found["number"], found["reversed_by"]) for name, found in folded.lines.items()} == {
        "l1": (1, "l2"),
        "l2": (2, None),
    }
    assert sum(found["points"] for found in folded.lines.values()) == 0


def test_every_version_of_a_result_is_kept() -> None:
    result = {"year": 2025, "status": "ratified", "version": 1, "department": "caizheng", "grade": "failed"}
    rows = sealed(
        [
            body(1, before=None, data={"results": [result]}),
            body(2, data={"results": [{**result, "version": 2, "grade": "passed"}]}),
        ]
    )
    ((folded, _),) = fold(rows)
    assert sorted(found["grade"] for found in folded.results.values()) == ["failed", "passed"]


# --- checkpoints ---


def test_one_digest_stands_for_the_heads_of_all_subjects_in_any_order() -> None:
    heads = {NEXT: (3, "b" * 64), KEY: (4, "a" * 64)}
    written = f"{KEY} 4 {'a' * 64}\n{NEXT} 3 {'b' * 64}\n"
    assert heads_digest(heads) == digest(written)
    assert heads_digest(dict(reversed(heads.items()))) == digest(written)
    assert heads_digest({}) == digest("")


@pytest.mark.parametrize("changed", [{KEY: (3, "a")}, {KEY: (4, "b")}, {NEXT: (4, "a")}, {}])
def test_a_cut_tail_a_new_seal_or_a_lost_subject_changes_the_digest(
    changed: dict[str, tuple[int, str]],
) -> None:
    assert heads_digest(changed) != heads_digest({KEY: (4, "a")})
