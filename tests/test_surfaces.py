"""One process for pages and programs: whatever is asked for below /api, however it is written, is a program's."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from cycle import schema
from cycle.app import create_app
from cycle.service import open_service
from cycle.settings import Settings


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """A browser or a program at an office that has nothing yet."""
    home: Path = tmp_path_factory.mktemp("office")
    settings = Settings(home=home, database_url=f"sqlite:///{(home / 'cycle.db').as_posix()}")
    service = open_service(settings)
    schema.upgrade(service.database)
    with TestClient(create_app(settings, service), follow_redirects=False) as client:
        yield client
    service.database.close()


@pytest.mark.parametrize(
    "path", ["/api", "/api/", "/api/v1/me", "/api/v1/nothing", "/api/v1/cycles/2025/a%0Ab"]
)
def test_programs_are_answered_in_their_own_form(asked: TestClient, path: str) -> None:
    answer = asked.get(path)
    assert answer.status_code in (401, 404)
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("path", ["/", "/sign-in", "/apis", "/2025/board", "/2025/api/v1"])
def test_all_else_is_answered_by_pages(asked: TestClient, path: str) -> None:
    answer = asked.get(path)
    assert answer.status_code == 303 or answer.headers["content-type"] == "text/html; charset=utf-8"
