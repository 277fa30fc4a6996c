"""Acts on a running year: its rulebook corrected, a date moved for all, the next year begun from it."""

from __future__ import annotations

import json
from typing import Any

from cycle.jobs.passes import make_pass
from cycle.operations.last_year import Since, changes_since, earlier, rulebook_after
from cycle.operations.perform import Transaction
from cycle.operations.promises import unkept
from cycle.operations.whole_city import preview_correction, preview_dates
from cycle.queries import SubjectRow
from tests.cast import (
    CLERK,
    DISCIPLINE,
    GENERAL,
    HEAD,
    LIAISON,
    MEMBER,
    OTHER_MEMBER,
    PERSONNEL,
    REVIEWERS,
    SUCCESSOR,
    City,
    CityAt,
    book,
    codes,
    for_body,
    person,
)
from tests.held import COLLEAGUE, YEAR, instant, key_of
from workflows import rulebook
from workflows.corrections import with_values
from workflows.rulebook import Rulebook

CYCLE = f"cycle:{YEAR}"
OPENS = "windows.midyear.opens.value"


def other(**values: str) -> Rulebook:
    """The rulebook of the cast with other values; a path's dots are written as two underlines."""
    return with_values(book(), {path.replace("__", "."): value for path, value in values.items()})


def correct(city: City, corrected: Rulebook, against: Rulebook | None = None) -> Any:
    """The group corrects the rulebook, by the office, confirmed."""
    arguments: dict[str, Any] = {
        "year": YEAR,
        "rulebook": corrected.content(),
        "against": (against or book()).digest,
    }
    return city.both("correct_rulebook", for_body("group"), **arguments)


def dates(city: City, stage: str, due: str) -> Any:
    """The office moves a date, confirmed by somebody of another home."""
    return city.both("move_dates", person(CLERK), year=YEAR, stage=stage, due=due)


def frozen(city: City) -> Any:
    """The rulebook the cycle holds, read by its digest."""
    ((body,),) = city.select(
        "SELECT body FROM text WHERE sha256 = :sha", sha=city.row(CYCLE).record["rulebook"]
    )
    return json.loads(body)


def letters(city: City, kind: str) -> list[tuple[Any, ...]]:
    """Subject and recipient of the letters of a kind."""
    return city.select(
        "SELECT subject, address FROM outbox WHERE kind = :kind ORDER BY subject, address", kind=kind
    )


# --- the rulebook corrected ---


def test_a_correction_is_frozen_by_digest_and_its_differences_stay_in_the_history(city_at: CityAt) -> None:
    city = city_at("running")
    corrected = other(windows__midyear__opens__value="07-02", deadlines__team_size__value="2")
    done = correct(city, corrected)
    assert done["differences"] == [
        {"path": "deadlines.team_size.value", "before": "3", "after": "2"},
        {"path": OPENS, "before": "07-01", "after": "07-02"},
    ]
    row, last = city.row(CYCLE), city.last(CYCLE)
    assert (row.state, row.record["corrections"]) == ("running", 1)
    assert row.record["rulebook_digest"] == row.record["approved"] == corrected.digest == last["rulebook"]
    assert frozen(city) == corrected.content()
    assert last["data"]["differences"] == done["differences"]
    assert last["data"]["corrects"] == book().digest
    assert (last["on_behalf_of"], last["confirmed_by"]) == ("group", COLLEAGUE)
    assert done["touched"] == []
    assert city.open_deadlines(key_of(GENERAL))[0][1] == "2025-02-28"


def test_windows_not_yet_open_follow_and_nothing_else_moves(city_at: CityAt) -> None:
    city = city_at("running")
    city.at("2025-02-10")
    city.file(GENERAL)
    city.move(GENERAL, "accept")
    before = city.row(key_of(DISCIPLINE)).number
    done = correct(city, other(windows__midyear__opens__value="07-02"))
    assert done["rescheduled"] == 1
    assert city.last(key_of(GENERAL))["action"] == "correct_rulebook"
    assert city.row(key_of(DISCIPLINE)).number == before
    city.at("2025-07-01 12:00")
    city.sweep()
    assert city.state(GENERAL) == "plan.accepted"
    city.at("2025-07-02 00:00")
    city.sweep()
    assert city.state(GENERAL) == "midyear.drafting"


