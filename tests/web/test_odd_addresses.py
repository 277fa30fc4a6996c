"""Addresses nobody is given: every page answers them with a page of its own, whoever asks, and none breaks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import pytest
from httpx2 import Response

from tests.cast import (
    ADMIN,
    AUDITOR,
    CLERK,
    GENERAL,
    INSPECTOR,
    LEADER,
    LIAISON,
    MEMBER,
    OFFICE_AT_HOME,
    REVIEWERS,
)
from tests.held import YEAR
from tests.web.conftest import DeskAt

EVERYBODY: Final = (
    *(CLERK, MEMBER, AUDITOR, ADMIN, LIAISON[GENERAL], REVIEWERS[0], LEADER[GENERAL], INSPECTOR),
    OFFICE_AT_HOME[GENERAL],
)
BIG: Final = "9" * 4400
"""More digits than the machine makes a number of."""

TEXTS: Final = (
    "%00",
    "%C2%B2",
    BIG,
    "-1",
    "1e999999",
    "NaN",
    "%EF%BC%91",
    "%E2%80%AE",
    "%ED%A0%80",
    "<b>'\"",
)
"""A NUL, a digit that is none, more digits than a number has, signs, a text that turns round, half a letter, markup."""

PATHS: Final = (
    "/history?subject={0}&department={0}&who={0}&action={0}&since={0}&until={0}&actor_kind={0}&only={0}",
    "/history?before={0}",
    f"/history?subject=appraisal:{YEAR}:{GENERAL}&entry={{0}}",
    "/history?since=9999-12-31&until=9999-12-31",
    "/history?since=0001-01-01&until=0001-01-01",
    "/mail?status={0}&kind={0}&offset={0}",
    "/letters?offset={0}",
    "/letters/{0}",
    "/letters/{0}/shown",
    "/calendar?year={0}",
    "/calendar?year=9999",
    "/calendar?year=0000",
    "/weekly?leader={0}",
    "/service?job={0}",
    "/roster?q={0}&state={0}&only={0}",
    "/roster/people?q={0}&role={0}",
    "/roster/people/{0}",
    "/roster/departments/{0}",
    "/accounts?q={0}&state={0}",
    "/accounts/{0}",
    "/sign-ins?person={0}&only={0}",
    "/account?told={0}",
    "/cases/{0}/x",
    "/cases/2025/{0}",
    "/imports/{0}",
    "/imports/results?year={0}",
    "/imports/results/template.{0}?year=2025",
    "/imports/results/template.csv?year={0}",
    "/lists/{0}.csv",
    "/lists/board.{0}?year=2025",
    "/lists/board.xlsx?year={0}",
    f"/lists/lines.csv?year={YEAR}&department={{0}}",
    "/lists/years.csv?department={0}",
    "/lists/posts.csv?department={0}",
    "/papers/{0}?year=2025",
    "/papers/circular?year={0}",
    "/papers/circular?symbol={0}",
    f"/papers/circular?year={YEAR}&department={{0}}",
    "/evidence/{0}/x",
    f"/evidence/{YEAR}/{{0}}",
    f"/evidence/{YEAR}/{GENERAL}/{{0}}",
    f"/evidence/{YEAR}/{GENERAL}/{{0}}/file",
    f"/evidence/{YEAR}/{GENERAL}/1/file?version={{0}}",
    f"/evidence/{YEAR}/{GENERAL}?about={{0}}&files={{0}}",
    f"/evidence/{YEAR}/{GENERAL}?about=target.{{0}}",
    "/do/{0}",
    "/do/bonus_apply?year={0}&department=x",
    f"/do/bonus_apply?year={YEAR}&department={{0}}",
    f"/do/finding_confirm?year={YEAR}&department={GENERAL}&number={{0}}",
    "/do/regulation_confirm?year={0}&back={0}",
    "/do/account_suspend?person={0}",
    "/do/calendar_import?year=9999",
    "/welcome/{0}",
    "/sign-in?next={0}&lang={0}",
    "/static/{0}",
    "/{0}",
    "/{0}/board",
)
"""Addresses of pages; in the place of `{0}` any text stands."""

OF_A_YEAR: Final = (
    "/board?lamp={0}&turn={0}&category={0}&order={0}&q={0}&stage={0}",
    "/board?done={0}/{0}",
    f"/board?done=appraisal:{YEAR}:{GENERAL}/{{0}}&waits={{0}}",
    "/home?department={0}",
    "/departments/{0}",
    "/departments/{0}/score",
    "/departments/{0}/progress",
    f"/departments/{GENERAL}?all={{0}}",
    f"/departments/{GENERAL}/score?show={{0}}&about={{0}}",
    f"/departments/{GENERAL}/forms/{{0}}",
    f"/departments/{GENERAL}/forms/plan?write={{0}}",
    "/review",
    "/review/{0}",
    "/marking",
    "/marking/{0}",
    "/charge",
    "/charge/{0}",
    "/matters?department={0}&state={0}",
    "/matters/{0}",
    "/matters/finding/{0}/1",
    f"/matters/finding/{GENERAL}/{{0}}",
    "/grading?who={0}&change={0}&category={0}",
    f"/grading?who={GENERAL}&change={{0}}",
    "/results?status={0}&version={0}",
    "/results?status=ratified&version={0}",
    "/uses",
    "/charts?department={0}",
    "/teams?show={0}",
    "/setup",
    "/setup/rules?show={0}",
    "/setup/dates",
    "/setup/change",
    "/papers",
)
"""The same, below a year."""


def addresses() -> Iterator[str]:
    """Every address with every text in it; each text also in a year that is not there, the last and the first."""
    for path in PATHS:
        yield from (path.format(text) for text in (TEXTS if "{0}" in path else ("",)))
    for path in OF_A_YEAR:
        for at, text in enumerate(TEXTS if "{0}" in path else ("",)):
            yield f"/{YEAR}{path.format(text)}"
            yield f"/{(9999, 1000, YEAR + 1)[at % 3]}{path.format(text)}"


def broken(answer: Response) -> bool:
    """Whether an answer says that something broke, or shows how."""
    return answer.status_code >= 500 or "Traceback" in answer.text


@pytest.mark.parametrize("stage", ["running", pytest.param("ratified", marks=pytest.mark.look)])
def test_no_address_breaks_a_page_whoever_asks(desk_at: DeskAt, stage: str) -> None:
    """Each address is asked for by one of the cast, the next by the next: what breaks a page breaks it for most."""
    desk = desk_at(stage)
    wrong = []
    for turn, path in enumerate(addresses()):
        who = EVERYBODY[turn % len(EVERYBODY)]
        answer = desk.get(path, who)
        if broken(answer):
            wrong.append((path[:80], who, answer.status_code))
    assert wrong == []


def test_nobody_who_has_not_signed_in_breaks_a_page(desk_at: DeskAt) -> None:
    desk = desk_at("running")
    assert [path[:80] for path in addresses() if broken(desk.get(path))] == []
