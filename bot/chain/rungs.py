"""The rungs of the ladder: each asks one question for many wallets in its own way, and reads what comes back."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Protocol

from eth_hash.auto import keccak

from bot.chain.endpoint import Call, Endpoint
from bot.chain.faults import CallFailed, Failure, WrongBlock
from bot.chain.jsonrpc import quantity
from bot.chain.multicall import aggregate, aggregated
from bot.chain.programs import FAILED, RECORD, VALUE, balance_program, call_program
from bot.chain.question import UNTRIED, WORD, Answer, Malformed, Place, Question, data, word
from bot.chain.transport import Json
from bot.domain.types import Address

GAS = 15_000_000
"""Named in every request: 12 M for the work and one address's most, below 2^24, which nodes will not exceed."""
STAGE = "0x" + keccak(b"folkmoot: a program put in place for one call")[12:].hex()
BALANCE_OF = bytes.fromhex("70a08231")


class Rung(Protocol):
    """One way to ask.

    Where `sure`, a call that failed did so by itself; elsewhere it may have been short of the request's gas.
    """

    sure: bool

    def most(self, question: Question) -> int:
        """Return how many wallets fit into one request."""
        ...

    async def ask(
        self, endpoint: Endpoint, place: Place, question: Question, wallets: Sequence[Address]
    ) -> list[Answer]:
        """Ask for at least one wallet, in one request where the rung can.

        Raises:
            Malformed, CallFailed: it does not work like this here.
            NodeFault: the endpoint could not serve, or answered from another block.

        """
        ...


class Mapped:
    """Our program put in place by a state override, wallets as calldata."""

    sure = True

    def most(self, question: Question) -> int:
        """12 M gas: 2,000 balances of about 3,000 each, 1,300 of anything else (votes take 9,100)."""
        return 2_000 if question.target is None or question.selector == BALANCE_OF else 1_300

    async def ask(
        self, endpoint: Endpoint, place: Place, question: Question, wallets: Sequence[Address]
    ) -> list[Answer]:
        """One request."""
        call = {"to": STAGE, "data": "0x" + _packed(wallets), "gas": hex(GAS)}
        override = {STAGE: {"code": _program(question, creation=False)}}
        return _records(await endpoint.call("eth_call", call, place.where, override), len(wallets), place)


class Created:
    """Our program as creation code, wallets behind it; what it returns would be the code of a contract."""

    sure = True

    def most(self, _question: Question) -> int:
        """24,576 bytes of code may be returned; each costs 200 gas besides."""
        return 700

    async def ask(
        self, endpoint: Endpoint, place: Place, question: Question, wallets: Sequence[Address]
    ) -> list[Answer]:
        """One request."""
        call = {"data": _program(question, creation=True) + _packed(wallets), "gas": hex(GAS)}
        return _records(await endpoint.call("eth_call", call, place.where), len(wallets), place)


class Aggregated:
    """Multicall3's `aggregate3`, calldata from a byte template, the block's time asked along with the wallets."""

    sure = False

    def most(self, _question: Question) -> int:
        """12 M gas at 5,800 to 9,100 each."""
        return 1_300

    async def ask(
        self, endpoint: Endpoint, place: Place, question: Question, wallets: Sequence[Address]
    ) -> list[Answer]:
        """One request."""
        call = {"to": place.multicall, "data": aggregate(question, wallets, place.multicall), "gas": hex(GAS)}
        time, *answers = aggregated(await endpoint.call("eth_call", call, place.where), len(wallets) + 1)
        if time is None:
            raise Malformed
        prove(time, place)
        return list(answers)


class Batched:
    """Plain calls in one JSON-RPC batch."""

    sure = True

    def most(self, _question: Question) -> int:
        """Nodes take 1,000, some fewer."""
        return 500

    async def ask(
        self, endpoint: Endpoint, place: Place, question: Question, wallets: Sequence[Address]
    ) -> list[Answer]:
        """One request."""
        results = await endpoint.batch([plain_call(question, wallet, place.where) for wallet in wallets])
        return [_plain(question, result) for result in results]


class Single:
    """A plain call: what every other rung is proved against."""

    sure = True

    def most(self, _question: Question) -> int:
        """One."""
        return 1

    async def ask(
        self, endpoint: Endpoint, place: Place, question: Question, wallets: Sequence[Address]
    ) -> list[Answer]:
        """One request a wallet."""
        answers: list[Answer] = []
        for wallet in wallets:
            method, params = plain_call(question, wallet, place.where)
            try:
                result = await endpoint.call(method, *params)
            except CallFailed as failed:
                result = failed
            answers.append(_plain(question, result))
        return answers


LADDER: tuple[Rung, ...] = (Mapped(), Created(), Aggregated(), Batched(), Single())


def plain_call(question: Question, wallet: Address, where: Json) -> Call:
    """Return the plain call that answers the question for one wallet."""
    if question.target is None:
        return "eth_getBalance", (wallet, where)
    data = "0x" + question.selector.hex() + wallet[2:].rjust(2 * WORD, "0") + question.tail.hex()
    return "eth_call", ({"to": question.target, "data": data, "gas": hex(GAS)}, where)


def _plain(question: Question, result: Json | CallFailed) -> int | None:
    if isinstance(result, CallFailed):
        if result.failure is Failure.REFUSED:
            raise result
        return None
    return quantity(result) if question.target is None else word(result)


def _packed(wallets: Sequence[Address]) -> str:
    return "".join(wallets).replace("0x", "")


@lru_cache(maxsize=256)
def _program(question: Question, *, creation: bool) -> str:
    if question.target is None:
        code = balance_program(creation=creation)
    else:
        target = bytes.fromhex(question.target[2:])
        code = call_program(target, question.selector, question.tail, creation=creation)
    return "0x" + code.hex()


def _records(result: Json, count: int, place: Place) -> list[Answer]:
    raw = data(result)
    if len(raw) != WORD + RECORD * count:
        raise Malformed
    prove(int.from_bytes(raw[:WORD], "big"), place)
    flags = raw[WORD::RECORD]
    values = range(WORD + 1, len(raw), RECORD)
    if flags.count(VALUE) == count:
        return [int.from_bytes(raw[at : at + WORD], "big") for at in values]
    if max(flags) > VALUE:
        raise Malformed
    return [
        int.from_bytes(raw[at : at + WORD], "big") if flag == VALUE else None if flag == FAILED else UNTRIED
        for flag, at in zip(flags, values, strict=True)
    ]


def prove(timestamp: int, place: Place) -> None:
    """Raise NodeFault unless the time is that of the block asked for."""
    if timestamp != place.block.timestamp:
        raise WrongBlock(place.block.number)
