"""连续不达标专报: facts on a department that failed in consecutive years, for the leading group to decide on."""

from cycle.documents.papers.layout.frame import red_head, signed
from cycle.documents.papers.layout.markup import each, paragraph, when, years_table

TITLE = "关于{{ name }}连续{{ count }}个考评年度\n不达标情况的专报"
YEARS = range(2, 6)
"""How many years a table may show."""


def _texts(heading: str, name: str, nothing: str = "") -> str:
    none = when(f"not {name}", paragraph("Body", nothing)) if nothing else ""
    return paragraph("Heading", heading) + each(f"text in {name}", paragraph("Body", "{{ text }}")) + none


BODY = "".join(
    [
        red_head("office", upwards=True),
        paragraph("Title", TITLE),
        paragraph("To", "{{ group }}："),
        paragraph("Body", "{{ first_line }}"),
        _texts("一、基本情况", "facts"),
        paragraph("Heading", "二、分项得分"),
        each("text in sums_only", paragraph("Body", "{{ text }}")),
        *(when(f"years|length == {count}", years_table("考评内容", count)) for count in YEARS),
        when(
            "grounds",
            paragraph("Subheading", "　　扣分、加分和裁定的依据"),
            each("text in grounds", paragraph("Body", "{{ text }}")),
        ),
        _texts("三、名次升降", "movement"),
        _texts("四、报送期限", "deadlines"),
        _texts("五、以前年度的整改", "open_rectification", "以前年度没有尚未完成的整改事项。"),
        paragraph("Heading", "六、主要负责人任职"),
        each("head in heads", paragraph("Body", "{{ head.year }}年度：{{ head.name }}。")),
        each("text in tenures", paragraph("Body", "{{ text }}")),
        paragraph("BodyKept", "本专报只陈述事实，不作处理结论。是否提出组织处理建议，请领导小组研究。"),
        signed("office"),
        paragraph("Annex", "附件", new_page=True),
        paragraph("AnnexTitle", "流转记录索引"),
        each("text in references", paragraph("Small", "{{ text }}")),
        paragraph("Small", "专报数据摘要：{{ digest }}"),
    ]
)
