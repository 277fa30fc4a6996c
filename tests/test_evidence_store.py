"""Evidence files on disk: whole or not there, by the digest of their bytes, never by a name of theirs."""

import hashlib
import io
import os
import stat
from pathlib import Path

import pytest

from cycle import evidence_store as store
from tests.cast import codes
from workflows.errors import Refused

PDF = b"%PDF-1.7\n" + b"x" * 200_000


def bring(folder: Path, content: bytes = PDF, name: str = "报告.pdf", most_mb: int = 1) -> store.Stored:
    """Bring a file in as an act that succeeds does."""
    with store.arriving(folder, name, io.BytesIO(content), most_mb) as stored:
        return stored


def inside(folder: Path) -> list[str]:
    """Every file below, the lock apart."""
    found = (path for path in folder.rglob("*") if path.is_file() and path.name != ".lock")
    return sorted(path.relative_to(folder).as_posix() for path in found)


def test_a_file_lies_under_its_digest_and_can_only_be_read(tmp_path: Path) -> None:
    stored = bring(tmp_path)
    digest = hashlib.sha256(PDF).hexdigest()
    assert (stored.sha256, stored.size, stored.media_type) == (digest, len(PDF), "application/pdf")
    assert inside(tmp_path) == [f"{digest[:2]}/{digest}"]
    path = store.path_of(tmp_path, digest)
    assert path.read_bytes() == PDF
    assert stat.S_IMODE(path.stat().st_mode) & 0o222 == 0


class Dripping(io.BytesIO):
    """A stream that gives a single byte at first, as a slow line does."""

    def read(self, size: int | None = -1, /) -> bytes:
        return super().read(1 if self.tell() < 4 else size)


def test_what_a_file_is_does_not_hang_on_how_much_of_it_comes_at_once(tmp_path: Path) -> None:
    with store.arriving(tmp_path, "报告.pdf", Dripping(PDF), 1) as stored:
        assert stored.size == len(PDF)


def test_the_same_bytes_are_kept_once_and_not_written_again(tmp_path: Path) -> None:
    first = bring(tmp_path)
    before = store.path_of(tmp_path, first.sha256).stat()
    assert bring(tmp_path, name="另一个名字.pdf").sha256 == first.sha256
    after = store.path_of(tmp_path, first.sha256).stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    assert len(inside(tmp_path)) == 1


def test_a_file_that_went_bad_is_made_good_by_handing_it_in_again(tmp_path: Path) -> None:
    sha256 = bring(tmp_path).sha256
    path = store.path_of(tmp_path, sha256)
    path.chmod(0o640)
    path.write_bytes(b"%PDF-rotten")
    assert not store.sound(tmp_path, sha256)
    bring(tmp_path)
    assert store.sound(tmp_path, sha256)


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (b"", "空.pdf", "evidence_empty"),
        (b"%PDF-" + b"x" * (1 << 20), "大.pdf", "evidence_too_large"),
        (b"PK\x03\x04", "假.pdf", "evidence_type_differs"),
        (b"PK\x03\x04", "包.zip", "evidence_type_unknown"),
        (b"text", "无后缀", "evidence_type_unknown"),
        (b"text", "", "evidence_name_unfit"),
        (b"text", "a\nb.txt", "evidence_name_unfit"),
        (b"text", "证\u202etxt.exe.txt", "evidence_name_unfit"),
        (b"text", "长" * 200 + ".txt", "evidence_name_unfit"),
    ],
)
def test_what_is_refused_leaves_nothing_behind(tmp_path: Path, content: bytes, name: str, code: str) -> None:
    assert codes(lambda: bring(tmp_path, content, name)) == [code]
    assert inside(tmp_path) == []


def test_exactly_as_large_as_it_may_be_is_taken(tmp_path: Path) -> None:
    assert bring(tmp_path, b"%PDF-".ljust(1 << 20, b"x")).size == 1 << 20


