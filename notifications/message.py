"""A message as the outbox keeps it: its words, its reader, and what became of it."""

import sqlalchemy as sa
from sqlmodel import Field, SQLModel


class Message(SQLModel, table=True):
    """One message to one recipient, ready to be sent; instants are ISO text (UTC, microseconds, Z).

    `status`: pending, sending, sent, retry, failed, expired, void or unknown (the server may have taken it:
    its answer was lost). `next_at` is when somebody has to look at it again (of one being sent: when its
    lease ends), null once settled. `begun`: 1 while one being sent may have reached the server, else 0.
    `copies` counts how often the server may have taken it unnoticed.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        sa.Index(
            "ix_outbox_next_at",
            "next_at",
            postgresql_where=sa.text("next_at IS NOT NULL"),
            sqlite_where=sa.text("next_at IS NOT NULL"),
        ),
        sa.Index("ix_outbox_kind_at", "kind", "at"),
        sa.Index(
            "ix_outbox_failed",
            "at",
            postgresql_where=sa.text("status = 'failed'"),
            sqlite_where=sa.text("status = 'failed'"),
        ),
    )

    key: str = Field(primary_key=True, sa_type=sa.Text)
    message_id: str = Field(sa_type=sa.Text, unique=True)
    subject: str = Field(sa_type=sa.Text, index=True)
    number: int
    kind: str = Field(sa_type=sa.Text)
    recipient: str = Field(sa_type=sa.Text)
    address: str = Field(sa_type=sa.Text)
    name: str = Field(sa_type=sa.Text)
    lang: str = Field(sa_type=sa.Text)
    title: str = Field(sa_type=sa.Text)
    body: str = Field(sa_type=sa.Text)
    html: str = Field(sa_type=sa.Text)
    event: str | None = Field(default=None, sa_type=sa.Text)
    deadline: str | None = Field(default=None, sa_type=sa.Text, index=True)
    at: str = Field(sa_type=sa.Text)
    not_after: str | None = Field(default=None, sa_type=sa.Text)
    status: str = Field(sa_type=sa.Text)
    next_at: str | None = Field(default=None, sa_type=sa.Text)
    attempts: int = 0
    begun: int = 0
    owner: str | None = Field(default=None, sa_type=sa.Text)
    copies: int = 0
    code: int | None = None
    answer: str | None = Field(default=None, sa_type=sa.Text)
    sent_at: str | None = Field(default=None, sa_type=sa.Text)
