"""The process that draws, from its inside: takes what is asked, gives what is drawn, until the pipe ends.

Either way goes a pickle: in, that of a pickled function and its arguments; out, that of a picture or of an error.
"""

from __future__ import annotations

import os
import pickle
import sys
import traceback
from contextlib import suppress
from typing import IO

Answer = bytes | Exception
"""A picture, or what was raised in place of it."""
_NICER = 5


def serve(asked: IO[bytes], drawn: IO[bytes]) -> None:
    """Draw what is asked, until the bot closes the pipe or is gone."""
    try:
        while True:
            answer = _answer(pickle.load(asked))  # noqa: S301 - from the bot, which started this process
            pickle.dump(answer, drawn)
            drawn.flush()
    except (EOFError, OSError, pickle.UnpicklingError):
        return


def main() -> None:
    """Serve by the standard streams; what is printed meanwhile goes to the bot's standard error."""
    os.nice(_NICER)  # where both have one core, the bot goes first
    drawn = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    serve(sys.stdin.buffer, drawn)
    with suppress(OSError):  # half an answer is left where nobody reads any more
        drawn.close()


def _answer(asked: bytes) -> Answer:
    try:
        function, arguments = pickle.loads(asked)  # noqa: S301 - from the bot, which started this process
        return bytes(function(*arguments))
    except Exception as error:  # noqa: BLE001 - it is raised where the picture was asked for
        error.add_note(f"in the process that draws:\n{traceback.format_exc()}")
        return error if _travels(error) else RuntimeError(f"{type(error).__name__}: {error}")


def _travels(error: Exception) -> bool:
    """Whether an error is the same on the other side: some cannot be built again from their arguments."""
    try:
        return isinstance(pickle.loads(pickle.dumps(error)), type(error))  # noqa: S301 - pickled on this line
    except Exception:  # noqa: BLE001 - whatever its class makes of it
        return False


if __name__ == "__main__":
    main()
