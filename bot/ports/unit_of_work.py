"""Transactions over all books."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from contextlib import AbstractAsyncContextManager
from typing import Any, Protocol, TypeVar

from bot.domain.shared.errors import StorageFault
from bot.ports.announcements import OutboxBook
from bot.ports.audit import LogBook, PersonBook
from bot.ports.bundles import BundleBook
from bot.ports.contract_events import DelegationBook
from bot.ports.proposals_and_votes import BallotBook, MandateBook, ProposalBook, VersionBook
from bot.ports.roles import RoleBook
from bot.ports.spaces_and_wallets import SharedSigningBook, SpaceBook, TicketBook, WalletBook
from bot.ports.treasury import FundingBook

T = TypeVar("T")


class Books(Protocol):
    """One transaction over all books. Leaving it without `commit` undoes it."""

    spaces: SpaceBook
    wallets: WalletBook
    proposals: ProposalBook
    versions: VersionBook
    ballots: BallotBook
    funding: FundingBook
    outbox: OutboxBook
    delegations: DelegationBook
    mandates: MandateBook
    tickets: TicketBook
    shared: SharedSigningBook
    roles: RoleBook
    log: LogBook
    people: PersonBook
    bundles: BundleBook

    async def commit(self) -> None: ...


class Store(Protocol):
    """Opens transactions. None may be open while the network answers.

    Every method raises StorageUnavailable where the database does not work: nothing of the transaction is stored then.
    The operator is told by the database itself, so nobody else logs it.
    """

    def write(self) -> AbstractAsyncContextManager[Books]:
        """Begin a transaction that may write, holding the write lock from its start."""
        ...

    def read(self) -> AbstractAsyncContextManager[Books]:
        """Begin a transaction that sees one moment and writes nothing."""
        ...

    async def at_once(self, work: Callable[[Books], Coroutine[Any, Any, T]]) -> T:
        """Do `work` in a transaction as `write` begins one, as fast as can be: it awaits nothing but its books."""
        ...

    @property
    def fault(self) -> StorageFault | None:
        """What keeps the database from working, as far as is known."""
        ...

    async def renew(self) -> None:
        """Show that this process still works with the database, where it must be the only one."""
        ...

    async def try_again(self) -> None:
        """Where the database failed last, find out whether it works again; safe at any time."""
        ...

    async def fold(self) -> None:
        """Leave nothing that was erased in any file of the database; safe at any time, late and twice."""
        ...
