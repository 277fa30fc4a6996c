"""A leader with thirty late departments: one mail that lists all thirty."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from types import MappingProxyType

import pytest

from cycle import calendar_seed, roster, schema
from cycle.clock import VirtualClock
from cycle.db import Database
from cycle.jobs.digests import write_digests
from cycle.operations.setup import roster_arguments
from cycle.permissions import Act
from cycle.service import Service
from tests.cast import CLERK, DISCIPLINE, LEADER, PAPER, City, book, person
from tests.held import YEAR, ZONE, instant
from tests.jobs.mailbox import new_digests

ONE = LEADER[DISCIPLINE]
THIRTY = tuple(department.id for department in roster.first(roster.read(), 30).departments)


@pytest.fixture
def thirty(database_url: str) -> Iterator[City]:
    """Thirty departments in the charge of one leader, whose plans are being written."""
    city = City(Service(Database(database_url), VirtualClock(instant("2025-01-02")), ZONE), THIRTY)
    schema.upgrade(city.service.database)
    shipped = roster.first(roster.read(), 30)
    departments = tuple(
        replace(department, posts=MappingProxyType({**department.posts, "leader": ONE}))
        for department in shipped.departments
    )
    filled = replace(shipped, departments=departments)
    arguments = roster_arguments(filled, calendar_seed.seed((2024, 2025, 2026)))
    city.do("install", Act("roster", kind="import", document=PAPER), **arguments)
    for figure in book().to_confirm():
        city.do("confirm_figure", person(CLERK), figure=figure.path)
    city.whole("declare_unrecorded", YEAR - 1)
    city.open_year()
    yield city
    city.service.database.close()


def test_a_leader_of_thirty_late_departments_gets_one_mail_that_lists_all_thirty(thirty: City) -> None:
    thirty.at("2025-03-03 10:00")
    thirty.sweep()
    write_digests(thirty.service)
    thirty.at("2025-03-05 09:00")
    thirty.sweep()
    thirty.at("2025-03-05 09:30")
    written = new_digests(thirty)
    assert set(written) == {ONE}
    mail = written[ONE]
    assert "30个部门" in mail.title
    listed = [department for department, _ in mail.sections()["分管部门的逾期事项"]]
    names = {department.name for department in roster.first(roster.read(), 30).departments}
    assert len(listed) == 30
    assert set(listed) == names
    assert all(name in mail.html for name in names)
