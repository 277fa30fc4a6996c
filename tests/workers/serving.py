"""A worker's process: does its jobs when told to, by a clock the test moves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Final

from cycle import worker
from cycle.db import Database
from cycle.service import Service
from cycle.settings import Settings
from notifications.mailer import Smtp, SmtpMailer
from notifications.mime import Sender
from tests.held import ZONE
from tests.operations.crashing import Fuse, Point, lay, lay_at_commit

ROUND: Final = ("sweep", "digests", "deliver")
SENDER: Final = Sender("市绩效办", "kaohe@example.gov.cn")
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class SharedClock:
    """A clock that all processes read; only the test moves it. Eight bytes, written at once: no lock."""

    microseconds: Any

    def now(self) -> datetime:
        return EPOCH + timedelta(microseconds=self.microseconds.value)

    def put(self, at: datetime) -> None:
        """Show another instant from now on."""
        self.microseconds.value = (at - EPOCH) // timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Post:
    """What a worker is given: its name, its database, the mail server's port, a folder, what is changed in it."""

    name: str
    url: str
    port: int
    home: Path
    tamper: Callable[[], None] | None = None


def serve(post: Post, microseconds: Any, pipe: Connection) -> None:
    """Do the jobs named by each order, one after the other, until None; tell which of them broke.

    An order may come with a fuse: the process is killed before the statement, or the commit, of that number.
    """
    if post.tamper is not None:
        post.tamper()
    service = Service(Database(post.url), SharedClock(microseconds), ZONE)
    smtp = Smtp("127.0.0.1", post.port, SENDER, security="none", hostname=post.name)
    ways = partial(SmtpMailer, smtp, ZONE)
    known = {job.name: job for job in worker.jobs(service, Settings(home=post.home), post.name, ways)}
    fuse = Fuse(None)
    lay_at_commit(fuse, service.database)
    lay(fuse)
    pipe.send([])
    for names, number in iter(pipe.recv, None):
        fuse.point = None if number is None else Point(fuse.seen + number, "before")
        pipe.send([name for name in names if not worker.run(service, known[name], post.name)])
    service.database.close()
