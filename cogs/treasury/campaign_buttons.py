"""The buttons that show a campaign, and other pages of the lists of campaigns and treasuries."""

from __future__ import annotations

import re
from typing import Any, Self

import discord

from bot.domain.shared.errors import InvalidInput, NotFound
from bot.domain.shared.errors.faults.treasury import TreasuryFlaw
from bot.domain.shared.errors.fields import Field
from bot.domain.shared.errors.kinds import Thing
from bot.domain.shared.types import SpaceId
from bot.domain.spaces.space import Space
from bot.domain.treasury.campaigns import Campaign
from bot.presentation.catalogue.messages import gettext as _
from cogs._shared.cards import Row
from cogs._shared.chain_options import explorers
from cogs._shared.command_space import may_see, say_whose
from cogs._shared.components import pressed
from cogs._shared.replies import Interaction, answer, guild_of
from cogs.treasury.campaign_cards import PER_PAGE, campaign_card, campaigns_card, drawn_campaign, on_page

PART = "campaigns"


class CampaignButton(
    discord.ui.DynamicItem[discord.ui.Button[Any]],
    template=re.compile(r"campaign:show:(?P<number>\d{1,9})(?::(?P<ref>[0-9A-Za-z]{1,16}))?"),
):
    """Shows a campaign as it stands; `ref` is the reference of the announcement below which it is."""

    def __init__(self, number: int, ref: str = "") -> None:
        super().__init__(
            discord.ui.Button(
                label=_("Show the campaign"),
                style=discord.ButtonStyle.secondary,
                custom_id=f"campaign:show:{number}" + (f":{ref}" if ref else ""),
            )
        )
        self.number = number

    @classmethod
    async def from_custom_id(
        cls, _interaction: discord.Interaction[Any], _item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """Read it back from a press."""
        return cls(int(match["number"]), match["ref"] or "")

    @pressed(PART)
    async def callback(self, interaction: Interaction) -> None:
        """Show it."""
        app, guild = interaction.client.app, guild_of(interaction)
        try:
            campaign = await app.treasury.campaign(guild, self.number)
        except NotFound:
            raise InvalidInput(Field.CAMPAIGN, TreasuryFlaw.NOT_A_CAMPAIGN_HERE) from None
        space = await app.spaces.get(campaign.space)
        if not may_see(interaction, space):
            raise InvalidInput(Field.CAMPAIGN, TreasuryFlaw.NOT_A_CAMPAIGN_HERE)
        await show_campaign(interaction, campaign, space)


class CampaignPage(
    discord.ui.DynamicItem[discord.ui.Button[Any]],
    template=re.compile(r"campaign:list:(?P<space>\d{1,18}):(?P<page>\d{1,4})"),
):
    """Shows another page of a space's campaigns in place of the one that was pressed."""

    def __init__(self, space: SpaceId, page: int, label: str = "…") -> None:
        super().__init__(
            discord.ui.Button(
                label=label, style=discord.ButtonStyle.secondary, custom_id=f"campaign:list:{space}:{page}"
            )
        )
        self.space, self.page = space, page

    @classmethod
    async def from_custom_id(
        cls, _interaction: discord.Interaction[Any], _item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """Read it back from a press."""
        return cls(SpaceId(int(match["space"])), int(match["page"]))

    @pressed(PART, first="update")
    async def callback(self, interaction: Interaction) -> None:
        """Show it."""
        await show_campaigns(interaction, await seen_space(interaction, self.space), self.page)


async def show_campaign(interaction: Interaction, campaign: Campaign, space: Space) -> None:
    """Answer with a campaign and its picture."""
    app = interaction.client.app
    await say_whose(interaction, space)
    explorer = explorers(app).get(campaign.holding.chain)
    picture = await drawn_campaign(app.drawing, campaign)
    await answer(
        interaction, view=campaign_card(campaign, app.clock.now(), app.chain.chains(), explorer, picture=picture)
    )


async def show_campaigns(interaction: Interaction, space: Space, page: int) -> None:
    """Answer with a page of a space's campaigns."""
    app = interaction.client.app
    campaigns = await app.treasury.campaigns(space)
    if not campaigns:
        await answer(interaction, _("No campaigns yet. Next: a moderator starts one with /campaign new."))
        return
    at, pages = on_page(len(campaigns), page, PER_PAGE)
    row: Row = [CampaignPage(space.id, at - 1, _("Back"))] if at > 1 else []
    row = [*row, CampaignPage(space.id, at + 1, _("More"))] if at < pages else row
    await answer(interaction, view=campaigns_card(campaigns, app.clock.now(), at, [row]))


async def seen_space(interaction: Interaction, space: SpaceId) -> Space:
    """Return a space of this server that the member sees. Raises NotFound."""
    found = await interaction.client.app.spaces.get(space)
    if found.guild != guild_of(interaction) or not may_see(interaction, found):
        raise NotFound(Thing.SPACE, str(found.number))
    return found
