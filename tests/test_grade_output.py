"""The files `cycle grade` writes: whole, the same every time, and read again as the year before."""

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cycle.grading_files import save as saving
from cycle.grading_files.results import COLUMNS, csv_bytes, xlsx_bytes
from tests.grade_files import (
    FIVE,
    HEADER,
    LAST_YEAR,
    RESULT_KEYS,
    ROW,
    Found,
    call,
    csv_file,
    faults,
    forty,
    graded,
    table,
    xlsx_file,
)
from workflows import rulebook
from workflows.grading import grade_all
from workflows.scoring import Sheet, folded

# --- what is written -----------------------------------------------------------------------------------


def test_the_csv_has_a_bom_crlf_empty_nulls_and_small_booleans(tmp_path: Path) -> None:
    scores, out = csv_file(tmp_path, table(("A+局", "c", "1.005", "1", "1", "6", "0"))), tmp_path / "out.CSV"
    assert call(scores, "--output", out).code == 0
    assert out.read_bytes().decode("utf-8") == (
        "\ufeff" + ",".join(RESULT_KEYS) + "\r\n"
        "A+局,c,1.01,1.00,1.00,3.01,6.00,0.00,-2.99,1,1,good,5,,,,,,0,false\r\n"
    )


def test_quotes_commas_and_line_breaks_in_names_survive_a_csv(tmp_path: Path) -> None:
    name = '"甲",\r\n乙'
    text = io.StringIO(newline="")
    csv.writer(text).writerows([HEADER, (name, *ROW[1:])])
    out = tmp_path / "out.csv"
    assert call(csv_file(tmp_path, text.getvalue()), "--output", out).code == 0
    written = io.StringIO(out.read_bytes().decode("utf-8-sig"), newline="")
    assert next(csv.DictReader(written))["department"] == name


def test_the_xlsx_has_the_same_keys_and_values_and_no_formula(tmp_path: Path) -> None:
    names = ["+1", "-1", "@x", "1", "#N/A", "2025-01-01"]
    scores = csv_file(tmp_path, table(*((name, "-类", *ROW[2:]) for name in names)))
    out = tmp_path / "out.xlsx"
    assert call(scores, "--output", out).code == 0
    rows = list(openpyxl.load_workbook(out).worksheets[0].iter_rows())
    assert [cell.value for cell in rows[0]] == RESULT_KEYS
    document = json.loads(call(scores, "--json").out)
    assert [[cell.value for cell in row] for row in rows[1:]] == [
        list(r.values()) for r in document["results"]
    ]
    assert {cell.data_type for row in rows for cell in row} == {"s", "n", "b"}
    assert all(row[0].data_type == "s" for row in rows)


def test_an_existing_output_file_is_refused_without_force(tmp_path: Path) -> None:
    scores, out = csv_file(tmp_path, FIVE), csv_file(tmp_path, "mine", "out.csv")
    assert faults(scores, "--output", out) == [Found(None, None, "output_exists", None)]
    assert out.read_text() == "mine"
    assert call(scores, "--output", out, "--force").code == 0
    assert out.read_bytes().startswith(b"\xef\xbb\xbfdepartment,")


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_json_and_output_go_together(tmp_path: Path, kind: str) -> None:
    scores, out = csv_file(tmp_path, FIVE), tmp_path / f"out.{kind}"
    done = call(scores, "--json", "--output", out)
    assert (done.code, done.err, done.out) == (0, "", call(scores, "--json").out)
    assert out.stat().st_size > 0


def test_with_an_output_file_only_what_needs_a_hand_is_said(tmp_path: Path) -> None:
    scores = csv_file(tmp_path, FIVE)
    zh = call(scores, "--output", tmp_path / "a.csv").out.splitlines()
    en = call(scores, "--output", tmp_path / "b.csv", "--lang", "en").out.splitlines()
    assert zh[0] == f"已写入 {tmp_path / 'a.csv'}（5 个部门）"
    assert en[0] == f"5 departments written to {tmp_path / 'b.csv'}"
    assert (len(zh), len(en), zh[1][:4], en[1][:7]) == (2, 2, "* 同分", "* equal")


