"""What a row of a file costs: no more looked up or read for it than it needs itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from cycle.db import Statement
from cycle.grading_files.columns import Row
from cycle.imports import columns, values
from cycle.imports.importing import Imported, import_file
from cycle.imports.values import Values
from tests.cast import CLERK, DISCIPLINE, City, CityAt, person
from tests.held import YEAR
from tests.hostile_files import csv_text
from workflows import rulebook, words
from workflows.scoring import folded

SURVEY = ("部门", "评议项目", "满意", "基本满意", "一般", "不满意")
CELLS = {
    "roster": {"kind": "人员", "name": "某人", "email": "a@b.example", "home": "c", "roles": "考核组成员"},
    "marks": {"department": "办公室", "item": "content.4.2", "points": "1", "reason": "缺席"},
    "survey": {"department": "办公室", "satisfied": "9", "fairly": "1", "neutral": "0", "dissatisfied": "0"},
    "results": {"department": "办公室", "rank": "1", "grade": "优秀"},
}


def rows_of(kind: str, count: int) -> list[Row]:
    own = {"roster": "id", "marks": "department", "survey": "item", "results": "department"}[kind]
    return [Row(n, {**CELLS[kind], own: f"x{n}"}) for n in range(2, count + 2)]


@pytest.mark.parametrize("kind", sorted(CELLS))
def test_what_the_rulebook_and_the_words_say_is_looked_up_once_a_file(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    book, calls = rulebook.load(), [0]

    def counted(original: Callable[..., Any]) -> Callable[..., Any]:
        def call(*given: Any) -> Any:
            calls[0] += 1
            return original(*given)

        return call

    monkeypatch.setattr(values, "folded", counted(folded))
    monkeypatch.setattr(words, "word", counted(words.word))
    monkeypatch.setattr(columns, "entries", counted(columns.entries))

    def cost(count: int) -> int:
        calls[0] = 0
        Values("a.csv", book, YEAR).read(kind, rows_of(kind, count))
        return calls[0]

    assert cost(30) - cost(20) <= 10 * 6


@contextmanager
def sent() -> Iterator[list[str]]:
    """The statements sent to the database meanwhile, a batch counted once."""
    found: list[str] = []

    def told(original: Callable[..., Any]) -> Callable[..., Any]:
        def run(statement: Statement, *given: Any, **named: Any) -> Any:
            found.append(statement.texts["sqlite"])
            return original(statement, *given, **named)

        return run

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Statement, "run", told(Statement.run))
        patch.setattr(Statement, "run_many", told(Statement.run_many))
        yield found


def survey(city: City, *rows: tuple[str, ...], dry_run: bool = False) -> Imported:
    content = csv_text(*rows, head=SURVEY).encode()
    act = person(CLERK)
    return import_file(city.service, "survey", "a.csv", act, content=content, year=YEAR, dry_run=dry_run)


def test_a_row_of_a_survey_reads_no_more_than_the_act_it_asks_for(city_at: CityAt) -> None:
    city = city_at("reviewing")
    counts = ("9", "1", "0", "0")
    first, second, other = (
        (*row, *counts)
        for row in (("组织部", "问卷调查"), ("组织部", "基层领导评议"), ("办公室", "问卷调查"))
    )
    with sent() as one:
        survey(city, first, dry_run=True)
    with sent() as two:
        survey(city, first, second, dry_run=True)
    with sent() as act:
        asked = {"item": "survey", "counts": {"satisfied": 9, "fairly": 1}}
        city.ask(DISCIPLINE, "record_survey", person(CLERK), **asked)
    savepoint = 2
    assert len(two) - len(one) == len(act) + savepoint
    assert survey(city, first, second, other).taken == 3
    with sent() as stands:
        survey(city, first, other)
    with sent() as beside:
        assert survey(city, first, second, other).same == 3
    assert len(beside) == len(stands), "another row of the same department that says what stands"
