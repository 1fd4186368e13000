"""Part e: the power of many wallets by four strategies at once, read from a real node at a past block."""

from __future__ import annotations

from contextlib import AsyncExitStack

from bot.chain.batch.read_methods import BALANCE_OF
from bot.domain.power.chain_reads import NativeBalances, PerWallet
from tests.benchmarks import peers
from tests.benchmarks.anvil import CHAIN, running_anvil
from tests.benchmarks.balances import HERE, Ours, by_peer, question_of
from tests.benchmarks.frame import Options, Report, faster, take_turns
from tests.benchmarks.holders import holders, put_multicall3
from tests.benchmarks.talk import talking

WALLETS = 10_000
_GET_VOTES = bytes.fromhex("9ab24eb0")


async def measure(asked: Options, report: Report) -> None:
    """Print the row of this part."""
    report.title(f"Token, votes, badges and ether of {WALLETS:,} wallets at once, at a past block of anvil")
    packages = peers.node_packages()
    async with AsyncExitStack() as stack:
        node = await stack.enter_async_context(running_anvil())
        await put_multicall3(node, packages)
        held = await holders(node, WALLETS, everything=WALLETS)
        ours = Ours(node.url)
        stack.push_async_callback(ours.reader.close)
        reads = (
            PerWallet(chain=CHAIN, target=held.token, selector=BALANCE_OF, wallets=held.wallets),
            PerWallet(chain=CHAIN, target=held.token, selector=_GET_VOTES, wallets=held.wallets),
            PerWallet(chain=CHAIN, target=held.badge, selector=BALANCE_OF, wallets=held.wallets),
            NativeBalances(chain=CHAIN, wallets=held.wallets),
        )
        expected = (held.balances, held.votes, held.badges, held.ether)

        async def our_read() -> float:
            return await ours.read(*reads, held=held, expected=expected)

        await our_read()
        snapshot = await stack.enter_async_context(talking("node", HERE / "snapshot_reads.mjs", cwd=packages))
        question = question_of(held, "getVotes", held.wallets, held.token)
        taken = await take_turns({"ours": our_read, "snapshot": by_peer(snapshot, question, held.votes)}, asked.runs)
        note = f"{len(ours.sent)} requests"
    beside = "snapshot.js multicall, votes alone"
    report.row(faster("four strategies", taken["ours"], beside, taken["snapshot"], at_least=15, note=note))
