"""What the form of an act says beside its fields, and what letters and entries say in words, not in codes."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from cycle.board.post_office import answered
from cycle.db import Statement
from cycle.documents.papers import issuing
from tests.cast import AUDITOR, CLERK, GENERAL, INSPECTOR, LIAISON, PAPER, REVIEWERS, person
from tests.held import YEAR
from tests.web.conftest import Desk, DeskAt

_ANSWERED = Statement("UPDATE outbox SET status = 'sent', next_at = NULL, answer = :answer WHERE key = :key")


def beside(desk: Desk, name: str, who: str, **where: str) -> dict[str, str]:
    """What is said beside each field of an act's form, as who listens to the field hears it."""
    page = desk.page(f"/do/{name}", who, **{"year": str(YEAR), "department": GENERAL, **where})
    told = page.cssselect("main form [aria-describedby]")
    return {
        one.get("name"): page.get_element_by_id(one.get("aria-describedby")).text_content() for one in told
    }


def weighed(desk: Desk, name: str, who: str) -> list[str]:
    """What the form of a decision says before its fields."""
    where = {"year": str(YEAR), "department": GENERAL, "number": "1"}
    page = desk.page(f"/do/{name}", who, **where)
    return [one.text_content() for one in page.cssselect("main form .in > p")]


def test_each_day_of_a_finding_is_explained_and_when_its_document_is_needed(desk_at: DeskAt) -> None:
    told = beside(desk_at("running"), "finding_record", INSPECTOR)
    assert told == {
        "on": "问题发生或者查到的那一天。",
        "document": "察访核验发现的问题可以不填；通报、专项批评等其他条款必填。",
        "occurred_on": "这一步实际办理的那一天；今天办、今天录的，不填。",
    }


def test_a_bonus_and_a_finding_are_decided_in_sight_of_their_points(desk_at: DeskAt) -> None:
    desk = desk_at("running")
    city = desk.city
    honour = {"award": "先进集体", "granted_by": "某部", "collective": True, "on": f"{YEAR}-01-02"}
    asked = {"year": YEAR, "department": GENERAL, "item": "score.bonus.national", **honour}
    city.do("apply_bonus", person(LIAISON[GENERAL], document=PAPER), **asked)
    assert weighed(desk, "bonus_approve", CLERK) == [
        "“国家级表彰”加3.00分；同一荣誉只计最高的一项，加分合计最多5.00分。"
    ]
    found = {"item": "score.deduct.1", "source": "open_visit", "severity": "ordinary", "text": "脱岗"}
    city.do(
        "finding",
        person(INSPECTOR),
        action="record",
        year=YEAR,
        department=GENERAL,
        on=f"{YEAR}-01-09",
        **found,
    )
    city.do("finding", person(CLERK), action="notify", subject=f"finding:{YEAR}:{GENERAL}:1")
    assert weighed(desk, "finding_confirm", CLERK) == ["“察访核验发现问题”扣1.00分。"]


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ("250 1", "已收下（250 1）"),
        ("2026-11-23-3f6b0a17c2.eml", "已存入文件夹"),
    ],
)
def test_what_came_back_of_a_letter_is_said_in_words(desk_at: DeskAt, answer: str, said: str) -> None:
    desk = desk_at("running")
    desk.city.ask(GENERAL, "chase", person(CLERK))
    ((key,),) = desk.city.select("SELECT key FROM outbox ORDER BY at DESC LIMIT 1")
    with desk.city.service.database.write() as session:
        _ANSWERED.run(session, key=key, answer=answer)
    cells = [one.text_content() for one in desk.page("/mail", CLERK).cssselect("tbody td:last-child")]
    assert said in cells
    assert said in desk.page(f"/letters/{quote(key, safe='')}", CLERK).cssselect("aside")[0].text_content()


def test_whoever_had_no_letter_yet_is_told_what_will_stand_here(desk_at: DeskAt) -> None:
    desk = desk_at("running")
    assert "还没有信件。" in desk.page("/letters", REVIEWERS[0]).cssselect(".empty")[0].text_content()
    chosen = desk.page("/letters", REVIEWERS[0], status="failed").cssselect(".empty")[0]
    assert chosen.text_content() == "没有信件。"


def test_what_kept_a_letter_back_stays_as_the_server_said_it() -> None:
    assert answered("retry", 451, "try later", "zh") == "451 try later"
    assert answered("failed", 550, "550 unknown", "zh") == "550 unknown"
    assert answered("failed", None, "address", "zh") == "没有可用的邮箱地址"
    assert answered("pending", None, None, "zh") == ""


def test_the_entry_of_a_paper_names_its_fields_in_words(desk_at: DeskAt) -> None:
    desk = desk_at("ratified")
    issuing.issue(desk.city.service, person(CLERK), "circular", YEAR)
    page = desk.page("/history", AUDITOR, subject="dispatch:2026", entry="1")
    assert "已编到的号 › 绩效办通" in page.text_content()
