"""What a reader copies from where it was posted: hashes in hexadecimal, and content identifiers."""

from __future__ import annotations

import re

from bot.cli.shared.rpc_options import Unusable

_HASH, _CID = re.compile(r"[0-9a-f]{64}"), re.compile(r"b[a-z2-7]{58}")


def hash_of(text: str, option: str) -> str:
    """Return a hash as we write it: hexadecimal digits have no case, and `0x` may stand before. Raises Unusable."""
    written = text.strip().lower().removeprefix("0x")
    if _HASH.fullmatch(written) is None:
        raise Unusable(f"{option} is no hash: it has 64 hexadecimal digits")
    return written


def cid_of(text: str, option: str) -> str:
    """Return a content identifier as we write it: in base32, which its first letter says. Raises Unusable.

    With `B` it is base32 in capitals: the same identifier, written otherwise.
    """
    written = text.strip()
    written = written.lower() if written.isupper() else written
    if _CID.fullmatch(written) is None:
        raise Unusable(f"{option} is no content identifier as it is posted: b and 58 letters and digits")
    return written
