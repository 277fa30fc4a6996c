"""The keys of subjects: what kind, of which year, of which department."""

from __future__ import annotations

import re

from workflows.errors import NotFound
from workflows.matters import MATTERS

_KEY = re.compile(
    r"(?P<named>person|regulation|department|mail|scheduler|token|account):(?P<name>[^:\s]+)"
    r"|(?P<kind>appraisal|case):(?P<year>[0-9]{4}):(?P<department>[^:\s]+)"
    rf"|(?P<matter>{'|'.join(MATTERS)}):(?P<its_year>[0-9]{{4}}):(?P<its_department>[^:\s]+):[1-9][0-9]{{0,8}}"
    r"|(?P<of_year>cycle|calendar|dispatch):(?P<only_year>[0-9]{4})"
)


def split_key(key: str) -> tuple[str, int, str]:
    """Kind, year (0 where none) and department (empty where none) of a key. Raises NotFound on other shapes.

    `appraisal:2025:caizheng`, `case:2025:caizheng`, `cycle:2025`, `calendar:2025`, `dispatch:2026`,
    `department:caizheng`, `person:p-001`, `regulation:municipal`, `mail:office`, `scheduler:deadlines`, `token:a1b2`,
    `account:p-001`, and the matters of a department's year, numbered: `finding:2025:caizheng:3`.
    """
    found = _KEY.fullmatch(key)
    if found is None:
        raise NotFound(key)
    kind, name = found["named"], found["name"]
    if kind:
        return kind, 0, name if kind == "department" else ""
    return (
        found["kind"] or found["matter"] or found["of_year"],
        int(found["year"] or found["its_year"] or found["only_year"]),
        found["department"] or found["its_department"] or "",
    )
