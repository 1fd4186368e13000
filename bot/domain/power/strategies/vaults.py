"""Strategies on tokens that a wallet has in a vault, a lending market or a voting contract."""

from __future__ import annotations

from fractions import Fraction

from bot.domain.power.exact_numbers import units
from bot.domain.power.strategies.balance_formulas import stated
from bot.domain.power.strategies.contract_balances import balances, contract, not_held, token
from bot.domain.power.strategy import MAX_DECIMALS, Evaluation, Setting, Strategy
from bot.domain.power.strategy_kind import Kind
from bot.domain.power.strategy_params import Params, wrong
from bot.domain.power.typed_reads import BALANCE_OF, argument, each, numbers, side_by_side
from bot.domain.shared.errors.faults.strategies import ParamFlaw
from bot.domain.shared.types import Address, Units

_PRICE_PER_FULL_SHARE = bytes.fromhex("77c7b8fc")  # getPricePerFullShare()
_DEPOSITS = bytes.fromhex("fc7e286d")  # deposits(address)
_INDEX = bytes.fromhex("2986c0e5")  # index()
_BALANCE_OF_AT = bytes.fromhex("4ee2cd7e")  # balanceOfAt(address,uint256)
_BORROWED = bytes.fromhex("95dd9193")  # borrowBalanceStored(address)
_BALANCE_OF, _TOKEN_BY_INDEX, _BALANCE_OF_NFT = (
    bytes.fromhex(selector) for selector in ("70a08231", "2f745c59", "e7e242d4")
)  # balanceOf(address), tokenOfOwnerByIndex(address,uint256), balanceOfNFT(uint256)
_CHIEF = Address("0x9ef05f7f6deb616fd37ac3c959a2ddd25a54e4f5")
"""Maker's DSChief on chain 1."""
_FINE = 18
_MOST_BLOCKS = 10**9
_MOST = 1_000
"""The most lock tokens that are read of one wallet; with more, its power is unknown."""


def _priced(strategy: Strategy, wallets: tuple[Address, ...], _setting: Setting) -> Evaluation:
    """Return shares x `getPricePerFullShare`, which has 18 decimals whatever the shares have."""
    (price,), held = yield from side_by_side(
        [numbers(strategy.network, contract(strategy), [_PRICE_PER_FULL_SHARE]), balances(strategy, wallets)]
    )
    return _times(strategy, held, None if price is None else Fraction(price, 10**_FINE), _priced_decimals(strategy))


def _indexed(strategy: Strategy, wallets: tuple[Address, ...], _setting: Setting) -> Evaluation:
    """Return balance x the index that another contract keeps."""
    index_at = Address(str(strategy.params["indexAddress"]))
    (index,), held = yield from side_by_side(
        [numbers(strategy.network, index_at, [_INDEX]), balances(strategy, wallets)]
    )
    unit = 10 ** int(str(strategy.params["indexDecimals"]))
    return _times(strategy, held, None if index is None else Fraction(index, unit), _indexed_decimals(strategy))


def _times(
    strategy: Strategy, held: tuple[int | None, ...], factor: Fraction | None, decimals: int
) -> tuple[Units | None, ...]:
    unit = 10 ** int(str(strategy.params["decimals"]))
    return tuple(
        None if one is None or factor is None else units(Fraction(one, unit) * factor, decimals) for one in held
    )


def _priced_decimals(strategy: Strategy) -> int:
    return min(MAX_DECIMALS, int(str(strategy.params["decimals"])) + _FINE)


def _indexed_decimals(strategy: Strategy) -> int:
    return min(MAX_DECIMALS, int(str(strategy.params["decimals"])) + int(str(strategy.params["indexDecimals"])))


def _check_indexed(params: Params) -> dict[str, object]:
    index = {"indexAddress": params.address("indexAddress")}
    return token(params) | index | {"indexDecimals": params.whole("indexDecimals", _FINE, high=MAX_DECIMALS)}


def _check_chief(params: Params) -> dict[str, object]:
    if params.network != 1:
        raise wrong("network", ParamFlaw.NOT_MAKERS_NETWORK)
    return {"symbol": params.symbol("MKR"), "decimals": params.decimals()}


def _deposited(strategy: Strategy, wallets: tuple[Address, ...], _setting: Setting) -> Evaluation:
    return each(strategy.network, _CHIEF, _DEPOSITS, wallets)


def _check_market(params: Params) -> dict[str, object]:
    """Return the checked market; `offsetCheck` is how many blocks before the pinned one it is read as well (0)."""
    checked = token(params) | {"borrowingRestricted": bool(params.raw.get("borrowingRestricted"))}
    back = params.whole("offsetCheck", 0, high=_MOST_BLOCKS)
    return checked | ({"offsetCheck": back} if back else {})


