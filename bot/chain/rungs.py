"""The rungs of the ladder: each asks one question for many wallets in its own way, and reads what comes back.

An answer is a whole number, None where the call failed or said nothing, and `UNTRIED` where the gas of the request
did not suffice. What does not have the form that the rung must have raises `Malformed`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from typing import Final, Protocol

from eth_hash.auto import keccak

from bot.chain.endpoint import Call, Endpoint, quantity
from bot.chain.faults import CallFailed, Failure, NodeFault
from bot.chain.programs import FAILED, RECORD, VALUE, balance_program, call_program
from bot.chain.transport import Json
from bot.domain.errors import ChainFault
from bot.domain.types import Address, Block

GAS = 15_000_000
"""Named in every bulk request: 12 M for the work and one address's most, below 2^24, which nodes will not exceed."""
_STAGE = "0x" + keccak(b"folkmoot: a program put in place for one call")[12:].hex()
BALANCE_OF = bytes.fromhex("70a08231")
_AGGREGATE3, _GET_ETH_BALANCE, _GET_BLOCK_TIMESTAMP = (
    keccak(signature)[:4]
    for signature in (
        b"aggregate3((address,bool,bytes)[])",
        b"getEthBalance(address)",
        b"getCurrentBlockTimestamp()",
    )
)
_WORD = 32


class _Untried(Enum):
    UNTRIED = "untried"


UNTRIED: Final = _Untried.UNTRIED
Answer = int | None | _Untried


class Malformed(Exception):
    """What came back is not what this rung must give: the rung does not work on this endpoint."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """`selector(wallet, *tail)` of `target`; without a target, the wallet's balance of the chain's own coin."""

    target: Address | None = None
    selector: bytes = b""
    tail: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where calls run: a block, the parameter that names it, and Multicall3's address on the chain."""

    block: Block
    where: Json
    multicall: Address


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
        call = {"to": _STAGE, "data": "0x" + _packed(wallets), "gas": hex(GAS)}
        override = {_STAGE: {"code": _program(question, creation=False)}}
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
        call = {"to": place.multicall, "data": _aggregate(question, wallets, place.multicall), "gas": hex(GAS)}
        time, *answers = _aggregated(await endpoint.call("eth_call", call, place.where), len(wallets) + 1)
        if time is None:
            raise Malformed
        _prove(time, place)
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
    data = "0x" + question.selector.hex() + wallet[2:].rjust(2 * _WORD, "0") + question.tail.hex()
    return "eth_call", ({"to": question.target, "data": data}, where)


def word(result: Json) -> int | None:
    """Return the first word of what a call gave, None where it gave less."""
    text = _hex(result)
    try:
        return int(text[2:66], 16) if len(text) >= 2 + 2 * _WORD else None
    except ValueError:
        raise NodeFault(ChainFault.BAD_ANSWER, "what a call gave is not hexadecimal") from None


def _plain(question: Question, result: Json | CallFailed) -> int | None:
    if isinstance(result, CallFailed):
        if result.failure is Failure.REFUSED:
            raise result
        return None
    return quantity(result) if question.target is None else word(result)


def _hex(result: Json) -> str:
    if not isinstance(result, str) or not result.startswith("0x"):
        raise NodeFault(ChainFault.BAD_ANSWER, "what a call gave is not hexadecimal")
    return result


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
    raw = _bytes(result)
    if len(raw) != _WORD + RECORD * count:
        raise Malformed
    _prove(int.from_bytes(raw[:_WORD], "big"), place)
    flags = raw[_WORD::RECORD]
    values = range(_WORD + 1, len(raw), RECORD)
    if flags.count(VALUE) == count:
        return [int.from_bytes(raw[at : at + _WORD], "big") for at in values]
    if max(flags) > VALUE:
        raise Malformed
    return [
        int.from_bytes(raw[at : at + _WORD], "big") if flag == VALUE else None if flag == FAILED else UNTRIED
        for flag, at in zip(flags, values, strict=True)
    ]


def _prove(timestamp: int, place: Place) -> None:
    if timestamp != place.block.timestamp:
        raise NodeFault(ChainFault.LAGGING, f"it answered from another block than {place.block.number}")


def _bytes(result: Json) -> bytes:
    try:
        return bytes.fromhex(_hex(result)[2:])
    except ValueError:
        raise Malformed from None


def _aggregate(question: Question, wallets: Sequence[Address], multicall: Address) -> str:
    """Write `aggregate3` of the block's time and then of the question for each wallet, all allowed to fail."""
    if question.target is None:
        target, before, after = multicall, _GET_ETH_BALANCE, b""
    else:
        target, before, after = question.target, question.selector, question.tail
    size = len(before) + _WORD + len(after)
    padding = bytes(-size % _WORD)
    prefix = (_address(target) + _number(1) + _number(3 * _WORD) + _number(size) + before + bytes(12)).hex()
    suffix = (after + padding).hex()
    time = _address(multicall) + _number(1) + _number(3 * _WORD) + _number(4) + _GET_BLOCK_TIMESTAMP + bytes(28)
    each = (len(prefix) + 40 + len(suffix)) // 2
    start = _WORD * (len(wallets) + 1)
    offsets = [start, *range(start + len(time), start + len(time) + each * len(wallets), each)]
    head = _AGGREGATE3 + _number(_WORD) + _number(len(wallets) + 1) + b"".join(map(_number, offsets))
    body = prefix + (suffix + prefix).join(wallets).replace("0x", "") + suffix
    return "0x" + (head + time).hex() + body


def _aggregated(result: Json, count: int) -> list[int | None]:
    """Read the first word of each `(bool success, bytes data)`."""
    raw = _bytes(result)
    base = 2 * _WORD
    if len(raw) < base + _WORD * count or int.from_bytes(raw[_WORD:base], "big") != count:
        raise Malformed
    answers: list[int | None] = []
    for head in range(base, base + _WORD * count, _WORD):
        at = base + int.from_bytes(raw[head : head + _WORD], "big")
        success, size = raw[at : at + _WORD], raw[at + 2 * _WORD : at + 3 * _WORD]
        value = raw[at + 3 * _WORD : at + 4 * _WORD]
        if len(size) != _WORD or success[:-1] != bytes(_WORD - 1) or success[-1] > 1:
            raise Malformed
        if success[-1] and int.from_bytes(size, "big") >= _WORD:
            if len(value) != _WORD:
                raise Malformed
            answers.append(int.from_bytes(value, "big"))
        else:
            answers.append(None)
    return answers


def _address(address: Address) -> bytes:
    return bytes(12) + bytes.fromhex(address[2:])


def _number(number: int) -> bytes:
    return number.to_bytes(_WORD, "big")
