"""How often one may ask: a moving minute for each token, and one for wrong tokens from one address.

Counted in memory, so each process counts for itself; a restart begins anew. The only importer of `limits`.
"""

from __future__ import annotations

from limits import RateLimitItem, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

MINUTE = 60
"""What a refused caller is asked to wait, at most: seconds."""


class Rates:
    """The counters of one process. `rate` requests a minute and token, `failures` wrong tokens and address."""

    def __init__(self, rate: int, failures: int) -> None:
        self._window = MovingWindowRateLimiter(MemoryStorage())
        self._rate: RateLimitItem = RateLimitItemPerMinute(rate, namespace="token")
        self._failures: RateLimitItem = RateLimitItemPerMinute(failures, namespace="address")

    def admit(self, token: str) -> bool:
        """Count one request; False where the token has had its share of the minute."""
        return self._window.hit(self._rate, token)

    def admit_failure(self, address: str) -> bool:
        """Count one wrong token; False where the address has had its share of the minute."""
        return self._window.hit(self._failures, address)
