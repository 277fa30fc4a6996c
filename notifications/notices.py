"""What is to be told to whom: one letter to one recipient, with everything its template names.

The post knows words and no rules: whoever writes a letter has looked up every name, date and figure, in the
recipient's language.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Recipient:
    """One person and the one address they are written to. `lang` is zh or en.

    An empty address means that nobody can be reached: the letter goes to the dead letters at once.
    """

    person: str
    name: str
    address: str
    lang: str = "zh"


@dataclass(frozen=True, slots=True)
class Event:
    """An all-day entry for the recipient's own calendar.

    The same `uid` with a higher `sequence` replaces what was sent before, also when the day moved;
    `cancelled` takes it out again.
    """

    uid: str
    sequence: int
    day: date
    title: str
    cancelled: bool = False


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter. `key` is made of ids, visits and ISO dates, so that the same thing is never told twice.

    `kind` names the template folder, `fields` hold all it names. `subject` and `number` are the history row
    that caused it. `deadline` is the clock it reminds of: when that is voided, so is the letter. It is not
    sent after `not_after`.
    """

    key: str
    kind: str
    to: Recipient
    at: datetime
    fields: Mapping[str, Any] = field(default_factory=dict)
    subject: str = ""
    number: int = 0
    deadline: str | None = None
    not_after: datetime | None = None
    event: Event | None = None
