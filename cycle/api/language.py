"""The language a request asks to be answered in."""

from __future__ import annotations

from typing import Literal

from starlette.requests import Request


def language(request: Request) -> Literal["zh", "en"]:
    """Chinese, unless `Accept-Language` prefers English."""
    best, found = 0.0, "zh"
    for piece in request.headers.get("accept-language", "").split(","):
        tag, _, weight = piece.partition(";")
        quality = _quality(weight)
        lang = tag.strip().casefold().split("-")[0]
        if lang in ("zh", "en") and quality > best:
            best, found = quality, lang
    return "en" if found == "en" else "zh"


def _quality(weight: str) -> float:
    """The weight of one choice, 1 where none is given; nonsense counts nothing."""
    name, _, value = weight.strip().partition("=")
    if not name:
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0
