"""A whole year over HTTP ends as the same year does that is asked of the operations."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from cycle import calendar_seed, queries, roster, schema
from cycle.clock import VirtualClock
from cycle.db import Database, Statement
from cycle.operations.catalogue import OPERATIONS
from cycle.operations.perform import perform
from cycle.operations.setup import roster_arguments
from cycle.operations.sweep import sweep
from cycle.operations.tokens import mint
from cycle.permissions import Act
from cycle.service import Service
from tests.api.by_operations import Operations
from tests.api.client import Client, Refusal
from tests.api.conftest import serving
from tests.api.whole_year import Year
from tests.api.year_setting import CLERK, COLLEAGUE, YEAR, Hand
from tests.cast import book
from tests.held import ZONE, instant
from tests.rules.tree import ROOT, imports, sources
from workflows import ledger

OWN = ("tests/api/client.py", "tests/api/whole_year.py", "tests/api/year_setting.py")
"""The client and its year: they know of the service what HTTP tells."""

BY_KEY = ("token", "confirmed_token")
"""What a row says of the keys its act came by."""

KEYS = "SELECT key, record FROM subject WHERE kind = 'token'"
THREE = ["excellent", "good", "failed"]
TWELVE = ["excellent"] * 3 + ["good"] * 4 + ["passed"] * 4 + ["failed"]


@dataclass(frozen=True)
class Town:
    """A service whose clock is in hand, empty but for two of the office."""

    service: Service
    clock: VirtualClock
    papers: Mapping[str, Any]
    rulebook: Mapping[str, Any] | None

    def do(self, name: str, act: Act, **arguments: Any) -> None:
        perform(self.service, OPERATIONS[name], name, act, arguments)

    def until(self, day: str) -> None:
        """Let time go by to a morning, and the service look at what is due."""
        self.clock.at = instant(day)
        swept = sweep(self.service)
        assert not swept.failed, swept.failed

    def play(self, hand: Hand) -> None:
        Year(hand, self.papers, self.until, self.rulebook).play()

    def select(self, sql: str) -> list[tuple[Any, ...]]:
        with self.service.database.read() as session:
            return [tuple(row) for row in Statement(sql).run(session).fetchall()]


def papers_of(size: int) -> dict[str, Any]:
    """What the office of so many departments has on paper."""
    people = roster.first(roster.read(), size)
    found = roster_arguments(people, calendar_seed.seed((2024, 2025, 2026)))
    return {**found, "calendars": dict(found["calendars"])}


@contextmanager
def town(url: str, size: int, folder: Path) -> Iterator[Town]:
    """A town of so many departments on its second of January; of three, one is to fail all the same."""
    clock = VirtualClock(instant(f"{YEAR}-01-02"))
    service = Service(Database(url), clock, ZONE, folder)
    schema.upgrade(service.database)
    papers = papers_of(size)
    made = Town(service, clock, papers, book().content() if size == 3 else None)
    first = [entry for entry in papers["people"] if entry["id"] in (CLERK, COLLEAGUE)]
    by = Act("roster", kind="import", document="名册")
    made.do("install", by, people=first, departments=[], calendars={})
    yield made
    service.database.close()


@contextmanager
def served(town: Town) -> Iterator[Client]:
    """A client of the town's interface, to whom everybody brings a key they issued at the office's machine."""

    def bring(who: str) -> str:
        key = mint()
        wish = {"person": who, "scope": "act", "purpose": "year", "days": 366}
        town.do("issue_token", Act(who), id=key.id, sha256=key.sha256, **wish)
        return key.text

    with TestClient(serving(town.service)) as http:
        yield Client(http, second=COLLEAGUE, bring=bring)


def standing(town: Town) -> list[tuple[Any, ...]]:
    """Where every subject stands; keys of the interface aside."""
    unsealed = without_seals(town)
    found = town.select("SELECT key, state, number, record FROM subject WHERE kind <> 'token'")
    return sorted((key, state, number, unsealed(record)) for key, state, number, record in found)


def rows(town: Town) -> dict[tuple[str, int], Any]:
    """Every sealed row without its seal, and without the keys of the interface it came by."""
    found, unsealed = {}, without_seals(town)
    for subject, number, body in town.select("SELECT subject, number, body FROM history"):
        row = {**json.loads(unsealed(body)), "previous": None}
        row["data"] = {name: one for name, one in (row["data"] or {}).items() if name not in BY_KEY} or None
        if not subject.startswith("token:"):
            found[subject, number] = row
    return found


def without_seals(town: Town) -> Callable[[str], str]:
    """Takes seals out of a text, and out of the texts it names by their digests.

    A report names the rows it rests on, and is named by its digest; the salt before a complainant follows from a seal.
    """
    known = {seal: "" for (seal,) in town.select("SELECT hash FROM history")}

    def unsealed(text: str) -> str:
        return re.sub("[0-9a-f]{64}", lambda found: known.get(found[0], found[0]), text)

    texts = town.select("SELECT sha256, body FROM text ORDER BY sha256")
    for _ in range(2):
        named = {sha: ledger.digest(re.sub("^[0-9a-f]{64}\n", "", unsealed(body))) for sha, body in texts}
        known.update(named)
    return unsealed


def unnamed(town: Town) -> list[Any]:
    """The rows of people's acts that name no key of whoever acted or confirmed."""
    every = town.select("SELECT subject, body FROM history ORDER BY seq")
    keys = {key: json.loads(record)["person"] for key, record in town.select(KEYS)}
    return [
        (subject, row["number"])
        for subject, row in ((subject, json.loads(body)) for subject, body in every)
        if row["actor_kind"] == "person" and not (subject.startswith("token:") and row["action"] == "issue")
        for name, who in (("token", "actor"), ("confirmed_token", "confirmed_by"))
        if row[who] and keys.get(f"token:{(row['data'] or {}).get(name)}") != row[who]
    ]


