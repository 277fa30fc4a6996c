"""What invented departments write: targets, self-marks close to what the team will find, progress, what is returned."""

from __future__ import annotations

from datetime import date
from typing import Any

from cycle.queries import SubjectRow
from cycle.simulation.hour import Hour
from cycle.simulation.year_plan import YearPlan
from workflows import words
from workflows.forms import ENTRIES, in_order
from workflows.machines.appraisal import PROGRESSING
from workflows.rulebook import Rulebook

GOALS = (
    ("窗口事项办理时限压缩三成", "平均办理时长不超过法定时限的七成", "办件系统统计表"),
    ("重点项目按计划完成投资", "完成年度计划的九成五以上", "项目进度月报"),
    ("群众来信来访按期办结", "按期办结率百分之百", "信访台账"),
    ("干部学习培训全员覆盖", "人均集中学习不少于四十学时", "学习签到和考勤记录"),
    ("公用经费较上年压减", "压减百分之五以上", "经费决算表"),
    ("下基层调研形成成果", "每季度至少一次，全年一篇调研报告", "调研报告和工作纪实"),
)
OWNERS = ("办公室", "综合科", "业务科", "法规科")
TARGETS = 3
REPORTED_IN = ((5, (20, 60)), (10, (60, 100)))
"""Month by month in which progress is reported, and the per cent done by then."""


def content(hour: Hour, row: SubjectRow, year: YearPlan, book: Rulebook, text: str) -> dict[str, Any]:
    """Everything the form now open asks for."""
    form = row.state.partition(".")[0]
    if form == "plan":
        return {"text": text, "targets": _targets(hour, row)}
    if "marks" in ENTRIES[form]:
        return {"text": text, "marks": _marks(hour, row, year, book, form)}
    return {"text": text}


def report(hour: Hour, row: SubjectRow) -> None:
    """Some departments say now and then how far their targets have come."""
    if row.state not in PROGRESSING or not row.record.get("targets"):
        return
    draws, chance = hour.plan.draws, hour.plan.behaviour.office.progress
    last = max((said["on"] for said in row.record.get("progress", {}).values()), default="")
    for month, done in REPORTED_IN:
        day = date(row.year, month, draws.between((1, 28), "progress on", row.key, month))
        wanted = draws.chance(chance, "progress", row.key, month)
        if wanted and day <= hour.today and day.month == hour.today.month and last < day.isoformat():
            said = {
                number: {"percent": draws.between(done, "per cent", row.key, number, month)}
                for number in in_order(row.record["targets"])
            }
            liaison = hour.city.post(row.department, "liaison", hour.today)
            hour.move(liaison, row.key, "report_progress", progress=said)


def parts_returned(hour: Hour, row: SubjectRow, book: Rulebook) -> dict[str, str]:
    """What the office returns by itself where it returns a form: nothing, one part or two."""
    draws, form = hour.plan.draws, row.state.partition(".")[0]
    keys = ("parts", row.key, form)
    if not draws.chance(hour.plan.behaviour.office.parts_returned, *keys):
        return {}
    parts = ["text"]
    if form == "plan":
        parts = in_order(row.record["forms"]["plan"]["targets"])
    elif "marks" in ENTRIES[form]:
        parts = [indicator.id for indicator in book.indicators]
    chosen = draws.order(parts, *keys)[: draws.between((1, 2), *keys)]
    return dict.fromkeys(sorted(chosen), "与佐证材料不符，请核实后重报")


def _targets(hour: Hour, row: SubjectRow) -> dict[str, dict[str, str]]:
    draws, returned = hour.plan.draws, row.record["forms"]["plan"].get("returned", {})
    places = draws.order([str(place) for place in range(len(GOALS))], "goals", row.key)[:TARGETS]
    found = {}
    for number, place in enumerate(places, start=1):
        text, measure, evidence = GOALS[int(place)]
        keys = ("target", row.key, number)
        due = date(row.year, draws.between((4, 12), *keys), draws.between((10, 28), "day", *keys))
        found[str(number)] = {
            "text": text,
            "measure": measure,
            "owner": draws.pick(OWNERS, "owner", *keys),
            "due": due.isoformat(),
            "evidence": f"{evidence}（已核实）" if str(number) in returned else evidence,
        }
    return found


def _marks(hour: Hour, row: SubjectRow, year: YearPlan, book: Rulebook, form: str) -> dict[str, Any]:
    sheet = year.sheets.get(row.department)
    returned = row.record["forms"][form].get("returned", {})
    names = words.names_of(book, "zh")
    found = {}
    for indicator in book.indicators:
        likely = sheet.central[indicator.id] if sheet else indicator.points
        kind = hour.plan.draws.between((0, 1), "self-mark", row.key, form, indicator.id)
        points = min(indicator.points, likely + kind * (indicator.points // 10))
        account = f"“{names[indicator.id]}”已按要求落实"
        if points < indicator.points:
            account += "，尚有差距"
        if indicator.id in returned:
            account += "，已补充佐证材料"
        found[indicator.id] = {"points": points, "account": account}
    return found
