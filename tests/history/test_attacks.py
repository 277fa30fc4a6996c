"""Whatever is tampered with, verification names the first bad entry of each subject, and nothing else."""

from __future__ import annotations

import pytest

from cycle.board.verdict import fault_line
from cycle.db import Database
from cycle.verify import take_checkpoint, verify
from tests.history import year
from tests.history.attacker import Attacker
from tests.history.attacks import HIDDEN, PLAIN, Attack
from tests.history.attacks_beside import BESIDE
from workflows import words

NOW = "2026-01-31T00:00:00.000000Z"


def named(attack: Attack) -> str:
    return attack.__name__


@pytest.mark.parametrize("attack", PLAIN + BESIDE, ids=named)
def test_tampering_is_named_exactly(scratch: Database, attack: Attack) -> None:
    expected = attack(Attacker(scratch))
    verdict = verify(scratch)
    assert [(f.code, f.subject, f.number) for f in verdict.faults] == expected
    assert not verdict.ok
    assert verdict.faulty == len(expected)
    assert verdict.digest is None
    assert all(fault_line(fault, lang) for fault in verdict.faults for lang in words.LANGS)


@pytest.mark.parametrize("attack", HIDDEN, ids=named)
def test_what_is_consistent_in_itself_is_named_against_a_checkpoint(
    scratch: Database, attack: Attack
) -> None:
    _, checkpoint = take_checkpoint(scratch, NOW)
    expected = attack(Attacker(scratch))
    assert verify(scratch).ok
    for replay in (True, False):
        verdict = verify(scratch, checkpoint, replay)
        assert [(f.code, f.subject, f.number) for f in verdict.faults] == expected
        assert all(fault_line(fault, lang) for fault in verdict.faults for lang in words.LANGS)


def test_a_restored_backup_is_recognised_by_the_checkpoint(database: Database, another: Database) -> None:
    year.go_on(another)
    _, checkpoint = take_checkpoint(another, NOW)
    assert verify(another, checkpoint).ok
    assert verify(database).ok
    verdict = verify(database, checkpoint)
    assert verdict.faults[0].code == "database_older"
    assert {fault.code for fault in verdict.faults[1:]} == {"tail_cut"}
    assert verdict.faulty == len(verdict.faults) == 3


def test_a_restored_backup_that_went_another_way_is_recognised(database: Database, another: Database) -> None:
    year.go_on(another)
    _, checkpoint = take_checkpoint(another, NOW)
    again = year.start(database, "2026-02-11")
    again.file(year.DEPARTMENTS[year.WORST], "整改")
    verdict = verify(database, checkpoint)
    assert {fault.code for fault in verdict.faults} == {"checkpoint_differs", "tail_cut"}


def test_there_are_enough_attacks() -> None:
    names = [attack.__name__ for attack in PLAIN + BESIDE + HIDDEN]
    assert len(set(names)) == len(names) >= 70
