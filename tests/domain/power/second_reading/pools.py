"""What is staked in chefs, shares of pairs, and what DAOs add up of them."""

from __future__ import annotations

from typing import Any

from bot.domain.shared.types import Address
from tests.domain.power.second_reading.world import Score, World, unit, unless_falsy

Drawing = tuple[dict[str, Any], Score]
MAIN_CHEF = "0x73feaa1ee314f8c655e354234017be2193c9e24e"


def masterchef(world: World) -> Drawing:
    chef, pair, pid = world.address(), world.address(), world.rng.randint(0, 50)
    params = {"chefAddress": world.form(chef), "pid": world.text(pid), **world.decimals()}
    params |= world.given(empty=True, tokenIndex=[0, 1], weight=[0, 1, 202], weightDecimals=[0, 1, 3])
    if world.rng.random() < 0.6:
        params["uniPairAddress"] = world.form(pair)

    def score(wallet: str) -> float:
        staked = world.contract(chef, "userInfo(uint256,address)", pid, wallet)
        weight, fine = int(unless_falsy(params.get("weight"), 1)), 10 ** int(params.get("weightDecimals") or 0)
        decimals = unless_falsy(params.get("decimals"), 18)
        if "uniPairAddress" not in params:
            return unit(staked * weight // fine, decimals)
        reserve = world.contract(pair, "getReserves()", at=int(params.get("tokenIndex") or 0))
        each = reserve * 10**18 // world.contract(pair, "totalSupply()")
        return unit(staked * each * weight // fine // 10**18, decimals)

    return params, score


def masterchef_price(world: World) -> Drawing:
    chef, pair, token, *sides = (world.address() for _ in range(5))
    pid = world.rng.randint(0, 50)
    params: dict[str, Any] = {"chefAddress": world.form(chef), "pid": world.text(pid), **world.decimals()}
    params |= world.given(empty=True, weight=[0, 1, 3], weightDecimals=[0, 1, 2])
    what = world.rng.choice(["staked", "token", "pair"])
    if what == "token":
        params["tokenAddress"] = world.form(token)
    if what == "pair":
        params["uniPairAddress"] = world.form(pair)
        world.pair(pair, *sides)
        params |= named_sides(world, sides, token)
    if world.rng.random() < 0.4:
        params["antiWhale"] = {"enable": world.rng.choice([True, True, False])} | world.given(
            threshold=[10, 1625], inflectionPoint=[0, 5, 100], exponent=[0, 0.3, 1]
        )
    decimals = params.get("decimals")

    def part(staked: int, place: int) -> float | None:
        named = params.get(("token0", "token1")[place])
        if named is None or named["address"].lower() != sides[place]:
            return None
        scale, supply = 10 ** world.contract(pair, "decimals()"), world.contract(pair, "totalSupply()")
        each = world.contract(pair, "getReserves()", at=place) * scale // supply
        own = staked * each // 10 ** world.contract(sides[place], "decimals()")
        own = own * int(unless_falsy(named.get("weight"), 1)) // 10 ** int(named.get("weightDecimals") or 0)
        return unit(own, decimals)

    def score(wallet: str) -> float:
        staked = world.contract(chef, "userInfo(uint256,address)", pid, wallet)
        if what == "pair":
            parts = [one for one in (part(staked, place) for place in range(2)) if one is not None]
            plain = staked / 10 ** world.contract(pair, "decimals()") / 10 ** int(decimals or 0)
            result = sum(parts) if parts else plain
        else:
            result = unit(staked // 10 ** (world.contract(token, "decimals()") if what == "token" else 0), decimals)
        result *= int(unless_falsy(params.get("weight"), 1)) / 10 ** int(params.get("weightDecimals") or 0)
        return damped(result, params.get("antiWhale"))

    return params, score


def named_sides(world: World, sides: list[Address], other: Address) -> dict[str, Any]:
    """Some sides of a pair, or another token in their place; of token 1 the weight's places are never read there."""
    named: dict[str, Any] = {}
    for place, side in enumerate(sides):
        if world.rng.random() < 0.6:
            token = {"address": world.form(side if world.rng.random() < 0.8 else other)}
            fine = world.given(weightDecimals=[0, 2]) if place == 0 else {}
            named[f"token{place}"] = token | world.given(weight=[0, 1, 50]) | fine
    return named


def damped(result: float, told: dict[str, Any] | None) -> float:
    if told is None or not told["enable"]:
        return result
    threshold, turning, exponent = (
        float(told.get(name) or 0) or usual
        for name, usual in (("threshold", 1625.0), ("inflectionPoint", 6500.0), ("exponent", 0.5))
    )
    turning = max(turning, threshold)
    if result > threshold:
        return float(turning * (result / turning) ** exponent)
    return float(result * (turning * (threshold / turning) ** exponent / threshold))


def token_and_shares(world: World, times: int) -> Drawing:
    token, pair, other = world.address(), world.address(), world.address()
    place = world.rng.choice([0, 1, None])
    world.pair(pair, *{0: (token, other), 1: (other, token), None: (other, pair)}[place])
    params = {"tokenAddress": world.form(token), "lpTokenAddress": world.form(pair), **world.decimals()}

    def score(wallet: str) -> float:
        of_token, of_pair = world.contract(token, "decimals()"), world.contract(pair, "decimals()")
        reserve = 0 if place is None else world.contract(pair, "getReserves()", at=place)
        each = times * unit(reserve, of_token) / unit(world.contract(pair, "totalSupply()"), of_pair)
        shares = unit(world.contract(pair, "balanceOf(address)", wallet), of_pair)
        return shares * each + unit(world.contract(token, "balanceOf(address)", wallet), of_token)

    return params, score


def pancake(world: World) -> Drawing:
    token, chefs = (
        world.address(),
        [(world.address(), world.some([0, 6, 18])) for _ in range(world.rng.choice([0, 1, 3]))],
    )
    chefs += chefs[:1] if world.rng.random() < 0.3 else []
    listed = [{"address": world.form(chef), "decimals": decimals} for chef, decimals in chefs]
    params = {"address": world.form(token), "chefAddresses": listed, **world.decimals()}

    def score(wallet: str) -> float:
        held = unit(world.contract(token, "balanceOf(address)", wallet), params.get("decimals"))
        main = unit(world.contract(MAIN_CHEF, "userInfo(uint256,address)", 0, wallet))
        return held + main + sum(unit(world.contract(chef, "userInfo(address)", wallet), d) for chef, d in chefs)

    return params, score


def frax(world: World) -> Drawing:
    fxs, locked, pair, farm = (world.address() for _ in range(4))
    place = world.rng.choice([0, 1])
    world.pair(pair, *((fxs, farm) if place == 0 else (farm, fxs)))
    names = ("FXS", "VEFXS", "UNI_LP_FRAX_FXS", "FARMING_UNI_LP_FRAX_FXS")
    params = {name: world.form(one) for name, one in zip(names, (fxs, locked, pair, farm), strict=True)}

    def score(wallet: str) -> float:
        each = world.contract(pair, "getReserves()", at=place) * 10**18 // world.contract(pair, "totalSupply()")
        held = sum(world.contract(one, "balanceOf(address)", wallet) for one in (fxs, locked))
        shares = (
            world.contract(pair, "balanceOf(address)", wallet),
            world.contract(farm, "boostedBalanceOf(address)", wallet),
        )
        return unit(held + sum(one * each // 10**18 for one in shares))

    return params, score


def genomes(world: World) -> Drawing:
    token, locked, pair, farm = (world.address() for _ in range(4))
    place = world.rng.choice([0, 1])
    world.pair(pair, *((token, farm) if place == 0 else (farm, token)))
    names = ("address", "veaddress", "lpaddress", "harvaddress")
    params = {name: world.form(one) for name, one in zip(names, (token, locked, pair, farm), strict=True)}
    params |= world.decimals()

    def score(wallet: str) -> float:
        held, put_away, shares, farmed = (
            world.contract(one, "balanceOf(address)", wallet) for one in (token, locked, pair, farm)
        )
        behind = (
            (shares + farmed) * world.contract(pair, "getReserves()", at=place) // world.contract(pair, "totalSupply()")
        )
        return unit(behind + held + 5 * put_away, params.get("decimals"))

    return params, score
