"""The columns of each kind of file, known by their headings in Chinese or English."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from cycle.grading_files.columns import Column
from workflows.rulebook import Rulebook
from workflows.rulebook_build import keyed

ROSTER: Final = (
    Column("kind", "类型"),
    Column("id", "编号"),
    Column("name", "名称"),
    Column("category", "类别", required=False),
    Column("aliases", "别名", required=False),
    Column("liaison", "填报员", required=False),
    Column("head", "主要负责人", required=False),
    Column("leader", "分管领导", required=False),
    Column("email", "邮箱", required=False),
    Column("home", "所在单位", required=False),
    Column("roles", "角色", required=False),
    Column("office_head", "绩效办主任", required=False),
)
MARKS: Final = (
    Column("department", "部门"),
    Column("member", "考核人员", required=False),
    Column("item", "条款"),
    Column("points", "分值"),
    Column("reason", "理由", required=False),
)
SURVEY: Final = (Column("department", "部门"), Column("item", "评议项目"))
RESULTS: Final = (
    Column("department", "部门"),
    Column("rank", "排名"),
    Column("grade", "等次"),
    Column("category_rank", "类内排名", required=False),
    Column("consecutive_failures", "连续不达标", required=False),
    Column("year", "年度", required=False),
)

Entries = Mapping[str, Mapping[str, Any]]

IDENTITY: Final[Mapping[str, tuple[str, ...]]] = {
    "roster": ("kind", "id"),
    "marks": ("department", "member", "item"),
    "survey": ("department", "item"),
    "results": ("department",),
}
"""The columns by which two rows of a file are the same row."""


COUNTED: Final = frozenset({"survey"})
"""Kinds with columns beside their own, one for each level: of these alone a blank cell may mean none."""


def counted(kind: str, column: str) -> bool:
    """Whether a column holds how many there are of something, so that what is none is written as a zero."""
    return kind in COUNTED and column not in {one.name for one in SURVEY}


def columns(kind: str, book: Rulebook) -> Sequence[Column]:
    """The columns a file of a kind has; a survey has one for each level of the rulebook."""
    if kind == "survey":
        return (*SURVEY, *(Column(code, entry["zh"]) for code, entry in levels(book).items()))
    return {"roster": ROSTER, "marks": MARKS, "results": RESULTS}[kind]


def levels(book: Rulebook) -> Entries:
    """The levels of the public rating by code, with their words."""
    public: Entries = entries(book, "levels")["public"]
    return public


def entries(book: Rulebook, section: str) -> Any:
    """A section of the rulebook by code."""
    return keyed(book.content())[section]
