"""The command line: every operation has a command, and every command says what it did or why it could not."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command named on the command line and leave with its exit code."""
    from cycle.cli.program import build  # noqa: PLC0415 - only a run needs all commands

    for stream in (sys.stdout, sys.stderr):
        # A terminal that cannot show a character gets its escape, not a crash.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    build()()
