"""The shim's log, read back: what a process did to its files, in order."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

HEAD = struct.Struct("=c3xIqq")  # `struct entry` of shim.c
FOLDER = "."


@dataclass(frozen=True, slots=True)
class Created:
    """A file came to be, empty."""

    name: str


@dataclass(frozen=True, slots=True)
class Unlinked:
    """A file lost its name."""

    name: str


@dataclass(frozen=True, slots=True)
class Renamed:
    """A file took another name, and the place of whatever had it."""

    name: str
    to: str


@dataclass(frozen=True, slots=True)
class Written:
    """Bytes went to a file, from `at` on."""

    name: str
    at: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Truncated:
    """A file was cut, or stretched with zeros, to `size` bytes."""

    name: str
    size: int


@dataclass(frozen=True, slots=True)
class Synced:
    """All that was done to a file so far is on the disk; of FOLDER, that is the names in it."""

    name: str


Entry = Created | Unlinked | Renamed | Written | Truncated | Synced


def read(log: bytes) -> list[Entry]:
    """Every entry of a log, in order."""
    return list(_entries(log))


def _entries(log: bytes) -> Iterator[Entry]:
    at = 0
    while at < len(log):
        kind, length, where, size = HEAD.unpack_from(log, at)
        at += HEAD.size
        name = log[at : at + length].decode()
        at += length
        data = log[at : at + size]
        at += size
        yield _entry(kind, name, where, data)


def _entry(kind: bytes, name: str, where: int, data: bytes) -> Entry:
    match kind:
        case b"w":
            return Written(name, where, data)
        case b"s":
            return Synced(name)
        case b"t":
            return Truncated(name, where)
        case b"c":
            return Created(name)
        case b"u":
            return Unlinked(name)
        case b"r":
            return Renamed(name, data.decode())
    raise ValueError(kind)
