"""Evidence from the file to the decision: who may, what stays, and that a record and its file never part."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from cycle import evidence_store
from cycle.jobs.nightly import check_evidence
from cycle.operations.evidence_files import NIGHTS, damages, hand_in, open_evidence, tidy
from cycle.operations.perform import Answer, perform
from cycle.permissions import Act
from tests.cast import (
    CLERK,
    DISCIPLINE,
    FOURTH_REVIEWER,
    GENERAL,
    HEAD,
    LIAISON,
    OFFICE_AT_HOME,
    REVIEWERS,
    City,
    CityAt,
    book,
    codes,
    person,
)
from tests.held import YEAR
from workflows import words
from workflows.errors import NotFound

KEY = f"evidence:{YEAR}:{GENERAL}:1"
PDF = b"%PDF-1.7\n one"
NAME = "工作总结（盖章）.pdf"
DEPARTMENT = person(LIAISON[GENERAL])

Furnished = Callable[[str], City]


@pytest.fixture
def furnished(city_at: CityAt, tmp_path: Path) -> Furnished:
    """A city at a stage with a folder for evidence, files of at most one MiB."""

    def make(stage: str) -> City:
        city = city_at(stage)
        city.service = replace(city.service, evidence=tmp_path / "evidence", evidence_max_mb=1)
        return city

    return make


def offer(
    city: City,
    content: bytes = PDF,
    act: Act = DEPARTMENT,
    *,
    name: str = NAME,
    about: str = "plan",
    **more: Any,
) -> Answer:
    """Hand a file in for the first department."""
    arguments = {"year": YEAR, "department": GENERAL, "about": about, **more}
    stream = io.BytesIO(content)
    return hand_in(city.service, "offer_evidence", act, arguments, name=name, stream=stream)


def put(city: City, content: bytes, act: Act = DEPARTMENT, name: str = NAME) -> Answer:
    """Put another file in the place of the first evidence."""
    arguments = {"subject": KEY}
    return hand_in(city.service, "replace_evidence", act, arguments, name=name, stream=io.BytesIO(content))


def decide(city: City, action: str, act: Act, key: str = KEY, version: int = 0) -> Answer:
    """Accept, refuse or withdraw."""
    return city.do("evidence", act, subject=key, action=action, version=version)


def kept(city: City) -> list[str]:
    """Every file in the store."""
    assert city.service.evidence is not None
    return list(evidence_store.kept(city.service.evidence))


def test_what_was_handed_in_is_recorded_with_its_digest_and_handed_out_under_its_name(
    furnished: Furnished,
) -> None:
    city = furnished("running")
    done = offer(city, note=" 第3页 ")
    assert (done["subject"], done["after"], done["version"], done["size"]) == (KEY, "offered", 1, len(PDF))
    record = city.row(KEY).record
    assert (record["about"], record["note"]) == ("plan", "第3页")
    assert record["versions"]["1"] == {
        "sha256": done["sha256"],
        "size": len(PDF),
        "media_type": "application/pdf",
        "name": NAME,
        "on": "2025-01-10",
        "by": LIAISON[GENERAL],
    }
    path, name, media_type = open_evidence(city.service, KEY)
    assert (path.read_bytes(), name, media_type) == (PDF, NAME, "application/pdf")
    assert kept(city) == [done["sha256"]]


def test_a_replaced_version_stays_and_a_refused_one_may_be_replaced(furnished: Furnished) -> None:
    city = furnished("running")
    offer(city)
    put(city, b"%PDF-1.7\n two")
    decide(city, "refuse", person(CLERK))
    assert city.row(KEY).record["decided"] == {"on": "2025-01-10", "by": CLERK, "version": 2}
    put(city, b"\x89PNG\r\n\x1a\n three", name="照片.png")
    row = city.row(KEY)
    assert (row.state, row.record["version"], "decided" in row.record) == ("offered", 3, False)
    assert [open_evidence(city.service, KEY, n)[0].read_bytes()[-3:] for n in (1, 2)] == [b"one", b"two"]
    assert open_evidence(city.service, KEY)[1:] == ("照片.png", "image/png")
    assert len(kept(city)) == 3
    assert codes(lambda: decide(city, "accept", person(CLERK), version=2)) == ["evidence_replaced"]
    assert decide(city, "accept", person(CLERK), version=3)["after"] == "accepted"
    assert codes(lambda: put(city, b"%PDF-1.7\n four")) == ["wrong_state"]


REFUSED: tuple[tuple[dict[str, Any], str], ...] = (
    ({"about": "no such"}, "evidence_about_unknown"),
    ({"about": "target.1"}, "evidence_about_unknown"),
    ({"about": f"bonus:{YEAR}:{GENERAL}:1"}, "evidence_about_unknown"),
    ({"about": f"evidence:{YEAR}:{GENERAL}:1"}, "evidence_about_unknown"),
    ({"act": person(LIAISON[DISCIPLINE])}, "relation_missing"),
    ({"act": person(CLERK)}, "role_missing"),
    ({"name": "压缩包.zip"}, "evidence_type_unknown"),
    ({"content": b"MZ"}, "evidence_type_differs"),
    ({"content": b"%PDF-" + b"x" * (1 << 20)}, "evidence_too_large"),
    ({"note": "长" * 501}, "evidence_note_long"),
)


def test_what_is_refused_leaves_neither_row_nor_file(furnished: Furnished) -> None:
    city = furnished("running")
    before = city.rows()
    found = [codes(partial(offer, city, **asked)) for asked, _ in REFUSED]
    assert found == [[code] for _, code in REFUSED]
    assert (city.rows(), kept(city)) == (before, [])


def test_a_refused_act_does_not_take_away_what_another_refers_to(furnished: Furnished) -> None:
    city = furnished("running")
    done = offer(city)
    assert codes(lambda: offer(city, about="nothing")) == ["evidence_about_unknown"]
    assert codes(lambda: put(city, PDF)) == ["evidence_same"]
    assert kept(city) == [done["sha256"]]


def test_nobody_names_a_file_that_is_not_in_the_store(furnished: Furnished) -> None:
    city = furnished("running")
    asked = {"year": YEAR, "department": GENERAL, "about": "plan", "file": "a" * 64, "name": "a.pdf"}
    assert codes(lambda: city.do("offer_evidence", DEPARTMENT, **asked)) == ["evidence_file_absent"]


def test_a_digest_is_no_file_for_whoever_never_had_the_file(furnished: Furnished) -> None:
    city = furnished("running")
    mine, other = offer(city)["sha256"], person(LIAISON[DISCIPLINE])
    there: dict[str, Any] = {"year": YEAR, "department": DISCIPLINE, "about": "plan"}
    rows = city.rows()
    for file in (mine, "a" * 64):
        for name in (NAME, "照片.png"):
            asked = partial(city.do, "offer_evidence", other, **there, file=file, name=name)
            assert codes(asked) == ["evidence_file_absent"]
    assert city.rows() == rows
    stream = io.BytesIO(b"%PDF-1.7\n theirs")
    theirs = hand_in(city.service, "offer_evidence", other, there, name=NAME, stream=stream)["sha256"]
    asked = partial(city.do, "replace_evidence", DEPARTMENT, subject=KEY, file=theirs, name=NAME)
    assert codes(asked) == ["evidence_file_absent"]


def test_a_department_refers_again_to_a_file_it_handed_in_itself(furnished: Furnished) -> None:
    city = furnished("running")
    file = offer(city)["sha256"]
    asked = {"year": YEAR, "department": GENERAL, "about": "midyear", "file": file, "name": NAME}
    assert city.do("offer_evidence", DEPARTMENT, **asked)["after"] == "offered"


def test_reviewers_decide_where_they_are_assigned_and_nobody_at_home(furnished: Furnished) -> None:
    city = furnished("reviewing")
    offer(city, about="content.1.1")
    assert codes(lambda: decide(city, "accept", person(FOURTH_REVIEWER))) == ["relation_missing"]
    assert codes(lambda: decide(city, "accept", person(OFFICE_AT_HOME[GENERAL]))) == ["recused"]
    assert codes(lambda: decide(city, "accept", DEPARTMENT)) == ["role_missing"]
    assert codes(lambda: decide(city, "refuse", person(REVIEWERS[0], reason=""))) == ["reason_missing"]
    assert decide(city, "accept", person(REVIEWERS[0], reason=""))["after"] == "accepted"
    offer(city, b"%PDF-1.7\n two", person(HEAD[GENERAL]))
    second = f"evidence:{YEAR}:{GENERAL}:2"
    assert codes(lambda: decide(city, "withdraw", person(CLERK), second)) == ["role_missing"]
    assert decide(city, "withdraw", DEPARTMENT, second)["after"] == "withdrawn"
    assert len(kept(city)) == 2
    assert codes(lambda: decide(city, "fly", DEPARTMENT)) == ["action_unknown"]


def test_a_proposed_year_takes_no_evidence(furnished: Furnished) -> None:
    city = furnished("pending")
    offer(city)
    city.whole("propose")
    assert codes(lambda: offer(city, b"%PDF-2")) == ["evidence_closed"]
    assert codes(lambda: put(city, b"%PDF-2")) == ["evidence_closed"]
    assert codes(lambda: decide(city, "withdraw", DEPARTMENT)) == ["evidence_closed"]


def test_an_objection_takes_evidence_until_it_is_decided_though_the_year_takes_none(
    furnished: Furnished,
) -> None:
    city = furnished("pending")
    city.whole("propose")
    about = city.object(GENERAL)
    offer(city, about=about)
    put(city, b"%PDF-2")
    offer(city, b"%PDF-3", about=about)
    second = f"evidence:{YEAR}:{GENERAL}:2"
    assert decide(city, "withdraw", DEPARTMENT, second)["after"] == "withdrawn"
    city.do("objection", DEPARTMENT, subject=about, action="withdraw")
    assert codes(lambda: offer(city, b"%PDF-4", about=about)) == ["evidence_matter_decided"]
    assert codes(lambda: put(city, b"%PDF-4")) == ["evidence_matter_decided"]
    assert codes(lambda: decide(city, "withdraw", DEPARTMENT)) == ["evidence_matter_decided"]


def test_a_department_hands_in_so_much_a_year_and_every_version_counts(
    furnished: Furnished, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workflows.evidence_guards.ROOM_MB", 1)
    city = furnished("running")
    offer(city, b"%PDF-".ljust(600_000, b"1"))
    assert codes(lambda: put(city, b"%PDF-".ljust(600_000, b"2"))) == ["evidence_room_short"]
    assert put(city, b"%PDF-".ljust(400_000, b"2"))["version"] == 2
    assert codes(lambda: offer(city, b"%PDF-".ljust(100_000, b"3"))) == ["evidence_room_short"]
    assert len(kept(city)) == 2


def test_the_same_request_again_is_the_same_evidence(furnished: Furnished) -> None:
    city = furnished("running")
    act = replace(DEPARTMENT, key="k-1")
    assert offer(city, act=act) == offer(city, act=act)
    assert city.select("SELECT count(*) FROM subject WHERE kind = 'evidence'") == [(1,)]


def test_there_is_nothing_to_hand_out_where_there_is_no_such_version(furnished: Furnished) -> None:
    city = furnished("running")
    offer(city)
    for key, version in ((KEY, 2), (f"evidence:{YEAR}:{GENERAL}:9", 0), (f"cycle:{YEAR}", 0)):
        with pytest.raises(NotFound):
            open_evidence(city.service, key, version)


def test_files_gone_or_changed_are_named_and_not_handed_out(furnished: Furnished) -> None:
    city = furnished("running")
    sha256 = offer(city)["sha256"]
    offer(city, b"%PDF-1.7\n two")
    assert damages(city.service) == []
    path = open_evidence(city.service, KEY)[0]
    path.chmod(0o640)
    path.write_bytes(PDF.upper())
    found = damages(city.service)
    assert [(each.code, each.kept.subject, each.kept.version, each.kept.sha256) for each in found] == [
        ("changed", KEY, 1, sha256)
    ]
    path.write_bytes(PDF[:-1])
    assert codes(lambda: open_evidence(city.service, KEY)) == ["evidence_file_absent"]
    path.unlink()
    assert [each.code for each in damages(city.service)] == ["missing"]
    assert codes(lambda: open_evidence(city.service, KEY)) == ["evidence_file_absent"]


def test_within_a_week_of_nights_every_file_is_read(furnished: Furnished) -> None:
    city = furnished("running")
    offer(city)
    path = open_evidence(city.service, KEY)[0]
    path.chmod(0o640)
    path.write_bytes(PDF.upper())
    nights = [date(2025, 3, 1) + timedelta(days=n) for n in range(NIGHTS)]
    assert [len(damages(city.service, night)) for night in nights].count(1) == 1
    path.unlink()
    assert all(damages(city.service, night) for night in nights)


def test_the_night_tells_of_damage_and_takes_away_what_nothing_refers_to(furnished: Furnished) -> None:
    city = furnished("running")
    sha256 = offer(city)["sha256"]
    folder = city.service.evidence
    assert folder is not None
    with evidence_store.arriving(folder, "a.pdf", io.BytesIO(b"%PDF-left over"), 1):
        assert tidy(city.service) == 0  # it may be about to be referred to
    (folder / ".1.part").write_bytes(b"")
    assert tidy(city.service) == 1
    (folder / ".1.part").unlink(missing_ok=True)
    assert kept(city) == [sha256]
    evidence_store.path_of(folder, sha256).unlink()
    city.at("2025-01-11 02:00")
    assert check_evidence(city.service, "one") == 0
    assert check_evidence(city.service, "two") == 0
    rows = city.select("SELECT failed FROM job_run WHERE job = 'evidence'")
    assert len(rows) == 1
    assert f"missing {KEY} 1" in rows[0][0]


def test_a_file_is_kept_for_as_long_as_its_act_is_under_way(
    furnished: Furnished, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two hand in the same bytes; one is refused while the other has not committed yet."""
    city = furnished("running")
    place = "cycle.operations.evidence_files.perform"

    def meanwhile(*given: Any) -> Answer:
        monkeypatch.setattr(place, perform)
        assert codes(lambda: offer(city, about="nothing")) == ["evidence_about_unknown"]
        return perform(*given)

    monkeypatch.setattr(place, meanwhile)
    sha256 = offer(city)["sha256"]
    assert kept(city) == [sha256]


