"""The log of the process itself: one event a line, JSON for programs, readable at a terminal.

Modules log by the standard library, `LOG.info("what happened", extra={"fields": {…}})`, and so do the libraries; how a
line looks and where it goes is decided here. Fields are ids, counts and states: never what people wrote, nor
anything that opens a door.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any, Final, Literal, TextIO
from zoneinfo import ZoneInfo

from cycle.clock import Clock
from workflows.wake import stamp

REQUEST: Final = ContextVar("cycle.request", default="")
"""The id of the request at work; empty outside of one."""

OURS: Final = ("cycle", "notifications", "uvicorn")
"""Whose information is worth a line. Of the other libraries only warnings are, unless everything is asked for."""

_PLAIN: Final = re.compile(r"[\w./:@{}+-]+")

logging.getLogger().addHandler(logging.NullHandler())  # else the library prints what nobody has asked for


# --- requests ---

LETS_IN: Final = "link"
"""What the part of a path is called that lets somebody in: such a path is not told."""

NOWHERE: Final = "none"
"""Said in place of a route where there is none: what was asked for might be such a link, mistyped."""

_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_ASKER: Final = "log_asker"


def place(scope: Mapping[str, Any]) -> dict[str, str]:
    """What a request asks for, as it may be told: `method`, `route` (a template) and, where it says more, `path`."""
    # The router leaves its route in the scope; its template names no department or person.
    route = getattr(scope.get("route"), "path", NOWHERE)
    method = scope["method"] if scope["method"] in _METHODS else "other"
    filled = scope.get("path_params", {})
    shown = route != NOWHERE and filled and LETS_IN not in filled
    return {"method": method, "route": route, **({"path": scope["path"]} if shown else {})}


def asked_by(scope: MutableMapping[str, Any], person: str) -> None:
    """Have the log know who asks."""
    scope.setdefault("state", {})[_ASKER] = person


def asker(scope: Mapping[str, Any]) -> str:
    """Who asks; empty where nobody has signed in or shown a token."""
    return str(scope.get("state", {}).get(_ASKER, ""))


# --- lines ---


class JsonLines(logging.Formatter):
    """A record as one JSON object on one line."""

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self._clock = clock

    def format(self, record: logging.LogRecord) -> str:
        said = {"at": stamp(self._clock.now()), **_said(record)}
        if record.exc_info:
            said["trace"] = self.formatException(record.exc_info)
        return _printable(json.dumps(said, ensure_ascii=False, default=str))


class TextLines(logging.Formatter):
    """A record as one line in the office's time, the trace of what broke below it, set off from the lines."""

    def __init__(self, clock: Clock, zone: ZoneInfo) -> None:
        super().__init__()
        self._clock = clock
        self._zone = zone

    def format(self, record: logging.LogRecord) -> str:
        said = _said(record)
        at = self._clock.now().astimezone(self._zone).strftime("%Y-%m-%d %H:%M:%S")
        first = f"{at} {said.pop('level').upper():7} {said.pop('log')}: {said.pop('event')}"
        lines = [" ".join([first, *(f"{name}={_shown(value)}" for name, value in said.items())])]
        if record.exc_info:
            lines += [f"  | {line}" for line in self.formatException(record.exc_info).split("\n")]
        return "\n".join(map(_printable, lines))


def _said(record: logging.LogRecord) -> dict[str, Any]:
    fields: Mapping[str, Any] = getattr(record, "fields", {})
    request = {"request": REQUEST.get()} if REQUEST.get() else {}
    return {
        "level": record.levelname.lower(),
        "log": record.name,
        "event": record.getMessage(),
        **request,
        **fields,
    }


def _shown(value: object) -> str:
    text = str(value)
    return text if _PLAIN.fullmatch(text) else json.dumps(value, ensure_ascii=False, default=str)


def _printable(line: str) -> str:
    """The line with everything escaped that a terminal or a reader of lines would obey instead of showing."""
    return (
        line if line.isprintable() else "".join(c if c.isprintable() else json.dumps(c)[1:-1] for c in line)
    )


@contextmanager
def lines_to(
    stream: TextIO, clock: Clock, zone: ZoneInfo, *, form: Literal["auto", "json", "text"], level: str
) -> Iterator[None]:
    """Have everything from `level` on written there; `auto` is text for a terminal, JSON for all else."""
    readable = form == "text" or (form == "auto" and stream.isatty())
    handler = logging.StreamHandler(stream)
    handler.setFormatter(TextLines(clock, zone) if readable else JsonLines(clock))
    least = logging.getLevelNamesMapping()[level.upper()]
    others = least if least == logging.DEBUG else max(least, logging.WARNING)
    loggers = {logging.getLogger(): others, **{logging.getLogger(name): least for name in OURS}}
    before = {logger: logger.level for logger in loggers}
    for logger, chosen in loggers.items():
        logger.setLevel(chosen)
    try:
        with _at_work(handler):
            yield
    finally:
        for logger, former in before.items():
            logger.setLevel(former)


@contextmanager
def troubles_to(file: Path, clock: Clock, zone: ZoneInfo) -> Iterator[None]:
    """Have warnings, and what broke with its trace, kept in a file as text; it is made when there is something."""
    file.parent.mkdir(parents=True, exist_ok=True)
    handler = logging.FileHandler(file, encoding="utf-8", errors="backslashreplace", delay=True)
    handler.setFormatter(TextLines(clock, zone))
    handler.setLevel(logging.WARNING)
    with _at_work(handler):
        yield


@contextmanager
def _at_work(handler: logging.Handler) -> Iterator[None]:
    root = logging.getLogger()
    root.addHandler(handler)
    try:
        yield
    finally:
        root.removeHandler(handler)
        handler.close()
