"""组织处理建议: what the leading group proposes to the party committee about the head of a department."""

from cycle.documents.papers.layout.frame import red_head, signed
from cycle.documents.papers.layout.markup import each, paragraph, when

TITLE = "关于对{{ name }}主要负责人\n提出组织处理建议的报告"

BODY = "".join(
    [
        red_head("group", upwards=True),
        paragraph("Title", TITLE),
        paragraph("To", "党委："),
        paragraph(
            "Body",
            "{{ name }}在机关绩效考评中连续{{ count }}个考评年度被评为不达标。根据《{{ rules }}》，领导小组"
            "{{ decided_on }}进行了研究{% if document %}（{{ document }}）{% endif %}，现将对该部门（单位）主要负责人的"
            "组织处理建议报告如下。",
        ),
        paragraph("Heading", "一、考评结果"),
        each("text in facts", paragraph("Body", "{{ text }}")),
        paragraph("Heading", "二、主要负责人任职"),
        paragraph("Body", "{{ first_line }}"),
        each("head in heads", paragraph("Body", "{{ head.year }}年度：{{ head.name }}。")),
        each("text in tenures", paragraph("Body", "{{ text }}")),
        paragraph("Heading", "三、处理建议"),
        each("text in proposal", paragraph("Body", "{{ text }}")),
        when("reason", paragraph("Body", "提出建议的理由：{{ reason }}")),
        paragraph("BodyKept", "当否，请审定。"),
        paragraph("Annexes", "附件：关于{{ name }}连续{{ count }}个考评年度不达标情况的专报"),
        signed("group"),
    ]
)
