"""Signatures as people paste them: hexadecimal, or all of what a wallet or a page shows around it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from bot.domain.shared.errors import SignatureRejected
from bot.domain.shared.pasted_text import bare, read_json, unfenced
from bot.domain.wallets.signature_claim import MAX_SIGNATURE
from bot.domain.wallets.signature_flaw import Flaw

_HEXADECIMAL = re.compile(r"(?:0[xX])?((?:[0-9a-fA-F]{2})*)")
_LINES = re.compile(r"\s*\n\s*")
_IN_TEXT = re.compile(r"\b0[xX](?:[0-9a-fA-F]{2}){64,}\b")
"""What looks like a signature inside of other text: 64 bytes or more."""
_ACCOUNT, _WORD = 65, 32
_WHOLE = ("preparedSignature", "signature", "sig", "result", "signedMessage")
"""Fields that hold a signature, the first that is there alone: a Safe's service, wallets, MyCrypto, JSON-RPC."""
_MOST_TEXT = 100_000


def parse_signature(text: str) -> bytes:
    """Read a signature as a person pastes it. `0x` alone is an empty one: some contracts approve beforehand.

    Taken are hexadecimal digits, also over several lines, and whole texts and JSON that show exactly one signature.

    Raises:
        SignatureRejected: nothing of the kind, several, or longer than any signature. It says which.

    """
    if len(text) > _MOST_TEXT:
        raise _refused(Flaw.TOO_LONG)
    word = _LINES.sub("", bare(text))
    if word and (digits := _HEXADECIMAL.fullmatch(word)) is not None:
        return _sized(bytes.fromhex(digits[1]))
    try:
        value = read_json(text, strict=False)
        found, shown = set(_shown(value)), isinstance(value, dict | list)
    except (ValueError, RecursionError):
        found, shown = {bytes.fromhex(match[2:]) for match in _IN_TEXT.findall(unfenced(text))}, False
    if not found:
        raise _refused(Flaw.LACKING if shown else Flaw.UNREADABLE)
    if len(found) > 1:
        raise _refused(Flaw.SEVERAL)
    return _sized(found.pop())


def _shown(value: object) -> Iterator[bytes]:
    """Yield the signatures in a value of JSON, by the forms that show them."""
    if isinstance(value, str):
        if (digits := _HEXADECIMAL.fullmatch(_LINES.sub("", bare(value)))) is not None and digits[1]:
            yield bytes.fromhex(digits[1])
    elif isinstance(value, Mapping):
        if (parts := _of_parts(value)) is not None:
            yield parts
            return
        for name in _WHOLE:
            if found := set(_shown(value.get(name))):
                yield from found
                return
        if (joined := _of_owners(value.get("confirmations"))) is not None:
            yield joined
    elif isinstance(value, list) and len(value) == 1:
        yield from _shown(value[0])


def _of_parts(value: Mapping[str, object]) -> bytes | None:
    """Return r, s and v as one, None where they are not there."""
    r, s = (_word(value.get(name)) for name in "rs")
    v = value.get("v", value.get("yParity"))
    if isinstance(v, str) and re.fullmatch(r"0x[0-9a-fA-F]{1,2}|[0-9]{1,2}", v):
        v = int(v, 16 if v.startswith("0x") else 10)
    if r is None or s is None or isinstance(v, bool) or not isinstance(v, int) or not 0 <= v < 256:  # noqa: PLR2004 - a byte
        return None
    return r + s + bytes([v])


def _word(value: object) -> bytes | None:
    if isinstance(value, str) and re.fullmatch(r"0x[0-9a-fA-F]{1,64}", value):
        return bytes.fromhex(value[2:].rjust(2 * _WORD, "0"))
    return None


def _of_owners(confirmations: object) -> bytes | None:
    """Join what a Safe's service lists of its owners, by the order of their addresses; None where that is not plain."""
    if not isinstance(confirmations, list) or not confirmations:
        return None
    by_owner: dict[str, bytes] = {}
    for one in confirmations:
        if not isinstance(one, Mapping):
            return None
        owner, found = one.get("owner"), list(_shown(one.get("signature")))
        if not isinstance(owner, str) or len(found) != 1 or len(found[0]) != _ACCOUNT:
            return None
        by_owner[owner.lower()] = found[0]
    return b"".join(by_owner[owner] for owner in sorted(by_owner))


def _sized(signature: bytes) -> bytes:
    if len(signature) > MAX_SIGNATURE:
        raise _refused(Flaw.TOO_LONG)
    return signature


def _refused(flaw: Flaw) -> SignatureRejected:
    return SignatureRejected(expected=None, signer=None, flaw=flaw)
