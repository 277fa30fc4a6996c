"""What a form holds, as the values an act is asked with: text as people write it becomes numbers, days and lists.

A field within another is named with brackets: `returned[content.1.1]`, `marks[0][points]`. Blank fields are left out.
Full-width digits and signs count as the plain ones; points are written with a decimal point and become hundredths.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, Final

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from cycle.acts.fields import COMMON, Sent, body
from cycle.acts.table import Row
from workflows import words

_PARTS: Final = re.compile(r"\[([^\[\]]*)\]")
_NAME: Final = re.compile(r"([^\[\]]+)((?:\[[^\[\]]*\])*)")
_WHOLE: Final = re.compile(r"[+-]?[0-9]{1,9}")
_POINTS: Final = re.compile(r"[+-]?[0-9]{1,7}(?:\.[0-9]{1,2})?")
_DAY: Final = re.compile(r"([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?")
_MOST_DEEP: Final = 5


class Unusable(Exception):
    """Fields that cannot be used as they were filled in: name to what is wrong with it, in the reader's language."""

    def __init__(self, faults: Mapping[str, str]) -> None:
        super().__init__(", ".join(faults))
        self.faults = dict(faults)


def sent(row: Row, items: Iterable[tuple[str, str]], lang: str) -> dict[str, Any]:
    """The fields of an act from those of its form; what is not the act's is passed over. Raises Unusable."""
    model = body(row.name, row.fields)
    schema = model.model_json_schema()
    raw = unfolded((name, value) for name, value in items if _top(name) in model.model_fields)
    values = {name: _value(name, value, schema["properties"][name], schema) for name, value in raw.items()}
    try:
        made: Sent = model.model_validate(
            {name: value for name, value in values.items() if value is not None}
        )
    except ValidationError as error:
        raise Unusable(_faults(error, schema, lang)) from error
    return made.model_dump(exclude_none=True)


def names(row: Row) -> list[str]:
    """The fields of an act's own, in their order, without what every act may come with."""
    return [name for name in body(row.name, row.fields).model_fields if name not in COMMON]


def _top(name: str) -> str:
    return name.partition("[")[0]


def unfolded(items: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Fields by name, those within another as a mapping below it; a name that comes twice is a list."""
    found: dict[str, Any] = {}
    for name, value in items:
        matched = _NAME.fullmatch(name)
        path = [matched[1], *_PARTS.findall(matched[2])] if matched else [name]
        if len(path) <= _MOST_DEEP:
            _set(found, path, value)
    return found


def below(fields: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """What stands within the field `name` of what was unfolded; nothing where it is missing, or holds no others."""
    found = fields.get(name)
    return found if isinstance(found, Mapping) else {}


def _set(into: dict[str, Any], path: list[str], value: str) -> None:
    for part in path[:-1]:
        below = into.setdefault(part, {})
        if not isinstance(below, dict):
            return
        into = below
    last = path[-1]
    before = into.get(last)
    into[last] = (
        value if before is None else [*before, value] if isinstance(before, list) else [before, value]
    )


def _value(name: str, raw: Any, shape: Mapping[str, Any], schema: Mapping[str, Any]) -> Any:
    """A field as its shape wants it; None where it is blank. What does not fit stays as it is and is refused."""
    shape = resolved(shape, schema)
    kind = shape.get("type")
    if kind == "array":
        return _list(name, raw, shape, schema)
    if kind == "object" and isinstance(raw, Mapping):
        known = shape.get("properties")
        rest = shape.get("additionalProperties", {})
        inner = {
            key: _value(key, below, known[key] if known and key in known else rest or {}, schema)
            for key, below in raw.items()
        }
        return {key: value for key, value in inner.items() if value is not None} or None
    if isinstance(raw, list):
        raw = raw[-1]
    if not isinstance(raw, str):
        return raw
    return _plain(name, raw, shape)


def _plain(name: str, raw: str, shape: Mapping[str, Any]) -> Any:
    text = kept(raw)
    if not text:
        return None
    if shape.get("type") == "boolean":
        return text not in ("0", "false", "off")
    if shape.get("type") == "integer":
        folded = narrow(text)
        if name == "points":
            points = hundredths(text)
            return text if points is None else points
        return int(folded) if _WHOLE.fullmatch(folded) else text
    return day(text) if shape.get("format") == "date" else text


def _list(name: str, raw: Any, shape: Mapping[str, Any], schema: Mapping[str, Any]) -> list[Any] | None:
    if isinstance(raw, Mapping):
        raw = [raw[key] for key in sorted(raw, key=lambda key: (not key.isdigit(), key.zfill(9)))]
    given = raw if isinstance(raw, list) else [raw]
    items = [_value(name, each, shape.get("items", {}), schema) for each in given]
    return [each for each in items if each is not None] or None


def kept(text: str) -> str:
    """A text as it is kept, whatever the browser ends its lines with; without blanks around it."""
    return text.replace("\r\n", "\n").strip()


def hundredths(text: str) -> int | None:
    """Points as people write them, with at most two decimals; None where it is none."""
    folded = narrow(text)
    return int(Decimal(folded) * 100) if _POINTS.fullmatch(folded) else None


def day(text: str) -> str:
    """A day as people write it, as an ISO date; what is none stays as it is."""
    matched = _DAY.fullmatch(narrow(text))
    return f"{matched[1]}-{int(matched[2]):02}-{int(matched[3]):02}" if matched else text


def narrow(text: str) -> str:
    """Full-width letters, digits and signs as plain ones; the minus sign and dashes as a hyphen."""
    return unicodedata.normalize("NFKC", text).strip().replace("−", "-").replace("—", "-")


def resolved(shape: Mapping[str, Any], schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """The shape of a field itself, where the schema says that it may be left out, or refers to it elsewhere."""
    for choice in shape.get("anyOf", ()):
        if choice.get("type") != "null":
            return resolved(choice, schema)
    reference = shape.get("$ref", "")
    return resolved(schema["$defs"][reference.rpartition("/")[2]], schema) if reference else shape


def _kind_of(fault: ErrorDetails, schema: Mapping[str, Any]) -> str:
    """The code of the text for one fault."""
    last = fault["loc"][-1]
    if fault["type"] == "int_type" and last == "points":
        return "points"
    if last == "percent":
        return "percent"
    shape = schema["properties"].get(fault["loc"][0], {})
    if fault["type"] == "value_error" and resolved(shape, schema).get("format") == "date":
        return "day"
    return fault["type"]


def _faults(error: ValidationError, schema: Mapping[str, Any], lang: str) -> dict[str, str]:
    """What is wrong with each field, as people fill it in: points have decimals, days are days."""
    known = {**words.catalogue(lang)["problem.field"], **words.catalogue(lang)["web.fault"]}
    found = {}
    for fault in error.errors():
        first, *below = fault["loc"]
        name = f"{first}{''.join(f'[{part}]' for part in below)}"
        text = known.get(_kind_of(fault, schema), known["other"])
        found[name] = text.format_map({k: v for k, v in fault.get("ctx", {}).items() if k != "error"})
    return found
