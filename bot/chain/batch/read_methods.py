"""The read methods of the batch reader: each asks one question for many wallets, and reads what comes back."""

from __future__ import annotations

from collections.abc import Sequence
from contextvars import ContextVar
from functools import lru_cache
from typing import Protocol

from eth_hash.auto import keccak

from bot.chain.batch.batch_query import DOUBTFUL, GAS, UNTRIED, WORD, Answer, BatchQuery, Malformed, Place, data
from bot.chain.batch.evm_programs import (
    FAILED,
    FAILED_HUNGRY,
    RECORD,
    VALUE,
    VALUE_HUNGRY,
    balance_program,
    call_program,
)
from bot.chain.batch.multicall import aggregate, aggregated
from bot.chain.batch.plain_calls import proved_by
from bot.chain.batch.plain_numbers import ask_plainly
from bot.chain.rpc.endpoint import Endpoint
from bot.chain.rpc.http_transport import Json
from bot.chain.rpc.rpc_faults import WrongBlock
from bot.domain.shared.addresses import ZERO
from bot.domain.shared.types import Address

NAMED: ContextVar[int | None] = ContextVar("named gas", default=GAS)
"""The gas that read methods name, None for none: a node may refuse any, or give too little without."""
STAGE = "0x" + keccak(b"\xd6\x94" + bytes(20) + b"\x80")[12:].hex()
"""Where a program is put in place for one call: where it stands too if it runs as creation code, which the zero address
sends as its first transaction. So whom we ask is called by the same address either way."""
BALANCE_OF = bytes.fromhex("70a08231")


class ReadMethod(Protocol):
    """One method to ask.

    `itself` says whether contracts are called by whom plain calls are made by, the zero address; `weighed`, whether
    an answer that more gas could have changed is told apart.
    """

    itself: bool
    weighed: bool

    def most(self, question: BatchQuery) -> int:
        """Return how many wallets fit into one request."""
        ...

    async def ask(
        self, endpoint: Endpoint, place: Place, question: BatchQuery, wallets: Sequence[Address]
    ) -> list[Answer]:
        """Ask for at least one wallet, in one request where the read method can.

        Raises:
            Malformed, CallFailed: it does not work like this here.
            NodeFault: the endpoint could not serve, or answered from another block.

        """
        ...


class Mapped:
    """Our program put in place by a state override, wallets as calldata.

    It stands at the zero address, so that contracts see the caller that they see in plain calls.
    """

    itself = weighed = True

    def most(self, question: BatchQuery) -> int:
        """12 M gas: 2,000 balances of about 3,000 each, 1,300 of anything else (votes take 9,100)."""
        return 2_000 if question.target is None or question.selector == BALANCE_OF else 1_300

    async def ask(
        self, endpoint: Endpoint, place: Place, question: BatchQuery, wallets: Sequence[Address]
    ) -> list[Answer]:
        """One request."""
        call = {"to": ZERO, "data": "0x" + _packed(wallets), **gas()}
        override = {ZERO: {"code": _program(question, creation=False)}}
        answers = records(await endpoint.call("eth_call", call, place.where, override), len(wallets), place)
        proved_by(endpoint, "override")
        return answers


class Created:
    """Our program as creation code, wallets behind it; what it returns would be the code of a contract."""

    itself, weighed = False, True

    def most(self, _question: BatchQuery) -> int:
        """24,576 bytes of code may be returned; each costs 200 gas besides."""
        return 700

    async def ask(
        self, endpoint: Endpoint, place: Place, question: BatchQuery, wallets: Sequence[Address]
    ) -> list[Answer]:
        """One request."""
        call = {"data": _program(question, creation=True) + _packed(wallets), **gas()}
        answers = records(await endpoint.call("eth_call", call, place.where), len(wallets), place)
        proved_by(endpoint, "creation")
        return answers


class Aggregated:
    """Multicall3's `aggregate3`, calldata from a byte template, the block's time asked along with the wallets."""

    itself = weighed = False

    def most(self, _question: BatchQuery) -> int:
        """12 M gas at 5,800 to 9,100 each."""
        return 1_300

    async def ask(
        self, endpoint: Endpoint, place: Place, question: BatchQuery, wallets: Sequence[Address]
    ) -> list[Answer]:
        """One request."""
        call = {"to": place.multicall, "data": aggregate(question, wallets, place.multicall), **gas()}
        time, *answers = aggregated(await endpoint.call("eth_call", call, place.where), len(wallets) + 1)
        if time is None:
            raise Malformed
        prove(time, place)
        proved_by(endpoint, "multicall")
        return list(answers)


class Plain:
    """Plain calls with proof of their block, in JSON-RPC batches where the endpoint takes them."""

    itself = weighed = True

    def most(self, _question: BatchQuery) -> int:
        """As many as one likes: they are divided further down."""
        return 10_000

    async def ask(
        self, endpoint: Endpoint, place: Place, question: BatchQuery, wallets: Sequence[Address]
    ) -> list[Answer]:
        """As many requests as it takes."""
        return await ask_plainly(endpoint, place, [(question, wallet) for wallet in wallets])


READ_METHODS: tuple[ReadMethod, ...] = (Mapped(), Created(), Aggregated(), Plain())


def prove(timestamp: int, place: Place) -> None:
    """Raise NodeFault unless the time is that of the block asked for."""
    if timestamp != place.block.timestamp:
        raise WrongBlock(place.block.number)


def gas() -> dict[str, str]:
    """Return the field of a call that names the gas."""
    named = NAMED.get()
    return {} if named is None else {"gas": hex(named)}


def _packed(wallets: Sequence[Address]) -> str:
    return "".join(wallets).replace("0x", "")


@lru_cache(maxsize=256)
def _program(question: BatchQuery, *, creation: bool) -> str:
    if question.target is None:
        code = balance_program(creation=creation)
    else:
        target = bytes.fromhex(question.target[2:])
        code = call_program(target, question.selector, question.tail, creation=creation)
    return "0x" + code.hex()


def records(result: Json, count: int, place: Place) -> list[Answer]:
    """Read what our programs return. Raises Malformed, or NodeFault where it is of another block."""
    raw = data(result)
    if len(raw) != WORD + RECORD * count:
        raise Malformed
    prove(int.from_bytes(raw[:WORD], "big"), place)
    flags = raw[WORD::RECORD]
    values = range(WORD + 1, len(raw), RECORD)
    if flags.count(VALUE) == count:
        return [int.from_bytes(raw[at : at + WORD], "big") for at in values]
    if max(flags) > VALUE_HUNGRY:
        raise Malformed
    return [
        int.from_bytes(raw[at : at + WORD], "big") if flag == VALUE else _WITHOUT_VALUE[flag]
        for flag, at in zip(flags, values, strict=True)
    ]


_WITHOUT_VALUE: dict[int, Answer] = {0: UNTRIED, FAILED: None, FAILED_HUNGRY: None, VALUE_HUNGRY: DOUBTFUL}
