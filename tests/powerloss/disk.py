"""An imagined disk: what has reached it for good, and what a power cut may leave of the rest.

A file's sync keeps all that was done to that file, the folder's sync the names in it; neither keeps anything
of the other. Of what was not synced anything may be left, down to single sectors of a write. Only bytes that
were written can change: the rest of a sector written in part stays as it was, which SQLite counts on.
Names change one after the other, as in a journal.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random

from tests.powerloss.entries import FOLDER, Created, Entry, Renamed, Synced, Truncated, Unlinked, Written

SECTOR = 512
WAYS = ("none", "all", "prefix", "subset", "torn prefix", "torn subset", "sectors")
"""What is left of a file's changes since its last sync; torn: of the last one left only some sectors are."""

Change = Written | Truncated
Naming = Created | Unlinked | Renamed


@dataclass(slots=True, eq=False)
class File:
    """What is on the disk of one file, and what was done to it since."""

    kept: bytearray = field(default_factory=bytearray)
    since: list[Change] = field(default_factory=list)

    def sync(self) -> None:
        for change in self.since:
            _apply(self.kept, change)
        self.since.clear()


@dataclass(frozen=True, slots=True)
class Image:
    """The files found after a power cut, and in words how each came to be as it is."""

    files: Mapping[str, bytes]
    how: tuple[str, ...]


class Disk:
    """The disk under a process, fed with its acts one by one."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self._kept = {name: File(bytearray(content)) for name, content in files.items()}
        self._names = dict(self._kept)
        self._since: list[tuple[Naming, File]] = []

    def take(self, entry: Entry) -> None:
        """One more thing was done."""
        if isinstance(entry, Written | Truncated):
            self._names[entry.name].since.append(entry)
        elif not isinstance(entry, Synced):
            file = File() if isinstance(entry, Created) else self._names[entry.name]
            self._since.append((entry, file))
            _name(self._names, entry, file)
        elif entry.name != FOLDER:
            self._names[entry.name].sync()
        else:
            self._kept = dict(self._names)
            self._since.clear()

    def whole(self) -> dict[str, bytes]:
        """The files as the process itself sees them."""
        return {name: _changed(file, file.since) for name, file in self._names.items()}

    def cut(self, draw: Random) -> Image:
        """What is found if the power fails now, `draw` deciding what of the unsynced is left."""
        named = draw.choice((0, len(self._since), draw.randint(0, len(self._since))))
        names = dict(self._kept)
        for entry, file in self._since[:named]:
            _name(names, entry, file)
        files, how = {}, [f"names: {named} of {len(self._since)} changes"]
        for name, file in sorted(names.items()):
            way = draw.choice(WAYS)
            left = list(_left(file.since, way, draw))
            files[name] = _changed(file, left)
            how.append(f"{name}: {way}, {len(left)} pieces of {len(file.since)} changes")
        return Image(files, tuple(how))


def _name(names: dict[str, File], entry: Naming, file: File) -> None:
    if not isinstance(entry, Created):
        names.pop(entry.name, None)
    if not isinstance(entry, Unlinked):
        names[entry.to if isinstance(entry, Renamed) else entry.name] = file


def _changed(file: File, changes: Sequence[Change]) -> bytes:
    content = bytearray(file.kept)
    for change in changes:
        _apply(content, change)
    return bytes(content)


def _apply(content: bytearray, change: Change) -> None:
    if isinstance(change, Truncated):
        content.extend(bytes(max(0, change.size - len(content))))
        del content[change.size :]
        return
    content.extend(bytes(max(0, change.at - len(content))))
    content[change.at : change.at + len(change.data)] = change.data


def _left(changes: Sequence[Change], way: str, draw: Random) -> Iterator[Change]:
    """What is left of `changes`, in order."""
    some = _some(changes, way, draw)
    if way == "sectors":
        for change in changes:
            yield from _torn(change, draw)
    elif way.startswith("torn") and some:
        yield from some[:-1]
        yield from _torn(some[-1], draw)
    else:
        yield from some


def _some(changes: Sequence[Change], way: str, draw: Random) -> Sequence[Change]:
    match way.removeprefix("torn "):
        case "none":
            return ()
        case "prefix":
            return changes[: draw.randint(0, len(changes))]
        case "subset":
            share = draw.random()
            return [change for change in changes if draw.random() < share]
    return changes


def _torn(change: Change, draw: Random) -> Iterator[Change]:
    """Some of the sectors of a write; a new length is there or is not."""
    if isinstance(change, Truncated):
        yield from (change,) if draw.random() < 0.5 else ()
        return
    start, end = change.at, change.at + len(change.data)
    while start < end:
        stop = min(end, (start // SECTOR + 1) * SECTOR)
        if draw.random() < 0.5:
            yield Written(change.name, start, change.data[start - change.at : stop - change.at])
        start = stop
