"""Passwords by their hash, browsers signed in, and who tried to sign in."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

CODEPOINTS = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

SQLITE_TRIGGERS = (
    "CREATE TRIGGER sign_in_log_no_update BEFORE UPDATE ON sign_in_log"
    " BEGIN SELECT RAISE(ABORT, 'sign_in_log is append-only'); END",
    "CREATE TRIGGER sign_in_log_no_delete BEFORE DELETE ON sign_in_log"
    " BEGIN SELECT RAISE(ABORT, 'sign_in_log is append-only'); END",
    "CREATE TRIGGER sign_in_log_no_replace BEFORE INSERT ON sign_in_log"
    " WHEN EXISTS (SELECT 1 FROM sign_in_log WHERE seq = NEW.seq)"
    " BEGIN SELECT RAISE(ABORT, 'sign_in_log is append-only'); END",
)
POSTGRES_TRIGGERS = (
    "CREATE FUNCTION sign_in_log_append_only() RETURNS trigger LANGUAGE plpgsql AS"
    " $$ BEGIN RAISE EXCEPTION 'sign_in_log is append-only'; END $$",
    "CREATE TRIGGER sign_in_log_no_change BEFORE UPDATE OR DELETE ON sign_in_log"
    " FOR EACH ROW EXECUTE FUNCTION sign_in_log_append_only()",
    "CREATE TRIGGER sign_in_log_no_truncate BEFORE TRUNCATE ON sign_in_log"
    " FOR EACH STATEMENT EXECUTE FUNCTION sign_in_log_append_only()",
    "ALTER TABLE sign_in_log ENABLE ALWAYS TRIGGER sign_in_log_no_change",
    "ALTER TABLE sign_in_log ENABLE ALWAYS TRIGGER sign_in_log_no_truncate",
)


def upgrade() -> None:
    op.create_table(
        "credential",
        sa.Column("person", CODEPOINTS, nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("set_at", sa.Text(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("failed_at", sa.Text(), nullable=True),
        sa.Column("locked_until", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("person", name=op.f("pk_credential")),
    )
    op.create_table(
        "web_session",
        sa.Column("id", CODEPOINTS, nullable=False),
        sa.Column("person", CODEPOINTS, nullable=False),
        sa.Column("csrf", sa.Text(), nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("seen_at", sa.Text(), nullable=False),
        sa.Column("ends_at", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("lang", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_web_session")),
    )
    op.create_index("ix_web_session_person", "web_session", ["person"])
    op.create_table(
        "sign_in_log",
        sa.Column("seq", SERIAL, autoincrement=True, nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("person", CODEPOINTS, nullable=True),
        sa.Column("name_given", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_sign_in_log")),
    )
    op.create_index("ix_sign_in_log_at", "sign_in_log", ["at"])
    op.create_index("ix_sign_in_log_address_at", "sign_in_log", ["address", "at"])
    triggers = SQLITE_TRIGGERS if op.get_bind().dialect.name == "sqlite" else POSTGRES_TRIGGERS
    for trigger in triggers:
        op.execute(trigger)


def downgrade() -> None:
    op.drop_table("sign_in_log")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION sign_in_log_append_only()")
    op.drop_table("web_session")
    op.drop_table("credential")
