"""A file appears whole or not at all."""

import os
import secrets
from pathlib import Path


def save(path: Path, content: bytes, *, replace: bool) -> None:
    """Write beside the target, then move into place. Raises FileExistsError unless `replace`, or OSError."""
    target = path.resolve()  # through a symbolic link, not over it
    part = target.with_name(f".{secrets.token_hex(8)}.part")  # no longer than any name the target may have
    try:
        with part.open("xb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        if replace:
            part.replace(target)
        else:
            _claim(part, target)
    finally:
        part.unlink(missing_ok=True)


def _claim(part: Path, target: Path) -> None:
    """Take the name only if it is still free; a plain move would replace a file made a moment ago."""
    try:
        target.hardlink_to(part)
    except FileExistsError:
        raise
    except (OSError, NotImplementedError):  # a file system without hard links
        if target.exists():
            raise FileExistsError(target) from None
        part.replace(target)
