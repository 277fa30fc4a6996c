"""The page as an office program lays it out: 22 lines of 28 characters. Needs LibreOffice and poppler."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from cycle.documents.papers.layout.markup import paragraph
from cycle.documents.papers.layout.page import document_file

TOOLS = ("soffice", "pdftotext")
MISSING = [tool for tool in TOOLS if shutil.which(tool) is None]


@pytest.mark.long
@pytest.mark.skipif(bool(MISSING), reason=f"not installed here: {', '.join(MISSING)}")
def test_a_page_has_twenty_two_lines_of_twenty_eight_characters(tmp_path: Path) -> None:
    (tmp_path / "page.docx").write_bytes(document_file(paragraph("To", "字" * 1400), "page"))
    profile = f"-env:UserInstallation=file://{tmp_path / 'profile'}"
    convert = ["soffice", profile, "--headless", "--convert-to", "pdf", "page.docx"]
    subprocess.run(convert, cwd=tmp_path, check=True, capture_output=True, timeout=120)
    text = subprocess.run(
        ["pdftotext", "-layout", "page.pdf", "-"], cwd=tmp_path, check=True, capture_output=True, text=True
    ).stdout
    pages = [[line.strip() for line in page.splitlines() if "字" in line] for page in text.split("\f")]
    assert [len(page) for page in pages if page] == [22, 22, 6]
    assert {len(line) for page in pages for line in page} == {28}
