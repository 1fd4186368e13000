"""Strategies on memberships: shares of a Moloch, hats that a wallet wears, the delegators of one delegate."""

from __future__ import annotations

import re
from collections.abc import Callable

from bot.domain.power.strategies.contract_balances import DELEGATES, address_of, balances, contract, token
from bot.domain.power.strategy import Evaluation, Setting, Strategy
from bot.domain.power.strategy_kind import Kind
from bot.domain.power.strategy_params import Params, wrong
from bot.domain.power.typed_reads import argument, calls, each, side_by_side, word
from bot.domain.shared.errors.faults.strategies import ParamFlaw
from bot.domain.shared.types import Address, Units

_MEMBER_BY_KEY = bytes.fromhex("402c1794")  # memberAddressByDelegateKey(address)
_MEMBERS = bytes.fromhex("08ae4b0c")  # members(address)
_SHARES, _LOOT = 1, 2
"""Indices of words in the answer of `members`."""
_IS_WEARER = bytes.fromhex("4352409a")  # isWearerOfHat(address,uint256)
_LEVELS = 14
_TREE = re.compile(r"[0-9]{1,10}(?:\.[0-9]{1,5})*")
_HAT = re.compile(r"0x[0-9a-fA-F]{64}")


def _of_member(*words: int) -> Callable[..., Evaluation]:
    def evaluate(strategy: Strategy, wallets: tuple[Address, ...], _setting: Setting) -> Evaluation:
        """Return the sum of the chosen words of the member whose delegate key the wallet is; 0 if there is none."""
        chain, moloch = strategy.network, contract(strategy)
        members = yield from each(chain, moloch, _MEMBER_BY_KEY, wallets)
        known = [address_of(member) for member in members if member]
        said = iter((yield from calls(chain, moloch, [_MEMBERS + argument(member) for member in known])))
        scores: list[Units | None] = []
        for member in members:
            if not member:
                scores.append(None if member is None else Units(0))
                continue
            answer = next(said)
            found = [word(answer, at) for at in words]
            scores.append(None if None in found else Units(sum(one or 0 for one in found)))
        return tuple(scores)

    return evaluate


def _check_hat(params: Params) -> dict[str, object]:
    return {
        "address": params.address(),
        "symbol": params.symbol("hat"),
        "hatId": _hat(params.raw.get("hatId"), "hatId"),
    }


def _check_hats(params: Params) -> dict[str, object]:
    hats = [_hat(entry, "hatIds") for entry in params.listed("hatIds")]
    return {"address": params.address(), "symbol": params.symbol("hat"), "hatIds": hats}


def _hat(value: object, name: str) -> str:
    """Return a hat's id as 32 bytes in hexadecimal, from that form or from its place in the tree (`1.2.3`).

    The first number takes the first four bytes, each level below it two more (Hats Protocol). Raises InvalidInput.
    """
    if isinstance(value, str) and _HAT.fullmatch(value.strip()):
        return value.strip().lower()
    if not isinstance(value, str) or not _TREE.fullmatch(value.strip()):
        raise wrong(name, ParamFlaw.NOT_A_HAT)
    top, *levels = (int(part) for part in value.strip().split("."))
    if top >= 2**32 or any(level >= 2**16 for level in levels) or len(levels) > _LEVELS:
        raise wrong(name, ParamFlaw.IMPOSSIBLE_HAT)
    digits = f"{top:08x}" + "".join(f"{level:04x}" for level in levels)
    return "0x" + digits.ljust(64, "0")


def _wears(strategy: Strategy, wallets: tuple[Address, ...], _setting: Setting) -> Evaluation:
    """Return 1 for each wallet that wears one of the hats, else 0."""
    listed = strategy.params.get("hatIds")
    hats = [str(hat) for hat in listed] if isinstance(listed, list) else [str(strategy.params["hatId"])]
    rows = yield from side_by_side(
        [each(strategy.network, contract(strategy), _IS_WEARER, wallets, bytes.fromhex(hat[2:])) for hat in hats]
    )
    return tuple(
        Units(1) if any(column) else None if None in column else Units(0)
        for column in (zip(*rows, strict=True) if rows else [()] * len(wallets))
    )


def _check_delegate(params: Params) -> dict[str, object]:
    return token(params) | {"delegate": params.address("delegate")}


def _of_delegate(strategy: Strategy, wallets: tuple[Address, ...], _setting: Setting) -> Evaluation:
    """Return the balance of each wallet that delegates to `delegate`, 0 for any other."""
    to, held = yield from side_by_side(
        [each(strategy.network, contract(strategy), DELEGATES, wallets), balances(strategy, wallets)]
    )
    wanted = int(str(strategy.params["delegate"]), 16)
    return tuple(
        None if taker is None else Units(0) if taker != wanted else amount
        for taker, amount in zip(to, held, strict=True)
    )


def _whole(_strategy: Strategy) -> int:
    return 0


KINDS = (
    *(
        Kind(name=name, about=about, check=lambda params: token(params, "shares"), evaluate=_of_member(*words))
        for name, about, words in (
            ("moloch", "shares of the member who votes by this wallet", (_SHARES,)),
            ("moloch-loot", "loot of the member who votes by this wallet", (_LOOT,)),
            ("moloch-all", "shares and loot of the member who votes by this wallet", (_SHARES, _LOOT)),
        )
    ),
    Kind(
        name="hats-protocol-hat-id",
        about="one vote for who wears the hat",
        check=_check_hat,
        evaluate=_wears,
        decimals=_whole,
    ),
    Kind(
        name="hats-protocol-hat-ids",
        about="one vote for who wears one of the hats",
        check=_check_hats,
        evaluate=_wears,
        decimals=_whole,
    ),
    Kind(
        name="governor-delegator",
        about="tokens in the wallet, if delegated to the delegate named",
        check=_check_delegate,
        evaluate=_of_delegate,
        erc20=True,
    ),
)
