"""Every way to tamper that we thought of, each with the entries a verification has to name, in order."""

from __future__ import annotations

from collections.abc import Callable

from tests.history.attacker import Attacker
from tests.history.year import OTHERS, WORST, YEAR
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


# --- the state without its history ---


def _state(column: str, value: str, code: str = "") -> Attack:
    def attack(a: Attacker) -> Found:
        a.change(f"UPDATE subject SET {column} = {value} WHERE key = :s", s=TARGET)
        return [(code or f"{column}_differs", TARGET, a.last(TARGET))]

    attack.__name__ = f"the_{column}_of_a_subject"
    return plain(attack)


_state("state", "'closed-by-hand'")
_state("wake", "'2026-01-01T00:00:00.000000Z'")
_state("kind", "'case'")
_state("year", "2024")
_state("department", "'caizheng'")
_state("hash", "'0000'", "head_differs")


@plain
def the_wake_taken_away(a: Attacker) -> Found:
    subject = a.one("SELECT min(key) FROM subject WHERE wake IS NOT NULL")
    a.change("UPDATE subject SET wake = NULL WHERE key = :s", s=subject)
    return [("wake_differs", subject, a.last(subject))]


@plain
def a_grade_in_a_record(a: Attacker) -> Found:
    subject = f"appraisal:{YEAR}:{WORST}"
    a.change(
        "UPDATE subject SET record = replace(record, '\"failed\"', '\"passed\"') WHERE key = :s", s=subject
    )
    return [("record_differs", subject, a.last(subject))]


@plain
def a_space_in_a_record(a: Attacker) -> Found:
    a.change("UPDATE subject SET record = record || ' ' WHERE key = :s", s=TARGET)
    return [("record_differs", TARGET, a.last(TARGET))]


@plain
def the_number_of_a_subject_raised(a: Attacker) -> Found:
    a.change("UPDATE subject SET number = number + 1 WHERE key = :s", s=TARGET)
    return [("tail_missing", TARGET, a.last(TARGET) + 1)]


@plain
def the_number_of_a_subject_lowered(a: Attacker) -> Found:
    a.change("UPDATE subject SET number = number - 1 WHERE key = :s", s=TARGET)
    return [("tail_unknown", TARGET, a.last(TARGET))]


@plain
def the_row_of_a_subject(a: Attacker) -> Found:
    a.change("DELETE FROM subject WHERE key = :s", s=TARGET)
    return [("subject_missing", TARGET, a.last(TARGET))]


@plain
def a_subject_without_history(a: Attacker) -> Found:
    a.change(
        "INSERT INTO subject (key, kind, year, department, state, number, hash, record)"
        " VALUES ('person:p-ghost', 'person', 0, '', 'active', 1, '', '{}')"
    )
    return [("history_missing", "person:p-ghost", 1)]


# --- deadlines, lines, results, texts ---


def _number(name: str) -> int:
    """The number of the row that wrote a deadline or a line, as its id tells."""
    return int(name.partition("#")[2].replace("/", ".").partition(".")[0])


def _part(table: str, change: str, where: str = "", *, code: str) -> Attack:
    """One row of a table changed or deleted, the first by id of those of the target that `where` leaves."""

    def attack(a: Attacker) -> Found:
        name = a.one(f"SELECT min(id) FROM {table} WHERE subject = :s {where}", s=TARGET)
        verb = f"UPDATE {table} SET {change}" if change else f"DELETE FROM {table}"
        a.change(f"{verb} WHERE id = :i", i=name)
        return [(f"{table}_{code}", TARGET, _number(name))]

    attack.__name__ = f"a_{table}_{change.partition(' ')[0] or 'deleted'}{'_of_some' if where else ''}"
    return plain(attack)


_part("deadline", "due = '2026-12-31'", code="differs")
_part("deadline", "grace_until = '2026-12-31'", code="differs")
_part("deadline", "who = 'office'", "AND who = 'liaison'", code="differs")
_part("deadline", "visit = 9", code="differs")
_part("deadline", "armed_at = '2025-01-01T00:00:00.000000Z'", code="differs")
_part("deadline", "status = 'open'", "AND status = 'void'", code="differs")
_part("deadline", "", code="missing")
_part("line", "points = points + 1", code="differs")
_part("line", "reversed_by = NULL", "AND reversed_by IS NOT NULL", code="differs")
_part("line", "item = 'content.1.1'", "AND item = 'content.1.2'", code="differs")
_part("line", "note = '改'", code="differs")
_part("line", "", code="missing")


