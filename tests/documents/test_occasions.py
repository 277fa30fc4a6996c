"""What there is an occasion for can be drawn up, and what there is none for is refused."""

from __future__ import annotations

import pytest

from cycle import queries
from cycle.documents.papers import PAPERS, make
from cycle.documents.papers.occasions import occasions
from tests.cast import CLERK, DEPARTMENTS, DISCIPLINE, GENERAL, PERSONNEL, City, CityAt
from tests.documents.conftest import close, find, looking, propose_handling
from tests.held import YEAR
from workflows.errors import NotFound, Refused

AGAIN = YEAR + 1


def there(city: City, year: int = YEAR) -> dict[str, list[str]]:
    """The occasions; each of them makes a paper, and nothing else does."""
    with looking(city, CLERK) as at:
        found = occasions(at, year)
        for kind, paper in PAPERS.items():
            for about in DEPARTMENTS if paper.of_department else ("",):
                if about in found.get(kind, ()):
                    assert make(at, kind, year, about).content
                else:
                    with pytest.raises((Refused, NotFound)):
                        make(at, kind, year, about)
    return found


def test_while_a_year_runs_there_are_notices_of_findings_alone(city_at: CityAt) -> None:
    city = city_at("running")
    assert there(city) == {}
    find(city, DISCIPLINE, severity="ordinary", text="桌牌缺失")
    assert there(city) == {"rectification": [DISCIPLINE]}
    find(city, GENERAL, severity="typical", text="台账不全")
    assert there(city) == {"rectification": [GENERAL, DISCIPLINE], "inspection": [""]}


def test_a_year_that_is_ratified_has_its_circular_and_who_failed_a_notice_and_a_talk(city_at: CityAt) -> None:
    city = city_at("ratified")
    failed = {"rectification": [PERSONNEL], "talk": [PERSONNEL]}
    assert there(city) == {"circular": [""], "grade_list": [""], **failed}
    close(city)
    assert there(city) == {"circular": [""], "grade_list": [""], **failed}


def test_a_case_has_its_report_and_a_proposal_once_there_is_one(city_at: CityAt) -> None:
    city = city_at("pending again")
    city.to_ratified(AGAIN)
    found = there(city, AGAIN)
    assert found["case_report"] == [PERSONNEL]
    assert "handling" not in found
    propose_handling(city, f"case:{AGAIN}:{PERSONNEL}", "建议组织处理")
    assert there(city, AGAIN)["handling"] == [PERSONNEL]


def test_a_year_there_is_none_of_has_no_occasions(city_at: CityAt) -> None:
    with looking(city_at("running"), CLERK) as at, pytest.raises(NotFound):
        occasions(at, YEAR + 5)


def test_a_year_declared_unrecorded_has_nothing_to_write(city_at: CityAt) -> None:
    city = city_at("running")
    with looking(city, CLERK) as at:
        (before,) = [row.year for row in queries.of_kind(at.session, "cycle") if row.record.get("unrecorded")]
    assert there(city, before) == {}
