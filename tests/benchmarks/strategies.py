"""Part e: the power of many wallets by four strategies at once, read from a real node at a past block."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack

from bot.chain.batch.read_methods import BALANCE_OF
from bot.domain.power.chain_reads import NativeBalances, PerWallet
from bot.domain.power.typed_reads import argument
from bot.domain.shared.types import Address
from tests.benchmarks import peers
from tests.benchmarks.anvil import CHAIN, running_anvil
from tests.benchmarks.balances import HERE, Ours, by_peer, question_of
from tests.benchmarks.frame import Options, Report, faster, take_turns
from tests.benchmarks.holders import holders, put_multicall3
from tests.benchmarks.talk import talking

WALLETS = 10_000
_GET_VOTES = bytes.fromhex("9ab24eb0")
_USER_INFO, _IS_WEARER_OF_HAT = bytes.fromhex("93f1a40b"), bytes.fromhex("4352409a")
_POOLS = Address("0x" + "b0" * 20)
_ANY_SECOND_WORD = "0x60243560011760005260406000f3"
"""Code that answers every call with its second argument, made odd, and a zero: what is staked, and a yes."""
_STAKED, _HATS = 7, tuple((number << 224) + 1 for number in range(1, 4))


async def measure(asked: Options, report: Report) -> None:
    """Print the rows of this part."""
    report.title(f"Token, votes, badges and ether of {WALLETS:,} wallets at once, at a past block of anvil")
    packages = peers.node_packages()
    async with AsyncExitStack() as stack:
        node = await stack.enter_async_context(running_anvil())
        await put_multicall3(node, packages)
        await node.ask("anvil_setCode", _POOLS, _ANY_SECOND_WORD)
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

        pools = (
            PerWallet(chain=CHAIN, target=_POOLS, selector=_USER_INFO, wallets=held.wallets, head=argument(_STAKED)),
            *(
                PerWallet(
                    chain=CHAIN, target=_POOLS, selector=_IS_WEARER_OF_HAT, wallets=held.wallets, tail=argument(hat)
                )
                for hat in _HATS
            ),
        )
        staked = [int(wallet, 16) | 1 for wallet in held.wallets]
        worn = [[hat] * len(held.wallets) for hat in _HATS]

        async def our_pools() -> float:
            return await ours.read(*pools, held=held, expected=(staked, *worn))

        await our_read()
        await our_pools()
        snapshot = await stack.enter_async_context(talking("node", HERE / "snapshot_reads.mjs", cwd=packages))
        question = question_of(held, "getVotes", held.wallets, held.token)
        counts: dict[str, int] = {}

        async def counted(name: str, read: Callable[[], Awaitable[float]]) -> float:
            seconds = await read()
            counts[name] = len(ours.sent)
            return seconds

        taken = await take_turns(
            {
                "ours": lambda: counted("ours", our_read),
                "pools": lambda: counted("pools", our_pools),
                "snapshot": by_peer(snapshot, question, held.votes),
            },
            asked.runs,
        )
    beside = "snapshot.js multicall, votes alone"
    for name, method in (("four strategies", "ours"), ("what is staked, and three hats", "pools")):
        note = f"{counts[method]} requests"
        report.row(faster(name, taken[method], beside, taken["snapshot"], at_least=15, note=note))
