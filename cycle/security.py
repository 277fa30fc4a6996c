"""Passwords: what one has to be, how it is kept, how it is checked. The only importer of `pwdlib`.

Kept is Argon2id with 64 MiB and three passes, as the second recommended option of RFC 9106 has it, but with one lane:
the work for whoever guesses is the same, and one sign-in takes one core, not all of a small server.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from threading import BoundedSemaphore
from typing import Final
from unicodedata import normalize

from pwdlib import PasswordHash
from pwdlib.exceptions import UnknownHashError
from pwdlib.hashers.argon2 import Argon2Hasher

from workflows.errors import Unmet

MOST_LETTERS: Final = 200
"""Longer than any password somebody types; what is longer is not even looked at."""

_COMMON: Final = Path(__file__).with_name("common_passwords.txt")
_SHORT_UNIT: Final = 4
"""A password that is a piece of so many letters over and over is that piece."""

_DIGITS: Final = "0123456789"

_LEAST_LATIN: Final = 4
"""Fewer Latin letters of a name may occur in any password; of Chinese ones two are a name."""


class Busy(Exception):
    """Too many passwords are being checked at once; try again in a moment."""


@dataclass(frozen=True, slots=True)
class Proof:
    """Whether a password was right. `fresh` is its hash by today's measure, None where it has that already."""

    right: bool
    fresh: str | None = None


class Passwords:
    """Makes and checks hashes, `at_once` at most: each takes `memory` KiB and a core for a tenth of a second.

    Whoever waits longer than `patience` seconds is told so: raises Busy.
    """

    def __init__(
        self, *, memory: int = 65536, passes: int = 3, at_once: int = 4, patience: float = 10
    ) -> None:
        self._kept_by = PasswordHash((Argon2Hasher(time_cost=passes, memory_cost=memory, parallelism=1),))
        self._turns = BoundedSemaphore(at_once)
        self._patience = patience

    def hash(self, password: str) -> str:
        """What is kept of a password."""
        with self._turn():
            return self._kept_by.hash(_bytes(password))

    def verify(self, password: str, hash_: str) -> Proof:
        """Whether it is the password of which this was kept. What is no hash is nobody's."""
        if len(password) > MOST_LETTERS:
            self.pretend(password)
            return Proof(right=False)
        with self._turn():
            try:
                return Proof(*self._kept_by.verify_and_update(_bytes(password), hash_))
            except UnknownHashError:
                return Proof(right=False)

    def pretend(self, password: str) -> None:
        """Take as long as a check: where there is nothing to check against, time must not tell."""
        self.hash(password[:MOST_LETTERS])

    @contextmanager
    def _turn(self) -> Iterator[None]:
        if not self._turns.acquire(timeout=self._patience):
            raise Busy
        try:
            yield
        finally:
            self._turns.release()


def normalised(password: str) -> str:
    """A password as it is counted and kept: the same one typed on another keyboard is the same."""
    return normalize("NFKC", password)


def _bytes(password: str) -> bytes:
    return normalised(password).encode("utf-8", "surrogatepass")


def faults(password: str, *, about: Sequence[str], least: int) -> list[Unmet]:
    """Everything a new password must not be. `about` is what anybody knows of its owner: id, name, mail address.

    No kinds of signs are asked for: those make passwords worse to remember, not to guess.
    """
    found, text = [], normalised(password)
    if len(text) < least:
        found.append(Unmet("password_too_short", {"need": least}))
    if len(text) > MOST_LETTERS:
        found.append(Unmet("password_too_long", {"most": MOST_LETTERS}))
        return found
    if _holds(text, about):
        found.append(Unmet("password_holds_name"))
    if is_common(text):
        found.append(Unmet("password_common"))
    return found


def _holds(text: str, about: Sequence[str]) -> bool:
    places = {text.casefold(), _bare(text)}
    return any(name in place for one in about for name in _names(one) for place in places)


def _names(known: str) -> Iterator[str]:
    """What must not occur of one thing known: of an id without its `p-`, of an address what is before the @."""
    local = normalised(known).casefold().partition("@")[0].removeprefix("p-")
    for name in {local, _bare(local)}:
        if len(name) >= (_LEAST_LATIN if name.isascii() else 2):
            yield name


def is_common(password: str) -> bool:
    """Whether it is among those tried first: as it is, without digits around it, or repeated."""
    known, whole = _common(), normalised(password).casefold()
    bare = _bare(whole)
    stem = bare.strip(_DIGITS)
    unit = _unit(bare)
    short = len(unit) <= _SHORT_UNIT and len(bare) > len(unit)
    return (
        short
        or not bare
        or not known.isdisjoint({whole, whole.strip(_DIGITS), bare, stem, unit, _unit(stem)} - {""})
    )


def _bare(text: str) -> str:
    """Without blanks, marks and case."""
    return re.sub(r"[\W_]+", "", text.casefold())


def _unit(text: str) -> str:
    """The shortest piece that a text repeats, twice at least; the text itself where it repeats none."""
    for size in range(1, len(text) // 2 + 1):
        if text[size:] == text[:-size]:
            return text[:size]
    return text


@cache
def _common() -> frozenset[str]:
    lines = _COMMON.read_text(encoding="utf-8").splitlines()
    return frozenset(line for line in lines if not line.startswith("#"))
