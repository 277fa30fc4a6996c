"""How often one may ask: a moving minute for each person, and one for wrong keys from one address.

Counted in memory, so each process counts for itself; a restart begins anew. The only importer of `limits`.
"""

from __future__ import annotations

from collections import OrderedDict
from ipaddress import ip_address, ip_network
from threading import Lock
from typing import Final

from limits import RateLimitItem, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

MINUTE = 60
"""What a refused caller is asked to wait, at most: seconds."""

MOST_COUNTED: Final = 10_000
"""Addresses counted at once, and persons: of more, whoever asked longest ago is forgotten."""

_ONE_SENDER: Final = 64
"""Bits of an IPv6 address that say whose it is: whoever has one has all that begin alike."""


class Rates:
    """The counters of one process. `rate` requests a minute and person, `failures` wrong keys and address."""

    def __init__(self, rate: int, failures: int, most_counted: int = MOST_COUNTED) -> None:
        self._persons = _Window(RateLimitItemPerMinute(rate), most_counted)
        self._addresses = _Window(RateLimitItemPerMinute(failures), most_counted)

    def admit(self, person: str) -> bool:
        """Count one request; False where the person has had their share of the minute."""
        return self._persons.hit(person)

    def admit_failure(self, address: str) -> bool:
        """Count one wrong key; False where the address has had its share of the minute."""
        return self._addresses.hit(_sender(address))

    @property
    def counted(self) -> int:
        """How many senders of wrong keys are remembered."""
        return self._addresses.counted


class _Window:
    """A moving window of each of at most `most` names."""

    def __init__(self, item: RateLimitItem, most: int) -> None:
        self._item, self._most = item, most
        self._storage = MemoryStorage()
        self._limiter = MovingWindowRateLimiter(self._storage)
        self._names: OrderedDict[str, None] = OrderedDict()
        self._turn = Lock()

    @property
    def counted(self) -> int:
        return len(self._storage.events)

    def hit(self, name: str) -> bool:
        with self._turn:
            self._names[name] = None
            self._names.move_to_end(name)
            if len(self._names) > self._most:
                oldest, _ = self._names.popitem(last=False)
                self._storage.clear(self._item.key_for(oldest))
            return self._limiter.hit(self._item, name)


def _sender(address: str) -> str:
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if found.version == 4:
        return str(found)
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return str(ip_network((found, _ONE_SENDER), strict=False))
