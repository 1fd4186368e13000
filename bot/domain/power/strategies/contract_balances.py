"""Strategies whose score is one number that one contract states for the wallet at the block."""

from __future__ import annotations

from bot.domain.power.strategy import Evaluation, ReadSteps, Reasons, Setting, Strategy
from bot.domain.power.strategy_kind import Kind
from bot.domain.power.strategy_params import Params
from bot.domain.power.typed_reads import BALANCE_OF, argument, coins, each, side_by_side
from bot.domain.power.zero_power_reasons import BY_RULE, NOT_HELD, Reason, Zero
from bot.domain.shared.errors import InvalidInput
from bot.domain.shared.errors.faults.strategies import ParamFlaw
from bot.domain.shared.errors.fields import Field
from bot.domain.shared.types import Address, Units

_GET_VOTES = bytes.fromhex("9ab24eb0")  # getVotes(address)
_GET_CURRENT_VOTES = bytes.fromhex("b4b5ea57")  # getCurrentVotes(address)
_UNI = "0x1f9840a85d5af5bf1d1762f925bdaddc4201f984"
"""Uniswap's governance token on chain 1."""
DELEGATES = bytes.fromhex("587cde1e")  # delegates(address)
BALANCE_OF_ID = bytes.fromhex("00fdd58e")  # balanceOf(address,uint256)
_BALANCE_OF_AT = bytes.fromhex("4ee2cd7e")  # balanceOfAt(address,uint256)


def token(params: Params, symbol: str = "tokens") -> dict[str, object]:
    """Return the checked `address`, `symbol` and `decimals` (18 if absent, as in ethers)."""
    return {"address": params.address(), "symbol": params.symbol(symbol), "decimals": params.decimals()}


def contract(strategy: Strategy) -> Address:
    """Return the address of the contract that a checked strategy reads."""
    return Address(str(strategy.params["address"]))


def balances(strategy: Strategy, wallets: tuple[Address, ...]) -> Evaluation:
    """Return `balanceOf(wallet)` of each wallet, in base units."""
    return each(strategy.network, contract(strategy), BALANCE_OF, wallets)


def _balance_of(strategy: Strategy, wallets: tuple[Address, ...], _setting: Setting) -> Evaluation:
    return balances(strategy, wallets)


def _votes(strategy: Strategy, wallets: tuple[Address, ...], _setting: Setting) -> Evaluation:
    return each(strategy.network, contract(strategy), _GET_VOTES, wallets)


def _current_votes(strategy: Strategy, wallets: tuple[Address, ...], _setting: Setting) -> Evaluation:
    return each(strategy.network, contract(strategy), _GET_CURRENT_VOTES, wallets)


def _balance_of_id(strategy: Strategy, wallets: tuple[Address, ...], _setting: Setting) -> Evaluation:
    number = argument(int(str(strategy.params["tokenId"])))
    return each(strategy.network, contract(strategy), BALANCE_OF_ID, wallets, number)


def _balance_of_at(strategy: Strategy, wallets: tuple[Address, ...], setting: Setting) -> Evaluation:
    number = argument(setting.blocks[strategy.network].number)
    return each(strategy.network, contract(strategy), _BALANCE_OF_AT, wallets, number)


def _coins(strategy: Strategy, wallets: tuple[Address, ...], _setting: Setting) -> Evaluation:
    return coins(strategy.network, wallets)


def not_held(_strategy: Strategy, wallets: tuple[Address, ...], _setting: Setting) -> Reasons:
    """Give the reason for strategies that count only what is held: the wallets hold nothing."""
    yield from ()
    return (NOT_HELD,) * len(wallets)


def holdings(
    strategy: Strategy, wallets: tuple[Address, ...], held: bytes = BALANCE_OF, to: bytes = DELEGATES
) -> ReadSteps[list[tuple[Units | None, Units | None]]]:
    """Return each wallet's balance of a token in base units, and its delegate's address as a number (0: none)."""
    target = contract(strategy)
    rows = yield from side_by_side([each(strategy.network, target, selector, wallets) for selector in (held, to)])
    return list(zip(*rows, strict=True))


def of_votes(wallet: Address, held: Units | None, to: Units | None) -> Reason:
    """Return why a wallet has no votes from a token that counts a balance for its holder's delegate."""
    if held == 0:
        return NOT_HELD
    if held is None or to is None or to == int(wallet, 16):
        return BY_RULE
    if to == 0:
        return Reason(why=Zero.NOT_DELEGATED, held=held)
    return Reason(why=Zero.DELEGATED_AWAY, held=held, to=address_of(to))


def address_of(word: int) -> Address:
    """Return the address whose number this is."""
    return Address(f"0x{word:040x}")


def _no_votes(strategy: Strategy, wallets: tuple[Address, ...], _setting: Setting) -> Reasons:
    found = yield from holdings(strategy, wallets)
    return tuple(of_votes(wallet, held, to) for wallet, (held, to) in zip(wallets, found, strict=True))


def _check_uni(params: Params) -> dict[str, object]:
    """Return the checked parameters, with UNI's contract on chain 1 whatever `address` says, as in Snapshot."""
    if params.network != 1:
        raise InvalidInput(Field.NETWORK, ParamFlaw.NOT_UNIS_NETWORK)
    return {"address": _UNI, "symbol": params.symbol("UNI"), "decimals": params.decimals()}


def _whole(_strategy: Strategy) -> int:
    return 0


KINDS = (
    Kind(
        name="erc20-balance-of",
        about="tokens in the wallet",
        check=token,
        evaluate=_balance_of,
        erc20=True,
        one_for_one=True,
        why_zero=not_held,
    ),
    Kind(
        name="erc20-votes",
        about="tokens whose votes are delegated to the wallet",
        check=lambda params: token(params, "votes"),
        evaluate=_votes,
        erc20=True,
        one_for_one=True,
        why_zero=_no_votes,
    ),
    Kind(
        name="comp-like-votes",
        about="tokens whose votes are delegated to the wallet",
        check=lambda params: token(params, "votes"),
        evaluate=_current_votes,
        erc20=True,
        one_for_one=True,
        why_zero=_no_votes,
    ),
    Kind(
        name="governor-alpha",
        about="tokens whose votes are delegated to the wallet",
        check=lambda params: token(params, "votes"),
        evaluate=_current_votes,
        erc20=True,
        why_zero=_no_votes,
    ),
    Kind(
        name="uni",
        about="UNI whose votes are delegated to the wallet",
        check=_check_uni,
        evaluate=_current_votes,
        erc20=True,
        one_for_one=True,
        why_zero=_no_votes,
    ),
    Kind(
        name="ve-balance-of-at",
        about="tokens locked for a time, the more the longer",
        check=lambda params: token(params, "votes"),
        evaluate=_balance_of_at,
    ),
    *(
        Kind(
            name=name,
            about="NFTs in the wallet",
            check=lambda params: {"address": params.address(), "symbol": params.symbol("NFT")},
            evaluate=_balance_of,
            decimals=_whole,
            why_zero=not_held,
        )
        for name in ("erc721", "erc721-enumerable")
    ),
    Kind(
        name="erc1155-balance-of",
        about="tokens of one id in the wallet",
        check=lambda params: token(params) | {"tokenId": str(params.whole("tokenId"))},
        evaluate=_balance_of_id,
        why_zero=not_held,
    ),
    Kind(
        name="eth-balance",
        about="the chain's own coin in the wallet",
        check=lambda params: {"symbol": params.symbol("ETH"), "decimals": params.decimals()},
        evaluate=_coins,
        native=True,
        why_zero=not_held,
    ),
)
