"""`cycle evidence`: a file in, a file out, and the store looked after."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cast import CLERK, GENERAL, LIAISON, WHY
from tests.cli.conftest import ShellAt

KEY = f"evidence:2025:{GENERAL}:1"
BY = ("--as", LIAISON[GENERAL])


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file with a Chinese name."""
    path = tmp_path / "总结 一.pdf"
    path.write_bytes(b"%PDF-1.7 one")
    return path


def test_evidence_goes_in_is_decided_on_and_comes_out(shell_at: ShellAt, file: Path, tmp_path: Path) -> None:
    shell, _ = shell_at("running")
    said = shell.say("evidence", "offer", GENERAL, str(file), "--about", "plan", *BY)
    assert (said.code, said.err) == (0, "")
    assert f"编号{KEY}，第1版：总结 一.pdf" in said.out
    assert shell.do("evidence", "refuse", KEY, "--as", CLERK, "--reason", WHY)["after"] == "refused"
    file.write_bytes(b"%PDF-1.7 two")
    done = shell.do("evidence", "replace", KEY, str(file), "--name", "总结.pdf", *BY)
    assert (done["version"], done["file"]) == (2, "总结.pdf")
    assert shell.do("evidence", "accept", KEY, "--version", "2", "--as", CLERK)["after"] == "accepted"
    (found,) = shell.do("evidence", "list", GENERAL)["evidence"]
    assert [one["name"] for one in found["versions"]] == ["总结 一.pdf", "总结.pdf"]
    assert (found["about"], found["state"]) == ("plan", "accepted")
    listed = shell.say("evidence", "list", GENERAL).out
    assert "年度计划" in listed
    assert "已认可" in listed
    out = tmp_path / "out.pdf"
    shell.do("evidence", "save", KEY, "--version", "1", "--out", str(out))
    assert out.read_bytes() == b"%PDF-1.7 one"
    assert "已经存在" in shell.say("evidence", "save", KEY, "--out", str(out)).err
    assert shell.do("evidence", "offer", GENERAL, str(file), "--about", "content.2.2", *BY)["version"] == 1
    assert shell.do("evidence", "withdraw", KEY[:-1] + "2", *BY)["after"] == "withdrawn"


def test_damaged_files_are_named_by_both_verifications(shell_at: ShellAt, file: Path) -> None:
    shell, _ = shell_at("running")
    assert shell.do("evidence", "list", GENERAL)["evidence"] == []
    assert shell.do("evidence", "verify") == {"sound": True, "faults": []}
    sha256 = shell.do("evidence", "offer", GENERAL, str(file), "--about", "plan", *BY)["sha256"]
    assert shell.do("history", "verify")["evidence"] == []
    assert "都在" in shell.say("evidence", "verify").out
    (shell.home / "evidence" / sha256[:2] / sha256).unlink()
    (fault,) = shell.ask("evidence", "verify", code=5).json["faults"]
    assert (fault["code"], fault["subject"], fault["version"]) == ("evidence_missing", KEY, 1)
    assert shell.ask("history", "verify", code=5).json["evidence"] == [fault]
    for command in ("evidence", "history"):
        said = shell.say(command, "verify")
        assert said.code == 5
        assert f"{KEY}第1版（总结 一.pdf）的文件不见了" in said.out
    assert shell.say("evidence", "save", KEY, "--out", "x.pdf").code == 3


def test_what_cannot_be_read_or_taken_is_said(shell_at: ShellAt, tmp_path: Path) -> None:
    shell, _ = shell_at("running")
    said = shell.say("evidence", "offer", GENERAL, str(tmp_path / "none.pdf"), "--about", "plan", *BY)
    assert (said.code, "找不到" in said.err) == (2, True)
    archive = tmp_path / "a.zip"
    archive.write_bytes(b"PK\x03\x04")
    said = shell.say("evidence", "offer", GENERAL, str(archive), "--about", "plan", *BY)
    assert (said.code, "压缩包请解开" in said.err) == (3, True)
    said = shell.say("evidence", "verify", CYCLE_EVIDENCE_MAX_MB="0")
    assert (said.code, "1到500" in said.err) == (2, True)
