"""The letters as a reader sees them: where each stands, what keeps them, and their words."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from cycle import facts as gathering
from cycle import queries
from cycle.board.look import Look
from cycle.board.untold import untold_matters
from cycle.correspondence.letterhead import KEY, letterhead
from cycle.db import Session, Statement
from cycle.history_stream import rows_of
from cycle.keys import split_key
from cycle.people import OWN_POSTS
from cycle.sight import Seen, shows
from notifications import outbox
from notifications.message import Message
from notifications.outbox import BAD_ADDRESS, COLUMNS, SENDER_GONE, number_of
from workflows import words
from workflows.errors import NotFound
from workflows.ledger import parsed
from workflows.wake import stamp
from workflows.workdays import mail_instant

Values = dict[str, Any]

_NUMBER: Final = re.compile(r"[0-9a-f]{6,32}")
_FILE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}-[0-9a-zA-Z.-]+\.eml")
"""What a folder answers: the file that the letter was put into."""
_BY_NUMBER: Final = Statement("SELECT key FROM outbox WHERE message_id LIKE :beginning ORDER BY key LIMIT 2")
_UNDIGESTED: Final = Statement(
    "SELECT count(DISTINCT person) FROM reminder WHERE outcome = 'digest' AND digest IS NULL"
)
_AMONG: Final = {
    "sqlite": "SELECT value FROM json_each(:{name})",
    "postgresql": "SELECT json_array_elements_text(CAST(:{name} AS json))",
}
_WHERE: Final = {
    dialect: " FROM outbox WHERE (:status = '' OR status = :status) AND (:kind = '' OR kind = :kind)"
    f" AND (recipient = :reader OR (subject NOT IN ({among.format(name='hidden')})"
    " AND (:since = '' OR at < :since OR substr(key, 1, 7) <> 'digest:')))"
    for dialect, among in _AMONG.items()
}
_LIST: Final = {
    dialect: Statement(
        f"SELECT {', '.join(COLUMNS)}{where} ORDER BY at DESC, key LIMIT :many OFFSET :skipped"
    )
    for dialect, where in _WHERE.items()
}
_COUNT: Final = {dialect: Statement(f"SELECT count(*){where}") for dialect, where in _WHERE.items()}
_TO: Final = {
    dialect: Statement(
        f"SELECT {', '.join(COLUMNS)}{_WHERE[dialect]} AND recipient IN ({among.format(name='people')})"
        " ORDER BY at DESC, key"
    )
    for dialect, among in _AMONG.items()
}
_REMINDED: Final = {
    dialect: Statement(
        f"SELECT min(decided_at) FROM fired_rung WHERE subject IN ({among.format(name='hidden')})"
    )
    for dialect, among in _AMONG.items()
}
_WORDS: Final = frozenset({"body", "html", "event"})
_OWN: Final = frozenset({"owner", "name", "recipient", "address", "begun"})


@dataclass(frozen=True, slots=True)
class _Hidden:
    """What letters to others tell of matters that the reader's own department was not told of.

    Letters about one of `matters`; and digests from `since` on, when the first of them may stand in one (empty: never).
    """

    matters: frozenset[str]
    since: str

    def hides(self, letter: Message) -> bool:
        """Whether a letter to somebody else is hidden."""
        digest = bool(self.since) and letter.at >= self.since and letter.key.startswith("digest:")
        return digest or letter.subject in self.matters


def _hidden(look: Look) -> _Hidden:
    matters = untold_matters(look)
    if not matters:
        return _Hidden(matters, "")
    named = json.dumps(sorted(matters))
    (since,) = _REMINDED[look.session.dialect].run(look.session, hidden=named).fetchone()
    return _Hidden(matters, since or "")


@dataclass(frozen=True, slots=True)
class _Mailbox:
    """Whose letters a department's reader sees: their own, and those to the holders of its posts about it."""

    look: Look
    holders: frozenset[tuple[str, str]]
    hidden: _Hidden

    def holds(self, letter: Message) -> bool:
        if letter.recipient != self.look.reader.person and self.hidden.hides(letter):
            return False
        kind, _year, department = _about(letter.subject)
        about = kind not in ("", "case") and (department, letter.recipient) in self.holders
        return shows(self.look.reader, "letter", Seen(department if about else "", person=letter.recipient))


def _about(subject: str) -> tuple[str, int, str]:
    try:
        return split_key(subject)
    except NotFound:
        return "", 0, ""


def _mailbox(look: Look) -> _Mailbox:
    held = set()
    for department in look.reader.own:
        row = queries.subject(look.session, f"department:{department}")
        entries = row.record["posts"] if row else ()
        held |= {(department, entry["person"]) for entry in entries if entry["post"] in OWN_POSTS}
    return _Mailbox(look, frozenset(held), _hidden(look))


