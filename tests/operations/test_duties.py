"""Duties: what follows from a result is opened with it, done or waived by people, and revoked with its ground."""

from __future__ import annotations

from typing import Any

import pytest

from cycle import queries
from cycle.board import uses
from cycle.jobs.digests import write_digests
from cycle.permissions import Act
from cycle.queries import SubjectRow
from tests.cast import (
    ADMIN,
    AUDITOR,
    CLERK,
    DISCIPLINE,
    GENERAL,
    HEAD,
    LIAISON,
    MEMBER,
    OFFICE_AT_HOME,
    PERSONNEL,
    REVIEWERS,
    City,
    CityAt,
    codes,
    for_body,
    person,
)
from tests.held import COLLEAGUE, YEAR
from workflows.errors import NotFound
from workflows.settlement import Forfeit

CYCLE = f"cycle:{YEAR}"
BLAME: dict[str, Any] = {"department": GENERAL, "lines": [{"part": "deduction", "item": "score.deduct.5.1"}]}


def duty(department: str, number: int = 1) -> str:
    return f"duty:{YEAR}:{department}:{number}"


def duties(city: City) -> dict[str, tuple[str, str]]:
    """Every duty by key: its sort and its state."""
    with city.service.database.read() as session:
        rows: list[SubjectRow] = queries.of_year(session, "duty", YEAR)
    return {row.key: (row.record["duty"], row.state) for row in rows}


def close(city: City, key: str) -> None:
    city.do("duty", person(CLERK), subject=key, action="close", text="已通报")


@pytest.fixture
def city(city_at: CityAt) -> City:
    """A ratified year: one department excellent and archived, one failed and about to rectify."""
    return city_at("ratified")


def test_ratification_opens_what_follows_from_the_grades_by_the_system(city: City) -> None:
    assert duties(city) == {
        duty(GENERAL): ("commendation", "open"),
        duty(PERSONNEL): ("eligibility", "open"),
        duty(PERSONNEL, 2): ("civil_servant_share", "open"),
    }
    record = city.row(duty(PERSONNEL)).record
    assert (record["head"], record["loses"]) == (HEAD[PERSONNEL], ["department", "head"])
    cut = city.row(duty(PERSONNEL, 2)).record
    assert (cut["cut"], cut["unit"], cut["clause"]) == (5, "percentage_points", "use.failed")
    first = city.history(duty(GENERAL))[0]
    assert (first["action"], first["actor"], first["at"]) == ("open", "system", city.last(CYCLE)["at"])
    assert city.open_deadlines(duty(GENERAL)) == [("office", "2026-04-21", None)]  # 60 working days


def letters(city: City, kind: str) -> dict[str, str]:
    """The letters of a kind by recipient."""
    rows = city.select("SELECT recipient, body FROM outbox WHERE kind = :kind ORDER BY at, key", kind=kind)
    return {str(who): str(body) for who, body in rows}


def test_the_letter_about_the_grade_says_what_follows_from_it(city: City) -> None:
    told = letters(city, "grades_ratified")
    assert "结果运用：取消年度评先评优资格：本部门、主要负责人\n" in told[HEAD[PERSONNEL]]
    assert "结果运用：公务员评优比例降低5个百分点\n" in told[HEAD[PERSONNEL]]
    assert "结果运用：由绩效办办理通报表彰和奖牌\n" in told[HEAD[GENERAL]]
    assert "结果运用" not in told[HEAD[DISCIPLINE]]
    assert letters(city, "duty_opened") == {}  # nobody is told the same twice


def rectify(city: City) -> None:
    """The failed department files, is talked with and carries its one step out; only `verify` is left."""
    city.at("2026-02-02")
    city.move(PERSONNEL, "add_step", text="制度修订", due="2026-03-01")
    city.file(PERSONNEL)
    city.move(PERSONNEL, "record_talk", on="2026-02-02")
    city.move(PERSONNEL, "accept")
    city.move(PERSONNEL, "verify_step", step="1")


