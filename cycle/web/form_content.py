"""The content of a form as the fields of its page, and back: points with decimals, days as people write them.

Fields are named `content[text]`, `content[targets][1][owner]`, `content[marks][content.2.1][points]`. What cannot be
read as what it should be stays as it was typed, so that it is refused at its place and can be mended there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from cycle.web.forms import day, hundredths, kept, narrow, unfolded
from workflows.forms import TARGET, Content, in_order, plain
from workflows.ledger import canonical
from workflows.scoring import show

_NUMBER: Final = re.compile(r"[1-9][0-9]{0,1}", re.ASCII)


def typed(items: Iterable[tuple[str, str]]) -> dict[str, Any] | None:
    """The content somebody typed; None where there were no fields of one."""
    found = unfolded((name, value) for name, value in items if name.startswith("content["))
    given = found.get("content")
    if not isinstance(given, Mapping):
        return None
    content: dict[str, Any] = {"text": _text(given.get("text", ""))}
    for name, read in (("targets", _target), ("marks", _mark)):
        below = given.get(name)
        if isinstance(below, Mapping):
            content[name] = {key: read(one) for key, one in below.items() if isinstance(one, Mapping)}
    return content


def _text(value: Any) -> str:
    return kept(value) if isinstance(value, str) else ""


def _target(given: Mapping[str, Any]) -> dict[str, Any]:
    found = {name: _text(given.get(name, "")) for name in TARGET}
    return {**found, "due": day(found["due"])}


def _mark(given: Mapping[str, Any]) -> dict[str, Any]:
    text = narrow(_text(given.get("points", "")))
    points = hundredths(text)
    return {
        "points": (text or None) if points is None else points,
        "account": _text(given.get("account", "")),
    }


def same(before: Content, after: Content) -> bool:
    """Whether two contents would be kept alike."""
    return canonical(_bare(before)) == canonical(_bare(after))


def _bare(content: Content) -> dict[str, Any]:
    found = plain(content)
    return {name: value for name, value in found.items() if value}


def points_shown(points: Any) -> str:
    """Points in a field: as they are kept with decimals, else as they were typed."""
    if points is None or isinstance(points, bool):
        return ""
    return show(points) if isinstance(points, int) else str(points)


def numbered(targets: Any) -> list[str]:
    """The numbers of targets as they count; what is no number of a target is left out."""
    known = targets if isinstance(targets, Mapping) else {}
    return in_order(number for number in known if _NUMBER.fullmatch(number))
