"""Jobs over many votes and servers: a chain that does not answer is asked once in a run and holds up no other."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Iterable, Sequence
from typing import TypeVar

from bot.domain.shared.errors import ChainFault, ChainUnavailable
from bot.domain.shared.types import ChainId

T = TypeVar("T")


class Outages:
    """Chains that did not answer in one run. Asking a hanging node costs many seconds each time."""

    def __init__(self) -> None:
        self._out: dict[ChainId, ChainUnavailable] = {}

    def check(self, chains: Iterable[ChainId]) -> None:
        """Raise again what one of these chains raised earlier in this run."""
        for chain in chains:
            if chain in self._out:
                raise self._out[chain]

    def note(self, error: ChainUnavailable) -> None:
        """Note that a chain did not answer. A bad or refused answer is not noted: it may concern one question alone."""
        if error.fault is ChainFault.UNREACHABLE:
            self._out.setdefault(error.chain, error)

    async def ask(self, chain: ChainId, question: Callable[[], Awaitable[T]]) -> T:
        """Ask a chain. Raises ChainUnavailable, at once if it did so before."""
        self.check([chain])
        try:
            return await question()
        except ChainUnavailable as error:
            self.note(error)
            raise


async def at_once(work: Iterable[Awaitable[T]]) -> list[T]:
    """Await all side by side and return their results in order; the first error in order is raised once all ended."""
    done = await asyncio.gather(*work, return_exceptions=True)
    for error in done:
        if isinstance(error, BaseException):
            raise error
    return [one for one in done if not isinstance(one, BaseException)]


async def side_by_side(
    things: Iterable[T], group: Callable[[T], Hashable], work: Callable[[Sequence[T]], Awaitable[int]]
) -> int:
    """Do `work` on the things of each group, with the groups in parallel. Return the sum of what it returns.

    If it raises, the other groups finish before the first error is raised.
    """
    groups: dict[Hashable, list[T]] = {}
    for thing in things:
        groups.setdefault(group(thing), []).append(thing)
    return sum(await at_once(work(those) for those in groups.values()))
