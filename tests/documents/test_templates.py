"""The shipped templates are those the program makes, in the form of GB/T 9704; the office's own take their place."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import pytest
from docx import Document
from docx.oxml.ns import qn
from docxtpl import DocxTemplate

from cycle.documents.package_parts import pack
from cycle.documents.papers import PAPERS, make
from cycle.documents.papers.layout.case_report import YEARS
from cycle.documents.papers.layout.markup import paragraph, years_table
from cycle.documents.papers.layout.page import document_file
from cycle.documents.papers.paper import gathered
from cycle.documents.papers.rendering import render
from cycle.documents.papers.templates import LAYOUTS, file_name, made, template
from tests.cast import CityAt, codes, refusals
from tests.documents.conftest import ODD, Read, looking
from tests.held import YEAR
from tests.rules.tree import ROOT
from workflows import words

KINDS = sorted(PAPERS)
_DIGIT, _IDEOGRAPH, _MARGINS = 160, 260, 114
"""Twips of a letter at the head of a column in the widest of fonts with the space beside it; of a cell's margins."""


def own(body: str) -> bytes:
    """A template of the office's own with one paragraph."""
    return document_file(paragraph("Body", body), "own")


def parts(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def without(content: bytes, name: str) -> bytes:
    return pack({other: part for other, part in parts(content).items() if other != name})


def test_every_kind_has_its_template_and_every_template_its_kind() -> None:
    assert set(LAYOUTS) == set(PAPERS)


@pytest.mark.parametrize("kind", KINDS)
def test_the_shipped_template_is_the_one_the_program_makes(kind: str) -> None:
    assert template(kind, None) == made(kind), "run python -m cycle.documents.papers"


@pytest.mark.parametrize("years", YEARS)
def test_a_year_at_the_head_of_a_column_is_never_broken_within_its_word(years: int) -> None:
    document = Document(io.BytesIO(document_file(years_table("考评内容", years), "own")))
    cells = document.tables[0].rows[0].cells[2:-1]
    assert len(cells) == years
    for cell in cells:
        lines = re.sub(r"\{\{.*?\}\}", "2025", cell.text).split("\n")
        needed = max(sum(_DIGIT if letter.isdigit() else _IDEOGRAPH for letter in line) for line in lines)
        assert needed <= cell.width.twips - _MARGINS, (years, lines)


@pytest.mark.parametrize("kind", KINDS)
def test_the_page_is_that_of_the_standard(kind: str) -> None:
    (section,) = Document(io.BytesIO(made(kind))).sections
    size = (section.page_width, section.page_height)
    margins = (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
    assert [round(length.mm) for length in (*size, *margins) if length] == [210, 297, 37, 35, 28, 26]
    grid = section._sectPr.find(qn("w:docGrid"))
    assert grid is not None
    kind_of, pitch, less = (str(grid.get(qn(f"w:{name}"))) for name in ("type", "linePitch", "charSpace"))
    assert kind_of == "linesAndChars"
    assert int(225 / 25.4 * 1440 // int(pitch)) == 22
    assert int(156 / 25.4 * 72 // (16 + int(less) / 4096)) == 28


@pytest.mark.parametrize("kind", KINDS)
def test_every_style_names_its_chinese_face_and_spacing(kind: str) -> None:
    styles = Document(io.BytesIO(made(kind))).styles
    faces = {}
    for style in styles:
        if style.type == 1:  # of paragraphs
            fonts = style.element.find(f".//{qn('w:rFonts')}")
            faces[style.style_id] = (fonts.get(qn("w:eastAsia")), style.font.size.pt)
            assert style.paragraph_format.line_spacing_rule == 4  # exactly
    assert faces["Title"] == ("方正小标宋简体", 22)
    assert faces["Body"] == ("仿宋_GB2312", 16)
    assert faces["Heading"] == ("黑体", 16)
    assert faces["Subheading"] == ("楷体_GB2312", 16)
    assert styles["正文"].paragraph_format.line_spacing.pt == 28.95


@pytest.mark.parametrize("kind", KINDS)
def test_the_head_of_a_table_is_repeated_and_no_row_is_torn(kind: str) -> None:
    xml = parts(made(kind))["word/document.xml"].decode()
    for table in re.findall(r"<w:tbl>.*?</w:tbl>", xml):
        rows = re.findall(r"<w:tr>.*?</w:tr>", table)
        assert all("<w:cantSplit/>" in row for row in rows)
        if "{%tr" in table:
            assert ["<w:tblHeader/>" in row for row in rows] == [True, *[False] * (len(rows) - 1)]


def test_a_template_of_the_offices_own_is_used(city_at: CityAt, tmp_path: Path) -> None:
    city = city_at("ratified")
    (tmp_path / file_name("circular")).write_bytes(own("本地模板 {{ year }} {{ symbol }} {{ list|length }}"))
    with looking(city) as at:
        paper = Read(make(at, "circular", YEAR, own=tmp_path).content)
        other = Read(make(at, "grade_list", YEAR, own=tmp_path).content)
    assert paper.text.split("\n")[0] == f"本地模板 {YEAR} 绩效办通〔2026〕　号 3"
    assert "本地模板" not in other.text  # each kind has its own


BROKEN = {
    "no zip": b"PK\x03\x04 no zip",
    "empty": b"",
    "cut": made("talk")[:5000],
    "no document in it": without(made("talk"), "word/document.xml"),
    "no types in it": without(made("talk"), "[Content_Types].xml"),
    "broken XML": pack({**parts(made("talk")), "word/document.xml": b"<w:document>"}),
    "a document type": pack(
        {**parts(made("talk")), "word/document.xml": b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"}
    ),
    "a name there is none of": own("{{ nobody }}"),
    "a name within a name": own("{{ symbol.nobody.at.all }}"),
    "a mark left open": own("{% if year %}"),
    "no such mark": own("{% summon x %}"),
    "a division by nought": own("{{ 1 // 0 }}"),
    "a sum of unlike things": own("{{ symbol + 1 }}"),
    "a way out of the sandbox": own("{{ ''.__class__.__mro__[1].__subclasses__() }}"),
    "a list without end": own("{% for x in range(1000000) %}x{% endfor %}"),
    "markup of its own": own("{{ '<w:p>'|safe }}"),
}


@pytest.mark.parametrize("broken", BROKEN)
def test_what_is_wrong_with_a_template_is_said_in_one_sentence(broken: str) -> None:
    (unmet,) = refusals(lambda: render(BROKEN[broken], "talk.docx", {"year": YEAR, "symbol": "甲"}))
    assert unmet.code == "paper_template_broken"
    for lang in words.LANGS:
        said = words.say(unmet, lang)
        assert "talk.docx" in said
        assert "templates" in said
        assert "\n" not in said
        assert len(said) < 500


def test_a_template_that_cannot_be_read_is_said_too(tmp_path: Path) -> None:
    (tmp_path / file_name("talk")).mkdir()
    assert codes(lambda: template("talk", tmp_path)) == ["paper_template_unreadable"]


def test_a_broken_template_of_one_kind_costs_no_other(city_at: CityAt, tmp_path: Path) -> None:
    (tmp_path / file_name("talk")).write_bytes(b"no template")
    city = city_at("ratified")
    with looking(city) as at:
        assert make(at, "circular", YEAR, own=tmp_path).content


TEXTS = [
    ODD,
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "{{ 7*7 }}",
    "{% for x in y %}",
    "{#no remark#}",
    "]]>",
    "<w:p/>",
    "&amp;",
    "'\"“”",
    "长" * 3000,
    "阿依古丽·艾山",
    "𠮷𡈽𫝀",
]


@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
def test_what_people_wrote_is_text_whatever_it_looks_like(text: str) -> None:
    made_of = render(own("[{{ text }}]"), "own.docx", {"text": text})
    assert f"[{text}]" in Read(made_of).text
    assert f"[{text}]" in "".join(p.text for p in Document(io.BytesIO(made_of)).paragraphs)


def documented() -> dict[str, set[str]]:
    """Kind to the names docs/papers.md gives for it, those of all kinds among them."""
    text = (ROOT / "docs" / "papers.md").read_text(encoding="utf-8")
    shared = set(re.findall(r"`(\w+)`", text.partition("In all of them:")[2].partition("\n\n")[0]))
    rows = re.findall(r"^\| `(\w+)` \| (.*) \|$", text, re.MULTILINE)
    return {kind: shared | set(re.findall(r"`(\w+)`", names)) for kind, names in rows}


@pytest.mark.parametrize("kind", KINDS)
def test_the_page_on_templates_knows_every_name_a_template_uses(kind: str) -> None:
    used = DocxTemplate(io.BytesIO(made(kind))).get_undeclared_template_variables()
    assert sorted(used - documented()[kind]) == []


def test_the_page_on_templates_knows_no_name_that_is_not_there(city_at: CityAt) -> None:
    city = city_at("ratified")
    with looking(city) as at:
        shared = {*gathered(at, "circular", YEAR), "symbol", "date", "subject", "number", "hash"}
    for kind, names in documented().items():
        xml = parts(made(kind))["word/document.xml"].decode()
        marks = " ".join(re.findall(r"\{[{%].*?[}%]\}", xml))
        assert sorted(names - set(re.findall(r"\w+", marks)) - shared) == [], kind
