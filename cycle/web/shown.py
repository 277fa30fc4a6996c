"""How days, instants and points look on a page."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from workflows import words

_CODE: Final = re.compile(r"（`[a-z0-9_.]+`）| \(`[a-z0-9_.]+`\)")
_WEEK: Final = {"zh": "一二三四五六日", "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")}


def points(text: str | None) -> str:
    """Points with a real minus; a dash where there are none."""
    return "—" if text is None else text.replace("-", "−")


def unmarked(text: str) -> str:
    """A sentence as pages have it: without the codes for commands in brackets, and no backquotes around the rest."""
    return _CODE.sub("", text).replace("`", "")


def signed(text: str | None) -> str:
    """Points that are added or taken away, with their sign; a zero has none."""
    shown = points(text)
    bare = shown.lstrip("−")
    return shown if shown in ("—", bare) and not bare.strip("0.") else shown if "−" in shown else f"+{shown}"


def short(day: str | date | None) -> str:
    """Month and day, as tables have it; a dash for none."""
    return iso(day)[5:] if day else "—"


def iso(day: str | date | None) -> str:
    """A whole date, as fields and the history have it; a dash for none."""
    return "—" if not day else day.isoformat() if isinstance(day, date) else day


def long_day(day: str | date, lang: str) -> str:
    """A day as it stands in a sentence, with its day of the week; the year only where it is not in the text around."""
    on = date.fromisoformat(day) if isinstance(day, str) else day
    week = _WEEK["zh" if lang == "zh" else "en"][on.weekday()]
    if lang == "zh":
        return f"{on.month}月{on.day}日（周{week}）"
    return f"{week} {on.day} {words.word('month', str(on.month), lang)}"


def last_moment(day: str | date, lang: str) -> str:
    """A day as a deadline: until it is over, all is in time."""
    return f"{long_day(day, lang)}{'' if lang == 'zh' else ' '}24:00"


def moment(at: str | datetime | None, zone: ZoneInfo) -> str:
    """An instant in the office's time: month, day, hour and minute."""
    return f"{_local(at, zone):%m-%d %H:%M}" if at else "—"


def second(at: str | datetime, zone: ZoneInfo, *, whole: bool = False) -> str:
    """An instant of the history in the office's time to the second; `whole` to the last digit, with the offset."""
    local = _local(at, zone)
    return local.isoformat(" ", "microseconds") if whole else f"{local:%Y-%m-%d %H:%M:%S}"


def clock_time(at: str | datetime, zone: ZoneInfo) -> str:
    """The hour and minute of an instant in the office's time."""
    return f"{_local(at, zone):%H:%M}"


def _local(at: str | datetime, zone: ZoneInfo) -> datetime:
    return (datetime.fromisoformat(at) if isinstance(at, str) else at).astimezone(zone)


def size(count: int) -> str:
    """How large a file is, in bytes, as people say it."""
    if count < 1 << 20:
        return f"{max(1, (count + 512) >> 10)}KB"
    if count < 1 << 30:
        return f"{count / (1 << 20):.1f}MB"
    return f"{count / (1 << 30):.1f}GB"
