"""Files for `cycle grade` as people make them, and the command as they call it."""

import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import openpyxl
import typer
from typer.testing import CliRunner

from cycle.cli.grade import grade

HEADER = ("department", "category", "central", "public", "leader", "deductions", "bonus")
HEADER_ZH = ("部门", "类别", "集中考评", "群众评议", "领导评价", "扣分", "加分")
FAULT_KEYS = ["file", "row", "column", "code", "value", "message"]
ROW = ("财政局", "政府", "89.1", "5", "4.9", "0", "1")

RESULT_KEYS = [
    *("department", "category", "central", "public", "leader", "base", "deductions", "bonus", "total"),
    *("rank", "category_rank", "grade", "award_rate"),
    *("previous_rank", "previous_category_rank", "previous_grade", "movement", "category_movement"),
    *("consecutive_failures", "escalated"),
]

_app = typer.Typer()
_app.command()(grade)


class Done(NamedTuple):
    code: int
    out: str
    err: str


class Found(NamedTuple):
    row: int | None
    column: str | None
    code: str
    value: str | None


def call(*arguments: object) -> Done:
    """Run the command; anything but an exit status is a failure of the test."""
    result = CliRunner().invoke(_app, [str(argument) for argument in arguments])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return Done(result.exit_code, result.stdout_bytes.decode("utf-8"), result.stderr)


def table(*rows: Sequence[str], header: Sequence[str] = HEADER) -> str:
    """CSV text; cells hold no comma, quote or line break."""
    return "".join(",".join(row) + "\r\n" for row in (header, *rows))


def csv_file(folder: Path, text: str | bytes, name: str = "scores.csv") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def xlsx_file(folder: Path, *rows: Sequence[object], name: str = "scores.xlsx") -> Path:
    """As openpyxl reads values: numbers are numbers, text beginning with = is a formula."""
    book = openpyxl.Workbook()
    for row in rows:
        book.worksheets[0].append(list(row))
    saved = io.BytesIO()
    book.save(saved)
    path = folder / name
    path.write_bytes(saved.getvalue())
    return path


def faults(*arguments: object) -> list[Found]:
    """What the command finds wrong: exit 2, one JSON document and nothing else."""
    done = call(*arguments, "--json")
    assert (done.code, done.err) == (2, "")
    document = json.loads(done.out)
    assert list(document) == ["faults"]
    assert all(list(fault) == FAULT_KEYS for fault in document["faults"])
    assert all(fault["message"] and "\n" not in fault["message"] for fault in document["faults"])
    return [Found(f["row"], f["column"], f["code"], f["value"]) for f in document["faults"]]


def graded(*arguments: object) -> dict[str, dict[str, object]]:
    """The results by department."""
    done = call(*arguments, "--json")
    assert (done.code, done.err) == (0, "")
    return {result["department"]: result for result in json.loads(done.out)["results"]}


def forty(year: int = 0) -> str:
    """Forty departments in four categories, all totals different, turned a little each year."""
    rows = []
    for number in range(40):
        place = (number + 7 * year) % 40
        rows.append(
            (f"部门{number:02}", f"类{number % 4}", f"{90 - place}.{place:02}", "4", "4", "1.5", "0.5")
        )
    return table(*rows)


FIVE = table(
    ("财政局", "政府", "８９．１", "5", "4.9", "0", "1"),
    (" 审计局 ", "政府", "85.005", "4", "4", "+1", "7"),
    ("团委", "群团", "80", "3", "3", "-0", "0"),
    ("文联", "群团", "80", "3", "3", "0", "0"),
    ("工会", "群团", "10", "0", "0", "20", "0"),
)
LAST_YEAR = (
    "部门,排名,等次,类内排名,连续不达标\r\n团委,1,优秀,1,0\r\n工会,5,不达标,3,1\r\n财政局,1,良好,,\r\n"
)
