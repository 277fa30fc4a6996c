"""Help as it stands on a narrow screen: nothing is cut off, and what an act never goes without is marked."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Shell
from tests.cli.test_catalogue import EVERY
from workflows.finding_guards import SEVERITIES, SOURCES

REASON, DOCUMENT, TEXT = "--reason", "--document", "--text"


def help_of(shell: Shell, *path: str) -> str:
    """The help of a command at eighty columns."""
    said = shell.say(*path, "--help", COLUMNS="80")
    assert said.code == 0
    return said.out


def marked(text: str, mark: str = "必填") -> set[str]:
    """The options whose help says `mark`."""
    found, option = set(), ""
    for line in text.splitlines():
        words = line.strip("│ *").split()
        option = words[0] if words and words[0].startswith("--") else option
        if mark in line.replace(" ", ""):
            found.add(option)
    return found


@pytest.mark.parametrize("path", sorted(EVERY), ids=" ".join)
def test_nothing_of_any_help_is_cut_off_at_eighty_columns(bare: Shell, path: tuple[str, ...]) -> None:
    assert "…" not in help_of(bare, *path).replace("KIND,…", "")


def test_every_value_an_option_permits_can_be_read(bare: Shell) -> None:
    told = "".join(line.strip("│").strip() for line in help_of(bare, "finding", "record").splitlines())
    assert [code for code in (*SOURCES, *SEVERITIES) if code not in told] == []
    assert "专项检查、明察、暗访、活动考勤、通知、通报、报告" in told


@pytest.mark.parametrize(
    ("path", "needed"),
    [
        ("finding drop", {REASON}),
        ("finding answer", {TEXT, "--text-file"}),
        ("finding notify", set()),
        ("finding veto", {REASON, DOCUMENT}),
        ("complaint substantiate", {REASON}),
        ("bonus apply", set()),
        ("duty waive", {REASON, DOCUMENT}),
        ("duty open", {REASON, DOCUMENT, TEXT, "--text-file"}),
        ("line reverse", {REASON}),
        ("department merge", {REASON, DOCUMENT}),
        ("open", {DOCUMENT}),
        ("account invite", set()),
        ("account suspend", {REASON}),
        ("account resume", {REASON}),
        ("paper issue", set()),
        ("paper void", {REASON}),
    ],
)
def test_what_an_act_never_goes_without_is_marked(bare: Shell, path: str, needed: set[str]) -> None:
    asked = {REASON, DOCUMENT, TEXT, "--text-file"}
    assert marked(help_of(bare, *path.split())) & asked == needed
