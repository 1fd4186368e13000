"""A milestone is reached once, by a reading at or above its target and before the deadline."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from bot.domain.shared.errors import InvalidInput
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
from bot.domain.treasury.campaigns import Campaign, Holding, Milestone, Reading, check_targets, newly_reached

HOLDING = Holding(chain=ChainId(1), token=None, holder=Address("0x" + "11" * 20))
CAMPAIGN = Campaign(
    id=CampaignId(1),
    space=SpaceId(1),
    guild=GuildId(1),
    number=1,
    title="t",
    holding=HOLDING,
    symbol="ETH",
    decimals=18,
    milestones=check_targets((("Trial", Units(300)), ("Start", Units(100)), ("Lab", Units(200)))),
    channel=ChannelId(1),
    author=MemberId(1),
    created_at=Timestamp(0),
    deadline=Timestamp(1_000),
)


def reading(amount: int, moment: int = 500) -> Reading:
    return Reading(
        holding=HOLDING,
        amount=Units(amount),
        block=Block(chain=ChainId(1), number=1, hash="0x", timestamp=Timestamp(moment)),
    )


def names(milestones: Sequence[Milestone]) -> list[str]:
    return [milestone.name for milestone in milestones]


def test_milestones_stand_by_rising_target() -> None:
    assert [(m.index, m.name, m.target) for m in CAMPAIGN.milestones] == [
        (1, "Start", 100),
        (2, "Lab", 200),
        (3, "Trial", 300),
    ]


def test_a_target_is_reached_at_its_very_amount() -> None:
    assert names(newly_reached(CAMPAIGN, reading(99))) == []
    assert names(newly_reached(CAMPAIGN, reading(100))) == ["Start"]
    assert names(newly_reached(CAMPAIGN, reading(250))) == ["Start", "Lab"]


def test_what_was_reached_is_not_reached_again() -> None:
    first, *others = CAMPAIGN.milestones
    later = replace(CAMPAIGN, milestones=(replace(first, reached_at=Timestamp(400)), *others))
    assert names(newly_reached(later, reading(250))) == ["Lab"]


def test_after_the_deadline_nothing_is_reached() -> None:
    assert names(newly_reached(CAMPAIGN, reading(999, moment=1_000))) == ["Start", "Lab", "Trial"]
    assert newly_reached(CAMPAIGN, reading(999, moment=1_001)) == ()


@pytest.mark.parametrize(
    "targets",
    [
        (),
        (("a", 0),),
        (("a", 1), ("b", 1)),
        ((" ", 1),),
        (("x" * 81, 1),),
        tuple((str(n), n) for n in range(1, 22)),
    ],
)
def test_targets_that_make_no_sense_are_refused(targets: tuple[tuple[str, Units], ...]) -> None:
    with pytest.raises(InvalidInput):
        check_targets(targets)
