"""The log of decisions, result bundles, and what is stored on a person."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any, Protocol

from bot.domain.audit.bundle.writing.bundle_builder import Bundle, StoredBundle
from bot.domain.audit.log.entry_kinds import Facts, Kind, Posted, Row, StoredBallot, Subject, Votes
from bot.domain.audit.log.hash_chain import Entry
from bot.domain.shared.types import Address, ChannelId, GuildId, MemberId, MessageId, ProposalId, Timestamp, Units


class LogRepository(Protocol):
    """One hash chain for each guild. An entry is stored in the transaction that stores its decision."""

    async def append(
        self,
        guild: GuildId,
        kind: Kind,
        *,
        at: Timestamp,
        by: MemberId | None = None,
        about: Mapping[str, MemberId] | None = None,
        facts: Facts | None = None,
        subjects: Sequence[Subject] = (),
        votes: Votes | None = None,
    ) -> None:
        """Add an entry after what it tells is written: who did it, to whom, and what stands from now on.

        Persons are named by references that mean nothing once their salts are erased. The first entry of a guild
        is preceded by what stood before.
        """
        ...

    async def begin(self, guild: GuildId, at: Timestamp) -> None:
        """Begin the log with what stands, if there is none yet."""
        ...

    async def head(self, guild: GuildId) -> Entry | None:
        """Return the last entry."""
        ...

    def entries(self, guild: GuildId, after: int = 0) -> AsyncIterator[list[Entry]]:
        """Return the entries behind number `after`, a part at a time."""
        ...

    def rows(self, guild: GuildId) -> AsyncIterator[list[Row]]:
        """Return what stands now, as entries vouch for it, a part at a time."""
        ...

    def ballots(self, guild: GuildId) -> AsyncIterator[list[StoredBallot]]:
        """Return every ballot, those of a proposal together and in the order in which they were cast."""
        ...

    async def posted(self, guild: GuildId) -> list[Posted]:
        """Return the heads that were to be posted, oldest first."""
        ...

    async def salts(self, guild: GuildId) -> dict[MemberId, str]:
        """Return the salts of the members that entries name."""
        ...

    async def salt(self, guild: GuildId, member: MemberId) -> str | None:
        """Return a member's salt, None if there is none yet; it is nobody's to see."""
        ...

    async def made_salt(self, guild: GuildId, member: MemberId) -> str:
        """Return a member's salt, made at first use."""
        ...


class PersonRepository(Protocol):
    """Everything that is stored on a person in one guild."""

    async def all_of(self, guild: GuildId, member: MemberId) -> dict[str, list[dict[str, Any]]]:
        """Return every row that names the member, and the log's entries that refer to them, by table."""
        ...

    async def counting_in(self, guild: GuildId, member: MemberId) -> list[ProposalId]:
        """Return the proposals without a result in which ballots of the member's, or cast by them, count."""
        ...

    async def shown_in(self, guild: GuildId, member: MemberId) -> list[ProposalId]:
        """Return the submitted proposals whose cards name the member."""
        ...

    async def told_of(self, guild: GuildId, member: MemberId) -> list[tuple[ChannelId, MessageId]]:
        """Return the messages of ours that name the member, where they are known; cards are drawn again instead."""
        ...

    async def subjects_of(self, guild: GuildId, member: MemberId) -> list[Subject]:
        """Return what the log vouches for and forgetting takes away."""
        ...

    async def erase(self, guild: GuildId, member: MemberId, ended: Timestamp) -> None:
        """Erase all but the salt: rows of theirs are gone, in rows of others a former member stands.

        Delegations that others gave the member end at `ended`.
        """
        ...

    async def erase_unvoted(self, proposal: ProposalId) -> None:
        """Erase the powers read for a closed vote, except those of wallets that voted or are linked."""
        ...

    async def erase_salt(self, guild: GuildId, member: MemberId) -> None:
        """Erase what made the log's references to the member mean something."""
        ...


class BundleRepository(Protocol):
    """One bundle for each proposal that was counted; it never changes."""

    async def add(self, proposal: ProposalId, bundle: Bundle, packed: bytes, at: Timestamp) -> None: ...
    async def get(self, proposal: ProposalId) -> StoredBundle | None: ...
    async def packed(self, proposal: ProposalId) -> bytes | None:
        """Return the gzip file, the same bytes every time."""
        ...

    async def superseded(self, proposal: ProposalId) -> int:
        """Return how many ballots were replaced, or taken back."""
        ...

    async def votable(self, proposal: ProposalId) -> dict[Address, Units]:
        """Return what each wallet that was linked at submission is of the power that could vote."""
        ...
