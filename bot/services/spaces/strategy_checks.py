"""Reads the contracts of strategies before these give anybody power."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.domain.power import KINDS, Strategy, networks_of, walk
from bot.domain.shared.errors import InvalidInput, PowerUndefined
from bot.domain.shared.errors.faults.strategies import ContractSilent, DecimalsDiffer, NetworkNotConfigured
from bot.domain.shared.errors.fields import Entry, Field, Numbered, Param, Within
from bot.domain.shared.types import Address, Block, ChainId
from bot.ports import ChainReader
from bot.services.outages import gather_in_order
from bot.services.power.voting_power import Power

_ANYBODY = Address("0x" + "11" * 20)
"""An arbitrary wallet: that its power can be read is proof that the contracts answer."""


class StrategyChecks:
    """Looks at contracts on their chains."""

    def __init__(self, *, chain: ChainReader, power: Power) -> None:
        self._chain, self._power = chain, power

    async def check(self, strategies: Sequence[Strategy]) -> None:
        """Look at each contract that the strategies read, on its chain.

        Raises:
            InvalidInput: a chain is not configured, no such token stands there, or the decimals that are stated differ
                from those of the contract.
            ChainUnavailable: a contract could not be looked at.

        """
        for index, strategy in enumerate(strategies, start=1):
            await self._check_on_chain(index, strategy)

    async def _check_on_chain(self, index: int, strategy: Strategy) -> None:
        """Read every chain and contract of the strategy, those of inner strategies included."""
        known = self._chain.chains()
        for network in networks_of([strategy]):
            if network not in known:
                chains = tuple(f"{name} ({chain})" for chain, name in sorted(known.items()))
                raise InvalidInput(
                    Within(Numbered(Entry.STRATEGY, index), Field.NETWORK), NetworkNotConfigured(network, chains)
                )
        networks = networks_of([strategy])
        blocks = dict(zip(networks, await gather_in_order(map(self._chain.finalized, networks)), strict=True))
        for one in walk([strategy]):
            await self._check_decimals(index, one, blocks[one.network])
            kind = KINDS[one.name]
            if kind.chains(one) or not kind.inner(one):
                await self._check_answers(index, one, blocks)

    async def _check_decimals(self, index: int, strategy: Strategy, block: Block) -> None:
        kind = KINDS[strategy.name]
        contract = kind.contract(strategy)
        if not kind.erc20 or contract is None:
            return
        token, stated = await self._chain.token(strategy.network, contract, block), strategy.params["decimals"]
        if token.decimals != stated:
            raise InvalidInput(
                Within(Numbered(Entry.STRATEGY, index), Param("decimals")), DecimalsDiffer(str(stated), token.decimals)
            )

    async def _check_answers(self, index: int, strategy: Strategy, blocks: Mapping[ChainId, Block]) -> None:
        try:
            (power,) = await self._power.read([strategy], [_ANYBODY], blocks)
        except PowerUndefined:  # an inner formula has no result for an empty wallet, but its parts answered
            return
        if power.total is None:
            raise InvalidInput(Numbered(Entry.STRATEGY, index), ContractSilent(strategy.name))