def test_a_rectification_is_verified_and_a_year_archived_only_once_its_duties_are_done(city: City) -> None:
    rectify(city)
    assert codes(lambda: city.move(PERSONNEL, "verify")) == ["department_duties_open"]
    close(city, duty(PERSONNEL))
    waive = {"subject": duty(PERSONNEL, 2), "action": "waive"}
    assert codes(lambda: city.do("duty", person(CLERK), **waive)) == ["role_missing"]
    city.both("duty", for_body("group"), **waive)
    city.move(PERSONNEL, "verify")
    before = city.rows()
    for _ in range(2):  # one duty is left: the clock waits without a word
        swept = city.sweep()
        assert (swept.moved, swept.refused) == ([], [])
    assert (city.row(CYCLE).state, city.rows()) == ("ratified", before)
    close(city, duty(GENERAL))
    assert city.sweep().moved == [(CYCLE, "close")]
    late = {"year": YEAR, "department": DISCIPLINE, "text": "失职"}
    assert codes(lambda: city.do("hold_to_account", person(CLERK), **late)) == ["year_archived"]


def test_an_archived_year_is_opened_again_where_an_amendment_leaves_a_duty_to_do(city: City) -> None:
    rectify(city)
    for key in duties(city):
        close(city, key)
    city.move(PERSONNEL, "verify")
    city.sweep()
    city.at("2026-02-03")
    items = ("score.deduct.3", "score.deduct.4")  # the second overtakes the first, nobody else fails
    lines = [{"part": "deduction", "item": item} for item in items]
    city.whole("amend", changes=[{"department": GENERAL, "lines": lines}])
    assert duties(city)[duty(DISCIPLINE)] == ("commendation", "open")
    assert {city.state(d) for d in city.departments} == {"closed"}
    assert (city.row(CYCLE).state, city.sweep().moved) == ("ratified", [])
    close(city, duty(DISCIPLINE))
    city.sweep()
    assert city.row(CYCLE).state == "closed"


def test_a_closed_duty_says_what_was_done_and_its_clock_stops(city: City) -> None:
    act = person(CLERK, document="")
    nothing = {"subject": duty(GENERAL), "action": "close"}
    assert codes(lambda: city.do("duty", act, **nothing)) == ["document_missing", "text_missing"]
    assert codes(lambda: city.do("duty", person(OFFICE_AT_HOME[GENERAL]), **nothing)) == ["recused"]
    close(city, duty(GENERAL))
    row = city.row(duty(GENERAL))
    kept = city.select("SELECT body FROM text WHERE sha256 = :sha", sha=row.record["texts"]["close"])
    assert (row.state, kept, city.open_deadlines(row.key)) == ("closed", [("已通报",)], [])


def test_an_owner_takes_the_clock_over_from_the_office(city: City) -> None:
    before = city.open_deadlines(duty(GENERAL))
    asked = {"subject": duty(GENERAL), "owner": COLLEAGUE}
    gone = {**asked, "owner": "p-nobody"}
    assert codes(lambda: city.do("assign_owner", person(CLERK), **gone)) == ["person_unknown"]
    city.do("assign_owner", person(CLERK), **asked)
    assert city.row(duty(GENERAL)).record["owner"] == COLLEAGUE
    assert city.open_deadlines(duty(GENERAL)) == [(COLLEAGUE, before[0][1], None)]
    city.at("2026-04-21 09:00")
    city.sweep()
    told = city.select(
        "SELECT person, outcome FROM reminder JOIN deadline ON deadline.id = reminder.deadline"
        " WHERE deadline.subject = :key",
        key=duty(GENERAL),
    )
    assert told == [(COLLEAGUE, "digest")]
    city.at("2026-04-21 09:30")
    write_digests(city.service)
    key = f"digest:2026-04-21:{COLLEAGUE}"
    ((body,),) = city.select("SELECT body FROM outbox WHERE key = :key", key=key)
    assert "办公室：后续事项，期限4月21日（周二），常胜男" in body
    close(city, duty(GENERAL))
    assert city.open_deadlines(duty(GENERAL)) == []


