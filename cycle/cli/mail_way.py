"""By which way letters leave, in words."""

from __future__ import annotations

from cycle.settings import Settings
from workflows import words


def way_of(settings: Settings, lang: str) -> str:
    """The mail server of the settings, or the folder where there is none."""
    if not settings.smtp_host:
        return words.phrase("mail", "way_folder", lang, folder=(settings.home / "mail").as_posix())
    return words.phrase(
        "mail",
        "way_server",
        lang,
        host=settings.smtp_host,
        port=settings.smtp_port,
        security=words.word("mail.security", settings.smtp_security, lang),
    )
