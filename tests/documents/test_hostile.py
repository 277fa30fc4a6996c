"""Names and texts made to break a paper or to be computed: they stay what they are."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pytest
from openpyxl import load_workbook
from python_calamine import CalamineWorkbook

from cycle.documents.papers import PAPERS, SHEETS, make
from cycle.documents.papers.paper import Stamp, filled, gathered, safe
from cycle.documents.papers.values.reading import fit, paragraphs
from tests.cast import DISCIPLINE, GENERAL, PERSONNEL, City, CityAt
from tests.documents.conftest import ODD, Read, close, find, looking, propose_handling, rename
from tests.held import YEAR

AGAIN = YEAR + 1
HOSTILE = '=<局>&"{{ 7*7 }}{%'


def hostile(value: Any) -> Any:
    """The same values with something dangerous before every text of people."""
    if isinstance(value, dict):
        return {name: hostile(below) if name not in KEPT else below for name, below in value.items()}
    if isinstance(value, list):
        return [hostile(one) for one in value]
    return f"{HOSTILE}{value}" if isinstance(value, str) and value else value


KEPT = ("made_from",)


def texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for name, below in value.items():
            if name not in KEPT:
                yield from texts(below)
    elif isinstance(value, list):
        for one in value:
            yield from texts(one)
    elif isinstance(value, str) and value:
        yield value


@pytest.fixture
def city(city_at: CityAt) -> City:
    """Every kind of paper can be made of the second year."""
    city = city_at("pending again")
    city.to_ratified(AGAIN)
    propose_handling(city, f"case:{AGAIN}:{PERSONNEL}", "建议")
    return city


@pytest.mark.parametrize(
    "kind", ["circular", "rectification", "case_report", "talk", "grade_list", "handling"]
)
def test_no_text_breaks_a_paper_or_runs_in_it(city: City, kind: str) -> None:
    with looking(city) as at:
        values = gathered(at, kind, AGAIN, PERSONNEL if PAPERS[kind].of_department else "")
    paper = Read(filled(kind, hostile(values), Stamp("甲"), None))
    plain = Read(filled(kind, values, Stamp("甲"), None))
    assert paper.text.count("49") == plain.text.count("49")
    count = paper.text.count(HOSTILE)
    assert count > 5
    assert paper.text.replace(HOSTILE, "") == plain.text.replace(HOSTILE, "")
    assert [len(table) for table in paper.tables] == [len(table) for table in plain.tables]


@pytest.mark.parametrize("name", [ODD, "=1+1", "+局", "-局", "@SUM(A1)", "{{ year }}", "很长的名称" * 30])
def test_a_department_of_any_name_has_its_papers_and_sheets(city_at: CityAt, name: str) -> None:
    city = city_at("pending")
    rename(city, PERSONNEL, name)
    city.to_ratified()
    with looking(city) as at:
        file, content = make(at, "rectification", YEAR, PERSONNEL)
        sheet = make(at, "score_sheet", YEAR, PERSONNEL)
        listed = Read(make(at, "circular", YEAR).content).rows("序号")
    assert not set(file) & set('<>&|/\\:*?"') - {"&"}
    assert len(file.encode()) < 250
    assert f"{name}：" in Read(content).text
    assert listed[-1][1] == name
    (rows,) = [CalamineWorkbook.from_filelike(io.BytesIO(sheet.content)).get_sheet_by_index(0).to_python()]
    assert str(rows[1][0]).startswith(f"部门（单位）：{name}　")


def test_only_our_own_sums_are_formulas(city_at: CityAt) -> None:
    city = city_at("reviewing")
    city.deduct(GENERAL, note='=HYPERLINK("http://x")')
    city.to_pending()
    city.to_ratified()
    with looking(city) as at:
        content = make(at, "score_sheet", YEAR, GENERAL).content
    sheet = load_workbook(io.BytesIO(content)).worksheets[0]
    formulas = {cell.value for row in sheet for cell in row if cell.data_type == "f"}
    assert len(formulas) == 6
    assert all(str(text).startswith(("=SUM(D", "=0", "=D")) for text in formulas)
    notes = [row[4] for row in sheet.iter_rows(values_only=True) if row[4]]
    assert '=HYPERLINK("http://x")' in notes


def test_no_list_of_a_year_has_a_formula(city_at: CityAt) -> None:
    city = city_at("pending")
    rename(city, PERSONNEL, "=1+1")
    city.to_ratified()
    with looking(city) as at:
        for kind in set(SHEETS) - {"score_sheet"}:
            book = load_workbook(io.BytesIO(make(at, kind, YEAR).content))
            assert not [c for s in book for row in s for c in row if c.data_type == "f"], kind


def test_invisible_letters_and_breaks_do_not_change_how_a_line_reads() -> None:
    assert fit("财\u202e政\u200b局\x00\r\n（甲）\ufffe\t") == "财政局 （甲）"
    assert fit("喆堃昇珺玥旻祎彧翀𠮷") == "喆堃昇珺玥旻祎彧翀𠮷"
    assert fit("e000\ue000") == "e000\ue000"  # of a private area: names have such characters too
    assert paragraphs("一\n\n 二 \r\n三") == ["一", "二", "三"]
    assert [safe(name) for name in ("a/b\\c:d", "..", "", "CON", "名" * 200)] == [
        "a_b_c_d",
        "_",
        "_",
        "CON",
        "名" * 60,
    ]


def test_a_finding_that_looks_like_markup_is_circulated_as_it_was_written(city_at: CityAt) -> None:
    city = city_at("running")
    find(city, DISCIPLINE, severity="key", text="<script>{{ x }}</script>&nbsp;\n第二行")
    with looking(city) as at:
        assert "<script>{{ x }}</script>&nbsp; 第二行" in Read(make(at, "inspection", YEAR).content).text


def test_a_talk_of_many_lines_keeps_its_lines(city_at: CityAt) -> None:
    city = city_at("ratified")
    close(city)
    with looking(city) as at:
        assert "第一点：履职\n第二点：=整改" in Read(make(at, "talk", YEAR, PERSONNEL).content).text
