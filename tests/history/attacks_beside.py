"""Every way to tamper with what stands beside the history: states, deadlines, lines, results, texts."""

from __future__ import annotations

from tests.history.attacker import Attacker
from tests.history.attacks import NEIGHBOUR, TARGET, Attack, Found
from tests.history.year import WORST, YEAR
from workflows import ledger

BESIDE: list[Attack] = []
"""Seen without a checkpoint, by replay."""


def plain(attack: Attack) -> Attack:
    BESIDE.append(attack)
    return attack


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
