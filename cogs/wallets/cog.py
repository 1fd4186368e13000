"""/wallet: linking a wallet by a signature, moving it, seeing one's wallets, naming them, taking a link away."""

from __future__ import annotations

from functools import partial
from typing import ClassVar

from discord import app_commands
from discord.ext import commands

from bot.client.discord_client import Folkmoot
from bot.domain.shared.addresses import checksummed, parse_address
from bot.domain.shared.errors import InvalidInput, NotFound
from bot.domain.shared.errors.faults.wallets import WalletFlaw
from bot.domain.shared.errors.fields import Field
from bot.domain.shared.errors.kinds import Thing
from bot.domain.wallets.wallet import MAX_LABEL, Wallet
from bot.presentation.catalogue.messages import gettext as _
from cogs._shared.cards import Card
from cogs._shared.chain_options import offer_chains
from cogs._shared.command_space import knows_roles
from cogs._shared.formatting import plain, quoted
from cogs._shared.replies import Interaction, acknowledge, answer, guild_of, member_of, roles_of
from cogs.wallets.link_button import LinkMyWallet, PasteInstead, invite, mends, show_challenge
from cogs.wallets.linked_card import FollowUps, power_now
from cogs.wallets.pressed_vote import CastButton, resumed_vote
from cogs.wallets.wallet_buttons import PART, LinkButton, MoveButton, UnlinkButton
from cogs.wallets.wallet_cards import LINKED, unlink_card, wallets_card


class Wallets(commands.GroupCog, name="wallet", description="The wallets whose tokens give you voting power here."):
    """Members' wallets."""

    SWITCH: ClassVar[str | None] = PART

    @app_commands.command(name="link")
    @app_commands.describe(
        address="The wallet's address, if you would rather paste a signature here: 0x and 40 hexadecimal digits",
        chain="The chain named in the text; a contract wallet has to stand on it",
    )
    @app_commands.autocomplete(chain=offer_chains)
    async def link(self, interaction: Interaction, address: str | None = None, chain: str | None = None) -> None:
        """Link a wallet by signing a text: no transaction, no cost."""
        await acknowledge(interaction)
        if address is not None:
            await show_challenge(interaction, address, chain)
        elif interaction.client.app.tickets.on:
            await invite(interaction)
        else:
            raise InvalidInput(Field.ADDRESS, WalletFlaw.ADDRESS_NOT_GIVEN)

    @app_commands.command(name="list")
    async def show_own(self, interaction: Interaction) -> None:
        """Show the wallets that you linked here, and the roles that they earn you."""
        await acknowledge(interaction)
        app, guild, member = interaction.client.app, guild_of(interaction), member_of(interaction)
        wallets, moves = await app.wallets.of(guild, member), await app.wallets.moved_away(guild, member)
        if knows_roles(interaction):
            await app.roles.met(guild, member, roles_of(interaction))
        roles = await app.roles.own(guild, member)
        names = await app.names.of([wallet.address for wallet in wallets])
        rows = [[LinkMyWallet(more=bool(wallets)), *([power_now()] if wallets else [])]]
        await answer(interaction, view=wallets_card(wallets, names, moves, roles, app.chain.chains(), rows))

    @app_commands.command(name="label")
    @app_commands.describe(
        address="One of your linked wallets",
        label="What you call it, for your eyes only; leave it out to call it nothing",
    )
    async def label(
        self, interaction: Interaction, address: str, label: app_commands.Range[str, 1, MAX_LABEL] | None = None
    ) -> None:
        """Give a wallet a name that only you see."""
        await acknowledge(interaction)
        wallet = await interaction.client.app.wallets.name(
            guild_of(interaction), member_of(interaction), address, label
        )
        named = f"`{checksummed(wallet.address)}`"
        told = _("{wallet} has no label any more.", wallet=named)
        if wallet.label:
            told = _(
                "{wallet} is “{label}” in your list now. Only you see labels.", wallet=named, label=quoted(wallet.label)
            )
        await answer(interaction, view=Card([told], colour=LINKED))

    @app_commands.command(name="primary")
    @app_commands.describe(address="One of your linked wallets")
    async def choose(self, interaction: Interaction, address: str) -> None:
        """Make a wallet your primary one, which is shown first."""
        await acknowledge(interaction)
        wallet = await interaction.client.app.wallets.choose(guild_of(interaction), member_of(interaction), address)
        named = f"`{checksummed(wallet.address)}`"
        told = _("{wallet} is your primary wallet now. All your wallets vote as before.", wallet=named)
        await answer(interaction, view=Card([told], colour=LINKED))

    @app_commands.command(name="unlink")
    @app_commands.describe(address="One of your linked wallets")
    async def unlink(self, interaction: Interaction, address: str) -> None:
        """Take a wallet's link away."""
        await acknowledge(interaction)
        wanted = parse_address(address, field=Field.WALLET)
        mine = await interaction.client.app.wallets.of(guild_of(interaction), member_of(interaction))
        if all(wallet.address != wanted for wallet in mine):
            raise NotFound(Thing.WALLET, checksummed(wanted))
        await answer(interaction, view=unlink_card(wanted, [[UnlinkButton(wanted)]]))

    @unlink.autocomplete("address")
    @label.autocomplete("address")
    @choose.autocomplete("address")
    async def _offer_own(self, interaction: Interaction, current: str) -> list[app_commands.Choice[str]]:
        wallets = await interaction.client.app.wallets.of(guild_of(interaction), member_of(interaction))
        typed = current.strip().casefold()
        typed = typed if " " in typed else typed.rpartition(":")[2]
        return [
            app_commands.Choice(name=_named(wallet), value=checksummed(wallet.address))
            for wallet in wallets
            if typed in wallet.address or typed in (wallet.label or "").casefold()
        ]


def _named(wallet: Wallet) -> str:
    return f"{checksummed(wallet.address)} {plain(wallet.label) if wallet.label else ''}".strip()


async def setup(bot: Folkmoot) -> None:
    """Add the cog, its buttons, and the ways on from a refusal for want of a wallet."""
    await bot.add_cog(Wallets())
    bot.add_dynamic_items(LinkButton, MoveButton, UnlinkButton, LinkMyWallet, PasteInstead, CastButton)
    bot.next_steps.refusal_buttons.append(mends)
    bot.next_steps.resumptions.append(partial(resumed_vote, bot.app))
    bot.app.link_follow_ups.teller = FollowUps(bot)
