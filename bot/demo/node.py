"""The embedded chain as a process: JSON-RPC over HTTP on loopback, `python -m bot.demo.node`.

Its first line of output is one JSON object: `port`, `url`, `chain` and, if one was asked for, the `scene`.
Beyond what every node answers, it holds the keys of the demo's accounts as development nodes do.
"""

from __future__ import annotations

import argparse
import asyncio
import signal
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

import orjson
from aiohttp import web
from eth_hash.auto import keccak

from bot.app.system_clock import SystemClock
from bot.demo.chain.embedded_evm import Evm
from bot.demo.chain.genesis import ETHER, FUNDED, account, address_of
from bot.demo.chain.json_encoding import Json, text
from bot.demo.chain.json_rpc import Rpc
from bot.domain.shared.addresses import parse_address
from bot.domain.shared.types import Address
from bot.web.server.graceful_shutdown import stop

LARGEST_BODY = 5 * 2**20
_DAY = 86_400


@asynccontextmanager
async def serving(rpc: Rpc, port: int = 0) -> AsyncIterator[int]:
    """Serve `rpc` on loopback while the context is open, and give the port (0: any that is free)."""

    async def answer(request: web.Request) -> web.Response:
        try:
            asked = orjson.loads(await request.read())
        except ConnectionResetError:  # the client has closed the connection
            return web.Response(status=400)
        except orjson.JSONDecodeError:
            failure = {"jsonrpc": "2.0", "id": None, "error": {"code": -32700, "message": "parse error"}}
            return web.json_response(failure, status=400)
        return web.Response(body=orjson.dumps(await rpc.request(asked)), content_type="application/json")

    application = web.Application(client_max_size=LARGEST_BODY)
    application.router.add_post("/", answer)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", port).start()
        yield runner.addresses[0][1]
    finally:
        await stop(runner)


def with_keys(rpc: Rpc) -> Rpc:
    """Add what development nodes can do: sign for the demo's accounts, mine, and set the next timestamp."""
    evm = rpc.evm
    keys = {address_of(number): account(number) for number in range(FUNDED)}

    def send(call: Mapping[str, str]) -> str:
        sender = keys.get(parse_address(call["from"]))
        if sender is None:
            raise ValueError("unknown account")
        to = call.get("to")
        data = bytes.fromhex((call.get("data") or call.get("input") or "0x")[2:])
        raw = evm.sign(sender, None if to is None else parse_address(to), data, _number(call.get("value", 0)))
        evm.send_raw(raw)
        return text(keccak(raw))

    def mine(blocks: int | str = 1) -> str:
        return hex(evm.mine(_number(blocks)).number)

    def set_next_timestamp(at: int | str) -> None:
        evm.set_next_timestamp(_number(at))

    rpc.methods |= {
        "eth_accounts": lambda: list(keys),
        "eth_sendTransaction": send,
        "evm_mine": mine,
        "evm_setNextBlockTimestamp": set_next_timestamp,
    }
    return rpc


def scene(evm: Evm, holders: int) -> Json:
    """Deploy a small DAO: `holders` of a governance token and of a stablecoin, a vesting grant, badges, a treasury.

    Holder `n`, counted from 1, is `account(n)` and has `n` thousand tokens; the first three have a badge. Holders whose
    key the demo has are delegated to themselves. On top, a tenth of the first holder's tokens vests over a year.
    """
    owner = account(0)
    token = evm.deploy("GovernanceToken", "Moot", "MOOT", sender=owner)
    vesting = evm.deploy("VestingToken", "Vesting Moot", "vMOOT", token, sender=owner)
    dollar = evm.deploy("Stablecoin", "Test Dollar", "tUSD", sender=owner)
    badge = evm.deploy("MemberBadge", "Moot Member", "MEMBER", sender=owner)
    treasury = evm.deploy("Treasury", sender=owner)
    held: dict[Address, str] = {}
    for number in range(1, holders + 1):
        holder, amount = address_of(number), number * 1_000 * ETHER
        evm.send(token, "mint", holder, amount, sender=owner)
        held[holder] = str(amount)
        if number < FUNDED:
            evm.send(token, "delegate", holder, sender=account(number))
            evm.send(dollar, "mint", holder, 100_000 * 10**6, sender=owner)
        if number <= 3:  # noqa: PLR2004 - as promised above
            evm.send(badge, "mint", holder, sender=owner)
    start = evm.head.header.timestamp
    evm.send(token, "mint", owner.address, 100 * ETHER, sender=owner)
    evm.send(token, "approve", vesting, 100 * ETHER, sender=owner)
    evm.send(vesting, "grant", address_of(1), 100 * ETHER, start, start, start + 365 * _DAY, sender=owner)
    return {
        "token": token,
        "vesting": vesting,
        "stablecoin": dollar,
        "badge": badge,
        "treasury": treasury,
        "holders": held,
    }


async def _run(arguments: argparse.Namespace) -> None:
    """Serve until told to stop."""
    clock = SystemClock()
    evm = Evm(chain_id=arguments.chain, genesis=clock.now() - _DAY, unfinal=arguments.unfinal)
    built = scene(evm, arguments.scene) if arguments.scene else None
    evm.now = clock.now
    evm.mine()
    rpc = with_keys(Rpc(evm, state_override=not arguments.no_state_override))
    stop = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    async with serving(rpc, arguments.port) as port:
        first: dict[str, Any] = {"port": port, "url": f"http://127.0.0.1:{port}", "chain": evm.chain_id}
        print(orjson.dumps(first | ({"scene": built} if built else {})).decode(), flush=True)
        await stop.wait()


def _number(value: int | str) -> int:
    return int(value, 16) if isinstance(value, str) else value


def main(arguments: Sequence[str] | None = None) -> None:
    """Parse the command line and serve."""
    parser = argparse.ArgumentParser(
        prog="python -m bot.demo.node", description="An Ethereum node for tests, in memory."
    )
    parser.add_argument("--port", type=int, default=0, help="0, the default, takes any that is free")
    parser.add_argument("--chain", type=int, default=31337, help="the chain id (31337)")
    parser.add_argument("--unfinal", type=int, default=0, help="how many of the newest blocks are not final (0)")
    parser.add_argument("--no-state-override", action="store_true", help="refuse eth_call's third argument")
    parser.add_argument("--scene", type=int, default=0, metavar="HOLDERS", help="deploy a small DAO of so many holders")
    asyncio.run(_run(parser.parse_args(arguments)))


if __name__ == "__main__":
    main()
