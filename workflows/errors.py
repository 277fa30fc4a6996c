"""What the rules say when they say no: refusals are values with a stable code, worded at the edge."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Unmet:
    """One condition that does not hold. `code` is stable; `data` fills the sentence in the reader's language.

    `about` names the subject in the way when an act on the whole cycle is refused, else it is empty.
    """

    code: str
    data: Mapping[str, str | int] = field(default_factory=dict)
    about: str = ""


class Refused(Exception):
    """A rule forbids this; `unmet` lists every condition in the way. Mend them, then ask again."""

    def __init__(self, *unmet: Unmet) -> None:
        super().__init__(", ".join(f"{u.about}:{u.code}" if u.about else u.code for u in unmet))
        self.unmet = unmet


class Conflict(Exception):
    """Somebody else was first; read the subject again and decide anew."""


class Outdated(Conflict):
    """The subject has moved on since whoever asks looked at it; `number` is that of its latest history row."""

    def __init__(self, key: str, number: int) -> None:
        super().__init__(key)
        self.number = number


class NotFound(LookupError):
    """There is no such subject; check the year and the department."""
