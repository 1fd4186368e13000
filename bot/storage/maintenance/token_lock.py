"""One process a token on a machine, whatever database each has: a copy of one in use starts no second bot."""

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
    """Hold a bot's token among the processes of this machine; the kernel gives it back when its holder dies.

    It is a name that only who knows the token can tell, of Linux's sockets without a file; elsewhere nothing is held.

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
