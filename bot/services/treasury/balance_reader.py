"""Reading holdings, all of a chain at one final block, and apart from the others what spoils their batch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.domain.shared.errors import ChainFault, ChainUnavailable
from bot.domain.shared.types import Address, ChainId, Units
from bot.domain.treasury.campaigns import Holding, Reading
from bot.ports import ChainReader
from bot.ports.deadline import within

_OF_ONE = {ChainFault.DISAGREEMENT, ChainFault.BAD_ANSWER, ChainFault.TOO_LARGE}
"""Faults that the contract of a single token can cause for all that are read with it."""
_LONGEST = 600.0
"""Seconds for which one chain is asked, before the next is."""
_MOST_FAULTS = 16
"""Batches that may fail in one run; what is left then waits for the next, and comes first there."""
_MOST_APART = 4
"""Tokens that spoiled a batch before and are tried again in one run, each alone."""
_PIECE = 32
"""Tokens of those that were left, that are read together."""


class BalanceReader:
    """Reads balances. Anybody may have any token watched, so no token may keep the others from being read."""

    def __init__(self, chain: ChainReader) -> None:
        self._chain = chain
        self._spoilers: dict[tuple[ChainId, Address | None], ChainUnavailable] = {}
        self._left: dict[ChainId, list[Address | None]] = {}
        """What the last run left for its many faults, who waits longest at the end. A token that spoils a batch and
        answers alone is never set apart: without turns those behind a few of them would never be read."""

    async def read(
        self, chain: ChainId, holdings: Sequence[Holding]
    ) -> tuple[list[Reading], Mapping[Holding, ChainUnavailable]]:
        """Return what the holdings of a chain hold, and those that could not be read, each with the reason.

        Raises:
            ChainUnavailable: the chain names no final block.

        """
        with within(_LONGEST):
            return await self._read(chain, holdings)

    async def _read(
        self, chain: ChainId, holdings: Sequence[Holding]
    ) -> tuple[list[Reading], Mapping[Holding, ChainUnavailable]]:
        block = await self._chain.finalized(chain)
        by_token: dict[Address | None, list[Holding]] = {}
        for holding in holdings:
            by_token.setdefault(holding.token, []).append(holding)
        apart = [token for known, token in self._spoilers if known == chain and token in by_token]
        unread = {h: self._spoilers[chain, token] for token in apart[_MOST_APART:] for h in by_token[token]}
        pending = [[token] for token in apart[:_MOST_APART]]
        left = [token for token in self._left.pop(chain, []) if token in by_token]
        waiting = set(left)
        others = [token for token in by_token if (chain, token) not in self._spoilers and token not in waiting]
        if others:
            pending.append(others)
        pending += [left[max(0, end - _PIECE) : end] for end in reversed(range(len(left), 0, -_PIECE))]
        readings: list[Reading] = []
        faults = 0
        while pending:
            tokens = pending.pop()
            some = [holding for token in tokens for holding in by_token[token]]
            try:
                amounts = await self._chain.balances(some, {chain: block})
            except ChainUnavailable as error:
                faults += 1
                if error.fault not in _OF_ONE or faults == _MOST_FAULTS:
                    later = [token for batch in [*pending, tokens] for token in batch]
                    unread |= dict.fromkeys([holding for token in later for holding in by_token[token]], error)
                    if faults > 1 or error.fault in _OF_ONE:
                        self._left[chain] = [token for token in later if (chain, token) not in self._spoilers]
                    break
                if len(tokens) > 1:
                    pending += [tokens[: len(tokens) // 2], tokens[len(tokens) // 2 :]]
                    continue
                self._spoilers.pop((chain, tokens[0]), None)  # to the end of the queue
                self._spoilers[chain, tokens[0]] = error
                unread |= dict.fromkeys(some, error)
                continue
            for token in tokens:
                self._spoilers.pop((chain, token), None)
            readings += [
                Reading(holding=holding, amount=Units(amount), block=block)
                for holding, amount in zip(some, amounts, strict=True)
                if amount is not None
            ]
        return readings, unread
