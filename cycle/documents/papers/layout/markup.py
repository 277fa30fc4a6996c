"""Paragraphs and tables of a Word file as XML, with the marks by which a template says what is filled in.

Measures are twips (a twentieth of a point). `{{ name }}` is filled in; `each` and `when` put the marks of a loop or
a condition around paragraphs, each mark in a paragraph of its own that is gone once the paper is made.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from xml.sax.saxutils import escape

WIDTH: Final = 8844
"""The type area: 156 mm."""

_YEAR_WIDTH: Final = 1300
"""What `2025年度` needs at the head of a column, with whatever font takes the place of the standard's."""

_BORDERS: Final = "".join(
    f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="000000"/>'
    for side in ("top", "left", "bottom", "right", "insideH", "insideV")
)


def paragraph(style: str, text: str, *, new_page: bool = False) -> str:
    """One paragraph in one style."""
    page = "<w:pageBreakBefore/>" if new_page else ""
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{page}</w:pPr>{_run(text)}</w:p>'


def _run(text: str) -> str:
    """A run; a line break in `text` is one on the page."""
    lines = "<w:br/>".join(f'<w:t xml:space="preserve">{escape(line)}</w:t>' for line in text.split("\n"))
    return f"<w:r>{lines}</w:r>" if text else ""


def each(clause: str, *inside: str) -> str:
    """What is inside, once for each of a list: `one in rows`."""
    return "".join([_mark(f"{{%p for {clause} %}}"), *inside, _mark("{%p endfor %}")])


def when(condition: str, *inside: str) -> str:
    """What is inside, only where a condition holds."""
    return "".join([_mark(f"{{%p if {condition} %}}"), *inside, _mark("{%p endif %}")])


def _mark(tag: str) -> str:
    return f"<w:p>{_run(tag)}</w:p>"


def rows_table(
    columns: Sequence[tuple[str, int, str]], clause: str, *, left: frozenset[int] = frozenset()
) -> str:
    """A table with a row for each of a list; its head is repeated on every page.

    `columns` are heading, width and what stands in a row; those numbered in `left` (from 0) begin at the left.
    """
    widths = [width for _, width, _ in columns]
    head = _row(["CellHead"] * len(columns), [name for name, _, _ in columns], widths, repeated=True)
    styles = ["CellLeft" if at in left else "Cell" for at in range(len(columns))]
    body = _row(styles, [text for _, _, text in columns], widths)
    return _table(widths, [head, *_looped(clause, body, widths)])


def form_table(widths: Sequence[int], rows: Sequence[Sequence[tuple[str, str, int]]]) -> str:
    """A form to fill in: each cell is style, text and how many columns it spans."""
    made = []
    for row in rows:
        at, cells = 0, []
        for style, text, span in row:
            cells.append(_cell(style, text, sum(widths[at : at + span]), span=span))
            at += span
        height = '<w:trHeight w:val="624" w:hRule="atLeast"/>'
        made.append(f"<w:tr><w:trPr><w:cantSplit/>{height}</w:trPr>{''.join(cells)}</w:tr>")
    return _table(widths, made)


def years_table(first: str, years: int) -> str:
    """A table of points in so many years: item, full mark, a column for each of `years`, the difference.

    Its rows are `sheets`, each with `item`, `full`, `points` and `difference`; the heads are the years of `years`, on
    two lines where one is too narrow.
    """
    width = 4900 // (years + 1)
    line = "" if width >= _YEAR_WIDTH else "\n"
    columns = [(first, WIDTH - 800 - width * (years + 1), "{{ row.item }}"), ("满分", 800, "{{ row.full }}")]
    columns += [
        (f"{{{{ years[{at}] }}}}{line}年度", width, f"{{{{ row.points[{at}] }}}}") for at in range(years)
    ]
    return rows_table(
        [*columns, ("增减", width, "{{ row.difference }}")], "row in sheets", left=frozenset({0})
    )


def _looped(clause: str, body: str, widths: Sequence[int]) -> list[str]:
    """A row for each of a list, between the rows that hold the marks."""
    empty = [""] * (len(widths) - 1)
    begin = _row(["Cell"] * len(widths), [f"{{%tr for {clause} %}}", *empty], widths)
    end = _row(["Cell"] * len(widths), ["{%tr endfor %}", *empty], widths)
    return [begin, body, end]


def _row(
    styles: Sequence[str], texts: Sequence[str], widths: Sequence[int], *, repeated: bool = False
) -> str:
    cells = [_cell(*each_) for each_ in zip(styles, texts, widths, strict=True)]
    return _tr(cells, repeated=repeated)


def _tr(cells: Sequence[str], *, repeated: bool) -> str:
    head = "<w:tblHeader/>" if repeated else ""
    return f"<w:tr><w:trPr><w:cantSplit/>{head}</w:trPr>{''.join(cells)}</w:tr>"


def _cell(style: str, text: str, width: int, *, span: int = 1) -> str:
    spanned = f'<w:gridSpan w:val="{span}"/>' if span > 1 else ""
    properties = f'<w:tcW w:w="{width}" w:type="dxa"/>{spanned}<w:vAlign w:val="center"/>'
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{paragraph(style, text)}</w:tc>"


def _table(widths: Sequence[int], rows: Sequence[str]) -> str:
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    margins = '<w:left w:w="57" w:type="dxa"/><w:right w:w="57" w:type="dxa"/>'
    properties = (
        f'<w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:jc w:val="center"/><w:tblBorders>{_BORDERS}</w:tblBorders>'
        f'<w:tblLayout w:type="fixed"/><w:tblCellMar>{margins}</w:tblCellMar>'
    )
    return f"<w:tbl><w:tblPr>{properties}</w:tblPr><w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>"
