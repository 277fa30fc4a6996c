"""The history as a reader sees it: rows found by who, what and when, and what a department is shown of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from cycle import queries
from cycle.board.look import Look
from cycle.board.untold import untold, without
from cycle.board.year import without_names
from cycle.db import Statement
from cycle.history_stream import rows_of
from cycle.keys import split_key
from cycle.permissions import KEYS
from cycle.sight import Seen, seen, shows
from workflows import words
from workflows.ledger import parsed
from workflows.matters import MATTERS
from workflows.wake import stamp

Values = dict[str, Any]

_FOUND: Final = Statement(
    "SELECT seq, body, hash FROM history WHERE (:before = 0 OR seq < :before)"
    " AND (:subject = '' OR subject = :subject) AND (:kind = '' OR subject LIKE :of_kind ESCAPE '!')"
    " AND (:action = '' OR action = :action) AND (:who = '' OR body LIKE :by ESCAPE '!')"
    " AND (:since = '' OR at >= :since) AND (:until = '' OR at < :until)"
    " ORDER BY seq DESC LIMIT :many"
)
_MARKING: Final = frozenset(
    {
        *("assign", "release", "mark", "acknowledge_spread", "confirm_marks", "complete"),
        *("rate", "record_survey", "rule_missing"),
    }
)
"""What is done behind the review's closed door: until the proposal a department sees only that it was."""
_TOLD: Final = frozenset(
    {
        *("forms", "targets", "progress", "steps", "talk", "receipts", "visits", "left", "chased"),
        *("ratified_on", "head"),
    }
)
"""What a department sees of changes to its record; the others it sees from the proposal on."""
_OF_MANY: Final = frozenset({"appraisal", "cycle"})
"""Kinds whose rows tell of other departments as well: ties, grades that an exemption changes."""
_PEOPLE: Final = ("actor", "actor_kind", "on_behalf_of", "confirmed_by", "reason", "document", "occurred_on")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which rows of the whole history are meant; empty means any. Days are the office's own."""

    subject: str = ""
    kind: str = ""
    action: str = ""
    who: str = ""
    since: date | None = None
    until: date | None = None


def found(look: Look, wanted: Wanted, *, before: int = 0, limit: int = 50) -> tuple[list[Values], int | None]:
    """Rows of the history, the newest first, at most `limit` of those entered before the row `before` (0: all).

    With them the place to go on from, None where these were the last.
    """
    rows = _FOUND.run(
        look.session,
        before=before,
        subject=wanted.subject,
        kind=wanted.kind,
        of_kind=f"{_literal(wanted.kind)}:%",
        action=wanted.action,
        who=wanted.who,
        by=f'%"actor":"{_literal(wanted.who)}"%',
        since=_midnight(wanted.since, look.zone),
        until=_midnight(_day_after(wanted.until), look.zone),
        many=limit + 1,
    ).fetchall()
    known: dict[tuple[int, str], Seen] = {}
    hidden: dict[int, frozenset[str]] = {}
    shown = []
    for seq, body, hash_ in rows[:limit]:
        row = _whole(look, parsed(body), hash_)
        if _hidden(look, row["subject"]):
            continue
        of = _about(look, row["subject"], known)
        told = _of_others(look, row, hidden) if look.reader.unbiased(of) else _own(look, row, of)
        shown.append({"seq": int(seq), **told})
    return shown, int(rows[limit - 1][0]) if len(rows) > limit else None


def _hidden(look: Look, key: str) -> bool:
    """Whether a row is about a matter of the reader's own department that it was not told of yet."""
    kind, _year, department = split_key(key)
    if kind not in MATTERS or not look.reader.at_home(department):
        return False
    row = queries.subject(look.session, key)
    return row is not None and not shows(look.reader, kind, seen(row))


def _about(look: Look, key: str, known: dict[tuple[int, str], Seen]) -> Seen:
    """Whose row it is, as far as it matters whether that is the reader's own department.

    Of its matters its people are not told more once its points are. `known` is filled with what was read.
    """
    kind, year, department = split_key(key)
    if kind != "appraisal" or not look.reader.at_home(department):
        return Seen(department if kind in MATTERS else "")
    if (year, department) not in known:
        row = queries.subject(look.session, f"appraisal:{year}:{department}")
        known[year, department] = seen(row) if row else Seen(department)
    return known[year, department]


