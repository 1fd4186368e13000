"""Valid values of the domain, of which a test names only the fields that it is about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from bot.domain.announcements.announcement import Announcement, Topic
from bot.domain.delegation.member_delegation import MemberDelegation
from bot.domain.delegation.onchain_registry import CLEAR, REGISTRY, SET, Delegation
from bot.domain.power import PowerPart, Strategy, VotingPower, parse_strategy
from bot.domain.proposals.proposal import Proposal, Remover, Result, Terms, Text, Tombstone, Version
from bot.domain.shared.contract_events import Event, EventRange, Extent
from bot.domain.shared.types import (
    Address,
    Block,
    CampaignId,
    ChainId,
    ChannelId,
    GuildId,
    MemberId,
    ProposalId,
    RoleId,
    SpaceId,
    Timestamp,
    Token,
    Units,
)
from bot.domain.spaces.space import DAY, Space
from bot.domain.treasury.campaigns import Campaign, Holding, Milestone, Reading, Watch
from bot.domain.voting import Outcome, Tally, decide, tally
from bot.domain.voting.ballot import Ballot, columns
from bot.domain.voting.systems.basic import CHOICES
from bot.domain.wallets.wallet import CHALLENGE_LIFE, Challenge, Wallet

NOW = Timestamp(1_790_000_000)
"""The time at which the stories of the tests begin."""
CHAIN = ChainId(31_337)
GUILD = GuildId(1_234_567_890_123_456_789)
"""Ids of 19 digits, as Discord gives them since 2022."""
AUTHOR, VOTER = MemberId(1_100_000_000_000_000_001), MemberId(1_100_000_000_000_000_002)
PROPOSALS, ANNOUNCEMENTS = ChannelId(1_200_000_000_000_000_001), ChannelId(1_200_000_000_000_000_002)
MODERATORS, RESEARCHER = ChannelId(1_200_000_000_000_000_003), RoleId(1_300_000_000_000_000_001)
ONE = 10**18
"""One whole token of 18 decimals."""


def an_address(number: int = 1) -> Address:
    """The `number`-th address; different numbers, different addresses."""
    return Address(f"0x{number:040x}")


TOKEN, TREASURY = an_address(0x70CE), an_address(0x7EA5)


def a_block(number: int = 100, **fields: Any) -> Block:
    """A block whose hash and time follow from its number."""
    return replace(
        Block(
            chain=CHAIN,
            number=number,
            hash=f"0x{number:064x}",
            timestamp=Timestamp(NOW - 12 * (100 - number)),
        ),
        **fields,
    )


def a_registry_event(delegation: Delegation) -> Event:
    """The event by which the registry says so, in a block whose hash follows from its number."""
    topics = (
        CLEAR if delegation.delegate is None else SET,
        "0x" + delegation.delegator[2:].rjust(64, "0"),
        delegation.id,
        "0x" + (delegation.delegate or "0x" + "22" * 20)[2:].rjust(64, "0"),
    )
    return Event(
        address=REGISTRY,
        topics=topics,
        data="0x",
        block=delegation.block,
        block_hash=f"0x{delegation.block:064x}",
        index=delegation.index,
    )


def a_stretch(delegations: Sequence[Delegation], after: Block | None, upto: Block, *witnesses: str) -> EventRange:
    """What is read of the registry behind `after`."""
    first = 0 if after is None else after.number + 1
    events = tuple(a_registry_event(one) for one in delegations if first <= one.block <= upto.number)
    return EventRange(extent=Extent(first=first, last=upto, witnesses=witnesses), events=events)


def a_token(**fields: Any) -> Token:
    """The token that votes."""
    return replace(Token(chain=CHAIN, address=TOKEN, symbol="VITA", decimals=18), **fields)


def a_strategy(
    name: str = "erc20-balance-of", network: int = CHAIN, params: dict[str, object] | None = None
) -> Strategy:
    """Balances of the token that votes, checked like one that was pasted."""
    if params is None:
        params = {"address": TOKEN, "symbol": "VITA", "decimals": 18}
    return parse_strategy({"name": name, "network": str(network), "params": params}, 1)


def a_power(number: int = 1, amount: int | None = ONE, **fields: Any) -> VotingPower:
    """What `a_strategy` gives the `number`-th address."""
    part = PowerPart(
        strategy="erc20-balance-of",
        network=CHAIN,
        contract=TOKEN,
        symbol="VITA",
        decimals=18,
        amount=None if amount is None else Units(amount),
    )
    return replace(VotingPower(address=an_address(number), scale=18, parts=(part,)), **fields)


def a_space(**fields: Any) -> Space:
    """A space in which everything is configured."""
    return replace(
        Space(
            id=SpaceId(1),
            guild=GUILD,
            name="Methuselah Commons",
            strategies=(a_strategy(),),
            proposals_channel=PROPOSALS,
            announcements_channel=ANNOUNCEMENTS,
            moderators_channel=MODERATORS,
            proposer_roles=(RESEARCHER,),
            proposer_power="1000",
        ),
        **fields,
    )


def a_wallet(number: int = 1, **fields: Any) -> Wallet:
    """The `number`-th address, linked by the voter."""
    return replace(Wallet(guild=GUILD, member=VOTER, address=an_address(number), linked_at=NOW), **fields)


def a_member_delegation(delegator: MemberId = AUTHOR, delegate: MemberId = VOTER, **fields: Any) -> MemberDelegation:
    """The author lets the voter vote on everything."""
    guild = fields.get("guild", GUILD)
    given = MemberDelegation(
        guild=guild,
        space=SpaceId(guild - GUILD + 1),
        delegator=delegator,
        delegate=delegate,
        topic=None,
        given_at=NOW,
    )
    return replace(given, **fields)


def a_challenge(nonce: str = "nonce0001", **fields: Any) -> Challenge:
    """A challenge issued to the voter for the first address."""
    return replace(
        Challenge(
            nonce=nonce,
            guild=GUILD,
            member=VOTER,
            address=an_address(1),
            text="folkmoot.example wants you to sign in",
            issued_at=NOW,
            expires_at=Timestamp(NOW + CHALLENGE_LIFE),
        ),
        **fields,
    )


def a_text(**fields: Any) -> Text:
    """What a proposal says."""
    return replace(
        Text(
            title="Fund the mouse study",
            summary="Twelve months of a rapamycin trial.",
            body="We propose to fund a trial.\n\nIt has three arms.",
            discussion="https://forum.example/t/12",
        ),
        **fields,
    )


def some_terms(**fields: Any) -> Terms:
    """Terms by which voting is open at `NOW` and for three days."""
    return replace(
        Terms(
            start=NOW,
            end=Timestamp(NOW + 3 * DAY),
            snapshot={CHAIN: a_block()},
            strategies=(a_strategy(),),
            scale=18,
            symbol="VITA",
            quorum=Units(0),
        ),
        **fields,
    )


def a_draft(**fields: Any) -> Proposal:
    """A proposal that only its author has seen."""
    return replace(
        Proposal(
            id=ProposalId(1),
            space=SpaceId(1),
            guild=GUILD,
            number=1,
            author=AUTHOR,
            text=a_text(),
            voting="basic",
            choices=CHOICES,
            created_at=Timestamp(NOW - 60),
        ),
        **fields,
    )


def a_proposal(**fields: Any) -> Proposal:
    """A proposal that was submitted and is open for votes at `NOW`."""
    submitted = a_draft(submitted_at=Timestamp(NOW - 30), terms=some_terms(), opened_at=Timestamp(NOW - 30))
    return replace(submitted, **fields)


def a_tombstone(**fields: Any) -> Tombstone:
    """What is left of a proposal that its author took back without a word."""
    return replace(Tombstone(at=NOW, by=Remover.AUTHOR), **fields)


def a_version(number: int = 1, **fields: Any) -> Version:
    """The `number`-th version of what the proposal says."""
    return replace(
        Version(
            proposal=ProposalId(1),
            number=number,
            text=a_text(),
            choices=CHOICES,
            cid=f"bafkrei{number:052x}",
            editor=AUTHOR,
            written_at=Timestamp(NOW - 60 + number),
        ),
        **fields,
    )


def a_ballot(number: int = 1, mark: int | tuple[int, ...] = 1, power: int = ONE, **fields: Any) -> Ballot:
    """The ballot of the `number`-th address."""
    return replace(
        Ballot(
            proposal=ProposalId(1),
            wallet=an_address(number),
            member=VOTER,
            mark=mark,
            scores=(Units(power),),
            power=Units(power),
            cast_at=NOW,
            receipt=f"receipt-{number}",
        ),
        **fields,
    )


def a_result(ballots: Sequence[Ballot] | None = None, **fields: Any) -> Result:
    """The count of ballots in a `basic` vote of three choices, by the rules themselves."""
    scores: Tally = tally("basic", len(CHOICES), columns([a_ballot()] if ballots is None else ballots, 1))
    outcome: Outcome = decide("basic", scores, Units(0))
    return replace(Result(tally=scores, outcome=outcome, counted_at=Timestamp(NOW + 3 * DAY + 60)), **fields)


def an_announcement(topic: Topic, **fields: Any) -> Announcement:
    """An announcement of that kind, without facts."""
    return replace(
        Announcement(
            id=1,
            key="k",
            topic=topic,
            guild=GUILD,
            channel=ANNOUNCEMENTS,
            facts={},
            nonce="n",
            ref="0123ABCD",
            created_at=NOW,
        ),
        **fields,
    )


def a_holding(number: int = 0, **fields: Any) -> Holding:
    """The treasury's holding of the token; another number, another treasury."""
    holder = an_address(int(TREASURY, 16) + number)
    return replace(Holding(chain=CHAIN, token=TOKEN, holder=holder), **fields)


