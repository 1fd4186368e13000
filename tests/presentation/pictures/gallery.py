"""Every picture in each of its states."""

from __future__ import annotations

from collections.abc import Iterator

from bot.domain.treasury.campaigns import MAX_NAME, MAX_TARGETS
from bot.presentation.pictures import campaign_image as campaigns
from bot.presentation.pictures.result_alt import result_alt
from bot.presentation.pictures.result_bars import WIDTH
from bot.presentation.pictures.result_image import result_image
from cogs.treasury.campaign_cards import described
from tests.gallery import Entry, picture
from tests.presentation.pictures.result_cases import cases
from tests.presentation.pictures.test_campaign_image import a_campaign_of


def entries() -> Iterator[Entry]:
    """Return the pictures of results and of campaigns."""
    for name, result in cases().items():
        yield picture("Results", name, result_image(result), result_alt(result), wide=WIDTH)
    for name, campaign in {
        "not read yet": a_campaign_of([1_000], None),
        "begun": a_campaign_of([100, 400, 1_000], 1),
        "on its way": a_campaign_of([100, 400, 1_000], 500, reached=2),
        "complete": a_campaign_of([100, 400, 1_000], 2_500, reached=3),
        "seven milestones": a_campaign_of([10**n for n in range(7)], 12_345, reached=5),
        "the most, with the longest names": a_campaign_of(
            [1_000 * n for n in range(1, MAX_TARGETS + 1)], 9_500, reached=9, name="W" * MAX_NAME
        ),
        "a name the font cannot spell": a_campaign_of([100, 400], 200, reached=1, name="研究项目"),
    }.items():
        image = campaigns.campaign_image(campaign)
        yield picture("Campaigns", name, image, described(campaign), wide=campaigns.WIDTH)
