"""What an amendment would change, as the command line tells it before."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cycle.operations.amending import COMPARED
from tests.cast import CLERK, GENERAL, PAPER, PERSONNEL, WHY
from tests.cli.conftest import ShellAt
from tests.held import YEAR
from tests.operations.test_bonuses import DIVISION, REGION
from workflows import words


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


@pytest.mark.parametrize(("lang", "said"), [("zh", ("撤案", "2026年度")), ("en", ("is revoked", "2026"))])
def test_later_years_and_cases_that_change_with_it_are_named_before(
    shell_at: ShellAt, tmp_path: Path, lang: str, said: tuple[str, str]
) -> None:
    shell, city = shell_at("pending again")
    city.to_ratified(YEAR + 1)
    case = f"case:{YEAR + 1}:{PERSONNEL}"
    line = {"part": "deduction", "item": "score.deduct.5.1", "again": True}
    file = tmp_path / "changes.json"
    file.write_text(json.dumps({"changes": [{"department": GENERAL, "lines": [line] * 2}]}), encoding="utf-8")
    grounds = ("--as", CLERK, "--on-behalf-of", "group", "--reason", WHY, "--document", PAPER)
    asked = ("advance", "2025", "amend", "--changes", str(file), "--dry-run")
    told = shell.say(*asked, *grounds, "--lang", lang).out
    (of_case,) = [row for row in told.splitlines() if said[0] in row]
    assert said[1] in of_case
    (later,) = shell.do(*asked, *grounds)["later"]
    assert (later["year"], later["revoked"]) == (YEAR + 1, [case])
    assert city.row(case).state == "opened"


@pytest.mark.parametrize("lang", words.LANGS)
def test_every_field_an_amendment_compares_has_a_name(lang: str) -> None:
    assert [one for one in COMPARED if not words.phrase("cli", f"column_{one}", lang).strip()] == []
