"""Letters as files in a folder instead of mail: for trying things out, and where there is no mail server."""

from __future__ import annotations

import asyncio
import os
import secrets
from datetime import tzinfo
from pathlib import Path
from types import TracebackType
from typing import Self

from notifications.errors import Permanent, Unreachable
from notifications.mime import Sender, build
from notifications.outbox import Parcel


class FolderMailer:
    """Writes each message to a file named by its date and Message-ID: sent again, it is no second file.

    Files and the folder are their owner's alone. Not `durable`: without waiting for the disk, where what a
    power cut takes can be written again.
    """

    def __init__(self, folder: Path, sender: Sender, zone: tzinfo, *, durable: bool = True) -> None:
        self.folder = folder
        self.sender = sender
        self.zone = zone
        self.durable = durable

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        pass

    async def send(self, parcel: Parcel) -> str:
        """The file's name. Raises Permanent for a message that cannot be built, Unreachable for a full disk."""
        try:
            content = build(parcel, self.sender, zone=self.zone).content
        except ValueError as fault:
            raise Permanent(None, str(fault)) from fault
        day = parcel.at.astimezone(self.zone).date()
        name = f"{day}-{parcel.message_id[1:].partition('@')[0]}.eml"
        try:
            if self.durable:
                await asyncio.to_thread(_write, self.folder / name, content, durable=True)
            else:
                _write(self.folder / name, content, durable=False)
        except OSError as fault:
            raise Unreachable(str(fault)) from fault
        return name


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _write(target: Path, content: bytes, *, durable: bool) -> None:
    """The file appears whole or not at all, and where it is to be durable stays when the power goes."""
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = target.with_name(f".{secrets.token_hex(8)}.part")
    try:
        with open(part, "xb", opener=_private) as stream:
            stream.write(content)
            stream.flush()
            if durable:
                os.fsync(stream.fileno())
        part.replace(target)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    if durable and os.name == "posix":  # elsewhere a folder cannot be opened
        folder = os.open(target.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
