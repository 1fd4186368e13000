"""The repository of what owners of contract wallets sign one after another."""

from __future__ import annotations

from sqlalchemy import delete, insert, select, update

from bot.domain.shared.types import Address, ChainId, GuildId, MemberId, ProposalId, Timestamp
from bot.domain.voting import Mark
from bot.domain.wallets.owner_signatures import SharedSigning
from bot.storage.driver.statements import AnyConnection, Stored
from bot.storage.repositories.shared.json_columns import from_json, to_json
from bot.storage.tables import shared_signings


class SqlSharedSignings:
    """Shared signings by their key."""

    def __init__(self, connection: AnyConnection) -> None:
        self._connection = connection

    async def add(self, shared: SharedSigning) -> None:
        """Store one that is not known yet."""
        row = insert(shared_signings).values(
            key=shared.key,
            guild=shared.guild,
            member=shared.member,
            wallet=shared.wallet,
            chain=shared.chain,
            digest=shared.digest.hex(),
            written_at=shared.written_at,
            expires_at=shared.expires_at,
            proposal=shared.proposal,
            mark=None if shared.mark is None else to_json(shared.mark),
            signatures=_written(shared),
        )
        await self._connection.execute(row)

    async def get(self, key: str) -> SharedSigning | None:
        """Return the one of a key."""
        found = select(shared_signings).where(shared_signings.c.key == key)
        row = (await self._connection.execute(found)).one_or_none()
        return None if row is None else _shared(row)

    async def of(self, guild: GuildId, member: MemberId, proposal: ProposalId | None) -> list[SharedSigning]:
        """Return a member's shared signings for one proposal or (None) for linking wallets, newest first."""
        about = shared_signings.c.proposal.is_(None) if proposal is None else shared_signings.c.proposal == proposal
        mine = select(shared_signings).where(
            shared_signings.c.guild == guild, shared_signings.c.member == member, about
        )
        newest = mine.order_by(shared_signings.c.written_at.desc(), shared_signings.c.key)
        return [_shared(row) for row in await self._connection.execute(newest)]

    async def sign(self, shared: SharedSigning) -> None:
        """Store the signatures gathered so far."""
        known = update(shared_signings).where(shared_signings.c.key == shared.key)
        await self._connection.execute(known.values(signatures=_written(shared)))

    async def remove(self, key: str) -> None:
        """Remove one, with its signatures."""
        await self._connection.execute(delete(shared_signings).where(shared_signings.c.key == key))

    async def supersede(self, proposal: ProposalId, wallet: Address, written_at: Timestamp) -> None:
        """Delete a wallet's shared ballots on a proposal that were written at `written_at` or earlier."""
        of_wallet = (shared_signings.c.proposal == proposal, shared_signings.c.wallet == wallet)
        older = delete(shared_signings).where(*of_wallet, shared_signings.c.written_at <= written_at)
        await self._connection.execute(older)

    async def forget(self, now: Timestamp) -> int:
        """Delete expired ones; return how many."""
        return (
            await self._connection.execute(delete(shared_signings).where(shared_signings.c.expires_at < now))
        ).rowcount


def _written(shared: SharedSigning) -> str:
    return to_json({owner: signature.hex() for owner, signature in shared.signatures.items()})


def _mark(text: str | None) -> Mark | None:
    mark = None if text is None else from_json(text)
    return tuple(mark) if isinstance(mark, list) else mark


def _shared(row: Stored) -> SharedSigning:
    return SharedSigning(
        key=row.key,
        guild=GuildId(row.guild),
        member=MemberId(row.member),
        wallet=Address(row.wallet),
        chain=ChainId(row.chain),
        digest=bytes.fromhex(row.digest),
        written_at=Timestamp(row.written_at),
        expires_at=Timestamp(row.expires_at),
        proposal=None if row.proposal is None else ProposalId(row.proposal),
        mark=_mark(row.mark),
        signatures={Address(owner): bytes.fromhex(one) for owner, one in from_json(row.signatures).items()},
    )
