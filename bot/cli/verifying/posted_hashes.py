"""Reads the hashes and content identifiers that somebody copies from where they were posted."""

from __future__ import annotations

import re

from bot.cli.shared.rpc_options import Unusable

_HASH, _CID = re.compile(r"[0-9a-f]{64}"), re.compile(r"b[a-z2-7]{58}")


def hash_of(text: str, option: str) -> str:
    """Return 64 hexadecimal digits in lower case; capitals and a leading `0x` are accepted. Raises Unusable."""
    written = text.strip().lower().removeprefix("0x")
    if _HASH.fullmatch(written) is None:
        raise Unusable(f"{option} is no hash: it has 64 hexadecimal digits")
    return written


def cid_of(text: str, option: str) -> str:
    """Return a content identifier in lower-case base32; one all in capitals is the same identifier. Raises Unusable.

    `option` is the name of the command line's option, for the message.
    """
    written = text.strip()
    written = written.lower() if written.isupper() else written
    if _CID.fullmatch(written) is None:
        raise Unusable(f"{option} is no content identifier as it is posted: b and 58 letters and digits")
    return written
