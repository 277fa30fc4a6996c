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
    """Writes each message to a file named by its date and Message-ID: sent again, it is no second file."""

    def __init__(self, folder: Path, sender: Sender, zone: tzinfo) -> None:
        self.folder = folder
        self.sender = sender
        self.zone = zone

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
            await asyncio.to_thread(_write, self.folder / name, content)
        except OSError as fault:
            raise Unreachable(str(fault)) from fault
        return name


def _write(target: Path, content: bytes) -> None:
    """The file appears whole or not at all, and stays when the power goes."""
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f".{secrets.token_hex(8)}.part")
    try:
        with part.open("xb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
    if os.name == "posix":  # elsewhere a folder cannot be opened
        folder = os.open(target.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
