"""A paper as PDF, laid out by the LibreOffice of this machine. The only place that starts another program for it.

It is made from the very .docx, the office's own template included, so that the two cannot come to say different
things. Where LibreOffice is not installed there is no PDF, and everything else works.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path
from threading import Lock
from typing import Final

from workflows.errors import Refused, Unmet

_PROGRAMS: Final = ("soffice", "libreoffice")
SECONDS: Final = 90
"""A first start writes its profile and takes half a minute on a slow machine."""
_LONGEST: Final = 200
_ONE_AT_A_TIME: Final = Lock()
"""It takes some hundred MB while it runs: a queue of readers must not become a queue of offices."""


def program() -> str | None:
    """Where LibreOffice is, None where it is not installed."""
    return next((found for name in _PROGRAMS if (found := shutil.which(name))), None)


def pdf(content: bytes, *, seconds: float = SECONDS) -> bytes:
    """The PDF of a Word file; not the same bytes twice, since LibreOffice writes the time of making into it.

    Raises Refused where it is not installed, fails, or takes longer than `seconds`.
    """
    converter = program()
    if converter is None:
        raise Refused(Unmet("pdf_missing"))
    with _ONE_AT_A_TIME, tempfile.TemporaryDirectory(prefix="cycle-pdf-", ignore_cleanup_errors=True) as made:
        folder = Path(made)
        (folder / "paper.docx").write_bytes(content)
        # A profile of its own: with somebody's LibreOffice open, a second one hands over to it and ends at once.
        profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
        command = [converter, profile, "--headless", "--norestore", "--convert-to", "pdf", "paper.docx"]
        try:
            done = subprocess.run(command, cwd=folder, capture_output=True, timeout=seconds, check=False)
        except subprocess.TimeoutExpired as error:
            raise _failed(f"> {seconds:g} s") from error
        except OSError as error:
            raise _failed(str(error)) from error
        # It ends with 0 also when it could not convert.
        if not (folder / "paper.pdf").is_file():
            raise _failed((done.stderr or done.stdout).decode(errors="replace"))
        return (folder / "paper.pdf").read_bytes()


def _failed(detail: str) -> Refused:
    return Refused(Unmet("pdf_failed", {"detail": " ".join(detail.split())[:_LONGEST] or "-"}))
