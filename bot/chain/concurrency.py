"""Several coroutines at once, which are all cancelled when one fails."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from typing import Any, TypeVar, cast

S = TypeVar("S")
T = TypeVar("T")


async def gather_all(work: Iterable[Coroutine[Any, Any, T]]) -> list[T]:
    """Run all at once and return their results in order; the first failure cancels the others and is raised itself."""
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(one) for one in work]
    except ExceptionGroup as failures:
        raise failures.exceptions[0] from None
    return [task.result() for task in tasks]


async def speculate(
    first: Awaitable[S], second: Awaitable[T], *, only_if: Callable[[S], bool] = lambda _: True
) -> tuple[S, T]:
    """Run two at once and return both results, where the first decides whether the second is needed.

    If the first fails, or `only_if` is false of its result, the second is cancelled; its result must not be used then.
    """
    tasks = asyncio.ensure_future(first), asyncio.ensure_future(second)
    try:
        decided = await tasks[0]
        return decided, (await tasks[1] if only_if(decided) else cast("T", None))
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
