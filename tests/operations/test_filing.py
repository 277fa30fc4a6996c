"""Writing, signing, handing in and reviewing a form: each step, and each reason why it is refused."""

from __future__ import annotations

import pytest

from tests.cast import CLERK, GENERAL, HEAD, LIAISON, City, CityAt, codes, person
from tests.held import key_of
from workflows.errors import NotFound, Refused

KEY = key_of(GENERAL)


@pytest.fixture
def city(city_at: CityAt) -> City:
    return city_at("running")


def test_a_plan_is_written_signed_handed_in_and_accepted(city: City) -> None:
    city.file(GENERAL)
    assert city.state(GENERAL) == "plan.submitted"
    city.move(GENERAL, "accept")
    assert city.state(GENERAL) == "plan.accepted"
    assert city.open_deadlines(KEY) == []


def test_the_text_is_kept_by_its_digest_and_not_in_the_history(city: City) -> None:
    city.move(GENERAL, "save_form", text="机密的正文")
    digest = city.form(GENERAL, "plan")["text"]
    assert city.select("SELECT body FROM text WHERE sha256 = :sha", sha=digest) == [
        ('{"text":"机密的正文"}',)
    ]
    assert "机密的正文" not in str(city.last(KEY))


def test_an_empty_text_is_not_saved(city: City) -> None:
    assert codes(lambda: city.move(GENERAL, "save_form", text=" ")) == ["text_missing"]


def test_there_must_be_something_to_sign_and_to_hand_in(city: City) -> None:
    assert codes(lambda: city.move(GENERAL, "sign_off")) == ["form_empty"]
    assert codes(lambda: city.move(GENERAL, "submit")) == ["form_empty"]


def test_a_form_is_handed_in_only_with_the_heads_signature(city: City) -> None:
    city.save(GENERAL, text="初稿")
    assert codes(lambda: city.move(GENERAL, "submit")) == ["form_unsigned"]
    assert codes(lambda: city.ask(GENERAL, "sign_off", person(LIAISON[GENERAL]))) == ["relation_missing"]
    city.move(GENERAL, "sign_off")
    assert city.form(GENERAL, "plan")["signed_by"] == HEAD[GENERAL]
    city.move(GENERAL, "submit")


def test_a_text_changed_after_the_signature_needs_a_new_one(city: City) -> None:
    city.save(GENERAL, text="初稿")
    city.move(GENERAL, "sign_off")
    city.save(GENERAL, text="二稿")
    assert codes(lambda: city.move(GENERAL, "submit")) == ["form_unsigned"]


@pytest.mark.parametrize(("at", "late"), [("2025-02-28 23:59:59.999999", False), ("2025-03-01 00:00", True)])
def test_a_form_is_in_time_until_the_due_day_ends_and_late_after_it(city: City, at: str, late: bool) -> None:
    city.at(at)
    city.file(GENERAL)
    assert bool(city.form(GENERAL, "plan").get("late")) is late
    assert city.last(KEY)["data"]["late"] is late


def test_a_form_is_handed_in_until_the_end_of_grace_and_not_after(city: City) -> None:
    assert city.form(GENERAL, "plan")["grace_until"] == "2025-03-07"
    city.at("2025-03-08 00:00")
    assert codes(lambda: city.file(GENERAL)) == ["grace_over"]
    city.at("2025-03-07 23:59:59.999999")
    city.move(GENERAL, "submit")


def test_the_office_has_five_working_days_to_decide(city: City) -> None:
    city.at("2025-01-22")
    city.file(GENERAL)
    # 23, 24, Sunday the 26th (made up for), 27, and the first day after the Spring Festival
    assert city.open_deadlines(KEY) == [("office", "2025-02-05", None)]


def test_a_submission_is_withdrawn_before_due_and_keeps_its_due_date(city: City) -> None:
    city.file(GENERAL)
    city.at("2025-02-28 23:59")
    city.move(GENERAL, "withdraw")
    assert city.state(GENERAL) == "plan.drafting"
    assert city.open_deadlines(KEY) == [("liaison", "2025-02-28", "2025-03-07")]
    assert codes(lambda: city.move(GENERAL, "submit")) == [
        "form_unsigned"
    ]  # what is handed in is signed anew


def test_a_submission_is_not_withdrawn_after_due(city: City) -> None:
    city.file(GENERAL)
    city.at("2025-03-01 00:00")
    assert codes(lambda: city.move(GENERAL, "withdraw")) == ["due_passed"]


def test_what_the_office_has_taken_up_is_not_withdrawn(city: City) -> None:
    city.file(GENERAL)
    city.move(GENERAL, "take_up")
    assert codes(lambda: city.move(GENERAL, "take_up")) == ["already_taken_up"]
    city.at("2025-03-01 00:00")
    assert sorted(codes(lambda: city.move(GENERAL, "withdraw"))) == ["already_taken_up", "due_passed"]


