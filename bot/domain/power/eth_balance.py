"""`eth-balance`: the chain's own coin held at the block."""

from __future__ import annotations

from collections.abc import Mapping

from bot.domain.power.reads import NativeBalances
from bot.domain.power.strategy import MAX_DECIMALS, Evaluation, Strategy, int_param, symbol_param
from bot.domain.types import Address, Units

NAME = "eth-balance"


def check(params: Mapping[str, object]) -> dict[str, object]:
    """Take `symbol` (ETH unless told) and `decimals` (18 unless told)."""
    return {
        "symbol": symbol_param(params, "ETH"),
        "decimals": int_param(params, "decimals", 18, low=0, high=MAX_DECIMALS),
    }


def decimals(strategy: Strategy) -> int:
    """Return the coin's decimals, as the parameters say."""
    return int(str(strategy.params["decimals"]))


def symbol(strategy: Strategy) -> str:
    """Return the coin's symbol, as the parameters say."""
    return str(strategy.params["symbol"])


def contract(_strategy: Strategy) -> Address | None:
    """Return None: no contract is read."""
    return None


def evaluate(strategy: Strategy, wallets: tuple[Address, ...]) -> Evaluation:
    """Score each wallet in wei."""
    (answers,) = yield [NativeBalances(chain=strategy.network, wallets=wallets)]
    return tuple(None if answer is None else Units(answer) for answer in answers)
