"""等次名单: the notice of the grades proposed, or the list of those that stand."""

from cycle.documents.papers.layout.frame import red_head, signed
from cycle.documents.papers.layout.markup import paragraph, rows_table, when

TITLE = "{{ year }}年度机关绩效考评等次名单"

BODY = "".join(
    [
        red_head("office"),
        when("proposed", paragraph("Title", "关于{{ year }}年度机关绩效考评\n拟定等次的公示")),
        when("not proposed", paragraph("Title", "关于公布{{ year }}年度机关绩效考评\n等次名单的通知")),
        paragraph("To", "各部门（单位）："),
        when(
            "proposed",
            paragraph(
                "Body",
                "根据《{{ rules }}》，经考评，拟定{{ graded }}个部门（单位）{{ year }}年度考评等次，现予公示。"
                "公示期自{{ proposed_on }}起至{{ objections_until }}止。对拟定等次有异议的，请在公示期内向本办公室提出"
                "书面申诉，并写明事实和理由{% if contact %}。联系方式：{{ contact }}{% endif %}。",
            ),
        ),
        when(
            "not proposed",
            paragraph(
                "Body",
                "根据《{{ rules }}》，{{ year }}年度{{ graded }}个部门（单位）的考评等次已"
                "{% if decided_on %}于{{ decided_on }}{% endif %}经"
                "{{ group }}审定{% if document %}（{{ document }}）{% endif %}，现予公布。",
            ),
        ),
        paragraph("Remark", "　"),
        rows_table(
            (
                ("序号", 900, "{{ loop.index }}"),
                ("部门（单位）", 3744, "{{ row.name }}"),
                ("类别", 2600, "{{ row.category }}"),
                ("等次", 1600, "{{ row.grade }}"),
            ),
            "row in list",
        ),
        paragraph(
            "Remark",
            "注：同一等次内按部门类别排列，不分先后。{% if exempt %}免予考评的有：{{ exempt }}。{% endif %}"
            "{% if merged %}因机构合并不再单独考评的有：{{ merged }}。{% endif %}",
        ),
        signed("office"),
    ]
)
