"""What the first start shows on standard error while it works."""

import os
from typing import TextIO

EVERY = 10  # packages between two lines where a line cannot be rewritten


class Progress:
    """Counts packages: one rewritten line on a terminal, a line now and then elsewhere."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._rewrites = stream.isatty() and os.name != "nt"
        self._open = False

    def say(self, chinese: str, english: str) -> None:
        """Write one line in both languages."""
        self._end_line()
        self._put(f"{chinese} / {english}\n")

    def count(self, done: int, total: int, name: str) -> None:
        """Show that package number `done` of about `total` is being fetched."""
        line = f"取得 / fetching {done}/{total} {name}"
        if self._rewrites:
            self._put(f"\r\x1b[2K{line}")
            self._open = True
        elif done % EVERY == 0:
            self._put(f"{line}\n")

    def _end_line(self) -> None:
        if self._open:
            self._put("\r\x1b[2K")
            self._open = False

    def _put(self, text: str) -> None:
        self._stream.write(text)
        self._stream.flush()
