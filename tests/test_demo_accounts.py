"""The sign-ins of a demo."""

from __future__ import annotations

import errno
from pathlib import Path
from typing import Any

import pytest

from cycle import demo_accounts
from cycle.settings import Settings
from tests.cast import CityAt, city_at, templates

__all__ = ["city_at", "templates"]


def test_a_list_that_could_not_be_written_is_none_and_the_next_one_holds(
    city_at: CityAt, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    city, settings = city_at("running"), Settings(home=tmp_path)

    def full(part: Path, _text: str, **_named: Any) -> int:
        part.write_bytes(b"{")
        raise OSError(errno.ENOSPC, "full")

    with monkeypatch.context() as patched:
        patched.setattr(Path, "write_text", full)
        with pytest.raises(OSError, match="full"):
            demo_accounts.make(city.service, settings, tmp_path)
    assert demo_accounts.made(tmp_path) is None
    made = demo_accounts.make(city.service, settings, tmp_path)
    assert demo_accounts.made(tmp_path) == made
    assert {"office", "department", "head", "leader", "auditor", "admin"} <= {one.role for one in made[1]}
