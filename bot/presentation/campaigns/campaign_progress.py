"""How far a campaign is, for cards, pages and pictures alike."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from bot.domain.shared.amounts import humane, percent
from bot.domain.treasury.campaigns import Campaign

_ALL = Fraction(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignProgress:
    """What a campaign holds of what it aims at: `held` and `share` are None until it was read.

    `aim` is written with its unit, `held` without; `part` is what is held of the aim, between 0 and 1. Of `many`
    milestones `reached` are.
    """

    held: str | None
    aim: str
    share: str | None
    part: Fraction
    reached: int
    many: int


def campaign_progress(campaign: Campaign, unit: Callable[[str], str] = str) -> CampaignProgress:
    """Return where a campaign stands; `unit` quotes the token's symbol for the surface that shows it."""
    last, reading = campaign.milestones[-1].target, campaign.reading
    held = reading.amount if reading else 0

    return CampaignProgress(
        held=humane(held, campaign.decimals) if reading else None,
        aim=unit(f"{humane(last, campaign.decimals)} {campaign.symbol}"),
        share=percent(held, last, beside=_ALL) if reading else None,
        part=min(Fraction(held, last), _ALL),
        reached=sum(milestone.reached_at is not None for milestone in campaign.milestones),
        many=len(campaign.milestones),
    )
