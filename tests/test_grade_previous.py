"""What `cycle grade --previous` reads: our own output, or a list somebody kept by hand."""

import json
from pathlib import Path

import pytest

from tests.grade_files import ROW, Found, call, csv_file, faults, graded, table

BEFORE = "department,rank,grade\r\n财政局,7,failed\r\n"


def previous_faults(
    tmp_path: Path, text: str | bytes, name: str = "before.csv", year: int = 2026
) -> list[Found]:
    scores = csv_file(tmp_path, table(ROW))
    before = csv_file(tmp_path, text, name)
    document = json.loads(call(scores, "--previous", before, "--year", year, "--json").out)
    assert {fault["file"] for fault in document["faults"]} == {str(before)}
    return faults(scores, "--previous", before, "--year", year)


@pytest.mark.parametrize(
    "text",
    [
        BEFORE,
        "部门,排名,等次,类内排名,连续不达标,年度\r\n财政局,7,不达标,,,\r\n",
        "Department,rank,GRADE,total\r\n 财政局,７, Failed ,x\r\n,,,,\r\n",
        "grade,department,year,rank,category_rank\r\n不达标,财政局,2025,7.0,\r\n",
    ],
)
def test_the_year_before_needs_name_rank_and_grade_only(tmp_path: Path, text: str) -> None:
    before = csv_file(tmp_path, text, "before.csv")
    (result,) = graded(csv_file(tmp_path, table(ROW)), "--previous", before).values()
    assert (result["previous_rank"], result["previous_grade"], result["movement"]) == (7, "failed", 6)
    assert (result["previous_category_rank"], result["category_movement"]) == (None, None)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", [(None, None, "file_empty", None)]),
        ("department,rank,grade\r\n", [(None, None, "file_empty", None)]),
        (b"\xff\xfe", [(None, None, "encoding", None)]),
        ("department,rank\r\na,1\r\n", [(1, "grade", "column_missing", None)]),
        ("department,rank,grade,等次\r\na,1,x,y\r\n", [(1, "grade", "column_duplicate", "等次")]),
        (BEFORE + "财政局 ,8,good\r\n", [(3, "department", "duplicate_department", "财政局 ")]),
        ("department,rank,grade\r\n,,\r\na,,\r\n", [(3, "rank", "blank", ""), (3, "grade", "blank", "")]),
        (
            "department,rank,grade\r\na,0,好\r\n",
            [(2, "rank", "out_of_range", "0"), (2, "grade", "out_of_range", "好")],
        ),
        ("department,rank,grade\r\na,1.5,good\r\n", [(2, "rank", "out_of_range", "1.5")]),
        ("department,rank,grade\r\na,第1,good\r\n", [(2, "rank", "not_a_number", "第1")]),
        (
            "department,rank,grade\r\n=a,=1,=g\r\n",
            [(2, c, "formula", v) for c, v in (("department", "=a"), ("rank", "=1"), ("grade", "=g"))],
        ),
        (
            "department,rank,grade,category_rank,consecutive_failures\r\na,1,good,0,-1\r\n",
            [(2, "category_rank", "out_of_range", "0"), (2, "consecutive_failures", "out_of_range", "-1")],
        ),
        (
            "department,rank,grade,year\r\na,1,good,2026\r\nb,2,good,2026\r\n",
            [(2, "year", "year_order", "2026")],
        ),
        ("department,rank,grade,year\r\na,1,good,\r\nb,2,good,2027\r\n", [(3, "year", "year_order", "2027")]),
        ("department,rank,grade,year\r\na,1,good,2025\r\nb,2,good,2024\r\n", [(3, "year", "format", "2024")]),
        ("department,rank,grade,year\r\na,1,good,去年\r\n", [(2, "year", "not_a_number", "去年")]),
        ("department,rank,grade,year\r\na,1,good,12025\r\n", [(2, "year", "out_of_range", "12025")]),
    ],
)
def test_faults_of_the_year_before_name_its_file(
    tmp_path: Path, text: str | bytes, found: list[tuple[int | None, str | None, str, str | None]]
) -> None:
    assert previous_faults(tmp_path, text) == [Found(*fault) for fault in found]


@pytest.mark.parametrize(
    ("document", "found"),
    [
        ("{", Found(None, None, "format", None)),
        ("[]", Found(None, None, "format", None)),
        ('{"results": {}}', Found(None, None, "format", None)),
        ('{"results": [1]}', Found(None, None, "format", None)),
        ('{"results": [{"department": ["a"]}]}', Found(None, None, "format", None)),
        ("[" * 100_000, Found(None, None, "format", None)),
        ('{"results": [' + "9" * 5000 + "]}", Found(None, None, "format", None)),
        ('{"results": []}', Found(None, None, "file_empty", None)),
        ('{"results": [{"department": "a", "rank": 1}]}', Found(1, "grade", "column_missing", None)),
        (
            '{"results": [{"department": "a", "rank": 1.5, "grade": "good"}]}',
            Found(2, "rank", "out_of_range", "1.5"),
        ),
        (
            '{"results": [{"department": "a", "rank": NaN, "grade": "good"}]}',
            Found(2, "rank", "not_a_number", "NaN"),
        ),
        (
            '{"results": [{"department": "a", "rank": true, "grade": "good"}]}',
            Found(2, "rank", "not_a_number", "true"),
        ),
        (
            '{"year": 2026, "results": [{"department": "a", "rank": 1, "grade": "good"}]}',
            Found(None, "year", "year_order", "2026"),
        ),
        (
            '{"year": "MMXX", "results": [{"department": "a", "rank": 1, "grade": "good"}]}',
            Found(None, "year", "not_a_number", "MMXX"),
        ),
    ],
)
def test_json_that_is_not_ours_is_refused(tmp_path: Path, document: str, found: Found) -> None:
    assert previous_faults(tmp_path, document, "before.json") == [found]


def test_a_year_of_the_same_number_is_fine_where_one_of_the_two_is_not_known(tmp_path: Path) -> None:
    scores = csv_file(tmp_path, table(ROW))
    dated = csv_file(
        tmp_path, BEFORE.replace("grade", "grade,year").replace("failed", "failed,2030"), "b.csv"
    )
    undated = csv_file(tmp_path, BEFORE, "c.csv")
    assert json.loads(call(scores, "--previous", dated, "--json").out)["year"] == 2031
    assert json.loads(call(scores, "--previous", undated, "--year", 2026, "--json").out)["year"] == 2026
    assert json.loads(call(scores, "--previous", undated, "--json").out)["year"] is None
    assert json.loads(call(scores, "--previous", dated, "--year", 2040, "--json").out)["year"] == 2040


def test_faults_of_both_files_come_together_and_the_first_file_first(tmp_path: Path) -> None:
    scores, before = csv_file(tmp_path, table()), csv_file(tmp_path, "x", "before.csv")
    document = json.loads(call(scores, "--previous", before, "--json").out)
    assert [Path(fault["file"]).name for fault in document["faults"]] == ["scores.csv", *["before.csv"] * 4]
