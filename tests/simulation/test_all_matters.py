"""What a small city lives through beside forms and grades: evidence, files taken in, acts on the whole city."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from typing import Any

import pytest

from cycle.imports.importing import KINDS
from tests.simulation.played import Played

Row = dict[str, Any]


def of(run: Played, kind: str, action: str) -> Iterator[Row]:
    """The rows of subjects of a kind with this action."""
    return (r for r in run.rows if r["subject"].startswith(f"{kind}:") and r["action"] == action)


def test_evidence_is_offered_accepted_refused_and_then_another_file_accepted(small: Played) -> None:
    pieces: dict[str, list[str]] = {}
    for row in small.rows:
        if row["subject"].startswith("evidence:"):
            pieces.setdefault(row["subject"], []).append(row["action"])
    assert set(map(tuple, pieces.values())) == {
        ("offer", "accept"),
        ("offer", "refuse", "replace", "accept"),
    }


def test_evidence_is_about_forms_targets_indicators_and_findings(small: Played) -> None:
    about = {row["data"]["record"]["about"] for row in of(small, "evidence", "offer")}
    assert {"plan", "midyear"} < about
    assert {name.split(".")[0].split(":")[0] for name in about} >= {"target", "content", "finding"}


def test_who_refuses_evidence_says_why_and_is_nobody_of_the_department(small: Played) -> None:
    refused = list(of(small, "evidence", "refuse"))
    letters = [row for row in small.table("deliveries.csv") if row["kind"] == "evidence_refused"]
    assert all(row["reason"] for row in refused)
    assert len(letters) == len(refused) > 0
    offered = {row["subject"]: row["actor"] for row in of(small, "evidence", "offer")}
    assert all(row["actor"] != offered[row["subject"]] for row in refused)


def test_members_look_at_evidence_for_an_indicator_and_the_office_at_the_rest(small: Played) -> None:
    about = {row["subject"]: row["data"]["record"]["about"] for row in of(small, "evidence", "offer")}
    teams = (row["data"]["record"]["team"] for row in of(small, "appraisal", "assign"))
    members = {member for team in teams for member in team}
    looked = {
        (about[r["subject"]].startswith("content."), r["actor"] in members)
        for r in of(small, "evidence", "accept")
    }
    assert (True, True) in looked
    assert (False, True) not in looked


def test_files_come_in_by_the_import_and_a_second_person_confirms_them(small: Played) -> None:
    with sqlite3.connect(small.folder / "cycle.db") as database:
        asked = database.execute("SELECT subject, status FROM pending_act WHERE operation = 'import_rows'")
        files = [(subject.split(":")[0], status) for subject, status in asked]
    database.close()
    assert {status for _, status in files} == {"confirmed"}
    assert {kind for kind, _ in files} == {"person", "appraisal"}


def test_marks_on_paper_come_in_confirmed_by_a_second_person(small: Played) -> None:
    paper = [row for row in of(small, "appraisal", "mark") if row["on_behalf_of"] == "team"]
    assert paper
    assert all(row["confirmed_by"] not in (None, row["actor"]) and row["document"] for row in paper)
    assert all(row["actor"] != row["data"]["member"] for row in paper)


@pytest.mark.parametrize("year", [2025, 2026])
def test_the_survey_of_a_year_comes_in_with_a_few_files(year: int, small: Played) -> None:
    rows = [r for r in of(small, "appraisal", "record_survey") if f":{year}:" in r["subject"]]
    files = {(row["at"], row["document"], row["actor"]) for row in rows}
    graded = small.table(f"results-{year}.csv")
    assert len(rows) == 2 * len(graded)
    assert 1 <= len(files) <= len(graded) // 2
    assert all(document for _, document, _ in files)


def test_a_new_head_comes_in_with_a_list_person_and_post_at_once(small: Played) -> None:
    heads = [r for r in of(small, "person", "register") if "-head-" in r["subject"] and r["document"]]
    posts = {row["at"]: row for row in of(small, "department", "appoint")}
    assert heads
    for row in heads:
        assert posts[row["at"]]["document"] == row["document"]
        assert posts[row["at"]]["confirmed_by"] == row["confirmed_by"] is not None


def test_the_results_of_a_trial_year_are_taken_in_and_nobody_failed_then(small: Played) -> None:
    (row,) = of(small, "cycle", "import_results")
    assert row["subject"] == "cycle:2023"
    assert row["document"]
    assert {"excellent", "good", "passed"} == {each["grade"] for each in row["data"]["results"]}
    assert "results" in KINDS


def test_a_date_is_moved_for_all_with_a_document_and_everybody_who_waits_follows(small: Played) -> None:
    moved = [row for row in small.rows if row["action"] == "move_dates"]
    (whole,) = [row for row in moved if row["subject"] == "cycle:2025"]
    assert whole["document"]
    assert whole["reason"]
    assert whole["confirmed_by"] not in (None, whole["actor"])
    assert len(moved) > 1
    for row in moved:
        if row is not whole:
            assert (row["at"], row["document"]) == (whole["at"], whole["document"])
            assert {each["due"] for each in row["data"]["deadlines"]} == {whole["data"]["due"]}
            assert row["data"]["voids"]
    told = [row for row in small.table("deliveries.csv") if row["kind"] == "date_moved"]
    assert len(told) == 2 * (len(moved) - 1)


def test_the_next_year_goes_on_from_the_last_with_the_date_as_it_was(small: Played) -> None:
    first, second = of(small, "cycle", "prepare")
    assert "from" not in first["data"]["record"]
    assert second["data"]["record"]["from"] == 2025
    assert second["rulebook"] == first["rulebook"]


def test_a_frozen_rulebook_is_corrected_with_a_document_and_the_year_goes_on_by_it(small: Played) -> None:
    (row,) = of(small, "cycle", "correct_rulebook")
    assert row["subject"] == "cycle:2026"
    assert row["on_behalf_of"] == "group"
    assert row["document"]
    assert row["reason"]
    assert row["confirmed_by"] not in (None, row["actor"])
    assert [each["path"] for each in row["data"]["differences"]] == ["deadlines.receipt_days.value"]
    corrected = row["data"]["record"]["rulebook_digest"]
    (ratified,) = [r for r in of(small, "cycle", "ratify") if r["subject"] == "cycle:2026"]
    assert ratified["rulebook"] == corrected != row["data"]["corrects"]
