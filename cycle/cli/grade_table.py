"""The graded year as a table for the terminal."""

import io
from collections.abc import Callable
from dataclasses import dataclass

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from cycle.grading_files.wording import Language, visible
from workflows.grading import Grading, Result, Tie
from workflows.scoring import show

GRADE_WORDS: dict[Language, dict[str, str]] = {
    "zh": {"excellent": "优秀", "good": "良好", "passed": "达标", "failed": "不达标"},
    "en": {"excellent": "excellent", "good": "good", "passed": "passed", "failed": "failed"},
}
_TIE_MARK = "*"
# Wider than any table: a narrow terminal may wrap a line, but no figure is ever cut off.
_WIDE = 100_000


@dataclass(frozen=True, slots=True)
class _Column:
    zh: str
    en: str
    cell: Callable[[Result, Language], str]
    right: bool = True


_COLUMNS = (
    _Column("排名", "rank", lambda result, _: str(result.rank)),
    _Column("部门", "department", lambda result, _: visible(result.department), right=False),
    _Column("类别", "category", lambda result, _: visible(result.category), right=False),
    _Column("类内排名", "in category", lambda result, _: str(result.category_rank)),
    _Column("集中考评", "central", lambda result, _: show(result.central)),
    _Column("群众评议", "public", lambda result, _: show(result.public)),
    _Column("领导评价", "leader", lambda result, _: show(result.leader)),
    _Column("扣分", "deductions", lambda result, _: show(result.deductions)),
    _Column("加分", "bonus", lambda result, _: show(result.bonus)),
    _Column("综合评分", "total", lambda result, _: show(result.total)),
    _Column("等次", "grade", lambda result, language: GRADE_WORDS[language][result.grade], right=False),
    _Column("奖惩%", "award %", lambda result, _: f"{result.award_rate:+d}" if result.award_rate else "0"),
    _Column("升降", "moved", lambda result, _: _moved(result.movement)),
    _Column("类内升降", "moved in category", lambda result, _: _moved(result.category_movement)),
    _Column("连续不达标", "years failed", lambda result, _: str(result.consecutive_failures or "")),
)


def render(grading: Grading, language: Language) -> str:
    """The table, the seats, and a line for each tie the group must rule on."""
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for column in _COLUMNS:
        heading = column.zh if language == "zh" else column.en
        table.add_column(heading, justify="right" if column.right else "left", no_wrap=True)
    tied = {name for tie in grading.ties_at_cut for name in tie.departments}
    for result in grading.results:
        table.add_row(*(Text(_cell(column, result, language, tied)) for column in _COLUMNS))
    lines = io.StringIO()
    console = Console(file=lines, width=_WIDE, color_system=None)
    console.print(table)
    for note in (_seats_line(grading, language), *tie_lines(grading, language)):
        console.print(Text(note), no_wrap=True)
    return lines.getvalue()


def tie_lines(grading: Grading, language: Language) -> list[str]:
    return [_tie_line(tie, language) for tie in grading.ties_at_cut]


def _cell(column: _Column, result: Result, language: Language, tied: set[str]) -> str:
    text = column.cell(result, language)
    return f"{text}{_TIE_MARK}" if column.zh == "等次" and result.department in tied else text


def _moved(places: int | None) -> str:
    if places is None:
        return ""
    return f"{places:+d}" if places else "0"


def _seats_line(grading: Grading, language: Language) -> str:
    words = GRADE_WORDS[language]
    n = len(grading.results)
    if language == "zh":
        return f"共 {n} 个部门。名额：" + "，".join(f"{words[g]} {k}" for g, k in grading.quota.items())
    return f"{n} departments. Seats: " + ", ".join(f"{words[g]} {k}" for g, k in grading.quota.items())


def _tie_line(tie: Tie, language: Language) -> str:
    words = GRADE_WORDS[language]
    names = [visible(name) for name in tie.departments]
    if language == "zh":
        between = "、".join(words[grade] for grade in tie.between)
        return (
            f"{_TIE_MARK} 同分跨线（{between}），暂列{words[tie.grade]}，须由领导小组裁定：{'、'.join(names)}"
        )
    between = ", ".join(words[grade] for grade in tie.between)
    return (
        f"{_TIE_MARK} equal rows across a cut ({between}), {words[tie.grade]} for now; "
        f"the leading group must rule: {'; '.join(names)}"
    )
