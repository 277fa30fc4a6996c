"""The table of acts: all that people may do is on the interface, or stands here with the reason why not."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

import pytest

from cycle.acts.fields import COMMON, FIELDS, Sent, body
from cycle.acts.table import ROWS, Row
from cycle.operations.catalogue import OPERATIONS
from cycle.permissions import BODIES
from workflows import words
from workflows.corrections import MOVABLE
from workflows.finding_guards import COMPLAINT_SOURCES, SEVERITIES, SOURCES
from workflows.machines import MACHINES

BY_ITSELF = {"system", "import"}

ELSEWHERE: Final = {
    "evidence": {"offer", "replace"},  # come with a file: cycle.api.evidence
    "token": {"issue", "revoke"},  # cycle.api.tokens
    # On the pages and at the command line alone: an access key ends, and nobody shall make a password of one.
    "account": {"invite", "set_password", "change_password"},
    "cycle": {
        "replace_rulebook",  # `prepare` with `replace`
        "redate",  # follows from an import of working days
    },
    # On each appraisal they follow from the act on the whole cycle.
    "appraisal": {
        *("propose", "withdraw_proposal", "ratify", "amend", "move_dates", "correct_rulebook"),
        "redate",
    },
    **{kind: {"redate"} for kind in ("finding", "complaint", "bonus", "objection", "duty")},
}
"""Kind to the actions people may cause that have no row."""

OPERATIONS_ELSEWHERE: Final = {
    "offer_evidence",
    "replace_evidence",
    "issue_token",
    "revoke_token",
    "invite",  # see ELSEWHERE
    "import_rows",  # comes with a file: cycle.api.imports
    "install",  # fills an empty database, in which nobody could have a token
}
"""Operations that have no row."""


def test_every_action_people_may_ask_for_has_a_row() -> None:
    rows = {(row.place.kind, row.action) for row in ROWS}
    asked = {
        (machine.name, move.action)
        for machine in MACHINES.values()
        for move in machine.moves
        if not set(move.who) <= BY_ITSELF
    }
    elsewhere = {(kind, action) for kind, actions in ELSEWHERE.items() for action in actions}
    assert sorted(asked - rows - elsewhere) == []
    assert sorted(rows - asked) == []
    assert sorted(elsewhere & rows) == []
    assert sorted(elsewhere - asked) == []


def test_every_operation_has_a_row() -> None:
    performed = {row.performs for row in ROWS}
    assert sorted(set(OPERATIONS) - performed - OPERATIONS_ELSEWHERE) == []
    assert sorted(performed - set(OPERATIONS)) == []


def test_no_two_rows_have_one_name_or_one_path() -> None:
    assert len({row.name for row in ROWS}) == len(ROWS)
    assert len({row.path for row in ROWS}) == len(ROWS)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_every_row_says_in_both_languages_what_it_does(row: Row) -> None:
    assert row.summary("zh") != row.summary("en")


def test_every_field_is_used_and_described() -> None:
    used = {name.rstrip("?").partition(":") for row in ROWS for name in row.fields.split()}
    named = {meaning or name for name, _, meaning in used} | {*COMMON, "person", "scope", "purpose", "days"}
    of_files = {"about", "note"}  # of evidence, which comes with a file
    assert named | of_files == set(FIELDS)
    for lang in words.LANGS:
        assert set(words.catalogue(lang)["field"]) == set(FIELDS)


@pytest.mark.parametrize(
    ("field", "codes"),
    [
        ("finding_source", SOURCES),
        ("complaint_source", COMPLAINT_SOURCES),
        ("severity", SEVERITIES),
        ("moved_stage", MOVABLE),
        ("objected", ("grade", "points")),
        ("on_behalf_of", BODIES),
    ],
)
def test_a_field_that_takes_codes_names_them_all(field: str, codes: Iterable[str]) -> None:
    for lang in words.LANGS:
        assert {f"`{code}`" for code in codes} <= set(
            re.findall("`[a-z_]+`", words.word("field", field, lang))
        )


def test_a_body_has_what_the_row_says_and_what_every_act_may_come_with() -> None:
    model = body("trial", "due text? items:returned?")
    assert set(model.model_fields) == {"due", "text", "items", *COMMON}
    assert [name for name, field in model.model_fields.items() if field.is_required()] == ["due"]
    assert issubclass(model, Sent)


def test_a_row_fills_its_key_and_its_arguments_from_the_path() -> None:
    rows = {row.name: row for row in ROWS}
    where = {"year": 2025, "department": "caizheng", "number": 3}
    submit, open_, answer = (rows[name] for name in ("appraisal_submit", "cycle_open", "finding_answer"))
    assert submit.subject(where) == "appraisal:2025:caizheng"
    assert submit.arguments(where, {}) == {"subject": "appraisal:2025:caizheng", "action": "submit"}
    assert open_.arguments(where, {}) == {"year": 2025}
    assert answer.path == "/cycles/{year}/findings/{department}/{number}/answer"
    assert answer.arguments(where, {"text": "x"}) == {
        "subject": "finding:2025:caizheng:3",
        "action": "answer",
        "text": "x",
    }
    assert rows["finding_record"].path == "/cycles/{year}/findings/{department}/record"
    recorded = rows["finding_record"].arguments(where, {"item": "i"})
    assert recorded == {"year": 2025, "department": "caizheng", "action": "record", "item": "i"}
