"""察访核验通报: the typical and the key findings of a year, what became of each."""

from cycle.documents.papers.layout.frame import red_head, signed
from cycle.documents.papers.layout.markup import each, paragraph, rows_table, when

TITLE = "关于{{ year }}年度机关绩效察访核验情况的通报"

BODY = "".join(
    [
        red_head("office"),
        paragraph("Title", TITLE),
        paragraph("To", "各部门（单位）："),
        paragraph(
            "Body",
            "根据《{{ rules }}》，{{ year }}年度通过专项检查、明察暗访等形式开展察访核验，已认定问题{{ count }}起，其中"
            "重点问题{{ key_count }}起、典型问题{{ typical_count }}起、一般问题{{ ordinary_count }}起。现将重点问题和"
            "典型问题通报如下。",
        ),
        each(
            "group in groups",
            paragraph("Heading", "{{ group.numeral }}、{{ group.severity }}问题"),
            each(
                "one in group.findings",
                paragraph(
                    "Body",
                    "{{ loop.index }}. {{ one.name }}：{{ one.text }}（{{ one.on }}，{{ one.source }}）。属于"
                    "“{{ one.item }}”{% if one.points %}，扣{{ one.points }}分{% endif %}，{{ one.state }}。",
                ),
            ),
        ),
        paragraph("Heading", "{{ demands }}、有关要求"),
        when(
            "open",
            paragraph(
                "Body",
                "尚未完成整改的{{ open }}，应当按期整改并书面报告整改情况。对重点问题跟踪督促，直至整改通过核验。",
            ),
        ),
        when(
            "not open",
            paragraph("Body", "上述问题均已完成整改并通过核验。"),
        ),
        paragraph("BodyKept", "各部门（单位）应当对照检查，防止同类问题发生。"),
        paragraph("Annexes", "附件：通报问题清单"),
        signed("office"),
        paragraph("Annex", "附件", new_page=True),
        paragraph("AnnexTitle", "通报问题清单"),
        rows_table(
            (
                ("序号", 700, "{{ loop.index }}"),
                ("部门（单位）", 1700, "{{ row.name }}"),
                ("问题编号", 1100, "{{ row.number }}"),
                ("日期", 1300, "{{ row.day }}"),
                ("内容", 2644, "{{ row.text }}"),
                ("程度", 700, "{{ row.severity }}"),
                ("扣分", 700, "{{ row.points }}"),
            ),
            "row in list",
            left=frozenset({4}),
        ),
        paragraph("Remark", "　"),
    ]
)
