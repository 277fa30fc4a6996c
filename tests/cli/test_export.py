"""`cycle export`: every list as a file, and what is said where it cannot be."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Collection
from pathlib import Path
from typing import Any

import pytest

from cycle.board.lists import LISTS, Asked, file_of
from cycle.board.look import look
from cycle.documents.spreadsheet import read_first_sheet
from cycle.imports.importing import import_file
from tests.cast import CLERK, DEPARTMENTS, GENERAL, PERSONNEL, City, CityAt, for_body, person
from tests.cli.conftest import BAD_INPUT, ShellAt
from tests.held import YEAR
from workflows.finding_guards import COMPLAINT

CODE = re.compile(r"[a-z]+([_.-][a-z0-9]+)*|[0-9T:.-]+Z|true|false")
KEPT = frozenset(
    {
        *("id", "subject", "department", "person", "line", "reverses", "reversed_by"),
        *("item", "path", "clause", "kind", "email", "address", "value", "other", "reason"),
    }
)
"""Columns that hold ids, addresses, what the rulebook is written in and what was sealed as a reason."""
USES = ("settlement", "eligibility", "commendation", "movement", "talks")
"""Lists of a ratified year."""


def test_every_list_is_saved_as_either_kind_of_file(shell_at: ShellAt, tmp_path: Path) -> None:
    shell, _ = shell_at("ratified")
    for name, listing in LISTS.items():
        about = ["--department", "办公室"] if "department" in listing.needs else []
        book, text = tmp_path / f"{name}.xlsx", tmp_path / f"{name}.csv"
        saved = shell.do("export", name, "--out", str(book), *about)
        shell.do("export", name, "--out", str(text), "--lang", "en", *about)
        table = list(csv.reader(io.StringIO(text.read_text(encoding="utf-8-sig"))))
        sheet = read_first_sheet(book.read_bytes())
        assert len(sheet) == len(table) == saved["rows"] + 1, name
        assert saved["year"] == (2025 if "year" in listing.needs else None)


def test_the_board_is_saved_in_the_readers_words(shell_at: ShellAt, tmp_path: Path) -> None:
    shell, _ = shell_at("running")
    out = tmp_path / "进度.csv"
    said = shell.say("export", "board", "--out", str(out))
    assert (said.code, said.err) == (0, "")
    assert f"共{len(DEPARTMENTS)}行" in said.out
    rows = list(csv.DictReader(io.StringIO(out.read_text(encoding="utf-8-sig"))))
    office = next(row for row in rows if row["部门编号"] == GENERAL)
    assert (office["环节"], office["待办方"], office["截止日期"]) == ("年度计划填报", "填报员", "2025-02-28")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["nothing", "--out", "a.csv"], "board"),
        (["board", "--out", "a.pdf"], ".xlsx"),
        (["lines", "--out", "a.csv"], "--department"),
        (["board", "--out", "no/such/folder/a.csv"], "no/such/folder"),
    ],
)
def test_what_cannot_be_saved_is_said(
    shell_at: ShellAt, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    shell, _ = shell_at("running")
    answer = shell.ask("export", *words, code=BAD_INPUT)
    assert said in answer.json["error"]["message"]


def test_a_file_that_is_there_is_not_replaced_unasked(shell_at: ShellAt, tmp_path: Path) -> None:
    shell, _ = shell_at("running")
    out = tmp_path / "a.csv"
    out.write_text("kept")
    shell.ask("export", "cycles", "--out", str(out), code=BAD_INPUT)
    assert out.read_text() == "kept"
    shell.do("export", "cycles", "--out", str(out), "--force")
    assert out.read_text(encoding="utf-8-sig") != "kept"


# --- in words ---


def busy(city: City) -> None:
    """Matters of every kind that come about without a file, an act that waits, letters and reminders."""
    city.deduct(GENERAL)
    city.deduct(PERSONNEL, COMPLAINT)
    city.apply(GENERAL)
    city.file(GENERAL)
    city.do("hold_to_account", person(CLERK), department=GENERAL, year=YEAR, text="问责")
    city.ask(PERSONNEL, "exempt", for_body("group"))
    city.at("2025-03-03")
    city.sweep()


def saved(
    shell_at: ShellAt, stage: str, folder: Path, lang: str, names: Collection[str] = LISTS
) -> dict[str, list[dict[str, str]]]:
    """Lists of a busy city at a stage, as CSV rows by the codes of their columns."""
    shell, city = shell_at(stage)
    if stage == "running":
        busy(city)
    found = {}
    for name in names:
        listing = LISTS[name]
        file = folder / f"{name}-{lang}.csv"
        about = ["--department", "办公室"] if "department" in listing.needs else []
        if name in USES and stage == "running":
            continue
        shell.do("export", name, "--out", str(file), "--lang", lang, "--force", *about)
        _, *rows = csv.reader(io.StringIO(file.read_text(encoding="utf-8-sig")))
        codes = [column.code for column in listing.columns]
        found[name] = [dict(zip(codes, row, strict=True)) for row in rows]
    return found


@pytest.mark.parametrize("stage", ["running", "ratified"])
def test_no_list_holds_a_code_or_an_instant_where_people_read_words(
    shell_at: ShellAt, tmp_path: Path, stage: str
) -> None:
    found = saved(shell_at, stage, tmp_path, "zh")
    program = "roster"  # who registered the cast
    codes = {
        (name, column, cell)
        for name, rows in found.items()
        for row in rows
        for column, cell in row.items()
        if column not in KEPT and CODE.fullmatch(cell) and (column != "home" or cell in DEPARTMENTS)
        if cell != program
    }
    assert codes == set()
    if stage == "running":
        filled = {name for name, rows in found.items() if rows}
        assert filled >= {"findings", "complaints", "bonuses", "deadlines", "mail", "pending", "due"}


def test_what_a_list_says_is_in_words_and_by_the_offices_clock(shell_at: ShellAt, tmp_path: Path) -> None:
    names = ("pending", "findings", "history", "board", "receipts", "reminders")
    found = saved(shell_at, "running", tmp_path, "zh", names)
    (waits,) = found["pending"]
    assert (waits["operation"], waits["actor"], waits["requested_at"], waits["on_behalf_of"]) == (
        "免予考评",
        "韩雪峰",
        "2025-01-10 10:00:00",
        "领导小组",
    )
    finding = next(row for row in found["findings"] if row["department"] == GENERAL)
    assert (finding["item"], finding["source"], finding["severity"]) == ("score.deduct.1", "明察", "一般")
    assert "记分" in {row["action"] for row in found["history"]}
    filed = next(row for row in found["history"] if row["action"] == "报送")
    assert (filed["before"], filed["after"], filed["at"][:10]) == (
        "年度计划填报",
        "年度计划待审",
        "2025-01-10",
    )
    assert {row["category"] for row in found["board"]} == {"党委工作部门"}
    assert {row["late"] for row in found["receipts"]} <= {"是", "否"}
    assert {row["rung"] for row in found["reminders"]} >= {"窗口开启"}
    english = saved(shell_at, "running", tmp_path, "en", ("board", "pending"))
    assert {row["category"] for row in english["board"]} == {"Party departments"}
    assert english["pending"][0]["requested_at"] == "2025-01-10 10:00:00"


def test_evidence_is_listed_with_its_file_version_and_day(city_at: CityAt) -> None:
    city = city_at("running")
    versions = {
        str(n): {"name": f"证明{n}.pdf", "on": f"2025-02-{n:02}", "sha256": "0" * 64, "size": 3 << 20}
        for n in (1, 2, 10)
    }
    row: dict[str, Any] = {"department": GENERAL, "name": "办公室", "matter": 1, "state_word": "待审核"}
    abouts = {
        "plan": "年度计划",
        "target.3": "计划目标3",
        "content.1.1": None,
        f"finding:2025:{GENERAL}:2": None,
    }
    with city.service.database.read() as session:
        at = look(session, city.clock.now(), city.service.zone, "zh")
        rows = [
            {**row, "record": {"about": about, "note": "见第3页", "version": 10, "versions": versions}}
            for about in abouts
        ]
        names = at.voice.names
        text = file_of("evidence", "csv", at, rows).decode("utf-8-sig")
    found = list(csv.DictReader(io.StringIO(text)))
    assert [one["关于"] for one in found] == ["年度计划", "计划目标3", names["content.1.1"], "问题第2号"]
    assert (found[0]["文件"], found[0]["版次"], found[0]["提交日期"], found[0]["说明"]) == (
        "证明10.pdf",
        "10",
        "2025-02-10",
        "见第3页",
    )


def test_what_our_own_import_reads_back_it_still_reads(city_at: CityAt) -> None:
    """A list of results taken away in English names its columns as `import results` knows them."""
    city = city_at("ratified")
    with city.service.database.read() as session:
        at = look(session, city.clock.now(), city.service.zone, "en")
        rows = LISTS["results"].rows(at, Asked(YEAR))
        content = file_of("results", "csv", at, rows)
    done = import_file(
        city.service, "results", "a.csv", person(CLERK), year=YEAR - 2, content=content, dry_run=True
    )
    assert (done.faults, done.rows) == ((), len(DEPARTMENTS))
