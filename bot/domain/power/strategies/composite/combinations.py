"""Strategies that add up, weigh, cap or pass on the scores of others, on one or several chains."""

from __future__ import annotations

from fractions import Fraction

from bot.domain.power.exact_numbers import places, units
from bot.domain.power.strategies.balance_formulas import finer, stated
from bot.domain.power.strategies.delegation.delegate_registry import KINDS as DELEGATED
from bot.domain.power.strategies.delegation.delegate_registry import check_registry, registry_chain
from bot.domain.power.strategy import MAX_DECIMALS, Evaluation, Setting, Strategy
from bot.domain.power.strategy_catalogue import decimals_of, inner_of, scale, sums, symbols, values
from bot.domain.power.strategy_kind import Kind
from bot.domain.power.strategy_params import Params, wrong
from bot.domain.power.typed_reads import numbers
from bot.domain.shared.addresses import parse_address
from bot.domain.shared.errors.faults.strategies import ParamFlaw
from bot.domain.shared.errors.fields import Param
from bot.domain.shared.types import Address, Units

_TOTAL_SUPPLY = bytes.fromhex("18160ddd")  # totalSupply()
_DELEGATION = next(kind for kind in DELEGATED if kind.name == "delegation")


def _check_chains(params: Params) -> dict[str, object]:
    """Return the checked strategies, each with its network, and by network the first block of which they count (0)."""
    for index, entry in enumerate(params.listed("strategies"), start=1):
        if isinstance(entry, dict) and not entry.get("network"):
            raise wrong(f"strategies {index} network", ParamFlaw.INNER_NETWORK_MISSING)
    starts = params.raw.get("startBlocks") or {}
    if not isinstance(starts, dict):
        raise wrong("startBlocks", ParamFlaw.START_BLOCKS_NOT_AN_OBJECT)
    read = {
        str(name): Params(raw={"startBlocks": number}, network=params.network, space=None, parse=params.parse).whole(
            "startBlocks"
        )
        for name, number in starts.items()
    }
    inner = [without_window(one) for one in params.strategies(least=0)]
    checked: dict[str, object] = {"strategies": inner, "startBlocks": read}
    return checked | ({"symbol": params.symbol("")} if params.has("symbol") else {})


def without_window(entry: dict[str, object]) -> dict[str, object]:
    """Return an inner strategy without its `start` and `end`, which Snapshot ignores there."""
    held = entry["params"]
    params = held if isinstance(held, dict) else {}
    return {**entry, "params": {name: value for name, value in params.items() if name not in ("start", "end")}}


def _listed(strategy: Strategy) -> tuple[Strategy, ...]:
    return inner_of(strategy, "strategies")


def _on_all_chains(strategy: Strategy, wallets: tuple[Address, ...], setting: Setting) -> Evaluation:
    """Return the sum of each strategy's score on its own network.

    Strategies whose network's pinned block is before its start block are left out.
    """
    starts = strategy.params["startBlocks"]
    first = starts if isinstance(starts, dict) else {}
    counted = [
        one for one in _listed(strategy) if setting.blocks[one.network].number >= int(first.get(str(one.network), 0))
    ]
    if not counted:
        return (Units(0),) * len(wallets)
    return (yield from sums(counted, wallets, setting, _sum_decimals(strategy), signed=True))


def _sum_decimals(strategy: Strategy) -> int:
    return scale(_listed(strategy))


def _sum_symbol(strategy: Strategy) -> str:
    return str(strategy.params.get("symbol") or symbols(_listed(strategy)) or "votes")


def _nowhere(_strategy: Strategy) -> None:
    return None


def _check_weighted(params: Params) -> dict[str, object]:
    return {"strategy": without_window(params.strategy()), "weight": params.number("weight", 1), **_named(params)}


def _named(params: Params) -> dict[str, object]:
    return {"symbol": params.symbol("")} if params.has("symbol") else {}


def _one(strategy: Strategy) -> tuple[Strategy, ...]:
    return inner_of(strategy, "strategy")


def _one_symbol(strategy: Strategy) -> str:
    return str(strategy.params.get("symbol") or symbols(_one(strategy)))


def _weighed(strategy: Strategy, wallets: tuple[Address, ...], setting: Setting) -> Evaluation:
    """Return score x weight."""
    weight, finest = stated(strategy, "weight"), _weighed_decimals(strategy)
    given = yield from values(_one(strategy)[0], wallets, setting)
    return tuple(None if one is None else units(one * weight, finest) for one in given)


def _weighed_decimals(strategy: Strategy) -> int:
    return finer(strategy, decimals_of(_one(strategy)[0]), "weight")


