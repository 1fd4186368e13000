"""Reads the tokens of every space's strategies, as reading votes does."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable

from bot.cli.checks.findings import Finding, ok, problem
from bot.cli.shared.refusal_words import said
from bot.domain.power import KINDS, Strategy, label, networks_of, walk
from bot.domain.shared.addresses import short
from bot.domain.shared.errors import FolkmootError
from bot.domain.spaces.space import Space
from bot.ports import ChainReader

_REMEDY = "a moderator corrects it with /config strategies"


async def check_tokens(spaces: Iterable[Space], chain: ChainReader) -> AsyncIterator[Finding]:
    """Read symbol and decimals of every token that gives power, and compare them with what the space says."""
    for space in spaces:
        for index, strategy in enumerate(space.strategies, start=1):
            for one in walk([strategy]):
                yield await _check_strategy(f"guild {space.guild}, strategy {index} ({one.name})", one, chain)


async def _check_strategy(who: str, strategy: Strategy, chain: ChainReader) -> Finding:
    for network in networks_of([strategy]):
        if network not in chain.chains():
            return problem(f"{who}: chain {network} is not configured", f"add [chains.{network}]")
    kind = KINDS[strategy.name]
    contract, stated = kind.contract(strategy), strategy.params.get("decimals")
    try:
        block = await chain.finalized(strategy.network)
        if contract is None or not kind.erc20:
            # A chain's own coin, and tokens that are counted in pieces, have no decimals to read.
            return ok(f"{who}: counts {label(strategy)}")
        token = await chain.token(strategy.network, contract, block)
    except FolkmootError as error:
        return problem(f"{who}: its token cannot be read ({said(error)})", _REMEDY)
    if token.decimals != stated:
        return problem(f"{who}: says {stated} decimals, the contract says {token.decimals}", _REMEDY)
    return ok(f"{who}: {token.symbol} at {short(contract)} has {token.decimals} decimals")
