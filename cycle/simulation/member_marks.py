"""How the members of a review team differ: what each gives, so that the mean is what was planned."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cycle.simulation.plan import Plan
from workflows.rulebook import Rulebook

REASONS = (
    "佐证材料不够完整",
    "部分工作没有按时完成",
    "工作记录不全",
    "措施落实不到位",
    "与年度计划有差距",
    "现场抽查发现问题",
)

Given = dict[str, str | int]


def member_sheet(
    plan: Plan, book: Rulebook, appraisal: str, planned: Mapping[str, int], place: int
) -> list[Given]:
    """One member's marks of an appraisal; `place` is theirs in the order in which reviewers are asked.

    The second and the third asked differ by as much above as below, and both stay when the first is replaced.
    """
    sign = {1: 1, 2: -1}.get(place, 0) if book.team_size > 2 else 0
    sheet: list[Given] = []
    for indicator in book.indicators:
        points, most = planned[indicator.id], indicator.points
        tenths = plan.draws.between(plan.behaviour.points.swing, "swing", appraisal, indicator.id)
        points += sign * min(most * max(tenths, 0) // 10, points, most - points)
        mark: Given = {"item": indicator.id, "points": points}
        if points < most:
            mark["reason"] = plan.draws.pick(REASONS, "mark reason", appraisal, indicator.id, place)
        sheet.append(mark)
    return sheet


def place_of(member: str, asked: Sequence[str]) -> int:
    """Where a member stands among those asked; somebody else counts as the first."""
    return asked.index(member) if member in asked else 0
