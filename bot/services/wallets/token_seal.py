"""Seals a text by the token of one address, so that whoever reads the database can neither read nor change it.

A token is random, has 32 bytes, and seals one text only: so its key stream is used once.
"""

from __future__ import annotations

import hashlib
import hmac

_MARK = 32
"""Bytes of the mark that tells a changed text."""


def sealed(token: str, text: bytes) -> str:
    """Return a text so that only the token opens it."""
    hidden = _under(token, text)
    return (_mark(token, hidden) + hidden).hex()


def unsealed(token: str, written: str) -> bytes | None:
    """Return the text that the token sealed; None if it was changed, or sealed by another token."""
    try:
        whole = bytes.fromhex(written)
    except ValueError:
        return None
    mark, hidden = whole[:_MARK], whole[_MARK:]
    return _under(token, hidden) if hmac.compare_digest(mark, _mark(token, hidden)) else None


def _under(token: str, text: bytes) -> bytes:
    stream = hashlib.shake_256(b"folkmoot sealed text\n" + token.encode()).digest(len(text))
    return bytes(one ^ other for one, other in zip(text, stream, strict=True))


def _mark(token: str, hidden: bytes) -> bytes:
    key = hashlib.sha256(b"folkmoot sealed mark\n" + token.encode()).digest()
    return hmac.digest(key, hidden, "sha256")
