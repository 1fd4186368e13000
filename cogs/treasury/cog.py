"""/treasury: which treasuries are watched, and what they hold at final blocks."""

from __future__ import annotations

from typing import ClassVar

from discord import app_commands
from discord.ext import commands

from bot.client.discord_client import Folkmoot
from bot.domain.shared.errors import InvalidInput
from bot.domain.shared.errors.faults.treasury import TreasuryFlaw
from bot.domain.shared.errors.fields import Field
from bot.domain.spaces.space import Space
from bot.domain.treasury.campaigns import MAX_NAME, Watch
from bot.presentation.catalogue.messages import gettext as _
from cogs._shared.cards import Card
from cogs._shared.chain_options import chain_named, explorers, offer_chains
from cogs._shared.command_space import ABOUT_A_SPACE, say_whose, space_suffix, spaces_meant
from cogs._shared.formatting import cut_quoted, plain
from cogs._shared.replies import Interaction, acknowledge, answer, member_of
from cogs._shared.space_choice import in_space, spaces_here
from cogs.treasury.treasury_card import watch_lines, watched_card
from cogs.treasury.treasury_pages import TreasuryPage, show_treasuries

MODERATORS = {"moderators": True}
"""Marks a command that needs Manage Server, for /help."""


async def _offer_watches(interaction: Interaction, current: str) -> list[app_commands.Choice[str]]:
    spaces = await spaces_meant(interaction)
    typed = current.casefold()
    offered = [
        (f"{watch.number}. {plain(watch.label)} ({plain(watch.symbol, 16)})", space_suffix(space, spaces), watch)
        for space in spaces
        for watch in await interaction.client.app.treasury.watches(space)
    ]
    return [
        app_commands.Choice(name=name[: 100 - len(whose)] + whose, value=str(watch.number))
        for name, whose, watch in offered
        if typed in name.casefold()
    ][:25]


class Treasury(commands.GroupCog, name="treasury", description="The treasuries that this server watches."):
    """Watched treasuries."""

    SWITCH: ClassVar[str | None] = "treasury"

    @app_commands.command(name="view", extras=ABOUT_A_SPACE)
    @app_commands.describe(page="Which page, from 1")
    async def view(self, interaction: Interaction, page: app_commands.Range[int, 1, 99] = 1) -> None:
        """Show what the watched treasuries hold, and at which block."""

        async def show(interaction: Interaction, space: Space) -> None:
            app = interaction.client.app
            watches = await app.treasury.watches(space)
            if not watches:
                told = _("No treasury is watched here yet. Next: a moderator adds one with /treasury watch.")
                await answer(interaction, told)
                return
            await show_treasuries(interaction, space, page)

        await acknowledge(interaction)
        await in_space(interaction, show)

    @app_commands.command(name="watch", extras=MODERATORS | ABOUT_A_SPACE)
    @app_commands.describe(
        treasury="The treasury's address: 0x and 40 hexadecimal digits",
        label="What members call it",
        token="The token's contract address; leave it out for the chain's own coin",  # noqa: S106 - no password
        chain="The chain it is on; needed where several are configured",
    )
    @app_commands.autocomplete(chain=offer_chains)
    async def watch(
        self,
        interaction: Interaction,
        treasury: app_commands.Range[str, 1, 100],
        label: app_commands.Range[str, 1, MAX_NAME],
        token: app_commands.Range[str, 1, 100] | None = None,
        chain: app_commands.Range[str, 1, 100] | None = None,
    ) -> None:
        """Watch a treasury: what it holds of one token (moderators)."""

        async def begin(interaction: Interaction, space: Space) -> None:
            app = interaction.client.app
            watch = await app.treasury.watch(
                space,
                member_of(interaction),
                chain=chain_named(app, chain, of=treasury),
                holder=treasury,
                token=token,
                label=label,
            )
            read = next(w for w in await app.treasury.watches(space) if w.number == watch.number)
            lines = watch_lines(read, app.clock.now(), app.chain.chains(), explorers(app))
            await answer(interaction, view=watched_card(lines))

        await acknowledge(interaction)
        await in_space(interaction, begin, moderating=True)

    @app_commands.command(name="unwatch", extras=MODERATORS | ABOUT_A_SPACE)
    @app_commands.describe(treasury="The treasury's number or label")
    @app_commands.autocomplete(treasury=_offer_watches)
    async def unwatch(
        self,
        interaction: Interaction,
        treasury: app_commands.Range[str, 1, 100],
    ) -> None:
        """Stop watching a treasury (moderators)."""

        async def end(interaction: Interaction, space: Space) -> None:
            treasuries = interaction.client.app.treasury
            watch = _named(await treasuries.watches(space), treasury)
            await treasuries.unwatch(space, watch.number, by=member_of(interaction))
            token = f" token:{watch.holding.token}" if watch.holding.token else ""
            undone = f"`/treasury watch treasury:{watch.holding.holder} label:… chain:{watch.holding.chain}{token}`"
            told = _(
                "No longer watched: **{treasury}**. Campaigns that count it go on. To undo it: {command}",
                treasury=cut_quoted(watch.label, 120),
                command=undone,
            )
            await answer(interaction, view=Card([told]))

        await acknowledge(interaction)
        for space in await spaces_here(interaction, moderating=True):
            if treasury.strip() in [
                str(watch.number) for watch in await interaction.client.app.treasury.watches(space)
            ]:
                await say_whose(interaction, space)
                await end(interaction, space)
                return
        await in_space(interaction, end, moderating=True)


def _named(watches: list[Watch], text: str) -> Watch:
    wanted = text.strip().casefold()
    for watch in watches:
        if wanted in (str(watch.number), watch.label.casefold()):
            return watch
    raise InvalidInput(Field.TREASURY, TreasuryFlaw.NOT_WATCHED)


async def setup(bot: Folkmoot) -> None:
    """Add the cog and its button."""
    bot.add_dynamic_items(TreasuryPage)
    await bot.add_cog(Treasury())