def a_reading(amount: int = ONE, **fields: Any) -> Reading:
    """A reading of the treasury."""
    return replace(Reading(holding=a_holding(), amount=Units(amount), block=a_block()), **fields)


def a_watch(**fields: Any) -> Watch:
    """A watch on the treasury, without a reading."""
    return replace(
        Watch(
            space=SpaceId(1),
            guild=GUILD,
            number=1,
            label="Treasury",
            holding=a_holding(),
            symbol="VITA",
            decimals=18,
            added_by=AUTHOR,
            added_at=NOW,
        ),
        **fields,
    )


def a_milestone(index: int = 1, target: int | None = None, **fields: Any) -> Milestone:
    """A milestone of `index` hundred whole tokens."""
    units = Units(index * 100 * ONE if target is None else target)
    return replace(Milestone(index=index, name=f"Stage {index}", target=units), **fields)


def a_campaign(**fields: Any) -> Campaign:
    """A campaign for the treasury, with two milestones and no reading."""
    return replace(
        Campaign(
            id=CampaignId(1),
            space=SpaceId(1),
            guild=GUILD,
            number=1,
            title="A mouse study",
            holding=a_holding(),
            symbol="VITA",
            decimals=18,
            milestones=(a_milestone(1), a_milestone(2)),
            channel=ANNOUNCEMENTS,
            author=AUTHOR,
            created_at=NOW,
        ),
        **fields,
    )
