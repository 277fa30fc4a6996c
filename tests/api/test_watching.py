"""Whether it lives, whether it can work, its figures, and the page that describes it: nothing from outside."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from cycle.api.docs import STATIC
from cycle.clock import VirtualClock
from cycle.db import Database, Statement
from cycle.operations.vigil import last_pass, note_pass
from cycle.service import Service
from tests.api.conftest import ROOT, Api, ApiAt, serving
from tests.cast import ADMIN, CLERK, GENERAL
from tests.held import ZONE, instant

VENDOR = STATIC / "vendor"


def look(api: Api) -> None:
    """A pass has looked for due deadlines just now."""
    with api.city.service.database.write() as session:
        note_pass(session, last_pass(session), api.city.clock.now())


def bare(url: str) -> TestClient:
    """The interface of a database of which nothing is known."""
    service = Service(Database(url), VirtualClock(instant("2025-01-10")), ZONE)
    return TestClient(serving(service))


def test_it_lives_and_can_work(api_at: ApiAt) -> None:
    api = api_at("running")
    assert api.client.get("/healthz").json() == {"status": "ok"}
    look(api)
    api.city.clock.at += timedelta(seconds=90)
    answer = api.client.get("/readyz")
    assert (answer.status_code, answer.json()) == (
        200,
        {
            "status": "ok",
            "database": "ok",
            "last_pass": "2025-01-10T02:00:00.000000Z",
            "last_pass_age": 90,
        },
    )


def test_a_database_that_is_not_migrated_or_not_there_is_not_ready(tmp_path: Path) -> None:
    client = bare(f"sqlite:///{tmp_path / 'new.db'}")
    assert client.get("/healthz").status_code == 200
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["database"]) == (503, "not_migrated")
    answer = bare("postgresql://nobody@127.0.0.1:1/nothing").get("/readyz")
    assert (answer.status_code, answer.json()["database"]) == (503, "unreachable")


def test_without_its_database_nobody_is_signed_in_and_nothing_is_shown_of_why() -> None:
    client = bare("postgresql://nobody@127.0.0.1:1/nothing")
    headers = {"Authorization": f"Bearer cyc_{'0' * 16}_{'A' * 43}"}
    answer = client.get(f"{ROOT}/tokens", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
    assert "127.0.0.1" not in answer.text


def metric(api: Api, name: str) -> str:
    text = TestClient(api.client.app, client=("127.0.0.1", 5)).get("/metrics").text
    return next((line.rpartition(" ")[2] for line in text.splitlines() if line.startswith(name)), "")


def test_figures_are_counted_by_the_template_of_the_route(api_at: ApiAt) -> None:
    api = api_at("running")
    route = f"{ROOT}/cycles/{{year}}/appraisals/{{department}}/chase"
    name = f'cycle_request_seconds_count{{method="POST",route="{route}",status="401"}}'
    nowhere = 'cycle_request_seconds_count{method="other",route="none",status="404"}'
    before, none_before = float(metric(api, name) or 0), float(metric(api, nowhere) or 0)
    api.client.post(f"{ROOT}/cycles/2025/appraisals/{GENERAL}/chase")
    api.client.request("BREW", f"{ROOT}/{GENERAL}")
    assert float(metric(api, name)) == before + 1
    assert float(metric(api, nowhere)) == none_before + 1
    assert metric(api, "cycle_last_pass_age_seconds") == "NaN"
    look(api)
    api.city.clock.at += timedelta(seconds=30)
    assert metric(api, "cycle_last_pass_age_seconds") == "30.0"


def test_figures_are_for_this_machine_and_for_administrators(api_at: ApiAt) -> None:
    api = api_at("running")
    assert api.client.get("/metrics").status_code == 401
    assert api.client.get("/metrics", headers=api.headers(CLERK, "read")).status_code == 403
    assert api.client.get("/metrics", headers=api.headers(ADMIN, "read")).status_code == 200
    for address, status in (("127.0.0.1", 200), ("::1", 200), ("10.0.0.7", 401), ("", 401)):
        client = TestClient(api.client.app, client=(address, 5))
        assert client.get("/metrics").status_code == status, address


def test_the_page_that_describes_the_interface_needs_nothing_from_outside(api_at: ApiAt) -> None:
    api = api_at("running")
    page = api.client.get(f"{ROOT}/docs")
    assert "//" not in page.text.replace("<!doctype html>", "")
    assert page.headers["content-security-policy"].startswith("default-src 'self'")
    for source in ("static/docs.js", *(part.split('"')[0] for part in page.text.split('="static/')[1:])):
        path = source if source.startswith("static/") else f"static/{source}"
        assert api.client.get(f"{ROOT}/{path}").status_code == 200, path
    assert "http" not in (STATIC / "docs.js").read_text(encoding="utf-8")


def test_what_is_carried_along_is_as_its_authors_made_it() -> None:
    manifest = json.loads((VENDOR / "manifest.json").read_text(encoding="utf-8"))
    assert {entry["folder"] for entry in manifest} == {
        path.name for path in VENDOR.iterdir() if path.is_dir()
    }
    for entry in manifest:
        folder = VENDOR / entry["folder"]
        assert entry["folder"] == f"{entry['name']}-{entry['version']}"
        assert entry["licence"]
        digests = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}
        assert digests == entry["files"]
        assert "LICENSE" in digests


@pytest.mark.parametrize("sql", ["UPDATE alembic_version SET version_num = 'other'"])
def test_a_database_of_another_version_is_not_ready(api_at: ApiAt, sql: str) -> None:
    api = api_at("running")
    with api.city.service.database.write() as session:
        (before,) = Statement("SELECT version_num FROM alembic_version").run(session).fetchone()
        Statement(sql).run(session)
    assert api.client.get("/readyz").json()["database"] == "not_migrated"
    with api.city.service.database.write() as session:
        Statement("UPDATE alembic_version SET version_num = :before").run(session, before=before)
    assert api.client.get("/readyz").json()["database"] == "ok"