def test_with_a_fault_nothing_is_written(tmp_path: Path) -> None:
    out = csv_file(tmp_path, "mine", "out.csv")
    before = sorted(tmp_path.iterdir())
    scores = csv_file(tmp_path, table(("财政局", *ROW[1:]), ("财政局", *ROW[1:])))
    assert call(scores, "--output", out, "--force").code == 2
    assert call(scores, "--output", tmp_path / "new.csv").code == 2
    assert sorted(tmp_path.iterdir()) == sorted([*before, scores])
    assert out.read_text() == "mine"


def test_the_files_that_are_read_are_never_written_over(tmp_path: Path) -> None:
    scores, before = csv_file(tmp_path, FIVE), csv_file(tmp_path, LAST_YEAR, "b.csv")
    for out in (scores, before, tmp_path / "." / "b.csv"):
        found = faults(scores, "--previous", before, "--output", out, "--force")
        assert found == [Found(None, None, "output_is_input", None)]
    assert (scores.read_text("utf-8"), before.read_text("utf-8")) == (
        FIVE.replace("\r\n", "\n"),
        LAST_YEAR.replace("\r\n", "\n"),
    )


def test_a_folder_that_is_not_there_is_said_and_nothing_made(tmp_path: Path) -> None:
    out = tmp_path / "none" / "out.csv"
    assert faults(csv_file(tmp_path, FIVE), "--output", out) == [Found(None, None, "output_failed", None)]
    (tmp_path / "folder.csv").mkdir()
    for force in ((), ("--force",)):
        found = faults(csv_file(tmp_path, FIVE), "--output", tmp_path / "folder.csv", *force)
        assert [fault.code for fault in found] == ["output_failed" if force else "output_exists"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["folder.csv", "scores.csv"]


def test_a_name_too_long_for_a_cell_is_refused_for_xlsx_only(tmp_path: Path) -> None:
    scores = csv_file(tmp_path, table(("长" * 40_000, *ROW[1:])))
    found = faults(scores, "--output", tmp_path / "a.xlsx")
    assert found == [Found(None, None, "output_text", None)]
    assert call(scores, "--output", tmp_path / "a.csv").code == 0
    assert not (tmp_path / "a.xlsx").exists()


def test_a_write_that_breaks_off_leaves_the_old_file_and_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError("no space left")

    scores, out = csv_file(tmp_path, FIVE), csv_file(tmp_path, "mine", "out.csv")
    monkeypatch.setattr(os, "fsync", full)
    assert faults(scores, "--output", out, "--force") == [Found(None, None, "output_failed", None)]
    assert out.read_text() == "mine"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out.csv", "scores.csv"]


def test_a_file_that_appears_meanwhile_is_not_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out.csv"
    monkeypatch.setattr(os, "fsync", lambda _: out.write_text("theirs"))
    with pytest.raises(FileExistsError):
        saving.save(out, b"ours", replace=False)
    assert out.read_text() == "theirs"


@pytest.mark.parametrize("there", [False, True])
def test_a_file_system_without_hard_links_will_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, there: bool
) -> None:
    def unsupported(*_: object) -> None:
        raise OSError("not supported")

    monkeypatch.setattr(os, "link", unsupported)
    out = tmp_path / "out.csv"
    if there:
        out.write_text("theirs")
        with pytest.raises(FileExistsError):
            saving.save(out, b"ours", replace=False)
    else:
        saving.save(out, b"ours", replace=False)
    assert out.read_text() == ("theirs" if there else "ours")
    assert list(tmp_path.iterdir()) == [out]


