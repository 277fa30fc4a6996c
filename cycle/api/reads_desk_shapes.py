"""What is answered about the history, what waits and falls due, the post, and what the service did by itself."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, Field

from cycle.api.reads_shapes import Day, HistoryRow


class HistoryPage(BaseModel):
    """Rows, the newest first; `next` is the cursor to go on with, null after the last."""

    items: list[HistoryRow]
    next: int | None


class Fault(BaseModel):
    """One thing that does not hold."""

    code: str
    subject: str | None
    number: int | None
    detail: str | None
    message: str


class Against(BaseModel):
    """The checkpoint the history was compared with."""

    made_at: str
    subjects: int
    rows: int
    digest: str


class Verdict(BaseModel):
    """What a verification found; `digest` only where all is well; `unchecked` what it cannot see."""

    ok: bool
    faulty: int
    faults: list[Fault]
    checked: dict[str, int]
    replayed: bool
    against: Against | None
    digest: str | None
    unchecked: list[str]


class CheckpointLine(BaseModel):
    """A checkpoint of a night; `damaged` says why it cannot be read."""

    file: str
    made_at: str | None
    rows: int | None
    digest: str | None
    damaged: str | None


class Head(BaseModel):
    """The last row of a subject."""

    number: int
    hash: str


class Checkpoint(BaseModel):
    """A checkpoint, as its file holds it."""

    version: int
    made_at: str
    newest_at: str | None
    rows: int
    heads: dict[str, Head]
    digest: str
    seal: str


class WaitingAct(BaseModel):
    """An act that waits for a second person, with all that this person has to know of it."""

    id: str
    operation: str
    subject: str
    kind: str
    year: int | None
    department: str | None = None
    name: str | None = None
    actor: str
    requested_at: str
    arguments: dict[str, Any]
    on_behalf_of: str | None
    reason: str | None
    document: str | None
    occurred_on: Day | None


class Due(BaseModel):
    """A deadline that runs; `workdays_left` is negative once it is late."""

    id: str
    subject: str
    kind: str
    year: int | None
    department: str | None
    name: str | None
    state: str
    who: str
    who_word: str
    due: Day
    grace_until: Day | None
    workdays_left: int
    provisional: bool


class MoveAhead(BaseModel):
    """What the clock will do to a subject, if nobody acts before."""

    at: str
    subject: str
    year: int
    department: str | None
    name: str | None
    action: str
    action_word: str


class Reached(BaseModel):
    """Whom a rung will reach: as what, and by letter or in a digest."""

    role: str
    person: str
    name: str
    channel: str


class RungAhead(BaseModel):
    """A reminder that will go out, if nobody acts before."""

    at: str
    subject: str
    year: int | None
    department: str | None
    name: str | None
    rung: str
    colour: str
    state: str
    due: Day
    to: list[Reached]


class Ahead(BaseModel):
    """What will happen by itself up to `until`."""

    until: str
    moves: list[MoveAhead]
    reminders: list[RungAhead]


class Reminder(BaseModel):
    """What a rung meant to one person."""

    subject: str
    state: str
    deadline: str
    rung: str
    colour: str
    at: str
    decided_at: str
    person: str
    name: str
    role: str
    outcome: str


class Addressed(BaseModel):
    """To whom a letter goes."""

    person: str
    name: str
    address: str


class LetterLine(BaseModel):
    """Where a letter stands."""

    id: str
    key: str
    message_id: str
    subject: str
    number: int
    kind: str
    lang: str
    title: str
    deadline: str | None
    at: str
    not_after: str | None
    status: str
    status_word: str
    next_at: str | None
    attempts: int
    copies: int
    code: int | None
    answer: str | None
    sent_at: str | None
    to: Addressed


class Letter(LetterLine):
    """A letter with its words; `event` is the calendar entry that goes with it."""

    body: str
    html: str
    event: dict[str, Any] | None


class DeadLetter(BaseModel):
    """A letter nobody could be reached with: to whom, and why."""

    id: str
    key: str
    kind: str
    at: str
    to: Addressed
    attempts: int
    code: int | None
    answer: str | None


class By(BaseModel):
    """Who did something to the post, when and why."""

    by: str
    at: str
    reason: str | None


class Held(By):
    """Digests held back, and for how many people."""

    people: int


class Post(BaseModel):
    """How the post stands: letters by status, what keeps them, when they may leave next."""

    counts: dict[str, int]
    paused: By | None
    digests_held: Held | None
    oldest_waiting: str | None
    opens: str | None


class JobStanding(BaseModel):
    """One job: when it last did something, what it did, what failed."""

    job: str
    at: str | None
    done_for: str | None
    did: dict[str, int]
    failed: list[str]


class Setback(BaseModel):
    """Something the clock could not do, not tried again before `until`."""

    subject: str
    name: str
    action: str
    times: int
    until: str
    error: str


class Away(BaseModel):
    """The mail server is away: since when, why, when it is tried again."""

    since: str
    reason: str
    text: str
    until: str


class Gap(BaseModel):
    """From when to when nobody watched."""

    since: str = Field(alias="from")
    until: str


class Watch(BaseModel):
    """How the service's own work stands; `late` where nobody has looked for more than an hour."""

    now: str
    last_pass: str | None
    late: bool
    jobs: list[JobStanding]
    setbacks: list[Setback]
    mail: dict[str, int]
    oldest_waiting: str | None
    server_away: Away | None
    outages: list[Gap]


class Run(BaseModel):
    """One run of a job that did something or failed."""

    number: int
    job: str
    at: str
    seconds: float
    worker: str
    did: dict[str, Any]
    failed: list[str]


LetterStatus = Literal["failed", "unknown", "retry", "sending", "pending", "sent", "expired", "void", ""]
Outcome = Literal["sent", "digest", "superseded", ""]
