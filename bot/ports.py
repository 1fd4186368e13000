"""What the services ask of the world: time, chains, storage, a voice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from bot.domain.announcement import Announcement
from bot.domain.ballot import Ballot
from bot.domain.delegation import Mandate
from bot.domain.funding import Campaign, Holding, Reading, Watch
from bot.domain.power import VotingPower
from bot.domain.power.reads import Answers, Read
from bot.domain.proposal import Proposal
from bot.domain.registry import Delegation
from bot.domain.space import Space
from bot.domain.types import (
    Address,
    Block,
    CampaignId,
    ChainId,
    ChannelId,
    GuildId,
    MemberId,
    MessageId,
    ProposalId,
    Timestamp,
    Token,
    Units,
)
from bot.domain.voting import VotingType
from bot.domain.wallet import Challenge, Wallet


class Clock(Protocol):
    """The time."""

    def now(self) -> Timestamp:
        """Return the time in whole seconds since the Unix epoch."""
        ...


class ChainReader(Protocol):
    """Reads chains, always at a named block.

    Every method raises `ChainUnavailable` when the chain cannot be read; it never answers from another block.
    """

    def chains(self) -> Mapping[ChainId, str]:
        """Return the configured chains and their names."""
        ...

    async def finalized(self, chain: ChainId) -> Block:
        """Return the newest block that is final, by the chain's configured finality."""
        ...

    async def finalized_at(self, chain: ChainId, moment: Timestamp) -> Block:
        """Return the newest final block whose timestamp is not later than `moment`."""
        ...

    async def numbered(self, chain: ChainId, number: int) -> Block:
        """Return the block of that number, final or not."""
        ...

    async def delegations(self, after: Block | None, upto: Block) -> tuple[Sequence[Delegation], Block] | None:
        """Return what was set and cleared in the Delegate Registry behind `after`, and up to which block.

        That may be a block before `upto`: what is missing is asked for again. None says that `after` is not a
        block of the chain any more.
        """
        ...

    async def token(self, chain: ChainId, address: Address | None, block: Block) -> Token:
        """Return what a token's contract says of itself (None: the chain's own coin).

        Raises:
            InvalidInput: no contract stands there, or it is not a token.

        """
        ...

    async def read(self, reads: Sequence[Read], at: Mapping[ChainId, Block], *, confirm: bool = False) -> list[Answers]:
        """Answer all reads, each from the block of its chain in `at`, pinned by hash; in the order asked.

        With `confirm`, two endpoints must agree where a chain has two, or it raises `ChainUnavailable`.
        """
        ...

    async def balances(
        self, holdings: Sequence[Holding], at: Mapping[ChainId, Block], *, confirm: bool = False
    ) -> list[int | None]:
        """Return what each holding holds at its chain's block; None where it could not be had.

        `confirm` as for `read`.
        """
        ...

    async def recover(self, text: str, signature: str) -> Address:
        """Return who signed `text` (EIP-191 personal message).

        Raises:
            SignatureRejected: the signature is not one (malformed, malleable, or of the wrong length).

        """
        ...


class SpaceBook(Protocol):
    """Spaces by guild; one a guild for now."""

    async def of(self, guild: GuildId) -> Space | None: ...
    async def add(self, guild: GuildId, name: str) -> Space:
        """Store a new space with the default rules."""
        ...

    async def save(self, space: Space) -> None: ...
    async def all(self) -> list[Space]: ...


class WalletBook(Protocol):
    """Wallets by guild, and the challenges that prove them."""

    async def of(self, guild: GuildId, member: MemberId) -> list[Wallet]:
        """Return the member's wallets, oldest link first."""
        ...

    async def of_members(self, guild: GuildId, members: Sequence[MemberId]) -> list[Wallet]: ...
    async def linked(self, guild: GuildId) -> list[Address]:
        """Return every wallet that is linked in a guild, in order."""
        ...

    async def holder(self, guild: GuildId, address: Address) -> Wallet | None: ...
    async def add(self, wallet: Wallet) -> None: ...
    async def remove(self, guild: GuildId, address: Address) -> None: ...
    async def add_challenge(self, challenge: Challenge) -> None: ...
    async def challenge(self, nonce: str) -> Challenge | None: ...
    async def use_challenge(self, nonce: str, at: Timestamp) -> bool:
        """Mark it used; False if it was already (compare-and-set)."""
        ...


