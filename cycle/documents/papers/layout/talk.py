"""诫勉谈话记录: the form of the talk with the head of a failed department, filled in as far as it is recorded."""

from cycle.documents.papers.layout.frame import made_from
from cycle.documents.papers.layout.markup import form_table, paragraph

TITLE = "诫勉谈话记录"

_HEAD, _CELL, _LEFT, _SPACE = "CellHead", "Cell", "CellLeft", "CellSpace"

BODY = "".join(
    [
        paragraph("SymbolPlain", "{{ symbol }}"),
        paragraph("Title", TITLE),
        form_table(
            (1700, 2722, 1700, 2722),
            (
                (
                    (_HEAD, "谈话对象", 1),
                    (_CELL, "{{ head }}", 1),
                    (_HEAD, "单位及职务", 1),
                    (_CELL, "{{ name }}主要负责人", 1),
                ),
                (
                    (_HEAD, "谈话人", 1),
                    (_CELL, "{{ leader }}", 1),
                    (_HEAD, "职务", 1),
                    (_CELL, "分管领导", 1),
                ),
                ((_HEAD, "谈话时间", 1), (_CELL, "{{ on }}", 1), (_HEAD, "谈话地点", 1), (_CELL, "", 1)),
                ((_HEAD, "参加人", 1), (_CELL, "", 1), (_HEAD, "记录人", 1), (_CELL, "", 1)),
                (
                    (_HEAD, "谈话事由", 1),
                    (
                        _LEFT,
                        "{{ name }}{{ year }}年度机关绩效考评综合评分{{ total }}分，列第{{ rank }}名，评定等次为"
                        "不达标{% if failures > 1 %}，已连续{{ failures }}个考评年度不达标{% endif %}。根据"
                        "《{{ rules }}》，由分管领导对其主要负责人实行诫勉谈话。",
                        3,
                    ),
                ),
                ((_HEAD, "谈话内容", 1), (_SPACE, "{{ text }}", 3)),
                ((_HEAD, "谈话对象意见", 1), (_SPACE, "", 3)),
                (
                    (_HEAD, "谈话对象签名", 1),
                    (_CELL, "　　　　年　　月　　日", 1),
                    (_HEAD, "谈话人签名", 1),
                    (_CELL, "　　　　年　　月　　日", 1),
                ),
            ),
        ),
        made_from(),
    ]
)
