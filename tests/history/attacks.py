"""Every way to tamper with the history that we thought of, each with the entries to be named, in order."""

from __future__ import annotations

from collections.abc import Callable

from tests.history.attacker import Attacker
from tests.history.year import OTHERS, YEAR
from workflows import ledger

Found = list[tuple[str, str, int]]
Attack = Callable[[Attacker], Found]

TARGET = f"appraisal:{YEAR}:{OTHERS[0]}"
NEIGHBOUR = f"appraisal:{YEAR}:{OTHERS[1]}"
ROW = "subject = :s AND number = :n"
PLAIN: list[Attack] = []
"""Seen without a checkpoint."""


def plain(attack: Attack) -> Attack:
    PLAIN.append(attack)
    return attack


# --- one row of the history ---


@plain
def a_digit_in_a_body(a: Attacker) -> Found:
    text = ledger.canonical(a.body(TARGET, 5)).replace('"number":5', '"number":6')
    a.change(f"UPDATE history SET body = :b WHERE {ROW}", b=text, s=TARGET, n=5)
    return [("hash_differs", TARGET, 5)]


@plain
def a_name_in_a_body(a: Attacker) -> Found:
    text = ledger.canonical(a.body(TARGET, 5) | {"actor": "p-nobody"})
    a.change(f"UPDATE history SET body = :b WHERE {ROW}", b=text, s=TARGET, n=5)
    return [("hash_differs", TARGET, 5)]


@plain
def a_space_in_a_body(a: Attacker) -> Found:
    a.change(
        f"UPDATE history SET body = replace(body, '\"number\":', '\"number\": ') WHERE {ROW}", s=TARGET, n=5
    )
    return [("hash_differs", TARGET, 5)]


@plain
def a_digit_in_a_hash(a: Attacker) -> Found:
    found = a.one(f"SELECT hash FROM history WHERE {ROW}", s=TARGET, n=5)
    flipped = ("1" if found[0] == "0" else "0") + found[1:]
    a.change(f"UPDATE history SET hash = :h WHERE {ROW}", h=flipped, s=TARGET, n=5)
    return [("hash_differs", TARGET, 5)]


@plain
def an_instant_in_a_column(a: Attacker) -> Found:
    a.change(f"UPDATE history SET at = '2025-01-01T00:00:00.000000Z' WHERE {ROW}", s=TARGET, n=5)
    return [("column_differs", TARGET, 5)]


@plain
def an_action_in_a_column(a: Attacker) -> Found:
    a.change(f"UPDATE history SET action = 'accept' WHERE {ROW}", s=TARGET, n=2)
    return [("column_differs", TARGET, 2)]


@plain
def a_number_in_a_column(a: Attacker) -> Found:
    last = a.last(TARGET)
    a.change(f"UPDATE history SET number = :m WHERE {ROW}", m=last + 1, s=TARGET, n=last)
    return [("row_missing", TARGET, last)]


@plain
def a_row_given_to_another_subject(a: Attacker) -> Found:
    last = a.last(TARGET)
    a.change(f"UPDATE history SET subject = 'person:p-thief' WHERE {ROW}", s=TARGET, n=last)
    return [("tail_missing", TARGET, last), ("row_missing", "person:p-thief", 1)]


@plain
def a_row_sealed_anew_alone(a: Attacker) -> Found:
    a.put(TARGET, 5, *ledger.seal(a.body(TARGET, 5) | {"reason": "另一个理由"}))
    return [("chain_broken", TARGET, 6)]


@plain
def the_last_row_sealed_anew(a: Attacker) -> Found:
    last = a.last(TARGET)
    a.put(TARGET, last, *ledger.seal(a.body(TARGET, last) | {"reason": "另一个理由"}))
    return [("head_differs", TARGET, last)]


@plain
def a_body_that_is_no_json(a: Attacker) -> Found:
    a.put(TARGET, 5, "{", ledger.digest("{"))
    return [("body_malformed", TARGET, 5)]


@plain
def a_body_that_is_a_list(a: Attacker) -> Found:
    a.put(TARGET, 5, "[1]", ledger.digest("[1]"))
    return [("body_malformed", TARGET, 5)]


@plain
def a_body_with_one_key_more(a: Attacker) -> Found:
    a.put(TARGET, 5, *ledger.seal(a.body(TARGET, 5) | {"zeal": 1}))
    return [("body_malformed", TARGET, 5)]


@plain
def a_body_with_data_of_another_shape(a: Attacker) -> Found:
    a.put(TARGET, 5, *ledger.seal(a.body(TARGET, 5) | {"data": {"deadlines": [7]}}))
    return [("body_malformed", TARGET, 5)]


# --- rows gone, added, moved ---


@plain
def a_row_from_the_middle(a: Attacker) -> Found:
    a.change(f"DELETE FROM history WHERE {ROW}", s=TARGET, n=5)
    return [("row_missing", TARGET, 5)]


@plain
def the_first_row(a: Attacker) -> Found:
    a.change(f"DELETE FROM history WHERE {ROW}", s=TARGET, n=1)
    return [("row_missing", TARGET, 1)]


@plain
def the_last_row(a: Attacker) -> Found:
    last = a.last(TARGET)
    a.change(f"DELETE FROM history WHERE {ROW}", s=TARGET, n=last)
    return [("tail_missing", TARGET, last)]


@plain
def a_row_from_the_middle_and_the_rest_moved_up(a: Attacker) -> Found:
    a.change(f"DELETE FROM history WHERE {ROW}", s=TARGET, n=5)
    for number in range(6, a.last(TARGET) + 1):
        a.change(f"UPDATE history SET number = number - 1 WHERE {ROW}", s=TARGET, n=number)
    return [("column_differs", TARGET, 5)]


