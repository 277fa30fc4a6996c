"""The tables. A subject's row is what its history adds up to; the rest are indexes into the same history.

Instants and dates are ISO text (UTC with microseconds and Z; local days), the very text that the history
seals, so both databases hold the same bytes and sort them alike. Points are whole hundredths.
"""

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from notifications.message import Message

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

CODEPOINTS = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
"""Text compared by code point on both databases, so that both list alike."""


class Subject(SQLModel, table=True):
    """Anything that has a history: an appraisal, a cycle, a case, a department, a person, a calendar."""

    __tablename__ = "subject"
    __table_args__ = (
        sa.Index("ix_subject_kind_year_state", "kind", "year", "state"),
        sa.Index("ix_subject_department_kind", "department", "kind"),
        sa.Index(
            "ix_subject_wake",
            "wake",
            postgresql_where=sa.text("wake IS NOT NULL"),
            sqlite_where=sa.text("wake IS NOT NULL"),
        ),
    )

    key: str = Field(primary_key=True, sa_type=CODEPOINTS)
    kind: str = Field(sa_type=sa.Text)
    year: int
    department: str = Field(sa_type=sa.Text)
    state: str = Field(sa_type=sa.Text)
    number: int
    hash: str = Field(sa_type=sa.Text)
    record: str = Field(sa_type=sa.Text)
    wake: str | None = Field(default=None, sa_type=sa.Text)


class History(SQLModel, table=True):
    """One sealed row. `body` is the exact canonical text; the other columns repeat parts of it for finding."""

    __tablename__ = "history"
    __table_args__ = (sa.UniqueConstraint("subject", "number"),)

    seq: int | None = Field(
        default=None,
        sa_column=sa.Column(
            sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=True
        ),
    )
    subject: str = Field(sa_type=CODEPOINTS)
    number: int
    at: str = Field(sa_type=sa.Text)
    action: str = Field(sa_type=sa.Text)
    body: str = Field(sa_type=sa.Text)
    hash: str = Field(sa_type=sa.Text)


class DeadlineRow(SQLModel, table=True):
    """One armed deadline; `status` open or void."""

    __tablename__ = "deadline"
    __table_args__ = (
        sa.Index(
            "ix_deadline_open_due",
            "due",
            postgresql_where=sa.text("status = 'open'"),
            sqlite_where=sa.text("status = 'open'"),
        ),
    )

    id: str = Field(primary_key=True, sa_type=CODEPOINTS)
    subject: str = Field(sa_type=CODEPOINTS, index=True)
    state: str = Field(sa_type=sa.Text)
    visit: int
    who: str = Field(sa_type=sa.Text)
    due: str = Field(sa_type=sa.Text)
    grace_until: str | None = Field(default=None, sa_type=sa.Text)
    provisional: bool
    armed_at: str = Field(sa_type=sa.Text)
    status: str = Field(sa_type=sa.Text)


class LineRow(SQLModel, table=True):
    """One ledger line, in hundredths of a point; deductions and the cap are negative."""

    __tablename__ = "line"

    id: str = Field(primary_key=True, sa_type=CODEPOINTS)
    subject: str = Field(sa_type=CODEPOINTS, index=True)
    number: int
    part: str = Field(sa_type=sa.Text)
    item: str = Field(sa_type=sa.Text)
    points: int
    note: str = Field(sa_type=sa.Text)
    reverses: str | None = Field(default=None, sa_type=sa.Text)
    reversed_by: str | None = Field(default=None, sa_type=sa.Text)
    source: str | None = Field(default=None, sa_type=sa.Text)


class ResultRow(SQLModel, table=True):
    """One department's result in one version of a year: `status` proposed, ratified or imported."""

    __tablename__ = "result"

    year: int = Field(primary_key=True)
    status: str = Field(primary_key=True, sa_type=sa.Text)
    version: int = Field(primary_key=True)
    department: str = Field(primary_key=True, sa_type=CODEPOINTS)
    subject: str = Field(sa_type=CODEPOINTS, index=True)
    name: str = Field(sa_type=sa.Text)
    category: str | None = Field(default=None, sa_type=sa.Text)
    central: int | None = None
    public: int | None = None
    leader: int | None = None
    base: int | None = None
    deductions: int | None = None
    bonus: int | None = None
    total: int | None = None
    rank: int
    category_rank: int | None = None
    grade: str = Field(sa_type=sa.Text)
    award_rate: int
    previous_rank: int | None = None
    previous_category_rank: int | None = None
    previous_grade: str | None = Field(default=None, sa_type=sa.Text)
    movement: int | None = None
    category_movement: int | None = None
    consecutive_failures: int
    escalated: bool


