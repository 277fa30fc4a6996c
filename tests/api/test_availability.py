"""What some do keeps no other from working: threads, bodies that do not come, keys that are tried, the end."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from threading import Event, Semaphore, Thread, Timer
from typing import Any

import pytest
import uvicorn
from fastapi import FastAPI, Request
from starlette.responses import PlainTextResponse

from cycle.acts import asking
from cycle.api import reads_city, threads
from cycle.api.body_limit import Awaited, BodyLimit
from cycle.api.limits import Rates
from cycle.app import MOST_AT_ONCE, _Server
from cycle.db import Database, Overtaken, Statement
from tests.api.conftest import ROOT, Api, ApiAt, the_app
from tests.cast import ADMIN, CLERK, GENERAL, LIAISON, CityAt

CHASE = f"/cycles/2025/appraisals/{GENERAL}/chase"
TOUCH = Statement("UPDATE subject SET number = number")


# --- threads ---


@contextmanager
def stuck(module: Any, name: str, ask: Callable[[], Any], monkeypatch: pytest.MonkeyPatch) -> Iterator[Event]:
    """More requests than there are threads, all stuck in `module.name`; the event lets them go."""
    free, arrived = Event(), Semaphore(0)

    def waits(*_given: object, **_named: object) -> Any:
        arrived.release()
        free.wait()
        raise Overtaken("let go")

    asking = [Thread(target=ask) for _ in range(threads.ACTING + 2)]
    giving_up = Timer(60, free.set)
    giving_up.start()
    with monkeypatch.context() as patched:
        patched.setattr(module, name, waits)
        for thread in asking:
            thread.start()
        try:
            for _ in range(threads.ACTING):
                assert arrived.acquire(timeout=60)
            yield free
        finally:
            free.set()
            giving_up.cancel()
            for thread in asking:
                thread.join()


def test_acts_that_wait_keep_nobody_from_reading(api_at: ApiAt, monkeypatch: pytest.MonkeyPatch) -> None:
    api = api_at("running")
    api.token(CLERK), api.token(ADMIN, "read")

    def act() -> None:
        api.post(CHASE, CLERK, {"reason": "x"})

    with stuck(asking, "perform", act, monkeypatch) as free:
        assert api.get("/me", ADMIN).status_code == 200
        assert api.client.get("/readyz").status_code == 200
        assert not free.is_set()


def test_whoever_watches_waits_behind_nobody_who_reads(
    api_at: ApiAt, monkeypatch: pytest.MonkeyPatch
) -> None:
    api = api_at("running")
    api.token(CLERK, "read"), api.token(ADMIN, "read")

    def look() -> None:
        api.get("/me", CLERK)

    with stuck(reads_city, "looking", look, monkeypatch) as free:
        assert api.client.get("/readyz").status_code == 200
        assert api.client.get("/metrics", headers=api.headers(ADMIN, "read")).status_code == 200
        assert not free.is_set()


def test_a_writer_waits_for_another_no_longer_than_it_has_patience(city_at: CityAt) -> None:
    city = city_at("installed")
    database = Database(city.service.database.url.render_as_string(hide_password=False), patience=0.05)
    held, free = Event(), Event()

    def hold() -> None:
        with city.service.database.write() as session:
            TOUCH.run(session)
            held.set()
            free.wait(60)

    def hold_turn() -> None:
        with database.write():
            held.set()
            free.wait(60)

    other = Thread(target=hold_turn if database.dialect == "sqlite" else hold)
    other.start()
    try:
        assert held.wait(60)
        with pytest.raises(Overtaken), database.write() as session:
            TOUCH.run(session)
    finally:
        free.set()
        other.join()
    with database.write() as session:
        TOUCH.run(session)
    database.close()


# --- bodies ---

Asgi = Callable[[Any, Any, Any], Awaitable[None]]


def post(app: Asgi, path: str, headers: dict[str, str], receive: Callable[[], Awaitable[Any]]) -> int:
    """The status of what is answered to a request whose body comes by `receive`."""
    said: list[int] = []

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            said.append(message["status"])

    sent = {"content-type": "application/json", "content-length": "9", **headers}
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": b"",
        "headers": [(name.lower().encode(), value.encode()) for name, value in sent.items()],
        "client": ("127.0.0.1", 5),
        "server": ("127.0.0.1", 80),
    }

    async def within_a_minute() -> None:
        await asyncio.wait_for(app(scope, receive, send), 60)

    asyncio.run(within_a_minute())
    return said[0]


async def never() -> Any:
    """A body of which nothing comes."""
    await asyncio.Event().wait()


def test_a_key_is_looked_at_before_anything_of_a_body(api_at: ApiAt) -> None:
    api = api_at("running")
    reader = api.headers(LIAISON[GENERAL], "read")
    for path in (CHASE, "/tokens", f"/cycles/2025/evidence/{GENERAL}/offer"):
        assert post(the_app(), ROOT + path, {}, never) == 401
        assert post(the_app(), ROOT + path, reader, never) == 403
    answer = api.client.post(ROOT + CHASE, content=b"{", headers={"Content-Type": "application/json"})
    assert answer.status_code == 401


def test_a_body_that_does_not_come_in_time_is_not_waited_for(api_at: ApiAt) -> None:
    api = api_at("running")
    hurried = BodyLimit(
        the_app(), most=9, too_large=lambda _: PlainTextResponse(), awaited=Awaited(), seconds=0
    )
    assert post(hurried, ROOT + CHASE, api.headers(CLERK), never) == 408


def test_what_is_waited_for_after_the_body_has_all_the_time_there_is() -> None:
    async def leaves() -> Any:
        return {"type": "http.disconnect"}

    async def app(_scope: Any, receive: Any, send: Any) -> None:
        assert (await receive())["body"] == b"{}"
        awaited.give_up()
        assert (await receive())["type"] == "http.disconnect"
        await send({"type": "http.response.start", "status": 299})

    async def comes() -> Any:
        return parts.pop(0) if parts else await leaves()

    awaited, parts = Awaited(), [{"type": "http.request", "body": b"{}"}]
    limited = BodyLimit(app, most=9, too_large=lambda _: PlainTextResponse(), awaited=awaited)
    assert post(limited, "/", {}, comes) == 299


def test_the_service_ends_without_waiting_for_half_a_body() -> None:
    app, begun = FastAPI(), asyncio.Event()
    app.state.awaited = Awaited()

    @app.post("/")
    async def whole(request: Request) -> int:
        begun.set()
        return len(await request.body())

    app.add_middleware(BodyLimit, most=9, too_large=lambda _: PlainTextResponse(), awaited=app.state.awaited)

    async def half() -> bytes:
        server = _Server(uvicorn.Config(app, log_config=None), app.state.awaited.give_up, Event())
        with socket.create_server(("127.0.0.1", 0)) as listening:
            running = asyncio.create_task(server.serve([listening]))
            reader, writer = await asyncio.open_connection(*listening.getsockname())
            writer.write(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nhalf")
            await begun.wait()
            server.should_exit = True
            said = await asyncio.wait_for(reader.read(), 60)
            writer.close()
            await asyncio.wait_for(running, 60)
        return said

    assert asyncio.run(half()).startswith(b"HTTP/1.1 503")
    assert MOST_AT_ONCE >= 100


# --- how often one may ask ---


def test_wrong_keys_are_counted_by_whoever_may_have_sent_them() -> None:
    rates = Rates(10, 1)
    assert rates.admit_failure("2001:db8:1:2::1")
    assert not rates.admit_failure("2001:db8:1:2:ffff::9")
    assert rates.admit_failure("2001:db8:1:3::1")
    assert rates.admit_failure("10.0.0.7")
    assert not rates.admit_failure("::ffff:10.0.0.7")
    assert rates.admit_failure("10.0.0.8")
    assert rates.admit_failure("")
    assert not rates.admit_failure("")


def test_only_so_many_addresses_are_remembered() -> None:
    rates = Rates(10, 1, most_counted=3)
    assert rates.admit_failure("10.0.0.1")
    for last in range(2, 40):
        assert rates.admit_failure(f"10.0.0.{last}")
    assert rates.counted == 3
    assert not rates.admit_failure("10.0.0.39")
    assert rates.admit_failure("10.0.0.1")


def test_a_person_has_one_share_however_many_keys(api_at: ApiAt) -> None:
    api = api_at("running", api_rate=3)
    found = [api.get("/me", CLERK).status_code for _ in range(2)]
    found += [api.client.get(f"{ROOT}/me", headers=api.headers(CLERK)).status_code for _ in range(2)]
    assert found == [200, 200, 200, 429]


def issue(api: Api, days: int) -> Any:
    wish = {"person": CLERK, "scope": "act", "purpose": "报表", "days": days}
    return api.post("/tokens", CLERK, wish)


def test_a_key_issues_none_that_outlives_it(api_at: ApiAt) -> None:
    api = api_at("running")  # a key of the cast holds for 300 days
    assert issue(api, 301).json()["unmet"][0]["code"] == "token_outlives_its_own"
    made = issue(api, 300)
    assert made.status_code == 201
    api.post(f"/tokens/{api.token(CLERK).split('_')[1]}/revoke", CLERK, {"reason": "丢失"})
    headers = {"Authorization": f"Bearer {made.json()['token']}"}
    assert api.client.get(f"{ROOT}/me", headers=headers).status_code == 401
