"""The office's own post: its letterhead, one switch that pauses all letters, digests held until released."""

from __future__ import annotations

from cycle.correspondence.letterhead import KEY, letterhead
from cycle.operations.advance import advance, answer
from cycle.operations.appraisals import typed
from cycle.operations.perform import Answer, Arguments, Transaction
from workflows.facts import Asked

FIELDS = ("office", "contact", "link", "domain")


def _advance(work: Transaction, action: str, record: dict[str, object]) -> Answer:
    asked = Asked(extra={"record": record})
    return answer(
        advance(work.session, KEY, action, act=work.act, clock=work.clock, zone=work.zone, asked=asked)
    )


def set_letterhead(work: Transaction, arguments: Arguments) -> Answer:
    """Say who signs, whom to call, where the pages are: any of `office`, `contact`, `link`, `domain`."""
    standing = letterhead(work.session)
    said = {field: typed(arguments.get(field, getattr(standing, field)), str, field) for field in FIELDS}
    return _advance(work, "set_letterhead", {"letterhead": {key: text.strip() for key, text in said.items()}})


def pause(work: Transaction, _arguments: Arguments) -> Answer:
    """No letter leaves from now on, with a reason; what is decided meanwhile waits in the outbox."""
    return _advance(work, "pause", {})


def resume(work: Transaction, _arguments: Arguments) -> Answer:
    """Letters leave again; those whose day has passed do not."""
    return _advance(work, "resume", {})


def hold_digests(work: Transaction, _arguments: Arguments) -> Answer:
    """Digests are not written until released; what they would list waits."""
    return _advance(work, "hold_digests", {"digests_held": True})


def release_digests(work: Transaction, _arguments: Arguments) -> Answer:
    """Digests are written again by themselves, with everything that waited and still stands."""
    return _advance(work, "release_digests", {"digests_held": None})
