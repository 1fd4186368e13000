"""For jobs over many votes and servers: a chain that does not answer is asked once a run and delays no other chain."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Iterable, Sequence
from typing import TypeVar

from bot.domain.shared.errors import ChainFault, ChainUnavailable
from bot.domain.shared.types import ChainId

T = TypeVar("T")


class Outages:
    """The chains that did not answer in one run. Asking such a node again would cost many seconds each time."""

    def __init__(self) -> None:
        self._out: dict[ChainId, ChainUnavailable] = {}

    def check(self, chains: Iterable[ChainId]) -> None:
        """Raise the ChainUnavailable that one of these chains raised earlier in this run, if any did."""
        for chain in chains:
            if chain in self._out:
                raise self._out[chain]

    def note(self, error: ChainUnavailable) -> None:
        """Remember that a chain did not answer. A bad or refused answer is ignored: it may concern one question."""
        if error.fault is ChainFault.UNREACHABLE:
            self._out.setdefault(error.chain, error)

    async def ask(self, chain: ChainId, question: Callable[[], Awaitable[T]]) -> T:
        """Return a chain's answer. Raises ChainUnavailable, without asking if the chain was noted before."""
        self.check([chain])
        try:
            return await question()
        except ChainUnavailable as error:
            self.note(error)
            raise


async def gather_in_order(work: Iterable[Awaitable[T]]) -> list[T]:
    """Await all concurrently and return their results in order.

    If some raise, the first error in that order is raised, after all have ended.
    """
    done = await asyncio.gather(*work, return_exceptions=True)
    for error in done:
        if isinstance(error, BaseException):
            raise error
    return [one for one in done if not isinstance(one, BaseException)]


async def per_group(
    things: Iterable[T], group: Callable[[T], Hashable], work: Callable[[Sequence[T]], Awaitable[int]]
) -> int:
    """Await `work` on the things of each `group`, the groups concurrently; return the sum of its results.

    If it raises, the other groups finish before the first error is raised.
    """
    groups: dict[Hashable, list[T]] = {}
    for thing in things:
        groups.setdefault(group(thing), []).append(thing)
    return sum(await gather_in_order(work(those) for those in groups.values()))