def test_the_liaison_hears_of_what_was_refused_and_why(furnished: Furnished) -> None:
    city = furnished("running")
    for number, about in enumerate(("plan", "content.2.2", f"finding:{YEAR}:{GENERAL}:1"), 1):
        if about.startswith("finding"):
            city.deduct(GENERAL)
        offer(city, b"%%PDF-1.7 %d" % number, about=about)
        decide(city, "refuse", person(CLERK, reason="看不清"), f"evidence:{YEAR}:{GENERAL}:{number}")
    found = city.select("SELECT recipient, body FROM outbox WHERE kind = 'evidence_refused' ORDER BY key")
    assert {to for to, _ in found} == {LIAISON[GENERAL]}
    for (_, body), about in zip(
        found, ("年度计划", words.names_of(book(), "zh")["content.2.2"], "问题第1号"), strict=True
    ):
        assert NAME in body
        assert "看不清" in body
        assert about in body
        assert "审核人：绩效办" in body


def test_the_letter_names_the_body_that_refused_evidence_never_the_reviewer(furnished: Furnished) -> None:
    city = furnished("reviewing")
    offer(city, about="yearend")
    decide(city, "refuse", person(REVIEWERS[0], reason="看不清"))
    [(body,)] = city.select("SELECT body FROM outbox WHERE kind = 'evidence_refused'")
    assert "审核人：考核组" in body
    assert REVIEWERS[0] not in body
