"""Tells which addresses of endpoints are one and the same, and names each without telling it."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from urllib.parse import urlsplit

_PORTS = {"http": 80, "https": 443}
_LOOPBACK = {"localhost": "127.0.0.1", "::1": "127.0.0.1"}
_DIGITS = 16


def server(url: str) -> str:
    """Return host and port that an address leads to, however it is spelled; not its scheme, key or path."""
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
    """Return the addresses by their number, counted from 1, but those that lead where an earlier one does."""
    found: dict[str, int] = {}
    for number, url in enumerate(urls, start=1):
        found.setdefault(place(url), number)
    return {number: urls[number - 1] for number in found.values()}


def fingerprint(url: str) -> str:
    """Return a name for what an address leads to, from which nobody reads the key in it."""
    return sha256(place(url).encode()).hexdigest()[:_DIGITS]