def test_the_window_earlier_opens_at_the_next_pass(city_at: CityAt) -> None:
    city = city_at("running")
    city.at("2025-02-10")
    city.file(GENERAL)
    city.move(GENERAL, "accept")
    city.at("2025-06-30")
    city.sweep()
    correct(city, other(windows__midyear__opens__value="06-29"))
    city.sweep()
    assert (city.state(GENERAL), city.state(DISCIPLINE)) == ("midyear.drafting", "midyear.drafting")


def test_lines_that_stand_keep_their_points_and_are_listed(city_at: CityAt) -> None:
    city = city_at("pending")
    item = book().indicators[0].id
    content: Any = book().content()
    first, second = content["indicators"][0], content["indicators"][1]
    assert first["id"].rpartition(".")[0] == second["id"].rpartition(".")[0]
    points = {row["id"]: row["points"] for row in (first, second)}
    first["points"], second["points"] = str(int(points[first["id"]]) - 1), str(int(points[second["id"]]) + 1)
    before = city.select("SELECT id, points FROM line ORDER BY id")

    done = correct(city, rulebook.thaw(content))
    assert city.select("SELECT id, points FROM line ORDER BY id") == before
    assert len(done["touched"]) == 6
    found = done["touched"][0]
    assert (found["subject"], found["part"], found["item"]) == (key_of(GENERAL), "central", item)
    assert found["before"] - found["after"] == 100
    assert city.whole("propose")["after"] == "proposed"


def test_what_is_in_the_way_of_a_correction_is_named_altogether(city_at: CityAt) -> None:
    city = city_at("running")
    spoilt: Any = book().content()
    spoilt["quota"]["excellent"]["percent"] = 99
    asked = {"year": YEAR, "rulebook": spoilt, "against": book().digest}
    assert codes(lambda: city.do("correct_rulebook", for_body("group"), **asked)) == ["rulebook_invalid"]
    assert codes(lambda: correct(city, book())) == ["rulebook_same"]
    named: Any = {**other(deadlines__team_size__value="2").content(), "name": "another"}
    asked = {"year": YEAR, "rulebook": named, "against": "0" * 64}
    found = codes(lambda: city.do("correct_rulebook", for_body("group"), **asked))
    assert found[:2] == ["rulebook_moved_on", "rulebook_of_other_name"]
    unsure = other(deductions__score__deduct__5__1__points="3.5")
    assert codes(lambda: correct(city, unsure)) == ["figures_unconfirmed"]
    asked = {"year": YEAR, "rulebook": "text", "against": ""}
    assert codes(lambda: city.do("correct_rulebook", for_body("group"), **asked)) == ["value_unusable"]
    city.do("confirm_figure", person(CLERK), figure="deductions.score.deduct.5.1", rulebook=unsure.content())
    assert correct(city, unsure)["after"] == "running"


def test_a_correction_waits_for_a_second_person_and_for_the_group(city_at: CityAt) -> None:
    city = city_at("running")
    asked = {
        "year": YEAR,
        "rulebook": other(deadlines__team_size__value="2").content(),
        "against": book().digest,
    }
    before = city.rows()
    assert codes(lambda: city.do("correct_rulebook", person(CLERK), **asked)) == ["role_missing"]
    pending = city.do("correct_rulebook", person(MEMBER), **asked)
    assert (pending["subject"], city.rows()) == (CYCLE, before)
    other_one = city.do("correct_rulebook", person(MEMBER, reason="另一份"), **asked)
    city.confirm(pending, OTHER_MEMBER)
    assert codes(lambda: city.confirm(other_one, OTHER_MEMBER)) == ["rulebook_moved_on", "rulebook_same"]


def test_only_a_running_year_is_corrected(city_at: CityAt) -> None:
    city = city_at("ratified")
    assert codes(lambda: correct(city, other(deadlines__team_size__value="2"))) == ["wrong_state"]
    assert codes(lambda: dates(city, "plan", "2025-03-14")) == ["wrong_state"]


def test_new_rungs_hold_for_the_deadlines_that_run(city_at: CityAt) -> None:
    city = city_at("running")
    city.at("2025-01-10 12:00")
    city.sweep()
    before = city.select("SELECT at FROM alarm ORDER BY deadline")
    correct(city, other(reminders__rungs__value="opens,-7,-3,-1,0,+1,+3,+5,lapse"))
    assert city.select("SELECT at FROM alarm ORDER BY deadline") > before


# --- dates moved for all ---


