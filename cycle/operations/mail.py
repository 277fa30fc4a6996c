"""The office's own post: its letterhead, one switch that pauses all letters, digests held until released."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from cycle.correspondence.addressees import Addressees
from cycle.correspondence.letterhead import KEY, letterhead
from cycle.operations.advance import advance, answer
from cycle.operations.appraisals import typed
from cycle.operations.perform import Answer, Arguments, Transaction
from notifications import outbox
from notifications.message import Message
from notifications.outbox import number_of
from workflows.errors import NotFound, Refused, Unmet
from workflows.facts import Asked
from workflows.wake import stamp
from workflows.workdays import local_day

FIELDS = ("office", "contact", "link", "domain")
_EVERY = 1_000_000


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


def retry(work: Transaction, arguments: Arguments) -> Answer:
    """Send dead letters once more: `letters` their keys, or none for all of which there is anything to hope.

    The answer's `again` are the keys sent once more, `left` counts those left. Raises NotFound for an unknown
    key, Refused for a letter that is no dead letter, whose day has passed or whose address is no use.
    """
    now = work.clock.now()
    wanted: Sequence[str] = arguments.get("letters", ())
    if wanted:
        found = [_to_reader(work, _letter(work, key), now) for key in sorted(set(wanted))]
        obstacles = [unmet for unmet in (hopeless(each, now) for each in found) if unmet]
        if obstacles:
            raise Refused(*obstacles)
    else:
        failed = outbox.search(work.session, status="failed", limit=_EVERY)
        found = [_to_reader(work, each, now) for each in sorted(failed, key=lambda each: each.key)]
    hopeful = [each for each in found if hopeless(each, now) is None]
    again = {each.key: each.address for each in hopeful}
    record = {"record": {}, "details": {"letters": again}}
    done = advance(
        work.session,
        KEY,
        "retry_letters",
        act=work.act,
        clock=work.clock,
        zone=work.zone,
        asked=Asked(extra=record),
    )
    for each in hopeful:
        outbox.readdress(work.session, each.key, each.address, each.name)
    sent = [key for key in again if outbox.again(work.session, key, now)]
    return {**answer(done), "again": sent, "left": len(found) - len(sent)}


def _letter(work: Transaction, key: str) -> Message:
    found = outbox.find(work.session, key)
    if found is None:
        raise NotFound(key)
    return found


def _to_reader(work: Transaction, letter: Message, now: datetime) -> Message:
    """The letter with the address its reader has today; one to a vacant post with that of whoever holds it by now."""
    about = letter.subject.split(":")
    department = about[2] if about[0] in ("appraisal", "case") else ""
    people = Addressees(work.session, local_day(now, work.zone)).of(letter.recipient, department)
    if people:
        letter.address, letter.name = people[0].email, people[0].name
    return letter


def hopeless(letter: Message, now: datetime) -> Unmet | None:
    """Why a letter is not sent once more."""
    if letter.status != "failed":
        return Unmet("letter_not_failed", {"letter": number_of(letter)})
    if letter.not_after is not None and letter.not_after < stamp(now):
        return Unmet("letter_past", {"letter": number_of(letter)})
    if not letter.body:
        return Unmet("letter_unwritten", {"letter": number_of(letter)})
    if not outbox.usable(letter.address):
        return Unmet("letter_address_unusable", {"letter": number_of(letter)})
    return None
