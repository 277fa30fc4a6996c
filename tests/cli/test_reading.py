"""What the reading commands show, for people in both languages and as one JSON document."""

from __future__ import annotations

import json

import pytest

from tests.cast import CLERK, DEPARTMENTS, DISCIPLINE, GENERAL, LIAISON, PERSONNEL
from tests.cli.conftest import BAD_INPUT, ShellAt
from workflows import words
from workflows.deadlines import LAMPS

READINGS = [
    ["status"],
    ["status", "--order", "roster"],
    ["show", GENERAL],
    ["show", GENERAL, "--as", CLERK],
    ["preview", "--days", "40"],
    ["line", "list", GENERAL],
    ["team", "show", GENERAL],
    ["step", "list", GENERAL],
    ["tie", "list"],
    ["results", "show"],
    ["results", "show", "2024"],
    ["department", "list"],
    ["department", "list", "--all"],
    ["person", "list"],
    ["person", "list", "--role", "office"],
    ["post", "list", GENERAL],
    ["calendar", "show", "2025"],
    ["calendar", "show", "2031"],
    ["rules", "check"],
    ["rules", "show"],
    ["rules", "show", "--figures"],
    ["ready", "2025"],
    ["waiting"],
]


@pytest.mark.parametrize("stage", ["running", "ratified"])
def test_every_reading_command_speaks_both_languages_and_json(shell_at: ShellAt, stage: str) -> None:
    shell, city = shell_at(stage)
    before = city.rows()
    for command in READINGS:
        zh, en = shell.say(*command), shell.say(*command, "--lang", "en")
        assert (zh.code, en.code, zh.err, en.err) == (0, 0, "", ""), (command, zh, en)
        assert zh.out.strip()
        assert isinstance(json.loads(shell.say(*command, "--json").out), dict), command
    assert city.rows() == before


def test_the_board_shows_lamps_turns_and_days_left(shell_at: ShellAt) -> None:
    shell, city = shell_at("running")
    city.file(GENERAL)
    city.at("2025-02-27")
    board = shell.do("status")
    assert (board["year"], board["state"], board["today"]) == (2025, "running", "2025-02-27")
    rows = {row["department"]: row for row in board["departments"]}
    office, department = rows[GENERAL], rows[DISCIPLINE]
    assert (office["lamp"]["colour"], office["turn"]) == ("red", ["office"])
    assert office["stages"]["plan"] == "submitted"
    assert (department["lamp"]["colour"], department["turn"]) == ("yellow", ["liaison"])
    assert (department["due"], department["workdays_left"]) == ("2025-02-28", 1)
    assert board["departments"][0]["department"] == GENERAL  # late ones first


def test_the_lamps_word_and_shape_stand_beside_its_colour(shell_at: ShellAt) -> None:
    shell, city = shell_at("running")
    city.at("2025-02-27")
    zh, en = shell.say("status").out, shell.say("--lang", "en", "status").out
    assert f"{LAMPS['yellow'].shape} {LAMPS['yellow'].zh}" in zh
    assert f"{LAMPS['yellow'].shape} {LAMPS['yellow'].en}" in en
    assert "2025年度（进行中）" in zh
    assert "办公室" in zh


def test_a_department_sent_back_or_waiting_for_an_answer_is_yellow(shell_at: ShellAt) -> None:
    shell, city = shell_at("running")
    city.file(GENERAL)
    city.move(GENERAL, "send_back", due="2025-03-20")
    city.move(DISCIPLINE, "ask_extension", due="2025-03-20")
    rows = {row["department"]: row for row in shell.do("status")["departments"]}
    assert (rows[GENERAL]["lamp"]["colour"], rows[GENERAL]["sent_back"]) == ("yellow", True)
    assert (rows[DISCIPLINE]["lamp"]["colour"], rows[DISCIPLINE]["extension_asked"]) == ("yellow", True)
    assert rows[PERSONNEL]["lamp"]["colour"] == "green"


def test_a_departments_withdrawing_is_not_shown_as_sent_back(shell_at: ShellAt) -> None:
    shell, city = shell_at("running")
    city.file(GENERAL)
    city.move(GENERAL, "withdraw")
    assert shell.do("show", GENERAL)["sent_back"] is False


def test_stages_that_are_behind_say_how_they_ended(shell_at: ShellAt) -> None:
    shell, city = shell_at("running")
    city.at("2025-03-20")
    city.sweep()
    city.at("2025-07-01 00:00")
    city.sweep()
    row = shell.do("show", GENERAL)
    assert (row["stages"]["plan"], row["stages"]["midyear"], row["stages"]["yearend"]) == (
        "lapsed",
        "drafting",
        "none",
    )


