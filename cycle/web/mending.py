"""Where on the pages of a department a condition that does not hold can be mended."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

Values = Mapping[str, Any]

SIGN: Final = "sign"
"""Where on its page a form is signed."""

_PLACES: Final = {
    "form_empty": "text",
    "text_missing": "text",
    "form_too_long": "text",
    "form_unsigned": SIGN,
}


def anchor(entry: Values) -> str:
    """The place in a form's page that a refusal is about, by its code and data; empty where it is about none."""
    code, data = entry["code"], entry["data"]
    if code in _PLACES:
        return _PLACES[code]
    if "target" in data:
        return f"target-{data['target']}"
    item = str(data.get("item") or data.get("items", "")).partition(",")[0]
    return f"mark-{item}" if item else str(data.get("entry", ""))


def part_anchor(part: str) -> str:
    """The place of a part that is returned by itself: the text, a target by its number, an indicator."""
    return "text" if part == "text" else f"target-{part}" if part.isdigit() else f"mark-{part}"


def field(entry: Values) -> str:
    """The field of a form's page that a refusal is about; empty where it is about none alone."""
    code, data = entry["code"], entry["data"]
    if code == "target_malformed":
        return f"content[targets][{data['target']}][{data['entry']}]"
    if code == "target_outside_year":
        return f"content[targets][{data['target']}][due]"
    if code == "self_mark_malformed":
        return f"content[marks][{data['item']}][{data['entry']}]"
    if code == "points_out_of_range":
        return f"content[marks][{data['item']}][points]"
    return ""


def located(entries: Sequence[Values], form_path: str, *, signs: bool) -> list[dict[str, Any]]:
    """Refusals each with the address where the reader can mend it in the form at `form_path`; empty where not.

    `signs` is whether the reader may sign it.
    """
    found = []
    for entry in entries:
        at = anchor(entry)
        at = "" if at == SIGN and not signs else at
        page = form_path.partition("?")[0] if at == SIGN else form_path
        found.append({**entry, "href": f"{page}#{at}" if at else ""})
    return found
