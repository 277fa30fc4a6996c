"""What a corrected rulebook may not spoil: marks given, matters not decided yet, what goes into the next year."""

from __future__ import annotations

from typing import Any

from tests.cast import (
    CLERK,
    DISCIPLINE,
    GENERAL,
    REVIEWERS,
    City,
    CityAt,
    book,
    codes,
    for_body,
    person,
    refusals,
)
from tests.held import YEAR, key_of
from workflows import rulebook
from workflows.corrections import with_values
from workflows.rulebook import Rulebook


def correct(city: City, corrected: Rulebook) -> Any:
    """The group corrects the rulebook of the cast, by the office, confirmed."""
    content, against = corrected.content(), book().digest
    return city.both("correct_rulebook", for_body("group"), year=YEAR, rulebook=content, against=against)


LESS = {"indicators.content.2.1.points": "3", "indicators.content.2.2.points": "22"}
"""One indicator of a group is worth two points less, another two more."""


def test_marks_above_the_corrected_points_never_become_lines(city_at: CityAt) -> None:
    city = city_at("reviewing")
    city.at("2025-12-20")
    city.give_marks(GENERAL)
    city.rate(GENERAL)
    city.survey(GENERAL)
    assert [who for who, _, _ in city.open_deadlines(key_of(GENERAL))] == ["office"]
    before = city.row(key_of(DISCIPLINE)).number
    done = correct(city, with_values(book(), LESS))
    assert done["rescheduled"] == 1
    assert done["marks"] == [
        {
            "subject": key_of(GENERAL),
            "member": member,
            "items": ["content.2.1", "content.2.2"],
            "above": ["content.2.1"],
        }
        for member in city.appraisal(GENERAL).record["team"]
    ]
    assert city.row(key_of(DISCIPLINE)).number == before
    team = sorted(REVIEWERS)
    assert city.appraisal(GENERAL).record["marks_unconfirmed"] == team
    assert sorted(who for who, _, _ in city.open_deadlines(key_of(GENERAL))) == team
    assert sorted(set(codes(lambda: city.move(GENERAL, "complete")))) == ["marks_above", "marks_unconfirmed"]
    assert codes(lambda: city.ask(GENERAL, "confirm_marks", person(REVIEWERS[0]))) == ["marks_above"]
    for member in REVIEWERS:
        given = [{"item": "content.2.1", "points": 300}, {"item": "content.2.2", "points": 2200}]
        city.ask(GENERAL, "mark", person(member), marks=given)
        city.ask(GENERAL, "confirm_marks", person(member))
    city.move(GENERAL, "complete")
    line = "SELECT sum(points), count(*) FROM line WHERE subject = :key AND part = 'central'"
    assert city.select(line, key=key_of(GENERAL))[0][0] == sum(i.points for i in book().indicators)


def without(*items: str) -> Rulebook:
    """The rulebook of the cast without these grounds and bonuses."""
    content: Any = book().content()
    for part in ("deductions", "bonuses"):
        content[part] = [row for row in content[part] if row["id"] not in items]
        for item in items:
            for path in (f"{part}.{item}", f"{part}.{item}.per"):
                content["notes"].pop(path, None)
    return rulebook.thaw(content)


def test_an_item_that_a_matter_is_decided_by_does_not_go(city_at: CityAt) -> None:
    city = city_at("running")
    ground, award = "score.deduct.5.4", "score.bonus.article"
    about = {"department": GENERAL, "year": YEAR, "on": "2025-01-08", "text": "x", "item": ground}
    key = city.do(
        "finding",
        person(CLERK),
        action="record",
        **about,
        source="open_visit",
        severity="ordinary",
    )["subject"]
    city.apply(GENERAL, award)
    city.honour(DISCIPLINE, "score.bonus.division", award="文明单位")
    city.honour(DISCIPLINE, "score.bonus.region", award="文明单位")  # the first one lies without a line
    (unmet,) = refusals(lambda: correct(city, without(ground, award, "score.bonus.division")))
    assert (unmet.code, unmet.data["items"]) == ("items_in_use", f"{award},score.bonus.division,{ground}")
    city.do("finding", person(CLERK), action="drop", subject=key)
    assert correct(city, without(ground))["after"] == "running"


def test_a_matter_goes_only_into_a_year_whose_rulebook_can_decide_it(city_at: CityAt) -> None:
    city = city_at("reviewing")
    award, after = "score.bonus.article", YEAR + 1
    key = city.apply(GENERAL, award)
    city.at("2025-12-20")
    city.mark(GENERAL)
    city.at("2026-01-02")
    city.whole("prepare", after, rulebook=without(award).content())
    carry = {"matter": key, "new_year": after}
    (unmet,) = refusals(lambda: city.move(GENERAL, "carry_over", **carry))
    assert (unmet.code, unmet.data["items"]) == ("next_year_lacks_item", award)
    city.whole("prepare", after, rulebook=book().content(), replace=True)
    city.move(GENERAL, "carry_over", **carry)
    city.whole("prepare", after, rulebook=without(award).content(), replace=True)
    city.whole("approve_rulebook", after, digest=without(award).digest)
    assert codes(lambda: city.whole("open", after)) == ["carried_items_missing"]


def test_an_indicator_that_was_marked_does_not_go(city_at: CityAt) -> None:
    city = city_at("reviewing")
    city.at("2025-12-20")
    city.ask(GENERAL, "mark", person(REVIEWERS[0]), marks=[{"item": "content.2.1", "points": 500}])
    content: Any = book().content()
    indicators = {row["id"]: row for row in content["indicators"]}
    indicators["content.2.2"]["points"] = "25"
    content["indicators"] = [row for name, row in indicators.items() if name != "content.2.1"]
    (unmet,) = refusals(lambda: correct(city, rulebook.thaw(content)))
    assert (unmet.code, unmet.data["items"]) == ("items_in_use", "content.2.1")
