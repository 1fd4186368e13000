"""Several questions in one request: the read methods that can carry them, and how the response is read."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from bot.chain.batch.batch_query import WORD, Answer, Asked, BatchQuery, Malformed, Place
from bot.chain.batch.evm_programs import ENTRY, several_program
from bot.chain.batch.multicall import GET_ETH_BALANCE, aggregate_each, aggregated
from bot.chain.batch.plain_calls import proved_by
from bot.chain.batch.read_methods import Aggregated, Created, Mapped, ReadMethod, gas, prove, records
from bot.chain.rpc.endpoint import Endpoint
from bot.domain.shared.addresses import ZERO
from bot.domain.shared.types import Address

_MOST, _MOST_CREATED = 1_300, 700
"""Entries in a request: within 12 M gas at 9,100 each; within 24,576 bytes of code that may be returned."""
_MOST_INITCODE = 48_000
"""Bytes of entries behind a program that is creation code, which may hold 49,152."""
_NO_FUNCTION = bytes(4)


def carries(read_method: ReadMethod, question: BatchQuery) -> bool:
    """Return whether a read method can ask the question together with others."""
    asks = question.target is None or (question.target != ZERO and len(question.selector) == len(_NO_FUNCTION))
    return asks and isinstance(read_method, (Mapped, Created, Aggregated))


def most_of(read_method: ReadMethod, tail: int) -> int:
    """Return how many entries with `tail` bytes of further arguments fit into one request."""
    return min(_MOST_CREATED, _MOST_INITCODE // (ENTRY + tail)) if isinstance(read_method, Created) else _MOST


async def ask_several(
    read_method: ReadMethod, endpoint: Endpoint, place: Place, asked: Sequence[Asked]
) -> list[Answer]:
    """Ask all in one request; questions have further arguments of one length. Each is called as it is alone.

    Raises:
        Malformed, CallFailed: it does not work like this here.
        NodeFault: the endpoint could not serve, or answered from another block.

    """
    tail = len(asked[0][0].tail)
    packed = "".join(_entry(question, wallet) for question, wallet in asked)
    match read_method:
        case Mapped():
            call = {"to": ZERO, "data": "0x" + packed, **gas()}
            override = {ZERO: {"code": _program(tail, creation=False)}}
            answers = records(await endpoint.call("eth_call", call, place.where, override), len(asked), place)
            proved_by(endpoint, "override")
        case Created():
            call = {"data": _program(tail, creation=True) + packed, **gas()}
            answers = records(await endpoint.call("eth_call", call, place.where), len(asked), place)
            proved_by(endpoint, "creation")
        case Aggregated():
            calls = [_call(question, wallet, place.multicall) for question, wallet in asked]
            call = {"to": place.multicall, "data": aggregate_each(calls, place.multicall), **gas()}
            time, *numbers = aggregated(await endpoint.call("eth_call", call, place.where), len(asked) + 1)
            if time is None:
                raise Malformed
            prove(time, place)
            proved_by(endpoint, "multicall")
            answers = list(numbers)
        case _:
            raise TypeError("it asks one question at a time")
    return answers


def _entry(question: BatchQuery, wallet: Address) -> str:
    target = question.target or ZERO
    selector = _NO_FUNCTION if question.target is None else question.selector
    return target[2:] + selector.hex() + wallet[2:] + question.tail.hex()


def _call(question: BatchQuery, wallet: Address, multicall: Address) -> tuple[Address, bytes]:
    function = GET_ETH_BALANCE if question.target is None else question.selector
    word = bytes.fromhex(wallet[2:]).rjust(WORD, b"\0")
    return question.target or multicall, function + word + question.tail


@lru_cache(maxsize=16)
def _program(tail: int, *, creation: bool) -> str:
    return "0x" + several_program(tail, creation=creation).hex()
