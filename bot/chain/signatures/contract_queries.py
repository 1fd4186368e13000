"""Asks contracts about signatures through one endpoint, many in a request, by the first method that works there."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from functools import partial

from bot.chain.batch.adaptive_chunks import in_pieces
from bot.chain.batch.batch_query import GAS, WORD, Malformed, Place, data
from bot.chain.batch.evm_programs import GAS_EACH
from bot.chain.batch.plain_calls import plainly
from bot.chain.batch.read_methods import STAGE, prove
from bot.chain.rpc.endpoint import Call, Endpoint
from bot.chain.rpc.endpoint_capabilities import ExpiringCache
from bot.chain.rpc.http_transport import Json
from bot.chain.rpc.json_rpc import code_of
from bot.chain.rpc.rpc_faults import CallFailed, Failure, NodeFault, WrongBlock
from bot.chain.signatures.verification_program import (
    ABSENT,
    ANSWERED,
    DELEGATION,
    FAILED,
    UNABLE,
    UNTRIED,
    Record,
    SignatureQuery,
    packed,
    program,
    records,
)
from bot.domain.shared.addresses import ZERO
from bot.domain.shared.errors import ChainFault
from bot.domain.shared.types import Address

QueryMethod = Callable[[Endpoint, Place, Sequence[SignatureQuery]], Awaitable[list[Record]]]
"""One method to ask. Raises Malformed or CallFailed where it does not work, NodeFault where the endpoint does not."""
_MOST, _MOST_BYTES = 250, 47_000


async def mapped(endpoint: Endpoint, place: Place, inquiries: Sequence[SignatureQuery]) -> list[Record]:
    """Ask through our program, which a state override places at an address for the call."""
    call = {"from": ZERO, "to": STAGE, "data": "0x" + packed(inquiries).hex(), "gas": hex(GAS)}
    override = {STAGE: {"code": "0x" + program(inquiries, creation=False).hex()}}
    return _read(await endpoint.call("eth_call", call, place.where, override), inquiries, place)


async def created(endpoint: Endpoint, place: Place, inquiries: Sequence[SignatureQuery]) -> list[Record]:
    """Ask through our program, run as creation code: the records are returned in place of a new contract's code."""
    code = program(inquiries, creation=True) + packed(inquiries)
    call = {"from": ZERO, "data": "0x" + code.hex(), "gas": hex(GAS)}
    return _read(await endpoint.call("eth_call", call, place.where), inquiries, place)


async def plain(endpoint: Endpoint, place: Place, inquiries: Sequence[SignatureQuery]) -> list[Record]:
    """Ask by `eth_getCode` and `eth_call` for each inquiry, several in a JSON-RPC batch.

    They cannot call a factory first, nor tell a contract's odd answer from an odd node's: such inquiries give `UNABLE`.
    """
    results = await plainly(endpoint, place, [call for inquiry in inquiries for call in _calls(place, inquiry)])
    pairs = zip(inquiries, results[::2], results[1::2], strict=True)
    return [_plain(inquiry, code, answer) for inquiry, code, answer in pairs]


METHODS: tuple[QueryMethod, ...] = (mapped, created, plain)


class ContractQueries:
    """Asks through one endpoint, and remembers which method works there.

    Each answer of our program proves that the program ran as it should, so one answer is enough to choose a method.

    Its answers are not compared with plain calls for a sample: whoever makes the claims could choose them so that the
    sample differs although the program works.
    """

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        self._works: ExpiringCache[str, QueryMethod] = ExpiringCache()

    async def ask(self, inquiries: Sequence[SignatureQuery], place: Place) -> list[Record]:
        """Return the record of each inquiry, in order. Raises NodeFault: the endpoint could not serve."""
        if not inquiries:
            return []
        known = self._works.get("")
        fault: NodeFault | None = None
        for method in METHODS[0 if known is None else METHODS.index(known) :]:
            try:
                found = await self._all(method, inquiries, place)
            except WrongBlock:
                raise
            except (NodeFault, CallFailed) as failure:
                if isinstance(failure, NodeFault) and (failure.late or method is plain):
                    fault = failure
                    break
                continue
            if method is not plain:
                self._works.put("", method)
            return found
        self._works.forget("")
        if fault is not None and not isinstance(fault, Malformed):
            raise fault
        raise NodeFault(ChainFault.BAD_ANSWER, "it runs neither programs nor plain calls as it should")

    async def delegated(self, addresses: Sequence[Address], place: Place) -> list[bool]:
        """Return for each address whether its code is an EIP-7702 delegation. Raises NodeFault, CallFailed."""
        found: list[bool] = []
        for code in await plainly(
            self._endpoint, place, [("eth_getCode", (address, place.where)) for address in addresses]
        ):
            if isinstance(code, CallFailed):
                raise code
            found.append(code_of(code).startswith(DELEGATION))
        return found

    async def _all(self, method: QueryMethod, inquiries: Sequence[SignatureQuery], place: Place) -> list[Record]:
        found: list[Record] = [Record(UNTRIED)] * len(inquiries)

        async def some(start: int, end: int) -> int:
            got = await method(self._endpoint, place, inquiries[start:end])
            tried = next((at for at, record in enumerate(got) if record.flag == UNTRIED), len(got))
            if not tried:
                raise NodeFault(ChainFault.TOO_LARGE, "it gives a call too little gas")
            found[start : start + tried] = got[:tried]
            return tried

        name, within = f"inquiries {method.__name__}", partial(_within, inquiries)
        await in_pieces(self._endpoint, name, len(inquiries), _MOST, some, within=within)
        return found


def _within(inquiries: Sequence[SignatureQuery], start: int, end: int) -> int:
    """Return the index behind the last inquiry that fits into a request beginning at `start`; it takes at least one."""
    size = 0
    for at in range(start, end):
        size += inquiries[at].size
        if size > _MOST_BYTES and at > start:
            return at
    return end


def _read(result: Json, inquiries: Sequence[SignatureQuery], place: Place) -> list[Record]:
    raw = data(result)
    found = records(raw[WORD:], len(inquiries))
    if found is None:
        raise Malformed
    prove(int.from_bytes(raw[:WORD], "big"), place)
    return found


def _calls(place: Place, inquiry: SignatureQuery) -> list[Call]:
    gas = hex(GAS_EACH + 21_000 + 16 * len(inquiry.question))
    call = {"from": ZERO, "to": inquiry.address, "data": "0x" + inquiry.question.hex(), "gas": gas}
    return [("eth_getCode", (inquiry.address, place.where)), ("eth_call", (call, place.where))]


def _plain(inquiry: SignatureQuery, code: Json | CallFailed, answer: Json | CallFailed) -> Record:
    if isinstance(code, CallFailed):
        raise code
    if not (standing := code_of(code)):
        return Record(ABSENT if inquiry.factory is None else UNABLE)
    if isinstance(answer, CallFailed):
        if answer.failure is Failure.REFUSED:
            raise answer
        return Record(FAILED if answer.failure is Failure.REVERTED else UNABLE)
    word = data(answer)
    return Record(ANSWERED, word=word, brief=standing.startswith(DELEGATION)) if len(word) == WORD else Record(UNABLE)