class ProposalBook(Protocol):
    """Proposals. `save` stores every field of a value whose id is known."""

    async def add(self, draft: Proposal) -> Proposal:
        """Store a draft; `id` and `number` of the argument are ignored, those of the answer are given."""
        ...

    async def get(self, proposal: ProposalId) -> Proposal | None: ...
    async def numbered(self, guild: GuildId, number: int) -> Proposal | None: ...
    async def newest_submission(self, guild: GuildId) -> Timestamp | None: ...
    async def save(self, proposal: Proposal) -> None: ...
    async def of(self, guild: GuildId) -> list[Proposal]:
        """Return all of a guild, drafts and withdrawn ones included, newest first."""
        ...

    async def visible(self, guild: GuildId, viewer: MemberId, limit: int) -> list[Proposal]:
        """Return the newest `limit` that were submitted, or are drafts of `viewer`, newest first."""
        ...

    async def drafts(self, guild: GuildId, author: MemberId) -> int:
        """Return how many drafts a member keeps."""
        ...

    async def due_to_open(self, now: Timestamp) -> list[Proposal]:
        """Return submitted, not withdrawn, whose start has come and that are not marked opened."""
        ...

    async def due_to_close(self, now: Timestamp) -> list[Proposal]:
        """Return those for which `Proposal.due_to_close(now)` holds."""
        ...

    async def close(self, proposal: Proposal) -> bool:
        """Store the result of a proposal that has none yet; False if it has one (compare-and-set)."""
        ...

    async def stale_cards(self, before: Timestamp) -> list[Proposal]:
        """Return those with a card whose `touch` is not earlier than its `shown`, and `shown` not after `before`.

        Times are whole seconds, so a touch in the second of the drawing may have come after it.
        """
        ...

    async def touch(self, proposal: ProposalId, at: Timestamp) -> None:
        """Note that what the card shows has changed."""
        ...

    async def shown(self, proposal: ProposalId, at: Timestamp) -> None:
        """Note that the card was drawn from the facts of `at`."""
        ...


class BallotBook(Protocol):
    """Ballots and the power behind them."""

    async def cast(self, ballot: Ballot) -> Ballot | None:
        """Store a ballot; the wallet's earlier one is kept as history and returned."""
        ...

    async def of(self, proposal: ProposalId) -> list[Ballot]:
        """Return the ballots that count: the last of each wallet, by wallet."""
        ...

    async def by_member(self, proposal: ProposalId, member: MemberId) -> list[Ballot]:
        """Return the ballots that count for this member, whoever cast them, and those that they cast as a delegate."""
        ...

    async def cast_themselves(
        self, proposal: ProposalId, members: Sequence[MemberId], wallets: Sequence[Address]
    ) -> list[Ballot]:
        """Return the ballots that count, of these members or wallets, that no delegate cast."""
        ...

    async def cast_all(self, proposal: ProposalId, cast: Sequence[Ballot]) -> None:
        """Store ballots of one proposal as `cast` does each."""
        ...

    async def drop(self, proposal: ProposalId, wallets: Sequence[Address]) -> None:
        """Have the ballots of those wallets count no more; they are kept as history."""
        ...

    async def history(self, proposal: ProposalId, wallet: Address) -> list[Ballot]:
        """Return every ballot of a wallet, oldest first."""
        ...

    async def powers(self, proposal: ProposalId, wallets: Sequence[Address]) -> dict[Address, VotingPower]:
        """Return the power read earlier for this proposal, for those wallets it was read for."""
        ...

    async def add_powers(self, proposal: ProposalId, powers: Sequence[VotingPower]) -> None:
        """Store power read at the proposal's snapshot; what is stored already stays."""
        ...

    async def add_votable(self, proposal: ProposalId, powers: Sequence[VotingPower]) -> None:
        """Store what each linked wallet is of the power that could vote, as it was at submission."""
        ...

    async def votable(self, proposal: ProposalId, wallets: Sequence[Address]) -> dict[Address, Units]:
        """Return what wallets are of it; those that were not linked then are left out."""
        ...

    async def rescore(self, proposal: ProposalId, powers: Sequence[VotingPower]) -> None:
        """Replace the stored power, and that of the ballots that count: it depends on who votes, and has changed."""
        ...


class MandateBook(Protocol):
    """Who lets whom vote, by guild. One stands that nobody took back and that is not over; all are kept."""

    async def give(self, mandate: Mandate) -> None:
        """Store it; the delegator's standing one of the same topic ends when it begins."""
        ...

    async def clear(self, guild: GuildId, delegator: MemberId, topic: VotingType | None, at: Timestamp) -> None:
        """End the delegator's standing one of a topic (None: the general one)."""
        ...

    async def standing(self, guild: GuildId, now: Timestamp) -> list[Mandate]: ...
    async def of(self, guild: GuildId, delegator: MemberId, now: Timestamp) -> list[Mandate]:
        """Return the standing ones of a delegator."""
        ...

    async def to(self, guild: GuildId, delegate: MemberId, now: Timestamp) -> list[Mandate]:
        """Return the standing ones to a delegate."""
        ...

    async def at(self, guild: GuildId, delegator: MemberId, at: Timestamp) -> list[Mandate]:
        """Return those of a delegator that were in force `at`."""
        ...

    async def around(self, guild: GuildId, delegate: MemberId, at: Timestamp) -> list[Mandate]:
        """Return those in force `at` of every delegator of whom one was to this delegate."""
        ...


