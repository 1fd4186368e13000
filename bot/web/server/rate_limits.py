"""How many requests one visitor may make, and have running at once, in bounded memory."""

from __future__ import annotations

import math
import time
from collections import Counter, OrderedDict
from collections.abc import Callable, Sequence
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

_IPV6_HOME = 64
"""Bits of an IPv6 address that one home or one server has for itself."""


class TokenBuckets:
    """Token buckets: a key may take `burst` at once, and `per_second` more. The latest `most` keys are remembered."""

    def __init__(
        self, *, burst: float, per_second: float, most: int = 10_000, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._burst, self._per_second, self._most, self._now = burst, per_second, most, now
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, key: str, cost: float = 1) -> int:
        """Take `cost` and return 0, or take nothing and return the seconds until there is enough."""
        now = self._now()
        left, since = self._left.pop(key, (self._burst, now))
        left = min(self._burst, left + (now - since) * self._per_second)
        enough = left >= cost
        self._left[key] = (left - cost if enough else left, now)
        while len(self._left) > self._most:
            self._left.popitem(last=False)
        return 0 if enough else math.ceil((cost - left) / self._per_second)


class ConcurrencyLimit:
    """Counts how many of something each key has; no key may have more than `most`."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._here: Counter[str] = Counter()

    def enter(self, key: str) -> bool:
        """Take one and return True, or return False where there is no more for `key`."""
        if self._here[key] >= self._most:
            return False
        self._here[key] += 1
        return True

    def leave(self, key: str) -> None:
        """Give one back."""
        self._here[key] -= 1
        if not self._here[key]:
            del self._here[key]


class VisitorNames:
    """Tells visitors apart by where they come from; only `trusted` proxies are believed about others."""

    def __init__(self, trusted: Sequence[str] = ()) -> None:
        self._trusted: list[IPv4Network | IPv6Network] = [ip_network(one) for one in trusted]

    def name(self, peer: str | None, forwarded: Sequence[str]) -> str:
        """Return one name a visitor: an IPv4 address, or the /64 of an IPv6 one.

        `forwarded` are the values of X-Forwarded-For: read from the right, the first that is no trusted proxy counts.
        """
        path = [step.strip() for value in forwarded for step in value.split(",")]
        here = peer or ""
        while path and self._is_trusted(here):
            here = path.pop()
        return _home(here)

    def direct(self, peer: str | None) -> str | None:
        """Return the name of who connects, None for a trusted proxy, which carries requests of many visitors."""
        return None if self._is_trusted(peer or "") else _home(peer or "")

    def _is_trusted(self, text: str) -> bool:
        try:
            address = ip_address(text)
        except ValueError:
            return False
        if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
            address = address.ipv4_mapped
        return any(address in network for network in self._trusted)


def _home(text: str) -> str:
    try:
        address = ip_address(text)
    except ValueError:
        return "unknown"
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            return str(address.ipv4_mapped)
        return str(ip_network((address, _IPV6_HOME), strict=False))
    return str(address)
