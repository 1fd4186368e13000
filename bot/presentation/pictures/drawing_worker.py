"""The code of the process that draws: it reads requests and writes answers until the pipe ends.

Both are pickles: a request holds a pickled function and its arguments, an answer a picture or an exception.
"""

from __future__ import annotations

import os
import pickle
import sys
import traceback
from contextlib import suppress
from typing import IO

Answer = bytes | Exception
"""A picture, or the exception that was raised instead."""
_NICER = 5


def serve(asked: IO[bytes], drawn: IO[bytes]) -> None:
    """Draw what is requested until the bot closes the pipe or ends."""
    try:
        while True:
            answer = _answer(pickle.load(asked))  # noqa: S301 - from the bot, which started this process
            pickle.dump(answer, drawn)
            drawn.flush()
    except (EOFError, OSError, pickle.UnpicklingError):
        return


def main() -> None:
    """Serve on the standard streams; anything printed meanwhile goes to the bot's standard error."""
    os.nice(_NICER)  # on a single core, the bot has priority
    drawn = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    serve(sys.stdin.buffer, drawn)
    with suppress(OSError):  # the bot has gone: drop the rest of the answer
        drawn.close()


def _answer(asked: bytes) -> Answer:
    try:
        function, arguments = pickle.loads(asked)  # noqa: S301 - from the bot, which started this process
        return bytes(function(*arguments))
    except Exception as error:  # noqa: BLE001 - it is raised where the picture was asked for
        error.add_note(f"in the process that draws:\n{traceback.format_exc()}")
        return error if _travels(error) else RuntimeError(f"{type(error).__name__}: {error}")


def _travels(error: Exception) -> bool:
    """Return whether an exception survives pickling: some cannot be built again from their arguments."""
    try:
        return isinstance(pickle.loads(pickle.dumps(error)), type(error))  # noqa: S301 - pickled on this line
    except Exception:  # noqa: BLE001 - whatever its class makes of it
        return False


if __name__ == "__main__":
    main()
