"""The repository of wallets, and of the challenges that prove them."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import bindparam, delete, insert, select, update

from bot.domain.shared.types import Address, ChainId, GuildId, MemberId, Timestamp
from bot.domain.wallets.wallet import CHALLENGE_LIFE, Challenge, Kind, Move, Wallet
from bot.storage.driver.statements import AnyConnection, PreparedStatement, Stored
from bot.storage.tables import challenges, moves, wallets

_CHUNK = 1_000
"""Members named in one statement."""
_PREPARED_OF = PreparedStatement(
    select(wallets)
    .where(wallets.c.guild == bindparam("same_guild"), wallets.c.member == bindparam("same_member"))
    .order_by(wallets.c.linked_at, wallets.c.id)
)


class SqlWallets:
    """Wallets by guild; the table holds each address at most once a guild."""

    def __init__(self, connection: AnyConnection) -> None:
        self._connection = connection

    async def of(self, guild: GuildId, member: MemberId) -> list[Wallet]:
        """Return the member's wallets, oldest link first."""
        rows = await _PREPARED_OF.run(self._connection, {"same_guild": guild, "same_member": member})
        return [_wallet(row) for row in rows]

    async def of_members(self, guild: GuildId, members: Sequence[MemberId]) -> list[Wallet]:
        """Return the wallets of several members, oldest first."""
        found: list[Wallet] = []
        for start in range(0, len(members), _CHUNK):
            some = wallets.c.member.in_(members[start : start + _CHUNK])
            theirs = select(wallets).where(wallets.c.guild == guild, some)
            rows = await self._connection.execute(theirs.order_by(wallets.c.linked_at, wallets.c.id))
            found += [_wallet(row) for row in rows]
        return found

    async def holder(self, guild: GuildId, address: Address) -> Wallet | None:
        """Return the link of a wallet in a guild."""
        found = select(wallets).where(wallets.c.guild == guild, wallets.c.address == address)
        row = (await self._connection.execute(found)).one_or_none()
        return None if row is None else _wallet(row)

    async def linked(self, guild: GuildId) -> list[Address]:
        """Return every wallet linked in a guild, ordered by address."""
        found = select(wallets.c.address).where(wallets.c.guild == guild).order_by(wallets.c.address)
        return [Address(address) for address in await self._connection.scalars(found)]

    async def of_guild(self, guild: GuildId) -> list[Wallet]:
        """Return every wallet of a guild with its member, oldest link first."""
        found = select(wallets).where(wallets.c.guild == guild).order_by(wallets.c.linked_at, wallets.c.id)
        return [_wallet(row) for row in await self._connection.execute(found)]

    async def add(self, wallet: Wallet) -> None:
        """Store a link."""
        row = insert(wallets).values(
            guild=wallet.guild,
            member=wallet.member,
            address=wallet.address,
            linked_at=wallet.linked_at,
            label=wallet.label,
            chosen=wallet.chosen,
            kind=wallet.kind,
            chain=wallet.chain,
        )
        await self._connection.execute(row)

    async def remove(self, guild: GuildId, address: Address) -> None:
        """Forget a link."""
        await self._connection.execute(delete(wallets).where(wallets.c.guild == guild, wallets.c.address == address))

    async def name(self, guild: GuildId, address: Address, label: str | None) -> None:
        """Set a wallet's label, or remove it (None)."""
        mine = (wallets.c.guild == guild, wallets.c.address == address)
        await self._connection.execute(update(wallets).where(*mine).values(label=label))

    async def choose(self, guild: GuildId, member: MemberId, address: Address) -> None:
        """Make one of the member's wallets their chosen one, instead of any other."""
        mine = (wallets.c.guild == guild, wallets.c.member == member)
        # In this order, because the index takes one at a time.
        await self._connection.execute(update(wallets).where(*mine, wallets.c.chosen).values(chosen=False))
        await self._connection.execute(update(wallets).where(*mine, wallets.c.address == address).values(chosen=True))

    async def add_move(self, move: Move) -> None:
        """Store that a wallet was taken from a member."""
        row = insert(moves).values(guild=move.guild, member=move.member, address=move.address, moved_at=move.moved_at)
        await self._connection.execute(row)

    async def moves(self, guild: GuildId, member: MemberId, since: Timestamp) -> list[Move]:
        """Return the wallets that moved from this member to another since, newest first."""
        theirs = select(moves).where(moves.c.guild == guild, moves.c.member == member, moves.c.moved_at >= since)
        return [_move(row) for row in await self._connection.execute(theirs.order_by(moves.c.id.desc()))]

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
            proved_at=challenge.proved_at,
            kind=challenge.kind,
        )
        await self._connection.execute(row)

    async def challenge(self, nonce: str) -> Challenge | None:
        """Return the challenge of a nonce."""
        row = (await self._connection.execute(select(challenges).where(challenges.c.nonce == nonce))).one_or_none()
        return None if row is None else _challenge(row)

    async def lasting_challenge(self, guild: GuildId, member: MemberId, address: Address) -> Challenge | None:
        """Return the newest unanswered challenge that was issued for a contract wallet."""
        mine = (challenges.c.guild == guild, challenges.c.member == member, challenges.c.address == address)
        lasting = challenges.c.expires_at - challenges.c.issued_at > CHALLENGE_LIFE
        waiting = (challenges.c.used_at.is_(None), challenges.c.proved_at.is_(None))
        newest = (
            select(challenges)
            .where(*mine, lasting, *waiting)
            .order_by(challenges.c.issued_at.desc(), challenges.c.nonce)
            .limit(1)
        )
        row = (await self._connection.execute(newest)).one_or_none()
        return None if row is None else _challenge(row)

    async def prove_challenge(self, nonce: str, at: Timestamp, kind: Kind) -> None:
        """Note that a challenge was answered by a valid signature, and of which kind."""
        proved = update(challenges).where(challenges.c.nonce == nonce).values(proved_at=at, kind=kind)
        await self._connection.execute(proved)

    async def use_challenge(self, nonce: str, at: Timestamp) -> bool:
        """Mark it used; False if it was already, or never issued."""
        unused = update(challenges).where(challenges.c.nonce == nonce, challenges.c.used_at.is_(None))
        return (await self._connection.execute(unused.values(used_at=at))).rowcount == 1

    async def forget(self, *, expired: Timestamp, moved: Timestamp) -> int:
        """Delete challenges that expired, and moves made, before these times; return how many."""
        over = await self._connection.execute(delete(challenges).where(challenges.c.expires_at < expired))
        old = await self._connection.execute(delete(moves).where(moves.c.moved_at < moved))
        return over.rowcount + old.rowcount


def _wallet(row: Stored) -> Wallet:
    return Wallet(
        guild=GuildId(row.guild),
        member=MemberId(row.member),
        address=Address(row.address),
        linked_at=Timestamp(row.linked_at),
        label=row.label,
        chosen=bool(row.chosen),
        kind=Kind(row.kind),
        chain=None if row.chain is None else ChainId(row.chain),
    )


def _move(row: Stored) -> Move:
    return Move(
        guild=GuildId(row.guild),
        member=MemberId(row.member),
        address=Address(row.address),
        moved_at=Timestamp(row.moved_at),
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
        proved_at=None if row.proved_at is None else Timestamp(row.proved_at),
        kind=Kind(row.kind),
    )
