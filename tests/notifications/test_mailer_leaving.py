"""A connection is gone once it is left, whatever the server makes of that."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from ssl import SSLSocket
from threading import Event, Thread

import pytest

from notifications.errors import WrongPassword
from notifications.mailer import Smtp, SmtpMailer
from tests.held import ZONE
from tests.notifications.fault_server import CERTIFICATES, PASSWORD, SENDER, USER, certificate
from tests.notifications.letters import parcel

ANSWERS = {
    b"EHLO": b"250-localhost\r\n250 AUTH PLAIN",
    b"AUTH": b"535 no",
    b"DATA": b"354 go",
    b"QUIT": b"221 bye",
}
"""By the command; whatever else is 250."""


class Deaf:
    """A server that answers all there is to answer, encrypted, and nothing to the word that encryption ends."""

    def __init__(self) -> None:
        self.left = Event()
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._thread = Thread(target=self._serve)
        self._thread.start()

    @property
    def smtp(self) -> Smtp:
        port = self._listening.getsockname()[1]
        return Smtp("127.0.0.1", port, SENDER, security="tls", ca_file=str(CERTIFICATES / "authority.pem"))

    def end(self) -> None:
        self._thread.join()
        self._listening.close()

    def _serve(self) -> None:
        raw, _ = self._listening.accept()
        with certificate("localhost").wrap_socket(raw, server_side=True) as talk, suppress(ConnectionError):
            self._talk(talk)
            # What still comes is not even decrypted: only the end of the connection itself counts.
            while socket.socket.recv(talk, 1024):
                pass
        self.left.set()

    def _talk(self, talk: SSLSocket) -> None:
        talk.sendall(b"220 localhost\r\n")
        content = False
        for line in talk.makefile("rb"):
            if content and line != b".\r\n":
                continue
            content = line == b"DATA\r\n"
            talk.sendall(ANSWERS.get(line[:4].upper(), b"250 kept") + b"\r\n")


@pytest.fixture
def deaf() -> Iterator[Deaf]:
    server = Deaf()
    yield server
    server.end()


def test_after_the_last_message(deaf: Deaf) -> None:
    async def run() -> bool:
        async with SmtpMailer(deaf.smtp, ZONE) as mailer:
            assert await mailer.send(parcel()) == "250 kept"
        return await asyncio.to_thread(deaf.left.wait, 10)

    assert asyncio.run(run())


def test_where_the_server_lets_nobody_in(deaf: Deaf) -> None:
    async def run() -> bool:
        async with SmtpMailer(replace(deaf.smtp, user=USER, password=PASSWORD), ZONE) as mailer:
            with pytest.raises(WrongPassword):
                await mailer.send(parcel())
        return await asyncio.to_thread(deaf.left.wait, 10)

    assert asyncio.run(run())
