"""Which move writes to whom: the holders of the day, in their language, with the facts of the move."""

from __future__ import annotations

import pytest

from tests.cast import CLERK, DISCIPLINE, GENERAL, HEAD, LIAISON, MEMBER, PERSONNEL, City, CityAt, person
from tests.held import YEAR, key_of
from tests.jobs import moves
from tests.jobs.mailbox import Mail, mails, reads_english
from tests.jobs.moves import MOVES, Told
from workflows.events import NOTICES

MARKS = {"": ("",), "blue": ("◆",), "yellow": ("▲",), "red": ("■",)}


def told(city: City, case: Told) -> list[Mail]:
    """The letters of the last move of the case's department."""
    row = city.appraisal(case.department)
    return mails(city, case.kind, subject=row.key, number=row.number)


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("action", MOVES)
def test_a_move_is_told_to_the_holders_of_its_posts_in_their_words(
    city_at: CityAt, action: str, lang: str
) -> None:
    case = MOVES[action]
    city = city_at(case.stage)
    if lang == "en":
        reads_english(city, *case.to)
    case.play(city)
    letters = told(city, case)
    assert {letter.recipient for letter in letters} == case.to
    assert len(letters) == len(case.to)
    row = city.appraisal(case.department)
    last = city.last(row.key)
    assert last["action"] == action
    for letter in letters:
        assert letter.key == f"{row.key}#{row.number}:{case.kind}:{letter.recipient}"
        assert (letter.lang, letter.status, letter.at) == (lang, "pending", last["at"])
        for word in case.zh if lang == "zh" else case.en:
            assert word in letter.body
        assert letter.name in letter.body
        (mark,) = MARKS[case.colour]
        first = letter.body.splitlines()[0]
        assert first.startswith(mark) if mark else first[0] not in "◆▲■●"


def test_every_notice_of_the_machine_is_in_the_table() -> None:
    expected = {
        action: (notices[0][0], tuple(to for _, to in notices)) for action, notices in NOTICES.items()
    }
    asked = expected.pop("ask_extension")
    assert asked == ("extension_asked", ("office",))
    found = {action: (case.kind, case.posts) for action, case in MOVES.items()}
    assert found.pop("record_line") == ("deduction_written", ("liaison", "head"))
    assert found == expected


def test_a_request_for_more_time_is_told_to_everybody_in_the_office(city_at: CityAt) -> None:
    city = city_at("running")
    reads_english(city, "p-gong-ping")
    moves.asked(city)
    letters = mails(city, "extension_asked")
    assert len(letters) == 8
    assert CLERK in {letter.recipient for letter in letters}
    for letter in letters:
        english = letter.recipient == "p-gong-ping"
        days = (
            ("Friday 28 February", "Tuesday 11 March") if english else ("2月28日（周五）", "3月11日（周二）")
        )
        for word in (*days, "魏思远", "情况说明"):
            assert word in letter.body
    city.move(GENERAL, "extend")
    city.move(GENERAL, "ask_extension", due="2025-03-20")
    assert "第2次" in mails(city, "extension_asked", to=CLERK)[-1].body


def test_only_deductions_are_told_of_the_ledger(city_at: CityAt) -> None:
    city = city_at("running")
    city.at("2025-02-10")
    city.honour(GENERAL)
    assert mails(city, subject=key_of(GENERAL)) == []


# --- whoever holds the post on the day ---


@pytest.mark.parametrize(("since", "holder"), [("2025-02-09", PERSONNEL), ("2025-02-11", GENERAL)])
def test_a_head_who_left_the_post_gets_nothing_any_more(city_at: CityAt, since: str, holder: str) -> None:
    city = city_at("running")
    post = {"department": GENERAL, "post": "head", "person": HEAD[PERSONNEL], "on": since}
    city.do("appoint", person(CLERK), **post)
    moves.filed_by(city, HEAD[holder])
    city.move(GENERAL, "send_back", due="2025-02-20")
    assert {letter.recipient for letter in mails(city, "sent_back")} == {LIAISON[GENERAL], HEAD[holder]}


def test_who_holds_both_posts_gets_one_letter(city_at: CityAt) -> None:
    city = city_at("running")
    post = {"department": GENERAL, "post": "liaison", "person": HEAD[GENERAL], "on": "2025-02-01"}
    city.do("appoint", person(CLERK), **post)
    city.at("2025-03-08 00:00")
    city.sweep()
    assert [letter.recipient for letter in mails(city, "lapsed", subject=key_of(GENERAL))] == [HEAD[GENERAL]]


def test_two_posts_at_one_address_get_one_letter(city_at: CityAt) -> None:
    city = city_at("running")
    email = city.row(f"person:{LIAISON[GENERAL]}").record["email"]
    city.both("change_person", person(CLERK), id=HEAD[GENERAL], email=email)
    city.at("2025-03-08 00:00")
    city.sweep()
    letters = mails(city, "lapsed", subject=key_of(GENERAL))
    assert [letter.recipient for letter in letters] == [LIAISON[GENERAL]]


def test_a_post_nobody_holds_is_a_dead_letter(city_at: CityAt) -> None:
    city = city_at("running")
    new = {"id": "xinban", "name": "新设办", "category": "party", "posts": {}}
    city.do("register_department", person(CLERK), **new)
    city.ask("xinban", "enrol", person(CLERK), stage="plan", due="2025-03-10")
    answer = city.ask("xinban", "exempt", person(CLERK, on_behalf_of="group"))
    city.confirm(answer)
    letters = mails(city, "exempted")
    assert {(letter.recipient, letter.name, letter.status) for letter in letters} == {
        ("liaison", "填报员", "failed"),
        ("head", "主要负责人", "failed"),
    }


