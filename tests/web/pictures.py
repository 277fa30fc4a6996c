"""What the guides of the manual show: each picture with its moment, who looks at it, and what was done just before."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from playwright.sync_api import Page

from tests.cast import ADMIN, AUDITOR, CLERK, INSPECTOR, MEMBER, REVIEWERS

PROPOSED, OVERDUE, MARKING = "2026-01-21 10:30", "2026-12-02 10:30", "2026-12-18 10:30"
"""Grades of 2025 are out and may be objected to; year-end reviews of 2026 are late; its central review is under way."""

MOMENTS: Final = (PROPOSED, OVERDUE, MARKING)
FOLDERS: Final[Mapping[str, str]] = {"zh": "zh-CN", "en": "en"}
"""Language of the pages to the folder of the manual."""

_LIAISON: Final = "p-jiang-nan"
_LEADER: Final = "p-zhao-qiming"


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture: who looks at what, when, and how much of the page is in it (pixels). `first` is done before."""

    name: str
    at: str
    who: str
    path: str
    width: int = 1200
    height: int = 640
    first: Callable[[Page], None] | None = None


def _pick_late(page: Page) -> None:
    page.locator("tbody input[data-all]").first.check()


def _return_one(page: Page) -> None:
    page.locator('input[name^="verdict"][value=return]').nth(1).check()
    page.locator('textarea[name^="items"]').nth(1).fill("请附学习签到表，写明参加人数。")


def _to_marks(page: Page) -> None:
    """The report is typed, and the first marks are in sight."""
    page.locator('[name="content[text]"]').fill("围绕年度重点工作，各项目标基本完成。")
    page.locator("textarea.long").evaluate("one => { one.rows = 2; }")
    marks = page.locator("input.mark, .selfmarks input[inputmode=decimal]")
    marks.nth(0).fill("2")
    page.evaluate("scrollTo(0, 0)")


def _mark_some(page: Page) -> None:
    marks, reasons = page.locator("input.mark"), page.locator("input.reason")
    for place, points in enumerate(("1.80", "2", "2.70", "3")):
        marks.nth(place).fill(points)
    reasons.nth(0).fill("学习记录缺两次")
    reasons.nth(2).fill("形式单一")
    marks.nth(4).focus()
    page.evaluate("scrollTo(0, 0)")


def _rate_some(page: Page) -> None:
    for place, level in enumerate((0, 1, 0)):
        page.locator("fieldset.ask").nth(place).locator("label").nth(level).click()


def _write_finding(page: Page) -> None:
    page.locator("select[name=item]").select_option("score.deduct.1")
    page.locator("select[name=source]").select_option("open_visit")
    page.locator("select[name=severity]").select_option("ordinary")
    page.locator("input[name=on]").fill("2026-12-18")
    page.locator("textarea[name=text]").fill("上午十时十分，办事大厅二号窗口无人值守。")


def _open_entry(page: Page) -> None:
    page.locator("a.code").first.click()
    page.wait_for_load_state()


def _pick_two(page: Page) -> None:
    page.locator("tbody input[name=pick]").nth(0).check()
    page.locator("tbody input[name=pick]").nth(1).check()


PICTURES: Final = (
    Picture("sign-in", OVERDUE, "", "/sign-in", height=560),
    Picture("office-board", OVERDUE, CLERK, "/2026/board", height=450, first=_pick_late),
    Picture("office-review", OVERDUE, CLERK, "/2026/review/bangongshi", height=430, first=_return_one),
    Picture("office-grading", PROPOSED, CLERK, "/2025/grading", height=440),
    Picture("department-home", OVERDUE, _LIAISON, "/2026/home", height=460),
    Picture(
        "department-form",
        OVERDUE,
        _LIAISON,
        "/2026/departments/caizheng/forms/yearend",
        height=600,
        first=_to_marks,
    ),
    Picture("department-score", PROPOSED, _LIAISON, "/2025/departments/caizheng/score", height=460),
    Picture("reviewer-marking", MARKING, REVIEWERS[0], "/2026/marking/anjian", first=_mark_some),
    Picture("leader-rating", MARKING, _LEADER, "/2026/charge/caizheng", 390, 780, _rate_some),
    Picture("group-decisions", PROPOSED, MEMBER, "/decisions", height=420),
    Picture(
        "inspector-finding",
        MARKING,
        INSPECTOR,
        "/do/finding_record?year=2026&department=shangwu&back=/2026/matters/finding",
        390,
        780,
        _write_finding,
    ),
    Picture(
        "auditor-entry",
        PROPOSED,
        AUDITOR,
        "/history?department=caizheng&action=send_back",
        height=760,
        first=_open_entry,
    ),
    Picture("admin-accounts", MARKING, ADMIN, "/accounts", height=440, first=_pick_two),
    Picture("admin-service", MARKING, ADMIN, "/service", height=560),
)
"""Fourteen, no more than a page or two of a guide have room for."""
