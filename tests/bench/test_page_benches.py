"""The board is compared with pages that show the same departments, each served by a process of its own.

How large the ratios are is never asserted: the machine may be busy.
"""

from __future__ import annotations

import ast
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from starlette.testclient import TestClient

from cycle.app import answer, create_app, listen
from cycle.bench import pages, pages_bare, pages_environment, pages_served
from cycle.bench.asking import Unanswered
from cycle.bench.beds import Bed, PostgresBed, SqliteBed
from cycle.bench.office import PATTERN, YEAR
from cycle.bench.pages import Unlike
from cycle.bench.pages_asking import Wanted, page, waits
from cycle.bench.pages_environment import NotMade
from cycle.bench.pages_served import Application, Served, Unserved, held
from cycle.bench.pages_visitors import Visitors
from cycle.bench.rounds import Finding, Skipped
from cycle.bench.whole_city import city
from cycle.db import Database
from cycle.verify import verify
from tests import postgres
from tests.bench.conftest import TINY, measured
from tests.rules.tree import ROOT, sources

PRODUCT = Application(create_app, answer, listen)


def nothing(_home: Path) -> Path:
    raise NotMade("no network")


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def town(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bed]:
    """A bed of each kind in turn, on which the city of these tests is made once."""
    if request.param == "sqlite":
        yield SqliteBed(tmp_path_factory.mktemp("town"))
        return
    server: postgres.Server = request.getfixturevalue("durable_server")
    bed = PostgresBed(server.url("postgres"))
    yield bed
    bed.clear()


@contextmanager
def here(_home: Path) -> Iterator[Served]:
    """This very process in place of a service with nothing to do."""
    yield Served(0, os.getpid())


@pytest.mark.parametrize("town", ["sqlite"], indirect=True)
def test_the_board_is_compared_with_pages_of_other_processes(
    town: Bed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages_environment, "python", nothing)
    monkeypatch.setattr(pages_served, "whole", here)
    found = pages.run(PRODUCT, tmp_path, town, TINY)
    bare, changing, django, sizes, memory = found
    for one in (bare, changing):
        assert isinstance(one, Finding)
        measured(one, "sqlite")
    assert (bare.code, changing.code) == ("pages_bare", "pages_changing")
    assert django == Skipped("pages_django", "sqlite", "no network")
    assert isinstance(sizes, Finding)
    assert all(count > 0 for count in sizes.counts.values())
    assert all(sizes.counts[f"{one}_gzip_bytes"] < sizes.counts[f"{one}_bytes"] for one in ("board", "home"))
    assert isinstance(memory, Finding)
    assert all(spread.median > 0 for spread in memory.absolute.values())


def test_the_bare_page_shows_every_department_of_the_year(town: Bed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(pages_served.DATABASE, town.copy(city(town, TINY.interface, TINY.before)))
    app = pages_bare.build()
    shown = TestClient(app).get(pages.BOARD)
    app.state.engine.dispose()
    assert shown.status_code == 200
    assert shown.text.count(f'href="/{YEAR}/departments/{PATTERN}"') == 2
    assert shown.text.count("</tr>") == TINY.interface + 1


def test_visitors_sign_in_and_act_so_that_the_history_still_verifies(town: Bed) -> None:
    url = town.copy(city(town, TINY.interface, TINY.before))
    visitors = Visitors(url)
    who = visitors.clerk, f"p-{PATTERN}-liaison", visitors.reviewer(YEAR)
    cookies = {visitors.cookie(person) for person in (*who, *who)}
    visitors.act()
    visitors.act()
    visitors.close()
    database = Database(url)
    verdict = verify(database)
    database.close()
    assert len(cookies) == 6
    assert verdict.ok, verdict.faults


class _Page(BaseHTTPRequestHandler):
    """A page that names one department, and no other page."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        body = f'<a href="/{YEAR}/departments/{self.path[1:]}">'.encode()
        self.send_response(404 if self.path == "/nowhere" else 200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_values: Any) -> None:
        """Nothing is said."""


@pytest.fixture
def served() -> Iterator[Served]:
    with ThreadingHTTPServer((pages_served.HOST, 0), _Page) as server:
        Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield Served(server.server_address[1], os.getpid())
        server.shutdown()


def test_pages_of_other_departments_are_no_fair_comparison(tmp_path: Path, served: Served) -> None:
    sides = Wanted(served, "/caizheng"), Wanted(served, "/minzheng")
    with pytest.raises(Unlike):
        pages._compared(SqliteBed(tmp_path), TINY, "pages_bare", *sides)


def test_a_page_that_is_refused_is_no_answer_and_each_answer_is_timed(served: Served) -> None:
    done: list[int] = []
    assert len(waits(Wanted(served, "/x"), 3, lambda: done.append(1))) == len(done) == 3
    with pytest.raises(Unanswered, match="GET /nowhere: 404"):
        page(Wanted(served, "/nowhere"))
    assert held(served) > 1


def test_a_server_that_ends_at_once_says_why() -> None:
    command = [sys.executable, "-c", "raise SystemExit('no such thing')"]
    with pytest.raises(Unserved, match="no such thing"), pages_served._running(command, {}, 1):
        pass


@pytest.mark.parametrize(
    ("url", "settings"),
    [
        ("sqlite:////tmp/a.db", {"ENGINE": "django.db.backends.sqlite3", "NAME": "/tmp/a.db"}),  # noqa: S108
        (
            "postgresql+psycopg://u:p@db:5433/b",
            {"HOST": "db", "PORT": "5433", "USER": "u", "PASSWORD": "p", "NAME": "b"},
        ),
        ("postgresql+psycopg://u@/b?host=%2Frun%2Fpg", {"HOST": "/run/pg", "PORT": "", "PASSWORD": ""}),
    ],
)
def test_the_other_framework_is_given_the_same_database(url: str, settings: dict[str, str]) -> None:
    found = pages_served._settings(url)
    assert found | settings == found
    assert json.loads(json.dumps(found)) == found


def test_where_there_are_no_lock_files_no_environment_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages_environment, "ROOT", tmp_path)
    with pytest.raises(NotMade, match="no lock files"):
        pages_environment.python(tmp_path)


def test_where_packages_cannot_be_had_the_environment_says_which(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wheels = tmp_path / "wheels"
    wheels.mkdir()
    monkeypatch.setenv("CYCLE_WHEELHOUSE", str(wheels))
    with pytest.raises(NotMade, match="asgiref"):
        pages_environment.python(tmp_path)


def test_a_service_at_rest_has_loaded_no_dictionary() -> None:
    """Fifty megabytes, for whoever looks for a name by its sound."""
    at_once = (
        f"{source.path}:{node.lineno}"
        for source in sources(ROOT, "cycle/web")
        for node in source.tree.body
        if isinstance(node, ast.Import | ast.ImportFrom) and "pypinyin" in ast.dump(node)
    )
    assert list(at_once) == []


@pytest.mark.long
def test_the_board_is_compared_with_another_framework_and_an_idle_service(bed: Bed, tmp_path: Path) -> None:
    found = pages.run(PRODUCT, tmp_path, bed, TINY)
    django = next(one for one in found if one.code == "pages_django")
    if isinstance(django, Skipped):
        pytest.skip(django.reason)
    measured(django, town.name)
    if town.name == "sqlite":
        assert found[-1].code == "pages_memory"
