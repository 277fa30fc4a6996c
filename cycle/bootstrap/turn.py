"""One process at a time: the lock two first starts at once take turns with."""

import errno
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

PAUSE = 0.2  # seconds between two tries
NO_LOCKS_HERE = {errno.ENOLCK, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS}  # some network folders

if sys.platform == "win32":
    import msvcrt

    def _take(held: BinaryIO) -> None:
        held.seek(0)
        msvcrt.locking(held.fileno(), msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _take(held: BinaryIO) -> None:
        fcntl.flock(held.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)


def _taken(held: BinaryIO) -> bool:
    try:
        _take(held)
    except OSError as error:
        return error.errno in NO_LOCKS_HERE  # there, going on unlocked beats never starting
    return True


@contextmanager
def turn(path: Path, *, waiting: Callable[[], None]) -> Iterator[int]:
    """Hold the file's lock inside the block; `waiting` is called once if another process has it.

    The system drops the lock when the holder dies, so a kill leaves nothing to clean up. A child given the
    descriptor this yields is a holder too: the next process waits for it to end.
    """
    with path.open("a+b") as held:
        if not _taken(held):
            waiting()
            while not _taken(held):
                time.sleep(PAUSE)
        yield held.fileno()
