"""Pages of the watched treasuries, and the button that turns them."""

from __future__ import annotations

import re
from typing import Any, Self

import discord

from bot.domain.shared.types import SpaceId
from bot.domain.spaces.space import Space
from bot.presentation.catalogue.messages import gettext as _
from cogs._shared.cards import Row
from cogs._shared.chain_options import explorers
from cogs._shared.components import pressed
from cogs._shared.replies import Interaction, answer
from cogs.treasury.campaign_buttons import seen_space
from cogs.treasury.campaign_cards import on_page
from cogs.treasury.treasury_card import PER_PAGE, treasury_card


class TreasuryPage(
    discord.ui.DynamicItem[discord.ui.Button[Any]],
    template=re.compile(r"treasury:list:(?P<space>\d{1,18}):(?P<page>\d{1,4})"),
):
    """Shows another page of a space's treasuries in place of the one that was pressed."""

    def __init__(self, space: SpaceId, page: int, label: str = "…") -> None:
        super().__init__(
            discord.ui.Button(
                label=label, style=discord.ButtonStyle.secondary, custom_id=f"treasury:list:{space}:{page}"
            )
        )
        self.space, self.page = space, page

    @classmethod
    async def from_custom_id(
        cls, _interaction: discord.Interaction[Any], _item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """Read it back from a press."""
        return cls(SpaceId(int(match["space"])), int(match["page"]))

    @pressed("treasury", first="update")
    async def callback(self, interaction: Interaction) -> None:
        """Show it."""
        await show_treasuries(interaction, await seen_space(interaction, self.space), self.page)


async def show_treasuries(interaction: Interaction, space: Space, page: int) -> None:
    """Answer with a page of what a space's treasuries hold."""
    app = interaction.client.app
    watches = await app.treasury.watches(space)
    at, pages = on_page(len(watches), page, PER_PAGE)
    row: Row = [TreasuryPage(space.id, at - 1, _("Back"))] if at > 1 else []
    row = [*row, TreasuryPage(space.id, at + 1, _("More"))] if at < pages else row
    card = treasury_card(watches, app.clock.now(), app.chain.chains(), explorers(app), at, [row])
    await answer(interaction, view=card)
