"""The configured chains, and the reader that reads them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.chain.chain_reader import ChainReader as NodeReader
from bot.chain.rpc.network import MULTICALL3, Network
from bot.domain.shared.types import Address, ChainId
from bot.ports import ChainReader
from bot.settings import ChainSettings, Settings


@asynccontextmanager
async def open_chains(settings: Settings) -> AsyncIterator[ChainReader]:
    """Open a reader for the configured chains during the `with` block; no request is sent yet."""
    reader = NodeReader({network.id: network for network in networks(settings)})
    try:
        yield reader
    finally:
        await reader.close()


def networks(settings: Settings) -> tuple[Network, ...]:
    """Return the chains of the settings as the chain reader takes them."""
    return tuple(_network(ChainId(number), chain) for number, chain in settings.chains.items())


def _network(number: ChainId, chain: ChainSettings) -> Network:
    return Network(
        id=number,
        name=chain.name or f"Chain {number}",
        rpc_urls=tuple(url.get_secret_value() for url in chain.rpc_urls),
        finality=chain.finality,
        multicall=Address(chain.multicall) if chain.multicall else MULTICALL3,
        block_time=chain.block_time,
        symbol=chain.symbol,
        max_final_age=chain.max_final_age,
        explorer=chain.explorer,
    )
