"""Letters in a city's outbox, and what deliveries would have made of them."""

from __future__ import annotations

from typing import Any

from cycle.db import Statement
from cycle.jobs.passes import make_pass
from tests.cast import City
from tests.cli.conftest import Shell

OPENED = "2025-01-10 09:00"


def opened(shell: Shell, city: City) -> None:
    """The letters that plans have opened are written."""
    shell.at(OPENED)
    make_pass(city.service, "test")


def change(city: City, key: str, **columns: Any) -> None:
    """Set a letter's columns as deliveries would have."""
    sets = ", ".join(f"{name} = :{name}" for name in columns)
    with city.service.database.write() as session:
        Statement(f"UPDATE outbox SET {sets} WHERE key = :key").run(session, key=key, **columns)


def dead(city: City, key: str, **columns: Any) -> None:
    change(city, key, **{"status": "failed", "next_at": None, "attempts": 10, "code": 550, **columns})


def letters(shell: Shell, *options: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = shell.do("mail", "list", *options)["letters"]
    return found


def keys(city: City) -> list[str]:
    return [key for (key,) in city.select("SELECT key FROM outbox ORDER BY key")]
