"""Removes from logs what must not be read there: the token, the RPC addresses, and the parts of them that hold keys."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from urllib.parse import quote, unquote, urlsplit

_SHORT = 6
"""Texts of this length or shorter are words, not keys; hiding them would hide what happened."""
_LONGEST = 16
"""Signs of one or two words, at most, that are taken for words and not for a key."""
_WORD = r"(?:[A-Za-z]?[a-z]{1,11}|[A-Z]{1,12})"
_WORDS = re.compile(rf"{_WORD}(?:[-_.]{_WORD})?")
_LOCAL = re.compile(r"localhost|127(\.\d{1,3}){3}|::1")
HIDDEN = "[secret]"


class Redactor:
    """Replaces secrets in text by `HIDDEN`. `secrets` are whole ones; parts of them that may be keys are hidden too.

    An ordinary word that is a password, a user's name, a host or a part of an address stays readable by itself, because
    else the log would lose that word everywhere. It is hidden where it stands as what it is: with its address.
    """

    def __init__(self, secrets: Iterable[str]) -> None:
        texts = {form for secret in secrets for part in _parts(secret) for form in (part, quote(part), unquote(part))}
        longest_first = sorted(texts, key=len, reverse=True)
        self._pattern = re.compile("|".join(map(re.escape, longest_first))) if texts else None

    def __call__(self, text: str) -> str:
        """Return `text` with every secret replaced."""
        return self._pattern.sub(HIDDEN, text) if self._pattern else text


def _parts(secret: str) -> Iterator[str]:
    if not secret:
        return
    if "://" in secret:
        yield secret
        yield from _parts_of_address(secret)
        return
    yield f":{secret}@"
    yield f"password={secret}"
    yield from (part for part in (secret, *secret.split(".")) if _is_key(part))


def _parts_of_address(secret: str) -> Iterator[str]:
    address = urlsplit(secret)
    user, _, _ = address.netloc.rpartition("@")
    if user:
        yield address.netloc
        yield f"{user}@"
    host = address.hostname or ""
    if "." in host and not _LOCAL.fullmatch(host):  # a name without a dot is a machine of the operator's own network
        yield address.netloc
        yield host
    below = address.path.split("/")
    below += [value for pair in address.query.split("&") for value in pair.split("=")[1:]]
    keys = [part for part in below if _is_key(part)]
    yield from keys
    yield from (whole for whole in (address.path, address.query) if any(key in whole for key in keys))
    yield from (part for part in (address.username or "", address.password or "") if _is_key(part))


def _is_key(text: str) -> bool:
    """Return whether a text is long and unlike a word or two, as keys are."""
    return len(text) > _SHORT and not (len(text) <= _LONGEST and _WORDS.fullmatch(text))
