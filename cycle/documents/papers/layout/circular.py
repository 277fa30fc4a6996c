"""考评结果通报: who got which grade, who is commended, who has to put things right, who rose and fell."""

from cycle.documents.papers.layout.frame import annex, red_head, signed
from cycle.documents.papers.layout.markup import each, paragraph, rows_table, when

TITLE = "关于{{ year }}年度机关绩效考评结果的通报"

_GRADES = (
    paragraph("Heading", "一、考评等次"),
    each(
        "one in grades",
        when("one.count", paragraph("Body", "{{ one.grade }}等次{{ one.count }}个：{{ one.names }}。")),
        when("not one.count", paragraph("Body", "{{ one.grade }}等次：无。")),
    ),
    when("exempt", paragraph("Body", "免予考评{{ exempt_count }}个：{{ exempt }}。")),
    when("merged", paragraph("Body", "因机构合并不再单独考评{{ merged_count }}个：{{ merged }}。")),
)
_COMMENDED = when(
    "commended",
    paragraph("Heading", "{{ numerals.commended }}、通报表彰"),
    paragraph(
        "Body",
        "对评为优秀等次的{{ commended }}予以通报表彰，并颁发奖牌。",
    ),
)
_FAILED = when(
    "failed",
    paragraph("Heading", "{{ numerals.failed }}、限期整改"),
    paragraph(
        "Body",
        "评为不达标等次的{{ failed }}，应当{% if due %}于{{ due }}前{% endif %}递交书面整改意见，由分管领导对其主要"
        "负责人实行诫勉谈话；{{ consequences }}。",
    ),
    when(
        "again",
        paragraph("Body", "其中{{ again }}已连续两个以上考评年度不达标，另按有关规定办理。"),
    ),
)
_MOVED = when(
    "moved",
    paragraph("Heading", "{{ numerals.moved }}、名次升降"),
    paragraph(
        "Body",
        "与上年度相比，按{{ movement_basis }}，名次上升的{{ rose }}个，下降的{{ fell }}个，持平的{{ same }}个，"
        "具体情况见附件2。",
    ),
)
_ANNEXES = (
    paragraph("Annexes", "附件：{% if moved %}1. {% endif %}{{ year }}年度机关绩效考评等次名单"),
    when("moved", paragraph("AnnexesMore", "2. {{ year }}年度机关绩效考评名次升降情况")),
)
_GRADED = rows_table(
    (
        ("序号", 900, "{{ loop.index }}"),
        ("部门（单位）", 3744, "{{ row.name }}"),
        ("类别", 2600, "{{ row.category }}"),
        ("等次", 1600, "{{ row.grade }}"),
    ),
    "row in list",
)
_MOVEMENT = rows_table(
    (
        ("部门（单位）", 2944, "{{ row.name }}"),
        ("类别", 2100, "{{ row.category }}"),
        ("上年度名次", 1350, "{{ row.previous }}"),
        ("本年度名次", 1350, "{{ row.rank }}"),
        ("升降", 1100, "{{ row.by }}"),
    ),
    "row in moved",
)

BODY = "".join(
    [
        red_head("office"),
        paragraph("Title", TITLE),
        paragraph("To", "各部门（单位）："),
        paragraph(
            "Body",
            "根据《{{ rules }}》，{{ year }}年度对{{ graded }}个部门（单位）进行了绩效考评。考评结果已"
            "{% if decided_on %}于{{ decided_on }}{% endif %}经{{ group }}审定"
            "{% if document %}（{{ document }}）{% endif %}，现通报如下。"
            "{% if version > 1 %}此前印发的结果与本通报不一致的，以本通报为准。{% endif %}",
        ),
        *_GRADES,
        _COMMENDED,
        _FAILED,
        _MOVED,
        paragraph(
            "BodyKept", "本年度考评结果作为衡量工作业绩、评先选优、公务员考核定等和干部任用的重要依据。"
        ),
        *_ANNEXES,
        signed("office"),
        annex("{% if moved %}1{% endif %}", "{{ year }}年度机关绩效考评等次名单"),
        _GRADED,
        paragraph("Remark", "注：同一等次内按部门类别排列，不分先后。"),
        when(
            "moved",
            annex("2", "{{ year }}年度机关绩效考评名次升降情况"),
            _MOVEMENT,
            when("left_out", paragraph("Remark", "注：上年度没有可比名次、未列入本表的有：{{ left_out }}。")),
        ),
    ]
)
