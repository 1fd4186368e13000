"""Asks one endpoint for everything that a vote will need."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from bot.chain.batch.batch_query import GAS, Place, word
from bot.chain.batch.batch_query import BatchQuery as Asked
from bot.chain.batch.batch_reader import BatchReader
from bot.chain.blocks.final_blocks import newest, newest_final
from bot.chain.diagnosis.findings import Finding, Question
from bot.chain.events.event_checks import checked, query
from bot.chain.rpc.endpoint import Endpoint
from bot.chain.rpc.http_transport import Json
from bot.chain.rpc.json_rpc import quantity
from bot.chain.rpc.network import Network
from bot.chain.rpc.rpc_faults import CallFailed, Failure, NodeFault
from bot.domain.delegation.onchain_registry import REGISTRY_EVENTS
from bot.domain.shared.clock_agreement import CLOCK_SKEW
from bot.domain.shared.errors import ChainFault
from bot.domain.shared.types import Address, Block, Timestamp

NOBODY = Address("0x" + "00" * 20)
_ARCHIVE_SECONDS = 30 * 86_400
_OLDEST_HEAD = 600
"""Seconds that the newest block may be old, or ahead of our clock."""
_BULK = 300
"""Wallets whose balances are asked for together."""
_WIDE = 10_000
"""Blocks that an endpoint should give the events of at once: 1,000 requests read what lies ten million blocks back."""
_NOW = "0x0f28c97d"
"""getCurrentBlockTimestamp() of Multicall3."""
_BUILDS_ON = {
    Question.CHAIN_ID: None,
    Question.FINALITY: Question.CHAIN_ID,
    Question.GAS: Question.CALLS,
    Question.BALANCES: Question.CALLS,
}
"""The question that must have succeeded before, if it is not finality."""
_QUICK = {"mapped": "by a state override", "created": "by creation code", "aggregated": "by Multicall"}


class Flaw(Exception):
    """A missing or insufficient answer. `served`: votes work nevertheless."""

    def __init__(self, detail: str, fault: ChainFault = ChainFault.BAD_ANSWER, *, served: bool = False) -> None:
        super().__init__(detail)
        self.detail, self.fault, self.served = detail, fault, served


async def diagnose(endpoint: Endpoint, network: Network, now: Timestamp) -> list[Finding]:
    """Ask whether it serves the chain and knows a final block, and if so, for all else that votes need of it."""
    diagnosis = _Diagnosis(endpoint, network, now)
    for question, work in diagnosis.questions().items():
        basis = _BUILDS_ON.get(question, Question.FINALITY)
        if basis is None or basis in diagnosis.passed:
            await diagnosis.ask(question, work)
    return diagnosis.findings


class _Diagnosis:
    """The questions to one endpoint, and what came of them."""

    def __init__(self, endpoint: Endpoint, network: Network, now: Timestamp) -> None:
        self._endpoint, self._network, self._now = endpoint, network, now
        self.findings: list[Finding] = []
        self._final: Block | None = None

    @property
    def passed(self) -> set[Question]:
        """The questions that succeeded, or do not keep votes from working."""
        return {finding.question for finding in self.findings if finding.fault is None or finding.served}

    def questions(self) -> dict[Question, Callable[[], Awaitable[str]]]:
        """Return how each question is asked, in order."""
        return {
            Question.CHAIN_ID: self._chain_id,
            Question.FINALITY: self._finality,
            Question.AGE: self._age,
            Question.BY_HASH: self._by_hash,
            Question.CODE: self._code,
            Question.CALLS: self._calls,
            Question.ARCHIVE: self._archive,
            Question.GAS: self._gas,
            Question.BATCHES: self._batches,
            Question.BALANCES: self._balances,
            Question.EVENTS: self._events,
        }

    async def ask(self, question: Question, work: Callable[[], Awaitable[str]]) -> None:
        """Ask one question and note the finding."""
        fault: ChainFault | None = None
        served = False
        try:
            detail = await work()
        except Flaw as flaw:
            detail, fault, served = flaw.detail, flaw.fault, flaw.served
        except NodeFault as failed:
            detail, fault = failed.detail, failed.kind
        except CallFailed as failed:
            detail, fault = failed.failure.value, ChainFault.BAD_ANSWER
        self.findings.append(
            Finding(endpoint=self._endpoint.number, question=question, fault=fault, detail=detail, served=served)
        )

    async def _chain_id(self) -> str:
        await self._endpoint.verify()
        return f"it serves chain {self._network.id}"

    async def _finality(self) -> str:
        self._final = await newest_final(self._endpoint, self._network)
        return f"block {self._final.number} is final"

    async def _age(self) -> str:
        head = await newest(self._endpoint)
        if (ahead := head.timestamp - self._now) > CLOCK_SKEW:
            raise Flaw(f"its newest block is {_time(ahead)} ahead of this machine's clock")
        if (behind := self._now - head.timestamp) > max(_OLDEST_HEAD, 20 * self._network.block_time):
            raise Flaw(f"its newest block is {_time(behind)} old", ChainFault.LAGGING)
        if (old := self._now - self._pinned.timestamp) > self._network.max_final_age:
            raise Flaw(f"its newest final block is {_time(old)} old", ChainFault.NO_FINALITY)
        return f"the newest is {_time(behind)} old, the newest final one {_time(old)}"

    async def _by_hash(self) -> str:
        found = await self._endpoint.call("eth_getBlockByHash", self._pinned.hash, False)
        if not isinstance(found, dict) or str(found.get("hash")).lower() != self._pinned.hash:
            raise Flaw("it does not give a block by its hash", ChainFault.LAGGING)
        try:
            quantity(await self._endpoint.call("eth_getBalance", NOBODY, self._where))
        except CallFailed:
            raise Flaw("it names blocks by number only, so each read looks twice", served=True) from None
        return "it takes them"

    async def _archive(self) -> str:
        span = int(_ARCHIVE_SECONDS / self._network.block_time)
        old = max(min(1, self._pinned.number), self._pinned.number - span)
        quantity(await self._endpoint.call("eth_getBalance", NOBODY, hex(old)))
        block = await self._endpoint.header(hex(old))
        if block is None:
            raise Flaw(f"it does not have block {old}", ChainFault.NEEDS_ARCHIVE)
        if Question.CALLS in self.passed and await self._stands(hex(old)):
            time = word(await self._call(_NOW, hex(old)))
            if time != block.timestamp:
                raise Flaw(f"it answers from another block than {old}", ChainFault.NEEDS_ARCHIVE)
        return f"it has the state of block {old}"

    async def _code(self) -> str:
        await self._stands(hex(self._pinned.number))
        return "it tells the code of contracts"

    async def _calls(self) -> str:
        await self._call(_NOW, hex(self._pinned.number))
        return "it answers them"

    async def _gas(self) -> str:
        try:
            await self._call(_NOW, hex(self._pinned.number), gas=hex(GAS))
        except (CallFailed, NodeFault) as failed:
            await self._call(_NOW, hex(self._pinned.number))
            raise Flaw(f"it refuses calls of {GAS:,} gas, so each can ask for less", served=True) from failed
        return f"it takes calls of {GAS:,}"

    async def _batches(self) -> str:
        calls = [("eth_getBalance", (Address(f"0x{number:040x}"), hex(self._pinned.number))) for number in (1, 2)]
        try:
            answers = await self._endpoint.batch(calls)
        except (CallFailed, NodeFault) as failed:
            quantity(await self._endpoint.call(*calls[0][:1], *calls[0][1]))
            raise Flaw("it takes one call a request, so what is not asked in bulk is slow", served=True) from failed
        for answer in answers:
            quantity(answer)
        return "it takes them"

    async def _balances(self) -> str:
        batch_reader, block = BatchReader(self._endpoint), self._pinned
        place = Place(block=block, where=await self._endpoint.pin(block), multicall=self._network.multicall)
        wallets = [Address(f"0x{0xF01C * number:040x}") for number in range(1, _BULK + 1)]
        found = await batch_reader.ask(Asked(), wallets, place)
        if None in found:
            raise Flaw("it does not tell a balance")
        way = batch_reader.proven_method(None)
        if way not in _QUICK:
            raise Flaw("it takes neither state overrides, creation code nor Multicall, so votes are slow", served=True)
        return f"{_BULK} wallets are read {_QUICK[way]}"

    async def _events(self) -> str:
        width, last = _WIDE, self._pinned.number
        while True:
            first = max(0, last - width + 1)
            try:
                answer = await self._endpoint.call("eth_getLogs", query(REGISTRY_EVENTS, first, last))
                checked(answer, REGISTRY_EVENTS, first, last)
                break
            except (CallFailed, NodeFault) as failed:
                if first == last:
                    raise Flaw("it gives none, so delegations of a registry cannot be read", served=True) from failed
                width = max(1, min(width, last + 1) // 10)
        if width < _WIDE:
            raise Flaw(
                f"it gives those of {width:,} blocks at once and not of {_WIDE:,}", ChainFault.TOO_LARGE, served=True
            )
        return f"it gives those of {last - first + 1:,} blocks at once"

    async def _stands(self, where: Json) -> bool:
        return bool(await self._endpoint.code(self._network.multicall, where))

    async def _call(self, calldata: str, where: Json, **fields: str) -> Json:
        """Return what Multicall gives, or nothing where it gives nothing; raise where calls are not served."""
        try:
            return await self._endpoint.call(
                "eth_call", {"to": self._network.multicall, "data": calldata} | fields, where
            )
        except CallFailed as failed:
            if failed.failure is not Failure.REVERTED:
                raise
            return "0x"

    @property
    def _pinned(self) -> Block:
        if self._final is None:
            raise Flaw("it knows no final block", ChainFault.NO_FINALITY)
        return self._final

    @property
    def _where(self) -> Json:
        return {"blockHash": self._pinned.hash, "requireCanonical": True}


def _time(seconds: int) -> str:
    """Write how long that is, roughly."""
    for unit, length in (("days", 86_400), ("hours", 3_600), ("minutes", 60)):
        if seconds >= 2 * length:
            return f"{seconds // length} {unit}"
    return f"{seconds} seconds"
