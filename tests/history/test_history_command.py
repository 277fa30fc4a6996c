"""`cycle history` in both languages, as JSON, and with the exit codes of the contract."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from cycle.checkpoint import load
from cycle.clock import VirtualClock
from cycle.db import Database
from tests.cli.conftest import BAD_INPUT, DONE, Shell
from tests.history import year
from tests.history.attacker import Attacker
from tests.history.attacks import TARGET
from workflows import words
from workflows.ledger import digest

UNVERIFIED = 5

pytestmark = pytest.mark.parametrize("template", ["sqlite"], indirect=True)


@pytest.fixture
def shell(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shell:
    """Commands typed in an empty folder at a copy of the year."""
    monkeypatch.chdir(tmp_path)
    url = database.url.render_as_string(hide_password=False)
    return Shell(url, VirtualClock(year.instant("2026-01-31")), tmp_path / "home")


@pytest.fixture
def attacker(shell: Shell, database: Database) -> Attacker:
    return Attacker(database)


@pytest.mark.parametrize(("lang", "good"), [("zh", "核验通过"), ("en", "Verified.")])
def test_verifying_says_what_was_checked_and_what_was_not(shell: Shell, lang: str, good: str) -> None:
    said = shell.say("history", "verify", "--lang", lang)
    assert (said.code, said.err) == (DONE, "")
    assert said.out.startswith(good)
    for code in ("checkpoint", "rules", "other_tables"):
        assert words.word("history.unchecked", code, lang) in said.out
    assert shell.do("history", "verify")["digest"] in said.out


def test_verifying_as_json_gives_one_document(shell: Shell) -> None:
    verdict = shell.do("history", "verify")
    assert verdict["ok"] is True
    assert verdict["faults"] == []
    assert verdict["checked"]["rows"] > 400
    assert verdict["against"] is None


@pytest.mark.parametrize("lang", words.LANGS)
def test_a_fault_is_named_and_the_command_leaves_with_5(shell: Shell, attacker: Attacker, lang: str) -> None:
    attacker.change("UPDATE subject SET state = 'x' WHERE key = :s", s=TARGET)
    said = shell.say("history", "verify", "--lang", lang)
    assert said.code == UNVERIFIED
    assert f"  - {TARGET}" in said.out
    assert words.word("history.fault", "state_differs", lang) in said.out
    (fault,) = shell.ask("history", "verify", code=UNVERIFIED).json["faults"]
    assert (fault["code"], fault["subject"], fault["detail"]) == ("state_differs", TARGET, "x")


def test_a_checkpoint_shows_the_tail_that_was_cut_after_it(shell: Shell, attacker: Attacker) -> None:
    made = shell.do("history", "checkpoint")
    assert made["file"] == "checkpoint-2026-01-31T020000Z.json"
    assert load(Path(made["file"])).digest == made["digest"]
    assert shell.do("history", "verify", "--against", made["file"])["against"]["digest"] == made["digest"]
    number = attacker.cut(TARGET)
    assert shell.do("history", "verify")["ok"]
    found = shell.ask("history", "verify", "--against", made["file"], code=UNVERIFIED).json
    assert [(f["code"], f["subject"], f["number"]) for f in found["faults"]] == [("tail_cut", TARGET, number)]


@pytest.mark.parametrize("lang", words.LANGS)
def test_a_checkpoint_that_was_made_says_to_keep_it_elsewhere(shell: Shell, lang: str) -> None:
    said = shell.say("history", "checkpoint", "--out", "here.json", "--lang", lang)
    assert said.code == DONE
    assert "here.json" in said.out
    compared = shell.say("history", "verify", "--against", "here.json", "--lang", lang)
    assert words.word("history.unchecked", "since_checkpoint", lang) in compared.out
    made = json.loads(Path("here.json").read_text(encoding="utf-8"))["made_at"]
    local = datetime.fromisoformat(made).astimezone(ZoneInfo("Asia/Shanghai"))
    assert f"{local:%Y-%m-%d %H:%M:%S}" in compared.out
    assert made not in compared.out


@pytest.mark.parametrize("content", [None, "", "{}", "[1]", '{"version": 1}'])
@pytest.mark.parametrize("lang", words.LANGS)
def test_a_checkpoint_that_cannot_be_used_is_bad_input(shell: Shell, content: str | None, lang: str) -> None:
    if content is not None:
        Path("c.json").write_text(content, encoding="utf-8")
    said = shell.say("history", "verify", "--against", "c.json", "--lang", lang)
    assert said.code == BAD_INPUT
    assert "c.json" in said.err
    assert said.out == ""
    assert shell.ask("history", "verify", "--against", "c.json", code=BAD_INPUT).json["error"]["message"]


def test_a_checkpoint_with_a_digit_changed_is_bad_input(shell: Shell) -> None:
    shell.do("history", "checkpoint", "--out", "c.json")
    text = Path("c.json").read_text(encoding="utf-8")
    Path("c.json").write_text(text.replace('"number": 1', '"number": 2', 1), encoding="utf-8")
    assert shell.say("history", "verify", "--against", "c.json").code == BAD_INPUT


def test_no_checkpoint_is_made_of_what_does_not_verify(shell: Shell, attacker: Attacker) -> None:
    attacker.change("UPDATE subject SET state = 'x' WHERE key = :s", s=TARGET)
    assert shell.ask("history", "checkpoint", "--out", "c.json", code=UNVERIFIED).json["ok"] is False
    said = shell.say("history", "checkpoint", "--out", "c.json")
    assert words.word("history", "no_checkpoint", "zh") in said.out
    assert not Path("c.json").exists()


@pytest.mark.parametrize("command", ["export", "checkpoint"])
def test_an_existing_file_is_kept_unless_forced(shell: Shell, command: str) -> None:
    Path("out").write_text("kept")
    assert shell.say("history", command, "--out", "out").code == BAD_INPUT
    assert Path("out").read_text() == "kept"
    assert shell.say("history", command, "--out", "out", "--force").code == DONE
    assert Path("out").read_text(encoding="utf-8") != "kept"


@pytest.mark.parametrize("command", ["export", "checkpoint"])
def test_a_folder_that_is_not_there_is_bad_input(shell: Shell, command: str) -> None:
    said = shell.say("history", command, "--out", "nowhere/out")
    assert said.code == BAD_INPUT
    assert "nowhere" in said.err


def test_the_export_is_written_where_it_was_asked(shell: Shell) -> None:
    done = shell.do("history", "export")
    lines = Path("history.jsonl").read_text(encoding="utf-8").splitlines()
    assert done == {"file": "history.jsonl", "rows": len(lines)}
    assert json.loads(lines[-1])["seq"] == len(lines)


def test_a_damaged_row_stops_the_export_with_5(shell: Shell, attacker: Attacker) -> None:
    attacker.put(TARGET, 5, "{", digest("{"))
    assert shell.ask("history", "export", code=UNVERIFIED).json["error"]["code"] == "unverified"
    assert shell.say("history", "show", TARGET).code == UNVERIFIED


def test_a_clerk_reads_a_departments_year(shell: Shell) -> None:
    department = year.DEPARTMENTS[year.OTHERS[0]]
    said = shell.say("history", "show", department.name, "--year", "2025")
    assert (said.code, said.err) == (DONE, "")
    for piece in (
        "2025-01-10 00:00",
        "开启年度计划",
        "尚未建立 → 年度计划填报",
        "代领导小组",
        "依据：文件",
        "理由：理由",
        "扣分：",
        "分，冲销",
        "考核组：",
        "期限：填报员，2025-02-28",
        "归档",
    ):
        assert piece in said.out
    english = shell.say("history", "show", TARGET, "--lang", "en").out
    assert "on behalf of leading group" in english
    assert "confirmed by" in english


def test_showing_as_json_gives_the_sealed_rows(shell: Shell) -> None:
    shown = shell.do("history", "show", TARGET)
    assert shown["subject"] == TARGET
    assert [row["number"] for row in shown["rows"]] == list(range(1, len(shown["rows"]) + 1))
    assert shown["rows"][1]["previous"] == shown["rows"][0]["hash"]


@pytest.mark.parametrize(
    "kind", ["cycle:2025", "cycle:2024", "person", "calendar:2025", "department", "case"]
)
@pytest.mark.parametrize("lang", words.LANGS)
def test_every_kind_of_subject_can_be_shown(shell: Shell, kind: str, lang: str) -> None:
    keys = {"person": f"person:{year.OFFICE[0].id}", "department": f"department:{year.OTHERS[3]}"}
    keys["case"] = f"case:2025:{year.WORST}"
    assert shell.say("history", "show", keys.get(kind, kind), "--lang", lang).code == DONE


@pytest.mark.parametrize("subject", ["appraisal:2025:nobody", "nobody", "a:b:c:d", ":", "person:"])
def test_a_subject_that_is_not_there_is_bad_input(shell: Shell, subject: str) -> None:
    assert shell.say("history", "show", subject).code == BAD_INPUT
