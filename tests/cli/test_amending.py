"""What an amendment would change, as the command line tells it before."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cast import CLERK, PAPER, PERSONNEL, WHY
from tests.cli.conftest import ShellAt
from tests.operations.test_bonuses import DIVISION, REGION


@pytest.mark.parametrize(("lang", "said"), [("zh", "改为计分"), ("en", "counts instead")])
def test_the_application_that_steps_in_is_named_before(
    shell_at: ShellAt, tmp_path: Path, lang: str, said: str
) -> None:
    shell, city = shell_at("pending")
    low, high = (city.honour(PERSONNEL, item, award="文明单位") for item in (DIVISION, REGION))
    city.to_ratified()
    change = {"department": PERSONNEL, "reverse": [city.row(high).record["line"]]}
    file = tmp_path / "changes.json"
    file.write_text(json.dumps({"changes": [change]}), encoding="utf-8")
    grounds = ("--as", CLERK, "--on-behalf-of", "group", "--reason", WHY, "--document", PAPER)
    asked = ("advance", "2025", "amend", "--changes", str(file), "--dry-run", "--lang", lang)
    (line,) = [line for line in shell.say(*asked, *grounds).out.splitlines() if low in line]
    assert said in line
    assert "1.00" in line
    assert city.row(low).record["counted"] is False
