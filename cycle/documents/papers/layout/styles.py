"""The styles of a paper (GB/T 9704-2012): which face, what size, how far in. Fonts are named, never carried along.

Sizes are half-points (size 3 of the standard, 三号, is 16 pt: 32), indents hundredths of a character, spacing twips.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

SONG, FANG, HEI, KAI = "方正小标宋简体", "仿宋_GB2312", "黑体", "楷体_GB2312"
PLAIN: Final = "宋体"
LATIN: Final = "Times New Roman"
LINE: Final = 579
"""28.95 pt: 22 lines on 225 mm."""

_BODY: Final = 32
_NARROWER: Final = -6
"""0.3 pt less between characters of 16 pt: 28 fit 156 mm.

The section declares the grid, but no style snaps to it: programs differ in what they do with a character wider than
its place (some give it two), and by spacing and exact lines a page has 22 lines of 28 characters in all of them.
"""
_RED: Final = "FF0000"
_INSTEAD: Final = {SONG: PLAIN, FANG: "仿宋", KAI: "楷体"}
"""What a machine without a face may show in its place."""


@dataclass(frozen=True, slots=True)
class Style:
    """One paragraph style. `indent` and `layout` are further properties of the paragraph, as XML."""

    id: str
    name: str
    face: str = FANG
    size: int = _BODY
    line: int = LINE
    before: int = 0
    after: int = 0
    align: str = "both"
    indent: str = ""
    border: str = ""
    colour: str = ""
    keep: bool = False
    outline: int | None = None

    def xml(self) -> str:
        """The style as Word wants it, its properties in the order of the schema."""
        paragraph = "".join(
            [
                "<w:keepNext/>" if self.keep else "",
                '<w:widowControl w:val="0"/>',
                f"<w:pBdr>{self.border}</w:pBdr>" if self.border else "",
                '<w:snapToGrid w:val="0"/>',
                f'<w:spacing w:before="{self.before}" w:after="{self.after}" w:line="{self.line}" w:lineRule="exact"/>',
                f"<w:ind {self.indent}/>" if self.indent else "",
                f'<w:jc w:val="{self.align}"/>',
                "" if self.outline is None else f'<w:outlineLvl w:val="{self.outline}"/>',
            ]
        )
        latin = LATIN if self.face == FANG else self.face
        run = "".join(
            [
                f'<w:rFonts w:ascii="{latin}" w:eastAsia="{self.face}" w:hAnsi="{latin}" w:cs="{LATIN}"/>',
                f'<w:color w:val="{self.colour}"/>' if self.colour else "",
                f'<w:spacing w:val="{_NARROWER}"/>' if self.size == _BODY else "",
                f'<w:sz w:val="{self.size}"/><w:szCs w:val="{self.size}"/>',
            ]
        )
        default = ' w:default="1"' if self.id == "Normal" else ""
        based = "" if default else '<w:basedOn w:val="Normal"/>'
        return (
            f'<w:style w:type="paragraph"{default} w:styleId="{self.id}"><w:name w:val="{self.name}"/>{based}'
            f"<w:qFormat/><w:pPr>{paragraph}</w:pPr><w:rPr>{run}</w:rPr></w:style>"
        )


_TWO_IN: Final = 'w:firstLineChars="200" w:firstLine="640"'
_UNDER_DATE: Final = 'w:leftChars="1350" w:left="4265"'
"""Office and date about one axis, so that a date of average length ends four characters from the edge."""


def _rule(side: str, weight: int, space: int, colour: str) -> str:
    return f'<w:{side} w:val="single" w:sz="{weight}" w:space="{space}" w:color="{colour}"/>'


STYLES: Final = (
    Style("Normal", "Normal"),
    Style("Head", "发文机关标志", SONG, 72, 900, before=1700, align="center", colour=_RED),
    Style("HeadLong", "发文机关标志（长）", SONG, 52, 720, before=1700, align="center", colour=_RED),
    Style("Symbol", "发文字号", before=LINE, align="center", border=_rule("bottom", 18, 11, _RED), keep=True),
    Style("SymbolUp", "发文字号（上行）", before=LINE, border=_rule("bottom", 18, 11, _RED), keep=True),
    Style("SymbolPlain", "编号", align="right", keep=True),
    Style("Title", "标题", SONG, 44, 680, before=900, after=LINE, align="center", keep=True, outline=0),
    Style("To", "主送机关", align="left", keep=True),
    Style("Body", "正文", indent=_TWO_IN),
    Style("BodyKept", "正文（末段）", indent=_TWO_IN, keep=True),
    Style("Heading", "一级标题", HEI, indent=_TWO_IN, keep=True, outline=1),
    Style("Subheading", "二级标题", KAI, indent=_TWO_IN, keep=True, outline=2),
    Style("Annexes", "附件说明", before=LINE, indent=_TWO_IN, keep=True),
    Style("AnnexesMore", "附件说明（续）", indent='w:leftChars="500" w:left="1600"', keep=True),
    Style("Signed", "署名", before=LINE * 2, align="center", indent=_UNDER_DATE, keep=True),
    Style("SignedLong", "署名（长）", before=LINE * 2, align="right", keep=True),
    Style("Dated", "成文日期", align="center", indent=_UNDER_DATE, keep=True),
    Style(
        "DatedLong", "成文日期（长）", align="right", indent='w:rightChars="400" w:right="1280"', keep=True
    ),
    Style(
        "Note",
        "附注",
        size=24,
        line=400,
        before=200,
        align="left",
        indent='w:firstLineChars="200" w:firstLine="480"',
    ),
    Style("Annex", "附件", HEI, align="left", keep=True),
    Style(
        "AnnexTitle",
        "附件标题",
        SONG,
        44,
        680,
        before=LINE,
        after=LINE,
        align="center",
        keep=True,
        outline=0,
    ),
    Style("Remark", "表注", size=24, line=400, before=120, align="left"),
    Style("Small", "索引", size=21, line=340, align="left"),
    Style("CellHead", "表头", HEI, 24, 380, align="center"),
    Style("Cell", "表内", size=24, line=380, align="center"),
    Style("CellLeft", "表内（左）", size=24, line=380, align="left"),
    Style("CellSpace", "表内（留空）", size=24, line=480, before=60, after=1500, align="left"),
    Style(
        "PageOdd",
        "页码（单）",
        PLAIN,
        28,
        320,
        align="right",
        indent='w:rightChars="100" w:right="280"',
    ),
    Style(
        "PageEven",
        "页码（双）",
        PLAIN,
        28,
        320,
        align="left",
        indent='w:leftChars="100" w:left="280"',
    ),
)


def styles_xml(namespace: str) -> str:
    """The part `word/styles.xml`."""
    fonts = f'<w:rFonts w:ascii="{LATIN}" w:eastAsia="{FANG}" w:hAnsi="{LATIN}" w:cs="{LATIN}"/>'
    language = '<w:lang w:val="en-US" w:eastAsia="zh-CN" w:bidi="ar-SA"/>'
    run = f'<w:rPr>{fonts}<w:kern w:val="2"/><w:sz w:val="32"/><w:szCs w:val="32"/>{language}</w:rPr>'
    defaults = f"<w:docDefaults><w:rPrDefault>{run}</w:rPrDefault><w:pPrDefault/></w:docDefaults>"
    table = (
        '<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/>'
        '<w:tblPr><w:tblInd w:w="0" w:type="dxa"/></w:tblPr></w:style>'
    )
    return f"<w:styles {namespace}>{defaults}{''.join(style.xml() for style in STYLES)}{table}</w:styles>"


def fonts_xml(namespace: str) -> str:
    """The part `word/fontTable.xml`: each face by name, with what may stand in for it."""
    entries = []
    for face in (FANG, KAI, SONG, HEI, PLAIN):
        instead = f'<w:altName w:val="{_INSTEAD[face]}"/>' if face in _INSTEAD else ""
        entries.append(
            f'<w:font w:name="{face}">{instead}<w:charset w:val="86"/><w:family w:val="auto"/></w:font>'
        )
    return f"<w:fonts {namespace}>{''.join(entries)}</w:fonts>"
