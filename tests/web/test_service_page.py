"""The service's own page: its watch and jobs, the post, where data is kept, how it is set up."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from lxml import html

from cycle.correspondence.letterhead import Letterhead
from cycle.jobs import run_log
from cycle.jobs.nightly import back_up, check_history
from cycle.jobs.passes import make_pass
from cycle.operations import setbacks
from cycle.settings import Settings
from cycle.web.setting_rows import GROUPS, checks, groups
from tests.cast import ADMIN, AUDITOR, CLERK, GENERAL, LIAISON, MEMBER
from tests.web.conftest import Desk, DeskAt
from tests.web.doorway import read

PASSWORD = "hunter-of-secrets"  # noqa: S105 - nobody's


@pytest.fixture
def desk(desk_at: DeskAt, tmp_path: Path) -> Desk:
    return desk_at("running", home=tmp_path)


def headings(page: html.HtmlElement) -> set[str]:
    return {one.get("id") for one in page.cssselect("h2")}


def facts(page: html.HtmlElement, heading: str) -> str:
    """The text of one part of the page."""
    return str(page.cssselect(f'section[aria-labelledby="{heading}"]')[0].text_content())


def test_the_last_pass_and_every_job_stand_there(desk: Desk) -> None:
    assert "yellow" in desk.page("/service", ADMIN).cssselect(".head .lamp")[0].get("class")
    make_pass(desk.city.service, "w")
    now = desk.city.clock.now()
    run_log.add(desk.city.service, "deliver", now, "w", did={"sent": 3})
    run_log.add(desk.city.service, "backup", now, "w", did={}, failed=["OSError: <b>disk full</b>"])
    page = desk.page("/service", ADMIN)
    assert "green" in page.cssselect(".head .lamp")[0].get("class")
    assert "发出3封" in facts(page, "jobs")
    assert "OSError: <b>disk full</b>" in facts(page, "jobs")
    assert not page.cssselect("section b b")
    assert "OSError" in facts(page, "runs")
    only = desk.page("/service", ADMIN, job="deliver")
    assert "OSError" not in facts(only, "runs")
    assert "发出3封" in facts(only, "runs")
    assert "发出3封" in facts(desk.page("/service", ADMIN, job="<script>"), "runs")


def test_a_watch_that_stopped_is_said_first(desk: Desk) -> None:
    before = desk.page("/service", ADMIN)
    assert "还没有检查过期限" in before.cssselect(".note.red")[0].text_content()
    make_pass(desk.city.service, "w")
    assert not desk.page("/service", ADMIN).cssselect(".note.red")
    desk.city.clock.at += timedelta(hours=2)
    page = desk.page("/service", AUDITOR)
    assert "已有一小时以上没有检查期限" in page.cssselect(".note.red")[0].text_content()


def test_letters_that_wait_are_counted(desk: Desk) -> None:
    desk.city.at("2025-01-13 09:30")
    make_pass(desk.city.service, "w")
    ((waiting,),) = desk.city.select("SELECT count(*) FROM outbox WHERE status = 'pending'")
    assert waiting
    assert f"待发{waiting}" in "".join(facts(desk.page("/service", ADMIN), "post").split())


def test_where_the_data_is_kept_is_told_and_what_nobody_here_knows(desk: Desk, tmp_path: Path) -> None:
    page = desk.page("/service", ADMIN)
    sqlite = desk.city.service.database.dialect == "sqlite"
    assert ("SQLite" if sqlite else "PostgreSQL") in facts(page, "database")
    told = facts(page, "backup")
    assert ("还没有备份" if sqlite else "本系统不备份，也不知道有没有备份") in told
    assert "备份有没有试着恢复过" in told
    assert "佐证材料有没有一起备份" in told
    back_up(desk.city.service, tmp_path / "backups", "w")
    after = facts(desk.page("/service", ADMIN), "backup")
    assert ("1份" in after) == sqlite
    assert ("同一块磁盘" in after) == sqlite


def test_the_digests_of_checkpoints_are_for_those_who_verify_the_history(desk: Desk, tmp_path: Path) -> None:
    check_history(desk.city.service, tmp_path / "checkpoints", "w")
    (tmp_path / "checkpoints" / "checkpoint-2024-01-01.json").write_text("{}", encoding="utf-8")
    for who in (CLERK, AUDITOR):
        page = desk.page("/service", who)
        assert "共2个" in facts(page, "checkpoints")
        assert page.cssselect('section[aria-labelledby="checkpoints"] .lamp.red')
    for who in (ADMIN, MEMBER):
        assert not desk.page("/service", who).cssselect('section[aria-labelledby="checkpoints"] .code')
    assert "checkpoints" not in headings(desk.page("/service", MEMBER))


def test_the_administrator_is_told_how_the_last_checkpoint_is(desk: Desk, tmp_path: Path) -> None:
    assert "还没有检查点" in facts(desk.page("/service", ADMIN), "checkpoints")
    folder = tmp_path / "checkpoints"
    check_history(desk.city.service, folder, "w")
    (last,) = folder.iterdir()
    told = facts(desk.page("/service", ADMIN), "checkpoints")
    assert last.name[11:21] in told
    assert "完好" in told
    last.write_text("{}", encoding="utf-8")
    page = desk.page("/service", ADMIN)
    assert page.cssselect('section[aria-labelledby="checkpoints"] .lamp.red')
    assert "完好" not in facts(page, "checkpoints")


def test_a_setting_that_does_not_name_its_unit_is_shown_with_it(desk: Desk) -> None:
    told = facts(desk.page("/service", ADMIN), "settings")
    for text in ("60.0秒", "1048576字节", "600次每分钟"):
        assert text in told


def test_the_settings_are_for_those_who_see_them(desk: Desk) -> None:
    kept = {"settings", "database", "backup", "evidence", "versions", "checks"}
    for who in (ADMIN, CLERK, AUDITOR):
        assert headings(desk.page("/service", who)) >= kept | {"jobs", "post"}
    group = headings(desk.page("/service", MEMBER))
    assert group.isdisjoint(kept)
    assert group >= {"jobs", "post"}
    assert desk.get("/service", LIAISON[GENERAL]).status_code == 403
    assert desk.post("/service", ADMIN, {}).status_code == 405


def test_a_setting_says_where_it_came_from_and_a_secret_only_that_it_is_set(
    desk_at: DeskAt, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CYCLE_LINK_HOURS", "48")
    given = {"smtp_host": "mail.example", "smtp_user": "clerk", "smtp_password": PASSWORD}
    address = f"postgresql://u:{PASSWORD}@host/db?sslpassword={PASSWORD}"
    desk = desk_at("running", home=tmp_path, database_url=address, **given)
    answer = desk.get("/service", ADMIN)
    assert PASSWORD not in answer.text
    rows = {
        tr.cssselect("th")[0].text_content(): [td.text_content() for td in tr.cssselect("td")]
        for tr in read(answer).cssselect('section[aria-labelledby="settings"] tbody tr')
        if tr.cssselect("td")
    }
    assert rows["CYCLE_LINK_HOURS"] == ["48", "环境变量"]
    assert rows["CYCLE_SMTP_HOST"] == ["mail.example", "启动时给定"]
    assert rows["CYCLE_SMTP_PASSWORD"] == ["已设置（不显示）", "启动时给定"]
    assert rows["CYCLE_SESSION_HOURS"] == ["12", "默认"]


def test_every_setting_there_is_stands_in_a_group() -> None:
    shown = [field for fields in GROUPS.values() for field in fields]
    assert sorted(shown) == sorted(Settings.model_fields)
    assert [one.name for rows in groups(Settings(), "").values() for one in rows if one.secret] == [
        "CYCLE_SMTP_PASSWORD"
    ]


def test_the_check_of_the_settings_names_what_wants_a_look(tmp_path: Path) -> None:
    said = Letterhead("绩效办", "电话", "https://kaoping.example", "kaoping.example")

    def found(**settings: Any) -> dict[str, bool]:
        return {one.code: one.fine for one in checks(Settings(home=tmp_path, **settings), said)}

    assert found() == {"home": True, "server": False, "sender": False, "letterhead": True}
    server = {"smtp_host": "mail.example", "mail_from": "jx@kaoping.example"}
    assert found(**server) == {
        "home": True,
        "server": True,
        "sender": True,
        "encrypted": True,
        "letterhead": True,
    }
    plain = found(**server, smtp_security="none", smtp_user="clerk")
    assert (plain["encrypted"], plain["password"]) == (False, False)
    gone = tmp_path / "password"
    gone.write_text(PASSWORD, encoding="utf-8")
    kept = Settings(home=tmp_path / "nowhere", smtp_password_file=gone)
    gone.unlink()
    told = {one.code: one.fine for one in checks(kept, Letterhead("绩效办"))}
    assert (told["password"], told["home"], told["letterhead"]) == (False, False, False)


def test_what_could_not_be_done_is_told_with_when_it_is_tried_again(desk: Desk) -> None:
    assert "setbacks" not in headings(desk.page("/service", ADMIN))
    key = f"appraisal:2025:{GENERAL}"
    broken = [
        (key, "open_midyear", "ValueError", "<i>x</i>"),
        (key, "remind", "ValueError", "y"),
        (key, "", "E", "z"),
    ]
    setbacks.keep(desk.city.service, failed=broken, refused=[], done=[])
    told = facts(desk.page("/service", ADMIN), "setbacks")
    assert "<i>x</i>" in told
    assert "开启半年自评" in told
