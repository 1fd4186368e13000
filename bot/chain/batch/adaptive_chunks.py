"""Reads in chunks, which become smaller where a large one fails and a small one does not."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable

from bot.chain.batch.chunk_sizes import answered, shrink, size_of
from bot.chain.concurrency import gather_all
from bot.chain.rpc.endpoint import AT_ONCE, IN_FLIGHT, Endpoint
from bot.chain.rpc.rpc_faults import CallFailed, NodeFault, WrongBlock

_LESS, _MUCH_LESS = 2, 16


def whole(_start: int, end: int) -> int:
    """The default for `within`: a chunk is limited by its number of items alone."""
    return end


async def in_pieces(
    endpoint: Endpoint,
    name: str,
    count: int,
    most: int,
    ask: Callable[[int, int], Awaitable[int]],
    *,
    within: Callable[[int, int], int] = whole,
) -> None:
    """Have `ask(start, end)` done for `count` things, at most `most` in one, several under way.

    `within` says where a piece must end so that it is not too long.

    `ask` returns how many of its piece it did, from the start. If it fails, whatever is said, and does not for one
    thing alone, smaller pieces are asked for, here and the next time that `name` is, and bigger ones again step by
    step. Raises what one alone meets.
    """
    one_at_a_time = asyncio.Lock()
    small_works = False

    def split(start: int, end: int) -> list[tuple[int, int]]:
        return _split(start, end, size_of(endpoint, name) or most, within)

    async def see_that_one_works(start: int) -> None:
        nonlocal small_works
        async with one_at_a_time:
            if not small_works:
                await ask(start, start + 1)
                small_works = True

    async def work() -> None:
        while pending:
            start, end = pending.popleft()
            done = 0
            try:
                done = await _at_once(ask, start, end)
            except (NodeFault, CallFailed) as failure:
                if end - start == 1 or isinstance(failure, WrongBlock):
                    raise
                await see_that_one_works(start)
                late = isinstance(failure, NodeFault) and failure.late
                shrink(endpoint, name, (end - start + 1) // (_MUCH_LESS if late else _LESS))
            else:
                answered(endpoint, name, end - start, done, most)
            pending.extend(split(start + done, end))

    pending = deque(split(0, count))
    await gather_all(work() for _ in range(min(IN_FLIGHT, len(pending))))


def _split(start: int, end: int, size: int, within: Callable[[int, int], int]) -> list[tuple[int, int]]:
    pieces: list[tuple[int, int]] = []
    while start < end:
        pieces.append((start, within(start, min(start + size, end))))
        start = pieces[-1][1]
    return pieces


async def _at_once(ask: Callable[[int, int], Awaitable[int]], start: int, end: int) -> int:
    """Ask for a piece, and do not wait where less could be asked for."""
    token = AT_ONCE.set(AT_ONCE.get() or end - start > 1)
    try:
        return await ask(start, end)
    finally:
        AT_ONCE.reset(token)
