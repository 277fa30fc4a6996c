"""整改通知书: what a department has to put right, and by when."""

from cycle.documents.papers.layout.frame import red_head, signed
from cycle.documents.papers.layout.markup import each, paragraph, rows_table, when

TITLE = "整改通知书"

_FAILED = when(
    "failed",
    paragraph(
        "Body",
        "根据《{{ rules }}》，你单位{{ year }}年度绩效考评综合评分为{{ total }}分，在参加考评的{{ graded }}个部门"
        "（单位）中列第{{ rank }}名，评定等次为不达标。现将有关问题和整改要求通知如下。",
    ),
)
_NOT_FAILED = when(
    "not failed",
    paragraph(
        "Body",
        "根据《{{ rules }}》，经察访核验，认定你单位{{ year }}年度存在需要整改的问题。现将有关问题和整改要求通知如下。",
    ),
)
_LOST = when(
    "lost",
    paragraph("Subheading", "（{{ numerals.lost }}）考评失分"),
    rows_table(
        (
            ("考评内容", 3344, "{{ row.item }}"),
            ("满分", 900, "{{ row.full }}"),
            ("得分", 900, "{{ row.points }}"),
            ("失分", 900, "{{ row.short }}"),
            ("说明", 2800, "{{ row.note }}"),
        ),
        "row in lost",
        left=frozenset({0, 4}),
    ),
)
_TAKEN = when(
    "taken",
    paragraph("Subheading", "（{{ numerals.taken }}）考评扣分"),
    rows_table(
        (
            ("扣分项目", 3344, "{{ row.item }}"),
            ("扣分", 900, "{{ row.points }}"),
            ("说明", 4600, "{{ row.note }}"),
        ),
        "row in taken",
        left=frozenset({0, 2}),
    ),
)
_FOUND = when(
    "found",
    paragraph("Subheading", "（{{ numerals.found }}）待整改的问题"),
    rows_table(
        (
            ("编号", 700, "{{ row.number }}"),
            ("日期", 1300, "{{ row.day }}"),
            ("内容", 3144, "{{ row.text }}"),
            ("所属扣分项目", 1800, "{{ row.item }}"),
            ("程度", 700, "{{ row.severity }}"),
            ("整改期限", 1200, "{{ row.due }}"),
        ),
        "row in found",
        left=frozenset({2, 3}),
    ),
)
_DEMAND = "（{{ one.numeral }}）{{ one.text }}"
_DEMANDS = (
    paragraph("Heading", "二、整改要求"),
    each(
        "one in demands",
        when("not loop.last", paragraph("Body", _DEMAND)),
        when("loop.last", paragraph("BodyKept", _DEMAND)),
    ),
)

BODY = "".join(
    [
        red_head("office"),
        paragraph("Title", TITLE),
        paragraph("To", "{{ name }}："),
        _FAILED,
        _NOT_FAILED,
        paragraph("Heading", "一、主要问题"),
        _LOST,
        _TAKEN,
        _FOUND,
        *_DEMANDS,
        signed("office"),
    ]
)
