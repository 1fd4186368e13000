"""Strategies of Snapshot that cannot be read from a chain at a block: why, and which that can would serve instead."""

from __future__ import annotations

from difflib import get_close_matches

from bot.domain.power.strategy_kind import Kind
from bot.domain.shared.errors import UnknownStrategy
from bot.domain.shared.errors.faults.power import Unreadable

_SUBGRAPH = Unreadable.ASKS_A_SUBGRAPH
_WEB = Unreadable.ASKS_THE_WEB
_FILE = Unreadable.READS_A_LIST_FROM_THE_WEB
_PRICE = Unreadable.ASKS_FOR_PRICES
_NOT_SNAPSHOTS = Unreadable.NOT_SNAPSHOTS
_SHARES = ("uniswap", "erc20-token-and-single-lp-weighted")
_STAKED_SHARES = (*_SHARES, "masterchef-pool-balance")
_LISTED = ("whitelist-weighted",)
_CALLED = ("contract-call",)
_DELEGATED = ("delegation", "with-delegation")

_KNOWN: dict[str, tuple[Unreadable, tuple[str, ...]]] = {
    # By name: why, and what would serve.
    "uniswap-v3": (_SUBGRAPH, ("erc721",)),
    "uniswap-v3-staking": (_SUBGRAPH, ("erc721",)),
    "sushiswap": (_SUBGRAPH, _STAKED_SHARES),
    "honeyswap": (_SUBGRAPH, _SHARES),
    "quickswap-v3": (_SUBGRAPH, ("erc721",)),
    "spookyswap": (_SUBGRAPH, _STAKED_SHARES),
    "balancer": (_SUBGRAPH, ("erc20-balance-of-weighted",)),
    "balancer-poolid": (_SUBGRAPH, ("erc20-balance-of-weighted",)),
    "balance-of-subgraph": (_SUBGRAPH, ("erc20-balance-of",)),
    "erc20-balance-of-top-holders": (_SUBGRAPH, ("erc20-balance-of",)),
    "erc20-received": (_SUBGRAPH, ()),
    "erc721-with-metadata": (_SUBGRAPH, ("erc721-with-tokenid-weighted",)),
    "ens-domains-owned": (_SUBGRAPH, ("erc721",)),
    "hats-protocol-single-vote-per-org": (_SUBGRAPH, ("hats-protocol-hat-ids",)),
    "juicebox": (_SUBGRAPH, _CALLED),
    "otterspace-badges": (_SUBGRAPH, ("erc721",)),
    "poap": (_SUBGRAPH, ("erc721-with-tokenid",)),
    "poap-with-weight": (_SUBGRAPH, ("erc721-with-tokenid-weighted",)),
    "poap-with-weight-v2": (_SUBGRAPH, ("erc721-with-tokenid-weighted",)),
    "sablier-v1-deposit": (_SUBGRAPH, ("linear-vesting-power",)),
    "sablier-v2": (_SUBGRAPH, ("linear-vesting-power",)),
    "subgraph-split-delegation": (_SUBGRAPH, _DELEGATED),
    "synthetix": (_SUBGRAPH, _CALLED),
    "the-graph-balance": (_SUBGRAPH, ("erc20-balance-of",)),
    "the-graph-delegation": (_SUBGRAPH, _CALLED),
    "the-graph-indexing": (_SUBGRAPH, _CALLED),
    "xdai-stake": (_SUBGRAPH, ("erc20-balance-of",)),
    "xdai-stake-holders": (_SUBGRAPH, ("erc20-balance-of",)),
    "api": (_WEB, (*_CALLED, *_LISTED)),
    "api-post": (_WEB, (*_CALLED, *_LISTED)),
    "api-v2": (_WEB, (*_CALLED, *_LISTED)),
    "api-v2-override": (_WEB, (*_CALLED, *_LISTED)),
    "beacon-chain": (_WEB, ("eth-balance",)),
    "brightid": (_WEB, ("whitelist",)),
    "galxe-loyalty-points": (_WEB, _LISTED),
    "karma-discord-roles": (_WEB, ("whitelist",)),
    "offchain-delegation": (_WEB, _DELEGATED),
    "reverse-voting-escrow": (_WEB, ("ve-balance-of-at",)),
    "safe-vested": (_WEB, _LISTED),
    "split-delegation": (_WEB, _DELEGATED),
    "csv": (_FILE, _LISTED),
    "spreadsheet": (_FILE, _LISTED),
    "whitelist-weighted-json": (_FILE, _LISTED),
    "erc20-price": (_PRICE, ("erc20-balance-of-weighted",)),
    "cream": (Unreadable.AVERAGES_MANY_BLOCKS, ("erc20-balance-of",)),
    "erc20-balance-starknet": (Unreadable.READS_STARKNET, ("erc20-balance-of",)),
    "zrc2-balance-of": (Unreadable.READS_ZILLIQA, ("erc20-balance-of",)),
    "SUNI": (_NOT_SNAPSHOTS, ("erc20-balance-of",)),
    "Visor": (_NOT_SNAPSHOTS, ("erc20-balance-of",)),
    "gHOP": (_NOT_SNAPSHOTS, ("erc20-balance-of",)),
    "macaron": (_NOT_SNAPSHOTS, ("pancake",)),
}
_LIKE = ("synthetix", "sablier", "giveth-", "aavegotchi")
"""Families whose members all ask a subgraph."""


def unsupported(name: str, kinds: dict[str, Kind]) -> UnknownStrategy:
    """Say of a name that is not among the kinds why it is not, and which of them to use instead."""
    known = _KNOWN.get(name)
    if known is None and name.startswith(_LIKE):
        known = _SUBGRAPH, _CALLED
    why, instead = known or (None, tuple(get_close_matches(name, kinds, n=3, cutoff=0.8)))
    return UnknownStrategy(name, sorted(kinds), why=why, instead=instead or (() if known else _CALLED))
