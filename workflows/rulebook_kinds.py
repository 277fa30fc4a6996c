"""The kinds of value a rulebook holds: each reads a raw TOML value to its canonical text, or refuses it."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

RUNGS: tuple[str, ...] = ("opens", "-14", "-7", "-3", "-1", "0", "+1", "+3", "+5", "lapse")

_POINTS = re.compile(r"(-?)([0-9]{1,3})(?:\.([0-9]{1,2}))?")
_DAY = re.compile(r"([0-9]{2})-([0-9]{2})")
_SLUG = re.compile(r"[a-z][a-z0-9_]*")
_COMMON_YEAR = 2001


class Unfit(Exception):
    """The raw value is not of the kind; `code` and `data` make the fault."""

    def __init__(self, code: str, **data: str) -> None:
        super().__init__(code)
        self.code = code
        self.data = data


Read = Callable[[object], str]


@dataclass(frozen=True, slots=True)
class Kind:
    """`unit` is the key the value stands under; `reading` reads the values of `other`."""

    unit: str
    read: Read
    reading: Read


def hundredths(text: str) -> int:
    """Canonical point text to int hundredths: "0.2" is 20."""
    whole, _, part = text.partition(".")
    return int(whole) * 100 + int((part + "00")[:2])


def point_text(points: int) -> str:
    """Non-negative int hundredths to the shortest decimal: 20 is "0.2", 9000 is "90"."""
    whole, part = divmod(points, 100)
    return f"{whole}.{part:02d}".rstrip("0").rstrip(".") if part else str(whole)


def month_day(text: str) -> tuple[int, int]:
    """ "02-28" is (2, 28)."""
    month, _, day = text.partition("-")
    return int(month), int(day)


def _points(raw: object) -> str:
    if isinstance(raw, float):
        raise Unfit("float", value=str(raw))
    if isinstance(raw, bool) or not isinstance(raw, int | str):
        raise Unfit("wrong_type", expected="points")
    found = _POINTS.fullmatch(str(raw))
    if found is None:
        raise Unfit("not_points", value=str(raw))
    sign, whole, part = found.groups()
    points = hundredths(f"{whole}.{part or ''}")
    if sign or points == 0:
        raise Unfit("not_positive", value=str(raw))
    return point_text(points)


def _whole(low: int, high: int) -> Read:
    def read(raw: object) -> str:
        if isinstance(raw, float):
            raise Unfit("float", value=str(raw))
        if isinstance(raw, bool) or not isinstance(raw, int):
            raise Unfit("wrong_type", expected="number")
        if not low <= raw <= high:
            raise Unfit("out_of_range", value=str(raw), low=str(low), high=str(high))
        return str(raw)

    return read


def _day(raw: object) -> str:
    if not isinstance(raw, str):
        raise Unfit("wrong_type", expected="date")
    if not _DAY.fullmatch(raw):
        raise Unfit("date_invalid", value=raw)
    try:
        date(_COMMON_YEAR, *month_day(raw))
    except ValueError as error:
        raise Unfit("date_invalid", value=raw) from error
    return raw


def _slug(raw: object) -> str:
    if not isinstance(raw, str):
        raise Unfit("wrong_type", expected="text")
    if not _SLUG.fullmatch(raw):
        raise Unfit("choice_unknown", value=raw, allowed="a-z 0-9 _")
    return raw


def _one_of(choices: tuple[str, ...]) -> Read:
    def read(raw: object) -> str:
        if not isinstance(raw, str):
            raise Unfit("wrong_type", expected="text")
        if raw not in choices:
            raise Unfit("choice_unknown", value=raw, allowed=", ".join(choices))
        return raw

    return read


def _flag(raw: object) -> str:
    if not isinstance(raw, bool):
        raise Unfit("wrong_type", expected="flag")
    return "true" if raw else "false"


def _several(choices: tuple[str, ...]) -> Read:
    def read(raw: object) -> str:
        if not isinstance(raw, list):
            raise Unfit("wrong_type", expected="list")
        if not raw:
            raise Unfit("empty")
        names = [_one_of(choices)(item) for item in raw]
        if len(set(names)) < len(names):
            raise Unfit("list_duplicate", value=", ".join(names))
        return ",".join(names)

    return read


def _rungs(raw: object) -> str:
    text = _several(RUNGS)(raw)
    places = [RUNGS.index(name) for name in text.split(",")]
    if places != sorted(places):
        raise Unfit("list_order", value=text, allowed=", ".join(RUNGS))
    if RUNGS[-1] not in text.split(","):
        raise Unfit("rung_missing", value=RUNGS[-1])
    return text


def _same(unit: str, read: Read) -> Kind:
    return Kind(unit, read, read)


POINTS = _same("points", _points)
SHARE = _same("percent", _whole(1, 100))
LEVEL = _same("percent", _whole(0, 100))
RATE = _same("percent", _whole(-100, 100))
DATE = _same("value", _day)
FLAG = _same("value", _flag)
RUNG_LIST = _same("value", _rungs)


def whole(low: int, high: int) -> Kind:
    """A whole number from `low` to `high`."""
    return _same("value", _whole(low, high))


def choice(*choices: str) -> Kind:
    """One of the choices the service knows how to follow; `other` may name readings it does not follow."""
    return Kind("value", _one_of(choices), _slug)


def several(*choices: str) -> Kind:
    """A list of different choices."""
    return _same("value", _several(choices))
