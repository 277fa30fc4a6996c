"""Letters as files, and in memory."""

from __future__ import annotations

import asyncio
import email
import os
from pathlib import Path

import pytest

from notifications.errors import (
    AnswerLost,
    Temporary,
    Unreachable,
)
from notifications.folder import FolderMailer
from notifications.mailer import MemoryMailer
from notifications.mime import build
from notifications.notices import Event
from tests.held import ZONE
from tests.notifications.fault_server import (
    SENDER,
)
from tests.notifications.letters import AT, parcel


@pytest.mark.skipif(os.name != "posix", reason="no such rights elsewhere")
@pytest.mark.parametrize("durable", [True, False])
def test_letters_in_the_folder_are_their_owners_alone(tmp_path: Path, *, durable: bool) -> None:
    folder = tmp_path / "mail"
    name = asyncio.run(FolderMailer(folder, SENDER, ZONE, durable=durable).send(parcel()))
    assert [path.stat().st_mode & 0o777 for path in (folder, folder / name)] == [0o700, 0o600]
    assert (folder / name).read_bytes() == build(parcel(), SENDER, zone=ZONE).content


@pytest.mark.parametrize("durable", [True, False])
def test_only_a_durable_folder_waits_for_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, durable: bool
) -> None:
    waits: list[int] = []
    monkeypatch.setattr("os.fsync", waits.append)
    asyncio.run(FolderMailer(tmp_path, SENDER, ZONE, durable=durable).send(parcel()))
    assert bool(waits) is durable


def test_the_folder_holds_one_file_a_message_however_often_it_is_sent(tmp_path: Path) -> None:
    given = parcel(event=Event("d@x", 1, AT.date(), "到期"))
    folder = tmp_path / "mail"

    async def run() -> list[str]:
        async with FolderMailer(folder, SENDER, ZONE) as mailer:
            return [await mailer.send(given), await mailer.send(given), await mailer.send(parcel("b"))]

    first, second, other = asyncio.run(run())
    assert first == second == "2026-02-10-ca978112ca1bbdcafac231b39a23dc4d.eml"
    assert sorted(path.name for path in folder.iterdir()) == sorted({first, other})
    assert (folder / first).read_bytes() == build(given, SENDER, zone=ZONE).content
    assert email.message_from_bytes((folder / first).read_bytes())["Message-ID"] == given.message_id


def test_a_folder_that_cannot_be_written_is_no_fault_of_the_message(tmp_path: Path) -> None:
    (tmp_path / "mail").write_text("a file")
    with pytest.raises(Unreachable):
        asyncio.run(FolderMailer(tmp_path / "mail", SENDER, ZONE).send(parcel()))


def test_the_memory_keeps_what_a_server_would_have_taken() -> None:
    faults = iter([None, Temporary(450, "later"), AnswerLost("gone")])
    mailer = MemoryMailer(lambda _: next(faults))
    assert asyncio.run(mailer.send(parcel("a"))) == "250 kept"
    with pytest.raises(Temporary):
        asyncio.run(mailer.send(parcel("b")))
    with pytest.raises(AnswerLost):
        asyncio.run(mailer.send(parcel("c")))
    assert [found.key for found in mailer.taken] == ["a", "c"]
