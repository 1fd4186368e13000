"""/wallet: linking a wallet by a signature, moving it, seeing one's wallets, naming them, taking a link away."""

from __future__ import annotations

import re
from typing import ClassVar, Self

import discord
from discord import app_commands
from discord.ext import commands

from bot.client import Folkmoot
from bot.domain.addresses import checksummed, parse_address, short
from bot.domain.errors import ChallengeUnusable, InvalidInput, NotFound, WalletTaken
from bot.domain.ticket import Invitation, Purpose
from bot.domain.types import Address, RoleId
from bot.domain.wallet import MAX_LABEL, Wallet
from cogs._cards.wallets import asked_to_move, challenge_embed, linked_embed, moved_embed, wallets_embed
from cogs._chains import chain_named, offer_chains
from cogs._replies import Interaction, acknowledge, answer, guild_of, member_of
from cogs._views import Buttons, Form, pressed
from cogs._words import moment, plain, quoted
from cogs.errors import words

PART = "wallets"
_NOTHING = (
    "You have linked no wallet here yet. Next: /wallet link; you sign a text with it, which costs nothing and "
    "moves nothing."
)


class LinkButton(
    discord.ui.DynamicItem[discord.ui.Button[discord.ui.View]], template=re.compile(r"link:(?P<nonce>[0-9a-f]{24})")
):
    """Opens the form for the signature that answers one challenge."""

    def __init__(self, nonce: str) -> None:
        super().__init__(
            discord.ui.Button(label="Paste the signature", style=discord.ButtonStyle.primary, custom_id=f"link:{nonce}")
        )
        self._nonce = nonce

    @classmethod
    async def from_custom_id(cls, _interaction: Interaction, _item: object, match: re.Match[str], /) -> Self:  # type: ignore[override]
        """Make it anew from what was pressed."""
        return cls(match["nonce"])

    @pressed(PART, first="form")
    async def callback(self, interaction: Interaction) -> None:
        """Open the form."""
        await SignatureForm(interaction, self._nonce).show(interaction)


class SignatureForm(Form):
    """Takes the signature. A wrong one leaves the sign-in text and its button where they are."""

    def __init__(self, interaction: Interaction, nonce: str) -> None:
        super().__init__(interaction, title="Prove that the wallet is yours")
        self._nonce = nonce
        self._signature: discord.ui.TextInput[Self] = discord.ui.TextInput(
            custom_id="signature",
            placeholder="0x and 130 hexadecimal digits",
            min_length=1,
            max_length=1000,
            required=True,
        )
        self.add_item(
            discord.ui.Label(
                text="Signature",
                description="What your wallet showed after you signed. Never paste a seed phrase or a private key.",
                component=self._signature,
            )
        )

    async def on_submit(self, interaction: Interaction, /) -> None:  # type: ignore[override]
        """Check it and link the wallet."""
        await acknowledge(interaction, update=True)
        await interaction.client.check_on(interaction.guild_id, PART)
        app = interaction.client.app
        try:
            wallet = await app.wallets.confirm(
                guild_of(interaction), member_of(interaction), self._nonce, self._signature.value
            )
        except ChallengeUnusable as error:
            await answer(interaction, words(error), embed=None, view=None)
            return
        except WalletTaken as error:
            await answer(interaction, asked_to_move(error.address), embed=None, view=Buttons(MoveButton(self._nonce)))
            return
        await answer(interaction, None, embed=linked_embed(wallet, app.chain.chains()), view=None)


class MoveButton(
    discord.ui.DynamicItem[discord.ui.Button[discord.ui.View]], template=re.compile(r"move:(?P<nonce>[0-9a-f]{24})")
):
    """Takes over the wallet that the presser has proved by answering one challenge."""

    def __init__(self, nonce: str) -> None:
        super().__init__(
            discord.ui.Button(label="Move it to me", style=discord.ButtonStyle.danger, custom_id=f"move:{nonce}")
        )
        self._nonce = nonce

    @classmethod
    async def from_custom_id(cls, _interaction: Interaction, _item: object, match: re.Match[str], /) -> Self:  # type: ignore[override]
        """Make it anew from what was pressed."""
        return cls(match["nonce"])

    @pressed(PART, first="update")
    async def callback(self, interaction: Interaction) -> None:
        """Move it."""
        app = interaction.client.app
        wallet = await app.wallets.move(guild_of(interaction), member_of(interaction), self._nonce)
        await answer(interaction, None, embed=moved_embed(wallet, app.chain.chains()), view=None)


class UnlinkButton(
    discord.ui.DynamicItem[discord.ui.Button[discord.ui.View]],
    template=re.compile(r"unlink:(?P<address>0x[0-9a-f]{40})"),
):
    """Takes one link away, if it is the presser's."""

    def __init__(self, address: Address) -> None:
        super().__init__(
            discord.ui.Button(
                label=f"Unlink {short(address)}", style=discord.ButtonStyle.danger, custom_id=f"unlink:{address}"
            )
        )
        self._address = address

    @classmethod
    async def from_custom_id(cls, _interaction: Interaction, _item: object, match: re.Match[str], /) -> Self:  # type: ignore[override]
        """Make it anew from what was pressed."""
        return cls(Address(match["address"]))

    @pressed(PART, first="update")
    async def callback(self, interaction: Interaction) -> None:
        """Unlink."""
        wallet = await interaction.client.app.wallets.unlink(
            guild_of(interaction), member_of(interaction), self._address
        )
        await answer(
            interaction,
            f"Unlinked: {short(wallet.address)} (`{checksummed(wallet.address)}`). Votes that it cast still count. "
            "/wallet link links it again.",
            view=None,
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
        embed = wallets_embed(wallets, {}, moves, roles, app.chain.chains())
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
        wanted = parse_address(address, field="wallet")
        mine = await interaction.client.app.wallets.of(guild_of(interaction), member_of(interaction))
        if all(wallet.address != wanted for wallet in mine):
            raise NotFound("wallet", checksummed(wanted))
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
        raise InvalidInput(
            field="wallet's address", problem="is missing", remedy="/wallet link again, with the address option"
        )
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
    embed.add_field(name="Until", value=f"{moment(invited.expires_at)}, once", inline=False)
    embed.set_footer(text="Rather paste a signature here? /wallet link with your address.")
    return embed


def _origin(url: str) -> str:
    return f"`{'/'.join(url.split('/', 3)[:3])}/`"


async def setup(bot: Folkmoot) -> None:
    """Add the cog and its buttons."""
    await bot.add_cog(Wallets())
    bot.add_dynamic_items(LinkButton, MoveButton, UnlinkButton)