def letters(
    look: Look, *, status: str = "", kind: str = "", limit: int, offset: int
) -> tuple[list[Values], int]:
    """The letters the reader sees, the newest first, without their words, and how many there are in all."""
    dialect, wanted = look.session.dialect, _wanted(look, status, kind)
    if look.reader.whole:
        rows = _LIST[dialect].run(look.session, **wanted, many=limit, skipped=offset).fetchall()
        (count,) = _COUNT[dialect].run(look.session, **wanted).fetchone()
        return [letter_values(look, _message(row)) for row in rows], int(count)
    box = _mailbox(look)
    people = json.dumps(sorted({look.reader.person, *(person for _, person in box.holders)}))
    rows = _TO[dialect].run(look.session, **wanted, people=people).fetchall()
    found = [letter for letter in map(_message, rows) if box.holds(letter)]
    return [letter_values(look, one) for one in found[offset : offset + limit]], len(found)


def _wanted(look: Look, status: str, kind: str) -> dict[str, str]:
    hidden = _hidden(look)
    named = {"hidden": json.dumps(sorted(hidden.matters)), "since": hidden.since}
    return {"status": status, "kind": kind, "reader": look.reader.person, **named}


def letter(look: Look, text: str) -> Values:
    """One letter with its words, by its key or number. Raises NotFound."""
    found = find(look.session, text)
    if not _mailbox(look).holds(found):
        raise NotFound(text)
    return letter_values(look, found, whole=True)


def find(session: Session, text: str) -> Message:
    """The letter with this key or number. Raises NotFound, also where a number is of several."""
    found = outbox.find(session, text)
    if found is None and _NUMBER.fullmatch(text.casefold()):
        keys = [key for (key,) in _BY_NUMBER.run(session, beginning=f"<{text.casefold()}%").fetchall()]
        found = outbox.find(session, keys[0]) if len(keys) == 1 else None
    if found is None:
        raise NotFound(text)
    return found


def letter_values(look: Look, one: Message, *, whole: bool = False) -> Values:
    """Where a letter stands; with its words where `whole`."""
    left_out = _OWN if whole else _OWN | _WORDS
    values = {name: value for name, value in one.model_dump().items() if name not in left_out}
    if whole:
        values["event"] = json.loads(one.event) if one.event else None
    return {
        **values,
        "id": number_of(one),
        "status_word": words.word("mail.status", one.status, look.voice.lang),
        "to": {"person": one.recipient, "name": one.name, "address": one.address},
    }


def answered(status: str, code: int | None, answer: str | None, lang: str) -> str:
    """What came back of a letter, in words: taken, put into the folder, or why not; empty where nothing did."""
    if not answer:
        return ""
    if answer in (BAD_ADDRESS, SENDER_GONE):
        return words.word("mail.answer", answer, lang)
    if status == "sent":
        if _FILE.fullmatch(answer):
            return words.word("mail.answer", "kept", lang)
        return words.phrase("mail.answer", "taken", lang, said=answer)
    return answer if code is None or answer.startswith(str(code)) else f"{code} {answer}"


def dead_letters(look: Look) -> list[Values]:
    """The letters nobody could be reached with: to whom, and why; neither title nor words."""
    wanted = _wanted(look, "failed", "")
    rows = _LIST[look.session.dialect].run(look.session, **wanted, many=1_000_000, skipped=0).fetchall()
    kept = ("id", "key", "kind", "at", "to", "attempts", "code", "answer")
    found = [letter_values(look, _message(row)) for row in rows]
    return [{name: one[name] for name in kept} for one in found]


def standing(look: Look) -> Values:
    """Letters counted, what keeps them and since when, the oldest that waits, when letters may leave next."""
    head = letterhead(look.session)
    oldest = outbox.oldest_waiting(look.session)
    opens = mail_instant(look.now, gathering.standing_calendar(look.session), look.zone)
    held = _last(look.session, "hold_digests") if head.digests_held else None
    return {
        "counts": outbox.counts(look.session),
        "paused": _last(look.session, "pause") if head.paused else None,
        "digests_held": held and {**held, "people": int(_UNDIGESTED.run(look.session).fetchone()[0])},
        "oldest_waiting": stamp(oldest) if oldest else None,
        "opens": stamp(opens) if opens != look.now else None,
    }


def _last(session: Session, action: str) -> Values:
    """Who did this to the post last, when and why."""
    bodies = [parsed(body) for body, _ in rows_of(session, KEY)]
    body = next(each for each in reversed(bodies) if each["action"] == action)
    return {"by": body["actor"], "at": body["at"], "reason": body["reason"]}


def _message(row: Sequence[Any]) -> Message:
    return Message(**dict(zip(COLUMNS, row, strict=True)))
