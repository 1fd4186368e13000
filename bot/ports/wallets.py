"""Repositories of linked wallets, of tickets for web pages, and of what several owners of a contract wallet sign."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from bot.domain.shared.types import (
    Address,
    GuildId,
    MemberId,
    ProposalId,
    Timestamp,
)
from bot.domain.wallets.link_reply import LinkReply
from bot.domain.wallets.owner_signatures import SharedSigning
from bot.domain.wallets.wallet import Challenge, Kind, Move, Wallet
from bot.domain.wallets.web_ticket import Ticket


class LinkTeller(Protocol):
    """Shows on Discord that a wallet was linked on a page."""

    async def follow(self, guild: GuildId, reply: LinkReply, wallet: Wallet, *, moved: bool) -> bool:
        """Edit the message that led to the page; False if Discord does not let it be edited any more."""
        ...


class TicketRepository(Protocol):
    """Tickets by the hash of their token."""

    async def add(self, ticket: Ticket) -> None: ...
    async def get(self, digest: str) -> Ticket | None: ...
    async def use(self, digest: str, at: Timestamp) -> bool:
        """Mark a ticket used; False if it was used already, or never issued (compare-and-set)."""
        ...

    async def last(self, ticket: Ticket) -> None:
        """Store for what purpose an expired ticket remains good, and until when."""
        ...

    async def forget(self, before: Timestamp) -> int:
        """Delete tickets that expired before; return how many."""
        ...


class WalletRepository(Protocol):
    """Wallets by guild, and the challenges that prove them."""

    async def of(self, guild: GuildId, member: MemberId) -> list[Wallet]:
        """Return the member's wallets, oldest link first."""
        ...

    async def of_members(self, guild: GuildId, members: Sequence[MemberId]) -> list[Wallet]: ...
    async def linked(self, guild: GuildId) -> list[Address]:
        """Return every wallet linked in a guild, ordered by address."""
        ...

    async def of_guild(self, guild: GuildId) -> list[Wallet]:
        """Return every wallet of a guild with its member, oldest link first."""
        ...

    async def holder(self, guild: GuildId, address: Address) -> Wallet | None: ...
    async def add(self, wallet: Wallet) -> None: ...
    async def remove(self, guild: GuildId, address: Address) -> None: ...
    async def name(self, guild: GuildId, address: Address, label: str | None) -> None:
        """Set a wallet's label, or remove it (None)."""
        ...

    async def choose(self, guild: GuildId, member: MemberId, address: Address) -> None:
        """Make one of the member's wallets their chosen one, instead of any other."""
        ...

    async def add_move(self, move: Move) -> None: ...
    async def moves(self, guild: GuildId, member: MemberId, since: Timestamp) -> list[Move]:
        """Return the wallets that moved from this member to another since, newest first."""
        ...

    async def add_challenge(self, challenge: Challenge) -> None: ...
    async def challenge(self, nonce: str) -> Challenge | None: ...
    async def lasting_challenge(self, guild: GuildId, member: MemberId, address: Address) -> Challenge | None:
        """Return the newest unanswered challenge that was issued for a contract wallet."""
        ...

    async def prove_challenge(self, nonce: str, at: Timestamp, kind: Kind) -> None:
        """Note that a challenge was answered by a valid signature, and of which kind."""
        ...

    async def use_challenge(self, nonce: str, at: Timestamp) -> bool:
        """Mark a challenge used; False if it was used already (compare-and-set)."""
        ...

    async def forget(self, *, expired: Timestamp, moved: Timestamp) -> int:
        """Delete challenges that expired, and moves made, before these times; return how many."""
        ...


class SharedSigningRepository(Protocol):
    """What several owners of a contract wallet sign one after another, by its key."""

    async def add(self, shared: SharedSigning) -> None: ...
    async def get(self, key: str) -> SharedSigning | None: ...
    async def of(self, guild: GuildId, member: MemberId, proposal: ProposalId | None) -> list[SharedSigning]:
        """Return a member's shared signings for one proposal or (None) for linking wallets, newest first."""
        ...

    async def sign(self, shared: SharedSigning) -> None:
        """Store the signatures gathered so far."""
        ...

    async def remove(self, key: str) -> None: ...
    async def supersede(self, proposal: ProposalId, wallet: Address, written_at: Timestamp) -> None:
        """Delete a wallet's shared ballots on a proposal that were written at `written_at` or earlier."""
        ...

    async def forget(self, now: Timestamp) -> int:
        """Delete expired ones; return how many."""
        ...
