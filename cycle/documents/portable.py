"""A paper as PDF, laid out by the LibreOffice of this machine. The only place that starts another program for it.

It is made from the very .docx, the office's own template included, so that the two cannot come to say different
things. Where LibreOffice is not installed there is no PDF, and everything else works.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from threading import Lock
from typing import Final

from cycle.documents.papers.paper import Made
from workflows.errors import Refused, Unmet

_PROGRAMS: Final = ("soffice", "libreoffice")
SECONDS: Final = 90
"""A first start writes its profile and takes half a minute on a slow machine."""
_LONGEST: Final = 200
_ONE_AT_A_TIME: Final = Lock()
"""It takes some hundred MB while it runs: as many readers as there are must not start as many of it."""
_PATIENCE: Final = 20
"""Seconds for which one waits for another's: whoever waits holds a thread that answers others."""


def program() -> str | None:
    """Where LibreOffice is, None where it is not installed."""
    return next((found for name in _PROGRAMS if (found := shutil.which(name))), None)


def pdf(content: bytes, *, seconds: float = SECONDS) -> bytes:
    """The PDF of a Word file; not the same bytes twice, since LibreOffice writes the time of making into it.

    Raises Refused where it is not installed, fails, takes longer than `seconds`, or is at another's too long.
    """
    converter = program()
    if converter is None:
        raise Refused(Unmet("pdf_missing"))
    if not _ONE_AT_A_TIME.acquire(timeout=min(seconds, _PATIENCE)):
        raise Refused(Unmet("pdf_busy"))
    try:
        return _converted(content, converter, seconds)
    finally:
        _ONE_AT_A_TIME.release()


def as_pdf(made: Made) -> Made:
    """A paper made, as PDF under the same name. Raises Refused as `pdf`, and for a sheet, which is none."""
    name, dot, ending = made.name.rpartition(".")
    if ending != "docx":
        raise Refused(Unmet("pdf_of_papers"))
    return Made(f"{name}{dot}pdf", pdf(made.content))


def _converted(content: bytes, converter: str, seconds: float) -> bytes:
    with tempfile.TemporaryDirectory(prefix="cycle-pdf-", ignore_cleanup_errors=True) as made:
        folder = Path(made)
        (folder / "paper.docx").write_bytes(content)
        # A profile of its own: with somebody's LibreOffice open, a second one hands over to it and ends at once.
        profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
        command = [converter, profile, "--headless", "--norestore", "--convert-to", "pdf", "paper.docx"]
        try:
            said = _run(command, folder, seconds)
        except subprocess.TimeoutExpired as error:
            raise _failed(f"> {seconds:g} s") from error
        except OSError as error:
            raise _failed(str(error)) from error
        # It ends with 0 also when it could not convert.
        if not (folder / "paper.pdf").is_file():
            raise _failed(said.decode(errors="replace"))
        return (folder / "paper.pdf").read_bytes()


def _run(command: Sequence[str], folder: Path, seconds: float) -> bytes:
    """What a program said, once it has ended. Raises TimeoutExpired, OSError; nothing of it is left at work then."""
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=folder, stdout=pipe, stderr=pipe, start_new_session=True) as started:
        try:
            out, wrong = started.communicate(timeout=seconds)
        except BaseException:
            _end(started)
            raise
    return wrong or out


def _end(started: subprocess.Popen[bytes]) -> None:
    """End a program and what it has started: of LibreOffice that is what does the work, and it would go on alone."""
    if sys.platform == "win32":
        started.kill()
    else:
        with suppress(ProcessLookupError):  # all of it may have ended meanwhile
            os.killpg(started.pid, signal.SIGKILL)


def _failed(detail: str) -> Refused:
    return Refused(Unmet("pdf_failed", {"detail": " ".join(detail.split())[:_LONGEST] or "-"}))
