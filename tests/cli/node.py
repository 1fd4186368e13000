"""A node on loopback that knows the calls and delegations that were recorded, and what every node knows."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.domain.registry import REGISTRY, Delegation

_SET = "0xa9a7fd460f56bddb880a465a9c3e9730389c70bc53108148f16d55a87a6c468e"
_CLEAR = "0x9c4f00c4291262731946e308dc2979a56bd22cce8f95906b975065e96cd5a064"


def block_hash(number: int) -> str:
    return f"0x{number:064x}"


class RecordedNode:
    """Answers JSON-RPC. Blocks come every 12 seconds; `most` is the widest range of blocks that it gives events of."""

    def __init__(
        self,
        calls: Sequence[dict] = (),
        delegations: Sequence[Delegation] = (),
        *,
        chain: int = 1,
        final: int = 19_000_000,
        most: int = 10**9,
        registry: bool = True,
    ) -> None:
        self.returned = {(call["to"].lower(), call["data"].lower()): call["ret"] for call in calls}
        self.coins = {call["data"][-40:]: call["ret"] for call in calls if call["data"].startswith("0x4d2301cc")}
        self.delegations = sorted(delegations, key=lambda event: (event.block, event.index))
        self.chain, self.final, self.most, self.registry = chain, final, most, registry
        self.ranges: list[tuple[int, int]] = []
        self.requests = 0

    async def handle(self, request: web.Request) -> web.Response:
        self.requests += 1
        asked = await request.json()
        return web.json_response([self.answer(one) for one in asked] if isinstance(asked, list) else self.answer(asked))

    def answer(self, asked: dict) -> dict:
        try:
            return {"jsonrpc": "2.0", "id": asked["id"], "result": self.result(asked["method"], asked["params"])}
        except LookupError:
            failure = {"code": 3, "message": "execution reverted"}
        except OverflowError:
            failure = {"code": -32614, "message": "eth_getLogs is limited"}
        return {"jsonrpc": "2.0", "id": asked["id"], "error": failure}

    def result(self, method: str, params: list) -> object:  # noqa: PLR0911 - one a method
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
            case "eth_call":
                return self.returned[params[0].get("to", "").lower(), params[0]["data"].lower()]
            case "eth_getLogs":
                return self.logs(int(params[0]["fromBlock"], 16), int(params[0]["toBlock"], 16))
        raise LookupError(method)

    def time(self, number: int) -> int:
        return 1_700_000_000 - 12 * (self.final - number)

    def logs(self, first: int, last: int) -> list[dict]:
        if last - first + 1 > self.most:
            raise OverflowError
        self.ranges.append((first, last))
        return [_log(event) for event in self.delegations if first <= event.block <= last]

    @asynccontextmanager
    async def served(self) -> AsyncIterator[str]:
        app = web.Application()
        app.router.add_post("/", self.handle)
        async with TestServer(app, host="127.0.0.1") as server:
            yield f"http://127.0.0.1:{server.port}/"


def _log(event: Delegation) -> dict:
    delegate = event.delegate or "0x" + "22" * 20
    return {
        "address": REGISTRY,
        "topics": [
            _CLEAR if event.delegate is None else _SET,
            "0x" + event.delegator[2:].rjust(64, "0"),
            event.id,
            "0x" + delegate[2:].rjust(64, "0"),
        ],
        "blockNumber": hex(event.block),
        "logIndex": hex(event.index),
        "data": "0x",
    }
