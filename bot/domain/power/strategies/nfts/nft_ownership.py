"""Strategies on single tokens: who owns given ids, or how many of given ids a wallet holds."""

from __future__ import annotations

from bot.domain.power.exact_numbers import units
from bot.domain.power.strategies.balance_formulas import finer, stated
from bot.domain.power.strategies.contract_balances import contract, not_held
from bot.domain.power.strategy import Evaluation, Setting, Strategy
from bot.domain.power.strategy_kind import Kind
from bot.domain.power.strategy_params import Params, wrong
from bot.domain.power.typed_reads import argument, calls, numbers
from bot.domain.shared.errors.faults.strategies import ParamFlaw
from bot.domain.shared.types import Address, Units

_OWNER_OF = bytes.fromhex("6352211e")  # ownerOf(uint256)
_NOBODY = -1
_BALANCE_OF_BATCH = bytes.fromhex("4e1273f4")  # balanceOfBatch(address[],uint256[])


def _ids(params: Params, *names: str) -> list[str]:
    """Return the ids in the first of these parameters that is given. Raises InvalidInput if there are none.

    The last name is a misspelling that is in use.
    """
    name = next((one for one in names if params.has(one)), names[0])
    read = [
        Params(raw={name: entry}, network=params.network, space=None, parse=params.parse).whole(name)
        for entry in params.listed(name)
    ]
    if not read:
        raise wrong(name, ParamFlaw.NAMES_NO_TOKEN)
    return [str(number) for number in read]


def _numbers(strategy: Strategy, name: str) -> list[int]:
    held = strategy.params[name]
    return [int(str(number)) for number in held] if isinstance(held, list) else []


def _owned(strategy: Strategy) -> Evaluation:
    """Return the owner of each id as a number, `_NOBODY` if it has none; None for every id if `ownerOf` fails for all.

    `ownerOf` fails for a burned token. If it fails for all ids, the contract may not answer at all.
    """
    ids = _numbers(strategy, "tokenIds")
    owners = yield from numbers(strategy.network, contract(strategy), [_OWNER_OF + argument(one) for one in ids])
    known = any(owner is not None for owner in owners)
    return tuple(Units(_NOBODY if owner is None else owner) if known else None for owner in owners)


def _owns_any(strategy: Strategy, wallets: tuple[Address, ...], _setting: Setting) -> Evaluation:
    owners = yield from _owned(strategy)
    return tuple(None if None in owners else Units(int(int(wallet, 16) in owners)) for wallet in wallets)


def _owns_each(strategy: Strategy, wallets: tuple[Address, ...], _setting: Setting) -> Evaluation:
    owners = yield from _owned(strategy)
    return tuple(None if None in owners else Units(owners.count(Units(int(wallet, 16)))) for wallet in wallets)


def _batch(strategy: Strategy, wallets: tuple[Address, ...], _setting: Setting) -> Evaluation:
    """Return how many tokens of all the ids together each wallet holds, x the weight; tokens have no decimals here."""
    ids = _numbers(strategy, "ids")
    after = argument(len(ids)) + b"".join(argument(one) for one in ids)
    before = _BALANCE_OF_BATCH + argument(64) + argument(96 + 32 * len(ids)) + argument(len(ids))
    asked = [before + argument(wallet) * len(ids) + after for wallet in wallets]
    answers = yield from calls(strategy.network, contract(strategy), asked)
    weight, finest = stated(strategy, "weight"), _batch_decimals(strategy)
    held = [_sum(answer, len(ids)) for answer in answers]
    return tuple(None if one is None else units(one * weight, finest) for one in held)


def _sum(answer: bytes | None, count: int) -> int | None:
    """Return the sum of an ABI-encoded `uint256[]`; None if it does not hold exactly `count` numbers."""
    if answer is None or len(answer) < 64 + 32 * count or int.from_bytes(answer[32:64], "big") != count:
        return None
    return sum(int.from_bytes(answer[at : at + 32], "big") for at in range(64, 64 + 32 * count, 32))


def _batch_decimals(strategy: Strategy) -> int:
    return finer(strategy, 0, "weight")


def _check_tokens(params: Params) -> dict[str, object]:
    return {"address": params.address(), "symbol": params.symbol("NFT"), "tokenIds": _ids(params, "tokenIds", "ids")}


def _check_batch(params: Params) -> dict[str, object]:
    return {
        "address": params.address(),
        "symbol": params.symbol("tokens"),
        "ids": _ids(params, "ids"),
        "weight": params.number("weight", 1),
    }


KINDS = (
    Kind(
        name="erc721-with-tokenid",
        about="one vote for one of the NFTs named",
        check=_check_tokens,
        evaluate=_owns_any,
        why_zero=not_held,
        decimals=lambda _strategy: 0,
    ),
    Kind(
        name="erc721-with-tokenid-weighted",
        about="how many of the NFTs named are the wallet's",
        check=_check_tokens,
        evaluate=_owns_each,
        why_zero=not_held,
        decimals=lambda _strategy: 0,
    ),
    Kind(
        name="erc1155-balance-of-ids",
        about="things in the wallet, of all ids named",
        check=lambda params: _check_batch(params) | {"weight": 1},
        evaluate=_batch,
        why_zero=not_held,
        decimals=_batch_decimals,
    ),
    Kind(
        name="erc1155-balance-of-ids-weighted",
        about="things in the wallet, of all ids named, times a weight",
        check=_check_batch,
        evaluate=_batch,
        why_zero=not_held,
        decimals=_batch_decimals,
    ),
)
