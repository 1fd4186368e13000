"""`erc20-votes`: the votes delegated to the wallet (also by itself) in an ERC20Votes token at the block."""

from __future__ import annotations

from collections.abc import Mapping

from bot.domain.power._call import contract, contract_param, read_each
from bot.domain.power.strategy import MAX_DECIMALS, Evaluation, Strategy, int_param, symbol_param
from bot.domain.types import Address

NAME = "erc20-votes"
_SELECTOR = bytes.fromhex("9ab24eb0")  # getVotes(address)

__all__ = ["NAME", "check", "contract", "decimals", "evaluate", "symbol"]


def check(params: Mapping[str, object]) -> dict[str, object]:
    """Take `address`, `symbol` and `decimals` (18 unless told, as in ethers)."""
    return {
        "address": contract_param(params),
        "symbol": symbol_param(params, "votes"),
        "decimals": int_param(params, "decimals", 18, low=0, high=MAX_DECIMALS),
    }


def decimals(strategy: Strategy) -> int:
    """Return the token's decimals, as the parameters say."""
    return int(str(strategy.params["decimals"]))


def symbol(strategy: Strategy) -> str:
    """Return the token's symbol, as the parameters say."""
    return str(strategy.params["symbol"])


def evaluate(strategy: Strategy, wallets: tuple[Address, ...]) -> Evaluation:
    """Score each wallet in the token's base units."""
    return read_each(strategy, _SELECTOR, wallets)
