"""A mail server in a process of its own: notes each message in a file before it says that it took it."""

from __future__ import annotations

import asyncio
import json
import os
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email import message_from_bytes
from hashlib import sha256
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Final

from tests.operations.racing import START

WAIT: Final = 60  # seconds until a process that does not answer fails the test
HOLD, GO = "hold", "go"


@dataclass(slots=True)
class Sink:
    """The server as the test sees it: where it listens, what it took, and a hand on its answers."""

    port: int
    file: Path
    pipe: Connection

    def hold(self) -> None:
        """Keep the answer to the next message back; the sender's name then comes through the pipe."""
        self.pipe.send(HOLD)

    def go(self) -> None:
        """Answer again, what was kept back too."""
        self.pipe.send(GO)

    def taken(self) -> dict[str, list[str]]:
        """The digests of all copies of each message, by Message-ID."""
        found: dict[str, list[str]] = defaultdict(list)
        for line in self.file.read_text(encoding="ascii").splitlines():
            name, digest = json.loads(line)
            found[name].append(digest)
        return dict(found)


@dataclass(slots=True)
class _Server:
    """The server's side. `held` is set while answers go out; `next` says that the next one does not."""

    log: int
    pipe: Connection
    next: bool = False
    held: asyncio.Event = field(default_factory=asyncio.Event)
    stopped: asyncio.Event = field(default_factory=asyncio.Event)

    def told(self) -> None:
        try:
            order = self.pipe.recv()
        except EOFError:
            order = None
        if order is None:
            asyncio.get_running_loop().remove_reader(self.pipe.fileno())
            self.stopped.set()
        elif order == HOLD:
            self.next = True
            self.held.clear()
        else:
            self.next = False
            self.held.set()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection; a client that is killed simply hangs up."""
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            await self._talk(reader, writer)
        writer.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 sink\r\n")
        name = ""
        while line := await reader.readline():
            verb = line[:4].upper()
            if verb == b"EHLO":
                name = line[4:].strip().decode()
            if verb == b"DATA":
                writer.write(b"354 go on\r\n")
                await self._take(name, await reader.readuntil(b"\r\n.\r\n"))
            writer.write(b"250 ok\r\n" if verb != b"QUIT" else b"221 bye\r\n")
            await writer.drain()
            if verb == b"QUIT":
                return

    async def _take(self, name: str, content: bytes) -> None:
        known = str(message_from_bytes(content)["Message-ID"]).strip()
        os.write(self.log, json.dumps([known, sha256(content).hexdigest()]).encode() + b"\n")
        if self.next:
            self.next = False
            self.pipe.send(name)
            await self.held.wait()


def run(file: Path, pipe: Connection) -> None:
    """Serve until told to stop; the port is the first thing told."""
    asyncio.run(_run(file, pipe))


async def _run(file: Path, pipe: Connection) -> None:
    log = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    server = _Server(log, pipe)
    server.held.set()
    listening = await asyncio.start_server(server.serve, "127.0.0.1", 0)
    asyncio.get_running_loop().add_reader(pipe.fileno(), server.told)
    pipe.send(listening.sockets[0].getsockname()[1])
    await server.stopped.wait()
    os._exit(0)  # whoever is still connected is of no interest


@contextmanager
def sinking(file: Path) -> Iterator[Sink]:
    """The server at work."""
    ours, theirs = START.Pipe()
    process = START.Process(target=run, args=(file, theirs))
    process.start()
    theirs.close()
    try:
        assert ours.poll(WAIT), "the mail server does not start"
        yield Sink(ours.recv(), file, ours)
    finally:
        with suppress(OSError):
            ours.send(None)
        ours.close()
        process.join(WAIT)
        process.kill()
        process.join()
        process.close()
