"""`contract-call`: one number in the answer of any view function, with the wallet among its arguments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.domain.power.abi import encode, selector, type_of, words
from bot.domain.power.strategies.contract_balances import contract, token
from bot.domain.power.strategy import Evaluation, Setting, Strategy
from bot.domain.power.strategy_kind import Kind
from bot.domain.power.strategy_params import Params, wrong
from bot.domain.power.typed_reads import calls, each, word
from bot.domain.shared.addresses import checksummed
from bot.domain.shared.errors.faults.strategies import ParamFlaw
from bot.domain.shared.types import Address, Units

_PLACE = "%{address}"
_STAND_IN = Address("0x9f1c5d27e8b34a60c1d2e3f4a5b6978812345678")
"""Encoded in the wallet's place and then replaced; its bytes and its text occur nowhere else."""
_STAND_IN_BYTES, _STAND_IN_TEXT = bytes.fromhex(_STAND_IN[2:]), checksummed(_STAND_IN).encode()
_ADDRESS_AT = 16
_SIGN = 1 << 255


def _check(params: Params) -> dict[str, object]:
    abi = params.raw.get("methodABI")
    if not isinstance(abi, dict) or not isinstance(abi.get("name"), str):
        raise wrong("methodABI", ParamFlaw.METHOD_MISSING)
    args = params.listed("args") if params.has("args") else [_PLACE]
    output = params.raw.get("output") or None
    checked = token(params, "votes") | {"methodABI": abi, "args": args, "output": output}
    try:
        _calldata(abi, args)
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError):
        raise wrong("args", ParamFlaw.ARGUMENTS_DO_NOT_FIT) from None
    try:
        _word_of(abi, output)
    except (ValueError, TypeError, KeyError, AttributeError):
        raise wrong("methodABI", ParamFlaw.OUTPUTS_OF_UNKNOWN_TYPE) from None
    return checked


def _calldata(abi: Mapping[str, Any], args: Sequence[object]) -> bytes:
    """Encode the call with `_STAND_IN` in the wallet's place."""
    types = [type_of(entry) for entry in abi.get("inputs", [])]
    return selector(str(abi["name"]), types) + encode(types, [_filled(arg) for arg in args])


def _filled(arg: object) -> object:
    if isinstance(arg, list):
        return [_filled(one) for one in arg]
    return arg.replace(_PLACE, checksummed(_STAND_IN)) if isinstance(arg, str) else arg


def _index(abi: Mapping[str, Any], output: object) -> int:
    """Return the index of the output that `output` selects by name or index; it may be absent if there is only one."""
    outputs = abi.get("outputs")
    if not isinstance(outputs, list) or not outputs:
        raise wrong("methodABI", ParamFlaw.METHOD_WITHOUT_OUTPUTS)
    if output is None:
        if len(outputs) != 1:
            raise wrong("output", ParamFlaw.OUTPUT_NOT_NAMED)
        return 0
    named = [index for index, entry in enumerate(outputs) if str(output) in (entry.get("name"), str(index))]
    if not named:
        raise wrong("output", ParamFlaw.OUTPUT_UNKNOWN)
    return named[0]


def _word_of(abi: Mapping[str, Any], output: object) -> int:
    """Return the index of the 32-byte word in which the selected output begins."""
    index = _index(abi, output)
    kind = str(abi["outputs"][index].get("type"))
    if not kind.startswith(("uint", "int")) or kind.endswith("]"):
        raise wrong("output", ParamFlaw.OUTPUT_NOT_A_NUMBER)
    return sum(words(type_of(entry)) for entry in abi["outputs"][:index])


def _evaluate(strategy: Strategy, wallets: tuple[Address, ...], _setting: Setting) -> Evaluation:
    params: Mapping[str, Any] = strategy.params
    template, at = _calldata(params["methodABI"], params["args"]), _word_of(params["methodABI"], params["output"])
    before, tail = template[: _ADDRESS_AT + 20], template[_ADDRESS_AT + 20 :]
    plain = before[4:] == bytes(12) + _STAND_IN_BYTES and _STAND_IN_BYTES not in tail and _STAND_IN_TEXT not in tail
    if plain and not at:
        answers: Sequence[int | None] = yield from each(strategy.network, contract(strategy), before[:4], wallets, tail)
    else:
        asked = [_for(template, wallet) for wallet in wallets]
        given = yield from calls(strategy.network, contract(strategy), asked)
        answers = [word(answer, at) for answer in given]
    return tuple(
        None if one is None else Units(one - 2 * _SIGN if _signed(strategy) and one >= _SIGN else one)
        for one in answers
    )


def _for(template: bytes, wallet: Address) -> bytes:
    text = checksummed(wallet).encode() if _STAND_IN_TEXT in template else b""
    return template.replace(_STAND_IN_BYTES, bytes.fromhex(wallet[2:])).replace(_STAND_IN_TEXT, text)


def _signed(strategy: Strategy) -> bool:
    params: Mapping[str, Any] = strategy.params
    abi = params["methodABI"]
    return str(abi["outputs"][_index(abi, params["output"])]["type"]).startswith("int")


KINDS = (Kind(name="contract-call", about="what a contract says of the wallet", check=_check, evaluate=_evaluate),)
