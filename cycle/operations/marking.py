"""What marks, acknowledgements, ratings and the survey ask for, from plain arguments."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from cycle import queries
from cycle.operations.perform import Arguments, Transaction
from workflows.errors import Refused, Unmet
from workflows.marking import Mark
from workflows.one_line import one_line

T = TypeVar("T")

MOST_ANSWERS = 100_000_000
"""More answers than this to one question are a slip of the keyboard."""


def extra_of(work: Transaction, action: str, arguments: Arguments) -> Mapping[str, Any]:
    """What `action` asks for beside the fields of every move; empty where it is none of these actions.

    mark: `marks` [{item, points in hundredths, reason, evidence: [keys]}]. acknowledge_spread: `items`.
    rate: `ratings` [{item, points or level, note}]. record_survey: `item`, `counts` {level: answers}.
    Raises Refused naming the field that is of another shape, and evidence there is none of.
    """
    read = _READERS.get(action)
    return read(work, arguments) if read else {}


def _marks(work: Transaction, arguments: Arguments) -> Mapping[str, Any]:
    marks = tuple(
        Mark(
            item=_of(given, "item", str),
            points=_of(given, "points", int),
            reason=_of(given, "reason", str, ""),
            evidence=tuple(_each(given, "evidence", str)),
        )
        for given in _each(arguments, "marks", dict)
    )
    for key in dict.fromkeys(key for mark in marks for key in mark.evidence):
        found = queries.subject(work.session, key)
        if found is None or found.kind != "evidence":
            raise Refused(Unmet("evidence_unknown", {"matter": key}))
    return {"marks": marks}


def _items(_work: Transaction, arguments: Arguments) -> Mapping[str, Any]:
    return {"items": tuple(_each(arguments, "items", str))}


def _ratings(_work: Transaction, arguments: Arguments) -> Mapping[str, Any]:
    ratings = [
        {
            "item": _of(given, "item", str),
            "points": _of(given, "points", int, None),
            "level": _of(given, "level", str, None),
            "note": one_line(_of(given, "note", str, ""), "note"),
        }
        for given in _each(arguments, "ratings", dict)
    ]
    return {"ratings": tuple(ratings)}


def _survey(_work: Transaction, arguments: Arguments) -> Mapping[str, Any]:
    counts = _of(arguments, "counts", dict, {})
    for level in counts:
        if not 0 <= _of(counts, level, int) <= MOST_ANSWERS:
            raise Refused(Unmet("value_unusable", {"field": f"counts.{level}"}))
    return {"item": _of(arguments, "item", str, ""), "counts": dict(counts)}


_READERS: Mapping[str, Callable[[Transaction, Arguments], Mapping[str, Any]]] = {
    "mark": _marks,
    "acknowledge_spread": _items,
    "rate": _ratings,
    "record_survey": _survey,
}

_NEEDED: Any = object()


def _of(given: Mapping[str, Any], field: str, kind: type[T], default: Any = _NEEDED) -> Any:
    """A field of the kind meant, or its default where it is not there (null stands for that)."""
    value = given.get(field)
    if value is None and default is not _NEEDED:
        return default
    if not isinstance(value, kind) or isinstance(value, bool):
        raise Refused(Unmet("value_unusable", {"field": field}))
    return value


def _each(given: Mapping[str, Any], field: str, kind: type[T]) -> list[T]:
    """A list of values of one kind; empty where there is none."""
    values = _of(given, field, list, [])
    for place, value in enumerate(values, start=1):
        if not isinstance(value, kind):
            raise Refused(Unmet("value_unusable", {"field": f"{field}[{place}]"}))
    return list(values)