class StoredText(SQLModel, table=True):
    """A text people wrote or were shown, kept under its SHA-256; the history holds the digest."""

    __tablename__ = "text"

    sha256: str = Field(primary_key=True, sa_type=sa.Text)
    body: str = Field(sa_type=sa.Text)


class PendingAct(SQLModel, table=True):
    """An act that waits for a second person; it takes effect when confirmed."""

    __tablename__ = "pending_act"

    id: str = Field(primary_key=True, sa_type=sa.Text)
    operation: str = Field(sa_type=sa.Text)
    subject: str = Field(sa_type=CODEPOINTS)
    call: str = Field(sa_type=sa.Text)
    actor: str = Field(sa_type=sa.Text)
    requested_at: str = Field(sa_type=sa.Text)
    status: str = Field(sa_type=sa.Text)


class Once(SQLModel, table=True):
    """An idempotency key that was used, the request it came with and the answer it got."""

    __tablename__ = "once"

    actor: str = Field(primary_key=True, sa_type=sa.Text)
    key: str = Field(primary_key=True, sa_type=sa.Text)
    request: str = Field(sa_type=sa.Text)
    answer: str = Field(sa_type=sa.Text)
    at: str = Field(sa_type=sa.Text)


class Alarm(SQLModel, table=True):
    """When the next rung of an open deadline comes due; gone once none is left or the deadline is void.

    `first`: the deadline was armed by the first entry into its state, so that the rung `opens` exists.
    """

    __tablename__ = "alarm"

    deadline: str = Field(primary_key=True, sa_type=CODEPOINTS)
    subject: str = Field(sa_type=CODEPOINTS, index=True)
    first: bool
    at: str = Field(sa_type=sa.Text, index=True)


class FiredRung(SQLModel, table=True):
    """A rung decided on, once: `outcome` told or superseded; `at` is its own instant, `decided_at` the pass's."""

    __tablename__ = "fired_rung"

    deadline: str = Field(primary_key=True, sa_type=CODEPOINTS)
    rung: str = Field(primary_key=True, sa_type=sa.Text)
    subject: str = Field(sa_type=CODEPOINTS, index=True)
    at: str = Field(sa_type=sa.Text)
    decided_at: str = Field(sa_type=sa.Text)
    outcome: str = Field(sa_type=sa.Text)


class Reminder(SQLModel, table=True):
    """What a rung means to one person: `outcome` sent, digest or superseded; `digest` the message that lists it."""

    __tablename__ = "reminder"
    __table_args__ = (
        sa.Index(
            "ix_reminder_undigested",
            "person",
            postgresql_where=sa.text("outcome = 'digest' AND digest IS NULL"),
            sqlite_where=sa.text("outcome = 'digest' AND digest IS NULL"),
        ),
    )

    deadline: str = Field(primary_key=True, sa_type=CODEPOINTS)
    rung: str = Field(primary_key=True, sa_type=sa.Text)
    person: str = Field(primary_key=True, sa_type=CODEPOINTS)
    role: str = Field(sa_type=sa.Text)
    address: str = Field(sa_type=sa.Text)
    outcome: str = Field(sa_type=sa.Text)
    digest: str | None = Field(default=None, sa_type=sa.Text)


class Setback(SQLModel, table=True):
    """Something the clock could not do: not tried again before `until`."""

    __tablename__ = "setback"

    subject: str = Field(primary_key=True, sa_type=CODEPOINTS)
    action: str = Field(primary_key=True, sa_type=sa.Text)
    until: str = Field(sa_type=sa.Text)
    times: int
    error: str = Field(sa_type=sa.Text)


