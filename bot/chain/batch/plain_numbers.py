"""Numbers read by plain calls: the reference with which faster methods are compared."""

from __future__ import annotations

from collections.abc import Sequence

from bot.chain.batch.batch_query import GAS, LESS_GAS, UNTRIED, WORD, Answer, Asked, BatchQuery, Place, word
from bot.chain.batch.multicall import GET_ETH_BALANCE
from bot.chain.batch.plain_calls import Result, plainly, unproved
from bot.chain.rpc.endpoint import Call, Endpoint
from bot.chain.rpc.http_transport import Json
from bot.chain.rpc.json_rpc import quantity
from bot.chain.rpc.rpc_faults import CallFailed, Failure, NodeFault
from bot.domain.shared.errors import ChainFault
from bot.domain.shared.types import Address


async def ask_plainly(endpoint: Endpoint, place: Place, asked: Sequence[Asked]) -> list[Answer]:
    """Ask by plain calls that prove their block. No gas is named, but where a call wants more, or none was given.

    Of the chain's own coin Multicall is asked for the same: a balance alone proves nothing about its block.

    Raises:
        CallFailed: the endpoint does not take some of it.
        NodeFault: as `plainly`; or nothing proves the balances.

    """
    calls = [plain_call(question, wallet, place.where) for question, wallet in asked]
    coins = [at for at, (question, _) in enumerate(asked) if question.target is None]
    results = await plainly(endpoint, place, [*calls, *(_coin(place, asked[at][1]) for at in coins)])
    for at, told in zip(coins, results[len(calls) :], strict=True):
        if isinstance(plain := results[at], CallFailed):
            raise plain
        if isinstance(told, CallFailed) or word(told) != quantity(plain):
            raise NodeFault(ChainFault.BAD_ANSWER, "nothing there proves that its balances are of the block asked for")
    del results[len(calls) :]
    for gas in (GAS, LESS_GAS):
        again = [at for at, result in enumerate(results) if _wants_gas(result)]
        if not again:
            break
        named = [_named(calls[at], gas) for at in again]
        for at, result in zip(again, await plainly(endpoint, place, named), strict=True):
            if not isinstance(result, CallFailed):
                results[at] = result
    return [_number(question, result) for (question, _), result in zip(asked, results, strict=True)]


async def truth(endpoint: Endpoint, place: Place, asked: Sequence[Asked]) -> list[Answer]:
    """Ask plainly, whatever the block; a call that fails otherwise than by the contract is `UNTRIED`. Raises NodeFault.

    It is sent along with what is held against it, which proves its block itself.
    """
    results = await unproved(endpoint, [plain_call(question, wallet, place.where) for question, wallet in asked])
    return [_told(question, result) for (question, _), result in zip(asked, results, strict=True)]


def plain_call(question: BatchQuery, wallet: Address, where: Json) -> Call:
    """Return the plain call that answers the question for one wallet."""
    if question.target is None:
        return "eth_getBalance", (wallet, where)
    asked = "0x" + question.selector.hex() + wallet[2:].rjust(2 * WORD, "0") + question.tail.hex()
    return "eth_call", ({"to": question.target, "data": asked}, where)


def plain_number(question: BatchQuery, result: Result) -> int | None:
    """Return the number that a plain call returned; None if it failed in any way."""
    if isinstance(result, CallFailed):
        return None
    return quantity(result) if question.target is None else word(result)


def _coin(place: Place, wallet: Address) -> Call:
    asked = "0x" + (GET_ETH_BALANCE + bytes(12)).hex() + wallet[2:]
    return "eth_call", ({"to": place.multicall, "data": asked}, place.where)


def _named(call: Call, gas: int) -> Call:
    method, (what, *where) = call
    return method, ({**what, "gas": hex(gas)}, *where)


def _wants_gas(result: Result) -> bool:
    return isinstance(result, CallFailed) and result.failure is not Failure.REVERTED


def _number(question: BatchQuery, result: Result) -> int | None:
    if isinstance(result, CallFailed) and result.failure is Failure.REFUSED:
        raise result
    return plain_number(question, result)


def _told(question: BatchQuery, result: Result) -> Answer:
    if isinstance(result, CallFailed) and result.failure is not Failure.REVERTED:
        return UNTRIED
    try:
        return plain_number(question, result)
    except NodeFault:  # of a form that tells nothing
        return UNTRIED
