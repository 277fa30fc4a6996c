"""The page of GB/T 9704-2012 and the file around it: margins, grid, page numbers, and the parts Word expects.

A4, type area 156 mm × 225 mm (margins 37, 26, 35 and 28 mm), 22 lines of 28 characters. Page numbers stand 7 mm
below the type area, one character in from the outer edge.
"""

from __future__ import annotations

from typing import Final

from cycle.documents.package_parts import pack
from cycle.documents.papers.layout.styles import LINE, fonts_xml, styles_xml

_W: Final = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_R: Final = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
_RELATIONS: Final = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPE: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_HEADER: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'

_CHARACTERS: Final = -849
"""By how much the pitch of 28 characters on 156 mm is narrower than 16 pt, in 1/4096 pt."""
_FOOT: Final = 1300
"""From the foot of the page to the foot of its number: 35 mm less 7 mm and the number's own line."""

_PARTS: Final = {
    "styles": "styles+xml",
    "settings": "settings+xml",
    "fontTable": "fontTable+xml",
    "footer1": "footer+xml",
    "footer2": "footer+xml",
}


def document_file(body: str, title: str) -> bytes:
    """A Word file around the XML of its body, the same bytes on every machine."""
    parts = {
        "[Content_Types].xml": _content_types(),
        "_rels/.rels": _package_relations(),
        "docProps/core.xml": _properties(title),
        "word/document.xml": f"<w:document {_W} {_R}><w:body>{body}{_section()}</w:body></w:document>",
        "word/_rels/document.xml.rels": _document_relations(),
        "word/styles.xml": styles_xml(_W),
        "word/settings.xml": _settings(),
        "word/fontTable.xml": fonts_xml(_W),
        "word/footer1.xml": _footer("PageOdd"),
        "word/footer2.xml": _footer("PageEven"),
    }
    return pack({name: (_HEADER + text).encode() for name, text in parts.items()})


def _section() -> str:
    return (
        '<w:sectPr><w:footerReference w:type="default" r:id="rId4"/><w:footerReference w:type="even" r:id="rId5"/>'
        '<w:pgSz w:w="11906" w:h="16838"/>'
        '<w:pgMar w:top="2098" w:right="1474" w:bottom="1984" w:left="1588" w:header="851"'
        f' w:footer="{_FOOT}" w:gutter="0"/>'
        '<w:pgNumType w:start="1"/><w:cols w:space="720"/>'
        f'<w:docGrid w:type="linesAndChars" w:linePitch="{LINE}" w:charSpace="{_CHARACTERS}"/></w:sectPr>'
    )


def _footer(style: str) -> str:
    """A page number between dashes."""

    def run(inside: str) -> str:
        return f"<w:r>{inside}</w:r>"

    field = "".join(
        [
            run('<w:fldChar w:fldCharType="begin"/>'),
            run('<w:instrText xml:space="preserve"> PAGE </w:instrText>'),
            run('<w:fldChar w:fldCharType="separate"/>'),
            run("<w:t>1</w:t>"),
            run('<w:fldChar w:fldCharType="end"/>'),
        ]
    )
    before, after = (f'<w:t xml:space="preserve">{text}</w:t>' for text in ("— ", " —"))
    number = f"{run(before)}{field}{run(after)}"
    return f'<w:ftr {_W} {_R}><w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr>{number}</w:p></w:ftr>'


def _settings() -> str:
    return (
        f'<w:settings {_W}><w:zoom w:percent="100"/><w:defaultTabStop w:val="420"/><w:evenAndOddHeaders/>'
        f'<w:drawingGridVerticalSpacing w:val="{LINE}"/><w:characterSpacingControl w:val="compressPunctuation"/>'
        "<w:compat><w:spaceForUL/><w:balanceSingleByteDoubleByteWidth/><w:doNotLeaveBackslashAlone/>"
        "<w:ulTrailSpace/><w:adjustLineHeightInTable/><w:useFELayout/>"
        '<w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/>'
        '</w:compat><w:themeFontLang w:val="en-US" w:eastAsia="zh-CN"/></w:settings>'
    )


def _content_types() -> str:
    entries = [
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>',
        '<Default Extension="xml" ContentType="application/xml"/>',
        f'<Override PartName="/word/document.xml" ContentType="{_TYPE}.document.main+xml"/>',
        *(
            f'<Override PartName="/word/{part}.xml" ContentType="{_TYPE}.{kind}"/>'
            for part, kind in _PARTS.items()
        ),
        '<Override PartName="/docProps/core.xml"'
        ' ContentType="application/vnd.openxmlformats-package.core-properties+xml"/>',
    ]
    namespace = "http://schemas.openxmlformats.org/package/2006/content-types"
    return f'<Types xmlns="{namespace}">{"".join(entries)}</Types>'


def _package_relations() -> str:
    core = "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties"
    return (
        f'<Relationships xmlns="{_RELATIONS}">'
        f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="word/document.xml"/>'
        f'<Relationship Id="rId2" Type="{core}" Target="docProps/core.xml"/></Relationships>'
    )


def _document_relations() -> str:
    entries = [
        f'<Relationship Id="rId{at}" Type="{_OFFICE}/{part.rstrip("12")}" Target="{part}.xml"/>'
        for at, part in enumerate(_PARTS, start=1)
    ]
    return f'<Relationships xmlns="{_RELATIONS}">{"".join(entries)}</Relationships>'


def _properties(title: str) -> str:
    return (
        '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/"'
        ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<dc:title>{title}</dc:title><dc:creator>cycle</dc:creator></cp:coreProperties>"
    )
