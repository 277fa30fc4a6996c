"""Years in which anybody asks for anything, on both databases; and that what would be wrong is found."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, cast

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.internal.conjecture.providers import AVAILABLE_PROVIDERS, HypothesisProvider
from hypothesis.stateful import run_state_machine_as_test

from cycle import db, permissions, sight
from cycle.db import Session
from cycle.operations import matters, pending_act
from cycle.operations.advance import Outcome
from tests.operations.templates import Templates
from tests.wholes.any_year import AnyYear, Ground, ground
from workflows.facts import Line

FEW, MANY = (200, 40), (500, 50)
"""Years and steps in each on SQLite; PostgreSQL gets a tenth of the years."""


@pytest.fixture
def on(templates: Templates, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ground:
    """Databases to copy. No power fails here, so nothing is forced to the disk."""
    monkeypatch.setitem(db.PRAGMAS, "synchronous", 0)
    return ground(templates, tmp_path)


class Fresh(HypothesisProvider):
    """Every year drawn afresh. Hypothesis' own search would vary a few years over and over."""


AVAILABLE_PROVIDERS["fresh"] = f"{__name__}.Fresh"


def run(on: Ground, years: int, steps: int, at: int, *, phases: Sequence[Phase] = tuple(Phase)) -> None:
    """So many years of so many steps, the same ones for the same `at`."""
    run_state_machine_as_test(
        cast(type[AnyYear], seed(at)(lambda: AnyYear(on))),
        settings=settings(
            max_examples=years,
            stateful_step_count=steps,
            deadline=None,
            database=None,
            print_blob=True,
            suppress_health_check=list(HealthCheck),
            backend="fresh",
            phases=phases,
        ),
    )


def test_whatever_is_asked_for_everything_holds(on: Ground, request: pytest.FixtureRequest) -> None:
    long = request.config.getoption("--long")
    years, steps = MANY if long else FEW
    at = secrets.randbits(32) if long else 0  # the same years in every ordinary run
    run(on, years // (10 if on.templates.server else 1), steps, at)


def nobody_withdraws(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(permissions, "_recusal", lambda _person, _scene: None)


def lines_are_written_twice(patch: pytest.MonkeyPatch) -> None:
    write = matters.move

    def twice(*asked: Any, lines: Sequence[Line] = (), **more: Any) -> Outcome:
        return write(*asked, lines=[*lines, *lines], **more)

    patch.setattr(matters, "move", twice)


def marks_are_shown_early(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(sight, "PUBLISHED", sight.COMPLETE)


def one_person_is_enough(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(permissions, "_second_person", lambda *_asked: None)


def refusals_leave_something(patch: pytest.MonkeyPatch) -> None:
    take = pending_act.take

    def taken(session: Session, name: str) -> None:
        take(session, name)
        if session.dialect == "sqlite":
            session.driver.execute("COMMIT")
            session.driver.execute("BEGIN IMMEDIATE")

    patch.setattr(pending_act, "take", taken)


@pytest.mark.parametrize("templates", ["sqlite"], indirect=True)  # broken alike on both databases
@pytest.mark.parametrize(
    ("broken", "found"),
    [
        (nobody_withdraws, "is none of|must not confirm|writes nothing down here"),
        (lines_are_written_twice, "has 2 lines|adds up to|for honours"),
        (marks_are_shown_early, "must not see|was given"),
        (one_person_is_enough, "must not confirm"),
        (refusals_leave_something, "refused, and yet changed"),
    ],
)
def test_what_is_broken_is_found(
    broken: Callable[[pytest.MonkeyPatch], None],
    found: str,
    on: Ground,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    broken(monkeypatch)
    with pytest.raises(AssertionError, match=found):
        run(on, 40, 40, 1, phases=(Phase.generate,))
