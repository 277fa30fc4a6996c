"""Files of rows over the interface: tried, taken in, waiting or refused row by row, by whom the acts in them are."""

from __future__ import annotations

import csv
import io
import re

import pytest
from httpx2 import Response

from cycle.api.imports import Kind
from cycle.imports.importing import KINDS
from cycle.operations import import_kinds
from tests.api.conftest import ROOT, Api, ApiAt
from tests.cast import (
    ADMIN,
    CLERK,
    DISCIPLINE,
    GENERAL,
    INSPECTOR,
    LEADER,
    LIAISON,
    MEMBER,
    OFFICE_AT_HOME,
    PAPER,
    REVIEWERS,
    WHY,
)
from tests.held import COLLEAGUE
from tests.hostile_files import HEAD, MARKS, csv_text
from workflows.machines import MACHINES

NEW = ("人员", "p-new", "新人", "new@new.example", "outside", "考核组成员")
MIXED = ("人员", "p-mixed", "兼任", "mixed@new.example", "outside", "审计员、系统管理员")
BROKEN = ("人员", "P NEW", "新人", "nowhere", "outside", "考核组成员")


def hand_in(
    api: Api, kind: str, who: str, text: str | bytes, /, name: str = "a.csv", **fields: str
) -> Response:
    headers = {
        name_: fields.pop(name_) for name_ in ("Accept_Language", "Idempotency_Key") if name_ in fields
    }
    return api.client.post(
        f"{ROOT}/imports/{kind}",
        files={"file": (name, text if isinstance(text, bytes) else text.encode())},
        data=fields,
        headers=api.headers(who, **headers),
    )


def places(answer: Response) -> list[tuple[int | None, str | None, str]]:
    """Row, column and code of everything that is wrong."""
    told = answer.json()
    return [
        (one["row"], one["column"], one["code"]) for one in told.get("rows" if "status" in told else "faults")
    ]


def test_every_kind_of_file_has_a_route_and_an_act_that_there_is() -> None:
    assert tuple(Kind.__args__) == KINDS == tuple(import_kinds.KINDS)  # type: ignore[attr-defined] # a Literal
    for kind, action in (one.asks for one in import_kinds.KINDS.values()):
        assert any(move.action == action for move in MACHINES[kind].moves)


def test_a_roster_is_tried_then_waits_for_a_second_person_and_is_taken_in_once(api_at: ApiAt) -> None:
    api = api_at("registered")
    text, sent = csv_text(NEW, head=HEAD), {"reason": WHY, "document": PAPER}
    api.token(CLERK), api.token(COLLEAGUE)
    before = api.city.rows()
    tried = hand_in(api, "roster", CLERK, text, dry_run="true", **sent)
    assert (tried.status_code, tried.json()["taken"], tried.json()["pending"]) == (200, 1, None)
    ((group,), named) = (tried.json()["changes"], "第2行：新人（p-new）；")
    assert (group["what"], group["count"], group["rows"][0]["line"].startswith(named)) == (
        "new_person",
        1,
        True,
    )
    assert group["rows"][0]["written"][0] == {"column": "email", "before": None, "after": "new@new.example"}
    assert api.city.select("SELECT 1 FROM pending_act") == []
    waits = hand_in(api, "roster", CLERK, text, Idempotency_Key="k1", **sent)
    assert (waits.status_code, waits.json()["again"]) == (202, False)
    again = hand_in(api, "roster", CLERK, text, Idempotency_Key="k1", **sent)
    assert (again.json()["pending"], again.json()["again"]) == (waits.json()["pending"], True)
    assert api.city.rows() == before
    where = waits.headers["Location"].removeprefix(ROOT)
    done = api.post(f"{where}/confirm", COLLEAGUE)
    assert (done.status_code, done.json()["taken"], done.json()["file"]) == (200, 1, "a.csv")
    assert api.city.row("person:p-new").record["name"] == "新人"
    same = hand_in(api, "roster", CLERK, text, **sent)
    assert (same.status_code, same.json()["same"], api.city.rows()) == (200, 1, before + 1)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_everything_wrong_is_told_by_row_and_column_in_the_readers_language(api_at: ApiAt, lang: str) -> None:
    api = api_at("registered")
    text = csv_text(NEW, BROKEN, head=HEAD)
    broken = hand_in(api, "roster", CLERK, text, reason=WHY, document=PAPER, Accept_Language=lang)
    assert (broken.status_code, broken.json()["code"]) == (422, "invalid")
    assert {(row, column) for row, column, _ in places(broken)} == {(3, "id"), (3, "email")}
    assert broken.headers["content-type"] == "application/problem+json"
    heading = {"zh": "编号", "en": "id"}[lang]
    assert any(one["line"].startswith(f"a.csv:3:{heading}: ") for one in broken.json()["rows"])
    assert bool(re.search("[一-鿿]", broken.json()["detail"])) == (lang == "zh")
    refused = hand_in(api, "roster", CLERK, csv_text(NEW, MIXED, head=HEAD), reason=WHY, document=PAPER)
    assert (refused.status_code, refused.json()["code"]) == (409, "refused")
    assert places(refused) == [(3, "roles", "roles_not_apart")]
    good = {"accept_good_rows": "true", "reason": WHY, "document": PAPER}
    part = hand_in(api, "roster", CLERK, text, **good)
    assert (part.status_code, part.json()["taken"], part.json()["left_out"]) == (202, 1, 1)
    assert {row for row, _, _ in places(part)} == {3}


