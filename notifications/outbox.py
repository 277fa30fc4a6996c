"""The outbox: what is to be told to whom, written in the transaction that causes it.

One row a notice and recipient; the key is made of ids and numbers, so telling twice is impossible.
"""

from sqlalchemy import Text
from sqlmodel import Field, SQLModel


class Notice(SQLModel, table=True):
    """One thing to tell one recipient. `recipient` is a post, a role or a person's id of `subject`."""

    __tablename__ = "outbox"

    key: str = Field(primary_key=True, sa_type=Text)
    subject: str = Field(sa_type=Text, index=True)
    number: int
    kind: str = Field(sa_type=Text)
    recipient: str = Field(sa_type=Text)
    status: str = Field(default="pending", sa_type=Text)
    at: str = Field(sa_type=Text)


def notice_key(subject: str, number: int, kind: str, recipient: str) -> str:
    """The deduplication key: which history row tells what to whom."""
    return f"{subject}#{number}:{kind}:{recipient}"