class Breaking(io.BytesIO):
    """A connection that breaks on the second piece."""

    def read(self, size: int | None = -1, /) -> bytes:
        piece = super().read(size)
        if self.tell() > store.PIECE:
            raise ConnectionError
        return piece


def test_a_stream_that_breaks_off_leaves_nothing_behind(tmp_path: Path) -> None:
    with pytest.raises(ConnectionError), store.arriving(tmp_path, "a.pdf", Breaking(PDF), 1):
        pass
    assert inside(tmp_path) == []


def test_what_was_kept_when_the_act_breaks_is_whole(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError), store.arriving(tmp_path, "a.pdf", io.BytesIO(PDF), 1) as stored:
        raise RuntimeError
    assert inside(tmp_path) == [f"{stored.sha256[:2]}/{stored.sha256}"]


def test_a_piece_is_all_that_is_ever_held_in_memory(tmp_path: Path) -> None:
    asked: list[int | None] = []

    class Watched(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            asked.append(size)
            return super().read(size)

    with store.arriving(tmp_path, "a.pdf", Watched(PDF), 1):
        assert set(asked) == {store.PIECE}


def test_nothing_is_taken_away_while_a_file_is_coming_in(tmp_path: Path) -> None:
    with store.arriving(tmp_path, "a.pdf", io.BytesIO(PDF), 1), store.alone(tmp_path) as may:
        assert not may
    with store.alone(tmp_path) as may:
        assert may


def test_two_files_may_come_in_at_once(tmp_path: Path) -> None:
    with store.arriving(tmp_path, "a.pdf", io.BytesIO(PDF), 1), store.alone(tmp_path) as may:
        assert not may
        assert bring(tmp_path, PDF + b"2").size == len(PDF) + 1


@pytest.mark.parametrize("sha256", ["", "..", "../../etc/passwd", "A" * 64, "a" * 63, "a" * 64 + "\n"])
def test_what_is_no_digest_is_no_path(tmp_path: Path, sha256: str) -> None:
    with pytest.raises(ValueError, match="no digest"):
        store.path_of(tmp_path, sha256)
    with pytest.raises(Refused):
        store.look(tmp_path, sha256, "a.pdf")


@pytest.mark.parametrize("folder", [None, Path("nowhere")])
def test_a_file_that_is_not_there_cannot_be_named(folder: Path | None) -> None:
    assert codes(lambda: store.look(folder, "a" * 64, "a.pdf")) == ["evidence_file_absent"]


def test_a_stored_file_is_what_its_name_says_or_it_is_refused(tmp_path: Path) -> None:
    sha256 = bring(tmp_path).sha256
    assert store.look(tmp_path, sha256, "a.pdf").size == len(PDF)
    assert codes(lambda: store.look(tmp_path, sha256, "a.png")) == ["evidence_type_differs"]


def test_names_go_into_headers_in_no_other_shape_than_encoded() -> None:
    found = store.headers('报告"; filename=evil.html\r\nX: y.pdf')
    assert found["Content-Disposition"].startswith(
        "attachment; filename=\"evidence.pdf\"; filename*=UTF-8''%E6%8A%A5"
    )
    said = found["Content-Disposition"].partition("''")[2]
    assert said.isascii()
    assert not set(said) & set("\";\r\n =/'")
    assert found["X-Content-Type-Options"] == "nosniff"
    assert found["Content-Security-Policy"].startswith("sandbox")


def test_only_digests_are_listed(tmp_path: Path) -> None:
    sha256 = bring(tmp_path).sha256
    (tmp_path / "ab").mkdir(exist_ok=True)
    (tmp_path / "ab" / "notes.txt").write_text("x", encoding="utf-8")
    assert list(store.kept(tmp_path)) == [sha256]
    store.take_away(tmp_path, sha256)
    store.take_away(tmp_path, sha256)
    assert list(store.kept(tmp_path)) == []


@pytest.mark.skipif(os.name == "nt", reason="folders have other rights there")
def test_a_folder_nobody_made_yet_is_made(tmp_path: Path) -> None:
    assert bring(tmp_path / "home" / "evidence").size == len(PDF)