def _check_cap(params: Params) -> dict[str, object]:
    """Return the checked parameters. Without `decimals` or `capPercentage`, every score is 0."""
    return {
        "strategies": params.strategies(),
        "address": params.address(),
        **({"decimals": params.decimals()} if params.has("decimals") else {}),
        **({"capPercentage": params.number("capPercentage")} if params.has("capPercentage") else {}),
        **check_registry(params),
        **_named(params),
    }


def _capped(strategy: Strategy, wallets: tuple[Address, ...], setting: Setting) -> Evaluation:
    """Return what each wallet receives from delegators who do not vote, at most `capPercentage` of the supply.

    The supply is the token's at the block.
    """
    if not _has_cap(strategy):
        return (Units(0),) * len(wallets)
    token = Address(str(strategy.params["address"]))
    received = yield from _DELEGATION.evaluate(strategy, wallets, setting)
    (supply,) = yield from numbers(strategy.network, token, [_TOTAL_SUPPLY])
    if supply is None:
        return tuple(Units(0) if one == 0 else None for one in received)
    finest, unit = _capped_decimals(strategy), 10 ** int(str(strategy.params["decimals"]))
    most = Fraction(supply, unit) * stated(strategy, "capPercentage") / 100
    scaled = 10 ** scale(_listed(strategy))
    return tuple(None if one is None else units(min(Fraction(one, scaled), most), finest) for one in received)


def _has_cap(strategy: Strategy) -> bool:
    return "decimals" in strategy.params and "capPercentage" in strategy.params


def _capped_decimals(strategy: Strategy) -> int:
    if not _has_cap(strategy):
        return scale(_listed(strategy))
    finest = int(str(strategy.params["decimals"])) + places(stated(strategy, "capPercentage")) + 2
    return min(MAX_DECIMALS, max(finest, scale(_listed(strategy))))


def _check_overrides(params: Params) -> dict[str, object]:
    held = params.raw.get("overrides") or {}
    if not isinstance(held, dict):
        raise wrong("overrides", ParamFlaw.OVERRIDES_NOT_AN_OBJECT)
    moved = {
        parse_address(str(one), field=Param("overrides")): parse_address(str(to), field=Param("overrides"))
        for one, to in held.items()
    }
    return {"strategies": params.strategies(), "overrides": moved, **check_registry(params), **_named(params)}


def _handed_on(strategy: Strategy, wallets: tuple[Address, ...], setting: Setting) -> Evaluation:
    """Return what each wallet receives from delegators who do not vote, redirected as `overrides` says (from: to).

    An amount is redirected once: a wallet keeps what is redirected to it, even if its own is redirected elsewhere.
    """
    held = strategy.params["overrides"]
    moved = {Address(str(one)): Address(str(to)) for one, to in held.items()} if isinstance(held, dict) else {}
    voters = setting.voters | set(wallets)
    keys = tuple(one for one in sorted(moved) if one not in wallets)
    inside = Setting(blocks=setting.blocks, voters=voters | frozenset(keys))
    people = (*wallets, *keys)
    given = yield from _DELEGATION.evaluate(strategy, people, inside)
    total: dict[Address, Units | None] = dict.fromkeys(wallets, Units(0))
    for person, amount in zip(people, given, strict=True):
        taker = moved.get(person, person)
        if taker in total:
            so_far = total[taker]
            total[taker] = None if so_far is None or amount is None else Units(so_far + amount)
    return tuple(total[wallet] for wallet in wallets)


KINDS = (
    Kind(
        name="multichain",
        about="the sum of strategies on several chains",
        check=_check_chains,
        evaluate=_on_all_chains,
        decimals=_sum_decimals,
        symbol=_sum_symbol,
        contract=_nowhere,
        inner=_listed,
    ),
    Kind(
        name="weighted",
        about="what the strategy inside gives, times a weight",
        check=_check_weighted,
        evaluate=_weighed,
        decimals=_weighed_decimals,
        symbol=_one_symbol,
        contract=_nowhere,
        inner=_one,
    ),
    Kind(
        name="delegation-with-cap",
        about="what delegators give who do not vote, up to a cap",
        check=_check_cap,
        evaluate=_capped,
        decimals=_capped_decimals,
        symbol=_sum_symbol,
        inner=_listed,
        chains=registry_chain,
        by_voters=True,
    ),
    Kind(
        name="delegation-with-overrides",
        about="what delegators give who do not vote, some of it handed on",
        check=_check_overrides,
        evaluate=_handed_on,
        decimals=_sum_decimals,
        symbol=_sum_symbol,
        contract=_nowhere,
        inner=_listed,
        chains=registry_chain,
        by_voters=True,
    ),
)
