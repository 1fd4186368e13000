"""The buttons that show a campaign, and other pages of the lists of campaigns and treasuries."""

from __future__ import annotations

from typing import ClassVar

import discord

from bot.domain.shared.errors import InvalidInput, NotFound
from bot.domain.shared.errors.faults.treasury import TreasuryFlaw
from bot.domain.shared.errors.fields import Field
from bot.domain.spaces.space import Space
from bot.domain.treasury.campaigns import Campaign
from bot.presentation.catalogue.messages import gettext as _
from cogs._shared.chain_options import explorers
from cogs._shared.command_space import may_see, say_whose
from cogs._shared.components import Parsers, StoredItem, pressed
from cogs._shared.replies import Interaction, answer, guild_of
from cogs._shared.seen_proposals import seen_space
from cogs.treasury.campaign_cards import PER_PAGE, campaign_card, campaigns_card, drawn_campaign
from cogs.treasury.list_pages import ListPage, page_turners

PART = "campaigns"


class CampaignButton(StoredItem, template=r"campaign:show:(?P<number>\d{1,9})(?::(?P<ref>[0-9A-Za-z]{1,16}))?"):
    """Shows a campaign as it stands; `ref` is the reference of the announcement below which it is."""

    READ: ClassVar[Parsers] = {"number": int}

    def __init__(self, number: int, ref: str = "") -> None:
        super().__init__(
            discord.ui.Button(
                label=_("Show the campaign"),
                style=discord.ButtonStyle.secondary,
                custom_id=f"campaign:show:{number}" + (f":{ref}" if ref else ""),
            )
        )
        self.number = number

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


class CampaignPage(ListPage, template=r"campaign:list:(?P<space>\d{1,18}):(?P<page>\d{1,4})"):
    """Shows another page of a space's campaigns."""

    LIST = "campaign:list"

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
    at, row = page_turners(CampaignPage, space, page, len(campaigns), PER_PAGE)
    await answer(interaction, view=campaigns_card(campaigns, app.clock.now(), at, [row]))
