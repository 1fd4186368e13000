"""A milestone is reached once, by a reading at or above its target and before the deadline."""

from dataclasses import replace

import pytest

from bot.domain.shared.errors import InvalidInput
from bot.domain.shared.types import Block
from bot.domain.treasury.campaigns import Campaign, Holding, Reading, check_targets, newly_reached

HOLDING = Holding(chain=1, token=None, holder="0x" + "11" * 20)
CAMPAIGN = Campaign(
    id=1,
    space=1,
    guild=1,
    number=1,
    title="t",
    holding=HOLDING,
    symbol="ETH",
    decimals=18,
    milestones=check_targets((("Trial", 300), ("Start", 100), ("Lab", 200))),
    channel=1,
    author=1,
    created_at=0,
    deadline=1_000,
)


def reading(amount, moment=500):
    return Reading(holding=HOLDING, amount=amount, block=Block(chain=1, number=1, hash="0x", timestamp=moment))


def names(milestones):
    return [milestone.name for milestone in milestones]


def test_milestones_stand_by_rising_target():
    assert [(m.index, m.name, m.target) for m in CAMPAIGN.milestones] == [
        (1, "Start", 100),
        (2, "Lab", 200),
        (3, "Trial", 300),
    ]


def test_a_target_is_reached_at_its_very_amount():
    assert names(newly_reached(CAMPAIGN, reading(99))) == []
    assert names(newly_reached(CAMPAIGN, reading(100))) == ["Start"]
    assert names(newly_reached(CAMPAIGN, reading(250))) == ["Start", "Lab"]


def test_what_was_reached_is_not_reached_again():
    first, *others = CAMPAIGN.milestones
    later = replace(CAMPAIGN, milestones=(replace(first, reached_at=400), *others))
    assert names(newly_reached(later, reading(250))) == ["Lab"]


def test_after_the_deadline_nothing_is_reached():
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
def test_targets_that_make_no_sense_are_refused(targets):
    with pytest.raises(InvalidInput):
        check_targets(targets)