def test_everybody_in_the_stage_gets_the_new_date_and_a_letter_and_later_dates_stay(city_at: CityAt) -> None:
    city = city_at("running")
    city.at("2025-02-10")
    city.move(DISCIPLINE, "ask_extension", due="2025-03-20")
    city.move(DISCIPLINE, "extend", due="2025-03-20")
    city.file(PERSONNEL)
    rows = city.rows()
    done = dates(city, "plan", "2025-03-14")
    assert (done["moved"], done["later_already"], done["lapsed"]) == ([GENERAL], [DISCIPLINE], [])
    assert (done["before"], done["due"]) == ("2025-02-28", "2025-03-14")
    assert city.rows() == rows + 2
    assert city.open_deadlines(key_of(GENERAL)) == [("liaison", "2025-03-14", "2025-03-21")]
    assert city.open_deadlines(key_of(DISCIPLINE))[0][1] == "2025-03-20"
    first, second = city.last(CYCLE), city.last(key_of(GENERAL))
    for key in ("action", "at", "actor", "confirmed_by", "document", "reason", "rulebook"):
        assert first[key] == second[key], key
    assert frozen(city)["windows"]["plan"]["due"]["value"] == "03-14"
    assert city.row(CYCLE).record["moved"] == {"plan": "02-28"}
    assert {subject for subject, _ in letters(city, "date_moved")} == {key_of(GENERAL)}
    city.at("2025-03-10")
    assert city.sweep().moved == []
    city.at("2025-03-22 00:00")
    assert (key_of(GENERAL), "lapse") in city.sweep().moved


def test_who_enters_later_goes_by_the_moved_date_and_who_has_lapsed_is_named(city_at: CityAt) -> None:
    city = city_at("running")
    city.at("2025-02-10")
    city.file(GENERAL)
    city.move(GENERAL, "accept")
    dates(city, "midyear", "2025-07-28")
    city.at("2025-07-01 00:00")
    city.sweep()
    assert city.open_deadlines(key_of(GENERAL))[0][1] == "2025-07-28"
    city.at("2025-08-08")
    city.sweep()
    assert city.state(GENERAL) == "midyear.lapsed"
    done = dates(city, "midyear", "2025-08-15")
    assert (done["lapsed"], done["moved"]) == ([GENERAL, DISCIPLINE, PERSONNEL], [])
    assert city.row(CYCLE).record["moved"] == {"midyear": "07-20"}


def test_reviewers_get_the_new_date_of_central_review(city_at: CityAt) -> None:
    city = city_at("reviewing")
    done = dates(city, "central_review", "2025-12-30")
    assert sorted(done["moved"]) == sorted([GENERAL, DISCIPLINE, PERSONNEL])
    found = city.open_deadlines(key_of(GENERAL))
    assert sorted(found) == sorted((member, "2025-12-30", None) for member in REVIEWERS)
    assert letters(city, "date_moved") == []


def test_what_is_in_the_way_of_moving_a_date(city_at: CityAt) -> None:
    city = city_at("running")
    before = city.rows()

    def refused(stage: str, due: str) -> list[str]:
        return codes(lambda: city.do("move_dates", person(CLERK), year=YEAR, stage=stage, due=due))

    assert refused("plan", "2025-02-28") == ["due_not_later"]
    assert refused("plan", "") == ["due_missing"]
    assert refused("plan", "2026-03-01") == ["due_of_other_year"]
    assert refused("rectification", "2025-03-01") == ["stage_not_movable"]
    assert refused("yearend", "2025-12-08") == ["rulebook_invalid"]
    assert codes(
        lambda: city.do("move_dates", person(MEMBER), year=YEAR, stage="plan", due="2025-03-14")
    ) == ["role_missing"]
    assert codes(lambda: city.move(GENERAL, "move_dates")) == ["whole_cycle_only"]
    assert codes(lambda: city.move(GENERAL, "correct_rulebook")) == ["whole_cycle_only"]
    waiting = city.do("move_dates", person(CLERK), year=YEAR, stage="plan", due="2025-03-14")
    assert codes(lambda: city.confirm(waiting, CLERK)) == ["second_person_same"]
    assert city.rows() == before


