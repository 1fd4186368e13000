"""One endpoint: limits its requests, matches answers to calls, verifies its chain, pins blocks."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from contextvars import ContextVar
from random import SystemRandom
from typing import Any, TypeVar

from bot.chain.concurrency import speculate
from bot.chain.rpc.endpoint_capabilities import ExpiringCache
from bot.chain.rpc.http_transport import Json, Transport, TransportFailed
from bot.chain.rpc.json_rpc import block_hash, code_of, count_of, failure_of, quantity, result_of, results_of
from bot.chain.rpc.rpc_faults import CallFailed, Failure, NodeFault, of_failure
from bot.domain.shared.errors import ChainFault
from bot.domain.shared.types import Block, ChainId, Timestamp

IN_FLIGHT = 8
_FIRST_WAIT, _LONGEST_WAIT, _ATTEMPTS = 0.25, 4.0, 5
_LONGEST_NAMED = 10.0
"""The longest `Retry-After` in seconds that is obeyed; after a longer one it is tried earlier."""
_SILENCE_KNOWN = 30.0
"""Seconds after a request for which it is remembered that it was not answered."""
_STRANGE_FOR = 30.0
"""Seconds for which an endpoint that serves another chain is not asked again."""
_jitter = SystemRandom().uniform
T = TypeVar("T")

LAST_RESORT: ContextVar[bool] = ContextVar("last_resort", default=False)
"""Set if no other endpoint is left to ask: then even an impatient one waits."""

AT_ONCE: ContextVar[bool] = ContextVar("at_once", default=False)
"""Set if a smaller request would be made at the first failure: then not even a patient one waits."""

Call = tuple[str, Sequence[Any]]
"""A method and its parameters."""
Sleep = Callable[[float], Awaitable[object]]
_BY_HASH = "blocks by hash"
_NOBODY = "0x" + "00" * 20


class Endpoint:
    """One endpoint of chain `chain`, known to people by its number in the settings, counted from 1.

    At most `IN_FLIGHT` requests are under way. When it asks for fewer, each waits in its place, longer each time,
    and is sent again a few times if `patient`; an impatient endpoint gives up at once, but for the last resort.
    """

    def __init__(
        self,
        number: int,
        chain: ChainId,
        transport: Transport,
        *,
        patient: bool = True,
        sleep: Sleep = asyncio.sleep,
        verified_for: float = 300.0,
    ) -> None:
        self.number, self.chain = number, chain
        self._patient = patient
        self._transport = transport
        self._sleep = sleep
        self._verified_for = verified_for
        self._slots = asyncio.Semaphore(IN_FLIGHT)
        self._ids = itertools.count(1)
        self._verified_at: float | None = None
        self._stranger: tuple[NodeFault, float] | None = None
        self._asked_at = 0.0
        self._silent_since: float | None = None
        self.learned: ExpiringCache[str, Any] = ExpiringCache()
        """What it takes and what it does not, by names that whoever learns it gives."""

    def __repr__(self) -> str:
        return f"Endpoint({self.number}, chain {self.chain})"

    @property
    def silent_for(self) -> float:
        """Seconds for which it has answered nothing of what it was asked; what it was asked long ago does not count."""
        return 0.0 if self._silent_since is None else asyncio.get_running_loop().time() - self._silent_since

    async def close(self) -> None:
        """Close the connection."""
        await self._transport.close()

    async def call(self, method: str, *params: Json) -> Json:
        """Return the result of one call.

        Raises:
            NodeFault: the endpoint could not serve.
            CallFailed: it did, and the call fails.

        """
        request = self._request(method, params)
        return await self._send(request, lambda answer: result_of(answer, request["id"]))

    async def batch(self, calls: Sequence[Call]) -> list[Json | CallFailed]:
        """Return the results of several calls sent at once, in the order of the calls.

        Raises:
            NodeFault: it could not serve one of them, or an answer is missing.
            CallFailed: it takes no batches.

        """
        requests = [self._request(method, params) for method, params in calls]
        return await self._send(requests, lambda answer: results_of(answer, [request["id"] for request in requests]))

    async def raw(self, method: str, params: Json) -> Json:
        """Return a whole JSON-RPC answer, an error of the call itself included. Raises NodeFault."""
        request = self._request(method, params)
        return await self._send(request, lambda answer: _whole(answer, request["id"]))

    async def code(self, address: str, where: Json) -> bytes:
        """Return the code at an address, empty if there is no contract. Raises NodeFault."""
        try:
            code: Json | CallFailed = await self.call("eth_getCode", address, where)
        except CallFailed as failed:
            code = failed
        return code_of(code)

    async def verified(self, work: Callable[[Endpoint], Awaitable[T]]) -> T:
        """Return what `work` makes of it if it serves the chain, which is asked along with the work where it must be.

        Raises NodeFault as `verify`, and what `work` raises.
        """
        return (await speculate(self.verify(), work(self)))[1]

    async def verify(self) -> None:
        """Check (again every few minutes) that it serves the configured chain. Raises NodeFault."""
        now = asyncio.get_running_loop().time()
        if self._verified_at is not None and now < self._verified_at + self._verified_for:
            return
        if self._stranger is not None and now < self._stranger[1]:
            raise self._stranger[0]
        try:
            chain = quantity(await self.call("eth_chainId"))
        except CallFailed:
            raise NodeFault(ChainFault.BAD_ANSWER, "it does not tell its chain id") from None
        if chain != self.chain:
            fault = NodeFault(ChainFault.WRONG_CHAIN, f"it serves chain {chain}, not {self.chain}")
            self._stranger = fault, now + _STRANGE_FOR
            raise fault
        self._verified_at = now

    async def at(self, block: Block, work: Callable[[Json], Awaitable[T]]) -> T:
        """Return what `work` makes, given the parameter that names `block`: by hash where it can be, else by number.

        By number, the node has the same block there before and after. Whether it takes hashes is asked along with
        the work, as if it did, where that is not known.
        """
        by_hash = {"blockHash": block.hash, "requireCanonical": True}
        if self.learned.get(_BY_HASH) is not False:
            try:
                if self.learned.get(_BY_HASH):
                    return await work(by_hash)
                taken, made = await speculate(self._takes_hash(block), work(by_hash), only_if=bool)
                if taken:
                    return made
            except (CallFailed, NodeFault) as failure:
                if not self.learned.get(_BY_HASH) or not _may_be_the_hash(failure):
                    raise
                self.learned.put(_BY_HASH, False)
                try:
                    return await self._at_number(block, work)
                except (CallFailed, NodeFault):
                    self.learned.put(_BY_HASH, True)
                    raise failure from None
        return await self._at_number(block, work)

    async def pin(self, block: Block) -> Json:
        """Return the parameter that names `block`: by hash if the node takes it, else by number.

        By number, the node must at this moment have the same block there; ask again with `still` when done.
        """
        known = self.learned.get(_BY_HASH)
        if known or (known is None and await self._takes_hash(block)):
            return {"blockHash": block.hash, "requireCanonical": True}
        await self.still(block)
        return hex(block.number)

    async def still(self, block: Block) -> None:
        """If blocks are named by number, check that the node still has the same block there. Raises NodeFault."""
        if self.learned.get(_BY_HASH):
            return
        header = await self.header(hex(block.number))
        if header is None:
            raise NodeFault(ChainFault.LAGGING, f"it does not have block {block.number}")
        if header.hash != block.hash:
            raise NodeFault(ChainFault.LAGGING, f"it has another block {block.number}")

    async def header(self, which: str) -> Block | None:
        """Return a block by number (hexadecimal) or tag, None where there is none."""
        try:
            found = await self.call("eth_getBlockByNumber", which, False)
        except CallFailed:
            return None
        if found is None:
            return None
        if not isinstance(found, dict):
            raise NodeFault(ChainFault.BAD_ANSWER, "its block has no hash, number or time")
        digest = block_hash(found.get("hash"))
        number, timestamp = count_of(found.get("number")), count_of(found.get("timestamp"))
        if which.startswith("0x") and number != int(which, 16):
            raise NodeFault(ChainFault.BAD_ANSWER, "it gives another block than was asked for")
        return Block(chain=self.chain, number=number, hash=digest, timestamp=Timestamp(timestamp))

    async def _at_number(self, block: Block, work: Callable[[Json], Awaitable[T]]) -> T:
        await self.still(block)
        made = await work(hex(block.number))
        await self.still(block)
        return made

    async def _takes_hash(self, block: Block) -> bool:
        """Find out whether it takes a block by its hash, and remember. Raises NodeFault."""
        try:
            quantity(await self.call("eth_getBalance", _NOBODY, {"blockHash": block.hash, "requireCanonical": True}))
        except CallFailed:
            takes = False
        except NodeFault as fault:
            if fault.late or fault.kind is ChainFault.NEEDS_ARCHIVE:
                raise
            await self._by_number(block, fault)
            takes = False
        else:
            takes = True
        self.learned.put(_BY_HASH, takes)
        return takes

    async def _by_number(self, block: Block, fault: NodeFault) -> None:
        """Raise the fault that a hash met, unless the same block is known by its number."""
        header = await self.header(hex(block.number))
        if header != block:
            raise fault
        try:
            quantity(await self.call("eth_getBalance", _NOBODY, hex(block.number)))
        except (CallFailed, NodeFault):
            raise fault from None

    def _request(self, method: str, params: Json) -> dict[str, Json]:
        return {"jsonrpc": "2.0", "id": next(self._ids), "method": method, "params": params}

    async def _send(self, payload: Json, read: Callable[[Json], T]) -> T:
        async with self._slots:
            for attempt in itertools.count(1):
                try:
                    return read(await self._carry(payload))
                except NodeFault as fault:
                    patient = (self._patient or LAST_RESORT.get()) and not AT_ONCE.get()
                    if fault.kind is not ChainFault.RATE_LIMITED or not patient or attempt == _ATTEMPTS:
                        raise
                    named = fault.retry_after
                if named is not None and named <= _LONGEST_NAMED:
                    await self._sleep(named * _jitter(1.0, 1.25))
                else:
                    wait = min(_FIRST_WAIT * 2**attempt, _LONGEST_WAIT) if named is None else _LONGEST_WAIT
                    await self._sleep(wait * _jitter(0.75, 1.25))
        raise AssertionError  # pragma: no cover - counting has no end

    async def _carry(self, payload: Json) -> Json:
        now = asyncio.get_running_loop().time()
        if self._silent_since is None or now > self._asked_at + _SILENCE_KNOWN:
            self._silent_since = now
        self._asked_at = now
        try:
            answer = await self._transport.request(payload)
        except TransportFailed as failed:
            if not failed.late:
                self._silent_since = None
            if isinstance(failed.error, dict):
                raise failure_of(failed.error, failed.status, failed.retry_after) from None
            raise of_failure(failed.status, failed.text, failed.retry_after, late=failed.late) from None
        self._silent_since = None
        return answer


def _may_be_the_hash(failure: NodeFault | CallFailed) -> bool:
    if isinstance(failure, CallFailed):
        return failure.failure is Failure.REFUSED
    return type(failure) is NodeFault and failure.kind in {ChainFault.BAD_ANSWER, ChainFault.UNAUTHORIZED}


def _whole(answer: Json, number: int) -> Json:
    with suppress(CallFailed):
        result_of(answer, number)
    return answer
