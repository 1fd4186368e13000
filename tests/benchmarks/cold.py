"""Part h: the first read of a bot that knows nothing of its node yet, through a network of 40 ms."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress

from bot.chain.batch.read_methods import BALANCE_OF
from bot.domain.power.chain_reads import PerWallet
from tests.benchmarks import peers
from tests.benchmarks.anvil import CHAIN, running_anvil
from tests.benchmarks.balances import HERE, Ours, by_peer, question_of
from tests.benchmarks.frame import Measured, Options, Report, faster, take_turns
from tests.benchmarks.holders import Holders, holders, put_multicall3
from tests.benchmarks.talk import talking

SIZES = (1, 100, 1_000, 20_000)
_THERE = 0.02
"""Seconds that bytes take in each direction."""
_PART = 1 << 16


@asynccontextmanager
async def far_away(url: str) -> AsyncIterator[str]:
    """Serve the node at `url` as if it were far away: what is sent arrives later, in order, however much it is."""
    host, port = url.removeprefix("http://").split(":")
    under_way: set[asyncio.Task[None]] = set()

    async def carry(source: asyncio.StreamReader, to: asyncio.StreamWriter) -> None:
        loop, sent = asyncio.get_running_loop(), asyncio.Queue[tuple[float, bytes]]()

        async def deliver() -> None:
            while True:
                due, part = await sent.get()
                await asyncio.sleep(max(0.0, due - loop.time()))
                if not part:
                    break
                to.write(part)
                await to.drain()

        delivering = asyncio.ensure_future(deliver())
        with suppress(ConnectionError):
            while part := await source.read(_PART):
                sent.put_nowait((loop.time() + _THERE, part))
        sent.put_nowait((loop.time() + _THERE, b""))
        with suppress(ConnectionError):
            await delivering
        to.close()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection(host, int(port))
        for one in (carry(reader, back), carry(there, writer)):
            task = asyncio.ensure_future(one)
            under_way.add(task)
            task.add_done_callback(under_way.discard)

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
        for task in under_way:
            task.cancel()


def first_read(url: str, held: Holders, count: int) -> Measured:
    """Open a reader as the bot does, and read once with it."""
    read = PerWallet(chain=CHAIN, target=held.token, selector=BALANCE_OF, wallets=held.wallets[:count])

    async def measured() -> float:
        ours = Ours(url)
        try:
            return await ours.read(read, held=held, expected=[held.balances[:count]])
        finally:
            await ours.reader.close()

    return measured


async def measure(asked: Options, report: Report) -> None:
    """Print the rows of this part."""
    report.title(f"The first read of all, through {2_000 * _THERE:.0f} ms of network, at a past block of anvil")
    packages = peers.node_packages()
    async with AsyncExitStack() as stack:
        node = await stack.enter_async_context(running_anvil())
        await put_multicall3(node, packages)
        held = await holders(node, max(SIZES))
        url = await stack.enter_async_context(far_away(node.url))
        snapshot = await stack.enter_async_context(talking("node", HERE / "snapshot_reads.mjs", cwd=packages))
        for count in SIZES:
            wallets = held.wallets[:count]
            question = question_of(held, "balanceOf", wallets, held.token) | {"url": url}
            methods = {
                "ours": first_read(url, held, count),
                "snapshot": by_peer(snapshot, question, held.balances[:count]),
            }
            taken = await take_turns(methods, asked.runs)
            name = f"first read, {count:,}"
            report.row(faster(name, taken["ours"], "snapshot.js multicall", taken["snapshot"], at_least=1))
