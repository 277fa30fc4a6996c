"""Accounts: where one comes back to after a suspension, and what a suspended one cannot do."""

from __future__ import annotations

import pytest

from tests.workflows.worlds import depart, record, world


@pytest.mark.parametrize(("password", "back"), [(True, "active"), (None, "invited")])
def test_who_never_had_a_password_is_invited_again_and_not_let_in(password: bool | None, back: str) -> None:
    assert depart(world("account", "suspended"), record(password=password)).step("resume").after == back


@pytest.mark.parametrize("action", ["invite", "set_password", "change_password", "suspend"])
def test_a_suspended_account_gets_no_link_and_no_password(action: str) -> None:
    assert world("account", "suspended").codes(action) == {"wrong_state"}