def _literal(text: str) -> str:
    """Text that means itself within LIKE."""
    return text.replace("!", "!!").replace("%", "!%").replace("_", "!_")


def _day_after(day: date | None) -> date | None:
    return None if day is None or day.year == date.max.year else day + timedelta(days=1)


def _midnight(day: date | None, zone: ZoneInfo) -> str:
    """The beginning of a local day as the history writes it; empty where the day bounds nothing."""
    if day is None or day.year == date.min.year:
        return ""
    return stamp(datetime(day.year, day.month, day.day, tzinfo=zone))


def of_subject(look: Look, key: str, of: Seen) -> list[Values]:
    """One subject's rows, the oldest first; a department is shown its own as far as it is told."""
    rows = [_whole(look, parsed(body), hash_) for body, hash_ in rows_of(look.session, key)]
    if not look.reader.unbiased(of):
        return [_own(look, row, of) for row in rows]
    hidden: dict[int, frozenset[str]] = {}
    return [_of_others(look, row, hidden) for row in rows]


def _of_others(look: Look, row: Values, known: dict[int, frozenset[str]]) -> Values:
    """A row of another department or of the whole year, without what it tells of the reader's own before its time.

    The hash is left out then, as of its own rows. `known` is filled with what was read.
    """
    kind, year, _ = split_key(row["subject"])
    if kind not in _OF_MANY:
        return row
    if year not in known:
        known[year] = untold(look, year)
    if not known[year]:
        return row
    data = without(_but_others(row["data"] or {}), known[year])
    return {**row, "data": data or None, "hash": None, "previous": None}


def _whole(look: Look, body: Mapping[str, Any], hash_: str) -> Values:
    """A row as it is sealed; which access key it came by is told to who sees that key."""
    data = body["data"] or {}
    hidden = {
        name
        for name, who in zip(KEYS, ("actor", "confirmed_by"), strict=True)
        if name in data and not shows(look.reader, "token", Seen(person=body[who] or ""))
    }
    kind, lang = body["subject"].partition(":")[0], look.voice.lang
    known = {**words.catalogue(lang)["action"], **words.catalogue(lang).get(f"action.{kind}", {})}
    return {
        **body,
        "data": {name: value for name, value in data.items() if name not in hidden} or None,
        "hash": hash_,
        "action_word": known.get(body["action"], body["action"]),
        "actor_name": look.voice.who(body["actor"]) if body["actor"] else None,
    }


def _own(look: Look, row: Values, of: Seen) -> Values:
    """A row of the department's own year. The hash is left out: it could be tried against guesses of what is hidden."""
    data = row["data"] or {}
    lines = [one for one in data.get("lines", ()) if shows(look.reader, f"lines.{one['part']}", of)]
    closed = row["action"] in _MARKING or (data.get("lines") and not lines)
    if closed and not of.published:
        return {
            **row,
            **dict.fromkeys(_PEOPLE),
            "actor_name": None,
            "data": None,
            "hash": None,
            "previous": None,
        }
    told = _but_others(data) if of.published else _told(look, data, lines, of)
    return {**row, "data": told or None, "hash": None, "previous": None}


def _but_others(data: Mapping[str, Any]) -> Values:
    """A row's data without the grades of others that an exemption changed: they tell of one's own as well."""
    return {name: value for name, value in data.items() if name != "grades_changed"}


def _told(look: Look, data: Mapping[str, Any], lines: list[Any], of: Seen) -> Values:
    """What a row changed, as far as the department is told before the proposal."""
    told: Values = {
        "record": {name: value for name, value in (data.get("record") or {}).items() if name in _TOLD},
        "lines": lines,
        "deadlines": [
            {**one, "who": without_names(look, of, [one["who"]])[0]} for one in data.get("deadlines", ())
        ],
        **{name: data[name] for name in KEYS if name in data},
    }
    return {name: value for name, value in told.items() if value}