def test_a_renamed_department_is_called_by_its_name_of_the_day(city_at: CityAt) -> None:
    city = city_at("running")
    city.do("rename", person(CLERK), department=GENERAL, name="市委办", on="2025-02-05")
    moves.accepted(city)
    letter, _to_the_head = mails(city, "accepted")
    assert "市委办" in letter.title
    assert "办公室年度计划" not in letter.title


def test_the_letterhead_signs_and_links_and_gives_its_domain(city_at: CityAt) -> None:
    city = city_at("running")
    said = {
        "office": "测试市绩效办",
        "contact": "王同志，电话12345",
        "link": "https://kp.example/a",
        "domain": "kp.example",
    }
    city.do("set_letterhead", person(CLERK), **said)
    moves.accepted(city)
    letter, _to_the_head = mails(city, "accepted")
    for word in ("测试市绩效办", "王同志，电话12345", f"https://kp.example/a/{YEAR}/{GENERAL}"):
        assert word in letter.body
        assert word in letter.html
    assert letter.event is not None
    assert letter.event["uid"].endswith("@kp.example")
    ((message_id,),) = city.select("SELECT message_id FROM outbox WHERE key = :key", key=letter.key)
    assert message_id.endswith("@kp.example>")


# --- what is worth saying ---


def test_going_back_to_anything_but_a_form_is_not_told(city_at: CityAt) -> None:
    city = city_at("reviewing")
    city.at("2025-12-20")
    city.mark(GENERAL)
    city.move(GENERAL, "reopen")
    assert city.state(GENERAL) == "central_review.marking"
    assert mails(city, "sent_back") == []
    city.move(GENERAL, "reopen", due="2025-12-25")
    assert {letter.recipient for letter in mails(city, "sent_back")} == {LIAISON[GENERAL], HEAD[GENERAL]}


def test_a_calendar_that_moves_no_date_is_not_told(city_at: CityAt) -> None:
    city = city_at("running")
    city.at("2025-02-10")
    days = city.row(f"calendar:{YEAR}").record["days"]
    city.do("import_calendar", person(CLERK), year=YEAR, **days)
    assert mails(city, "date_moved") == []


def test_amended_results_are_told_where_they_changed(city_at: CityAt) -> None:
    city = city_at("ratified")
    city.at("2026-02-02")
    ((line,),) = city.select(
        "SELECT id FROM line WHERE subject = :key AND part = 'central' AND item = 'content.1.1'",
        key=key_of(PERSONNEL),
    )
    less = {"part": "central", "item": "content.1.1", "points": 50}
    city.whole("amend", changes=[{"department": PERSONNEL, "reverse": [line], "lines": [less]}])
    letters = mails(city, "grades_amended")
    assert {letter.recipient for letter in letters} == {LIAISON[PERSONNEL], HEAD[PERSONNEL]}
    city.at("2026-02-03")
    city.whole("amend", changes=[moves.BLAME])  # everybody's rank moves by it
    changed = [letter for letter in mails(city, "grades_amended") if letter not in letters]
    assert len(changed) == 6


def test_points_that_move_from_part_to_part_are_a_change_though_the_total_stays(city_at: CityAt) -> None:
    city = city_at("ratified")
    city.at("2026-02-02")
    rows = city.select(
        "SELECT item, id FROM line WHERE subject = :key AND part IN ('central', 'public')",
        key=key_of(DISCIPLINE),
    )
    ids = {str(item): str(name) for item, name in rows}
    lines = [
        {"part": "central", "item": "content.1.1", "points": 200},
        {"part": "public", "item": "survey", "points": 250},
    ]
    reverse = [ids["content.1.1"], ids["survey"]]
    city.whole("amend", changes=[{"department": DISCIPLINE, "reverse": reverse, "lines": lines}])
    letters = mails(city, "grades_amended")
    assert {letter.recipient for letter in letters} == {LIAISON[DISCIPLINE], HEAD[DISCIPLINE]}
    assert "99.50" in letters[0].body


# --- two years running ---


def test_the_report_goes_once_to_each_of_the_group_and_to_the_leader(city_at: CityAt) -> None:
    city = city_at("pending again")
    reads_english(city, MEMBER)
    city.to_ratified(moves.AGAIN)
    key = f"case:{moves.AGAIN}:{PERSONNEL}"
    letters = mails(city, "escalation_report")
    addresses = [letter.address for letter in letters]
    assert len(addresses) == len(set(addresses)) == 9
    assert {letter.key.rpartition(":")[0] for letter in letters} == {f"{key}#1:escalation_report"}
    for letter in letters:
        digest = city.row(key).record["report_data"]
        assert digest in letter.body
        assert "99.00" in letter.body
        assert letter.lang == ("en" if letter.recipient == MEMBER else "zh")


def test_a_case_that_loses_its_ground_is_taken_back_with_everybody_who_was_told(city_at: CityAt) -> None:
    city = city_at("pending again")
    city.to_ratified(moves.AGAIN)
    city.at("2027-02-01")
    city.whole("amend", moves.AGAIN, changes=[moves.BLAME])
    told_ = {letter.recipient for letter in mails(city, "escalation_report")}
    letters = mails(city, "escalation_withdrawn")
    assert {letter.recipient for letter in letters} == told_
    assert all("组织部" in letter.title for letter in letters)


def test_a_proposal_withdrawn_before_anybody_had_it_is_not_mentioned(city_at: CityAt) -> None:
    city = city_at("pending")
    city.whole("propose")
    city.whole("withdraw_proposal")
    assert mails(city, "proposal_withdrawn") == []
    assert city.select("SELECT DISTINCT status FROM outbox WHERE kind = 'grades_proposed'") == [("void",)]
