"""Settings, read once from the environment (prefix CYCLE_) and checked at start."""

from __future__ import annotations

from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Where data lives, which clock the office keeps, how letters leave.

    `database_url` empty means SQLite at `home/cycle.db`. `time_zone` is the office's own. `smtp_host` empty
    means that letters are written as .eml files to `home/mail`. The password may stand in a file
    (`smtp_password_file`) instead. `smtp_timeout` is in seconds and holds for each answer of the server.
    """

    model_config = SettingsConfigDict(env_prefix="CYCLE_", frozen=True, extra="ignore")

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

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise ValueError(f"{value}: no such time zone") from error
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
