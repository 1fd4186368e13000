"""Removes from logs what must not be read there: the token, the RPC addresses, and the parts of them that hold keys."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from urllib.parse import quote, unquote, urlsplit

_SHORT = 6
"""Parts of this length or shorter are words, not keys; hiding them would hide what happened."""
_WORD = re.compile(r"[a-z]{1,12}")
_LOCAL = re.compile(r"localhost|127(\.\d{1,3}){3}|::1")
HIDDEN = "[secret]"


class Redactor:
    """Replaces secrets in text by `HIDDEN`. `secrets` are whole ones; parts of them that may be keys are hidden too."""

    def __init__(self, secrets: Iterable[str]) -> None:
        texts = {form for secret in secrets for part in _parts(secret) for form in (part, quote(part), unquote(part))}
        longest_first = sorted(texts, key=len, reverse=True)
        self._pattern = re.compile("|".join(map(re.escape, longest_first))) if texts else None

    def __call__(self, text: str) -> str:
        """Return `text` with every secret replaced."""
        return self._pattern.sub(HIDDEN, text) if self._pattern else text


def _parts(secret: str) -> Iterator[str]:
    yield secret
    if "://" not in secret:
        yield from (part for part in secret.split(".") if len(part) > _SHORT)
        return
    address = urlsplit(secret)
    if not _LOCAL.fullmatch(address.hostname or ""):
        yield address.netloc
        yield address.hostname or secret
    below = [address.username or "", address.password or "", address.path, address.query]
    below += address.path.split("/")
    below += [value for pair in address.query.split("&") for value in pair.split("=")[1:]]
    yield from (part for part in below if len(part) > _SHORT and not _WORD.fullmatch(part))
