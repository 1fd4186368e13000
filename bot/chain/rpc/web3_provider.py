"""The door for `AsyncWeb3` to the endpoints that the bulk reader uses, with the same failover."""

from __future__ import annotations

import asyncio
from typing import Any

import orjson
from web3 import AsyncWeb3
from web3.providers.async_base import AsyncJSONBaseProvider
from web3.types import RPCEndpoint, RPCResponse

from bot.chain.rpc.endpoint_pool import Pool
from bot.domain.shared.errors import ChainUnavailable


class Provider(AsyncJSONBaseProvider):
    """Answers `AsyncWeb3` through a pool of endpoints."""

    def __init__(self, pool: Pool) -> None:
        super().__init__()
        self._pool = pool

    async def make_request(self, method: RPCEndpoint, params: Any) -> RPCResponse:  # noqa: ANN401 - as the parent
        """Answer `AsyncWeb3`. Raises ChainUnavailable."""
        plain = orjson.loads(AsyncWeb3.to_json(params))
        answer: RPCResponse = await self._pool.run(lambda endpoint: endpoint.raw(method, plain))
        return answer

    async def make_batch_request(self, requests: list[tuple[RPCEndpoint, Any]]) -> list[RPCResponse]:
        """Answer a batch of `AsyncWeb3`, in order."""
        return list(await asyncio.gather(*(self.make_request(method, params) for method, params in requests)))

    async def is_connected(self, show_traceback: bool = False) -> bool:
        """Whether any endpoint serves the chain."""
        try:
            await self._pool.run(lambda endpoint: endpoint.call("eth_blockNumber"))
        except ChainUnavailable:
            if show_traceback:
                raise
            return False
        return True
