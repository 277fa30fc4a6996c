"""Which files are taken: by ending and by how they begin, neither of the two alone."""

import pytest

from workflows.file_kinds import KINDS, begins_as_named, ending, media_type

PACKAGE, COMPOUND = b"PK\x03\x04\x14", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rest"


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("总结.pdf", "pdf"),
        ("总结.PDF", "pdf"),
        ("a.tar.xlsx", "xlsx"),
        ("C:\\桌面\\表.csv", "csv"),
        ("../../etc/x.png", "png"),
        ("无后缀", ""),
        ("pdf", ""),
        (".pdf", ""),
        ("x.pdf/", "pdf"),
    ],
)
def test_the_ending_decides_in_either_case(name: str, known: str) -> None:
    assert ending(name) == known


@pytest.mark.parametrize(
    "name", ["x.zip", "x.rar", "x.html", "x.svg", "x.exe", "x.docm", "x.xlsm", "x", "x.pdf.js"]
)
def test_archives_pages_and_programs_are_not_taken(name: str) -> None:
    assert media_type(name) == ""


@pytest.mark.parametrize(
    ("name", "head"),
    [
        ("a.pdf", b"%PDF-1.7\n"),
        *((f"a.{name}", PACKAGE) for name in ("ofd", "docx", "xlsx", "pptx")),
        *((f"a.{name}", COMPOUND) for name in ("doc", "xls", "ppt", "wps")),
        ("a.jpg", b"\xff\xd8\xff\xe0"),
        ("a.jpeg", b"\xff\xd8\xff\xdb"),
        ("a.png", b"\x89PNG\r\n\x1a\n\0\0"),
        ("a.txt", "统计表\r\n".encode()),
        ("a.txt", "统计表".encode("gb18030")),
        ("a.csv", "统".encode()[:2]),
        ("a.csv", b"\xef\xbb\xbfa,b\n"),
    ],
)
def test_a_file_that_begins_as_its_ending_says_is_taken(name: str, head: bytes) -> None:
    assert begins_as_named(name, head)


@pytest.mark.parametrize(
    ("name", "head"),
    [
        ("a.pdf", PACKAGE),
        ("a.pdf", b" %PDF-"),
        ("a.docx", COMPOUND),
        ("a.doc", PACKAGE),
        ("a.png", b"\x89PNG"),
        ("a.jpg", b"<html>"),
        ("a.txt", b"%PDF-1.7"),
        ("a.txt", b"MZ\x90\0\x03"),
        ("a.csv", PACKAGE),
        ("a.txt", b"\xff\xfet\0e\0"),
        ("a.txt", b"\x1b[31m"),
        ("a.txt", b"\x80\x81\xff"),
    ],
)
def test_a_file_that_begins_otherwise_is_not(name: str, head: bytes) -> None:
    assert not begins_as_named(name, head)


def test_nothing_is_taken_that_a_browser_would_run() -> None:
    assert not {media for media, _ in KINDS.values()} & {
        "text/html",
        "image/svg+xml",
        "application/xhtml+xml",
    }
