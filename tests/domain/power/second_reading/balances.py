"""What contracts tell of a wallet, counted, compared or multiplied."""

from __future__ import annotations

from bot.domain.shared.types import Address
from tests.domain.power.second_reading.pools import Drawing
from tests.domain.power.second_reading.world import World, unit, unless_falsy


def simple(world: World, signature: str, *more: int) -> Drawing:
    token = world.address()
    params = {"address": world.form(token), **world.decimals()}
    return params, lambda wallet: unit(world.contract(token, signature, wallet, *more), params.get("decimals"))


def vault(world: World) -> Drawing:
    token = world.address()
    params = {"address": world.form(token), **world.decimals()}
    return (
        params,
        lambda wallet: (
            unit(world.contract(token, "balanceOf(address)", wallet), params.get("decimals"))
            * unit(world.contract(token, "getPricePerFullShare()"))
        ),
    )


def indexed(world: World) -> Drawing:
    token, index = world.address(), world.address()
    params = {"address": world.form(token), "indexAddress": world.form(index), **world.decimals()}
    params |= world.given(indexDecimals=[0, 6, 18])
    return (
        params,
        lambda wallet: (
            unit(world.contract(token, "balanceOf(address)", wallet), params.get("decimals"))
            * unit(world.contract(index, "index()"), params.get("indexDecimals"))
        ),
    )


def market(world: World) -> Drawing:
    token, back = world.address(), world.rng.choice([1, 7, 100])
    params = {"address": world.form(token), "offsetCheck": world.text(back), **world.decimals()}
    if world.rng.random() < 0.5:
        params["borrowingRestricted"] = world.rng.choice([True, False])

    def score(wallet: str) -> float:
        if params.get("borrowingRestricted") and world.contract(token, "borrowBalanceStored(address)", wallet):
            return 0
        held = (world.contract(token, "balanceOf(address)", wallet, before=before) for before in (0, back))
        return unit(min(held), params.get("decimals"))

    return params, score


def moloch(world: World, *places: int) -> Drawing:
    dao = world.address()
    params = {"address": world.form(dao), **world.decimals()}

    def score(wallet: str) -> float:
        member = world.contract(dao, "memberAddressByDelegateKey(address)", wallet)
        told = (world.contract(dao, "members(address)", member, at=place) for place in places if member)
        return sum(unit(one, params.get("decimals")) for one in told)

    return params, score


def locks(world: World) -> Drawing:
    token = world.address()
    world.collections.add(token)
    params = {"address": world.form(token), **world.decimals()}

    def score(wallet: str) -> float:
        number = world.contract(token, "balanceOf(address)", wallet)
        ids = [world.contract(token, "tokenOfOwnerByIndex(address,uint256)", wallet, at) for at in range(number)]
        return sum(unit(world.contract(token, "balanceOfNFT(uint256)", one), params.get("decimals")) for one in ids)

    return params, score


def snapshot_of_token(world: World) -> Drawing:
    number = world.rng.randint(1, 99)
    params, score = simple(world, "balanceOfAt(address,uint256)", number)
    return params | {"snapshotId": world.text(number)}, score


def chief(world: World) -> Drawing:
    params = world.decimals() | ({"address": world.address()} if world.rng.random() < 0.5 else {})
    deposits = ("0x9ef05f7f6deb616fd37ac3c959a2ddd25a54e4f5", "deposits(address)")
    return params, lambda wallet: unit(world.contract(*deposits, wallet), params.get("decimals"))


def fixed_total(world: World) -> Drawing:
    params, held = simple(world, "balanceOf(address)")
    params |= world.given(total=[0, 100, 12.5, 10**6])

    def score(wallet: Address) -> float:
        everything = sum(map(held, world.wallets))
        return float(params.get("total") or 0) * held(wallet) / everything if everything else 0

    return params, score


def more_than(world: World) -> Drawing:
    params, held = simple(world, "balanceOf(address)")
    params |= world.given(empty=True, min=[0, 1, 5, 0.5])
    return params, lambda wallet: held(wallet) > float(params.get("min") or 0)


def coins(world: World) -> Drawing:
    params = world.given(empty=True, minBalance=[0, 1, 5, 0.5])
    return params, lambda wallet: unit(world.coins[wallet]) > float(params.get("minBalance") or 0)


def delegated_to(world: World) -> Drawing:
    params, held = simple(world, "balanceOf(address)")
    to = world.rng.randint(0, 2)
    token = params["address"].lower()
    params["delegate"] = world.form(f"0x{to:040x}")
    return params, lambda wallet: held(wallet) if world.contract(token, "delegates(address)", wallet) == to else 0


def collection(world: World) -> Drawing:
    params, _ = simple(world, "balanceOf(address)")
    token = params["address"].lower()
    return params, lambda wallet: float(world.contract(token, "balanceOf(address)", wallet))


def of_one_id(world: World) -> Drawing:
    number = world.rng.choice([0, 5, 2**200])
    params, held = simple(world, "balanceOf(address,uint256)", number)
    params |= {"tokenId": str(number), **world.given(empty=True, multiplier=[0, 1, 2.5, 7])}
    return params, lambda wallet: held(wallet) * float(unless_falsy(params.get("multiplier"), 1))


def collections(world: World) -> Drawing:
    some = [world.address() for _ in range(world.rng.choice([0, 1, 3]))]
    some += some[:1] if world.rng.random() < 0.3 else []
    return {"registries": [world.form(one) for one in some]}, lambda wallet: sum(
        float(world.contract(one, "balanceOf(address)", wallet)) for one in some
    )


def collections_weighted(world: World) -> Drawing:
    some = [world.address() for _ in range(world.rng.choice([0, 1, 3]))]
    weights = [world.text(world.rng.choice([0, 1, 2.5])) for _ in range(world.rng.choice([0, 1, 3, 4]))]
    params = {"tokens": [world.form(one) for one in some], "weights": weights}
    padded = [*weights, *[1] * len(some)]
    return params, lambda wallet: sum(
        world.contract(one, "balanceOf(address)", wallet) * float(unless_falsy(weight, 1))
        for one, weight in zip(some, padded, strict=False)
    )


def hats(world: World, *, several: bool) -> Drawing:
    hat, rng = world.address(), world.rng
    some = [
        [rng.randint(1, 2**32 - 1), *(rng.randint(0, 65_535) for _ in range(rng.randint(0, 14)))]
        for _ in range(rng.choice([0, 1, 3]) if several else 1)
    ]
    written = [".".join(map(str, one)) for one in some]
    ids = [
        int((f"{top:08x}" + "".join(f"{level:04x}" for level in levels)).ljust(64, "0"), 16) for top, *levels in some
    ]
    params = {"address": world.form(hat)} | ({"hatIds": written} if several else {"hatId": written[0]})
    return params, lambda wallet: any(world.contract(hat, "isWearerOfHat(address,uint256)", wallet, one) for one in ids)
