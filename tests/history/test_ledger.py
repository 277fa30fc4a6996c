"""The bytes of the history: canonical texts, patches, seals, and what rows add up to."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows import ledger
from workflows.ledger import Row, canonical, check, digest, fold, merge, seal

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=6)
SCALARS = st.none() | st.booleans() | st.integers() | TEXTS
VALUES = st.recursive(
    SCALARS,
    lambda below: st.lists(below, max_size=3) | st.dictionaries(TEXTS, below, max_size=3),
    max_leaves=8,
)
PATCHES = st.dictionaries(
    st.sampled_from("abcd"),
    st.recursive(
        SCALARS,
        lambda below: (
            st.lists(SCALARS, max_size=2) | st.dictionaries(st.sampled_from("abcd"), below, max_size=3)
        ),
        max_leaves=8,
    ),
    max_size=4,
)


@given(value=VALUES)
def test_a_canonical_text_reads_back_as_the_value_and_is_written_the_same_again(value: Any) -> None:
    assert json.loads(canonical(value)) == value
    assert canonical(json.loads(canonical(value))) == canonical(value)


@given(value=st.dictionaries(TEXTS, SCALARS, max_size=5))
def test_the_order_in_which_keys_were_added_does_not_show(value: dict[str, Any]) -> None:
    assert canonical(dict(reversed(value.items()))) == canonical(value)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("\x00\x1f\x7f\u2028/é😀", '"\\u0000\\u001f\x7f\u2028/é😀"'),
        ('\b\t\n\f\r"\\', '"\\b\\t\\n\\f\\r\\"\\\\"'),
        ({"b": 1, "a": [None, True], "é": {}}, '{"a":[null,true],"b":1,"é":{}}'),
        ({"\uff5e": 1, "😀": 2}, '{"\uff5e":1,"😀":2}'),  # by code points, not by UTF-16 units
        (-0, "0"),
    ],
)
def test_a_canonical_text_is_written_to_the_letter(value: Any, text: str) -> None:
    assert canonical(value) == text


def test_what_is_no_json_cannot_be_sealed() -> None:
    with pytest.raises(ValueError, match="JSON"):
        canonical(float("nan"))


@pytest.mark.parametrize("text", ["NaN", '{"a":Infinity}', "-Infinity", "{", ""])
def test_what_is_no_json_cannot_be_read(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        ledger.parsed(text)


@given(target=PATCHES, patch=PATCHES)
def test_merging_changes_neither_target_nor_patch(target: dict[str, Any], patch: dict[str, Any]) -> None:
    before = canonical([target, patch])
    merge(target, patch)
    assert canonical([target, patch]) == before


@given(target=PATCHES, patch=PATCHES)
def test_a_patch_applied_twice_is_applied_once(target: dict[str, Any], patch: dict[str, Any]) -> None:
    once = merge(target, patch)
    assert merge(once, patch) == once


@given(patch=PATCHES)
def test_what_a_patch_makes_of_nothing_holds_no_null_outside_arrays(patch: dict[str, Any]) -> None:
    def nulls(value: Mapping[str, Any]) -> bool:
        return any(v is None or (isinstance(v, Mapping) and nulls(v)) for v in value.values())

    assert not nulls(merge({}, patch))


def rows_of(patches: list[dict[str, Any]], subject: str = "person:p-x") -> list[Row]:
    """A chain of honest rows, one a patch."""
    rows: list[Row] = []
    for number, patch in enumerate(patches, start=1):
        at = f"2025-01-02T03:04:05.{number:06d}Z"
        body: dict[str, Any] = dict.fromkeys(ledger.BODY_KEYS) | {
            "subject": subject,
            "number": number,
            "previous": rows[-1].hash if rows else None,
            "before": f"s{number - 1}" if rows else None,
            "after": f"s{number}",
            "at": at,
            "action": "change",
            "data": {"record": patch} if patch else None,
        }
        text, hash_ = seal(body)
        rows.append(Row(subject, number, at, "change", text, hash_, number))
    return rows


@given(patches=st.lists(PATCHES, min_size=1, max_size=6))
def test_replay_gives_what_merging_one_after_the_other_gives(patches: list[dict[str, Any]]) -> None:
    expected: dict[str, Any] = {}
    for patch in patches:
        expected = merge(expected, patch)
    ((folded, fault),) = fold(rows_of(patches))
    assert fault is None
    assert canonical(folded.record) == canonical(expected)
    assert (folded.state, folded.number) == (f"s{len(patches)}", len(patches))


@given(
    patches=st.lists(PATCHES, min_size=2, max_size=5),
    which=st.integers(0, 4),
    place=st.integers(0, 10**6),
    letter=st.characters(exclude_categories=["Cs"]),
)
def test_one_character_changed_anywhere_is_found_in_its_row(
    patches: list[dict[str, Any]], which: int, place: int, letter: str
) -> None:
    rows = rows_of(patches)
    row = rows[which % len(rows)]
    at = place % len(row.body)
    body = row.body[:at] + letter + row.body[at + 1 :]
    rows[row.number - 1] = row._replace(body=body)
    expected = None if body == row.body else ("hash_differs", row.number)
    ((_, fault),) = fold(rows)
    (head,) = ledger.chain((r.subject, r.number, r.body, r.hash) for r in rows)
    for found in (fault, head.fault):
        assert (found and (found.code, found.number)) == expected


@given(data=st.data())
def test_any_row_left_out_or_doubled_is_found(data: st.DataObject) -> None:
    rows = rows_of([{"a": n} for n in range(6)])
    place = data.draw(st.integers(0, 4))
    code, number, broken = data.draw(
        st.sampled_from(
            [
                ("row_missing", place + 1, rows[:place] + rows[place + 1 :]),
                ("row_inserted", place + 1, rows[: place + 1] + rows[place:]),
            ]
        )
    )
    ((_, fault),) = fold(broken)
    (head,) = ledger.chain((r.subject, r.number, r.body, r.hash) for r in broken)
    for found in (fault, head.fault):
        assert found is not None
        assert (found.code, found.number) == (code, number)


def test_a_fault_stops_its_own_subject_alone() -> None:
    first, second = rows_of([{}, {}, {}], "a"), rows_of([{}, {}], "b")
    first[1] = first[1]._replace(hash="0" * 64)
    found = list(fold([*first, *second]))
    assert [(f.subject, f.number, fault and fault.code) for f, fault in found] == [
        ("a", 1, "hash_differs"),
        ("b", 2, None),
    ]


def test_heads_promised_by_a_checkpoint_are_asked_for() -> None:
    rows = rows_of([{}, {}, {}])
    for promised, expected in {
        (2, rows[1].hash): None,
        (3, rows[2].hash): None,
        (2, "0" * 64): ("checkpoint_differs", 2),
        (5, "0" * 64): ("tail_cut", 4),
    }.items():
        ((_, fault),) = fold(rows, {"person:p-x": promised})
        (head,) = ledger.chain(
            ((r.subject, r.number, r.body, r.hash) for r in rows), {"person:p-x": promised}
        )
        for found in (fault, head.fault):
            assert (found and (found.code, found.number)) == expected


def test_results_of_different_status_do_not_hide_one_another() -> None:
    result = {"year": 2025, "version": 1, "department": "caizheng", "rank": 1}
    ((folded, _),) = fold(rows_of([{}]))
    for status in ("proposed", "ratified"):
        folded.add({"after": "s", "number": 2, "at": "", "data": {"results": [result | {"status": status}]}})
    assert len(folded.results) == 2


def test_a_row_is_checked_by_itself_too() -> None:
    ((folded, _),) = fold(rows_of([{}]))
    second = rows_of([{}, {"a": 1}])[1]
    fault, body = check(second, folded)
    assert fault is None
    assert body["data"] == {"record": {"a": 1}}


def test_the_digest_of_heads_is_over_one_line_a_subject_in_order() -> None:
    heads = {"b": (2, "22"), "a": (1, "11")}
    assert ledger.heads_digest(heads) == digest("a 1 11\nb 2 22\n")
    assert ledger.heads_digest(dict(reversed(heads.items()))) == ledger.heads_digest(heads)
