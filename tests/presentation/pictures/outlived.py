"""A bot that is killed, or told to stop, while it has a process for pictures: `python -m` with what is to happen."""

from __future__ import annotations

import asyncio
import signal
import sys

from bot.presentation.pictures.drawing_process import DrawingProcess
from tests.presentation.pictures.drawn_elsewhere import process_id


async def main() -> None:
    """Draw; tell the process that drew; draw again, and so on, for each line that is read."""
    signal.signal(signal.SIGINT, lambda *_: None)
    drawing = DrawingProcess()
    loop = asyncio.get_running_loop()
    while True:
        print((await drawing.draw(process_id)).decode(), flush=True)
        if not await loop.run_in_executor(None, sys.stdin.readline):
            return


if __name__ == "__main__":
    asyncio.run(main())
