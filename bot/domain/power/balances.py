"""Strategies whose score is one number that one contract holds for the wallet at the block."""

from __future__ import annotations

from bot.domain.power.asking import BALANCE_OF, argument, coins, each
from bot.domain.power.params import Params
from bot.domain.power.strategy import Evaluation, Kind, Setting, Strategy
from bot.domain.types import Address

_GET_VOTES = bytes.fromhex("9ab24eb0")  # getVotes(address)
_GET_CURRENT_VOTES = bytes.fromhex("b4b5ea57")  # getCurrentVotes(address)
_BALANCE_OF_ID = bytes.fromhex("00fdd58e")  # balanceOf(address,uint256)
_BALANCE_OF_AT = bytes.fromhex("4ee2cd7e")  # balanceOfAt(address,uint256)


def token(params: Params, symbol: str = "tokens") -> dict[str, object]:
    """Take `address`, `symbol` and `decimals` (18 unless told, as in ethers)."""
    return {"address": params.address(), "symbol": params.symbol(symbol), "decimals": params.decimals()}


def contract(strategy: Strategy) -> Address:
    """Return the contract that a checked strategy reads."""
    return Address(str(strategy.params["address"]))


def balances(strategy: Strategy, wallets: tuple[Address, ...]) -> Evaluation:
    """Return `balanceOf(wallet)` of each wallet."""
    return each(strategy.network, contract(strategy), BALANCE_OF, wallets)


def _balance_of(strategy: Strategy, wallets: tuple[Address, ...], _setting: Setting) -> Evaluation:
    return balances(strategy, wallets)


def _votes(strategy: Strategy, wallets: tuple[Address, ...], _setting: Setting) -> Evaluation:
    return each(strategy.network, contract(strategy), _GET_VOTES, wallets)


def _current_votes(strategy: Strategy, wallets: tuple[Address, ...], _setting: Setting) -> Evaluation:
    return each(strategy.network, contract(strategy), _GET_CURRENT_VOTES, wallets)


def _balance_of_id(strategy: Strategy, wallets: tuple[Address, ...], _setting: Setting) -> Evaluation:
    number = argument(int(str(strategy.params["tokenId"])))
    return each(strategy.network, contract(strategy), _BALANCE_OF_ID, wallets, number)


def _balance_of_at(strategy: Strategy, wallets: tuple[Address, ...], setting: Setting) -> Evaluation:
    number = argument(setting.blocks[strategy.network].number)
    return each(strategy.network, contract(strategy), _BALANCE_OF_AT, wallets, number)


def _coins(strategy: Strategy, wallets: tuple[Address, ...], _setting: Setting) -> Evaluation:
    return coins(strategy.network, wallets)


def _whole(_strategy: Strategy) -> int:
    return 0


KINDS = (
    Kind(name="erc20-balance-of", check=token, evaluate=_balance_of, erc20=True),
    Kind(name="erc20-votes", check=lambda params: token(params, "votes"), evaluate=_votes, erc20=True),
    Kind(name="comp-like-votes", check=lambda params: token(params, "votes"), evaluate=_current_votes, erc20=True),
    Kind(name="uni", check=lambda params: token(params, "votes"), evaluate=_current_votes, erc20=True),
    Kind(name="ve-balance-of-at", check=lambda params: token(params, "votes"), evaluate=_balance_of_at),
    Kind(
        name="erc721",
        check=lambda params: {"address": params.address(), "symbol": params.symbol("NFT")},
        evaluate=_balance_of,
        decimals=_whole,
    ),
    Kind(
        name="erc1155-balance-of",
        check=lambda params: token(params) | {"tokenId": str(params.whole("tokenId"))},
        evaluate=_balance_of_id,
    ),
    Kind(
        name="eth-balance",
        check=lambda params: {"symbol": params.symbol("ETH"), "decimals": params.decimals()},
        evaluate=_coins,
    ),
)
