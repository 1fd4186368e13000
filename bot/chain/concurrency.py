"""Several things at once, of which none goes on once one has failed."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from typing import Any, TypeVar, cast

S = TypeVar("S")
T = TypeVar("T")


async def gather_all(work: Iterable[Coroutine[Any, Any, T]]) -> list[T]:
    """Do all at once and return what each gives, in order; the first failure ends the others and is raised itself."""
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(one) for one in work]
    except ExceptionGroup as failures:
        raise failures.exceptions[0] from None
    return [task.result() for task in tasks]


async def speculate(
    first: Awaitable[S], second: Awaitable[T], *, only_if: Callable[[S], bool] = lambda _: True
) -> tuple[S, T]:
    """Do two things at once and return what they give.

    The first decides: if it fails, or gives what is not `only_if`, the second is ended, whatever became of it. Then
    what the second would have given is not there, and must not be used.
    """
    tasks = asyncio.ensure_future(first), asyncio.ensure_future(second)
    try:
        decided = await tasks[0]
        return decided, (await tasks[1] if only_if(decided) else cast("T", None))
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
