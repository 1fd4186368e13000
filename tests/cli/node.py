"""A node on loopback that knows the calls and delegations that were recorded, and what every node knows."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web

from bot.chain.rpc.network import MULTICALL3
from bot.domain.delegation.onchain_registry import REGISTRY, Delegation
from tests.builders import a_registry_event
from tests.serving import serving

Json = dict[str, Any]

GET_TIME, _GET_ETH_BALANCE = "0x0f28c97d", "0x4d2301cc"
"""getCurrentBlockTimestamp() and getEthBalance(address) of Multicall."""


def block_hash(number: int) -> str:
    return f"0x{number:064x}"


class RecordedNode:
    """Answers JSON-RPC. Blocks come every 12 seconds; `most` is the widest range of blocks that it gives events of."""

    def __init__(
        self,
        calls: Sequence[Json] = (),
        delegations: Sequence[Delegation] = (),
        *,
        chain: int = 1,
        final: int = 19_000_000,
        most: int = 10**9,
        registry: bool = True,
    ) -> None:
        self.returned = {(call["to"].lower(), call["data"].lower()): call["ret"] for call in calls}
        self.earlier = {
            (call["to"].lower(), call["data"].lower(), call["block"]): call["ret"]
            for call in calls
            if isinstance(call.get("block"), int)
        }
        self.returned |= {(to, data): ret for (to, data, block), ret in self.earlier.items() if block == final}
        self.coins = {call["data"][-40:]: call["ret"] for call in calls if call["data"].startswith("0x4d2301cc")}
        self.delegations = sorted(delegations, key=lambda event: (event.block, event.index))
        self.chain, self.final, self.most, self.registry = chain, final, most, registry
        self.ranges: list[tuple[int, int]] = []
        self.requests = 0

    async def handle(self, request: web.Request) -> web.Response:
        self.requests += 1
        asked = await request.json()
        return web.json_response([self.answer(one) for one in asked] if isinstance(asked, list) else self.answer(asked))

    def answer(self, asked: Json) -> Json:
        try:
            return {"jsonrpc": "2.0", "id": asked["id"], "result": self.result(asked["method"], asked["params"])}
        except LookupError:
            failure = {"code": 3, "message": "execution reverted"}
        except OverflowError:
            failure = {"code": -32614, "message": "eth_getLogs is limited"}
        return {"jsonrpc": "2.0", "id": asked["id"], "error": failure}

    def result(self, method: str, params: list[Any]) -> object:  # noqa: PLR0911 - one a method
        match method:
            case "eth_chainId":
                return hex(self.chain)
            case "eth_getBlockByNumber":
                number = self.final if params[0] == "finalized" else int(params[0], 16)
                if number > self.final:
                    return None
                return {"number": hex(number), "hash": block_hash(number), "timestamp": hex(self.time(number))}
            case "eth_getBalance":
                return self.coins.get(params[0][2:].lower(), "0x0")
            case "eth_getCode":
                return "0x60" if self.registry or params[0] != REGISTRY else "0x"
            case "eth_call" if params[0]["data"] == GET_TIME and params[0].get("to", "").lower() == MULTICALL3:
                named = params[1]["blockHash"] if isinstance(params[1], dict) else params[1]
                return f"0x{self.time(int(named, 16)):064x}"
            case "eth_call" if params[0]["data"][:10] == _GET_ETH_BALANCE:
                return f"0x{int(self.coins.get(params[0]['data'][-40:], '0x0'), 16):064x}"
            case "eth_call":
                named = params[1]["blockHash"] if isinstance(params[1], dict) else params[1]
                asked = params[0].get("to", "").lower(), params[0]["data"].lower()
                return self.earlier.get((*asked, int(named, 16))) or self.returned[asked]
            case "eth_getLogs":
                return self.logs(int(params[0]["fromBlock"], 16), int(params[0]["toBlock"], 16))
        raise LookupError(method)

    def time(self, number: int) -> int:
        return 1_700_000_000 - 12 * (self.final - number)

    def logs(self, first: int, last: int) -> list[Json]:
        if last - first + 1 > self.most:
            raise OverflowError
        self.ranges.append((first, last))
        return [_log(event) for event in self.delegations if first <= event.block <= last]

    @asynccontextmanager
    async def served(self) -> AsyncIterator[str]:
        app = web.Application()
        app.router.add_post("/", self.handle)
        async with serving(app) as url:
            yield f"{url}/"


def _log(delegation: Delegation) -> Json:
    event = a_registry_event(delegation)
    return {
        "address": event.address,
        "topics": list(event.topics),
        "blockNumber": hex(event.block),
        "blockHash": event.block_hash,
        "logIndex": hex(event.index),
        "data": event.data,
        "removed": False,
    }
