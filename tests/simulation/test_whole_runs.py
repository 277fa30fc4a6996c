"""Forty departments for three years: what every seed shows, and whether the files agree with one another."""

from __future__ import annotations

import csv
import json
from collections import Counter
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from tests.simulation.played import Played, grade, play
from tests.simulation.recount import Recount
from workflows.deadlines import ZONE

MAY_DIFFER = {
    *("grade", "award_rate", "previous_rank", "previous_category_rank", "previous_grade"),
    *("movement", "category_movement", "consecutive_failures", "escalated"),
}


def check_promises(run: Played) -> None:
    """What the contract promises of forty departments and three years under every seed."""
    actions = Counter(r["action"] for r in run.rows if r["subject"].startswith("appraisal:"))
    assert run.code == 0
    assert min(actions[a] for a in ("lapse", "send_back", "extend", "exempt")) >= 1
    assert run.summary["tie_rulings"]
    assert run.summary["exempt"]
    assert run.summary["escalations"] >= 1
    assert run.summary["verify"] == "ok"


def check_no_false_alarm(run: Played) -> None:
    """Nobody lapses who filed, nobody has a case who did not fail twice running, nobody failed is forgotten."""
    for row in run.appraisals("lapse"):
        before = [r for r in run.rows if r["subject"] == row["subject"] and r["number"] < row["number"]]
        entered = max(r["number"] for r in before if r["after"] == row["before"] != r["before"])
        assert "submit" not in {r["action"] for r in before if r["number"] > entered}
    check_leaders_are_left_alone_once_they_rated(run)
    check_members_are_left_alone_once_they_marked(run)
    years = run.summary["years"]
    failed = {
        year: {r["department"] for r in run.table(f"results-{year}.csv") if r["grade"] == "failed"}
        for year in years
    }
    special = {e["department"] for key in ("renamed", "merged", "exempt_before") for e in run.summary[key]}
    for before, year in pairwise(years):
        cases = {c["department"] for c in run.table("escalations.csv") if int(c["year"]) == year}
        assert cases - special == (failed[before] & failed[year]) - special


def check_leaders_are_left_alone_once_they_rated(run: Played) -> None:
    """No reminder of a rating goes out after the rating came in."""
    rated = {}
    for row in run.rows:
        if any(line["part"] == "leader" for line in (row["data"] or {}).get("lines", ())):
            rated[row["subject"]] = datetime.fromisoformat(row["at"])
    whose = {d["id"]: d["who"] for r in run.rows for d in (r["data"] or {}).get("deadlines", ())}
    for reminder in run.table("reminders.csv"):
        if whose[reminder["deadline"]] == "leader" and reminder["state"] == "grading.pending":
            key = f"appraisal:{reminder['year']}:{reminder['department']}"
            assert datetime.fromisoformat(reminder["at"]) < rated[key]


def check_members_are_left_alone_once_they_marked(run: Played) -> None:
    """No reminder of marks goes out after the marks came in."""
    marked = {
        (row["subject"], row["data"]["member"]): datetime.fromisoformat(row["at"])
        for row in run.appraisals("mark")
    }
    whose = {d["id"]: d["who"] for r in run.rows for d in (r["data"] or {}).get("deadlines", ())}
    for reminder in run.table("reminders.csv"):
        member = (reminder["deadline"].partition("#")[0], whose[reminder["deadline"]])
        if reminder["state"] == "central_review.marking" and member in marked:
            assert datetime.fromisoformat(reminder["at"]) < marked[member]


def test_every_seed_has_a_lapse_a_return_an_extension_a_tie_an_exemption_and_two_failures(
    forty: Played,
) -> None:
    check_promises(forty)


def test_nobody_is_alarmed_falsely(forty: Played) -> None:
    check_no_false_alarm(forty)


