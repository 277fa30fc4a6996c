"""The letter about a duty that no grade's letter tells of: an award lost by a veto, accountability."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cycle.correspondence.moved import Kind, Moved
from cycle.correspondence.writer import Writer
from workflows import words
from workflows.duties import ACCOUNTABILITY, AWARD


def said(record: Mapping[str, Any], lang: str) -> str:
    """What a duty comes to, as one sentence of a letter."""
    told: dict[str, str] = {}
    if "loses" in record:
        told["loses"] = words.listed([words.word("duty.loses", one, lang) for one in record["loses"]], lang)
    if "cut" in record:
        told["cut"] = words.phrase("duty.unit", record["unit"], lang, cut=record["cut"])
    if "persons" in record:
        told["persons"] = words.listed([person["name"] for person in record["persons"]], lang)
    return words.phrase("duty.said", record["duty"], lang, **told)


def _apart(_writer: Writer, moved: Moved) -> bool:
    return moved.record["duty"] in (ACCOUNTABILITY, AWARD)


def _opened(_writer: Writer, moved: Moved, lang: str) -> dict[str, Any]:
    return {
        "duty": words.word("duty", moved.record["duty"], lang),
        "said": said(moved.record, lang),
        "document": moved.document,
        "text": moved.facts.asked.text,
    }


KINDS: dict[str, Kind] = {"duty_opened": Kind(_opened, worth_saying=_apart)}
