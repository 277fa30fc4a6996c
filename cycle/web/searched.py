"""Looking people and departments up by what somebody types: names, ids, or the first letters of a spoken name."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from cycle.web.forms import narrow


@lru_cache(maxsize=4096)
def spoken(name: str) -> tuple[str, ...]:
    """A name as it is spoken, syllable by syllable."""
    # The dictionary takes a second to load and fifty megabytes, which a service at rest does without.
    from pypinyin import lazy_pinyin  # noqa: PLC0415

    return tuple(lazy_pinyin(name))


def by_sound(entry: tuple[str, str]) -> tuple[str, ...]:
    """Where an entry of a list of ids and names stands in the alphabet of its language; equal names by id."""
    code, name = entry
    return (*spoken(name), code)


def letters(name: str) -> str:
    """The first letters of a name as it is spoken."""
    return "".join(syllable[:1] for syllable in spoken(name)).casefold()


def meets(text: str, names: Iterable[str], others: Iterable[str] = ()) -> bool:
    """Whether what was typed stands in one of the names, in their first letters, or in something else that is said.

    Nothing typed is met by everything.
    """
    wanted = narrow(text).casefold()
    named = [said for name in names for said in (name.casefold(), letters(name))]
    return any(wanted in said for said in (*named, *(other.casefold() for other in others), ""))