def test_json_is_the_summary_and_its_counts_are_those_of_the_files(forty: Played) -> None:
    summary = json.loads(forty.out)
    actions = Counter(r["action"] for r in forty.rows if r["subject"].startswith("appraisal:"))
    assert summary == forty.summary
    assert summary["departments"] == 40
    assert summary["transitions"] == sum(r["before"] != r["after"] for r in forty.rows)
    assert summary["lapses"] == actions["lapse"]
    assert summary["returns"] == actions["send_back"]
    assert summary["extensions"] == actions["extend"]
    assert summary["reminders"] == len(forty.table("reminders.csv"))
    assert summary["escalations"] == len(forty.table("escalations.csv"))


def test_the_reminders_follow_from_the_history(forty: Played) -> None:
    text = (forty.folder / "reminders.csv").read_text(encoding="utf-8-sig")
    header, *rows = csv.reader(text.splitlines())
    assert ",".join(header) == "year,department,state,visit,deadline,rung,due,at,to,outcome"
    assert rows == Recount(forty.rows).reminders()
    assert {row[9] for row in rows} == {"sent", "digest"}
    assert {row[5] for row in rows} >= {"opens", "-14", "-1", "0", "+1", "+5", "lapse"}


def test_every_letter_left_and_is_a_file(forty: Played) -> None:
    letters = forty.table("deliveries.csv")
    assert {letter["status"] for letter in letters} == {"sent"}
    assert {(letter["attempts"], letter["copies"], letter["code"]) for letter in letters} == {("1", "0", "")}
    names = {path.name.rpartition("-")[2].removesuffix(".eml") for path in (forty.folder / "mail").iterdir()}
    assert names == {letter["message_id"][1:].partition("@")[0] for letter in letters}
    for letter in letters:
        sent = datetime.fromisoformat(letter["sent_at"]).astimezone(ZONE)
        assert 8 <= sent.hour < 18
        assert letter["at"] <= letter["sent_at"]
    assert "faults" not in forty.summary


def scores(run: Played, year: int, folder: Path) -> str:
    """The seven columns that a stranger feeds to `cycle grade`."""
    columns = ("department", "category", "central", "public", "leader", "deductions", "bonus")
    path = folder / f"scores-{year}.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows([row[c] for c in columns] for row in run.table(f"results-{year}.csv"))
    return str(path)


def regraded(run: Played, year: int, folder: Path) -> list[dict[str, str]]:
    """The results of a year as `cycle grade` has them, with the results before where there are any."""
    before = run.folder / f"results-{year - 1}.csv"
    output = folder / f"graded-{year}.csv"
    arguments = [scores(run, year, folder), "--output", str(output)]
    assert grade(*arguments, *(["--previous", str(before)] if before.exists() else [])) == 0
    return list(csv.DictReader(output.read_text(encoding="utf-8-sig").splitlines()))


def test_the_calculator_gives_the_same_results_save_for_who_is_named(forty: Played, tmp_path: Path) -> None:
    named: dict[int, set[Any]] = {year: set() for year in forty.summary["years"]}
    for key in ("tie_rulings", "renamed", "merged", "exempt_before"):
        for entry in forty.summary[key]:
            named[entry["year"]].add(entry["department"])
    for year in forty.summary["years"]:
        given = forty.table(f"results-{year}.csv")
        for ours, theirs in zip(given, regraded(forty, year, tmp_path), strict=True):
            differing = {column for column in ours if ours[column] != theirs[column]}
            if ours["department"] in named[year]:
                assert differing <= MAY_DIFFER
            else:
                assert differing == set()


def test_every_case_is_marked_in_the_results(forty: Played) -> None:
    marked = {
        (str(year), r["department"], r["consecutive_failures"])
        for year in forty.summary["years"]
        for r in forty.table(f"results-{year}.csv")
        if r["escalated"] == "true"
    }
    cases = forty.table("escalations.csv")
    assert {(c["year"], c["department"], c["consecutive_failures"]) for c in cases} == marked
    assert all(int(c["previous_year"]) < int(c["year"]) for c in cases)
    assert {c["state"] for c in cases} <= {"closed", "opened", "studied", "proposed", "approved", "rejected"}


