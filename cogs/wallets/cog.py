"""/wallet: linking a wallet by a signature, moving it, seeing one's wallets, naming them, taking a link away."""

from __future__ import annotations

from typing import ClassVar

import discord
from discord import app_commands
from discord.ext import commands

from bot.client.discord_client import Folkmoot
from bot.domain.shared.addresses import checksummed, parse_address
from bot.domain.shared.errors import InvalidInput, NotFound
from bot.domain.shared.errors.faults.wallets import WalletFlaw
from bot.domain.shared.errors.fields import Field
from bot.domain.shared.errors.kinds import Thing
from bot.domain.shared.types import RoleId
from bot.domain.wallets.wallet import MAX_LABEL, Wallet
from bot.domain.wallets.web_ticket import Invitation, Purpose
from cogs._shared.chain_options import chain_named, offer_chains
from cogs._shared.components import Buttons
from cogs._shared.formatting import moment, plain, quoted
from cogs._shared.replies import Interaction, acknowledge, answer, guild_of, member_of
from cogs.wallets.wallet_buttons import PART, LinkButton, MoveButton, UnlinkButton
from cogs.wallets.wallet_cards import challenge_embed, wallets_embed

_NOTHING = (
    "You have linked no wallet here yet. Next: /wallet link; you sign a text with it, which costs nothing and "
    "moves nothing."
)


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
        app = interaction.client.app
        if address is None:
            await _lead_to_page(interaction)
            return
        challenge = await app.wallets.challenge(
            guild_of(interaction),
            member_of(interaction),
            address,
            chain=chain_named(app, chain) if chain else None,
            guild_name=interaction.guild.name if interaction.guild else "",
            member_name=interaction.user.name,
        )
        await answer(interaction, embed=challenge_embed(challenge), view=Buttons(LinkButton(challenge.nonce)))

    @app_commands.command(name="list")
    async def show_own(self, interaction: Interaction) -> None:
        """Show the wallets that you linked here, and the roles that they earn you."""
        await acknowledge(interaction)
        app, guild, member = interaction.client.app, guild_of(interaction), member_of(interaction)
        wallets, moves = await app.wallets.of(guild, member), await app.wallets.moved_away(guild, member)
        if not wallets and not moves:
            await answer(interaction, _NOTHING)
            return
        if isinstance(interaction.user, discord.Member):
            await app.roles.met(guild, member, [RoleId(role.id) for role in interaction.user.roles])
        roles = await app.roles.own(guild, member)
        names = await app.names.of([wallet.address for wallet in wallets])
        embed = wallets_embed(wallets, names, moves, roles, app.chain.chains())
        await answer(interaction, embed=embed)

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
        called = f"is “{quoted(wallet.label)}” in your list now" if wallet.label else "has no label any more"
        await answer(interaction, f"`{checksummed(wallet.address)}` {called}. Only you see labels.")

    @app_commands.command(name="primary")
    @app_commands.describe(address="One of your linked wallets")
    async def choose(self, interaction: Interaction, address: str) -> None:
        """Make a wallet your primary one, which is shown first."""
        await acknowledge(interaction)
        wallet = await interaction.client.app.wallets.choose(guild_of(interaction), member_of(interaction), address)
        await answer(
            interaction,
            f"`{checksummed(wallet.address)}` is your primary wallet now. All your wallets vote as before.",
        )

    @app_commands.command(name="unlink")
    @app_commands.describe(address="One of your linked wallets")
    async def unlink(self, interaction: Interaction, address: str) -> None:
        """Take a wallet's link away."""
        await acknowledge(interaction)
        wanted = parse_address(address, field=Field.WALLET)
        mine = await interaction.client.app.wallets.of(guild_of(interaction), member_of(interaction))
        if all(wallet.address != wanted for wallet in mine):
            raise NotFound(Thing.WALLET, checksummed(wanted))
        text = (
            f"Unlink `{checksummed(wanted)}`?\nIts tokens give you no power in later votes. Votes that it cast stay, "
            "and its history is kept. Another member can then link it, by a signature of their own."
        )
        await answer(interaction, text, view=Buttons(UnlinkButton(wanted)))

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


async def _lead_to_page(interaction: Interaction) -> None:
    """Answer with a button to a page that is the member's alone."""
    tickets = interaction.client.app.tickets
    if not tickets.on:
        raise InvalidInput(Field.ADDRESS, WalletFlaw.ADDRESS_NOT_GIVEN)
    invited = await tickets.issue(
        Purpose.LINK,
        guild_of(interaction),
        member_of(interaction),
        guild_name=interaction.guild.name if interaction.guild else "",
        member_name=interaction.user.name,
    )
    button: discord.ui.Button[discord.ui.View] = discord.ui.Button(label="Link my wallet", url=invited.url)
    await answer(interaction, embed=_invitation(invited), view=Buttons(button))


def _invitation(invited: Invitation) -> discord.Embed:
    embed = discord.Embed(
        title="Link a wallet on a page of your own",
        description="The button opens a page that finds the wallets of your browser. You sign a text there: no "
        "transaction, no cost.",
    )
    embed.add_field(
        name="What to look at",
        value=f"The address begins with {_origin(invited.url)}, and the page names you and this server. It never asks "
        "for a transaction, an approval or a recovery phrase; refuse if your wallet shows one.",
        inline=False,
    )
    embed.add_field(
        name="On a phone",
        value="Open the button's address in the browser inside your wallet's app. Give it to nobody else.",
        inline=False,
    )
    embed.add_field(
        name="A Safe",
        value="Its owners can sign there one by one, at the same address: what is begun in time waits three days.",
        inline=False,
    )
    embed.add_field(name="Until", value=f"{moment(invited.expires_at)}, once", inline=False)
    embed.set_footer(text="Rather paste a signature here? /wallet link with your address.")
    return embed


def _origin(url: str) -> str:
    return f"`{'/'.join(url.split('/', 3)[:3])}/`"


async def setup(bot: Folkmoot) -> None:
    """Add the cog and its buttons."""
    await bot.add_cog(Wallets())
    bot.add_dynamic_items(LinkButton, MoveButton, UnlinkButton)
