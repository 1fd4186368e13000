"""Puts inquiries to contracts through one endpoint, many in a request, by the first way that works there."""

from __future__ import annotations

from collections import deque
from collections.abc import Awaitable, Callable, Sequence

from bot.chain.endpoint import IN_FLIGHT, Call, Endpoint
from bot.chain.faults import CallFailed, Failure, NodeFault
from bot.chain.ladder import unfit, wants_less
from bot.chain.programs import GAS_EACH
from bot.chain.question import WORD, Malformed, Place, data
from bot.chain.rungs import GAS, STAGE, prove
from bot.chain.signatures.program import (
    ABSENT,
    ANSWERED,
    DELEGATION,
    FAILED,
    UNABLE,
    UNTRIED,
    Inquiry,
    Record,
    packed,
    program,
    records,
)
from bot.chain.together import together
from bot.chain.transport import Json
from bot.domain.addresses import ZERO
from bot.domain.errors import ChainFault
from bot.domain.types import Address

Way = Callable[[Endpoint, Place, Sequence[Inquiry]], Awaitable[list[Record]]]
"""One way to ask. Raises Malformed or CallFailed where it does not work, NodeFault where the endpoint does not."""
_MOST, _MOST_BYTES, _BATCH = 250, 47_000, 20


async def mapped(endpoint: Endpoint, place: Place, inquiries: Sequence[Inquiry]) -> list[Record]:
    """Ask by our program, put in place by a state override."""
    call = {"from": ZERO, "to": STAGE, "data": "0x" + packed(inquiries).hex(), "gas": hex(GAS)}
    override = {STAGE: {"code": "0x" + program(inquiries, creation=False).hex()}}
    return _read(await endpoint.call("eth_call", call, place.where, override), inquiries, place)


async def created(endpoint: Endpoint, place: Place, inquiries: Sequence[Inquiry]) -> list[Record]:
    """Ask by our program as creation code; what it returns would be the code of a contract."""
    code = program(inquiries, creation=True) + packed(inquiries)
    call = {"from": ZERO, "data": "0x" + code.hex(), "gas": hex(GAS)}
    return _read(await endpoint.call("eth_call", call, place.where), inquiries, place)


async def plain(endpoint: Endpoint, place: Place, inquiries: Sequence[Inquiry]) -> list[Record]:
    """Ask by plain calls, some in a JSON-RPC batch.

    They cannot prepare anything, nor tell an odd contract from an odd node: such inquiries stay `UNABLE`.
    """
    found: list[Record] = []
    for first in range(0, len(inquiries), _BATCH):
        some = inquiries[first : first + _BATCH]
        calls = [call for inquiry in some for call in _calls(place, inquiry)]
        try:
            results = await endpoint.batch(calls)
        except CallFailed:
            results = [await _one(endpoint, call) for call in calls]
        pairs = zip(some, results[::2], results[1::2], strict=True)
        found += [_plain(inquiry, code, answer) for inquiry, code, answer in pairs]
    return found


WAYS: tuple[Way, ...] = (mapped, created, plain)


class Asker:
    """The ways of one endpoint. The program proves itself in every answer, so the first way that does is remembered.

    No sample is compared with plain calls: whoever makes claims could choose it so that a good way fails.
    """

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        self._works: Way | None = None

    async def ask(self, inquiries: Sequence[Inquiry], place: Place) -> list[Record]:
        """Return what comes of each inquiry, in order. Raises NodeFault: the endpoint could not serve."""
        if not inquiries:
            return []
        for way in WAYS[0 if self._works is None else WAYS.index(self._works) :]:
            try:
                found = await self._all(way, inquiries, place)
            except (Malformed, CallFailed):
                continue
            except NodeFault as fault:
                if not unfit(fault):
                    raise
                continue
            if way is not plain:
                self._works = way
            return found
        self._works = None
        raise NodeFault(ChainFault.BAD_ANSWER, "it runs neither programs nor plain calls as it should")

    async def delegated(self, addresses: Sequence[Address], place: Place) -> list[bool]:
        """Return of each address whether another contract's code speaks for it. Raises NodeFault, CallFailed."""
        found: list[bool] = []
        for first in range(0, len(addresses), _BATCH):
            some = addresses[first : first + _BATCH]
            calls: list[Call] = [("eth_getCode", (address, place.where)) for address in some]
            try:
                codes = await self._endpoint.batch(calls)
            except CallFailed:
                codes = [await _one(self._endpoint, call) for call in calls]
            for code in codes:
                if isinstance(code, CallFailed):
                    raise code
                found.append(data(code).startswith(DELEGATION))
        return found

    async def _all(self, way: Way, inquiries: Sequence[Inquiry], place: Place) -> list[Record]:
        found: dict[int, Record] = {}
        pending = deque(_pieces(inquiries))

        async def work() -> None:
            while pending:
                piece = pending.popleft()
                try:
                    got = await way(self._endpoint, place, [inquiries[at] for at in piece])
                except (NodeFault, CallFailed) as failure:
                    if not wants_less(failure) or len(piece) == 1:
                        raise
                    middle = len(piece) // 2
                    pending.extend([piece[:middle], piece[middle:]])
                    continue
                tried = {at: record for at, record in zip(piece, got, strict=True) if record.flag != UNTRIED}
                if not tried:
                    raise NodeFault(ChainFault.TOO_LARGE, "it gives a call too little gas")
                found.update(tried)
                if len(tried) < len(piece):
                    pending.append([at for at in piece if at not in tried])

        await together(work() for _ in range(min(IN_FLIGHT, len(pending))))
        return [found[at] for at in range(len(inquiries))]


def _pieces(inquiries: Sequence[Inquiry]) -> list[list[int]]:
    pieces: list[list[int]] = [[]]
    size = 0
    for at, inquiry in enumerate(inquiries):
        if pieces[-1] and (len(pieces[-1]) == _MOST or size + inquiry.size > _MOST_BYTES):
            pieces.append([])
            size = 0
        pieces[-1].append(at)
        size += inquiry.size
    return pieces


def _read(result: Json, inquiries: Sequence[Inquiry], place: Place) -> list[Record]:
    raw = data(result)
    found = records(raw[WORD:], len(inquiries))
    if found is None:
        raise Malformed
    prove(int.from_bytes(raw[:WORD], "big"), place)
    return found


def _calls(place: Place, inquiry: Inquiry) -> list[Call]:
    gas = hex(GAS_EACH + 21_000 + 16 * len(inquiry.question))
    call = {"from": ZERO, "to": inquiry.address, "data": "0x" + inquiry.question.hex(), "gas": gas}
    return [("eth_getCode", (inquiry.address, place.where)), ("eth_call", (call, place.where))]


async def _one(endpoint: Endpoint, call: Call) -> Json | CallFailed:
    method, params = call
    try:
        return await endpoint.call(method, *params)
    except CallFailed as failed:
        return failed


def _plain(inquiry: Inquiry, code: Json | CallFailed, answer: Json | CallFailed) -> Record:
    if isinstance(code, CallFailed):
        raise code
    if not data(code):
        return Record(ABSENT if inquiry.factory is None else UNABLE)
    if isinstance(answer, CallFailed):
        if answer.failure is Failure.REFUSED:
            raise answer
        return Record(FAILED if answer.failure is Failure.REVERTED else UNABLE)
    word = data(answer)
    return Record(ANSWERED, word=word, brief=data(code).startswith(DELEGATION)) if len(word) == WORD else Record(UNABLE)
