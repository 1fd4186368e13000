"""The book of wallets, and of the challenges that prove them."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.types import Address, GuildId, MemberId, Timestamp
from bot.domain.wallet import Challenge, Wallet
from bot.storage.hot import Hot
from bot.storage.statements import Stored
from bot.storage.tables import challenges, wallets

_CHUNK = 1_000
"""Members named in one statement."""
_HOT_OF = Hot(
    select(wallets)
    .where(wallets.c.guild == bindparam("same_guild"), wallets.c.member == bindparam("same_member"))
    .order_by(wallets.c.linked_at, wallets.c.id)
)


class SqlWallets:
    """Wallets by guild; the table holds each address at most once a guild."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def of(self, guild: GuildId, member: MemberId) -> list[Wallet]:
        """Return the member's wallets, oldest link first."""
        rows = await _HOT_OF.run(self._connection, {"same_guild": guild, "same_member": member})
        return [_wallet(row) for row in rows]

    async def of_members(self, guild: GuildId, members: Sequence[MemberId]) -> list[Wallet]:
        """Return the wallets of several members."""
        found: list[Wallet] = []
        for start in range(0, len(members), _CHUNK):
            some = wallets.c.member.in_(members[start : start + _CHUNK])
            rows = await self._connection.execute(select(wallets).where(wallets.c.guild == guild, some))
            found += [_wallet(row) for row in rows]
        return found

    async def holder(self, guild: GuildId, address: Address) -> Wallet | None:
        """Return the link of a wallet in a guild."""
        found = select(wallets).where(wallets.c.guild == guild, wallets.c.address == address)
        row = (await self._connection.execute(found)).one_or_none()
        return None if row is None else _wallet(row)

    async def linked(self, guild: GuildId) -> list[Address]:
        """Return every wallet that is linked in a guild, in order."""
        found = select(wallets.c.address).where(wallets.c.guild == guild).order_by(wallets.c.address)
        return [Address(address) for address in await self._connection.scalars(found)]

    async def add(self, wallet: Wallet) -> None:
        """Store a link."""
        row = insert(wallets).values(
            guild=wallet.guild, member=wallet.member, address=wallet.address, linked_at=wallet.linked_at
        )
        await self._connection.execute(row)

    async def remove(self, guild: GuildId, address: Address) -> None:
        """Forget a link."""
        await self._connection.execute(delete(wallets).where(wallets.c.guild == guild, wallets.c.address == address))

    async def add_challenge(self, challenge: Challenge) -> None:
        """Store a challenge by its nonce."""
        row = insert(challenges).values(
            nonce=challenge.nonce,
            guild=challenge.guild,
            member=challenge.member,
            address=challenge.address,
            text=challenge.text,
            issued_at=challenge.issued_at,
            expires_at=challenge.expires_at,
            used_at=challenge.used_at,
        )
        await self._connection.execute(row)

    async def challenge(self, nonce: str) -> Challenge | None:
        """Return the challenge of a nonce."""
        row = (await self._connection.execute(select(challenges).where(challenges.c.nonce == nonce))).one_or_none()
        return None if row is None else _challenge(row)

    async def use_challenge(self, nonce: str, at: Timestamp) -> bool:
        """Mark it used; False if it was already, or never issued."""
        unused = update(challenges).where(challenges.c.nonce == nonce, challenges.c.used_at.is_(None))
        return (await self._connection.execute(unused.values(used_at=at))).rowcount == 1


def _wallet(row: Stored) -> Wallet:
    return Wallet(
        guild=GuildId(row.guild),
        member=MemberId(row.member),
        address=Address(row.address),
        linked_at=Timestamp(row.linked_at),
    )


def _challenge(row: Stored) -> Challenge:
    return Challenge(
        nonce=row.nonce,
        guild=GuildId(row.guild),
        member=MemberId(row.member),
        address=Address(row.address),
        text=row.text,
        issued_at=Timestamp(row.issued_at),
        expires_at=Timestamp(row.expires_at),
        used_at=None if row.used_at is None else Timestamp(row.used_at),
    )
