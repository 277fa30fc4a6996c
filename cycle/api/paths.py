"""What may stand in a path of the interface: a year, a number, an id."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path
from pydantic import BeforeValidator, Field

from cycle.acts.fields import ID_PATTERN


def _digits(value: object) -> object:
    """Python reads signs, spaces, underscores and every script's digits as numbers; a path has one way to say one."""
    if isinstance(value, str) and not (value.isascii() and value.isdigit()):
        raise ValueError(value)
    return value


def _four_digits(value: object) -> object:
    if isinstance(value, str) and len(value) != 4:
        raise ValueError(value)
    return _digits(value)


YearPath = Annotated[int, Path(ge=1000, le=9999), BeforeValidator(_four_digits)]
YearText = Annotated[int, Field(ge=1000, le=9999), BeforeValidator(_four_digits)]
"""A year in a form, where all is text."""
NumberPath = Annotated[int, Path(ge=1, le=999_999_999), BeforeValidator(_digits)]
IdPath = Annotated[str, Path(pattern=ID_PATTERN, max_length=64)]
