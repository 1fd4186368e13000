"""Strategies on tokens that are locked: in a vault, in a lock that decays, in a vesting contract."""

from __future__ import annotations

import re
from fractions import Fraction

from eth_hash.auto import keccak

from bot.domain.power.exact_numbers import units
from bot.domain.power.strategies.contract_balances import balances, contract, not_held, token
from bot.domain.power.strategy import Evaluation, Setting, Strategy
from bot.domain.power.strategy_kind import Kind
from bot.domain.power.strategy_params import Params, wrong
from bot.domain.power.typed_reads import argument, calls, numbers, side_by_side, view, word
from bot.domain.shared.errors.faults.strategies import NotAFunctionName, VeBioMissing
from bot.domain.shared.types import Address, ChainId, Units

_CONVERT_TO_ASSETS = bytes.fromhex("07a2d13a")  # convertToAssets(uint256)
_IDS = bytes.fromhex("e7657e15")  # ids()
_USR, _TOT, _ACCRUED, _BGN, _FIN = (
    bytes.fromhex(selector) for selector in ("c659cd45", "892de51d", "f52981f4", "21f6c0cf", "e529780d")
)  # usr, tot, accrued, bgn and fin, each of (uint256)
_VE_BIO = {
    ChainId(8453): "0xe1b48c0279cd95d984f1290293116c45d049a3bd",
    ChainId(1): "0xf91a12742aa609d41513a137d3c36b749f56f40c",
}
WEEK = 604_800
_METHOD = re.compile(r"[A-Za-z_$][A-Za-z0-9_$]{0,63}")
_SIGN = 1 << 255
MOST_AWARDS = 5_000
"""The most awards that are read; of a contract that states more, every score is unknown."""


def _assets(strategy: Strategy, wallets: tuple[Address, ...], _setting: Setting) -> Evaluation:
    """Return what `convertToAssets` gives for each wallet's shares of the vault, in base units of the asset."""
    shares = yield from balances(strategy, wallets)
    known = [share for share in shares if share is not None]
    asked = [_CONVERT_TO_ASSETS + argument(share) for share in known]
    worth = iter((yield from numbers(strategy.network, contract(strategy), asked)))
    return tuple(None if share is None or (assets := next(worth)) is None else Units(assets) for share in shares)


def _check_lock(params: Params) -> dict[str, object]:
    method = params.raw.get("method", "locked")
    if not isinstance(method, str) or not _METHOD.fullmatch(method):
        raise wrong("method", NotAFunctionName("locked"))
    return token(params, "votes") | {
        "method": method,
        "amountWord": params.whole("amountWord", 0, high=15),
        "endWord": params.whole("endWord", 1, high=15),
        "maxWeeks": params.whole("maxWeeks", 104, low=1, high=5_200),
        "weeks": params.word("weeks", "exact", ("exact", "floored")),
    }


