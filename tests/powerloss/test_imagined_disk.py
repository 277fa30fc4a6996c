"""The imagined disk keeps what was synced, and of the rest leaves what a real one might."""

from __future__ import annotations

from random import Random

from tests.powerloss.disk import SECTOR, Disk
from tests.powerloss.entries import FOLDER, Created, Entry, Renamed, Synced, Truncated, Unlinked, Written

DRAWS = 300


def found(before: dict[str, bytes], *acts: Entry) -> list[dict[str, bytes]]:
    """What many power cuts after these acts leave, each only once."""
    disk = Disk(before)
    for act in acts:
        disk.take(act)
    left: list[dict[str, bytes]] = []
    for seed in range(DRAWS):
        files = dict(disk.cut(Random(seed)).files)  # noqa: S311 - it has to be repeatable, not secret
        if files not in left:
            left.append(files)
    return left


def contents(before: bytes, *acts: Entry) -> set[bytes]:
    """What is left of the one file `a`."""
    return {files["a"] for files in found({"a": before}, *acts)}


def test_what_was_synced_stays() -> None:
    assert contents(b"old", Written("a", 0, b"new"), Synced("a")) == {b"new"}


def test_what_was_not_synced_may_be_there_or_not() -> None:
    assert contents(b"old", Written("a", 0, b"new")) == {b"old", b"new"}


def test_the_sync_of_another_file_keeps_nothing() -> None:
    left = found({"a": b"old", "b": b""}, Written("a", 0, b"new"), Synced("b"), Synced(FOLDER))
    assert {files["a"] for files in left} == {b"old", b"new"}


def test_a_later_write_may_arrive_without_the_earlier() -> None:
    left = contents(b"....", Written("a", 0, b"1"), Written("a", 3, b"2"))
    assert left == {b"....", b"1...", b"...2", b"1..2"}


def test_what_is_left_before_a_gap_is_zeros() -> None:
    assert b"\0\0\0x" in contents(b"", Written("a", 0, b"abc"), Written("a", 3, b"x"))


def test_a_write_is_torn_between_sectors_and_nowhere_else() -> None:
    left = contents(b"." * (2 * SECTOR), Written("a", SECTOR - 2, b"xxyy"))
    edges = {content[SECTOR - 3 : SECTOR + 3] for content in left}
    assert edges == {b"......", b".xx...", b"...yy.", b".xxyy."}


def test_a_new_length_is_there_or_is_not() -> None:
    assert contents(b"long", Truncated("a", 2)) == {b"long", b"lo"}
    assert contents(b"s", Truncated("a", 3)) == {b"s", b"s\0\0"}


def test_a_new_file_has_its_name_once_the_folder_is_synced() -> None:
    acts = Created("b"), Written("b", 0, b"new"), Synced("b")
    assert {"b" in files for files in found({}, *acts)} == {True, False}
    assert found({}, *acts, Synced(FOLDER)) == [{"b": b"new"}]


def test_an_unlinked_file_may_come_back_in_the_place_of_its_successor() -> None:
    left = found({"a": b"old"}, Unlinked("a"), Created("a"), Written("a", 0, b"new"), Synced("a"))
    assert {files.get("a") for files in left} == {b"old", b"new", None}


def test_names_change_in_order() -> None:
    left = found({"a": b"1", "b": b"2"}, Renamed("a", "c"), Unlinked("b"))
    assert all("a" not in files for files in left if "b" not in files)
    assert {"c": b"1"} in left
