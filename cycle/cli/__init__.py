"""The command line: every operation has a command, and every command says what it did or why it could not."""

from __future__ import annotations

import gc
import sys


def main() -> None:
    """Run the command named on the command line and leave with its exit code."""
    # Acts on a whole cycle make many small values that live to the end of the act: looking through them all
    # again and again for cycles of references took a third of their time.
    gc.set_threshold(50_000, 20, 50)
    from cycle.cli.program import build  # noqa: PLC0415 - only a run needs all commands

    for stream in (sys.stdout, sys.stderr):
        # A terminal that cannot show a character gets its escape, not a crash.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    build()()
