"""The database, the roster, the rules, working days and earlier results, by commands."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cycle.cli.program import build
from tests.cast import CLERK, GENERAL
from tests.cli.conftest import BAD_INPUT, REFUSED, Shell, ShellAt
from tests.held import COLLEAGUE

PAPER = ["--document", "文件1号"]


def test_the_sample_is_installed_only_when_asked_for(bare: Shell) -> None:
    first = bare.do("init")
    assert (first["departments"], first["people"], first["already_filled"]) == (0, 0, False)
    assert first["calendars"] == [2023, 2024, 2025, 2026]
    second = bare.do("init", "--sample")
    assert (second["departments"], second["already_filled"]) == (40, False)
    assert second["calendars"] == []
    third = bare.do("init", "--sample")
    assert (third["departments"], third["people"], third["already_filled"]) == (40, 112, True)
    assert "只升级了库" in bare.say("init").out


def test_a_year_the_library_does_not_know_is_left_out(bare: Shell) -> None:
    bare.at("2060-01-02")
    assert bare.do("init")["calendars"] == []
    assert bare.do("calendar", "show", "2060")["provisional"] is True


def test_every_fault_of_a_roster_is_told_and_no_database_is_made(bare: Shell, tmp_path: Path) -> None:
    file = tmp_path / "bad.toml"
    file.write_text('departments = [{ id = "A", name = "" }]\npeople = []\n', encoding="utf-8")
    said = bare.ask("init", "--roster", str(file), code=BAD_INPUT)
    assert len(said.json["error"]["faults"]) > 2
    assert not Path(bare.url.removeprefix("sqlite:///")).exists()
    assert len(bare.say("init", "--roster", str(file)).err.splitlines()) > 3


def test_a_roster_and_the_sample_are_not_installed_together(bare: Shell) -> None:
    assert bare.say("init", "--roster", "x.toml", "--sample").code == BAD_INPUT


def test_a_year_is_prepared_approved_and_opened(shell_at: ShellAt) -> None:
    shell, city = shell_at("registered")
    assert shell.clerk("unrecorded", "2024")["after"] == "closed"
    assert shell.clerk("prepare", "2025")["after"] == "preparing"
    assert shell.group("approve", "2025")["action"] == "approve_rulebook"
    assert "启动条件都已具备" in shell.say("ready", "2025").out
    assert shell.clerk("open", "2025")["after"] == "running"
    assert city.row("cycle:2025").state == "running"


def test_approving_another_rulebook_than_the_prepared_is_refused(shell_at: ShellAt) -> None:
    shell, city = shell_at("installed")
    shell.clerk("prepare", "2025")
    approve = ["approve", "2025", "--as", CLERK, "--on-behalf-of", "group", *PAPER]
    said = shell.ask(*approve, "--digest", "0123456789ab", code=REFUSED)
    assert said.unmet == ["rulebook_differs"]
    digest = str(city.row("cycle:2025").record["rulebook_digest"])
    assert "pending" in shell.do(*approve, "--digest", digest[:12])


def test_a_year_may_be_prepared_anew_and_opened_with_a_provisional_calendar(shell_at: ShellAt) -> None:
    shell, _ = shell_at("installed")
    shell.at("2030-01-02")
    shell.clerk("prepare", "2030")
    assert shell.clerk("prepare", "2030", "--replace")["action"] == "replace_rulebook"
    codes = [one["code"] for one in shell.ask("ready", "2030", code=REFUSED).json["obstacles"]]
    assert "calendar_missing" in codes
    shell.clerk("provisional", "2030")
    codes = [one["code"] for one in shell.ask("ready", "2030", code=REFUSED).json["obstacles"]]
    assert codes == ["rulebook_not_approved", "year_before_unknown"]


def test_a_figure_is_confirmed_once_and_by_name(bare: Shell) -> None:
    bare.do("init", "--sample")
    figures = bare.do("rules", "check")["to_confirm"]
    done = bare.clerk("rules", "confirm", figures[0])
    assert (done["figures"], len(done["left"])) == ([figures[0]], len(figures) - 1)
    rest = bare.clerk("rules", "confirm", "--all")
    assert (rest["figures"], rest["left"]) == (figures[1:], [])
    assert bare.clerk("rules", "confirm", "--all")["figures"] == []
    refused = bare.ask("rules", "confirm", "no.such", "--as", CLERK, *PAPER, code=REFUSED)
    assert refused.unmet == ["figure_unknown"]


def test_figures_are_told_with_what_they_mean_and_their_values_in_words(bare: Shell) -> None:
    bare.do("init", "--sample")
    (total,) = [
        line for line in bare.say("rules", "show", "--figures").out.splitlines() if "score.total " in line
    ]
    assert total.split()[:3] == ["score.total", "综合评分", "基本分－扣分＋加分"]


def test_confirming_all_figures_without_a_document_confirms_none(bare: Shell) -> None:
    bare.do("init", "--sample")
    refused = bare.ask("rules", "confirm", "--all", "--as", CLERK, code=REFUSED)
    assert refused.unmet == ["document_missing"]
    assert len(bare.clerk("rules", "confirm", "--all")["figures"]) > 1


def test_every_fault_of_a_rulebook_is_told(bare: Shell, tmp_path: Path) -> None:
    file = tmp_path / "rules.toml"
    file.write_text('zh = "x"\nen = 3\n', encoding="utf-8")
    said = bare.ask("rules", "check", str(file), code=BAD_INPUT)
    assert len(said.json["error"]["faults"]) > 3
    assert {"path", "code", "message"} <= set(said.json["error"]["faults"][0])


CALENDAR = "日期,类型\n{days}\n"
HOLIDAYS = ["2027-01-01", "2027-05-01", "2027-10-01", "2027-10-02", "2027-10-03", "2027-10-04", "2027-02-08"]


def calendar_file(folder: Path, days: list[str]) -> str:
    file = folder / "days.csv"
    file.write_text(CALENDAR.format(days="\n".join(f"{day},节假日" for day in days)), encoding="utf-8")
    return str(file)


def test_a_working_day_table_is_imported_and_shown(shell_at: ShellAt, tmp_path: Path) -> None:
    shell, city = shell_at("running")
    file = calendar_file(tmp_path, HOLIDAYS)
    done = shell.clerk("calendar", "import", file, "--year", "2027")
    assert (done["years"], done["redated"]) == ([2027], 0)
    assert shell.do("calendar", "show", "2027")["holidays"] == sorted(HOLIDAYS)
    assert city.last("calendar:2027")["actor"] == CLERK
    other = shell.ask("calendar", "import", file, "--year", "2028", "--as", CLERK, code=BAD_INPUT)
    assert "2027" in other.json["error"]["message"]


def test_importing_a_table_says_how_many_departments_deadlines_move(
    shell_at: ShellAt, tmp_path: Path
) -> None:
    shell, _ = shell_at("running")
    days = ["2025-01-01", "2025-05-01", "2025-10-01", "2025-10-02", "2025-10-03", "2025-02-28"]
    done = shell.clerk("calendar", "import", calendar_file(tmp_path, days))
    assert done["redated"] == 3
    assert shell.do("show", GENERAL)["due"] == "2025-03-03"


def test_a_table_with_faults_changes_nothing(shell_at: ShellAt, tmp_path: Path) -> None:
    shell, city = shell_at("running")
    before = city.rows()
    file = calendar_file(tmp_path, [*HOLIDAYS, "2027-13-01", "2027-01-01"])
    said = shell.ask("calendar", "import", file, "--as", CLERK, *PAPER, code=BAD_INPUT)
    assert [fault["code"] for fault in said.json["error"]["faults"]] == ["date_invalid", "day_duplicate"]
    assert f"{file}:9:date: " in shell.say("calendar", "import", file, "--as", CLERK).err
    assert city.rows() == before


RESULTS = "部门,排名,等次,类内排名,连续不达标\n办公室,1,优秀,1,0\n监察局,2,良好,2,0\n组织部,3,不达标,3,2\n"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_earlier_results_are_imported_by_name_or_alias(
    shell_at: ShellAt, tmp_path: Path, encoding: str
) -> None:
    shell, _ = shell_at("installed")
    file = tmp_path / "results-2023.csv"
    file.write_text(RESULTS, encoding=encoding)
    done = shell.clerk("results", "import", str(file), "--year", "2023")
    assert (done["year"], done["departments"]) == (2023, 3)
    shown = shell.do("results", "show", "2023")
    assert (shown["status"], [r["department"] for r in shown["results"]]) == (
        "imported",
        ["bangongshi", "jiwei", "zuzhi"],
    )
    assert shown["results"][-1]["consecutive_failures"] == 2


def test_results_of_unknown_departments_are_refused_with_each_name(shell_at: ShellAt, tmp_path: Path) -> None:
    shell, city = shell_at("installed")
    file = tmp_path / "results.csv"
    file.write_text(RESULTS + "龙王庙,4,达标,4,0\n城隍庙,5,达标,5,0\n", encoding="utf-8")
    before = city.rows()
    said = shell.ask("results", "import", str(file), "--year", "2023", "--as", CLERK, *PAPER, code=REFUSED)
    assert [entry["data"]["department"] for entry in said.json["refused"]] == ["龙王庙", "城隍庙"]
    assert city.rows() == before


def test_what_grade_writes_is_what_results_import_reads(shell_at: ShellAt, tmp_path: Path) -> None:
    shell, _ = shell_at("installed")
    sheet, out = tmp_path / "scores.csv", tmp_path / "graded.csv"
    rows = "办公室,party,90,5,5,0,0\n纪委,party,80,5,5,0,0\n组织部,party,70,5,5,0,0\n"
    sheet.write_text("部门,类别,集中考评,群众评议,领导评价,扣分,加分\n" + rows, encoding="utf-8")
    assert shell.say("grade", str(sheet), "--year", "2023", "--output", str(out)).code == 0
    assert shell.clerk("results", "import", str(out), "--year", "2023")["departments"] == 3
    document = shell.say("grade", str(sheet), "--year", "2022", "--json").out
    graded = tmp_path / "graded.json"
    graded.write_text(document, encoding="utf-8")
    other = shell.ask("results", "import", str(graded), "--year", "2021", "--as", CLERK, code=BAD_INPUT)
    assert "2022" in other.json["error"]["message"]
    assert json.loads(document)["year"] == 2022


def test_the_second_person_of_an_approval_comes_from_another_home(shell_at: ShellAt) -> None:
    shell, _ = shell_at("installed")
    shell.clerk("prepare", "2025")
    pending = shell.clerk("approve", "2025", "--on-behalf-of", "group")["pending"]
    assert shell.do("confirm", pending, "--as", COLLEAGUE)["after"] == "preparing"


def test_a_file_that_is_no_database_is_named_for_what_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "cycle.db"
    file.write_text("garbage\n" * 100)
    monkeypatch.setenv("CYCLE_DATABASE_URL", f"sqlite:///{file.as_posix()}")
    done = CliRunner().invoke(build(), ["status"])
    assert done.exit_code == BAD_INPUT
    assert "not a database" in done.output
