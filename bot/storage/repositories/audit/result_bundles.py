"""The repository of result bundles."""

from __future__ import annotations

from sqlalchemy import func, insert, select

from bot.domain.audit.bundle.writing.bundle_builder import Bundle, StoredBundle
from bot.domain.shared.types import Address, ProposalId, Timestamp, Units
from bot.storage.driver.statements import AnyConnection
from bot.storage.tables import ballots, bundles, votable

_KEPT = select(bundles.c.cid, bundles.c.root, bundles.c.made_at, func.length(bundles.c.content).label("size"))


class SqlBundles:
    """Bundles are added once, as gzip files, and read."""

    def __init__(self, connection: AnyConnection) -> None:
        self._connection = connection

    async def add(self, proposal: ProposalId, bundle: Bundle, packed: bytes, at: Timestamp) -> None:
        """Store it; a second one of the same proposal is refused by the table's key."""
        row = {"proposal": proposal, "content": packed, "cid": bundle.cid, "root": bundle.root, "made_at": at}
        await self._connection.execute(insert(bundles).values(row))

    async def get(self, proposal: ProposalId) -> StoredBundle | None:
        """Return what names a bundle, and how large its file is."""
        row = (await self._connection.execute(_KEPT.where(bundles.c.proposal == proposal))).one_or_none()
        if row is None:
            return None
        return StoredBundle(cid=row.cid, root=row.root, size=row.size, made_at=Timestamp(row.made_at))

    async def packed(self, proposal: ProposalId) -> bytes | None:
        """Return the gzip file."""
        return await self._connection.scalar(select(bundles.c.content).where(bundles.c.proposal == proposal))

    async def superseded(self, proposal: ProposalId) -> int:
        """Return how many ballots no longer count."""
        many = select(func.count()).where(ballots.c.proposal == proposal, ballots.c.counts.is_(False))
        return await self._connection.scalar(many) or 0

    async def votable(self, proposal: ProposalId) -> dict[Address, Units]:
        """Return each linked wallet's part of the power that could vote, by wallet."""
        every = select(votable).where(votable.c.proposal == proposal).order_by(votable.c.wallet)
        return {Address(row.wallet): Units(int(row.power)) for row in await self._connection.execute(every)}
