"""Settings, read once from the environment (prefix CYCLE_) and checked at start."""

from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Where data lives and which clock the office keeps.

    `database_url` empty means SQLite at `home/cycle.db`. `time_zone` is the office's own.
    """

    model_config = SettingsConfigDict(env_prefix="CYCLE_", frozen=True, extra="ignore")

    home: Path = Path("cycle-data")
    database_url: str = ""
    time_zone: str = "Asia/Shanghai"

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise ValueError(f"{value}: no such time zone") from error
        return value

    @property
    def zone(self) -> ZoneInfo:
        """The office's time zone."""
        return ZoneInfo(self.time_zone)

    @property
    def url(self) -> str:
        """The database: as set, else SQLite below `home`."""
        return self.database_url or f"sqlite:///{(self.home / 'cycle.db').as_posix()}"
