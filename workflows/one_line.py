"""What fits on one line of a letter, a list or a ledger: no break, no control, no invisible format sign."""

from __future__ import annotations

from typing import Final
from unicodedata import category

from workflows.errors import Refused, Unmet

_UNSHOWN: Final = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""Categories of signs that break a line or change how the rest of it reads (Unicode's names for them)."""


def on_one_line(text: str) -> bool:
    """Whether a text is one line and reads as it is written."""
    return not any(category(letter) in _UNSHOWN for letter in text)


def one_line(text: str, field: str) -> str:
    """The text, if it is on one line. Raises Refused naming the field."""
    if not on_one_line(text):
        raise Refused(Unmet("not_one_line", {"field": field}))
    return text
