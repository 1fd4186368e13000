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
        """Append an entry after what it tells is written: who did it, to whom, and the subjects it vouches for.

        Persons are named by references, which are meaningless once their salts are erased. Before a guild's first
        entry, entries about everything that exists already are added.
        """
        ...

    async def begin(self, guild: GuildId, at: Timestamp) -> None:
        """Begin a guild's log with entries about everything that exists, if it has not begun."""
        ...

    async def head(self, guild: GuildId) -> Entry | None:
        """Return the last entry."""
        ...

    def entries(self, guild: GuildId, after: int = 0) -> AsyncIterator[list[Entry]]:
        """Yield the entries after number `after`, in batches."""
        ...

    def rows(self, guild: GuildId) -> AsyncIterator[list[Row]]:
        """Yield all rows that entries vouch for, as they are now, in batches."""
        ...

    def ballots(self, guild: GuildId) -> AsyncIterator[list[StoredBallot]]:
        """Yield every ballot, grouped by proposal, in the order in which they were cast."""
        ...

    async def posted(self, guild: GuildId) -> list[Posted]:
        """Return the heads that were due to be posted, oldest first."""
        ...

    async def salts(self, guild: GuildId) -> dict[MemberId, str]:
        """Return the salts of the members that entries name."""
        ...

    async def salt(self, guild: GuildId, member: MemberId) -> str | None:
        """Return a member's salt, None if there is none yet. It is secret."""
        ...

    async def made_salt(self, guild: GuildId, member: MemberId) -> str:
        """Return a member's salt; it is created at first use."""
        ...


class PersonRepository(Protocol):
    """Everything stored about a person in one guild."""

    async def all_of(self, guild: GuildId, member: MemberId) -> dict[str, list[dict[str, Any]]]:
        """Return every row that names the member, and the log's entries that refer to them, by table."""
        ...

    async def counting_in(self, guild: GuildId, member: MemberId) -> list[ProposalId]:
        """Return the undecided proposals in which the member's ballots, or ballots they cast for others, count."""
        ...

    async def shown_in(self, guild: GuildId, member: MemberId) -> list[ProposalId]:
        """Return the submitted proposals whose cards name the member."""
        ...

    async def told_of(self, guild: GuildId, member: MemberId) -> list[tuple[ChannelId, MessageId]]:
        """Return the bot's known messages that name the member, other than cards."""
        ...

    async def subjects_of(self, guild: GuildId, member: MemberId) -> list[Subject]:
        """Return the subjects of the log that forgetting the member deletes."""
        ...

    async def erase(self, guild: GuildId, member: MemberId, ended: Timestamp) -> None:
        """Erase everything but the salt: the member's rows are deleted, and others name a former member instead.

        Delegations that others gave the member end at `ended`.
        """
        ...

    async def erase_unvoted(self, proposal: ProposalId) -> None:
        """Erase the powers read for a closed vote, except those of wallets that voted or are linked."""
        ...

    async def erase_salt(self, guild: GuildId, member: MemberId) -> None:
        """Erase the salt, without which the log's references to the member are meaningless."""
        ...


class BundleRepository(Protocol):
    """One bundle for each proposal that was counted; it never changes."""

    async def add(self, proposal: ProposalId, bundle: Bundle, packed: bytes, at: Timestamp) -> None: ...
    async def get(self, proposal: ProposalId) -> StoredBundle | None: ...
    async def packed(self, proposal: ProposalId) -> bytes | None:
        """Return the gzip file, the same bytes every time."""
        ...

    async def superseded(self, proposal: ProposalId) -> int:
        """Return how many ballots were replaced or dropped."""
        ...

    async def votable(self, proposal: ProposalId) -> dict[Address, Units]:
        """Return, by wallet linked at submission, its part of the power that could vote."""
        ...
