"""Letters to look at: every kind, with its branches, filled with invented people and figures."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

from notifications.notices import Event, Letter, Recipient


def samples(lang: str) -> list[Letter]:
    """Return the sample letters in `lang` (zh or en), the same ones with the same keys at every call.

    A key is `sample:<kind>` or `sample:<kind>:<variant>`.
    """
    data = tomllib.loads(files("notifications").joinpath("samples.toml").read_text(encoding="utf-8"))
    return [_letter(entry, data, lang) for entry in data["letter"]]


def _letter(entry: Mapping[str, Any], data: Mapping[str, Any], lang: str) -> Letter:
    person = data["people"][entry["to"]]
    fields = {**data["common"], "today": entry["at"].date(), **entry.get("fields", {})}
    return Letter(
        key=":".join(["sample", entry["kind"], *([entry["variant"]] if "variant" in entry else [])]),
        kind=entry["kind"],
        to=Recipient(person=entry["to"], name=person["name"], address=person["address"], lang=lang),
        at=entry["at"],
        fields=_said(fields, lang),
        event=Event(**entry["event"]) if "event" in entry else None,
    )


def _said(value: Any, lang: str) -> Any:
    """What the file means in one language: a table of both is that language's text, an empty one is None."""
    if isinstance(value, list):
        return [_said(each, lang) for each in value]
    if not isinstance(value, dict):
        return value
    if value.keys() == {"zh", "en"}:
        return value[lang]
    return {name: _said(each, lang) for name, each in value.items()} or None
