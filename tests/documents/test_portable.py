"""Papers as PDF: what LibreOffice is asked, what is said where it is missing or fails, and, where it is, the page."""

from __future__ import annotations

import os
import select
import shutil
import subprocess
import sys
from pathlib import Path
from threading import Lock

import pytest

from cycle.documents import portable
from cycle.documents.papers.layout.markup import paragraph
from cycle.documents.papers.layout.page import document_file
from cycle.documents.papers.paper import Made
from workflows.errors import Refused

WORKS = """
import pathlib, sys
assert "--headless" in sys.argv and sys.argv[-3:] == ["--convert-to", "pdf", "paper.docx"]
profile = next(word for word in sys.argv if word.startswith("-env:UserInstallation=file://"))
assert profile.endswith(pathlib.Path.cwd().as_uri().removeprefix("file://") + "/profile")
pathlib.Path("paper.pdf").write_bytes(b"%PDF " + pathlib.Path("paper.docx").read_bytes())
"""
PRETENDS = "import sys; print('no export filter', file=sys.stderr)"
HANGS = "import threading; threading.Event().wait()"
LEAVES_ANOTHER = """#!/bin/sh
exec 3> "{held}"
/bin/sleep 600 &
wait
"""
"""As the real one does: what lays out the pages is started by what is called."""


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that is all there is to look for programs in."""
    if sys.platform == "win32":
        pytest.skip("a script is no program there")
    folder = tmp_path / "programs"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    return folder


def put(folder: Path, name: str, does: str) -> None:
    (folder / name).write_text(f"#!{sys.executable}\n{does}", encoding="utf-8")
    (folder / name).chmod(0o755)


def refused(content: bytes = b"x", seconds: float = 20) -> tuple[str, str]:
    with pytest.raises(Refused) as caught:
        portable.pdf(content, seconds=seconds)
    (unmet,) = caught.value.unmet
    return unmet.code, str(unmet.data.get("detail", ""))


@pytest.mark.parametrize("name", ["soffice", "libreoffice"])
def test_the_word_file_itself_is_laid_out_with_a_profile_of_its_own(office: Path, name: str) -> None:
    put(office, name, WORKS)
    assert portable.pdf(b"words") == b"%PDF words"


def test_where_it_is_not_installed_is_said_what_to_do(office: Path) -> None:
    assert list(office.iterdir()) == []
    assert portable.program() is None
    assert refused() == ("pdf_missing", "")


def test_an_end_without_a_file_is_a_failure_although_it_says_it_went_well(office: Path) -> None:
    put(office, "soffice", PRETENDS)
    assert refused() == ("pdf_failed", "no export filter")


def test_a_paper_made_keeps_its_name_and_a_sheet_is_none(office: Path) -> None:
    put(office, "soffice", WORKS)
    assert portable.as_pdf(Made("通报（a.b）.docx", b"x")) == ("通报（a.b）.pdf", b"%PDF x")
    with pytest.raises(Refused, match="pdf_of_papers"):
        portable.as_pdf(Made("a.xlsx", b"x"))


def test_one_at_a_time_and_nobody_waits_for_ever(office: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(office, "soffice", WORKS)
    at_work = Lock()
    monkeypatch.setattr(portable, "_ONE_AT_A_TIME", at_work)
    with at_work:
        assert refused(seconds=0.1) == ("pdf_busy", "")
    assert portable.pdf(b"then") == b"%PDF then"


def test_one_that_hangs_is_ended(office: Path) -> None:
    put(office, "soffice", HANGS)
    assert refused(seconds=0.2) == ("pdf_failed", "> 0.2 s")
    put(office, "soffice", WORKS)
    assert portable.pdf(b"next") == b"%PDF next"


def test_what_one_that_hangs_has_started_is_ended_with_it(office: Path) -> None:
    held = office / "held"
    os.mkfifo(held)
    ends = os.open(held, os.O_RDONLY | os.O_NONBLOCK)
    (office / "soffice").write_text(LEAVES_ANOTHER.format(held=held), encoding="utf-8")
    (office / "soffice").chmod(0o755)
    try:
        assert refused(seconds=1) == ("pdf_failed", "> 1 s")
        select.select([ends], [], [], 20)
        assert os.read(ends, 1) == b"", "it has an end once nobody holds it open"
    finally:
        os.close(ends)


@pytest.mark.long
@pytest.mark.skipif(
    portable.program() is None or shutil.which("pdftotext") is None,
    reason="LibreOffice or poppler is missing",
)
def test_libreoffice_makes_a_page_that_can_be_read() -> None:
    made = portable.pdf(document_file(paragraph("Title", "考评结果的通报"), "page"))
    assert made.startswith(b"%PDF-")
    told = subprocess.run(["pdftotext", "-", "-"], input=made, capture_output=True, check=True, timeout=60)
    assert "考评结果的通报" in told.stdout.decode()
