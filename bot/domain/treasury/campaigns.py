"""Watched treasuries, campaigns, and the milestones that a balance reaches."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.shared.errors import InvalidInput
from bot.domain.shared.errors.faults.treasury import TargetNameOfWrongLength, TreasuryFlaw, WrongNumberOfTargets
from bot.domain.shared.errors.fields import Field
from bot.domain.shared.types import (
    Address,
    Block,
    CampaignId,
    ChainId,
    ChannelId,
    GuildId,
    MemberId,
    SpaceId,
    Timestamp,
    Units,
)

MAX_TARGETS, MAX_NAME, MAX_WATCHES, MAX_CAMPAIGNS = 20, 80, 50, 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """What is read: the balance of `token` (None: the chain's own coin) that `holder` has on `chain`."""

    chain: ChainId
    token: Address | None
    holder: Address


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A balance read at a finalized block, in the token's base units."""

    holding: Holding
    amount: Units
    block: Block


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """A treasury that a space watches.

    `number` counts from 1 in its guild. `reading` is the newest, None before the first.
    """

    space: SpaceId
    guild: GuildId
    number: int
    label: str
    holding: Holding
    symbol: str
    decimals: int
    added_by: MemberId
    added_at: Timestamp
    reading: Reading | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Milestone:
    """A target of a campaign, in the token's base units, and the reading that reached it, if one did."""

    index: int
    name: str
    target: Units
    reached_at: Timestamp | None = None
    reached_by: Reading | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Campaign:
    """Funding to be gathered in one holding, with milestones by rising target.

    After `deadline` (seconds, None: open-ended) no milestone is reached any more.
    """

    id: CampaignId
    space: SpaceId
    guild: GuildId
    number: int
    title: str
    holding: Holding
    symbol: str
    decimals: int
    milestones: tuple[Milestone, ...]
    channel: ChannelId
    author: MemberId
    created_at: Timestamp
    deadline: Timestamp | None = None
    reading: Reading | None = None

    def is_reached(self, index: int) -> bool:
        """Return whether its milestone of that index is reached."""
        return any(milestone.index == index and milestone.reached_at is not None for milestone in self.milestones)


def check_targets(targets: tuple[tuple[str, Units], ...]) -> tuple[Milestone, ...]:
    """Return milestones by rising target. Raises InvalidInput for none, too many, a target of 0, or two equal ones."""
    if not 1 <= len(targets) <= MAX_TARGETS:
        raise InvalidInput(Field.TARGETS, WrongNumberOfTargets(len(targets), MAX_TARGETS))
    for name, target in targets:
        if not name.strip() or len(name) > MAX_NAME:
            raise InvalidInput(Field.TARGETS, TargetNameOfWrongLength(len(name), MAX_NAME))
        if target <= 0:
            raise InvalidInput(Field.TARGETS, TreasuryFlaw.TARGET_OF_ZERO)
    if len({target for _, target in targets}) != len(targets):
        raise InvalidInput(Field.TARGETS, TreasuryFlaw.SAME_TARGET_TWICE)
    ordered = sorted(targets, key=lambda entry: entry[1])
    return tuple(
        Milestone(index=index, name=" ".join(name.split()), target=target)
        for index, (name, target) in enumerate(ordered, start=1)
    )


def reaches(campaign: Campaign, milestone: Milestone, reading: Reading) -> bool:
    """Return whether `reading` holds enough for a milestone; one whose block is later than the deadline never does."""
    in_time = campaign.deadline is None or reading.block.timestamp <= campaign.deadline
    return in_time and reading.amount >= milestone.target


def newly_reached(campaign: Campaign, reading: Reading) -> tuple[Milestone, ...]:
    """Return the milestones that `reading` reaches and no earlier one did, by rising target."""
    return tuple(
        milestone
        for milestone in campaign.milestones
        if milestone.reached_at is None and reaches(campaign, milestone, reading)
    )
