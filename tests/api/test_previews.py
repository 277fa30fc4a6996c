"""What an act on a whole year would change, told to whoever may do it; nothing is changed by asking."""

from __future__ import annotations

from typing import Any

import pytest
from httpx2 import Response

from tests.api.conftest import ApiAt
from tests.cast import (
    CLERK,
    DISCIPLINE,
    GENERAL,
    LIAISON,
    MEMBER,
    OFFICE_AT_HOME,
    PAPER,
    PERSONNEL,
    WHY,
    book,
)
from tests.held import COLLEAGUE

GROUNDS = {"reason": WHY, "document": PAPER}
BLAME = {"department": GENERAL, "lines": [{"part": "deduction", "item": "score.deduct.5.1"}]}


def content() -> Any:
    """The rulebook with other points of its first indicators."""
    made: Any = book().content()
    first, second = made["indicators"][:2]
    for one, more in ((first, -1), (second, 1)):
        one["points"] = str(int(one["points"]) + more)
    return made


ACTS: dict[str, tuple[str, dict[str, Any]]] = {
    "move_dates": ("running", {"stage": "plan", "due": "2025-03-14"}),
    "correct_rulebook": (
        "reviewing",
        {"rulebook": content(), "against": book().digest, "on_behalf_of": "group"},
    ),
    "amend": ("ratified", {"changes": [BLAME], "on_behalf_of": "group"}),
}
"""Act to a stage it is for, and what is sent."""


WRONG: dict[str, dict[str, Any]] = {
    "move_dates": {"stage": "rectification"},
    "correct_rulebook": {"against": "x"},
    "amend": {"changes": [{"department": "nobody"}]},
}


def codes(answer: Response) -> list[str]:
    return [unmet["code"] for unmet in answer.json().get("unmet", ())]


@pytest.mark.parametrize("act", ACTS)
def test_what_is_told_before_is_what_is_done_and_nothing_is_done_by_telling(api_at: ApiAt, act: str) -> None:
    stage, sent = ACTS[act]
    api, path = api_at(stage), f"/cycles/2025/{act}"
    if act == "correct_rulebook":
        api.city.give_marks(GENERAL)
    for who in (CLERK, COLLEAGUE):
        api.token(who)
    before, letters = api.city.rows(), api.city.select("SELECT count(*) FROM outbox")
    told = api.post(f"{path}/preview", CLERK, {**sent, **GROUNDS})
    assert (told.status_code, told.json()["subject"]) == (200, "cycle:2025"), told.text
    assert "etag" not in told.headers
    assert (api.city.rows(), api.city.select("SELECT count(*) FROM outbox")) == (before, letters)
    assert api.city.select("SELECT count(*) FROM pending_act WHERE status = 'waiting'") == [(0,)]
    waits = api.post(path, CLERK, {**sent, **GROUNDS})
    assert waits.status_code == 202, waits.text
    done = api.post(f"/pending-acts/{waits.json()['pending']}/confirm", COLLEAGUE).json()
    assert told.json().items() <= done.items()
    assert len(told.json()) > 3


@pytest.mark.parametrize("act", ACTS)
def test_a_preview_is_refused_as_the_act_would_be(api_at: ApiAt, act: str) -> None:
    stage, sent = ACTS[act]
    api, path = api_at(stage), f"/cycles/2025/{act}"
    sent = {**sent, **GROUNDS}
    wrong = {**sent, **WRONG[act]}
    for who, asked in ((LIAISON[GENERAL], sent), (CLERK, {**sent, "reason": ""}), (CLERK, wrong)):
        preview, done = (api.post(f"{path}{more}", who, asked) for more in ("/preview", ""))
        assert preview.status_code == done.status_code >= 400
        assert codes(preview) == codes(done) != []
    assert api.post(f"{path}/preview", CLERK, {**sent, "reason": "a\0"}).status_code == 422
    assert api.post(f"{path}/preview", CLERK, {}).status_code == 422
    assert api.post(f"{path}/preview", CLERK, sent, If_Match='"1"').json()["code"] == "version_unused"
    assert api.post(f"/cycles/2031/{act}/preview", CLERK, sent).status_code == 404


def test_a_preview_tells_nobody_too_early_of_their_own_department(api_at: ApiAt) -> None:
    api = api_at("reviewing")
    for department in (GENERAL, DISCIPLINE, PERSONNEL):
        api.city.give_marks(department)
    sent = {**ACTS["correct_rulebook"][1], **GROUNDS}

    def touched(who: str, **more: Any) -> set[str]:
        told = api.post("/cycles/2025/correct_rulebook/preview", who, {**sent, **more})
        return {one["subject"].rpartition(":")[2] for one in told.json()["marks"]}

    assert touched(CLERK) == {GENERAL, DISCIPLINE, PERSONNEL}
    assert touched(OFFICE_AT_HOME[GENERAL]) == {DISCIPLINE, PERSONNEL}
    assert touched(MEMBER, on_behalf_of="") == {GENERAL, DISCIPLINE, PERSONNEL}
