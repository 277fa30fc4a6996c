"""Messages with their words, alarms of open deadlines, rungs decided on, and what the scheduler remembers."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

CODEPOINTS = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    # The first outbox noted what to tell without words or addresses and mailed nothing. What it noted stands
    # in the history; letters months late would only confuse.
    op.drop_table("outbox")
    op.create_table(
        "outbox",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("lang", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("event", sa.Text(), nullable=True),
        sa.Column("deadline", sa.Text(), nullable=True),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("not_after", sa.Text(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("next_at", sa.Text(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("begun", sa.Integer(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=True),
        sa.Column("copies", sa.Integer(), nullable=False),
        sa.Column("code", sa.Integer(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("sent_at", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_outbox")),
        sa.UniqueConstraint("message_id", name=op.f("uq_outbox_message_id")),
    )
    op.create_index("ix_outbox_subject", "outbox", ["subject"])
    op.create_index("ix_outbox_deadline", "outbox", ["deadline"])
    op.create_index("ix_outbox_kind_at", "outbox", ["kind", "at"])
    op.create_index(
        "ix_outbox_failed",
        "outbox",
        ["at"],
        postgresql_where=sa.text("status = 'failed'"),
        sqlite_where=sa.text("status = 'failed'"),
    )
    op.create_index(
        "ix_outbox_next_at",
        "outbox",
        ["next_at"],
        postgresql_where=sa.text("next_at IS NOT NULL"),
        sqlite_where=sa.text("next_at IS NOT NULL"),
    )
    op.create_table(
        "alarm",
        sa.Column("deadline", CODEPOINTS, nullable=False),
        sa.Column("subject", CODEPOINTS, nullable=False),
        sa.Column("first", sa.Boolean(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("deadline", name=op.f("pk_alarm")),
    )
    op.create_index("ix_alarm_at", "alarm", ["at"])
    op.create_index("ix_alarm_subject", "alarm", ["subject"])
    op.create_table(
        "fired_rung",
        sa.Column("deadline", CODEPOINTS, nullable=False),
        sa.Column("rung", sa.Text(), nullable=False),
        sa.Column("subject", CODEPOINTS, nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("deadline", "rung", name=op.f("pk_fired_rung")),
    )
    op.create_index("ix_fired_rung_subject", "fired_rung", ["subject"])
    op.create_table(
        "reminder",
        sa.Column("deadline", CODEPOINTS, nullable=False),
        sa.Column("rung", sa.Text(), nullable=False),
        sa.Column("person", CODEPOINTS, nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("deadline", "rung", "person", name=op.f("pk_reminder")),
    )
    op.create_index(
        "ix_reminder_undigested",
        "reminder",
        ["person"],
        postgresql_where=sa.text("outcome = 'digest' AND digest IS NULL"),
        sqlite_where=sa.text("outcome = 'digest' AND digest IS NULL"),
    )
    op.create_table(
        "setback",
        sa.Column("subject", CODEPOINTS, nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("until", sa.Text(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("subject", "action", name=op.f("pk_setback")),
    )
    op.create_table(
        "job",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("slot", sa.Text(), nullable=True),
        sa.Column("at", sa.Text(), nullable=True),
        sa.Column("owner", sa.Text(), nullable=True),
        sa.Column("lease_until", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_job")),
    )
    op.create_table(
        "job_run",
        sa.Column("seq", SERIAL, autoincrement=True, nullable=False),
        sa.Column("job", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("until", sa.Text(), nullable=False),
        sa.Column("worker", sa.Text(), nullable=False),
        sa.Column("did", sa.Text(), nullable=False),
        sa.Column("failed", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_job_run")),
    )
    op.create_index("ix_job_run_at", "job_run", ["at"])
    # Deadlines that were armed before there were alarms: the next pass looks at all of them.
    op.execute("INSERT INTO alarm SELECT id, subject, false, armed_at FROM deadline WHERE status = 'open'")


def downgrade() -> None:
    for table in ("job_run", "job", "setback", "reminder", "fired_rung", "alarm", "outbox"):
        op.drop_table(table)
    op.create_table(
        "outbox",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_index("ix_outbox_subject", "outbox", ["subject"])
