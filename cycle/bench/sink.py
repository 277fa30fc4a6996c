"""A mail server that takes everything and keeps nothing, in a process of its own: `python -m cycle.bench.sink`.

It prints its port and ends with its standard input. NOOP answers how many messages and bytes it has taken.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Final, cast

HOST: Final = "127.0.0.1"
_END = b"\r\n.\r\n"
_ANSWERS = {b"DATA": b"354 go on\r\n", b"QUIT": b"221 bye\r\n"}


class Total:
    """What was taken over all connections; bytes as they came, the dot that ends a message among them."""

    def __init__(self) -> None:
        self.messages = 0
        self.bytes = 0


class _Session(asyncio.Protocol):
    """One client, who may send several commands at once."""

    def __init__(self, total: Total) -> None:
        self._total = total
        self._buffer = bytearray()
        self._in_message = False
        self._transport: asyncio.WriteTransport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.WriteTransport, transport)
        self._transport.write(b"220 sink\r\n")

    def data_received(self, data: bytes) -> None:
        seen = max(0, len(self._buffer) - len(_END))
        self._buffer += data
        while self._buffer:
            found = self._buffer.find(_END if self._in_message else b"\r\n", seen)
            if found < 0:
                return
            end = found + len(_END if self._in_message else b"\r\n")
            taken = bytes(self._buffer[:end])
            del self._buffer[:end]
            seen = 0
            self._answer(self._message(taken) if self._in_message else self._command(taken))

    def _answer(self, text: bytes) -> None:
        self._transport.write(text)
        if text.startswith(b"221"):
            self._transport.close()

    def _message(self, taken: bytes) -> bytes:
        self._in_message = False
        self._total.messages += 1
        self._total.bytes += len(taken)
        return b"250 taken\r\n"

    def _command(self, line: bytes) -> bytes:
        verb = line[:4].upper()
        self._in_message = verb == b"DATA"
        if verb == b"NOOP":
            return b"250 %d %d\r\n" % (self._total.messages, self._total.bytes)
        return _ANSWERS.get(verb, b"250 so be it\r\n")


async def serve() -> None:
    """Take mail until standard input ends."""
    loop = asyncio.get_running_loop()
    total = Total()
    server = await loop.create_server(lambda: _Session(total), HOST, 0)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await asyncio.to_thread(sys.stdin.read)
    server.close()


@contextmanager
def taking() -> Iterator[int]:
    """The port of a sink in another process."""
    command = [sys.executable, "-m", "cycle.bench.sink"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield int(cast(IO[str], process.stdout).readline())
        finally:
            process.communicate()


if __name__ == "__main__":
    asyncio.run(serve())