def test_every_stage_of_an_exempted_year_before_it_left_is_shown(shell_at: ShellAt) -> None:
    shell, city = shell_at("pending")
    city.move(GENERAL, "exempt")
    row = shell.do("show", GENERAL)
    assert (row["lamp"]["colour"], row["stages"]["grading"], row["stages"]["central_review"]) == (
        "grey",
        "pending",
        "done",
    )


@pytest.mark.parametrize(
    "name", ["bangongshi", "办公室", " 办 公室 ".replace(" ", ""), "信访局", "ＢＡＮＧＯＮＧＳＨＩ"]
)
def test_a_department_is_found_by_id_name_or_alias(shell_at: ShellAt, name: str) -> None:
    shell, _ = shell_at("running")
    assert shell.do("show", name)["department"] == "bangongshi"


def test_the_sheet_shows_forms_lines_result_and_what_can_be_done(shell_at: ShellAt) -> None:
    shell, city = shell_at("reviewing")
    city.mark(GENERAL, lost=50)
    sheet = shell.do("show", GENERAL)
    assert sheet["forms"]["plan"]["text"] == "plan"
    assert (sheet["sum"], sheet["sums"]["central"]) == ("99.50", "89.50")
    assert len(sheet["team"]) == 3
    actions = {one["action"]: one for one in sheet["actions"]}
    assert [u["code"] for u in actions["settle"]["unmet"]] == ["cutoff_not_passed"]
    assert actions["reopen"]["to_give"] == ["--reason"]
    assert "propose" not in actions
    assert "合计99.50" in shell.say("show", GENERAL).out


def test_only_what_a_person_may_do_is_listed_for_them(shell_at: ShellAt) -> None:
    shell, _ = shell_at("running")
    theirs = [one["action"] for one in shell.do("show", GENERAL, "--as", LIAISON[GENERAL])["actions"]]
    assert theirs == ["save_form", "hand_over", "submit", "ask_extension"]


def test_a_preview_tells_moves_and_reminders_with_whom_they_reach(shell_at: ShellAt) -> None:
    shell, city = shell_at("running")
    city.at("2025-02-26")
    ahead = shell.do("preview", "--days", "20")
    assert {(m["action"], m["at"][:10]) for m in ahead["moves"]} == {("lapse", "2025-03-08")}
    assert len(ahead["moves"]) == len(DEPARTMENTS)
    mine = [r for r in ahead["reminders"] if r["subject"] == f"appraisal:2025:{GENERAL}"]
    assert [(r["rung"], r["at"][:16]) for r in mine] == [
        ("-1", "2025-02-27T09:00"),
        ("0", "2025-02-28T09:00"),
        ("+1", "2025-03-03T09:00"),
        ("+3", "2025-03-05T09:00"),
        ("+5", "2025-03-07T09:00"),
        ("lapse", "2025-03-08T00:00"),
    ]
    assert [to["as"] for to in mine[0]["to"]] == ["liaison", "head"]
    assert {to["as"] for to in mine[-1]["to"]} == {"liaison", "head", "leader", "group"}
    assert all("@" in to["email"] for to in mine[-1]["to"])


def test_the_latest_running_year_is_meant_where_none_is_named(shell_at: ShellAt) -> None:
    shell, city = shell_at("pending")
    assert shell.do("status")["year"] == 2025
    city.open_year(2026)
    assert shell.do("status")["year"] == 2026
    assert shell.do("status", "--year", "2025")["year"] == 2025


def test_a_proposal_is_shown_as_such(shell_at: ShellAt) -> None:
    shell, city = shell_at("pending")
    city.whole("propose")
    shown = shell.do("results", "show")
    assert (shown["status"], len(shown["results"])) == ("proposed", 3)
    assert shell.do("show", GENERAL)["result_is_proposed"] is True
    assert "公示稿" in shell.say("results", "show").out


def test_reading_needs_a_year_and_a_database(shell_at: ShellAt) -> None:
    shell, _ = shell_at("registered")
    said = shell.ask("status", code=BAD_INPUT)
    assert said.json["error"]["code"] == "bad_input"
    assert "cycle prepare" in said.json["error"]["message"]


def test_every_word_of_the_board_is_there_in_both_languages() -> None:
    for lang in words.LANGS:
        known = words.catalogue(lang)["cli"]
        assert {code for code in known if code.startswith("phase_")} >= {
            f"phase_{phase}" for phase in words.catalogue(lang)["phase"]
        }
