"""What a mail address has to be before anything is written to it, or from it."""

from __future__ import annotations

from email.utils import getaddresses
from functools import lru_cache


@lru_cache(maxsize=1024)
def usable(address: str) -> bool:
    """Whether this is exactly one bare address, so that writing to it reaches nobody else."""
    # No character that ends a line, hides, or separates one address from another.
    if not address.isprintable() or any(mark in address for mark in ' ,;:"<>()\\'):
        return False
    local, at, domain = address.rpartition("@")
    return bool(local and at and domain) and getaddresses([address]) == [("", address)]
