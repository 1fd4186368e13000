"""Transactions over all repositories."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from contextlib import AbstractAsyncContextManager
from typing import Any, Protocol, TypeVar

from bot.domain.shared.errors import StorageFault
from bot.ports.announcements import OutboxRepository
from bot.ports.audit import BundleRepository, LogRepository, PersonRepository
from bot.ports.contract_events import ContractEventRepository
from bot.ports.delegation import DelegationRepository, MemberDelegationRepository
from bot.ports.proposals import ProposalRepository, VersionRepository
from bot.ports.roles import RoleRepository
from bot.ports.spaces import SpaceRepository
from bot.ports.treasury import TreasuryRepository
from bot.ports.voting import BallotRepository
from bot.ports.wallets import SharedSigningRepository, TicketRepository, WalletRepository

T = TypeVar("T")


class Repositories(Protocol):
    """One transaction over all repositories. Leaving it without `commit` undoes it."""

    spaces: SpaceRepository
    wallets: WalletRepository
    proposals: ProposalRepository
    versions: VersionRepository
    ballots: BallotRepository
    treasury: TreasuryRepository
    outbox: OutboxRepository
    contract_events: ContractEventRepository
    delegations: DelegationRepository
    member_delegations: MemberDelegationRepository
    tickets: TicketRepository
    shared: SharedSigningRepository
    roles: RoleRepository
    log: LogRepository
    people: PersonRepository
    bundles: BundleRepository

    async def commit(self) -> None: ...


class Store(Protocol):
    """Opens transactions. None may be open while the network is asked.

    Every method raises StorageUnavailable if the database does not work; then nothing of the transaction is stored. The
    store itself tells the operator, so nobody else logs it.
    """

    def write(self) -> AbstractAsyncContextManager[Repositories]:
        """Begin a transaction that may write; it holds the write lock from its start."""
        ...

    def read(self) -> AbstractAsyncContextManager[Repositories]:
        """Begin a read-only transaction that sees the database as of one moment."""
        ...

    async def run_in_transaction(self, work: Callable[[Repositories], Coroutine[Any, Any, T]]) -> T:
        """Run `work` in a write transaction, grouped with others that wait.

        It awaits nothing but its repositories.
        """
        ...

    @property
    def fault(self) -> StorageFault | None:
        """What keeps the database from working, None as far as is known."""
        ...

    async def renew(self) -> None:
        """Renew the lease that shows that this process works with the database."""
        ...

    async def try_again(self) -> None:
        """If the database failed last time, find out whether it works again; safe at any time."""
        ...

    async def checkpoint(self) -> None:
        """Remove erased data from all files of the database; safe at any time, late and twice."""
        ...
