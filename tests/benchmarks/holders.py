"""Many wallets with a token, votes, badges and ether on a real node, all of it changed again after the block."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from eth_hash.auto import keccak

from bot.chain.rpc.network import MULTICALL3
from bot.demo.contracts import contract
from bot.domain.shared.types import Address, Block
from tests.benchmarks.anvil import Anvil, slot_of

_BALANCES, _VOTES, _BADGES = 3, 6, 3
"""The slots of `balanceOf` and `_votes` in GovernanceToken, and of `_balances` in MemberBadge."""
_LATER = 10**30
_BLOCKS_SINCE = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Holders:
    """What each wallet held at `block`, in the order of `wallets`. Nobody holds it any more."""

    node: Anvil
    token: Address
    badge: Address
    wallets: tuple[Address, ...]
    block: Block
    balances: Sequence[int]
    votes: Sequence[int]
    badges: Sequence[int]
    ether: Sequence[int]


async def holders(node: Anvil, count: int, *, everything: int = 0) -> Holders:
    """Set up `count` wallets with balances, of which the first `everything` have votes, badges and ether too."""
    rng = random.Random(count)  # noqa: S311 - the same wallets each time
    token = await node.deploy(contract("GovernanceToken").creation("Moot", "MOOT"))
    badge = await node.deploy(contract("MemberBadge").creation("Member", "MEMBER"))
    wallets = tuple(Address(f"0x{rng.getrandbits(160):040x}") for _ in range(count))
    balances = [rng.randrange(1, 10**24) for _ in wallets]
    some = wallets[:everything]
    votes, badges, ether = ([rng.randrange(1, most) for _ in some] for most in (10**24, 20, 10**20))

    async def give(extra: int) -> None:
        held = zip(wallets, balances, strict=True)
        await node.store(token, {slot_of(wallet, _BALANCES): amount + extra for wallet, amount in held})
        await node.store(token, _checkpoints(some, [amount + extra for amount in votes]))
        counts = zip(some, badges, strict=True)
        await node.store(badge, {slot_of(wallet, _BADGES): amount + extra for wallet, amount in counts})
        coins = zip(some, ether, strict=True)
        await node.ask_all(("anvil_setBalance", (wallet, hex(amount + extra))) for wallet, amount in coins)

    await give(0)
    block = await node.mine()
    await node.mine()
    await give(_LATER)
    await node.mine(_BLOCKS_SINCE)
    return Holders(
        node=node,
        token=token,
        badge=badge,
        wallets=wallets,
        block=block,
        balances=balances,
        votes=votes,
        badges=badges,
        ether=ether,
    )


async def put_multicall3(node: Anvil, packages: Path) -> None:
    """Let Multicall3, as an npm package carries it, stand where it stands on nearly every chain."""
    source = (packages / "node_modules" / "viem" / "_cjs" / "constants" / "contracts.js").read_text()
    found = re.search(r"multicall3Bytecode = '0x([0-9a-f]+)'", source)
    assert found is not None, "the package no longer carries Multicall3"
    at = await node.deploy(bytes.fromhex(found[1]))
    await node.ask("anvil_setCode", MULTICALL3, await node.ask("eth_getCode", at, "latest"))


def _checkpoints(wallets: Sequence[Address], amounts: Sequence[int]) -> Mapping[bytes, int]:
    """Write one checkpoint each: the history's length, and behind its hash the amount above the timepoint."""
    words: dict[bytes, int] = {}
    for wallet, amount in zip(wallets, amounts, strict=True):
        length = slot_of(wallet, _VOTES)
        words[length] = 1
        words[keccak(length)] = amount << 48 | 1
    return words
