"""Ledger lines name the matter they come from; forms in the making and what auditors read have tables."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

CODEPOINTS = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

SQLITE_TRIGGERS = (
    "CREATE TRIGGER read_log_no_update BEFORE UPDATE ON read_log"
    " BEGIN SELECT RAISE(ABORT, 'read_log is append-only'); END",
    "CREATE TRIGGER read_log_no_delete BEFORE DELETE ON read_log"
    " BEGIN SELECT RAISE(ABORT, 'read_log is append-only'); END",
    "CREATE TRIGGER read_log_no_replace BEFORE INSERT ON read_log"
    " WHEN EXISTS (SELECT 1 FROM read_log WHERE seq = NEW.seq)"
    " BEGIN SELECT RAISE(ABORT, 'read_log is append-only'); END",
)
POSTGRES_TRIGGERS = (
    "CREATE FUNCTION read_log_append_only() RETURNS trigger LANGUAGE plpgsql AS"
    " $$ BEGIN RAISE EXCEPTION 'read_log is append-only'; END $$",
    "CREATE TRIGGER read_log_no_change BEFORE UPDATE OR DELETE ON read_log"
    " FOR EACH ROW EXECUTE FUNCTION read_log_append_only()",
    "CREATE TRIGGER read_log_no_truncate BEFORE TRUNCATE ON read_log"
    " FOR EACH STATEMENT EXECUTE FUNCTION read_log_append_only()",
    "ALTER TABLE read_log ENABLE ALWAYS TRIGGER read_log_no_change",
    "ALTER TABLE read_log ENABLE ALWAYS TRIGGER read_log_no_truncate",
)


def upgrade() -> None:
    op.add_column("line", sa.Column("source", sa.Text(), nullable=True))
    op.create_index("ix_subject_department_kind", "subject", ["department", "kind"])
    op.create_table(
        "form_draft",
        sa.Column("subject", CODEPOINTS, nullable=False),
        sa.Column("form", sa.Text(), nullable=False),
        sa.Column("person", CODEPOINTS, nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("subject", "form", "person", name=op.f("pk_form_draft")),
    )
    op.create_table(
        "read_log",
        sa.Column("seq", SERIAL, autoincrement=True, nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("person", CODEPOINTS, nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_read_log")),
    )
    op.create_index("ix_read_log_at", "read_log", ["at"])
    triggers = SQLITE_TRIGGERS if op.get_bind().dialect.name == "sqlite" else POSTGRES_TRIGGERS
    for trigger in triggers:
        op.execute(trigger)


def downgrade() -> None:
    op.drop_table("read_log")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION read_log_append_only()")
    op.drop_table("form_draft")
    op.drop_index("ix_subject_department_kind", table_name="subject")
    op.drop_column("line", "source")
