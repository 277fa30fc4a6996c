"""The least that grading a year can cost: one statement that ranks and writes inside the database."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import accumulate
from typing import Any

from cycle.db import Statement
from workflows.rulebook import GRADES, Rulebook

_BETTER_FIRST = "total DESC, central DESC, public DESC, leader DESC, deductions"
_TEXT = f"""
WITH points AS (
  SELECT line.subject,
    sum(CASE part WHEN 'central' THEN points ELSE 0 END) AS central,
    sum(CASE part WHEN 'public' THEN points ELSE 0 END) AS public,
    sum(CASE part WHEN 'leader' THEN points ELSE 0 END) AS leader,
    -sum(CASE part WHEN 'deduction' THEN points ELSE 0 END) AS deductions,
    {{least}}(sum(CASE part WHEN 'bonus' THEN points ELSE 0 END), :cap) AS bonus
  FROM line JOIN subject ON subject.key = line.subject
  WHERE subject.kind = 'appraisal' AND subject.year = :year AND subject.state <> 'exempted'
    AND reverses IS NULL AND reversed_by IS NULL
  GROUP BY line.subject
), sheets AS (
  SELECT points.*, appraisal.department, {{name}} AS name, {{category}} AS category,
    central + public + leader AS base, central + public + leader - deductions + bonus AS total
  FROM points JOIN subject AS appraisal ON appraisal.key = points.subject
  JOIN subject AS department ON department.key = 'department:' || appraisal.department
), ranked AS (
  SELECT sheets.*, RANK() OVER (ORDER BY {_BETTER_FIRST}) AS rank,
    RANK() OVER (PARTITION BY category ORDER BY {_BETTER_FIRST}) AS category_rank
  FROM sheets
), graded AS (
  SELECT ranked.*, CASE WHEN rank <= :excellent THEN 'excellent' WHEN rank <= :good THEN 'good'
    WHEN rank <= :passed THEN 'passed' ELSE 'failed' END AS grade
  FROM ranked
)
INSERT INTO result (year, status, version, department, subject, name, category, central, public, leader, base,
  deductions, bonus, total, rank, category_rank, grade, award_rate, consecutive_failures, escalated)
SELECT :year, 'proposed', :version, department, subject, name, category, central, public, leader, base,
  deductions, bonus, total, rank, category_rank, grade,
  CASE grade WHEN 'excellent' THEN :rate_excellent WHEN 'good' THEN :rate_good
    WHEN 'passed' THEN :rate_passed ELSE :rate_failed END,
  CASE grade WHEN 'failed' THEN 1 ELSE 0 END, FALSE
FROM graded
"""
_DIALECTS = {
    "sqlite": {
        "least": "min",
        "name": "json_extract(department.record, '$.names[0].name')",
        "category": "json_extract(department.record, '$.category')",
    },
    "postgresql": {
        "least": "least",
        "name": "department.record::jsonb #>> '{names,0,name}'",
        "category": "department.record::jsonb ->> 'category'",
    },
}


def one_statement(
    dialect: str, year: int, version: int, seats: Mapping[str, int], book: Rulebook
) -> tuple[str, dict[str, Any]]:
    """The statement's text and parameters. It knows no years before and leaves ties at a cut as they fall."""
    cuts = dict(zip(GRADES, accumulate(seats[grade] for grade in GRADES), strict=True))
    parameters = {
        "year": year,
        "version": version,
        "cap": book.bonus_cap,
        **cuts,
        **{f"rate_{grade}": rate for grade, rate in book.award_rates.items()},
    }
    return Statement(_TEXT.format(**_DIALECTS[dialect])).texts[dialect], parameters
