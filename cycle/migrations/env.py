"""Runs migrations on the connection handed in by `cycle.schema`; there is no alembic.ini."""

from alembic import context

from cycle.models import METADATA

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=METADATA, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
