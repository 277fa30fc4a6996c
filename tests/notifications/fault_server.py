"""A mail server on this machine that fails as it is told to, and keeps what it took."""

from __future__ import annotations

import asyncio
import ssl
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any, Literal

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from notifications.mailer import Smtp
from notifications.mime import Sender

Fault = Literal["", "421", "450", "550", "452", "554", "hang", "drop", "keep and drop", "keep and hang"]
FAULTS: tuple[Fault, ...] = ("421", "450", "550", "452", "hang", "drop", "keep and drop", "keep and hang")
CERTIFICATES = Path(__file__).with_name("certificates")
SENDER = Sender("市绩效办", "kaohe@example.gov.cn")
LAYERS = 5  # turns of the loop in which a connection is closed from TLS down to its socket
USER, PASSWORD = "kaohe", "a secret"

_AT_RECIPIENT = {"421": "421 too many", "450": "450 greylisted", "550": "550 no such user"}
_AFTER_DATA = {"452": "452 disk full", "554": "554 looks like spam"}


def seeded(seed: int, share: float, faults: Sequence[Fault] = FAULTS) -> Callable[[str, int], Fault]:
    """A script by which that share of all tries fails, the same for the same seed in whatever order they come."""

    def script(address: str, number: int) -> Fault:
        chance = Random(f"{seed} {address} {number}")  # noqa: S311 - chance that can be repeated
        return chance.choice(faults) if chance.random() < share else ""

    return script


@dataclass
class FaultServer:
    """What the server does with the try number (from 0) for an address, and what became of it."""

    script: Callable[[str, int], Fault] = lambda _address, _number: ""
    tries: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    kept: dict[str, list[bytes]] = field(default_factory=lambda: defaultdict(list))
    connections: int = 0
    port: int = 0
    _faults: dict[str, Fault] = field(default_factory=dict)

    async def handle_EHLO(  # noqa: N802 - the library finds it by this name
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_RCPT(  # noqa: N802 - the library finds it by this name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        fault = self._faults[address] = self.script(address, self.tries[address])
        self.tries[address] += 1
        if fault in _AT_RECIPIENT:
            return _AT_RECIPIENT[fault]
        envelope.rcpt_tos.append(address)
        return "250 ok"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        (address,) = envelope.rcpt_tos
        fault = self._faults[address]
        if fault in _AFTER_DATA:
            return _AFTER_DATA[fault]
        if fault in ("", "keep and drop", "keep and hang"):
            assert isinstance(envelope.original_content, bytes)
            self.kept[address].append(envelope.original_content)
        if fault.endswith("drop"):
            assert isinstance(server.transport, asyncio.WriteTransport)
            server.transport.abort()
        if fault:
            await asyncio.Event().wait()  # until the connection is lost
        return "250 kept"


@asynccontextmanager
async def serving(
    server: FaultServer, *, tls: ssl.SSLContext | None = None, **options: Any
) -> AsyncIterator[Smtp]:
    """The server at work; how to reach it. `tls` speaks TLS from the start; `options` are the library's."""
    loop = asyncio.get_running_loop()
    plain: dict[str, Any] = {"hostname": "mail.example.invalid", "enable_SMTPUTF8": True, "loop": loop}
    connections: list[SMTP] = []

    def connection() -> SMTP:
        connections.append(SMTP(server, **plain | options))
        return connections[-1]

    listening = await loop.create_server(connection, "127.0.0.1", 0, ssl=tls)
    try:
        yield reach(listening.sockets[0].getsockname()[1])
    finally:
        listening.close()
        for each in connections:
            if isinstance(each.transport, asyncio.WriteTransport):
                each.transport.abort()
        for _ in range(LAYERS):
            await asyncio.sleep(0)


@asynccontextmanager
async def saying(*lines: bytes) -> AsyncIterator[Smtp]:
    """A server that says one line at the start and after each line it hears; how to reach it.

    After the last it hangs up; with no line at all it keeps silent.
    """
    writers: list[asyncio.StreamWriter] = []

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writers.append(writer)
        for number, line in enumerate(lines):
            if number:
                await reader.readline()
            writer.write(line + b"\r\n")
        if lines:
            writer.close()

    listening = await asyncio.start_server(talk, "127.0.0.1", 0)
    try:
        yield reach(listening.sockets[0].getsockname()[1])
    finally:
        listening.close()
        for writer in writers:
            writer.transport.abort()
            with suppress(OSError):
                await writer.wait_closed()


def reach(port: int) -> Smtp:
    return Smtp("127.0.0.1", port, SENDER, security="none", timeout=30)


def certificate(name: str) -> ssl.SSLContext:
    """A server's side of TLS with a certificate for `localhost` and 127.0.0.1, or for `elsewhere`."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(CERTIFICATES / f"{name}.pem")
    return context


def password_needed(
    _server: SMTP, _session: Session, _envelope: Envelope, _way: str, data: Any
) -> AuthResult:
    """Lets one user in."""
    right = isinstance(data, LoginPassword) and (data.login, data.password) == (
        USER.encode(),
        PASSWORD.encode(),
    )
    return AuthResult(success=right, handled=False)