@pytest.mark.parametrize(("database", "size"), [("sqlite_url", 12), ("postgres_url", 3)])
def test_a_year_over_http_ends_as_the_same_year_asked_of_the_operations(
    database: str, size: int, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    with town(f"sqlite:///{tmp_path / 'asked.db'}", size, tmp_path / "asked") as asked:
        asked.play(Operations(asked.service, COLLEAGUE))
        expected, sealed = standing(asked), rows(asked)
        with asked.service.database.read() as session:
            results = queries.latest_results(session, YEAR)
    with (
        town(request.getfixturevalue(database), size, tmp_path / "served") as other,
        served(other) as client,
    ):
        other.play(client)
        shown = client.results(CLERK, YEAR)
        with pytest.raises(Refusal) as told:
            client.act(CLERK, f"cycle:{YEAR}", "propose")
        assert client.read(CLERK, "/history/verify")["ok"]
        assert standing(other) == expected
        assert rows(other) == sealed
        assert unnamed(other) == []
    assert shown == [{name: row[name] for name in shown[0]} for row in results]
    assert [row["grade"] for row in shown] == {3: THREE, 12: TWELVE}[size]
    ids = [entry["id"] for entry in papers_of(size)["departments"]]
    assert [row["department"] for row in shown if row["escalated"]] == ids[-1:]
    equal = [row for row in shown if row["department"] in ids[:2]]
    assert len({row["rank"] for row in equal}) == 1
    assert [row["grade"] for row in equal] == ["excellent", "good"]
    assert (told.value.status, told.value.codes) == (409, ["wrong_state"])
    states = {key: state for key, state, _, _ in expected}
    assert (states[f"cycle:{YEAR}"], states[f"case:{YEAR}:{ids[-1]}"]) == ("closed", "closed")


def test_the_client_and_its_year_know_nothing_of_the_service() -> None:
    mine = [source for source in sources(ROOT, "tests/api") if source.path in OWN]
    foreign = [
        found.module
        for source in mine
        for found in imports(source)
        if found.module.split(".")[0] not in {*sys.stdlib_module_names, "httpx2"}
        and not found.module.startswith("tests.api.year_setting.")
    ]
    assert (len(mine), foreign) == (3, [])
