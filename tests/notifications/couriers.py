"""Couriers at work for tests: one run, and what goes wrong at the server."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Any

from cycle.clock import VirtualClock
from cycle.db import Database
from notifications.courier import Delivered, deliver
from notifications.errors import DeliveryFault
from notifications.mailer import Mailer
from notifications.outbox import Parcel
from tests.notifications.letters import all_rows


def always(_at: datetime) -> bool:
    return True


async def run(database: Database, mailer: Mailer, clock: VirtualClock, **more: Any) -> Delivered:
    options: dict[str, Any] = {"may_send": always} | more
    return await deliver(database, lambda: mailer, clock, "courier", **options)


def run_once(database: Database, mailer: Mailer, clock: VirtualClock, **more: Any) -> Delivered:
    return asyncio.run(run(database, mailer, clock, **more))


def failing(*faults: DeliveryFault) -> Callable[[Parcel], DeliveryFault | None]:
    """A script that fails so often in turn, then no more."""
    left = iter(faults)
    return lambda _: next(left, None)


def next_look(database: Database) -> datetime | None:
    """When the next message is due."""
    found = [each.next_at for each in all_rows(database) if each.next_at]
    return datetime.fromisoformat(min(found)) if found else None
