"""Whole contents of the forms, one for each: what can be handed in as it is."""

from __future__ import annotations

from typing import Any

from workflows.rulebook import Rulebook

WORDS = "正文"


def target(year: int, **changes: str) -> dict[str, str]:
    """A whole target due within `year`."""
    whole = {
        "text": "办理时限压缩三成",
        "measure": "平均办理时长",
        "owner": "综合科",
        "due": f"{year}-11-30",
        "evidence": "系统统计表",
    }
    return whole | changes


def whole(form: str, year: int, book: Rulebook, text: str = WORDS) -> dict[str, Any]:
    """Everything `form` asks for: full self-marks, one target."""
    if form == "plan":
        return {"text": text, "targets": {"1": target(year)}}
    if form == "rectification":
        return {"text": text}
    marks = {i.id: {"points": i.points, "account": "已完成"} for i in book.indicators}
    return {"text": text, "marks": marks}
