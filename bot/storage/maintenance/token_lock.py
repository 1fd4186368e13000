"""One process per token on a machine, whichever database it uses: a copied database starts no second bot."""

from __future__ import annotations

import errno
import hashlib
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from bot.storage.maintenance.unusable_database import Flaw, Unusable


@contextmanager
def token_held(token: str) -> Iterator[None]:
    """Hold a lock on a bot's token on this machine; the kernel releases it when the process dies.

    The lock is an abstract socket of Linux whose name is derived from the token; on other systems nothing is held.

    Raises:
        Unusable: another process holds it.

    """
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as held:
        if sys.platform == "linux":
            try:
                held.bind("\0folkmoot/" + hashlib.blake2b(token.encode(), digest_size=32).hexdigest())
            except OSError as error:
                if error.errno == errno.EADDRINUSE:
                    raise Unusable(_HELD) from None
        yield


_HELD = Flaw(
    "this bot runs already on this machine, with another database",
    "stop that one first; where one database is a copy of the other, run one of them alone, or votes are divided",
)
