"""/campaign: starting a campaign with its milestones, seeing all of them, seeing one with its picture."""

from __future__ import annotations

from typing import ClassVar

import discord
from discord import app_commands
from discord.ext import commands

from bot.client.discord_client import Folkmoot
from bot.domain.shared.addresses import parse_address
from bot.domain.shared.errors import InvalidInput
from bot.domain.shared.errors.faults.treasury import TreasuryFlaw
from bot.domain.shared.errors.fields import Field
from bot.domain.shared.types import ChannelId
from bot.domain.spaces.space import Space
from bot.domain.treasury.campaigns import MAX_NAME, Campaign
from cogs._shared.chain_options import chain_named, offer_chains
from cogs._shared.command_space import (
    ABOUT_A_SPACE,
    check_channel,
    space_suffix,
    spaces_meant,
)
from cogs._shared.components import space_ref
from cogs._shared.formatting import plain
from cogs._shared.replies import Interaction, acknowledge
from cogs._shared.seen_proposals import seen_spaces
from cogs._shared.space_choice import in_space
from cogs._shared.typed_times import parse_deadline
from cogs.treasury.campaign_buttons import PART, CampaignButton, CampaignPage, show_campaign, show_campaigns
from cogs.treasury.campaign_form import CampaignForm, FixButton, Typed
from cogs.treasury.cog import MODERATORS


async def _offer_campaigns(interaction: Interaction, current: str) -> list[app_commands.Choice[str]]:
    spaces = await spaces_meant(interaction)
    typed = current.casefold()
    offered = [
        (f"{campaign.number}. {plain(campaign.title, 80)}{space_suffix(space, spaces)}"[:100], campaign)
        for space in spaces
        for campaign in await interaction.client.app.treasury.campaigns(space)
    ]
    return [
        app_commands.Choice(name=name, value=str(campaign.number))
        for name, campaign in offered
        if typed in name.casefold()
    ][:25]


class Campaigns(commands.GroupCog, name="campaign", description="Funding that is gathered in a treasury."):
    """Campaigns and their milestones."""

    SWITCH: ClassVar[str | None] = PART

    @app_commands.command(name="new", extras=MODERATORS | ABOUT_A_SPACE)
    @app_commands.describe(
        title="What is being funded",
        treasury="The address that is filled: 0x and 40 hexadecimal digits",
        token="The token's contract address; leave it out for the chain's own coin",  # noqa: S106 - no password
        chain="The chain it is on; needed where several are configured",
        channel="Where milestones are announced; the announcements channel if left out",
        deadline="2027-01-31 (the end of that day in UTC), 2027-01-31 18:00 (UTC) or 30 days; open-ended if left out",
    )
    @app_commands.autocomplete(chain=offer_chains)
    async def new(
        self,
        interaction: Interaction,
        title: app_commands.Range[str, 1, MAX_NAME],
        treasury: app_commands.Range[str, 1, 100],
        token: app_commands.Range[str, 1, 100] | None = None,
        chain: app_commands.Range[str, 1, 100] | None = None,
        channel: discord.TextChannel | None = None,
        deadline: app_commands.Range[str, 1, 40] | None = None,
    ) -> None:
        """Start a campaign; a form then asks for its milestones (moderators)."""

        async def begin(interaction: Interaction, space: Space) -> None:
            app = interaction.client.app
            on = chain_named(app, chain, of=treasury)
            parse_address(treasury, field=Field.TREASURY, chain=on)
            if token:
                parse_address(token, field=Field.TOKEN, chain=on)
            if deadline:
                parse_deadline(deadline, app.clock.now())
            if channel is not None:
                await check_channel(interaction, space, ChannelId(channel.id))
            typed = Typed(
                title=title,
                treasury=treasury,
                token=token or "",
                deadline=deadline or "",
                targets="",
                chain=on,
                channel=_told_in(space) if channel is None else ChannelId(channel.id),
                space=space_ref(space),
            )
            await CampaignForm(interaction, typed, everything=False).show(interaction)

        await in_space(interaction, begin, moderating=True, form=True)

    @app_commands.command(name="list", extras=ABOUT_A_SPACE)
    @app_commands.describe(page="Which page, from 1")
    async def show_all(self, interaction: Interaction, page: app_commands.Range[int, 1, 99] = 1) -> None:
        """Show the campaigns of this server."""

        async def show(interaction: Interaction, space: Space) -> None:
            await show_campaigns(interaction, space, page)

        await acknowledge(interaction)
        await in_space(interaction, show)

    @app_commands.command(name="view")
    @app_commands.describe(number="The campaign's number or title")
    @app_commands.rename(number="campaign")
    @app_commands.autocomplete(number=_offer_campaigns)
    async def view(self, interaction: Interaction, number: app_commands.Range[str, 1, 100]) -> None:
        """Show a campaign with its progress bar."""
        await acknowledge(interaction)
        campaign = await _named(interaction, number)
        await show_campaign(interaction, campaign, await interaction.client.app.spaces.get(campaign.space))


def _told_in(space: Space) -> ChannelId:
    """Return where milestones are announced unless a channel is chosen. Raises InvalidInput where there is none."""
    channel = space.announcements_channel or space.proposals_channel
    if channel is None:
        raise InvalidInput(Field.CHANNEL, TreasuryFlaw.CHANNEL_NEEDED)
    return channel


async def _named(interaction: Interaction, text: str) -> Campaign:
    """Return the campaign of a number or title: one of the spaces that are meant, else one that the member sees.

    Those of archived spaces are among them, because campaigns go on there.
    """
    wanted = text.strip().casefold().removeprefix("#")
    meant = await spaces_meant(interaction)
    for space in [*meant, *(one for one in (await seen_spaces(interaction)).values() if one not in meant)]:
        for campaign in await interaction.client.app.treasury.campaigns(space):
            if wanted == str(campaign.number) or (space in meant and wanted == campaign.title.casefold()):
                return campaign
    raise InvalidInput(Field.CAMPAIGN, TreasuryFlaw.NOT_A_CAMPAIGN_HERE)


async def setup(bot: Folkmoot) -> None:
    """Add the cog and its buttons."""
    await bot.add_cog(Campaigns())
    bot.add_dynamic_items(FixButton, CampaignButton, CampaignPage)
