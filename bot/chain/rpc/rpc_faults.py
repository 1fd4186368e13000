"""Tells apart why an endpoint did not answer; a call that really reverted is no fault."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

from bot.domain.shared.errors import ChainFault
from bot.domain.shared.types import Address


class NodeFault(Exception):
    """One endpoint could not serve. `detail` is in our words: it never repeats what the endpoint said.

    `retry_after` is the seconds that it asked for, if it did; `late` says that it took all the time that it had.
    """

    def __init__(self, kind: ChainFault, detail: str, retry_after: float | None = None, *, late: bool = False) -> None:
        super().__init__(f"{kind}: {detail}")
        self.kind, self.detail, self.retry_after, self.late = kind, detail, retry_after, late


class WrongBlock(NodeFault):
    """It answered from another block than `number`, and so does not know the one asked for as it is."""

    def __init__(self, number: int) -> None:
        super().__init__(ChainFault.LAGGING, f"it answered from another block than {number}")


class NoContract(NodeFault):
    """At the block asked for, no code stands at `target`, as far as this endpoint knows."""

    def __init__(self, target: Address, number: int) -> None:
        super().__init__(ChainFault.BAD_ANSWER, f"no contract stands at {target} at block {number}")
        self.target = target


class CallFailed(Exception):
    """The node answered, and the answer is that the call fails."""

    def __init__(self, failure: Failure, code: int) -> None:
        super().__init__(f"{failure.value} (code {code})")
        self.failure, self.code = failure, code


class Failure(Enum):
    """How a call fails that a node did look at."""

    REVERTED = "the contract reverted"
    OUT_OF_GAS = "out of gas"
    REFUSED = "the node does not take this request"


@dataclass(frozen=True, slots=True)
class Sign:
    """One way to recognise a fault: any of the phrases, codes or HTTP statuses."""

    kind: ChainFault
    detail: str
    phrases: tuple[str, ...] = ()
    codes: frozenset[int] = frozenset()
    statuses: frozenset[int] = frozenset()


_REVERTED = re.compile(r"execution reverted|reverted|revert\b|vm execution error|vm exception")
_OUT_OF_GAS = re.compile(r"out ?of ?gas|oog\b|gas required exceeds allowance")
_ABORTED = re.compile(
    r"evm error|invalid opcode|invalid jump|stack (under|over)flow|stack limit|return data out of bounds"
    r"|write protection|gas uint64 overflow|max code size exceeded"
)
_REVERT_CODE, _NO_SUCH_METHOD = 3, -32601
_LONGEST = 2_000
"""The signs of what an endpoint says that are looked at: it may say megabytes, and looking takes time."""

SIGNS = (
    Sign(
        ChainFault.TOO_LARGE,
        "it wants a smaller range of blocks",
        phrases=(
            r"query returned more than [\d,]+ results",
            r"range \S* ?exceeds limit",
            r"this block range should work",
            r"block range is too wide",
            r"maximum block range",
            r"query exceeds max results",
            r"exceeds? maximum block range",
            r"is too big",
        ),
        codes=frozenset({-32614}),
    ),
    Sign(
        ChainFault.TOO_LARGE,
        "it wants smaller requests",
        phrases=(r"response too large", r"request timed out", r"batch too large", r"too large"),
        statuses=frozenset({413}),
    ),
    Sign(
        ChainFault.NEEDS_ARCHIVE,
        "it no longer keeps the state of that block",
        phrases=(
            r"missing trie node",
            r"historical state .*is not available",
            r"required historical state unavailable",
            r"pruned history unavailable",
            r"world state (is )?unavailable",
            r"no state available for block",
            r"old data not available due to pruning",
            r"(requires?|not) an archive",
            r"exceeds maximum proof window",
        ),
    ),
    Sign(
        ChainFault.LAGGING,
        "it does not have that block",
        phrases=(
            r"header (for hash )?not found",
            r"unknown block",
            r"could not be found",
            r"hash is not currently canonical",
            r"block not found",
            r"block ?out ?of ?range",
            r"resource not found",
        ),
        codes=frozenset({-39001}),
    ),
    Sign(
        ChainFault.UNAUTHORIZED,
        "its daily credits are used up",
        phrases=(r"daily (request count|credits)",),
        statuses=frozenset({402}),
    ),
    Sign(
        ChainFault.RATE_LIMITED,
        "it asks for fewer requests",
        phrases=(
            r"exceeded its compute units per second",
            r"over rate limit",
            r"rate limit",
            r"too many requests",
            r"code: 1015",
        ),
        codes=frozenset({429, -32005, -32007, -32009, -32012, -32016}),
        statuses=frozenset({429}),
    ),
    Sign(ChainFault.UNAUTHORIZED, "it refuses our key", statuses=frozenset({401, 403})),
)
"""In order of telling: phrases are looked for before codes, codes before statuses."""
_OF_A_BLOCK = {ChainFault.LAGGING, ChainFault.NEEDS_ARCHIVE}
"""What no page that is not JSON-RPC can tell: "could not be found" is then said of an address."""


def of_error(
    code: int, message: str, status: int | None = None, retry_after: float | None = None
) -> NodeFault | CallFailed:
    """Say what a JSON-RPC error means; `status` is HTTP's."""
    text = message[:_LONGEST].strip().lower()
    if code == _REVERT_CODE or _REVERTED.match(text):
        return CallFailed(Failure.REVERTED, code)
    if _OUT_OF_GAS.search(text):
        return CallFailed(Failure.OUT_OF_GAS, code)
    if _ABORTED.match(text):
        return CallFailed(Failure.REVERTED, code)
    sign = None if code == _NO_SUCH_METHOD else _recognise(code, text, status)
    return NodeFault(sign.kind, sign.detail, retry_after) if sign is not None else CallFailed(Failure.REFUSED, code)


def of_failure(status: int | None, text: str, retry_after: float | None = None, *, late: bool = False) -> NodeFault:
    """Say what an answer means that is no JSON-RPC: `status` is HTTP's, None where nothing came back, or too `late`."""
    if status is None:
        return NodeFault(
            ChainFault.UNREACHABLE, "it does not answer in time" if late else "it does not answer", late=late
        )
    sign = _recognise(None, text[:_LONGEST].lower(), status)
    if sign is not None and sign.kind not in _OF_A_BLOCK:
        return NodeFault(sign.kind, f"{sign.detail} (HTTP {status})", retry_after)
    if status >= 500:  # noqa: PLR2004 - HTTP's server errors
        return NodeFault(ChainFault.UNREACHABLE, f"it is out of order (HTTP {status})", retry_after)
    return NodeFault(ChainFault.BAD_ANSWER, f"what answers there speaks no JSON-RPC (HTTP {status})")


def _recognise(code: int | None, text: str, status: int | None) -> Sign | None:
    for sign in SIGNS:
        if any(re.search(phrase, text) for phrase in sign.phrases):
            return sign
    for sign in SIGNS:
        if code in sign.codes:
            return sign
    return next((sign for sign in SIGNS if status in sign.statuses), None)
