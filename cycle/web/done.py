"""What came of the last form: told on the page one is sent back to, from the history itself."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from cycle import queries
from cycle.db import Statement
from cycle.operations.evidence import KIND as EVIDENCE
from cycle.operations.perform import Answer
from cycle.web.entry import Visit
from cycle.web.shown import clock_time
from cycle.web.taking import whole
from cycle.web.unwritten import MARK
from workflows import words
from workflows.errors import NotFound
from workflows.ledger import parsed

_ROW = Statement("SELECT body FROM history WHERE subject = :subject AND number = :number")


@dataclass(frozen=True, slots=True)
class Note:
    """One sentence on the state of the page, its colour, and what is added where a form was filled in again."""

    colour: str
    text: str
    refilled: str = ""


def told(path: str, answer: Answer) -> str:
    """The path to go on to, so that it tells what was done."""
    if "pending" in answer:
        query = {"waits": answer["pending"]}
    else:
        query = {"done": f"{answer.get('subject', '')}/{answer.get('number', '')}"}
    bare, mark, fragment = path.partition("#")
    return f"{bare}{'&' if '?' in bare else '?'}{urlencode(query)}{mark}{fragment}"


def note(visit: Visit) -> Note | None:
    """What the visitor has just done or confirmed, if the address says so and it was they who did."""
    asked = visit.request.query_params
    if MARK in asked:
        said = [words.phrase("web", code, visit.lang) for code in ("unwritten", "refilled")]
        return Note("yellow", *said)
    if "waits" in asked:
        return Note("yellow", words.phrase("web", "waits", visit.lang))
    subject, _, number = asked.get("done", "").rpartition("/")
    row = _ROW.run(visit.session, subject=subject, number=whole(number)).fetchone() if subject else None
    body = parsed(row[0]) if row else {}
    if visit.person.id not in (body.get("actor"), body.get("confirmed_by")):
        return None
    return Note("green", _sentence(visit, subject, body))


def _sentence(visit: Visit, subject: str, body: dict[str, str]) -> str:
    kind, lang = subject.partition(":")[0], visit.lang
    try:
        called = visit.look.voice.in_year(subject)
    except NotFound:
        called = ""
    if kind == EVIDENCE and (row := queries.subject(visit.session, subject)) is not None:
        name = row.record["versions"][str(row.record["version"])]["name"]
        called = words.phrase("web", "of_file", lang, name=called, file=name)
    return words.phrase(
        "web",
        "done",
        lang,
        at=clock_time(body["at"], visit.look.zone),
        what=words.action(body["action"], lang, kind),
        name=called,
        state=visit.look.voice.state(kind, body["after"]),
    )
