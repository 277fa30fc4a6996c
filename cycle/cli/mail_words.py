"""Letters in words: where each stands, and all of them counted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from cycle.board.post_office import answered
from notifications.message import Message
from workflows import words

URGENCY: Final = ("failed", "unknown", "retry", "sending", "pending", "sent", "expired", "void")
"""Where a letter may stand, what somebody has to look at first."""


def counted(counts: Mapping[str, int], lang: str) -> str:
    """How many letters stand where, the most urgent first."""
    said = [
        words.phrase(
            "mail", "count", lang, status=words.word("mail.status", status, lang), count=counts[status]
        )
        for status in URGENCY
        if counts.get(status)
    ]
    return words.listed(said, lang) or words.word("mail", "none", lang)


def answer_of(letter: Message, lang: str) -> str:
    """What the server said last, or why the letter was never handed to one."""
    return answered(letter.status, letter.code, letter.answer, lang)