@plain
def a_deadline_from_nowhere(a: Attacker) -> Found:
    columns = "subject, state, visit, who, due, grace_until, provisional, armed_at, status"
    a.change(
        f"INSERT INTO deadline (id, {columns})"
        f" SELECT 'x', {columns} FROM deadline WHERE id = (SELECT min(id) FROM deadline WHERE subject = :s)",
        s=TARGET,
    )
    return [("deadline_unknown", TARGET, 0)]


@plain
def a_deadline_given_to_another_subject(a: Attacker) -> Found:
    name = a.one("SELECT min(id) FROM deadline WHERE subject = :s", s=TARGET)
    a.change("UPDATE deadline SET subject = :o WHERE id = :i", o=NEIGHBOUR, i=name)
    return sorted(
        [("deadline_missing", TARGET, _number(name)), ("deadline_unknown", NEIGHBOUR, 0)], key=lambda f: f[1]
    )


@plain
def a_line_from_nowhere(a: Attacker) -> Found:
    a.change(
        "INSERT INTO line (id, subject, number, part, item, points, note)"
        " VALUES ('x', :s, 1, 'bonus', 'score.bonus.national', 500, '')",
        s=TARGET,
    )
    return [("line_unknown", TARGET, 0)]


@plain
def a_line_of_a_subject_that_never_was(a: Attacker) -> Found:
    a.change(
        "INSERT INTO line (id, subject, number, part, item, points, note)"
        " VALUES ('x', 'zzz', 1, 'bonus', 'score.bonus.national', 500, '')"
    )
    return [("line_unknown", "zzz", 0)]


def _result(change: str, code: str) -> Attack:
    def attack(a: Attacker) -> Found:
        verb = f"UPDATE result SET {change}" if change else "DELETE FROM result"
        a.change(f"{verb} WHERE subject = :s AND status = 'ratified' AND version = 2", s=TARGET)
        return [(f"result_{code}", TARGET, a.last(TARGET))]

    attack.__name__ = f"a_result_{change.partition(' ')[0] or 'deleted'}"
    return plain(attack)


_result("grade = 'excellent', award_rate = 10", "differs")
_result("total = total + 100", "differs")
_result("consecutive_failures = 3", "differs")
_result("", "missing")


@plain
def a_result_from_nowhere(a: Attacker) -> Found:
    a.change(
        "INSERT INTO result (year, status, version, department, subject, name, rank, grade, award_rate,"
        " consecutive_failures, escalated)"
        " SELECT year, status, 9, department, subject, name, 1, 'excellent', 10, 0, escalated"
        " FROM result WHERE subject = :s AND status = 'ratified' AND version = 2",
        s=TARGET,
    )
    return [("result_unknown", TARGET, 0)]


@plain
def a_kept_text(a: Attacker) -> Found:
    sha = a.body(TARGET, 2)["data"]["texts"][0]
    a.change("UPDATE text SET body = body || '改' WHERE sha256 = :t", t=sha)
    return [("text_differs", TARGET, 2)]


@plain
def a_kept_text_deleted(a: Attacker) -> Found:
    sha = a.body(TARGET, 2)["data"]["texts"][0]
    a.change("DELETE FROM text WHERE sha256 = :t", t=sha)
    return [("text_missing", TARGET, 2)]


@plain
def a_kept_text_exchanged_with_its_digest(a: Attacker) -> Found:
    sha = a.body(TARGET, 2)["data"]["texts"][0]
    a.change("UPDATE text SET body = '改', sha256 = :n WHERE sha256 = :t", n=ledger.digest("改"), t=sha)
    return [("text_missing", TARGET, 2), ("text_unknown", "", 0)]


@plain
def a_text_from_nowhere(a: Attacker) -> Found:
    a.change("INSERT INTO text (sha256, body) VALUES (:n, '改')", n=ledger.digest("改"))
    return [("text_unknown", "", 0)]


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
