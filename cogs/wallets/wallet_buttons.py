"""The steps that /wallet leads through by buttons: pasting a signature, taking a wallet over, taking a link away."""

from __future__ import annotations

import re
from typing import Self

import discord

from bot.domain.shared.addresses import checksummed, short
from bot.domain.shared.errors import ChallengeUnusable, WalletTaken
from bot.domain.shared.types import Address
from cogs._shared.components import Buttons, Form, pressed
from cogs._shared.replies import Interaction, acknowledge, answer, guild_of, member_of
from cogs.general.error_messages import words
from cogs.wallets.wallet_cards import asked_to_move, linked_embed, moved_embed

PART = "wallets"


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
        """Rebuild it from its custom_id."""
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
            style=discord.TextStyle.paragraph,
            placeholder="0x and 130 hexadecimal digits or more, or all of what your wallet shows",
            min_length=1,
            max_length=4000,
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
        """Rebuild it from its custom_id."""
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
        """Rebuild it from its custom_id."""
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