class Job(SQLModel, table=True):
    """A job of the scheduler: the last slot it finished, when it was last at work, who holds it until when.

    Of `deliver`: since when the mail server is away, why, until when it is left alone.
    """

    __tablename__ = "job"

    name: str = Field(primary_key=True, sa_type=sa.Text)
    slot: str | None = Field(default=None, sa_type=sa.Text)
    at: str | None = Field(default=None, sa_type=sa.Text)
    owner: str | None = Field(default=None, sa_type=sa.Text)
    lease_until: str | None = Field(default=None, sa_type=sa.Text)


class JobRun(SQLModel, table=True):
    """One run of a job that did something or failed: the log a clerk reads. `did` and `failed` are JSON."""

    __tablename__ = "job_run"

    seq: int | None = Field(
        default=None,
        sa_column=sa.Column(
            sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=True
        ),
    )
    job: str = Field(sa_type=sa.Text)
    at: str = Field(sa_type=sa.Text, index=True)
    until: str = Field(sa_type=sa.Text)
    worker: str = Field(sa_type=sa.Text)
    did: str = Field(sa_type=sa.Text)
    failed: str = Field(sa_type=sa.Text)


class FormDraft(SQLModel, table=True):
    """What somebody is still writing in a form: no act yet, so it has no history and is lost to nobody else.

    `content` is JSON: `content` as typed, `base` the digest of what was saved when the writing began.
    """

    __tablename__ = "form_draft"

    subject: str = Field(primary_key=True, sa_type=CODEPOINTS)
    form: str = Field(primary_key=True, sa_type=sa.Text)
    person: str = Field(primary_key=True, sa_type=CODEPOINTS)
    content: str = Field(sa_type=sa.Text)
    at: str = Field(sa_type=sa.Text)


class ReadLog(SQLModel, table=True):
    """What an auditor read, and when: append-only."""

    __tablename__ = "read_log"

    seq: int | None = Field(
        default=None,
        sa_column=sa.Column(
            sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=True
        ),
    )
    at: str = Field(sa_type=sa.Text, index=True)
    person: str = Field(sa_type=CODEPOINTS)
    path: str = Field(sa_type=sa.Text)


class Credential(SQLModel, table=True):
    """What somebody's password is checked by: its Argon2id hash, never in any history.

    `failures` since the last right password, the latest at `failed_at`; nobody is let in before `locked_until`.
    """

    __tablename__ = "credential"

    person: str = Field(primary_key=True, sa_type=CODEPOINTS)
    hash: str = Field(sa_type=sa.Text)
    set_at: str = Field(sa_type=sa.Text)
    failures: int
    failed_at: str | None = Field(default=None, sa_type=sa.Text)
    locked_until: str | None = Field(default=None, sa_type=sa.Text)


class WebSession(SQLModel, table=True):
    """A browser at which somebody has signed in; `id` is the SHA-256 of the secret its cookie holds."""

    __tablename__ = "web_session"

    id: str = Field(primary_key=True, sa_type=CODEPOINTS)
    person: str = Field(sa_type=CODEPOINTS, index=True)
    csrf: str = Field(sa_type=sa.Text)
    created_at: str = Field(sa_type=sa.Text)
    seen_at: str = Field(sa_type=sa.Text)
    ends_at: str = Field(sa_type=sa.Text)
    address: str = Field(sa_type=sa.Text)
    lang: str | None = Field(default=None, sa_type=sa.Text)


class SignInLog(SQLModel, table=True):
    """Who tried to sign in, from where, and how it ended: append-only. `person` null where the name is nobody's."""

    __tablename__ = "sign_in_log"
    __table_args__ = (sa.Index("ix_sign_in_log_address_at", "address", "at"),)

    seq: int | None = Field(
        default=None,
        sa_column=sa.Column(
            sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=True
        ),
    )
    at: str = Field(sa_type=sa.Text, index=True)
    person: str | None = Field(default=None, sa_type=CODEPOINTS)
    name_given: str = Field(sa_type=sa.Text)
    address: str = Field(sa_type=sa.Text)
    outcome: str = Field(sa_type=sa.Text)


METADATA = SQLModel.metadata
TABLES = (
    Subject,
    History,
    DeadlineRow,
    LineRow,
    ResultRow,
    StoredText,
    PendingAct,
    Once,
    Message,
    Alarm,
    FiredRung,
    Reminder,
    Setback,
    Job,
    JobRun,
    FormDraft,
    ReadLog,
    Credential,
    WebSession,
    SignInLog,
)
