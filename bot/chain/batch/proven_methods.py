"""Which bulk method works at one endpoint, and for which questions each proved itself."""

from __future__ import annotations

from collections.abc import Awaitable
from dataclasses import dataclass
from typing import TypeVar

from bot.chain.batch.batch_query import GAS, BatchQuery
from bot.chain.batch.read_methods import Plain, ReadMethod
from bot.chain.rpc.endpoint_capabilities import ExpiringCache
from bot.chain.rpc.rpc_faults import CallFailed, NodeFault, WrongBlock
from bot.domain.shared.types import Address

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class BulkMethod:
    """A read method, and the gas that it names (None: none)."""

    read_method: ReadMethod
    gas: int | None = GAS


PLAIN = BulkMethod(Plain(), None)


class ProvenMethods:
    """Remembers for a while which method works, and which proved itself for a function of a contract.

    Further arguments of the function make no difference.
    """

    def __init__(self) -> None:
        self._works: ExpiringCache[str, BulkMethod] = ExpiringCache()
        self._proved: ExpiringCache[tuple[Address | None, bytes], BulkMethod] = ExpiringCache()

    @property
    def working(self) -> BulkMethod | None:
        """The method that works at this endpoint; None if unknown."""
        return self._works.get("")

    @working.setter
    def working(self, method: BulkMethod | None) -> None:
        if method is None:
            self._works.forget("")
        else:
            self._works.put("", method)

    def proved(self, question: BatchQuery) -> BulkMethod | None:
        """Return the method that agreed with plain calls for this question, None if there is none."""
        return self._proved.get((question.target, question.selector))

    def prove(self, question: BatchQuery, method: BulkMethod) -> None:
        """Remember that a method agrees with plain calls for this question."""
        self._proved.put((question.target, question.selector), method)

    def doubt(self, question: BatchQuery) -> None:
        """Forget what proved itself for this question and what works here: it failed."""
        self._proved.forget((question.target, question.selector))
        self._works.forget("")


async def outcome(work: Awaitable[T]) -> T | NodeFault | CallFailed:
    """Return the result or the failure, but raise WrongBlock."""
    try:
        return await work
    except WrongBlock:
        raise
    except (NodeFault, CallFailed) as failure:
        return failure
