"""Pages of the watched treasuries, and the button that turns them."""

from __future__ import annotations

from bot.domain.spaces.space import Space
from cogs._shared.chain_options import explorers
from cogs._shared.components import pressed
from cogs._shared.replies import Interaction, answer
from cogs._shared.seen_proposals import seen_space
from cogs.treasury.list_pages import ListPage, page_turners
from cogs.treasury.treasury_card import PER_PAGE, treasury_card


class TreasuryPage(ListPage, template=r"treasury:list:(?P<space>\d{1,18}):(?P<page>\d{1,4})"):
    """Shows another page of a space's treasuries."""

    LIST = "treasury:list"

    @pressed("treasury", first="update")
    async def callback(self, interaction: Interaction) -> None:
        """Show it."""
        await show_treasuries(interaction, await seen_space(interaction, self.space), self.page)


async def show_treasuries(interaction: Interaction, space: Space, page: int) -> None:
    """Answer with a page of what a space's treasuries hold."""
    app = interaction.client.app
    watches = await app.treasury.watches(space)
    at, row = page_turners(TreasuryPage, space, page, len(watches), PER_PAGE)
    card = treasury_card(watches, app.clock.now(), app.chain.chains(), explorers(app), at, [row])
    await answer(interaction, view=card)
