"""Transactions over all repositories."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path
from traceback import clear_frames
from typing import Any, Generic, TypeVar

from sqlalchemy.ext.asyncio import AsyncEngine

from bot.domain.shared.errors import StorageFault, StorageUnavailable
from bot.ports import (
    BallotRepository,
    BundleRepository,
    ContractEventRepository,
    DelegationRepository,
    LogRepository,
    MemberDelegationRepository,
    OutboxRepository,
    PersonRepository,
    ProposalRepository,
    Repositories,
    RoleRepository,
    SharedSigningRepository,
    SpaceRepository,
    TicketRepository,
    TreasuryRepository,
    VersionRepository,
    WalletRepository,
)
from bot.storage.driver.engine import checkpoint, for_reading, for_writing, name_of, rewrite, writer_of
from bot.storage.driver.statements import AnyConnection
from bot.storage.group_commit import GroupCommit, commit
from bot.storage.maintenance.health import Health, OpenedFile
from bot.storage.maintenance.process_lease import Lease
from bot.storage.repositories.audit.audit_log import SqlLog
from bot.storage.repositories.audit.personal_data import SqlPeople
from bot.storage.repositories.audit.result_bundles import SqlBundles
from bot.storage.repositories.delegation.member_delegations import SqlMemberDelegations
from bot.storage.repositories.delegation.registry_delegations import SqlDelegations
from bot.storage.repositories.outbox import SqlOutbox
from bot.storage.repositories.proposals.proposals import SqlProposals
from bot.storage.repositories.proposals.text_revisions import SqlVersions
from bot.storage.repositories.roles import SqlRoles
from bot.storage.repositories.shared.contract_events import SqlContractEvents
from bot.storage.repositories.spaces import SqlSpaces
from bot.storage.repositories.treasury.campaigns import SqlTreasury
from bot.storage.repositories.voting.ballots import SqlBallots
from bot.storage.repositories.voting.counting_ballots import Memory
from bot.storage.repositories.wallets.owner_signatures import SqlSharedSignings
from bot.storage.repositories.wallets.wallets import SqlWallets
from bot.storage.repositories.wallets.web_tickets import SqlTickets

B = TypeVar("B")
T = TypeVar("T")


class _Lazily(Generic[B]):
    """A repository that is opened at its first use in a transaction, and kept until its end."""

    def __init__(self, kind: Callable[..., B], *, remembers: bool = False) -> None:
        self._kind, self._remembers, self._name = kind, remembers, ""

    def __set_name__(self, _owner: type, name: str) -> None:
        self._name = name

    def __get__(self, repos: SqlRepositories, _owner: type | None = None) -> B:
        """Open the repository and store it under the same name on the instance, so that this runs once."""
        opened = self._kind(repos.connection, repos.memory) if self._remembers else self._kind(repos.connection)
        vars(repos)[self._name] = opened
        return opened


class SqlRepositories:
    """The repositories of one transaction; those that are used are opened."""

    spaces = _Lazily[SpaceRepository](SqlSpaces)
    wallets = _Lazily[WalletRepository](SqlWallets)
    proposals = _Lazily[ProposalRepository](SqlProposals)
    versions = _Lazily[VersionRepository](SqlVersions)
    ballots = _Lazily[BallotRepository](SqlBallots, remembers=True)
    treasury = _Lazily[TreasuryRepository](SqlTreasury)
    outbox = _Lazily[OutboxRepository](SqlOutbox)
    contract_events = _Lazily[ContractEventRepository](SqlContractEvents)
    delegations = _Lazily[DelegationRepository](SqlDelegations)
    member_delegations = _Lazily[MemberDelegationRepository](SqlMemberDelegations)
    tickets = _Lazily[TicketRepository](SqlTickets)
    shared = _Lazily[SharedSigningRepository](SqlSharedSignings)
    roles = _Lazily[RoleRepository](SqlRoles)
    log = _Lazily[LogRepository](SqlLog)
    people = _Lazily[PersonRepository](SqlPeople)
    bundles = _Lazily[BundleRepository](SqlBundles)

    def __init__(
        self,
        connection: AnyConnection,
        *,
        writes: bool = True,
        memory: Memory | None = None,
        committed: Callable[[], None] | None = None,
    ) -> None:
        self.connection, self.memory = connection, memory
        self._writes, self._committed = writes, committed
        self.durable = False

    async def commit(self) -> None:
        """Make what was written durable. Raises RuntimeError in a transaction that only reads."""
        if not self._writes:
            raise RuntimeError("this transaction only reads")
        if self._committed is not None:
            self._committed()
        else:
            await commit(self.connection)
            self.durable = True


@contextmanager
def _unlocked_when_cut() -> Iterator[None]:
    """Have a transaction that is cancelled give back SQLite's lock at once.

    SQLAlchemy closes its connection, but SQLite ends the transaction of a closed connection only once its last
    statement is gone, which the frames of the exception hold until Python finds their cycle.
    """
    try:
        yield
    except asyncio.CancelledError as cut:
        clear_frames(cut.__traceback__)
        raise


class SqlStore:
    """Opens transactions on a migrated database.

    Writers of this process queue in order of arrival; those of other processes wait for the file's lock, or for the
    advisory lock on PostgreSQL. A fault of the database is raised as StorageUnavailable, and logged by `health`.
    """

    def __init__(self, engine: AsyncEngine, health: Health | None = None, lease: Lease | None = None) -> None:
        self._engine, self._health, self._lease = engine, health or Health(name_of(engine)), lease
        self._writing, self._reading = for_writing(engine), for_reading(engine)
        self._memory = Memory()
        self._turn = asyncio.Lock()
        self._file = OpenedFile(Path(name_of(engine))) if engine.dialect.name == "sqlite" else None
        self._group_commit = GroupCommit(
            writer_of(engine), self._turn, SqlRepositories, self._health, lease, self._file
        )

    @property
    def lease(self) -> Lease | None:
        """What this process holds of the database, where it must be the only one."""
        return self._lease

    @property
    def fault(self) -> StorageFault | None:
        """What keeps the database from working, None as far as is known."""
        return self._health.fault

    @asynccontextmanager
    async def write(self) -> AsyncIterator[Repositories]:
        """Begin a transaction that holds the write lock from its start; leaving without `commit` undoes it."""
        waiting = self._health.waiting()
        with self._health.watched(), _unlocked_when_cut():
            async with self._turn:
                waiting.check()
                self._check_file()
                async with self._writing.connect() as connection:
                    await connection.begin()
                    if self._lease is not None:
                        await self._lease.check(connection)
                    repos = SqlRepositories(connection, writes=True)
                    yield repos
            if repos.durable:
                self._health.worked()

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Repositories]:
        """Begin a transaction that sees one moment; nothing written in it stays."""
        with self._health.watched():
            self._check_file()
            async with self._reading.connect() as connection:
                await connection.begin()
                yield SqlRepositories(connection, writes=False, memory=self._memory)

    async def run_in_transaction(self, work: Callable[[Repositories], Coroutine[Any, Any, T]]) -> T:
        """Do `work` in a transaction as `write` begins, together with all that wait."""
        return await self._group_commit.do(work)

    async def checkpoint(self) -> None:
        """Leave nothing that was erased in any file of the database."""
        with self._health.watched():
            async with self._turn:
                self._check_file()
                await checkpoint(self._engine)

    async def renew(self) -> None:
        """Renew the lease, where there is one; that it is lost is told by the lease."""
        if self._lease is None:
            return
        self._lease.tried()
        with suppress(StorageUnavailable), self._health.watched():
            self._check_file()
            async with self._turn, self._writing.connect() as connection:
                await connection.begin()
                await self._lease.renew(connection)
                await connection.commit()
            self._health.worked()

    async def try_again(self) -> None:
        """If the database failed last, try a write that changes nothing, so that a recovery is noticed at once."""
        if self.fault is None:
            return
        with suppress(StorageUnavailable), self._health.watched():
            async with self._turn:
                self._check_file()
                await rewrite(self._engine)
            self._health.worked()

    def _check_file(self) -> None:
        if self._file is not None:
            self._file.check()