def test_a_form_that_cannot_be_used_is_said_field_by_field(api_at: ApiAt) -> None:
    api = api_at("registered")
    text = csv_text(NEW, head=HEAD)
    for kind, fields, field in (
        ("marks", {}, "year"),
        ("marks", {"year": "２０２５"}, "year"),
        ("roster", {"dry_run": "perhaps"}, "dry_run"),
        ("roster", {"on": "2025-2-30"}, "on"),
        ("roster", {"colour": "red"}, "colour"),
    ):
        answer = hand_in(api, kind, CLERK, text, **fields)
        assert (answer.status_code, [one["field"] for one in answer.json()["fields"]]) == (422, [field])
    path, headers = f"{ROOT}/imports/roster", api.headers(CLERK)
    assert api.client.post(path, json={}, headers=headers).status_code == 415
    assert api.client.post(f"{ROOT}/imports/nothing", headers=headers).status_code in (404, 415, 422)
    large = hand_in(api, "roster", CLERK, b"x" * (9 << 20))
    assert (large.status_code, large.json()["code"]) == (413, "body_too_large")
    assert places(hand_in(api, "roster", CLERK, b"x" * ((8 << 20) + 1))) == [(None, None, "format")]


MAY = {
    "roster": {CLERK},
    "marks": {REVIEWERS[0]},
    "survey": {CLERK},
    "results": {CLERK},
}


@pytest.mark.parametrize("kind", KINDS)
def test_who_may_never_ask_for_its_rows_is_told_nothing_of_a_file(api_at: ApiAt, kind: str) -> None:
    api = api_at("registered")
    everybody = (CLERK, MEMBER, ADMIN, LIAISON[GENERAL], REVIEWERS[0], LEADER[GENERAL], INSPECTOR)
    found = {who: hand_in(api, kind, who, b"", year="2024") for who in everybody}
    assert {who for who, answer in found.items() if answer.status_code != 403} == MAY[kind]
    for who, answer in found.items():
        if who not in MAY[kind]:
            assert "rows" not in answer.json()
            assert answer.json()["code"] == "role_missing"
    reads = api.headers(CLERK, "read")
    path, file = f"{ROOT}/imports/{kind}", {"file": ("a.csv", b"")}
    assert api.client.post(path, files=file, headers=reads).json()["code"] == "token_reads_only"
    assert api.client.post(path, files=file).status_code == 401


def test_nobody_learns_what_stands_from_rows_that_they_may_not_write(api_at: ApiAt) -> None:
    """A row that says what stands is the same for those alone who may have written it."""
    api = api_at("reviewing")
    api.city.at("2025-12-20")
    one, other = REVIEWERS[:2]
    mark = csv_text(("办公室", one, "content.1.1", "2", ""), head=MARKS)
    assert hand_in(api, "marks", one, mark, year="2025").json()["taken"] == 1
    assert hand_in(api, "marks", one, mark, year="2025").json()["same"] == 1
    for year in ("2025", "2031"):
        guessed = hand_in(api, "marks", LIAISON[GENERAL], mark, year=year, dry_run="true")
        assert guessed.json()["code"] == "role_missing"
    guesses = [mark, mark.replace(",2,", ",1.5,")]
    seen = [hand_in(api, "marks", other, text, year="2025", dry_run="true") for text in guesses]
    assert [places(answer)[0][2] for answer in seen] == ["mark_of_another"] * 2
    assert [answer.json()["same"] for answer in seen] == [0, 0]
    made = api.get("/imports/survey/template?year=2025", CLERK)
    head, *every = csv.reader(io.StringIO(made.content.decode("utf-8-sig")))
    first = next(row for row in every if row[0] == "办公室")
    rows = csv_text((*first[:2], "90", "10", "0", "0"), head=head)
    sent = {"year": "2025", "reason": WHY, "document": PAPER}
    assert hand_in(api, "survey", CLERK, rows, **sent).json()["taken"] == 1
    assert hand_in(api, "survey", CLERK, rows, **sent).json()["same"] == 1
    barred = hand_in(api, "survey", OFFICE_AT_HOME[GENERAL], rows, **sent)
    assert (barred.status_code, barred.json()["code"], places(barred)[0][2]) == (403, "recused", "recused")


def test_a_template_is_for_the_office_and_a_reviewers_own_sheet_for_the_reviewer(api_at: ApiAt) -> None:
    api = api_at("reviewing")
    for kind in KINDS:
        for ending in ("csv", "xlsx"):
            made = api.get(f"/imports/{kind}/template?format={ending}&year=2025", CLERK)
            assert (made.status_code, f"{kind}.{ending}" in made.headers["content-disposition"]) == (
                200,
                True,
            )
            tried = hand_in(
                api,
                kind,
                CLERK if kind != "marks" else REVIEWERS[0],
                made.content,
                f"a.{ending}",
                dry_run="true",
                year="2025",
            )
            assert (tried.status_code, places(tried)) == (200, [])
    own = api.get(f"/imports/marks/template?year=2025&member={REVIEWERS[0]}", REVIEWERS[0])
    rows = list(csv.reader(io.StringIO(own.content.decode("utf-8-sig"))))[1:]
    assert {row[1] for row in rows} == {REVIEWERS[0]}
    for query in (
        "marks/template?year=2025",
        f"marks/template?year=2025&member={REVIEWERS[1]}",
        f"roster/template?member={REVIEWERS[0]}",
    ):
        assert api.get(f"/imports/{query}", REVIEWERS[0]).status_code == 403
    assert api.get("/imports/marks/template", CLERK).status_code == 422
    assert DISCIPLINE in api.get("/imports/roster/template", CLERK, Accept_Language="en").text
