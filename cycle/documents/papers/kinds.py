"""The kinds of papers: what each is about, in which series it is numbered, who is shown it once it is issued."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from cycle.documents.papers.values import (
    case_report,
    circular,
    grade_list,
    handling,
    inspection,
    rectification,
    talk,
)
from cycle.documents.papers.values.reading import Asked, Values


@dataclass(frozen=True, slots=True)
class Paper:
    """One kind of paper.

    `series` is the word before the year in its symbol; papers of one series are numbered together. `read_by` is the
    resource of `cycle.sight` whose readers are shown it once it is issued. `of_department`: it is about one.
    """

    title: str
    series: str
    read_by: str
    gather: Callable[[Asked], Values]
    of_department: bool = True


PAPERS: Final[Mapping[str, Paper]] = {
    "circular": Paper("考评结果通报", "绩效办通", "commendation", circular.gather, of_department=False),
    "rectification": Paper("整改通知书", "绩效办整", "talks", rectification.gather),
    "case_report": Paper("连续不达标专报", "绩效办报", "case", case_report.gather),
    "talk": Paper("诫勉谈话记录", "绩效办谈", "talks", talk.gather),
    "grade_list": Paper("等次名单", "绩效办通", "results", grade_list.gather, of_department=False),
    "inspection": Paper("察访核验通报", "绩效办通", "results", inspection.gather, of_department=False),
    "handling": Paper("组织处理建议", "绩效组报", "history", handling.gather),
}
"""Kind to paper, in the order in which an office meets them."""