def test_a_preview_says_the_same_and_writes_nothing(city_at: CityAt) -> None:
    city = city_at("running")
    before = city.rows()
    corrected = other(deadlines__team_size__value="2")
    arguments = {"year": YEAR, "rulebook": corrected.content(), "against": book().digest}
    with city.service.database.read() as session:
        work = Transaction(session, city.clock, city.service.zone, for_body("group"))
        shown = preview_correction(work, arguments)
        work = Transaction(session, city.clock, city.service.zone, person(CLERK))
        moved = preview_dates(work, {"year": YEAR, "stage": "plan", "due": "2025-03-14"})
    assert city.rows() == before
    done = dates(city, "plan", "2025-03-14")
    assert moved == {key: done[key] for key in moved}
    again: dict[str, Any] = {**arguments, "rulebook": corrected.content(), "against": frozen_digest(city)}
    assert shown["differences"][0]["path"] == "deadlines.team_size.value"
    found = city.both("correct_rulebook", for_body("group"), **again)
    assert (
        found["differences"][-1]["path"] == "windows.plan.due.value"
    )  # the moved date is undone by the text
    assert city.row(CYCLE).record.get("moved", {}) == {}


def frozen_digest(city: City) -> str:
    """The digest of the rulebook that holds."""
    return str(city.row(CYCLE).record["rulebook_digest"])


# --- the next year ---


def test_the_next_year_begins_with_the_corrected_rulebook_without_the_moved_dates(city_at: CityAt) -> None:
    city = city_at("running")
    corrected = other(deadlines__team_size__value="2")
    correct(city, corrected)
    dates(city, "plan", "2025-03-14")
    with city.service.database.read() as session:
        assert rulebook_after(session, YEAR) == corrected
    city.do("prepare", person(CLERK), **{"year": YEAR + 1, "from": YEAR})
    record = city.row(f"cycle:{YEAR + 1}").record
    assert (record["rulebook_digest"], record["from"]) == (corrected.digest, YEAR)


def test_what_is_another_since_the_year_opened_is_listed(city_at: CityAt) -> None:
    city = city_at("running")
    assert since(city) == []
    city.at("2025-05-06")
    city.do("rename", person(CLERK), department=DISCIPLINE, name="监察委", on="2025-05-01")
    city.do(
        "appoint", person(CLERK), department=DISCIPLINE, post="head", person=HEAD[GENERAL], on="2025-05-02"
    )
    city.do(
        "register_department",
        person(CLERK),
        id=SUCCESSOR,
        name="新部门",
        category="government",
        posts={"liaison": LIAISON[PERSONNEL], "head": HEAD[PERSONNEL]},
    )
    city.do("merge", person(CLERK), department=SUCCESSOR, predecessors=[PERSONNEL], on="2025-05-05")
    found = since(city)
    assert {(each.code, each.department, each.post) for each in found} >= {
        ("renamed", DISCIPLINE, ""),
        ("post_changed", DISCIPLINE, "head"),
        ("joined", SUCCESSOR, ""),
        ("post_vacant", SUCCESSOR, "leader"),
        ("merged", PERSONNEL, ""),
    }
    (renamed,) = [each for each in found if each.code == "renamed"]
    assert (renamed.now, renamed.on, bool(renamed.before)) == ("监察委", "2025-05-01", True)
    (merged,) = [each for each in found if each.code == "merged"]
    assert (merged.now, merged.on) == (SUCCESSOR, "2025-05-05")


def since(city: City) -> list[Since]:
    """What is another since the year opened."""
    with city.service.database.read() as session:
        before = earlier(session, SubjectRow(f"cycle:{YEAR + 1}", "cycle", YEAR + 1, "", "", 0, "", {}))
        assert before is not None
        return changes_since(
            session, before, city.clock.now().astimezone(instant("2025-01-01").tzinfo).date()
        )


def test_every_reminder_of_the_moved_date_is_kept_also_where_the_window_was_not_told_of_yet(
    city_at: CityAt,
) -> None:
    city = city_at("running")
    city.at("2025-01-10 08:00")
    dates(city, "plan", "2025-03-14")
    city.at("2025-01-10 09:00")
    make_pass(city.service, "one")
    assert len(letters(city, "window_opened")) == 3
    city.at("2025-03-13 09:00")
    make_pass(city.service, "one")
    (due,) = {due for _, due, _ in city.open_deadlines(key_of(GENERAL))}
    assert due == "2025-03-14"
    assert len(letters(city, "reminder")) == 6
    assert unkept(city.service, instant("2025-03-13 09:01")) == []