def test_every_row_has_every_key_and_its_place(forty: Played) -> None:
    keys = {
        *("seq", "at", "occurred_on", "subject", "number", "action", "before", "after", "actor"),
        *("actor_kind", "on_behalf_of", "confirmed_by", "reason", "document", "rulebook", "previous"),
        *("hash", "data"),
    }
    assert [r["seq"] for r in forty.rows] == list(range(1, len(forty.rows) + 1))
    assert all(set(row) == keys for row in forty.rows)
    assert forty.rows[0]["at"] == "2024-12-31T16:00:00.000000Z"
    assert [r["at"] for r in forty.rows] == sorted(r["at"] for r in forty.rows)
    assert {r["actor_kind"] for r in forty.rows} == {"person", "scheduler", "import"}


def test_people_act_on_behalf_with_a_second_person_and_never_on_their_own(forty: Played) -> None:
    homes = {
        r["subject"].partition(":")[2]: r["data"]["record"]["home"]
        for r in forty.rows
        if r["subject"].startswith("person:")
    }
    whole_year = {"ratify"}  # nobody's own matter
    behalf = [r for r in forty.rows if r["on_behalf_of"] and r["action"] not in whole_year]
    assert {r["on_behalf_of"] for r in behalf} >= {"group", "team", "committee"}
    for row in behalf:
        assert row["confirmed_by"] not in (None, row["actor"])
        assert row["document"]
        department = row["subject"].split(":")[2] if row["subject"].count(":") > 1 else ""
        assert department not in (homes[row["actor"]], homes[row["confirmed_by"]])


def test_a_year_shows_the_rarer_things_too(forty: Played) -> None:
    actions = {r["action"] for r in forty.rows}
    assert actions >= {
        *("withdraw", "readmit", "refuse_extension", "take_up", "release", "overturn", "rule_missing"),
        *("reinstate", "enrol", "absorb", "dissolve", "rename", "appoint", "rule_tie", "record_talk"),
        *("notify", "answer", "rectify", "return", "drop", "publish", "hear", "hold_accountable", "dismiss"),
        *("mark", "acknowledge_spread", "rate", "record_survey"),
        *("verify_step", "verify", "study", "propose_handling", "close", "report_progress"),
        *("offer", "accept", "refuse", "replace", "import_results", "move_dates", "correct_rulebook"),
    }
    forms = [
        form
        for r in forty.rows
        if r["action"] == "send_back"
        for form in r["data"]["record"]["forms"].values()
    ]
    assert {bool(form.get("returned")) for form in forms} == {True, False}


def test_a_correction_holds_in_the_year_after_and_a_date_moved_for_all_does_not(forty: Played) -> None:
    of_years = [row for row in forty.rows if row["subject"].startswith("cycle:")]
    books = {row["subject"]: row["rulebook"] for row in of_years if row["action"] == "prepare"}
    (corrected,) = [row for row in of_years if row["action"] == "correct_rulebook"]
    assert corrected["subject"] == "cycle:2026"
    assert books["cycle:2027"] == corrected["data"]["record"]["rulebook_digest"] != books["cycle:2026"]
    moved = {row["subject"] for row in of_years if row["action"] == "move_dates"}
    assert moved == {"cycle:2025", "cycle:2027"}
    assert books["cycle:2026"] == books["cycle:2025"]


@pytest.mark.long
@pytest.mark.parametrize("seed", range(100, 117))
def test_other_seeds_keep_the_promises(seed: int, tmp_path: Path) -> None:
    run = play(tmp_path, "--years", "2019-2021", "--seed", str(seed))
    check_promises(run)
    check_no_false_alarm(run)
    header, *rows = csv.reader((tmp_path / "reminders.csv").read_text(encoding="utf-8-sig").splitlines())
    assert len(header) == 10
    assert rows == Recount(run.rows).reminders()
