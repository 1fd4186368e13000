"""Which endpoint addresses are the same endpoint, and names for them that do not reveal the address."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from urllib.parse import urlsplit

_PORTS = {"http": 80, "https": 443}
_LOOPBACK = {"localhost": "127.0.0.1", "::1": "127.0.0.1"}
_DIGITS = 16


def server(url: str) -> str:
    """Return host and port of an address in canonical form, without scheme, key and path."""
    parts = urlsplit(url)
    host = (parts.hostname or "").rstrip(".")
    port = "" if parts.port in (None, _PORTS.get(parts.scheme)) else f":{parts.port}"
    return _LOOPBACK.get(host, host) + port


def place(url: str) -> str:
    """Return what an address leads to: server, path and query, in small letters, without a slash at the end.

    What is no address leads nowhere, and is told by itself alone.
    """
    try:
        parts = urlsplit(url)
        query = f"?{parts.query}" if parts.query else ""
        return f"{server(url)}{parts.path.rstrip('/')}{query}".lower()
    except ValueError:
        return url


def different(urls: Sequence[str]) -> dict[int, str]:
    """Return the addresses by number (from 1), without those that lead to the same place as an earlier one."""
    found: dict[str, int] = {}
    for number, url in enumerate(urls, start=1):
        found.setdefault(place(url), number)
    return {number: urls[number - 1] for number in found.values()}


def fingerprint(url: str) -> str:
    """Return a hash of the place that an address leads to; it does not reveal the key in it."""
    return sha256(place(url).encode()).hexdigest()[:_DIGITS]
