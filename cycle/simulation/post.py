"""How letters leave in a simulation: into a folder, or nowhere; and what may go wrong with them on the way."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import tzinfo
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from cycle.clock import Clock
from cycle.jobs.delivery import Mailers
from cycle.simulation.faults import SMTP_DOWN, Faults
from notifications.errors import AnswerLost, Unreachable
from notifications.folder import FolderMailer
from notifications.mailer import Mailer
from notifications.mime import Sender
from notifications.outbox import Parcel

SENDER: Final = Sender("机关绩效考评系统", "cycle@cycle.invalid")


def letterbox(folder: Path, zone: tzinfo) -> FolderMailer:
    """The files of the mail folder, without waiting for the disk: a run is repeated, not recovered."""
    return FolderMailer(folder, SENDER, zone, durable=False)


class Nowhere:
    """Takes every letter and keeps none."""

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        pass

    async def send(self, parcel: Parcel) -> str:
        """Always the same answer."""
        return f"250 {parcel.attempts}"


@dataclass(slots=True)
class Unreliable:
    """Another way to send, seen through the faults of a run."""

    inner: Mailer
    faults: Faults
    clock: Clock
    zone: tzinfo

    async def __aenter__(self) -> Self:
        await self.inner.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.inner.__aexit__(kind, error, trace)

    async def send(self, parcel: Parcel) -> str:
        """As the other one. Raises DeliveryFault; where the answer is lost, the message was taken."""
        if self.faults.down(self.clock.now().astimezone(self.zone)):
            self.faults.counts[SMTP_DOWN] += 1
            raise Unreachable("nothing answers")
        fault = self.faults.answer(parcel.key, parcel.attempts)
        if fault is None or isinstance(fault, AnswerLost):
            answer = await self.inner.send(parcel)
        if fault is not None:
            self.faults.counts[SMTP_DOWN] += 1
            raise fault
        return answer


def through(faults: Faults, ways: Mailers, clock: Clock, zone: tzinfo) -> Mailers:
    """The same ways, as unreliable as the faults say."""
    return lambda: Unreliable(ways(), faults, clock, zone)
