"""Settings, read once from the environment (prefix CYCLE_) and checked at start."""

from __future__ import annotations

from ipaddress import ip_address
from pathlib import Path
from typing import Final, Literal
from unicodedata import category
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, SecretStr, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from cycle.mail_address import usable

_HIDDEN: Final = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


def _on_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host.casefold() == "localhost"


class Settings(BaseSettings):
    """Where data lives, which clock the office keeps, how letters leave.

    `database_url` empty means SQLite at `home/cycle.db`. `time_zone` is the office's own. `smtp_host` empty
    means that letters are written as .eml files to `home/mail`. The password may stand in a file
    (`smtp_password_file`) instead; it does not cross a network unencrypted.
    `smtp_timeout` is in seconds and holds for each answer of the server. `evidence_max_mb` is the largest
    evidence file, in MiB.
    `api_body_limit` is in bytes; `api_rate` are requests a minute and person, `api_failures` wrong tokens a minute
    and address, both counted by each process for itself.
    A session of a browser ends after `session_idle_minutes` without a request and `session_hours` after signing in.
    A password has at least `password_length` letters; a link to set one holds for `link_hours`. After
    `lockout_failures` wrong passwords an account waits for `lockout_minutes`; an address from which so many minutes
    saw `address_failures` waits likewise: both are counted in the database, for all processes.
    `log_format` auto is text for a terminal and JSON for all else.
    """

    model_config = SettingsConfigDict(
        env_prefix="CYCLE_", frozen=True, extra="ignore", hide_input_in_errors=True
    )

    home: Path = Path("cycle-data")
    database_url: str = ""
    time_zone: str = "Asia/Shanghai"
    mail_from: str = "cycle@cycle.invalid"
    mail_name: str = "机关绩效考评系统"
    smtp_host: str = ""
    smtp_port: int = Field(default=587, ge=1, le=65535)
    smtp_security: Literal["none", "starttls", "tls"] = "starttls"
    smtp_user: str = ""
    smtp_password: SecretStr = SecretStr("")
    smtp_password_file: Path | None = None
    smtp_ca_file: Path | None = None
    smtp_timeout: float = Field(default=60, gt=0, le=600)
    smtp_connections: int = Field(default=4, ge=1, le=32)
    evidence_max_mb: int = Field(default=20, ge=1, le=500)
    api_body_limit: int = Field(default=1_048_576, ge=1024, le=1_073_741_824)
    api_rate: int = Field(default=600, ge=1, le=1_000_000)
    api_failures: int = Field(default=20, ge=1, le=1_000_000)
    session_idle_minutes: int = Field(default=30, ge=1, le=1440)
    session_hours: int = Field(default=12, ge=1, le=168)
    password_length: int = Field(default=12, ge=8, le=64)
    link_hours: int = Field(default=72, ge=1, le=720)
    lockout_failures: int = Field(default=5, ge=1, le=100)
    lockout_minutes: int = Field(default=15, ge=1, le=1440)
    address_failures: int = Field(default=30, ge=1, le=1_000_000)
    log_format: Literal["auto", "json", "text"] = "auto"
    log_level: Literal["debug", "info", "warning", "error"] = "info"

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise ValueError(f"{value}: no such time zone") from error
        return value

    @field_validator("mail_from")
    @classmethod
    def _one_address(cls, value: str) -> str:
        if not usable(value):
            raise ValueError(f"{value!r}: not exactly one bare mail address, like kaohe@example.gov.cn")
        return value

    @field_validator("mail_name")
    @classmethod
    def _one_line(cls, value: str) -> str:
        if any(category(character) in _HIDDEN for character in value):
            raise ValueError(f"{value!a}: a control character or a line break within")
        return value

    @field_validator("smtp_password", "smtp_password_file")
    @classmethod
    def _kept_secret(cls, value: SecretStr | Path | None, info: ValidationInfo) -> SecretStr | Path | None:
        host = info.data.get("smtp_host", "")
        given = value.get_secret_value() if isinstance(value, SecretStr) else value
        if given and info.data.get("smtp_security") == "none" and host and not _on_this_machine(host):
            raise ValueError(
                "a password does not go over a network unencrypted: CYCLE_SMTP_SECURITY must be starttls or tls"
            )
        return value

    @field_validator("smtp_password_file", "smtp_ca_file")
    @classmethod
    def _readable(cls, value: Path | None) -> Path | None:
        if value is not None and not value.is_file():
            raise ValueError(f"{value}: no such file")
        return value

    @property
    def zone(self) -> ZoneInfo:
        """The office's time zone."""
        return ZoneInfo(self.time_zone)

    @property
    def url(self) -> str:
        """The database: as set, else SQLite below `home`."""
        return self.database_url or f"sqlite:///{(self.home / 'cycle.db').as_posix()}"

    @property
    def smtp_secret(self) -> str:
        """The password for the mail server: as set, else what its file holds. Raises OSError."""
        if self.smtp_password_file is not None and not self.smtp_password.get_secret_value():
            return self.smtp_password_file.read_text(encoding="utf-8").rstrip("\r\n")
        return self.smtp_password.get_secret_value()
