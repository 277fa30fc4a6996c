"""A database that can be read and not written is known as such before anything relies on it."""

from __future__ import annotations

from pathlib import Path

import pytest

from cycle import schema
from cycle.db import Database, DatabaseUnfit
from tests.cast import CityAt, city_at, templates

__all__ = ["city_at", "templates"]


def test_a_database_that_only_reads_is_unfit_and_one_that_writes_is_fit(
    city_at: CityAt, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)  # the address of a file names no folder to be made
    whole = city_at("installed").service.database
    schema.require_writable(whole)
    if whole.dialect == "sqlite":
        only = f"sqlite:///file:{whole.url.database}?mode=ro&uri=true"
    else:
        reading = whole.url.update_query_dict({"options": "-c default_transaction_read_only=on"})
        only = reading.render_as_string(hide_password=False)
    database = Database(only)
    try:
        schema.require_current(database)
        with pytest.raises(DatabaseUnfit, match=r"read.?only"):
            schema.require_writable(database)
    finally:
        database.close()
