"""`cycle grade` from outside: exit codes, what is printed, what is refused in which words."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from cycle.cli.grade import grade
from cycle.grading_files import faults as fault_values
from cycle.grading_files import wording
from cycle.grading_files.results import json_bytes
from tests.grade_files import (
    FIVE,
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
)
from workflows import rulebook

# --- what is printed -----------------------------------------------------------------------------------


def test_the_json_has_every_key_in_its_order_and_its_type(tmp_path: Path) -> None:
    done = call(csv_file(tmp_path, FIVE), "--previous", csv_file(tmp_path, LAST_YEAR, "b.csv"), "--json")
    document = json.loads(done.out)
    assert (done.code, done.err) == (0, "")
    assert list(document) == ["year", "rulebook", "departments", "quota", "results", "ties_at_cut"]
    assert (document["year"], document["rulebook"], document["departments"]) == (None, "municipal", 5)
    assert list(document["quota"].items()) == [("excellent", 1), ("good", 2), ("passed", 2), ("failed", 0)]
    assert [list(result) for result in document["results"]] == [RESULT_KEYS] * 5
    assert list(document["results"][1].values()) == [
        *("审计局", "政府", "85.01", "4.00", "4.00", "93.01", "1.00", "5.00", "97.01"),
        *(2, 2, "good", 5, None, None, None, None, None, 0, False),
    ]
    assert list(document["results"][4].values()) == [
        *("工会", "群团", "10.00", "0.00", "0.00", "10.00", "20.00", "0.00", "-10.00"),
        *(5, 3, "passed", 0, 5, 3, "failed", 0, 0, 0, False),
    ]
    assert document["ties_at_cut"] == [
        {"departments": ["团委", "文联"], "between": ["good", "passed"], "grade": "good"}
    ]
    assert [result["rank"] for result in document["results"]] == [1, 2, 3, 3, 5]


def test_forty_departments_get_ten_fourteen_fourteen_and_two(tmp_path: Path) -> None:
    document = json.loads(call(csv_file(tmp_path, forty()), "--json").out)
    grades = [result["grade"] for result in document["results"]]
    assert [grades.count(code) for code in rulebook.GRADES] == [10, 14, 14, 2]
    assert list(document["quota"].values()) == [10, 14, 14, 2]
    assert document["ties_at_cut"] == []


GOLDEN_ZH = """
 排名   部门     类别   类内排名   集中考评   群众评议   领导评价    扣分   加分   综合评分   等次    奖惩%   升降   类内升降   连续不达标
 ─────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
    1   财政局   政府          1      89.10       5.00       4.90    0.00   1.00     100.00   优秀      +10      0
    2   审计局   政府          2      85.01       4.00       4.00    1.00   5.00      97.01   良好       +5
    3   团委     群团          1      80.00       3.00       3.00    0.00   0.00      86.00   良好*      +5     -2          0
    3   文联     群团          1      80.00       3.00       3.00    0.00   0.00      86.00   良好*      +5
    5   工会     群团          3      10.00       0.00       0.00   20.00   0.00     -10.00   达标        0      0          0

共 5 个部门。名额：优秀 1，良好 2，达标 2，不达标 0
* 同分跨线（良好、达标），暂列良好，须由领导小组裁定：团委、文联
"""  # noqa: E501  # a line of a table is as long as it is
GOLDEN_EN = """
 rank   department   category   in category   central   public   leader   deductions   bonus    total   grade       award %   moved   moved in category   years failed
 ─────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
    1   财政局       政府                 1     89.10     5.00     4.90         0.00    1.00   100.00   excellent       +10       0
    2   审计局       政府                 2     85.01     4.00     4.00         1.00    5.00    97.01   good             +5
    3   团委         群团                 1     80.00     3.00     3.00         0.00    0.00    86.00   good*            +5      -2                   0
    3   文联         群团                 1     80.00     3.00     3.00         0.00    0.00    86.00   good*            +5
    5   工会         群团                 3     10.00     0.00     0.00        20.00    0.00   -10.00   passed            0       0                   0