def test_a_duty_is_given_to_somebody_of_the_office_or_a_body_and_not_of_the_department(city: City) -> None:
    def to(owner: str) -> list[str]:
        return codes(lambda: city.do("assign_owner", person(CLERK), subject=duty(GENERAL), owner=owner))

    assert to(LIAISON[GENERAL]) == ["owner_role_missing", "owner_at_home"]
    assert to(OFFICE_AT_HOME[GENERAL]) == ["owner_at_home"]
    for owner in (ADMIN, AUDITOR, REVIEWERS[0], LIAISON[DISCIPLINE]):
        assert to(owner) == ["owner_role_missing"]
    city.do("assign_owner", person(CLERK), subject=duty(GENERAL), owner=MEMBER)
    assert city.row(duty(GENERAL)).record["owner"] == MEMBER


def test_whoever_leaves_hands_their_duties_back_to_the_office(city: City) -> None:
    before = city.open_deadlines(duty(GENERAL))
    for key in (duty(GENERAL), duty(PERSONNEL)):
        city.do("assign_owner", person(CLERK), subject=key, owner=COLLEAGUE)
    close(city, duty(PERSONNEL))
    left = city.do("leave", person(CLERK), id=COLLEAGUE, on="2026-01-20")
    assert left["handed_back"] == [duty(GENERAL)]
    assert city.row(duty(GENERAL)).record.get("owner") is None
    assert city.open_deadlines(duty(GENERAL)) == before
    assert city.last(duty(GENERAL))["action"] == "hand_back"
    assert city.row(duty(PERSONNEL)).record["owner"] == COLLEAGUE


def test_an_imported_working_day_table_moves_the_clock_of_a_duty_and_keeps_whose_it_is(city: City) -> None:
    city.do("assign_owner", person(CLERK), subject=duty(GENERAL), owner=COLLEAGUE)
    days = city.row("calendar:2026").record["days"]
    holidays = sorted([*days["holidays"], "2026-04-20", "2026-04-21"])
    city.do("import_calendar", person(CLERK), year=2026, holidays=holidays, makeup=days["makeup"])
    assert city.open_deadlines(duty(GENERAL)) == [(COLLEAGUE, "2026-04-23", None)]
    assert city.open_deadlines(duty(PERSONNEL)) == [("office", "2026-04-23", None)]
    assert city.last(duty(GENERAL))["action"] == "redate"


def test_an_amendment_revokes_what_lost_its_ground_and_opens_what_follows_now(city: City) -> None:
    close(city, duty(PERSONNEL))
    city.at("2026-02-02")
    city.whole("amend", changes=[BLAME])  # the first now fails, the second is excellent, the third good
    assert duties(city) == {
        duty(GENERAL): ("commendation", "revoked"),
        duty(GENERAL, 2): ("eligibility", "open"),
        duty(GENERAL, 3): ("civil_servant_share", "open"),
        duty(DISCIPLINE): ("commendation", "open"),
        duty(PERSONNEL): ("eligibility", "revoked"),  # done already: what was taken is given back
        duty(PERSONNEL, 2): ("civil_servant_share", "revoked"),
    }
    assert city.state(PERSONNEL) == "closed"
    city.at("2026-02-03")
    ((line,),) = city.select("SELECT id FROM line WHERE item = 'score.deduct.5.1'")
    city.whole("amend", changes=[{"department": GENERAL, "reverse": [line]}])
    assert duties(city)[duty(GENERAL)] == ("commendation", "revoked")
    assert duties(city)[duty(GENERAL, 4)] == ("commendation", "open")
    assert city.history(duty(GENERAL, 2))[-1]["reason"] == "results"


def test_an_amendment_that_changes_no_grade_leaves_duties_alone(city: City) -> None:
    close(city, duty(GENERAL))
    before = duties(city)
    city.at("2026-02-02")
    city.whole("amend", changes=[{**BLAME, "department": PERSONNEL}])
    assert duties(city) == before


