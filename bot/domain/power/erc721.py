"""`erc721`: the number of a collection's tokens held at the block."""

from __future__ import annotations

from collections.abc import Mapping

from bot.domain.power._call import contract, contract_param, read_each
from bot.domain.power.strategy import Evaluation, Strategy, symbol_param
from bot.domain.types import Address

NAME = "erc721"
_SELECTOR = bytes.fromhex("70a08231")  # balanceOf(address)

__all__ = ["NAME", "check", "contract", "decimals", "evaluate", "symbol"]


def check(params: Mapping[str, object]) -> dict[str, object]:
    """Take `address` and `symbol`."""
    return {"address": contract_param(params), "symbol": symbol_param(params, "NFT")}


def decimals(_strategy: Strategy) -> int:
    """Return 0: tokens are whole."""
    return 0


def symbol(strategy: Strategy) -> str:
    """Return the collection's symbol, as the parameters say."""
    return str(strategy.params["symbol"])


def evaluate(strategy: Strategy, wallets: tuple[Address, ...]) -> Evaluation:
    """Score each wallet by the number of tokens it holds."""
    return read_each(strategy, _SELECTOR, wallets)