def _locked(strategy: Strategy, wallets: tuple[Address, ...], setting: Setting) -> Evaluation:
    """Return amount x weeks until the lock's end / `maxWeeks`, at the block's timestamp, in base units.

    The weeks left are at most `maxWeeks`, and are cut to whole ones if `weeks` is `floored`.
    """
    params = strategy.params
    selector = keccak(f"{params['method']}(address)".encode())[:4]
    at_amount, at_end, most = (int(str(params[name])) for name in ("amountWord", "endWord", "maxWeeks"))
    now = setting.blocks[strategy.network].timestamp
    scores: list[Units | None] = []
    for lock in (
        yield from calls(strategy.network, contract(strategy), [selector + argument(wallet) for wallet in wallets])
    ):
        amount, end = word(lock, at_amount), word(lock, at_end)
        if amount is None or end is None:
            scores.append(None)
            continue
        left = Fraction(max(0, end - now), WEEK)
        weeks = min(left if params["weeks"] == "exact" else left // 1, most)
        scores.append(units(Fraction(0 if amount >= _SIGN else amount) * weeks / most, 0))
    return tuple(scores)


def _check_vesting(params: Params) -> dict[str, object]:
    network = params.whole("vestingNetwork", params.network, low=1, high=2**53 - 1)
    return {
        "DSSVestAddress": params.address("DSSVestAddress", chain=ChainId(network)),
        "symbol": params.symbol("vesting"),
        "decimals": params.decimals(),
        "vestingNetwork": str(network),
        "cliffDuration": params.whole("cliffDuration", 0),
    }


def _vesting_network(strategy: Strategy) -> ChainId:
    return ChainId(int(str(strategy.params["vestingNetwork"])))


def _vested(strategy: Strategy, wallets: tuple[Address, ...], setting: Setting) -> Evaluation:
    """Return the sum over a wallet's awards of (total - accrued) x the elapsed part of the time from begin to end.

    The time begins `cliffDuration` seconds before the award's own begin.
    """
    chain, vest = _vesting_network(strategy), Address(str(strategy.params["DSSVestAddress"]))
    cliff, now = int(str(strategy.params["cliffDuration"])), setting.blocks[chain].timestamp
    count = yield from view(chain, vest, _IDS)
    if count is None or count > MOST_AWARDS:
        return (None,) * len(wallets)
    owners = yield from numbers(chain, vest, [_USR + argument(one) for one in range(1, count + 1)])
    if None in owners:
        return (None,) * len(wallets)
    asked = {int(wallet, 16) for wallet in wallets}
    mine = [one for one, owner in enumerate(owners, start=1) if owner in asked]
    columns = yield from side_by_side(
        [numbers(chain, vest, [selector + argument(one) for one in mine]) for selector in (_TOT, _ACCRUED, _BGN, _FIN)]
    )
    scores: dict[int, int | None] = dict.fromkeys(asked, 0)
    for one, total, accrued, begin, end in zip(mine, *columns, strict=True):
        owner = owners[one - 1] or 0
        so_far = scores[owner]
        if so_far is None or total is None or accrued is None or begin is None or end is None:
            scores[owner] = None
        else:
            scores[owner] = so_far + _linear(total - accrued, begin - cliff, end, now)
    return tuple(None if (amount := scores[int(wallet, 16)]) is None else Units(amount) for wallet in wallets)


def _linear(amount: int, start: int, end: int, now: int) -> int:
    if now <= start:
        return 0
    return amount if now > end else amount * (now - start) // (end - start)


def _check_ve_bio(params: Params) -> dict[str, object]:
    """Return the checked parameters; the default `address` is the veBIO of the chain."""
    known = _VE_BIO.get(params.network)
    if known is None and not params.has("address"):
        raise wrong("address", VeBioMissing(tuple(_VE_BIO)))
    return {"address": params.address() if params.has("address") else known, "symbol": params.symbol("veBIO")}


def _ve_bio(strategy: Strategy, wallets: tuple[Address, ...], _setting: Setting) -> Evaluation:
    """Return each wallet's `balanceOf` at the block: the weight of all its locks, which decays."""
    return balances(strategy, wallets)


KINDS = (
    Kind(
        name="ve-bio",
        about="locked BIO, less the nearer its end; all of it while it renews itself",
        check=_check_ve_bio,
        evaluate=_ve_bio,
        decimals=lambda _strategy: 18,
        why_zero=not_held,
    ),
    Kind(name="erc4626-assets-of", about="what shares of the vault are worth in tokens", check=token, evaluate=_assets),
    Kind(
        name="ve-lock", about="locked tokens, the more the longer they stay locked", check=_check_lock, evaluate=_locked
    ),
    Kind(
        name="linear-vesting-power",
        about="tokens that vest, by the time that is over",
        check=_check_vesting,
        evaluate=_vested,
        contract=lambda strategy: Address(str(strategy.params["DSSVestAddress"])),
        chains=lambda strategy: (_vesting_network(strategy),),
    ),
)