def test_accountability_is_opened_by_people_with_a_reason_a_document_and_the_year_held(city: City) -> None:
    asked: dict[str, Any] = {"year": YEAR, "department": DISCIPLINE, "text": "决策失误"}
    assert codes(lambda: city.do("hold_to_account", Act(CLERK), **asked)) == [
        "reason_missing",
        "document_missing",
    ]
    assert codes(lambda: city.do("hold_to_account", person(LIAISON[DISCIPLINE]), **asked)) == ["role_missing"]
    assert codes(lambda: city.do("hold_to_account", person(CLERK), **{**asked, "text": ""})) == [
        "text_missing"
    ]
    answer = city.do("hold_to_account", person(MEMBER), **asked)
    assert answer["subject"] == duty(DISCIPLINE)
    ((who, body),) = letters(city, "duty_opened").items()
    assert who == HEAD[DISCIPLINE]
    assert "决策失误" in body
    past = {**asked, "due": "2026-01-18"}
    assert codes(lambda: city.do("hold_to_account", person(CLERK), **past)) == ["due_past"]
    behalf = city.both("hold_to_account", for_body("group"), **asked, due="2026-03-31")
    assert behalf["subject"] == duty(DISCIPLINE, 2)
    assert city.open_deadlines(duty(DISCIPLINE, 2)) == [("office", "2026-03-31", None)]
    city.at("2026-02-02")
    city.whole("amend", changes=[{**BLAME, "department": DISCIPLINE}])  # follows from no result
    assert duties(city)[duty(DISCIPLINE)] == ("accountability", "open")
    with pytest.raises(NotFound):
        city.do("hold_to_account", person(CLERK), **{**asked, "year": 2031})
    with pytest.raises(NotFound):
        city.do("hold_to_account", person(CLERK), **{**asked, "department": "none"})


# --- awards lost by a veto ---

PERSONS = [{"name": "王某", "post": "person"}, {"name": "李堃", "post": "head"}]


def veto(city: City, key: str, action: str = "veto", **asked: Any) -> None:
    city.both("finding", for_body("group"), subject=key, action=action, **asked)


def test_a_veto_before_ratification_takes_the_award_with_the_results(city_at: CityAt) -> None:
    city = city_at("pending")
    finding = city.deduct(PERSONNEL, "score.deduct.5.3")
    veto(city, finding, persons=PERSONS)
    assert duties(city) == {}
    city.to_ratified()
    key = duty(PERSONNEL, 3)
    assert duties(city)[key] == ("award_lost", "open")
    record = city.row(key).record
    assert (record["finding"], record["persons"]) == (finding, PERSONS)
    ((who, body),) = letters(city, "duty_opened").items()
    assert who == HEAD[PERSONNEL]
    assert "王某、李堃" in body
    assert [one.name for one in forfeits(city)] == ["王某", "李堃"]
    city.both("duty", for_body("group"), subject=key, action="waive")
    assert forfeits(city) == []


def forfeits(city: City) -> list[Forfeit]:
    """Who loses the award by the settlement table."""
    with city.service.database.read() as session:
        settled = uses.award_settlement(uses.ratified_year(session, YEAR))
    return [forfeit for one in settled for forfeit in one.forfeits]


def test_a_veto_decided_or_lifted_later_is_followed_at_once_until_the_year_is_archived(
    city_at: CityAt,
) -> None:
    city = city_at("pending")
    finding = city.deduct(PERSONNEL, "score.deduct.5.3")
    city.to_ratified()
    veto(city, finding, persons=PERSONS)
    assert duties(city)[duty(PERSONNEL, 3)] == ("award_lost", "open")
    veto(city, finding, "lift_veto")
    assert duties(city)[duty(PERSONNEL, 3)] == ("award_lost", "revoked")
    city.at("2026-01-21")
    veto(city, finding, persons=PERSONS[:1])
    assert duties(city)[duty(PERSONNEL, 4)] == ("award_lost", "open")
    veto(city, finding, "lift_veto")
    rectify(city)
    city.close_duties()
    city.move(PERSONNEL, "verify")
    city.sweep()
    assert city.row(CYCLE).state == "closed"
    again = {"subject": finding, "action": "veto", "persons": PERSONS}
    pending = city.do("finding", for_body("group"), **again)
    assert codes(lambda: city.confirm(pending)) == ["year_archived"]