5 departments. Seats: excellent 1, good 2, passed 2, failed 0
* equal rows across a cut (good, passed), good for now; the leading group must rule: 团委; 文联
"""  # noqa: E501  # as above


@pytest.mark.parametrize(("options", "golden"), [((), GOLDEN_ZH), (("--lang", "en"), GOLDEN_EN)])
@pytest.mark.parametrize("columns", ["20", "300"])
def test_without_json_or_output_there_is_a_table_never_cut(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, columns: str, options: tuple[str, ...], golden: str
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    before = csv_file(tmp_path, LAST_YEAR, "b.csv")
    done = call(csv_file(tmp_path, FIVE), "--previous", before, *options)
    assert (done.code, done.err) == (0, "")
    assert [text.rstrip() for text in done.out.splitlines()] == golden.splitlines()


def test_the_language_of_the_program_is_taken_over() -> None:
    program = typer.Typer()
    program.command("grade")(grade)

    @program.callback()
    def options(lang: str = "zh") -> None:
        """Hold what is said to the program as a whole."""

    said = [
        CliRunner().invoke(program, [*before, "grade", "none.csv", *after]).stderr
        for before, after in (((), ()), (("--lang", "en"), ()), (("--lang", "en"), ("--lang", "zh")))
    ]
    assert [text.isascii() for text in said] == [False, True, False]


def test_names_cannot_command_the_terminal(tmp_path: Path) -> None:
    path = csv_file(tmp_path, table(("\x1b[31m[red]局\u202e", "a\tb", *ROW[2:])))
    assert "\\x1b[31m[red]局\\u202e   a\\tb" in call(path).out
    assert list(graded(path)) == ["\x1b[31m[red]局\u202e"]


# --- refusals ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "lines"),
    [
        (
            (),
            [
                "{0}:1:deductions: 缺少“扣分”一列",
                "{0}:2:department: “部门”为空",
                "{0}:2:central: “90.5”超出范围：应在 0 至 90 之间",
                "{0}:3:category: 是公式或以“=”开头，请改为固定的数值或文字",
                "{0}:3:bonus: “一\\n分”不是数字，只能写成 89.1 这样，不带单位、百分号或千位分隔符",
                "{1}::: 找不到文件或无法读取，请核对路径和权限",
                "{2}::: 输出文件名应以 .csv 或 .xlsx 结尾",
            ],
        ),
        (
            ("--lang", "en"),
            [
                '{0}:1:deductions: the column "deductions" is missing',
                '{0}:2:department: "department" is blank',
                '{0}:2:central: "90.5" is out of range: 0 to 90',
                "{0}:3:category: a formula, or text that begins with =; replace it by the fixed value",
                '{0}:3:bonus: "一\\n分" is not a number; '
                "write it like 89.1, without unit, per cent or separators",
                "{1}::: no such file, or it cannot be read; check the path and permissions",
                "{2}::: the name of the output file must end in .csv or .xlsx",
            ],
        ),
    ],
)
def test_without_json_each_fault_is_a_line_on_standard_error(
    tmp_path: Path, options: tuple[str, ...], lines: list[str]
) -> None:
    text = '部门,类别,集中考评,群众评议,领导评价,加分\n,政府,90.5,1,1,0\n团委,=x,1,1,1,"一\n分"\n'
    paths = (csv_file(tmp_path, text), tmp_path / "none.csv", tmp_path / "out.txt")
    done = call(paths[0], "--previous", paths[1], "--output", paths[2], *options)
    assert (done.code, done.out) == (2, "")
    assert done.err.splitlines() == [line.format(*paths) for line in lines]


def test_every_code_has_a_sentence_in_both_languages() -> None:
    zh, en = wording._ZH, wording._EN
    assert list(zh) == list(en)
    assert all(
        text.isascii() and not chinese.isascii()
        for text, chinese in zip(en.values(), zh.values(), strict=True)
    )


def test_a_long_value_is_shortened_in_the_sentence_only(tmp_path: Path) -> None:
    path = csv_file(tmp_path, table((*ROW[:2], "九" * 500, *ROW[3:])))
    assert faults(path) == [Found(2, "central", "not_a_number", "九" * 500)]
    assert "九" * 60 + "…" in call(path).err
    assert "九" * 61 not in call(path).err


def test_a_path_is_repeated_as_it_was_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert call("./不在.csv").err.startswith("./不在.csv:::")
    assert json.loads(call("./不在.csv", "--json").out)["faults"][0]["file"] == "./不在.csv"


def test_a_path_no_encoding_can_hold_still_gives_valid_json(tmp_path: Path) -> None:
    fault = fault_values.Fault("a\udcff.csv", "file_missing")
    document = json.loads(json_bytes({"faults": [wording.as_json(fault, "zh")]}).decode("utf-8"))
    assert document["faults"][0]["file"] == "a\udcff.csv"


@pytest.mark.parametrize(
    "arguments", [(), ("a.csv", "--year", "two"), ("a.csv", "--year", "0"), ("a.csv", "--jsn")]
)
def test_wrong_usage_is_exit_two_with_nothing_on_standard_output(arguments: tuple[str, ...]) -> None:
    done = call(*arguments)
    assert (done.code, done.out) == (2, "")


def test_the_table_survives_a_terminal_that_knows_no_chinese(tmp_path: Path) -> None:
    program = "import typer, cycle.cli.grade as g; a = typer.Typer(); a.command()(g.grade); a()"
    for argument, code in ((csv_file(tmp_path, FIVE), 0), (tmp_path / "none.csv", 2)):
        done = subprocess.run(
            [sys.executable, "-c", program, str(argument)],
            env={**os.environ, "PYTHONIOENCODING": "ascii"},
            capture_output=True,
            check=False,
        )
        assert done.returncode == code
        assert b"Traceback" not in done.stderr
