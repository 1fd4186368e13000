"""What is built on other strategies, and on who delegates to whom."""

from __future__ import annotations

from typing import Any

from bot.domain.shared.types import Address
from tests.domain.power.second_reading.balances import simple
from tests.domain.power.second_reading.pools import Drawing
from tests.domain.power.second_reading.world import Score, World, unit


def inner(world: World, *, network: bool = False) -> tuple[dict[str, Any], Score]:
    """A token's balance inside another strategy; its window is not looked at there."""
    params, score = simple(world, "balanceOf(address)")
    named = {"network": world.rng.choice([1, "1"])} if network or world.rng.random() < 0.3 else {}
    return {"name": "erc20-balance-of", "params": params, **named}, score


def unseen(world: World, entry: dict[str, Any]) -> dict[str, Any]:
    """Give it a window that would leave all out."""
    return {**entry, "params": {**entry["params"], "start": 10**9}} if world.rng.random() < 0.3 else entry


def weighted(world: World) -> Drawing:
    entry, score = inner(world)
    params = {"strategy": unseen(world, entry), **world.given(weight=[0, 1, 2.5, 0.001])}
    weight = params.get("weight")
    return params, lambda wallet: score(wallet) * (1 if weight is None else float(weight))


def thresholds(world: World) -> Drawing:
    entry, score = inner(world)
    steps = [
        (one, world.rng.choice([0, 1, 7.5]))
        for one in world.rng.sample([0, 0.5, 1, 10, 10**4], world.rng.choice([0, 1, 3]))
    ]
    params = {
        "strategy": unseen(world, entry),
        "thresholds": [{"threshold": at, "votes": votes} for at, votes in steps],
    }
    counted = steps or [(1, 1)]
    return params, lambda wallet: max([(0, 0), *(step for step in counted if step[0] <= score(wallet))])[1]


def holding(world: World) -> Drawing:
    tokens = [
        (world.address(), world.some([0, 6, 18]), world.some([0, 1, 5])) for _ in range(world.rng.choice([0, 1, 3]))
    ]
    listed = [
        {"address": world.form(one), "network": world.rng.choice([1, "1"]), "decimals": decimals, "minBalance": least}
        for one, decimals, least in tokens
    ]
    return (
        {"tokenAddresses": listed},
        lambda wallet: (
            bool(tokens)
            and all(
                unit(world.contract(one, "balanceOf(address)", wallet), decimals) > float(least or 0)
                for one, decimals, least in tokens
            )
        ),
    )


def chains(world: World) -> Drawing:
    some = [inner(world, network=True) for _ in range(world.rng.choice([0, 1, 3]))]
    params: dict[str, Any] = {"strategies": [unseen(world, entry) for entry, _ in some]}
    start = world.some([18_999_999, 19_000_000, 19_000_001])
    if start is not None:
        params["startBlocks"] = {"1": start}
    reached = start is None or int(start) <= 19_000_000
    return params, lambda wallet: sum(score(wallet) for _, score in some) if reached else 0


def received(to: dict[str, str], voters: set[str], score: Score, wallet: str) -> float:
    """What those give who delegate to a wallet and do not vote."""
    return sum(score(Address(giver)) for giver, taker in to.items() if taker == wallet and giver not in voters)


def capped(world: World) -> Drawing:
    entry, score = inner(world)
    token, to = world.address(), world.delegate()
    params: dict[str, Any] = {"strategies": [entry], "address": world.form(token)}
    for name, some in (("decimals", [0, 6, 18]), ("capPercentage", [0, 1, 12.5, 100])):
        if world.rng.random() < 0.9:
            params[name] = world.text(world.rng.choice(some))

    def capped_score(wallet: str) -> float:
        if not {"decimals", "capPercentage"} <= params.keys():
            return 0
        supply = world.contract(token, "totalSupply()") / float(10 ** int(params["decimals"]))
        cap = float(params["capPercentage"]) * supply / 100
        return min(received(to, {*world.wallets}, score, wallet), cap)

    return params, capped_score


def overridden(world: World) -> Drawing:
    entry, score = inner(world)
    to, keys = world.delegate(), world.rng.sample(world.wallets, min(2, len(world.wallets)))
    moved = {one: world.rng.choice([*world.wallets, world.address()]) for one in keys}
    params = {"strategies": [entry], "overrides": {world.form(one): world.form(taker) for one, taker in moved.items()}}

    def handed_on(wallet: str) -> float:
        mine = [one for one, taker in moved.items() if taker == wallet] + ([] if wallet in moved else [wallet])
        return sum(received(to, {*world.wallets}, score, one) for one in mine)

    return params, handed_on


def spark(world: World) -> Drawing:
    to = world.delegate()
    listed = [one for one in world.wallets if world.rng.random() < 0.5]
    held = ("0xc20059e0317de91738d13af027dfc4a50781b066", "balanceOf(address)")
    staked = ("0xc6132faf04627c8d05d6e759fabb331ef2d8f8fd", "slashableBalanceOf(address)")

    def own(wallet: str) -> float:
        return unit(world.contract(*held, wallet)) + unit(world.contract(*staked, wallet))

    def score(wallet: str) -> float:
        given = received(to, set(), own, wallet) if wallet in listed else 0
        return given + (0 if wallet in to else own(wallet))

    return {"whitelistedDelegates": [world.form(one) for one in listed]}, score
