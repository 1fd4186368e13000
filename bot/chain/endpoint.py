"""One endpoint: paces requests, matches answers to calls, verifies the chain, pins blocks."""

from __future__ import annotations

import asyncio
import itertools
import re
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from contextvars import ContextVar
from random import SystemRandom
from typing import Any, TypeVar

from bot.chain.faults import CallFailed, Failure, NodeFault, of_error, of_failure
from bot.chain.transport import Json, Transport, TransportFailed
from bot.domain.errors import ChainFault
from bot.domain.types import Block, ChainId, Timestamp

IN_FLIGHT = 8
_FIRST_WAIT, _LONGEST_WAIT, _ATTEMPTS = 0.25, 4.0, 5
_jitter = SystemRandom().uniform
_QUANTITY = re.compile(r"0x[0-9a-fA-F]{1,64}")
T = TypeVar("T")

LAST_RESORT: ContextVar[bool] = ContextVar("last_resort", default=False)
"""Set where no other endpoint is left to ask: then even an impatient one waits."""

AT_ONCE: ContextVar[bool] = ContextVar("at_once", default=False)
"""Set where less would be asked for at the first failure: then not even a patient one waits."""

Call = tuple[str, Sequence[Any]]
"""A method and its parameters."""
Sleep = Callable[[float], Awaitable[object]]


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
        self._by_hash: bool | None = None

    def __repr__(self) -> str:
        return f"Endpoint({self.number}, chain {self.chain})"

    async def close(self) -> None:
        """Close the connection."""
        await self._transport.close()

    async def call(self, method: str, *params: Json) -> Json:
        """Return the result of one call.

        Raises:
            NodeFault: the endpoint could not serve.
            CallFailed: it did, and the call fails.

        """
        return await self._send(self._request(method, params), _result)

    async def batch(self, calls: Sequence[Call]) -> list[Json | CallFailed]:
        """Return the results of several calls sent at once, in the order of the calls.

        Raises:
            NodeFault: it could not serve one of them, or an answer is missing.
            CallFailed: it takes no batches.

        """
        requests = [self._request(method, params) for method, params in calls]
        return await self._send(requests, lambda answer: _results(answer, [request["id"] for request in requests]))

    async def raw(self, method: str, params: Json) -> Json:
        """Return a whole JSON-RPC answer, an error of the call itself included. Raises NodeFault."""
        return await self._send(self._request(method, params), _whole)

    async def verify(self) -> None:
        """Make sure, anew every few minutes, that it serves the chain it is configured for."""
        now = asyncio.get_running_loop().time()
        if self._verified_at is not None and now < self._verified_at + self._verified_for:
            return
        try:
            chain = quantity(await self.call("eth_chainId"))
        except CallFailed:
            raise NodeFault(ChainFault.BAD_ANSWER, "it does not tell its chain id") from None
        if chain != self.chain:
            raise NodeFault(ChainFault.WRONG_CHAIN, f"it serves chain {chain}, not {self.chain}")
        self._verified_at = now

    async def pin(self, block: Block) -> Json:
        """Return the parameter that names `block`: by hash if the node takes it, else by number.

        By number, the node must at this moment have the same block there; ask again with `still` when done.
        """
        if self._by_hash is None:
            await self._try_hash(block)
        if self._by_hash:
            return {"blockHash": block.hash, "requireCanonical": True}
        await self.still(block)
        return hex(block.number)

    async def still(self, block: Block) -> None:
        """Where blocks are named by number: make sure the node has the same block there."""
        if self._by_hash:
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
        try:
            digest = str(found["hash"]).lower()
            number, timestamp = quantity(found["number"]), quantity(found["timestamp"])
        except (KeyError, TypeError):
            raise NodeFault(ChainFault.BAD_ANSWER, "its block has no hash, number or time") from None
        if len(digest) != 66 or not digest.startswith("0x"):  # noqa: PLR2004 - 32 bytes
            raise NodeFault(ChainFault.BAD_ANSWER, "its block has no hash")
        return Block(chain=self.chain, number=number, hash=digest, timestamp=Timestamp(timestamp))

    async def _try_hash(self, block: Block) -> None:
        where = {"blockHash": block.hash, "requireCanonical": True}
        try:
            balance = await self.call("eth_getBalance", "0x" + "00" * 20, where)
        except CallFailed as failed:
            if failed.failure is not Failure.REFUSED:
                raise NodeFault(ChainFault.BAD_ANSWER, "it fails to tell a balance") from None
            self._by_hash = False
        else:
            quantity(balance)
            self._by_hash = True

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
                    wait = _FIRST_WAIT * 2**attempt if fault.retry_after is None else fault.retry_after
                await self._sleep(min(wait, _LONGEST_WAIT) * _jitter(0.75, 1.25))
        raise AssertionError  # pragma: no cover - counting has no end

    async def _carry(self, payload: Json) -> Json:
        try:
            return await self._transport.request(payload)
        except TransportFailed as failed:
            if isinstance(failed.error, dict):
                raise _failure(failed.error, failed.status) from None
            raise of_failure(failed.status, failed.text, failed.retry_after) from None


def quantity(text: Json) -> int:
    """Read a quantity as JSON-RPC writes it: `0x` and hexadecimal digits."""
    if not isinstance(text, str) or not _QUANTITY.fullmatch(text):
        raise NodeFault(ChainFault.BAD_ANSWER, "it gives no number where one is due")
    return int(text, 16)


def _failure(error: Json, status: int | None = None) -> NodeFault | CallFailed:
    code, message = (error.get("code"), error.get("message")) if isinstance(error, dict) else (0, error)
    return of_error(code if isinstance(code, int) else 0, str(message), status)


def _result(answer: Json) -> Json:
    if not isinstance(answer, dict):
        raise NodeFault(ChainFault.BAD_ANSWER, "its answer is not JSON-RPC")
    if answer.get("error") is not None:
        raise _failure(answer["error"])
    if "result" not in answer:
        raise NodeFault(ChainFault.BAD_ANSWER, "its answer holds no result")
    return answer["result"]


def _results(answer: Json, numbers: Sequence[int]) -> list[Json | CallFailed]:
    if not isinstance(answer, list):
        _result(answer)
        raise CallFailed(Failure.REFUSED, 0)
    found = {entry.get("id"): entry for entry in answer if isinstance(entry, dict)}
    if len(answer) != len(numbers) or any(number not in found for number in numbers):
        raise NodeFault(ChainFault.BAD_ANSWER, f"it answered {len(found)} of {len(numbers)} calls")
    results: list[Json | CallFailed] = []
    for number in numbers:
        try:
            results.append(_result(found[number]))
        except CallFailed as failed:
            results.append(failed)
    return results


def _whole(answer: Json) -> Json:
    with suppress(CallFailed):
        _result(answer)
    return answer