def test_a_form_sent_back_has_a_new_due_date_its_grace_and_no_signature(city: City) -> None:
    city.file(GENERAL)
    city.move(GENERAL, "take_up")
    city.move(GENERAL, "send_back", due="2025-01-15")  # Friday the 10th plus three working days
    assert city.state(GENERAL) == "plan.drafting"
    assert city.open_deadlines(KEY) == [("liaison", "2025-01-15", "2025-01-22")]
    form = city.form(GENERAL, "plan")
    assert not {"signed", "signed_by", "taken_up", "late"} & set(form)
    assert city.appraisal(GENERAL).record["visits"]["plan.drafting"] == 2
    city.move(GENERAL, "sign_off")
    city.move(GENERAL, "submit")
    city.move(GENERAL, "withdraw")  # the right is new with the new submission


def test_sending_back_needs_a_reason_and_three_working_days(city: City) -> None:
    city.file(GENERAL)
    bare = person(CLERK, reason=" ")
    assert codes(lambda: city.ask(GENERAL, "send_back", bare)) == ["reason_missing", "due_missing"]
    assert codes(lambda: city.ask(GENERAL, "send_back", bare, due="2025-01-14")) == [
        "reason_missing",
        "due_too_near",
    ]
    assert codes(lambda: city.move(GENERAL, "send_back", due="15.1.2025")) == ["date_malformed"]


def test_a_due_date_that_is_no_working_day_moves_to_the_next(city: City) -> None:
    city.file(GENERAL)
    city.move(GENERAL, "send_back", due="2025-01-28")  # the holidays end on 4 February
    assert city.open_deadlines(KEY) == [("liaison", "2025-02-05", "2025-02-11")]


def test_only_the_clock_lapses_a_form_and_only_after_its_grace(city: City) -> None:
    assert codes(lambda: city.move(GENERAL, "lapse")) == ["role_missing"]
    city.at("2025-03-07 23:59:59.999999")
    assert city.sweep().moved == []
    city.at("2025-03-08 00:00")
    assert (KEY, "lapse") in city.sweep().moved
    assert city.state(GENERAL) == "plan.lapsed"
    assert city.open_deadlines(KEY) == []
    assert city.form(GENERAL, "plan")["lapsed"] == 1


def test_a_lapsed_form_is_readmitted_until_the_next_window_opens(city: City) -> None:
    city.at("2025-03-10 00:00")
    city.sweep()
    assert codes(lambda: city.ask(GENERAL, "readmit", person(CLERK, reason=""))) == [
        "reason_missing",
        "due_missing",
    ]
    assert codes(lambda: city.move(GENERAL, "readmit", due="2025-03-09")) == ["due_past"]
    city.at("2025-07-01 00:00")
    assert codes(lambda: city.move(GENERAL, "readmit", due="2025-07-04")) == ["next_window_open"]
    city.at("2025-06-30 23:59")
    city.move(GENERAL, "readmit", due="2025-06-30")
    assert city.open_deadlines(KEY) == [("liaison", "2025-06-30", "2025-07-07")]
    city.file(GENERAL)


def test_a_move_out_of_another_state_names_where_it_is_possible(city: City) -> None:
    with pytest.raises(Refused) as refused:
        city.move(GENERAL, "take_up")
    (unmet,) = refused.value.unmet
    assert (unmet.code, unmet.data["state"]) == ("wrong_state", "plan.drafting")
    assert str(unmet.data["from"]).split(",")[0] == "plan.submitted"
    assert codes(lambda: city.move(GENERAL, "dance")) == ["action_unknown"]


@pytest.mark.parametrize("action", ["withdraw", "send_back", "accept", "readmit", "settle", "verify"])
def test_no_move_starts_where_it_does_not_belong(city: City, action: str) -> None:
    before = city.rows()
    assert codes(lambda: city.move(GENERAL, action, due="2025-02-20")) == ["wrong_state"]
    assert city.rows() == before


@pytest.mark.parametrize("action", ["propose", "ratify", "withdraw_proposal", "amend", "redate"])
def test_an_act_on_the_whole_cycle_is_not_asked_of_one_department(city: City, action: str) -> None:
    assert codes(lambda: city.move(GENERAL, action)) == ["whole_cycle_only"]


@pytest.mark.parametrize("key", ["cycle:2025", "appraisal:25:jiwei", "department:jiwei", "gibberish", ""])
def test_what_is_no_appraisal_is_not_found_among_them(city: City, key: str) -> None:
    with pytest.raises(NotFound):
        city.do("move", person(CLERK), subject=key, action="accept")


def test_a_department_without_an_appraisal_is_moved_from_nowhere(city: City) -> None:
    assert codes(lambda: city.ask("nobody", "accept", person(CLERK))) == ["wrong_state"]