@plain
def the_whole_history_of_a_subject(a: Attacker) -> Found:
    assert a.run("DELETE FROM history WHERE subject = 'calendar:2024'") == 1
    return [("history_missing", "calendar:2024", 1)]


@plain
def two_rows_with_their_numbers_exchanged(a: Attacker) -> Found:
    for before, after in ((5, 1000), (6, 5), (1000, 6)):
        a.change(f"UPDATE history SET number = :m WHERE {ROW}", m=after, s=TARGET, n=before)
    return [("column_differs", TARGET, 5)]


@plain
def two_rows_with_their_contents_exchanged(a: Attacker) -> Found:
    fifth, sixth = a.body(TARGET, 5), a.body(TARGET, 6)
    a.put(TARGET, 5, *ledger.seal(sixth))
    a.put(TARGET, 6, *ledger.seal(fifth))
    return [("column_differs", TARGET, 5)]


@plain
def two_rows_committed_the_other_way_round(a: Attacker) -> Found:
    fifth, sixth = (a.one(f"SELECT seq FROM history WHERE {ROW}", s=TARGET, n=n) for n in (5, 6))
    for before, after in ((fifth, 10**6), (sixth, fifth), (10**6, sixth)):
        a.change("UPDATE history SET seq = :m WHERE seq = :q", m=after, q=before)
    return [("order_differs", TARGET, 6)]


@plain
def a_row_put_in_the_middle(a: Attacker) -> Found:
    forged = a.body(TARGET, 5) | {"after": a.body(TARGET, 5)["before"], "data": None}
    for number in range(a.last(TARGET), 4, -1):
        a.change(f"UPDATE history SET number = number + 1 WHERE {ROW}", s=TARGET, n=number)
    a.insert(forged)
    return [("column_differs", TARGET, 6)]


@plain
def a_row_put_at_the_end(a: Attacker) -> Found:
    last = a.last(TARGET)
    head = a.one(f"SELECT hash FROM history WHERE {ROW}", s=TARGET, n=last)
    body = a.body(TARGET, last)
    a.insert(body | {"number": last + 1, "previous": head, "before": body["after"], "data": None})
    return [("tail_unknown", TARGET, last + 1)]


@plain
def a_subject_that_never_was(a: Attacker) -> Found:
    a.insert(a.body(TARGET, 1) | {"subject": "person:p-ghost"})
    return [("subject_missing", "person:p-ghost", 1)]


@plain
def a_rewritten_tail_with_the_state_left_alone(a: Attacker) -> Found:
    a.reseal(TARGET, 5, reason="另一个理由")
    return [("head_differs", TARGET, a.last(TARGET))]


@plain
def a_rewritten_tail_that_jumps(a: Attacker) -> Found:
    a.reseal(TARGET, 5, after="closed")
    return [("state_jump", TARGET, 6)]


@plain
def a_rewritten_record_with_only_the_head_put_right(a: Attacker) -> Found:
    body = a.body(TARGET, 2)
    data = body["data"] | {"record": body["data"]["record"] | {"marks_unconfirmed": True}}
    a.change("UPDATE subject SET hash = :h WHERE key = :s", h=a.reseal(TARGET, 2, data=data), s=TARGET)
    return [("record_differs", TARGET, a.last(TARGET))]


# --- only a checkpoint sees these ---

HIDDEN: list[Attack] = []
"""Consistent in themselves: verification without a checkpoint finds nothing."""


def hidden(attack: Attack) -> Attack:
    HIDDEN.append(attack)
    return attack


@hidden
def a_cut_tail(a: Attacker) -> Found:
    return [("tail_cut", TARGET, a.cut(TARGET))]


@hidden
def two_cut_tails(a: Attacker) -> Found:
    return [("tail_cut", subject, a.cut(subject)) for subject in sorted((TARGET, NEIGHBOUR))]


@hidden
def a_vanished_subject(a: Attacker) -> Found:
    subject = "person:p-gao-fengyi"
    assert a.run("DELETE FROM history WHERE subject = :s", s=subject)
    a.change("DELETE FROM subject WHERE key = :s", s=subject)
    return [("subject_vanished", subject, 1)]


@hidden
def a_rewritten_tail(a: Attacker) -> Found:
    a.change(
        "UPDATE subject SET hash = :h WHERE key = :s", h=a.reseal(TARGET, 5, reason="另一个理由"), s=TARGET
    )
    return [("checkpoint_differs", TARGET, a.last(TARGET))]


@hidden
def a_whole_history_rewritten(a: Attacker) -> Found:
    a.change("UPDATE subject SET hash = :h WHERE key = :s", h=a.reseal(TARGET, 1, actor="p-nobody"), s=TARGET)
    return [("checkpoint_differs", TARGET, a.last(TARGET))]


@hidden
def a_cut_tail_with_another_in_its_place(a: Attacker) -> Found:
    last = a.cut(TARGET)
    head, state = a.all("SELECT hash, state FROM subject WHERE key = :s", s=TARGET)[0]
    body = a.body(TARGET, last - 1)
    forged = {"number": last, "previous": head, "before": state, "after": state, "data": None}
    a.change(
        "UPDATE subject SET number = :n, hash = :h WHERE key = :s",
        n=last,
        h=a.insert(body | forged),
        s=TARGET,
    )
    return [("checkpoint_differs", TARGET, last)]
