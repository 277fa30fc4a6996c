"""The settings as they hold, each with where it came from, and what of them wants a look. No secret is among them."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from pydantic import SecretStr

from cycle.correspondence.letterhead import DOMAIN, Letterhead
from cycle.settings import Settings

PREFIX: Final = str(Settings.model_config.get("env_prefix", ""))
NOBODYS: Final = ".invalid"
"""The end of an address or a name that is nobody's."""

GROUPS: Final[Mapping[str, tuple[str, ...]]] = {
    "place": ("home", "database_url", "time_zone", "evidence_max_mb"),
    "mail": (
        *("mail_from", "mail_name", "smtp_host", "smtp_port", "smtp_security", "smtp_user", "smtp_password"),
        *("smtp_password_file", "smtp_ca_file", "smtp_timeout", "smtp_connections"),
    ),
    "accounts": (
        *("session_idle_minutes", "session_hours", "password_length", "link_hours"),
        *("lockout_failures", "lockout_minutes", "address_failures"),
    ),
    "programs": ("api_body_limit", "api_rate", "api_failures"),
    "log": ("log_format", "log_level"),
}
"""Which settings are shown together; every one there is stands in one of them."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting. `name` as it is set; `source`: environment, given (when it was started) or default.

    `secret` is whether only that it is set, or is not, is told: `value` is then `set` or empty.
    """

    name: str
    field: str
    value: str
    source: str
    secret: bool = False


@dataclass(frozen=True, slots=True)
class Check:
    """One thing the settings have to be looked at for; `data` fills its text."""

    code: str
    fine: bool
    data: Mapping[str, Any]


def groups(settings: Settings, place: str) -> dict[str, list[Setting]]:
    """Every setting by group; `place` is the address of the database as it may be shown."""
    return {group: [_setting(settings, field, place) for field in fields] for group, fields in GROUPS.items()}


def _setting(settings: Settings, field: str, place: str) -> Setting:
    value = getattr(settings, field)
    secret = isinstance(value, SecretStr)
    if isinstance(value, SecretStr):
        text = "set" if value.get_secret_value() else ""
    elif field == "database_url":
        text = place if value else ""
    else:
        text = "" if value is None else value.as_posix() if isinstance(value, Path) else str(value)
    return Setting(f"{PREFIX}{field.upper()}", field, text, _source(settings, field), secret)


def _source(settings: Settings, field: str) -> str:
    if field not in settings.model_fields_set:
        return "default"
    known = {name.casefold() for name in os.environ}
    return "environment" if f"{PREFIX}{field}".casefold() in known else "given"


def checks(settings: Settings, head: Letterhead) -> list[Check]:
    """What to look at, in the order of the groups; what is in order is said too."""
    return list(_checks(settings, head))


def _checks(settings: Settings, head: Letterhead) -> Iterator[Check]:
    home = settings.home
    yield Check("home", home.is_dir() and os.access(home, os.W_OK | os.X_OK), {"place": home.as_posix()})
    yield Check("server", bool(settings.smtp_host), {"place": (home / "mail").as_posix()})
    yield Check("sender", not settings.mail_from.endswith(NOBODYS), {"address": settings.mail_from})
    if settings.smtp_host:
        yield Check("encrypted", settings.smtp_security != "none", {"host": settings.smtp_host})
    if settings.smtp_user or settings.smtp_password_file:
        yield Check("password", _has_password(settings), {"user": settings.smtp_user})
    said = bool(head.office and head.contact and head.link and head.domain != DOMAIN)
    yield Check("letterhead", said, {})


def _has_password(settings: Settings) -> bool:
    try:
        return bool(settings.smtp_secret)
    except OSError:
        return False
