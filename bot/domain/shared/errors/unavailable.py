"""What could not be found out now, and why, as facts."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.domain.shared.errors.faults.power import PowerGap
    from bot.domain.shared.types import Address, Block, ChainId, Timestamp


from bot.domain.shared.errors.bases import Unavailable


class ChainFault(StrEnum):
    """Why a chain could not be read, as far as the endpoints told."""

    UNREACHABLE = "unreachable"
    RATE_LIMITED = "rate limited"
    UNAUTHORIZED = "unauthorized"
    NEEDS_ARCHIVE = "needs archive"
    LAGGING = "lagging"
    TOO_LARGE = "too large"
    WRONG_CHAIN = "wrong chain"
    NO_FINALITY = "no finalized block"
    DISAGREEMENT = "endpoints disagree"
    BAD_ANSWER = "bad answer"
    NOT_CONFIGURED = "not configured"


class ChainUnavailable(Unavailable):
    """Chain `chain` could not be read. `detail` is safe to show: it never holds an endpoint's address."""

    def __init__(self, chain: ChainId, fault: ChainFault, detail: str = "") -> None:
        super().__init__(f"chain {chain}: {fault}{': ' + detail if detail else ''}")
        self.chain, self.fault, self.detail = chain, fault, detail


class UnfitBlock(Unavailable):
    """`block`, the newest final one of its chain, is `age` seconds old (negative: ahead of the clock).

    At most `most` are allowed for a vote on that chain.
    """

    def __init__(self, *, block: Block, age: int, most: int) -> None:
        super().__init__(f"block {block.number} of chain {block.chain} is {age} s old, at most {most} are allowed")
        self.block, self.age, self.most = block, age, most


class PowerUnknown(Unavailable):
    """The power of `addresses` could not be read at the snapshot: unknown, which is never zero."""

    def __init__(self, addresses: Sequence[Address], why: PowerGap) -> None:
        super().__init__(f"power of {len(addresses)} wallets is unknown: {why}")
        self.addresses, self.why = tuple(addresses), why


class StorageFault(StrEnum):
    """What keeps the database from working."""

    FULL = "the disk is full"
    READ_ONLY = "it is read-only"
    LOCKED = "another process keeps it locked"
    DAMAGED = "it is damaged"
    UNREACHABLE = "it does not answer"
    REPLACED = "its file was deleted, or another stands in its place"
    TAKEN_OVER = "another process has taken over"
    IN_DOUBT = "it did not say whether it stored what was sent"


class StorageUnavailable(Unavailable):
    """The database took or gave nothing: what was to be stored is not, but for IN_DOUBT, when it may be.

    The operator is told by the database itself.
    """

    def __init__(self, fault: StorageFault) -> None:
        super().__init__(f"the database cannot be used: {fault.value}")
        self.fault = fault


class RolesUnknown(Unavailable):
    """Only members with some roles vote on proposal `number`, and Discord does not say now which roles this one has."""

    def __init__(self, *, number: int) -> None:
        super().__init__(f"the roles of who votes on proposal {number} are unknown")
        self.number = number


class ClocksDiffer(Unavailable):
    """Whether voting on proposal `number` is open is not known: clocks disagree. All times are in seconds.

    `host` is what the machine says, `said` when Discord took the request (None: it came another way), and `head` the
    time of the chain's newest block (None: it could not be read).
    """

    def __init__(
        self, *, number: int, host: Timestamp, said: Timestamp | None = None, head: Timestamp | None = None
    ) -> None:
        super().__init__(f"proposal {number}: the machine's clock says {host}, Discord {said}, the chain {head}")
        self.number, self.host, self.said, self.head = number, host, said, head
