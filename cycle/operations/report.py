"""The report on a department that failed in consecutive years, as text: facts for people to decide on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from cycle import queries
from cycle.db import Session
from cycle.people import holder
from workflows.escalation import Failure
from workflows.grading import Result
from workflows.rulebook import Rulebook
from workflows.scoring import show

PARTS = (
    ("central", "集中考评"),
    ("public", "群众评议"),
    ("leader", "领导评价"),
    ("deductions", "扣分"),
    ("bonus", "加分"),
)


def report(
    session: Session,
    year: int,
    department: str,
    result: Result,
    chain: Sequence[Failure],
    *,
    book: Rulebook,
    today: date,
) -> str:
    """The report in Chinese. Its first line says so if the head in office differs between the years."""
    heads = [_head(session, year, department, today)]
    heads += [_head(session, f.year, f.department, date(f.year, 12, 31)) for f in chain]
    lines = [
        _first_line(heads),
        f"关于{result.department}连续{result.consecutive_failures}个考评年度不达标的情况报告",
        "",
        f"一、事实。{result.department}{year}年度综合评分{show(result.total)}分，"
        f"列第{result.rank}名，评定等次为不达标。",
        *(_earlier(session, failure, department) for failure in chain),
        f"依据：{book.zh}，条款 use.consecutive。",
        "",
        "二、各年得分对照（单位：分）。",
        *_comparison(session, year, result, chain),
        "",
        "三、期限记录。",
        *_deadlines(session, year, department),
        *(line for failure in chain for line in _deadlines(session, failure.year, failure.department)),
        "",
        "四、任职情况。",
        *(f"{at}年度主要负责人：{name or '未登记'}。" for at, name in heads),
        "",
        "五、流转记录索引。",
        *_references(session, year, department),
        *(line for failure in chain for line in _references(session, failure.year, failure.department)),
        "",
        "本报告由系统依据审定结果生成，只陈述事实。是否提出组织处理建议由领导小组研究，报党委审定。",
    ]
    return "\n".join(lines) + "\n"


def _head(session: Session, year: int, department: str, day: date) -> tuple[int, str]:
    """Who was head: frozen when the year was ratified; on `day` for a year not ratified here or not yet."""
    appraisal = queries.subject(session, f"appraisal:{year}:{department}")
    held = appraisal.record.get("head") if appraisal else None
    if held is None:
        row = queries.subject(session, f"department:{department}")
        held = holder(row.record, "head", day) if row else ""
    person = queries.subject(session, f"person:{held}")
    return year, str(person.record["name"]) if person else ""


def _first_line(heads: Sequence[tuple[int, str]]) -> str:
    names = {name for _, name in heads}
    if len(names) > 1:
        listed = "，".join(f"{year}年度{name or '未登记'}" for year, name in heads)
        return f"请注意：各年度主要负责人不是同一人（{listed}）。"
    return f"各年度主要负责人均为{heads[0][1] or '未登记'}。"


def _earlier(session: Session, failure: Failure, department: str) -> str:
    """One earlier failed year, under the name its results carry."""
    inherited = "" if failure.department == department else "（合并前单位）"
    (found,) = (
        r for r in queries.latest_results(session, failure.year) if r["department"] == failure.department
    )
    total = "" if found["total"] is None else f"综合评分{show(found['total'])}分，"
    return f"{found['name']}{inherited}{failure.year}年度{total}列第{found['rank']}名，评定等次为不达标。"


def _comparison(session: Session, year: int, result: Result, chain: Sequence[Failure]) -> list[str]:
    sheets: list[tuple[int, Mapping[str, Any]]] = []
    for failure in reversed(chain):
        rows = [
            r for r in queries.latest_results(session, failure.year) if r["department"] == failure.department
        ]
        sheets.append((failure.year, rows[0] if rows else {}))
    now = {key: getattr(result, key) for key, _ in PARTS} | {"total": result.total}
    sheets.append((year, now))
    found = []
    for key, zh in (*PARTS, ("total", "综合评分")):
        values = (f"{at}年度 {show(s[key]) if s.get(key) is not None else '无记录'}" for at, s in sheets)
        found.append(f"{zh}：{'；'.join(values)}")
    return found


def _deadlines(session: Session, year: int, department: str) -> list[str]:
    """Forms that were late, lapsed or extended in a year, as its record has them."""
    row = queries.subject(session, f"appraisal:{year}:{department}")
    if row is None:
        return [f"{year}年度：本系统无流转记录。"]
    named = {"plan": "年度计划", "midyear": "半年自评", "yearend": "年终自评", "rectification": "整改"}
    said = []
    for form, zh in named.items():
        kept = row.record.get("forms", {}).get(form, {})
        marks = [
            word
            for word, holds in (
                ("逾期后报送", kept.get("late")),
                (f"逾期未报{kept.get('lapsed', 0)}次", kept.get("lapsed")),
                (f"延期{kept.get('extensions', 0)}次", kept.get("extensions")),
            )
            if holds
        ]
        if marks:
            said.append(f"{year}年度{zh}：{'、'.join(marks)}。")
    open_ = "整改尚未销号。" if row.state.startswith("rectification") else ""
    return [*said, *([f"{year}年度{open_}"] if open_ else [])] or [f"{year}年度：无逾期记录。"]


def _references(session: Session, year: int, department: str) -> list[str]:
    row = queries.subject(session, f"appraisal:{year}:{department}")
    return [f"{row.key} 第{row.number}条，摘要 {row.hash}"] if row else []