def _in_market(strategy: Strategy, wallets: tuple[Address, ...], setting: Setting) -> Evaluation:
    """Return the smaller of the balances at the block and `offsetCheck` blocks before it.

    With `borrowingRestricted`, a wallet that has borrowed from the market gets 0.
    """
    chain, market, back = strategy.network, contract(strategy), int(str(strategy.params.get("offsetCheck", 0)))
    if back and back > setting.blocks[chain].number:
        return (None,) * len(wallets)
    read = [balances(strategy, wallets)]
    if back:
        read.append(each(chain, market, BALANCE_OF, wallets, earlier=back))
    if strategy.params["borrowingRestricted"]:
        held, *had, owed = yield from side_by_side([*read, each(chain, market, _BORROWED, wallets)])
    else:
        (held, *had), owed = (yield from side_by_side(read)), (Units(0),) * len(wallets)
    return tuple(
        None if None in (*amounts, debt) else Units(0 if debt else min(one or 0 for one in amounts))
        for *amounts, debt in zip(held, *had, owed, strict=True)
    )


def _at_snapshot(strategy: Strategy, wallets: tuple[Address, ...], _setting: Setting) -> Evaluation:
    number = argument(int(str(strategy.params["snapshotId"])))
    return each(strategy.network, contract(strategy), _BALANCE_OF_AT, wallets, number)


def _locked_in_tokens(strategy: Strategy, wallets: tuple[Address, ...], _setting: Setting) -> Evaluation:
    """Return the sum of `balanceOfNFT` over the lock tokens that each wallet owns."""
    chain, locks = strategy.network, contract(strategy)
    counts = yield from each(chain, locks, _BALANCE_OF, wallets)
    owned = [
        (wallet, at) for wallet, count in zip(wallets, counts, strict=True) for at in range(min(count or 0, _MOST))
    ]
    asked = [_TOKEN_BY_INDEX + argument(wallet) + argument(at) for wallet, at in owned]
    ids = yield from numbers(chain, locks, asked)
    known = [one for one in ids if one is not None]
    given = iter((yield from numbers(chain, locks, [_BALANCE_OF_NFT + argument(one) for one in known])))
    total: dict[Address, int | None] = {
        wallet: None if count is None or count > _MOST else 0 for wallet, count in zip(wallets, counts, strict=True)
    }
    for (wallet, _), one in zip(owned, ids, strict=True):
        so_far, more = total[wallet], None if one is None else next(given)
        total[wallet] = None if so_far is None or more is None else so_far + more
    return tuple(None if (amount := total[wallet]) is None else Units(amount) for wallet in wallets)


def _more(strategy: Strategy, wallets: tuple[Address, ...], _setting: Setting) -> Evaluation:
    least, unit = stated(strategy, "min"), 10 ** int(str(strategy.params["decimals"]))
    held = yield from balances(strategy, wallets)
    return tuple(None if one is None else Units(int(Fraction(one, unit) > least)) for one in held)


def _check_total(params: Params) -> dict[str, object]:
    return token(params) | {"total": params.number("total", 0)}


def _part_of_total(strategy: Strategy, wallets: tuple[Address, ...], setting: Setting) -> Evaluation:
    """Return total x the wallet's balance / the balance of all voters together; 0 if they hold nothing."""
    others = sorted(setting.voters - set(wallets))
    held = yield from balances(strategy, (*wallets, *others))
    if None in held:
        return tuple(Units(0) if one == 0 else None for one in held[: len(wallets)])
    everything, finest = sum(one or 0 for one in held), _total_decimals(strategy)
    total = stated(strategy, "total")
    return tuple(
        units(total * (one or 0) / everything, finest) if everything else Units(0) for one in held[: len(wallets)]
    )


def _total_decimals(_strategy: Strategy) -> int:
    """Return `MAX_DECIMALS`: a wallet's part of a large total may be very small."""
    return MAX_DECIMALS


def _whole(_strategy: Strategy) -> int:
    return 0


KINDS = (
    Kind(
        name="yearn-vault",
        about="what shares of the vault are worth in tokens",
        check=token,
        evaluate=_priced,
        decimals=_priced_decimals,
    ),
    Kind(
        name="erc20-balance-of-indexed",
        about="tokens in the wallet, times an index",
        check=_check_indexed,
        evaluate=_indexed,
        decimals=_indexed_decimals,
        erc20=True,
    ),
    Kind(
        name="maker-ds-chief",
        about="tokens deposited to vote in Maker",
        check=_check_chief,
        evaluate=_deposited,
        contract=lambda _strategy: _CHIEF,
    ),
    Kind(name="ctoken", about="tokens in the lending market", check=_check_market, evaluate=_in_market),
    Kind(
        name="erc20-balance-of-at",
        about="tokens in the wallet at a snapshot of the token",
        check=lambda params: token(params) | {"snapshotId": str(params.whole("snapshotId"))},
        evaluate=_at_snapshot,
    ),
    Kind(
        name="ve-balance-of-at-nft",
        about="what the wallet's locks count, each an NFT",
        check=lambda params: token(params, "votes"),
        evaluate=_locked_in_tokens,
    ),
    Kind(
        name="ticket-validity",
        about="one vote for more than a minimum of tokens",
        check=lambda params: token(params, "votes") | {"min": params.number("min", 0)},
        evaluate=_more,
        decimals=_whole,
    ),
    Kind(
        name="erc20-balance-of-fixed-total",
        about="the wallet's share of the tokens of all who vote",
        check=_check_total,
        evaluate=_part_of_total,
        decimals=_total_decimals,
        by_voters=True,
        why_zero=not_held,
    ),
)