def test_a_link_is_written_through(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    real, link = csv_file(tmp_path / "there", "old", "a.csv"), tmp_path / "link.csv"
    link.symlink_to(real)
    saving.save(link, b"new", replace=True)
    assert (link.is_symlink(), real.read_bytes()) == (True, b"new")


# --- and read again ------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["csv", "xlsx", "json"])
def test_three_years_running_read_their_own_output_as_the_year_before(tmp_path: Path, kind: str) -> None:
    documents = []
    options: tuple[object, ...] = ("--year", "2024")
    for year in range(3):
        out = tmp_path / f"{year}.{kind}"
        written = () if kind == "json" else ("--output", out)
        done = call(csv_file(tmp_path, forty(year)), *options, *written, "--json")
        if kind == "json":
            out.write_bytes(done.out.encode())
        documents.append(json.loads(done.out))
        options = ("--previous", out)
    assert [document["year"] for document in documents] == [
        2024,
        *([2025, 2026] if kind == "json" else [None] * 2),
    ]
    earlier = {result["department"]: result for result in documents[1]["results"]}
    for result in documents[2]["results"]:
        before = earlier[result["department"]]
        assert result["previous_rank"] == before["rank"]
        assert result["previous_grade"] == before["grade"]
        assert result["category_movement"] == before["category_rank"] - result["category_rank"]


def test_three_failures_in_a_row_are_counted_over_the_files(tmp_path: Path) -> None:
    scores, found = csv_file(tmp_path, forty()), []
    options: tuple[object, ...] = ()
    for year, kind in enumerate(("csv", "xlsx", "csv")):
        out = tmp_path / f"{year}.{kind}"
        last = graded(scores, *options, "--output", out)["部门39"]
        found.append((last["grade"], last["consecutive_failures"], last["escalated"]))
        options = ("--previous", out)
    assert found == [("failed", 1, False), ("failed", 2, True), ("failed", 3, True)]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_output_graded_again_gives_the_same_file(tmp_path: Path, kind: str) -> None:
    before = csv_file(tmp_path, LAST_YEAR, "b.csv")
    first, second = tmp_path / f"1.{kind}", tmp_path / f"2.{kind}"
    assert call(csv_file(tmp_path, FIVE), "--previous", before, "--output", first).code == 0
    assert call(first, "--previous", before, "--output", second).code == 0
    assert first.read_bytes() == second.read_bytes()


@st.composite
def years(draw: st.DrawFn) -> list[Sheet]:
    points = st.integers(0, 500)
    name = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zs", "Zl", "Zp"]), min_size=1, max_size=8)
    names = draw(
        st.lists(name.filter(lambda text: not folded(text).startswith("=")), min_size=1, max_size=12)
    )
    unique = {folded(text): text for text in names if folded(text)}
    return [
        Sheet(text, draw(st.sampled_from("甲乙")), *(draw(points) for _ in range(5)))
        for text in unique.values()
    ]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=40)
@given(years())
def test_whatever_is_graded_is_written_and_read_back_alike(tmp_path: Path, sheets: list[Sheet]) -> None:
    rules = rulebook.load()
    graded_year = grade_all(sheets, quota=rules.quota, cap=rules.bonus_cap, award_rates=rules.award_rates)
    contents = {"csv": csv_bytes(graded_year.results), "xlsx": xlsx_bytes(graded_year.results)}
    for kind, content in contents.items():
        path = tmp_path / f"scores.{kind}"
        path.write_bytes(content)
        again = graded(path, "--previous", path)
        assert [(r["department"], r["rank"], r["total"]) for r in again.values()] == [
            (r.department, r.rank, f"{r.total / 100:.2f}") for r in graded_year.results
        ]
        assert {r["movement"] for r in again.values()} == {0}


def test_the_bytes_do_not_depend_on_the_run(tmp_path: Path) -> None:
    scores = csv_file(tmp_path, FIVE)
    program = "import typer, cycle.cli.grade as g; a = typer.Typer(); a.command()(g.grade); a()"
    seen = set()
    for seed in ("1", "2"):
        out = [tmp_path / f"{seed}.{kind}" for kind in ("csv", "xlsx")]
        for path in out:
            done = subprocess.run(
                [sys.executable, "-c", program, str(scores), "--json", "--output", str(path)],
                env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONIOENCODING": "ascii"},
                capture_output=True,
                check=True,
            )
        seen.add((done.stdout, *(path.read_bytes() for path in out)))
    assert len(seen) == 1


def test_an_xlsx_of_numbers_and_a_csv_of_text_grade_alike(tmp_path: Path) -> None:
    rows = [
        [cell if number < 2 else float(cell.replace("＋", "")) for number, cell in enumerate(line.split(","))]
        for line in forty().split("\r\n")[1:-1]
    ]
    xlsx = xlsx_file(tmp_path, HEADER, *rows)
    assert call(xlsx, "--json").out == call(csv_file(tmp_path, forty()), "--json").out


def test_the_columns_are_the_keys() -> None:
    assert list(COLUMNS) == RESULT_KEYS
