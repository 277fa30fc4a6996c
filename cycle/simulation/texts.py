"""What the people of the invented city write about matters, from `cycle/sample/matters.toml`.

Which of several texts is taken depends on the seed and the keys alone, so that a run can be taken up again.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from cycle.simulation.draws import Draws, Key

_FILE = Path(__file__).parents[1] / "sample" / "matters.toml"
_OTHER = "other"


@cache
def table() -> Mapping[str, Mapping[str, Any]]:
    """Every text, by section and code."""
    return tomllib.loads(_FILE.read_text(encoding="utf-8"))


def incident(draws: Draws, key: str, item: str, *, number: int) -> str:
    """What happened under an item of the rulebook; `number` keeps those of one appraisal, `key`, apart."""
    known = table()["incident"]
    texts: Sequence[str] = known.get(item, known[_OTHER])
    first = draws.between((0, len(texts) - 1), "incident told", key, item)
    return texts[(first + number) % len(texts)]


def special(draws: Draws, key: str, code: str) -> str:
    """What is said of a case that is known again by its text: see `tells`."""
    texts: Sequence[str] = table()["special"][code]
    return draws.pick(texts, "special told", key, code)


def tells(text: str, code: str) -> bool:
    """Whether a text is of such a case."""
    return text in table()["special"][code]


def application(item: str, award: str) -> str:
    """How a department puts its application."""
    known: Mapping[str, str] = table()["application"]
    return known.get(item, known[_OTHER]).format(award=award)


def said(draws: Draws, code: str, *keys: Key) -> str:
    """What somebody says as a matter goes on."""
    texts: Sequence[str] = table()["said"][code]
    return draws.pick(texts, "said", code, *keys)