class FundingBook(Protocol):
    """Watched treasuries and campaigns, with their newest readings and their milestones."""

    async def watches(self, guild: GuildId) -> list[Watch]: ...
    async def add_watch(self, watch: Watch) -> Watch:
        """Store it; `number` is given."""
        ...

    async def remove_watch(self, guild: GuildId, number: int) -> bool: ...
    async def add_campaign(self, campaign: Campaign) -> Campaign:
        """Store it with its milestones; `id` and `number` are given."""
        ...

    async def campaign(self, campaign: CampaignId) -> Campaign | None: ...
    async def campaign_numbered(self, guild: GuildId, number: int) -> Campaign | None: ...
    async def campaigns(self, guild: GuildId) -> list[Campaign]: ...
    async def open_campaigns(self) -> list[Campaign]:
        """Return, over all guilds, those with a milestone not reached yet."""
        ...

    async def holdings(self) -> set[Holding]:
        """Return every holding that a watch or a campaign looks at, over all guilds."""
        ...

    async def record(self, readings: Sequence[Reading]) -> None:
        """Store readings; one from a block not newer than the stored one changes nothing."""
        ...

    async def reach(self, campaign: CampaignId, milestone: int, reading: Reading, at: Timestamp) -> bool:
        """Mark a milestone reached; False if it was already (compare-and-set)."""
        ...


class OutboxBook(Protocol):
    """Announcements, stored with the facts they tell."""

    async def add(
        self,
        *,
        key: str,
        topic: str,
        guild: GuildId,
        channel: ChannelId,
        facts: Mapping[str, str | int | None],
        at: Timestamp,
    ) -> bool:
        """Store it unless its key is; the book derives `nonce` and `ref` from the key."""
        ...

    async def due(self, now: Timestamp, limit: int) -> list[Announcement]:
        """Return those not told and not given up whose next attempt has come, oldest first, a channel in order."""
        ...

    async def attempt(self, announcement: int, at: Timestamp, next_at: Timestamp) -> None:
        """Note, before it is sent, that an attempt begins, and when the next may."""
        ...

    async def told(self, announcement: int, message: MessageId, at: Timestamp) -> None: ...
    async def give_up(self, announcement: int, reason: str, at: Timestamp) -> None: ...
    async def find(self, key: str) -> Announcement | None: ...
    async def retarget(self, announcement: int, channel: ChannelId) -> None:
        """Say it in another channel from now on."""
        ...

    async def notices(self, guild: GuildId, since: Timestamp) -> list[Announcement]:
        """Return the moderators' notices of a guild created since, newest first, told or not."""
        ...


class DelegationIndex(Protocol):
    """The events of the Delegate Registry, by chain."""

    async def head(self, chain: ChainId) -> Block | None:
        """Return the block up to which the events of a chain are complete, None if nothing is known."""
        ...

    async def add(self, events: Sequence[Delegation], head: Block) -> None:
        """Store events, and that nothing is missing up to `head`."""
        ...

    async def clear(self, chain: ChainId) -> None:
        """Forget everything of a chain."""
        ...

    async def of(self, chain: ChainId, ids: Sequence[str], upto: int) -> list[Delegation]:
        """Return the events under `ids` up to block `upto`, oldest first."""
        ...


class DelegationBook(DelegationIndex, Protocol):
    """The same inside a transaction."""


class Books(Protocol):
    """One transaction over all books. Leaving it without `commit` undoes it."""

    spaces: SpaceBook
    wallets: WalletBook
    proposals: ProposalBook
    ballots: BallotBook
    funding: FundingBook
    outbox: OutboxBook
    delegations: DelegationBook
    mandates: MandateBook

    async def commit(self) -> None: ...


class Store(Protocol):
    """Opens transactions. None may be open while the network answers."""

    def write(self) -> AbstractAsyncContextManager[Books]:
        """Begin a transaction that may write, holding the write lock from its start."""
        ...

    def read(self) -> AbstractAsyncContextManager[Books]:
        """Begin a transaction that sees one moment and writes nothing."""
        ...


class Announcer(Protocol):
    """The voice: posts announcements where people read them.

    `say` returns the message's id once it stands in the channel. It looks for an earlier message with the same
    `ref` before it repeats an attempt, so it may be called again after any interruption.

    Raises:
        Undeliverable: it cannot be said there, and trying again will not help (channel gone, permission missing).
        Undelivered: it may work later.

    """

    def ready(self) -> bool:
        """Return whether it can speak; if not, nothing is attempted."""
        ...

    async def say(self, announcement: Announcement) -> MessageId: ...

    async def find(self, announcement: Announcement) -> MessageId | None:
        """Return the message that an earlier attempt left in the announcement's channel, None if there is none."""
        ...

    async def show(self, proposal: ProposalId) -> None:
        """Draw the card of a proposal again from the stored facts."""
        ...


class Undeliverable(Exception):
    """It cannot be said in that channel; `reason` is words for moderators, with the remedy."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Undelivered(Exception):
    """It could not be said now."""
